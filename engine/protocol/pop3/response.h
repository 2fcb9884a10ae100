#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost::pop3 {

enum class Status : std::uint8_t {
  kOk,         ///< "+OK"
  kError,      ///< "-ERR"
  kChallenge,  ///< "+ ": the next step of a SASL exchange // RFC 5034 4
};

/// What kind of failure a response tells, in brackets before its text. // RFC 2449 8, RFC 3206 4
enum class ResponseCode : std::uint8_t {
  kNone,
  kAuth,        ///< [AUTH]: name or password, nothing else
  kInUse,       ///< [IN-USE]: another session holds the maildrop
  kLoginDelay,  ///< [LOGIN-DELAY]
  kSysTemp,     ///< [SYS/TEMP]: the server's trouble, and it will pass
  kSysPerm,     ///< [SYS/PERM]: the server's trouble, and somebody must see to it
  kUnknown,     ///< another code; it stays in the text
};
/// "AUTH", "SYS/TEMP"; empty for kNone and kUnknown.
[[nodiscard]] std::string_view to_string(ResponseCode code);

/// The first line of a response. // RFC 1939 3
struct Response {
  Status status = Status::kOk;
  ResponseCode code = ResponseCode::kNone;
  std::string text;  ///< kChallenge: base64

  static Response ok(std::string text) { return {Status::kOk, ResponseCode::kNone, std::move(text)}; }
  static Response error(std::string text) { return {Status::kError, ResponseCode::kNone, std::move(text)}; }
  static Response error(ResponseCode code, std::string text) {
    return {Status::kError, code, std::move(text)};
  }
  [[nodiscard]] bool positive() const { return status == Status::kOk; }
  friend bool operator==(const Response&, const Response&) = default;
};

/// Octets of a response line, CRLF included (RFC 1939 3); challenges may be longer.
inline constexpr std::size_t kMaxResponseLine = 512;

/// Appends the line with its CRLF. Control characters of the text become spaces, and what is too long is cut.
void encode_response(const Response& response, std::string& out);
/// Reads one line without its CRLF. Status indicators in lower case are no response. // RFC 1939 3
[[nodiscard]] Result<Response> parse_response(std::string_view line);

/// Writes content as a multi-line response's lines: a dot at the start of any line, the first included, is
/// doubled, and CRLF "." CRLF ends it. // RFC 1939 3
///
/// Octets go as they are stored, an LF without CR too, so that what is fetched is what was stored. The one
/// exception is such an LF before a dot: it goes as CRLF, because a client that takes LF for a line's end
/// could see the end of the response there.
class MultiLineEncoder {
 public:
  /// Appends the encoding of the next piece; pieces may be cut anywhere.
  void encode(std::string_view bytes, std::string& out);
  /// Appends the end: a CRLF if the last line lacks one, then the lone dot.
  void finish(std::string& out);

 private:
  enum class State : std::uint8_t {
    kLineStart,  ///< at the very start, or after CRLF
    kInLine,
    kCr,      ///< after a CR in a line
    kBareLf,  ///< after an LF without CR, which is not written yet
  };
  void step(char c, std::string& out);

  State state_ = State::kLineStart;
};

/// How many octets of a message TOP sends: the header, the empty line, and `lines` of the body.
/// // RFC 1939 7
[[nodiscard]] std::size_t top_length(std::string_view content, std::uint32_t lines);

}  // namespace glasspost::pop3
