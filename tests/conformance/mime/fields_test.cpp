// Single header fields: the given bytes are a field's value, and what was understood of it must agree.
#include <functional>

#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/message/address.h"
#include "engine/message/date_time.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/media_type.h"
#include "engine/message/message_id.h"
#include "engine/message/received.h"
#include "tests/conformance/mime/json_forms.h"
#include "tests/conformance/mime/suite.h"

namespace glasspost::message {
namespace {

using Json = nlohmann::json;
/// What we make of a value, in the suite's form (which may depend on what it expects to see).
using Form = std::function<Json(std::string_view value, const Json& expected)>;

void run(const std::string& name, const KnownDifferences& known, const Form& form) {
  const std::filesystem::path folder = conformance_folder();
  if (folder.empty()) GTEST_SKIP() << "no conformance data: set GLASSPOST_CONFORMANCE_DIR";
  const Json cases = Json::parse(read_file(folder / "fields" / (name + ".json")));
  Suite suite("mime/fields/" + name, known);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string field = "Field:" + cases[i].at("header").get<std::string>();
    const Json& expected = cases[i].at("expected");
    const Json ours = form(parse_header(field).fields.at(0).value(), expected);
    const std::string difference = ours == expected ? ""
                                                    : fmt::format("{} gives {} instead of {}", escaped(field),
                                                                  ours.dump(), expected.dump());
    suite.check(std::to_string(i), difference);
  }
  suite.report();
}

TEST(MimeFields, Address) {
  static const KnownDifferences kKnown = {
      {"8",
       "unfolding comes first (RFC 5322 2.2.3), so the quoted pair is a space and the parenthesis closes"},
      {"9", "a comment alone is an empty member of an obsolete list (RFC 5322 4.4), not a mailbox"},
      {"10", "a group of nothing but comments has no members (RFC 5322 3.4 group-list)"},
  };
  run("address", kKnown, [](std::string_view value, const Json& expected) {
    return json_of(parse_address_list(value), expected.contains("Group"));
  });
}

TEST(MimeFields, ContentType) {
  static const KnownDifferences kKnown = {
      {"22", "only the first section of a value names a charset (RFC 2231 4.1)"},
      {"24", "white space between adjacent encoded words is not shown (RFC 2047 6.2)"},
      {"44", "a section is one number without white space, other asterisks are no syntax (RFC 2231 7)"},
  };
  run("content_type", kKnown, [](std::string_view value, const Json& expected) {
    return json_of(parse_media_type(value), expected);
  });
}

TEST(MimeFields, Date) {
  static const KnownDifferences kKnown = {};
  run("date", kKnown, [](std::string_view value, const Json&) { return json_of(parse_date_time(value)); });
}

TEST(MimeFields, Id) {
  static const KnownDifferences kKnown = {};
  run("id", kKnown, [](std::string_view value, const Json&) {
    const std::vector<std::string> ids = parse_message_ids(value);
    return ids.empty() ? Json() : Json(ids);
  });
}

TEST(MimeFields, List) {
  static const KnownDifferences kKnown = {};
  run("list", kKnown, [](std::string_view value, const Json&) {
    Json out = Json::array();
    for (const std::string_view piece : split(value, ',')) {
      const std::string text = decode_unstructured(piece);
      if (!text.empty()) out.push_back(text);
    }
    return out;
  });
}

TEST(MimeFields, Received) {
  static const std::string kYear = "two digits of a year below 50 mean 2000 and more (RFC 5322 4.3)";
  static const std::string kAsctime =
      "the date in asctime's order is read for what it says, not as the thirteenth month";
  static const std::string kId = "an id is all of the word (RFC 5321 4.4: String)";
  static const std::string kComment = "a comment is no clause (RFC 5321 4.4, RFC 5322 3.2.2)";
  static const KnownDifferences kKnown = {
      {"4", "the user's name is not cut at a slash, which is atext (RFC 5322 3.2.3)"},
      {"9", kAsctime},
      {"18", kId},
      {"19", kId},
      {"20", kId},
      {"50", "the identity of RFC 1413 comes before the envelope's sender"},
      {"66", kYear},
      {"87", "a question mark and a slash are atext (RFC 5322 3.2.3)"},
      {"88", kAsctime},
      {"89", kAsctime},
      {"92", "the first by clause counts: there is one (RFC 5321 4.4)"},
      {"96", kYear + "; clauses come before the date"},
      {"105", "seconds with a fraction are not zero seconds"},
      {"112", kAsctime},
      {"114", "for names what it names, mailbox or not"},
      {"115", "a word that ends in with is no with clause (RFC 5321 4.4)"},
      {"123", "PDT is -0700 (RFC 5322 4.3)"},
      {"125", kComment},
      {"130", kComment},
  };
  run("received", kKnown,
      [](std::string_view value, const Json& expected) { return json_of(parse_received(value), expected); });
}

TEST(MimeFields, Unstructured) {
  static const std::string kNoSpace =
      "no space is shown that was not written (RFC 2047 6.2 speaks of removing alone)";
  static const KnownDifferences kKnown = {
      {"17", kNoSpace}, {"18", kNoSpace}, {"22", kNoSpace}, {"23", kNoSpace}};
  run("unstructured", kKnown,
      [](std::string_view value, const Json&) { return Json(decode_unstructured(value)); });
}

}  // namespace
}  // namespace glasspost::message
