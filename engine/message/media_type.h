#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::message {

/// A parameter of Content-Type or Content-Disposition with continuations joined and charsets decoded.
/// // RFC 2045 5.1, RFC 2231
struct Parameter {
  std::string name;   ///< lower case
  std::string value;  ///< UTF-8
  std::string language;

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// Parameters in order of first appearance, each name once (the first wins).
struct Parameters {
  std::vector<Parameter> list;

  /// Null if it is absent. `name` in lower case.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  friend bool operator==(const Parameters&, const Parameters&) = default;
};

struct MediaType {
  std::string type = "text";  ///< lower case
  std::string subtype = "plain";
  Parameters parameters;

  [[nodiscard]] bool is(std::string_view wanted_type) const { return type == wanted_type; }
  [[nodiscard]] bool is(std::string_view wanted_type, std::string_view wanted_subtype) const {
    return type == wanted_type && subtype == wanted_subtype;
  }
  friend bool operator==(const MediaType&, const MediaType&) = default;
};

struct ContentDisposition {
  std::string kind;  ///< lower case: "inline", "attachment", ...
  Parameters parameters;

  friend bool operator==(const ContentDisposition&, const ContentDisposition&) = default;
};

/// Reads the value of Content-Type, folded or not, kindly. `subtype` may come out empty. Nothing if there is
/// no type at all. // RFC 2045 5.1
[[nodiscard]] std::optional<MediaType> parse_media_type(std::string_view value);
/// RFC 2183 2
[[nodiscard]] std::optional<ContentDisposition> parse_content_disposition(std::string_view value);

/// `; name=value`, quoted where needed; what is not ASCII or too long for a line becomes RFC 2231
/// continuations, in pieces that each begin with ";" and a space to fold at. // RFC 2231 3, 4
[[nodiscard]] std::string format_parameter(std::string_view name, std::string_view utf8);

}  // namespace glasspost::message
