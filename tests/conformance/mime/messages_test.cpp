// Whole messages: what the suite's JSON says of structure, decoded text, attachments and some fields must
// agree; messages without JSON must come back byte for byte.
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/message/address.h"
#include "engine/message/date_time.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/media_type.h"
#include "engine/message/mime.h"
#include "tests/conformance/mime/json_forms.h"
#include "tests/conformance/mime/suite.h"

namespace glasspost::message {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Parts in the suite's numbering: in order, without those of embedded messages.
void number_parts(const Part& part, std::vector<const Part*>& out) {
  out.push_back(&part);
  if (part.is_message()) return;
  for (const Part& child : part.children)
    number_parts(child, out);
}

std::string with_lf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) != "\r\n") out += text[i];
    if (text.substr(i, 2) == "\r\n") out += text[++i];
  }
  return out;
}

class Comparison {
 public:
  Comparison(std::string_view message, std::string& difference)
      : message_(message), difference_(difference) {}

  void compare(const Part& root, const MessageView& view, const Json& expected) {
    std::vector<const Part*> parts;
    number_parts(root, parts);
    const Json& wanted = expected.at("parts");
    if (parts.size() != wanted.size()) {
      miss("", "number of parts", parts.size(), wanted.size());
      return;
    }
    const auto numbers = [&](const std::vector<const Part*>& list) {
      Json out = Json::array();
      for (const Part* part : list)
        out.push_back(std::find(parts.begin(), parts.end(), part) - parts.begin());
      return out;
    };
    check("", "text_body", numbers(view.text), expected.at("text_body"));
    check("", "html_body", numbers(view.html), expected.at("html_body"));
    check("", "attachments", numbers(view.attachments), expected.at("attachments"));
    for (std::size_t i = 0; i < parts.size(); ++i)
      compare_part(std::to_string(i), *parts[i], wanted[i]);
  }

 private:
  void miss(const std::string& part, const std::string& what, const Json& ours, const Json& expected) {
    difference_ += fmt::format("[part {} {}: {} instead of {}] ", part, what,
                               ours.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 200),
                               expected.dump().substr(0, 200));
  }
  void check(const std::string& part, const std::string& what, const Json& ours, const Json& expected) {
    if (ours != expected) miss(part, what, ours, expected);
  }

  void compare_part(const std::string& name, const Part& part, const Json& expected) {
    compare_fields(name, part, expected.at("headers"));
    const Json& body = expected.at("body");
    if (body.contains("Text") || body.contains("Html")) {
      const Json& wanted = body.contains("Text") ? body["Text"] : body["Html"];
      const std::string ours = decoded_text(message_, part);
      // The suite writes text that was not encoded with LF.
      if (ours != wanted) check(name, "text", with_lf(ours), wanted);
    } else if (body.contains("Binary") || body.contains("InlineBinary")) {
      const Json& bytes = body.contains("Binary") ? body["Binary"] : body["InlineBinary"];
      std::string wanted;
      for (const Json& byte : bytes)
        wanted += static_cast<char>(byte.get<int>());
      if (decoded_content(message_, part) != wanted)
        miss(name, "content", escaped(decoded_content(message_, part)), escaped(wanted));
    } else if (body.contains("Multipart")) {
      check(name, "children", part.children.size(), body["Multipart"].size());
    } else if (body.contains("Message")) {
      if (part.is_message() && part.children.empty()) {
        // RFC 2046 5.2.1 allows no encoding here; who wants to look inside nevertheless parses the content.
        const std::string content = decoded_content(message_, part);
        const MimeTree decoded = parse_mime(content);
        Comparison(content, difference_).compare(decoded.root, view_of(decoded), body["Message"]);
        return;
      }
      if (!part.is_message() || part.children.size() != 1) {
        miss(name, "embedded message", part.children.size(), 1);
        return;
      }
      MimeTree inner;
      inner.root = part.children[0];
      Comparison(message_, difference_).compare(inner.root, view_of(inner), body["Message"]);
    }
  }

  void compare_fields(const std::string& part_name, const Part& part, const Json& expected) {
    const Header header = parse_header(message_.substr(0, part.body_begin), part.header_begin);
    for (const Json& wanted : expected) {
      if (!wanted.at("name").is_string()) continue;
      const std::string name = wanted["name"];
      const Json& value = wanted.at("value");
      std::string field_name = name;
      std::replace(field_name.begin(), field_name.end(), '_', '-');
      // The suite's offsets say which of several fields is meant.
      const HeaderField* field = nullptr;
      for (const HeaderField* candidate : header.all(field_name)) {
        if (field == nullptr || candidate->offset <= wanted.at("offset_field").get<std::size_t>())
          field = candidate;
      }
      if (field == nullptr) {
        miss(part_name, name, nullptr, value);
        continue;
      }
      if (name == "subject") check(part_name, name, {{"Text", decode_unstructured(field->value())}}, value);
      if (name == "from" || name == "to") {
        check(part_name, name,
              {{"Address", json_of(parse_address_list(field->value()), value["Address"].contains("Group"))}},
              value);
      }
      if (name == "date")
        check(part_name, name, {{"DateTime", json_of(parse_date_time(field->value()))}}, value);
      if (name == "content_type" || name == "content_disposition") {
        check(part_name, name, content_type(field->value(), value.at("ContentType")),
              value.at("ContentType"));
      }
    }
  }

  static Json content_type(std::string_view value, const Json& expected) {
    // Here attributes are objects; in fields/ they are pairs.
    Json pairs = expected;
    if (expected.contains("attributes") && expected["attributes"].is_array()) {
      pairs["attributes"] = Json::array();
      for (const Json& attribute : expected["attributes"])
        pairs["attributes"].push_back({attribute["name"], attribute["value"]});
    }
    const Json ours = json_of(parse_media_type(value), pairs);
    return ours == pairs ? expected : ours;
  }

  std::string_view message_;
  std::string& difference_;
};

std::string compare_file(const fs::path& path) {
  const Json expected = Json::parse(read_file(path));
  const std::string message = read_file(fs::path(path).replace_extension(".eml"));
  const MimeTree tree = parse_mime(message);
  std::string difference;
  Comparison(message, difference).compare(tree.root, view_of(tree), expected);
  return difference;
}

TEST(MimeMessages, StructureTextAndAttachments) {
  static const std::string kWholeLine =
      "a boundary line is a whole line, --ab is none of boundary a (RFC 2046 5.1.1)";
  static const std::string kOuterEnds = "an outer boundary ends what is open inside (RFC 2046 5.1.2)";
  static const std::string kFirstWins =
      "of two Content-Type fields, which may not be (RFC 2045 3), the first counts";
  static const KnownDifferences kKnown = {
      {"malformed/000", "a body part may be empty or have a header alone (RFC 2046 5.1.1)"},
      {"malformed/001", kWholeLine + "; " + kOuterEnds},
      {"malformed/003", "a part that the end of the message closes is still a text (RFC 8621 4.1.4)"},
      {"malformed/004", kWholeLine},
      {"malformed/007", kFirstWins},
      {"malformed/008", kOuterEnds},
      {"malformed/011", kOuterEnds},
      {"malformed/012", kOuterEnds},
      {"malformed/016", kOuterEnds},
      {"malformed/020", kFirstWins},
      {"malformed/021", kFirstWins},
      {"thirdparty/002",
       "characters outside of the base64 alphabet are ignored, whatever they say (RFC 2045 6.8)"},
      {"thirdparty/005", "a boundary stands at the beginning of a line (RFC 2046 5.1.1)"},
      {"thirdparty/015", kOuterEnds},
  };
  const fs::path folder = conformance_folder();
  if (folder.empty()) GTEST_SKIP() << "no conformance data: set GLASSPOST_CONFORMANCE_DIR";
  Suite suite("mime/messages", kKnown);
  for (const fs::path& path : files_in(folder / "stalwart-mail-parser", ".json"))
    suite.check(path.parent_path().filename().string() + "/" + path.stem().string(), compare_file(path));
  suite.report();
}

std::string reassembled(const std::string& message) {
  const Header header = parse_header(message);
  std::string out;
  for (const HeaderField& field : header.fields)
    out += field.raw;
  return out + message.substr(header.end);
}

bool ranges_fit(const Part& part, std::size_t begin, std::size_t end) {
  if (part.header_begin < begin || part.body_begin < part.header_begin || part.end < part.body_begin ||
      part.end > end)
    return false;
  return std::all_of(part.children.begin(), part.children.end(),
                     [&](const Part& child) { return ranges_fit(child, part.body_begin, part.end); });
}

TEST(MimeMessages, TheSameBytesAgain) {
  static const KnownDifferences kKnown = {};
  const fs::path folder = conformance_folder();
  if (folder.empty()) GTEST_SKIP() << "no conformance data: set GLASSPOST_CONFORMANCE_DIR";
  Suite suite("mime/round-trip", kKnown);
  for (const char* extension : {".txt", ".eml", ".mbox"}) {
    for (const fs::path& path : files_in(folder, extension)) {
      const std::string message = read_file(path);
      std::string difference;
      if (reassembled(message) != message) difference = "does not come back";
      if (!ranges_fit(parse_mime(message).root, 0, message.size())) difference += "parts overlap";
      suite.check(fs::relative(path, folder).string(), difference);
    }
  }
  suite.report();
}

}  // namespace
}  // namespace glasspost::message
