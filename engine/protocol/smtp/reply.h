#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace glasspost::smtp {

/// "5.1.1": class, subject and detail. // RFC 3463 2
struct EnhancedStatusCode {
  std::uint16_t status_class = 0;  ///< 2, 4 or 5
  std::uint16_t subject = 0;       ///< 0-999
  std::uint16_t detail = 0;        ///< 0-999

  [[nodiscard]] std::string to_string() const;
  /// The code at the start of `text` where one stands there, followed by white space or the end.
  static std::optional<EnhancedStatusCode> parse_prefix(std::string_view text, std::size_t* length = nullptr);
  friend bool operator==(const EnhancedStatusCode&, const EnhancedStatusCode&) = default;
};

/// A server's reply: one code, an enhanced code perhaps, and at least one line of text. // RFC 5321 4.2
struct Reply {
  int code = 0;  ///< 200-599
  std::optional<EnhancedStatusCode> enhanced;
  std::vector<std::string> lines;  ///< without codes and CRLF; never empty in a reply that was made or parsed

  static Reply make(int code, std::string text);
  static Reply make(int code, EnhancedStatusCode enhanced, std::string text);

  [[nodiscard]] bool positive() const { return code >= 200 && code < 300; }
  [[nodiscard]] bool intermediate() const { return code >= 300 && code < 400; }
  [[nodiscard]] bool transient() const { return code >= 400 && code < 500; }  ///< try again later
  [[nodiscard]] bool permanent() const { return code >= 500 && code < 600; }  ///< do not retry unchanged
  /// "550 5.1.1 No such user": one line for people, lines joined with a space.
  [[nodiscard]] std::string to_line() const;

  friend bool operator==(const Reply&, const Reply&) = default;
};

/// Appends the reply as it goes onto the wire, CRLF included. Control characters in the text become "?", and
/// a line is cut so that it never passes 512 octets. // RFC 5321 4.2.1, 4.5.3.1.5
void encode_reply(const Reply& reply, bool with_enhanced_codes, std::string& out);

/// Collects the lines of one reply. // RFC 5321 4.2.1
///
/// Bounds: at most `kMaxLines` lines; their length is the line reader's affair.
class ReplyParser {
 public:
  static constexpr std::size_t kMaxLines = 512;

  /// Takes one line without its CRLF. Gives the reply when this line was its last, nothing when more follow.
  /// Errors (the parser is then ready for a new reply): kInvalidInput with the offset in this line;
  /// kTooLarge.
  Result<std::optional<Reply>> feed(std::string_view line);
  [[nodiscard]] bool in_reply() const { return !reply_.lines.empty(); }

 private:
  Reply reply_;
};

}  // namespace glasspost::smtp
