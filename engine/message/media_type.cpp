#include "engine/message/media_type.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/encoded_word.h"
#include "engine/message/lexer.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

constexpr std::size_t kSectionLength = 60;  // octets of a value in one continuation that we write

/// A parameter as it stands: `name*3*=value`.
struct RawParameter {
  std::string name;  // lower case, without the asterisks
  unsigned section = 0;
  bool continued = false;
  bool extended = false;
  std::string value;  // unquoted
};

/// Splits "title*1*" into its pieces. // RFC 2231 7
RawParameter parse_name(std::string_view text) {
  RawParameter out;
  if (!text.empty() && text.back() == '*') {
    out.extended = true;
    text.remove_suffix(1);
  }
  const std::size_t star = text.rfind('*');
  if (star != std::string_view::npos && star > 0) {
    const std::string_view digits = text.substr(star + 1);
    const bool number =
        !digits.empty() && digits.size() <= 6 && std::all_of(digits.begin(), digits.end(), is_digit);
    if (number) {
      for (const char c : digits)
        out.section = out.section * 10 + static_cast<unsigned>(c - '0');
      out.continued = true;
      text = text.substr(0, star);
    }
  }
  out.name = to_lower(text);
  return out;
}

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex_digit(text[i + 1]) && is_hex_digit(text[i + 2])) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Reads `; name=value` pairs, kindly: empty ones, missing semicolons, unquoted values with specials.
class ParameterReader {
 public:
  ParameterReader(std::string_view text, std::size_t begin) : text_(text), pos_(begin) {}

  std::vector<RawParameter> read() {
    std::vector<RawParameter> out;
    while (out.size() < kMaxParameters) {
      skip_separators();
      if (pos_ >= text_.size()) break;
      const std::size_t begin = pos_;
      while (pos_ < text_.size() && text_[pos_] != '=' && text_[pos_] != ';')
        ++pos_;
      const std::string name = without_comments(text_.substr(begin, pos_ - begin));
      if (pos_ >= text_.size() || text_[pos_] == ';') continue;
      ++pos_;
      RawParameter parameter = parse_name(name);
      const bool given = value(parameter.value);
      if (given && !parameter.name.empty()) out.push_back(std::move(parameter));
    }
    return out;
  }

 private:
  void skip_separators() {
    while (pos_ < text_.size()) {
      const std::size_t next = skip_cfws(text_, pos_);
      if (next < text_.size() && text_[next] == ';') {
        pos_ = next + 1;
      } else if (next > pos_) {
        pos_ = next;
      } else {
        return;
      }
    }
  }

  bool value(std::string& out) {
    pos_ = skip_cfws(text_, pos_);
    if (pos_ < text_.size() && text_[pos_] == '"') {
      Lexeme quoted = read_quoted_string(text_, pos_);
      out = std::move(quoted.text);
      pos_ = quoted.end;
      return true;
    }
    while (pos_ < text_.size() && text_[pos_] != ';') {
      if (is_lwsp(text_[pos_]) || text_[pos_] == '(') {
        pos_ = skip_cfws(text_, pos_);
        if (parameter_begins()) break;
        if (pos_ < text_.size() && text_[pos_] != ';') out += ' ';
      } else {
        out += text_[pos_++];
      }
    }
    out = std::string(trim_wsp(out));
    return !out.empty();
  }

  /// `name=` after white space: the semicolon before it was forgotten.
  [[nodiscard]] bool parameter_begins() const {
    std::size_t i = pos_;
    while (i < text_.size() && is_token_char(text_[i]))
      ++i;
    return i > pos_ && i < text_.size() && text_[i] == '=';
  }

  std::string_view text_;
  std::size_t pos_;
};

/// Joins the sections of one parameter. // RFC 2231 3, 4
Parameter join_sections(std::vector<RawParameter>& sections) {
  std::stable_sort(sections.begin(), sections.end(),
                   [](const RawParameter& a, const RawParameter& b) { return a.section < b.section; });
  Parameter out;
  out.name = sections.front().name;
  std::string charset;
  std::string bytes;
  bool extended = false;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    std::string_view value = sections[i].value;
    if (sections[i].extended && i == 0) {
      const std::size_t first = value.find('\'');
      const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
      if (second != std::string_view::npos) {
        charset = std::string(value.substr(0, first));
        out.language = std::string(value.substr(first + 1, second - first - 1));
        value = value.substr(second + 1);
      }
    }
    extended = extended || sections[i].extended;
    bytes += sections[i].extended ? decode_percent(value) : std::string(value);
  }
  if (extended) {
    out.value = decode_charset(bytes, charset.empty() ? "utf-8" : charset).text;
  } else {
    // Encoded words are not allowed here (RFC 2047 5), and are what many programs write.
    out.value = decode_encoded_words(decode_charset(bytes, "utf-8").text);
  }
  return out;
}

Parameters parse_parameters(std::string_view text, std::size_t begin) {
  std::map<std::string, std::vector<RawParameter>> plain;
  std::map<std::string, std::vector<RawParameter>> extended;
  std::vector<std::string> order;
  for (RawParameter& parameter : ParameterReader(text, begin).read()) {
    const std::string name = parameter.name;
    if (plain.count(name) == 0 && extended.count(name) == 0) order.push_back(name);
    // The extended form is the better one where both are given. // RFC 2231 4, RFC 6266 4.3
    if (parameter.continued || parameter.extended) {
      std::vector<RawParameter>& sections = extended[name];
      const bool repeated = !parameter.continued && !sections.empty();
      if (!repeated) sections.push_back(std::move(parameter));
      continue;
    }
    std::vector<RawParameter>& values = plain[name];
    if (!values.empty() && values.front().value.empty()) values.clear();
    if (values.empty()) values.push_back(std::move(parameter));
  }
  Parameters out;
  for (const std::string& name : order) {
    const auto better = extended.find(name);
    out.list.push_back(join_sections(better != extended.end() ? better->second : plain[name]));
  }
  return out;
}

}  // namespace

const std::string* Parameters::find(std::string_view name) const {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Parameter& parameter) { return parameter.name == name; });
  return found == list.end() ? nullptr : &found->value;
}

std::optional<MediaType> parse_media_type(std::string_view value) {
  MediaType out;
  std::size_t i = skip_cfws(value, 0);
  const std::size_t type_begin = i;
  while (i < value.size() && !is_lwsp(value[i]) && value[i] != '/' && value[i] != ';' && value[i] != '(')
    ++i;
  out.type = to_lower(value.substr(type_begin, i - type_begin));
  out.subtype.clear();
  if (out.type.empty()) return std::nullopt;
  i = skip_cfws(value, i);
  if (i < value.size() && value[i] == '/') {
    i = skip_cfws(value, i + 1);
    const std::size_t begin = i;
    while (i < value.size() && !is_lwsp(value[i]) && value[i] != ';' && value[i] != '(')
      ++i;
    out.subtype = to_lower(value.substr(begin, i - begin));
  }
  out.parameters = parse_parameters(value, i);
  return out;
}

std::optional<ContentDisposition> parse_content_disposition(std::string_view value) {
  ContentDisposition out;
  std::size_t i = skip_cfws(value, 0);
  const std::size_t begin = i;
  while (i < value.size() && !is_lwsp(value[i]) && value[i] != ';' && value[i] != '(')
    ++i;
  out.kind = to_lower(value.substr(begin, i - begin));
  if (out.kind.empty()) return std::nullopt;
  out.parameters = parse_parameters(value, i);
  return out;
}

std::string format_parameter(std::string_view name, std::string_view utf8) {
  const bool control = std::any_of(utf8.begin(), utf8.end(), [](char c) { return c < ' ' || c == 0x7F; });
  const bool plain = !control && utf8.size() <= kSectionLength && utf8.find("=?") == std::string_view::npos;
  if (plain && !utf8.empty() && std::all_of(utf8.begin(), utf8.end(), is_token_char)) {
    return fmt::format("; {}={}", name, utf8);
  }
  if (plain) {
    std::string quoted;
    for (const char c : utf8) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return fmt::format("; {}=\"{}\"", name, quoted);
  }
  // attribute-char: token characters but "*", "'" and "%" // RFC 2231 7
  std::vector<std::string> sections(1, "UTF-8''");
  const std::string text = repair_utf8(utf8);
  for (std::size_t i = 0; i < text.size();) {
    std::string character;
    do {
      const char c = text[i++];
      const bool literal = is_token_char(c) && c != '*' && c != '\'' && c != '%';
      character += literal ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U);
    if (sections.back().size() + character.size() > kSectionLength) sections.emplace_back();
    sections.back() += character;
  }
  if (sections.size() == 1) return fmt::format("; {}*={}", name, sections.front());
  std::string out;
  for (std::size_t i = 0; i < sections.size(); ++i)
    fmt::format_to(std::back_inserter(out), "; {}*{}*={}", name, i, sections[i]);
  return out;
}

}  // namespace glasspost::message
