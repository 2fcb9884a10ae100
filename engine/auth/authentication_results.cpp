#include "engine/auth/authentication_results.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/domain_name.h"
#include "engine/message/fold.h"
#include "engine/message/lexer.h"

namespace glasspost::auth {
namespace {

constexpr std::size_t kMaxValue = 256;
constexpr std::size_t kMaxResults = 200;
constexpr std::size_t kMaxProperties = 50;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), message::is_token_char);
}

// RFC 8601 2.2: a token, "@domain" and "local@domain" stand bare.
bool stands_bare(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return is_token(text);
  const std::string_view local = text.substr(0, at);
  const bool dots =
      local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string_view::npos;
  const bool plain =
      std::all_of(local.begin(), local.end(), [](char c) { return message::is_atext(c) || c == '.'; });
  return plain && !dots && is_token(text.substr(at + 1));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += (c >= ' ' && c != 0x7F) || is_non_ascii(c) ? c : '?';
  }
  return out + '"';
}

std::string written(std::string_view text) {
  const std::string_view kept = text.substr(0, kMaxValue);
  return stands_bare(kept) ? std::string(kept) : quoted(kept);
}

// Reads the field's grammar; every step skips comments and white space before it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<AuthenticationResults> read() {
    AuthenticationResults out;
    const std::optional<std::string> id = value();
    if (!id || id->empty()) return wrong("there is no authserv-id");
    out.authserv_id = *id;
    if (!at_end() && peek() != ';') {
      const std::optional<std::string> version = token();
      if (!version || version->size() > 6 || !std::all_of(version->begin(), version->end(), is_digit_char))
        return wrong("the authserv-id is not followed by a version or a semicolon");
      out.version = std::stoi(*version);
    }
    while (!at_end()) {
      if (peek() != ';') return wrong("a result does not end with a semicolon");
      ++at_;
      if (at_end()) break;  // a final ";" is not in the grammar and does no harm
      if (out.results.size() == kMaxResults)
        return fail_at(ErrorCode::kTooLarge, at_, "more than 200 results");
      Result<AuthenticationResult> result = read_result();
      if (!result) return fail(result.error());
      if (!result->method.empty()) out.results.push_back(std::move(*result));
    }
    return out;
  }

  /// The id and whether a version other than 1 follows it; nothing if there is no id.
  std::optional<std::string> id() { return value(); }

 private:
  static bool is_digit_char(char c) { return is_digit(c); }
  tl::unexpected<Error> wrong(std::string text) const {
    return fail_at(ErrorCode::kInvalidInput, at_, std::move(text));
  }
  void skip() { at_ = message::skip_cfws(text_, at_); }
  bool at_end() {
    skip();
    return at_ >= text_.size();
  }
  char peek() const { return text_[at_]; }

  std::optional<std::string> token() {
    skip();
    const std::size_t begin = at_;
    while (at_ < text_.size() && message::is_token_char(text_[at_]))
      ++at_;
    if (at_ == begin) return std::nullopt;
    return std::string(text_.substr(begin, at_ - begin));
  }
  std::optional<std::string> quoted_string() {
    const message::Lexeme lexeme = message::read_quoted_string(text_, at_);
    at_ = lexeme.end;
    if (!lexeme.closed) return std::nullopt;
    return lexeme.text;
  }
  std::optional<std::string> value() {
    if (at_end()) return std::nullopt;
    return peek() == '"' ? quoted_string() : token();
  }
  // A value, or an address, whose local part may be quoted; what is not a token but cannot end the value is
  // taken as it is, since many write it so ("header.b=a/b+c").
  std::optional<std::string> property_value() {
    if (at_end()) return std::nullopt;
    std::string out;
    if (peek() == '"') {
      const std::optional<std::string> first = quoted_string();
      if (!first) return std::nullopt;
      out = *first;
    }
    while (at_ < text_.size() && !message::is_lwsp(peek()) && peek() != ';' && peek() != '(' && peek() != '"')
      out += text_[at_++];
    return out;
  }

  Result<AuthenticationResult> read_result() {
    AuthenticationResult out;
    const std::optional<std::string> method = token();
    if (!method) return wrong("a result has no method");
    if (at_end() || peek() == ';') {
      if (iequals(*method, "none")) return out;
      return wrong("a method has no result");
    }
    out.method = *method;
    if (peek() == '/') {  // RFC 8601 2.2: the method's version
      ++at_;
      if (!token()) return wrong("a method's version is empty");
      skip();
    }
    if (at_end() || peek() != '=') return wrong("a method is not followed by \"=\"");
    ++at_;
    const std::optional<std::string> result = token();
    if (!result) return wrong("a method has no result");
    out.result = to_lower(*result);
    while (!at_end() && peek() != ';') {
      const Ok read = read_property(out);
      if (!read) return fail(read.error());
    }
    return out;
  }

  Ok read_property(AuthenticationResult& out) {
    const std::optional<std::string> name = token();  // "header.d" is one token
    if (!name) return wrong("a property has no name");
    if (at_end() || peek() != '=') return wrong("a property is not followed by \"=\"");
    ++at_;
    const std::optional<std::string> text = property_value();
    if (!text) return wrong("a property has no value");
    const std::size_t dot = name->find('.');
    if (dot == std::string::npos) {
      if (iequals(*name, "reason")) out.reason = *text;
      return {};
    }
    if (out.properties.size() == kMaxProperties)
      return fail_at(ErrorCode::kTooLarge, at_, "more than 50 properties");
    out.properties.push_back({name->substr(0, dot), name->substr(dot + 1), *text});
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_forged(const message::HeaderField& field, const std::vector<std::string>& our_ids) {
  const Result<AuthenticationResults> read = parse_authentication_results(field.value());
  if (read && read->version != 1) return true;
  const std::optional<std::string> id = Reader(field.value()).id();
  if (!id) return true;
  return std::any_of(our_ids.begin(), our_ids.end(),
                     [&](const std::string& ours) { return message::same_domain(*id, ours); });
}

}  // namespace

std::string to_string(const AuthenticationResult& result) {
  std::string out = result.method + "=" + result.result;
  if (!result.reason.empty())
    out += " reason=" + quoted(std::string_view(result.reason).substr(0, kMaxValue));
  for (const AuthenticationProperty& property : result.properties)
    out += " " + property.type + "." + property.name + "=" + written(property.value);
  return out;
}

std::string authentication_results_field(std::string_view authserv_id,
                                         const std::vector<std::string>& results) {
  std::string value = written(authserv_id);
  if (results.empty()) value += "; none";
  for (const std::string& result : results)
    value += "; " + result;
  return message::fold_field("Authentication-Results", value);
}

Result<AuthenticationResults> parse_authentication_results(std::string_view value) {
  return Reader(value).read();
}

std::vector<message::Alteration> remove_forged_results(const message::Header& header,
                                                       const std::vector<std::string>& our_ids) {
  std::vector<message::Alteration> alterations;
  for (std::size_t i = header.fields.size(); i-- > 0;) {
    const message::HeaderField& field = header.fields[i];
    if (field.is("Authentication-Results") && is_forged(field, our_ids))
      alterations.push_back(message::remove_field(header, i));
  }
  return alterations;
}

}  // namespace glasspost::auth
