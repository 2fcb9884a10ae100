#include "engine/protocol/imap/body_structure.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/message/header.h"
#include "engine/protocol/imap/envelope.h"
#include "engine/protocol/imap/response.h"

namespace glasspost::imap {

namespace {

using message::Part;

constexpr std::size_t kMostParameters = 1'000;

/// A structured value: what stands before the first semicolon, and the parameters after it.
struct RawValue {
  std::string first;
  std::vector<std::pair<std::string, std::string>> parameters;
};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class ValueReader {
 public:
  explicit ValueReader(std::string_view text) : text_(text) {}

  RawValue read() {
    RawValue out;
    out.first = token(";");
    while (at_ < text_.size() && out.parameters.size() < kMostParameters) {
      ++at_;  // the semicolon
      std::string name = token(";=");
      if (at_ >= text_.size() || text_[at_] == ';') continue;
      ++at_;  // the equals sign
      std::string value = token(";");
      if (!name.empty()) out.parameters.emplace_back(std::move(name), std::move(value));
    }
    return out;
  }

 private:
  /// Up to one of `stops`, with quotes undone, comments and white space dropped.
  std::string token(std::string_view stops) {
    std::string out;
    while (at_ < text_.size() && stops.find(text_[at_]) == std::string_view::npos) {
      const char c = text_[at_++];
      if (c == '"') {
        quoted(out);
      } else if (c == '(') {
        comment();
      } else if (!is_space(c)) {
        out += c;
      }
    }
    return out;
  }
  void quoted(std::string& out) {
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (text_[at_] != '\r' && text_[at_] != '\n') out += text_[at_];
    }
    if (at_ < text_.size()) ++at_;
  }
  void comment() {
    for (std::size_t depth = 1; at_ < text_.size() && depth > 0; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      } else if (text_[at_] == '(') {
        ++depth;
      } else if (text_[at_] == ')') {
        --depth;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void append_parameters(std::string& out, const RawValue& value) {
  if (value.parameters.empty()) {
    out += "NIL";
    return;
  }
  char before = '(';
  for (const auto& [name, text] :
       value.parameters) {  // a value is always a string // RFC 3501 9 body-fld-param
    out += before;
    append_string(out, name);
    out += ' ';
    append_string(out, text);
    before = ' ';
  }
  out += ')';
}

class StructureWriter {
 public:
  StructureWriter(std::string& out, std::string_view message, bool extended)
      : out_(out), message_(message), extended_(extended) {}

  void part(const Part& part) {
    const message::Header header =
        message::parse_header(message_.substr(0, part.body_begin), part.header_begin);
    if (part.is_multipart()) {
      multipart(part, header);
    } else {
      single(part, header);
    }
  }

 private:
  void text(std::string_view bytes) {
    append_string(out_, bytes);
    out_ += ' ';
  }

  RawValue content_type(const Part& part, const message::Header& header) const {
    const message::HeaderField* field = header.find("Content-Type");
    RawValue value;
    if (field != nullptr) value = ValueReader(field->value()).read();
    // What could not be read is plain text in US-ASCII. // RFC 2045 5.2
    const bool read = iequals(value.first, part.media_type.type + "/" + part.media_type.subtype);
    if (read || !part.media_type.is("text", "plain")) return value;
    RawValue plain;
    plain.parameters.emplace_back("charset", "us-ascii");
    return plain;
  }

  void empty_part() {
    out_ += R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)";
    if (extended_) out_ += " NIL NIL NIL NIL";
    out_ += ')';
  }

  void multipart(const Part& part, const message::Header& header) {
    out_ += '(';
    for (const Part& child : part.children)
      this->part(child);
    if (part.children.empty()) empty_part();  // RFC 3501 9: body-type-mpart begins with a body
    out_ += ' ';
    append_string(out_, part.media_type.subtype);
    if (extended_) {
      out_ += ' ';
      append_parameters(out_, content_type(part, header));
      out_ += ' ';
      extension(header);
    }
    out_ += ')';
  }

  void single(const Part& part, const message::Header& header) {
    const std::string_view body = part.body(message_);
    out_ += '(';
    text(part.media_type.type);
    text(part.media_type.subtype);
    append_parameters(out_, content_type(part, header));
    out_ += ' ';
    append_nstring(out_, header.value("Content-ID"));
    out_ += ' ';
    append_nstring(out_, header.value("Content-Description"));
    out_ += ' ';
    text(part.encoding_name.empty() ? std::string_view("7bit") : std::string_view(part.encoding_name));
    out_ += std::to_string(body.size());
    const bool rfc822 = part.media_type.is("message", "rfc822");
    if (rfc822) embedded(part);
    if (rfc822 || part.media_type.is("text")) {
      out_ += ' ' + std::to_string(std::count(body.begin(), body.end(), '\n'));
    }
    if (extended_) {
      out_ += ' ';
      append_nstring(out_, header.value("Content-MD5"));
      out_ += ' ';
      extension(header);
    }
    out_ += ')';
  }

  void embedded(const Part& part) {
    out_ += ' ';
    if (part.children.empty()) {  // encoded, or too deep to be opened
      append_empty_envelope(out_);
      out_ += ' ';
      empty_part();
      return;
    }
    const Part& child = part.children.front();
    append_envelope(out_, message::parse_header(message_.substr(0, child.body_begin), child.header_begin));
    out_ += ' ';
    this->part(child);
  }

  /// Disposition, language, location. // RFC 3501 9 body-ext-1part
  void extension(const message::Header& header) {
    const message::HeaderField* field = header.find("Content-Disposition");
    const RawValue disposition = field == nullptr ? RawValue() : ValueReader(field->value()).read();
    if (disposition.first.empty()) {
      out_ += "NIL";
    } else {
      out_ += '(';
      text(disposition.first);
      append_parameters(out_, disposition);
      out_ += ')';
    }
    out_ += ' ';
    language(header);
    out_ += ' ';
    append_nstring(out_, header.value("Content-Location"));
  }

  void language(const message::Header& header) {  // RFC 3282 2
    const auto value = header.value("Content-Language");
    std::vector<std::string_view> tags;
    if (value) {
      for (const std::string_view tag : split(*value, ',')) {
        if (!trim_wsp(tag).empty()) tags.push_back(trim_wsp(tag));
      }
    }
    if (tags.empty()) {
      out_ += "NIL";
      return;
    }
    char before = '(';
    for (const std::string_view tag : tags) {
      out_ += before;
      append_string(out_, tag);
      before = ' ';
    }
    out_ += ')';
  }

  std::string& out_;
  std::string_view message_;
  bool extended_;
};

}  // namespace

void append_body_structure(std::string& out, std::string_view message, const message::MimeTree& tree,
                           bool extended) {
  StructureWriter(out, message, extended).part(tree.root);
}

}  // namespace glasspost::imap
