#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost {

/// Where the first CR or LF of `bytes` stands; its size if there is none.
[[nodiscard]] std::size_t find_line_break(std::string_view bytes);
/// How many octets of 0x80 and above there are.
[[nodiscard]] std::uint64_t count_eight_bit(std::string_view bytes);

/// What was found in dot-stuffed content.
struct ContentFindings {
  std::uint64_t size = 0;          ///< octets after dots were removed, kept or not
  std::uint64_t longest_line = 0;  ///< octets without CRLF
  std::uint64_t bare_lf = 0;       ///< how many LF stood without a CR
  std::uint64_t bare_cr = 0;       ///< how many CR stood without an LF
  std::uint64_t nul = 0;
  std::uint64_t eight_bit = 0;  ///< octets of 0x80 and above
  bool too_large = false;       ///< the limit was passed; nothing is kept beyond it
};

/// Takes the dots out of content that CRLF.CRLF ends: SMTP's DATA, POP3's RETR. // RFC 5321 4.5.2
///
/// Only CRLF "." CRLF ends it, and the start of the content counts as the start of a line. LF or CR alone
/// ends neither a line nor the content, whatever is tolerated: so no second message can hide in the first.
class ContentDecoder {
 public:
  struct Options {
    std::uint64_t max_size = 0;      ///< octets kept; 0: no limit
    bool normalise_bare_lf = false;  ///< write CRLF for an LF alone (a named leniency of the caller)
    bool normalise_bare_cr = false;  ///< write a space for a CR alone (the same)
  };

  explicit ContentDecoder(Options options) : options_(options) {}

  /// Takes bytes from the front of `input`, appends the content to `out`, and is true once the end has been
  /// taken; bytes after it stay in `input`.
  bool decode(std::string_view& input, std::string& out);
  [[nodiscard]] const ContentFindings& findings() const { return findings_; }

 private:
  enum class State : std::uint8_t {
    kLineStart,  ///< at the very start, or after CRLF
    kInLine,
    kCr,     ///< after a CR in a line; it is not written yet
    kDot,    ///< after a dot at the start of a line; it is not written
    kDotCr,  ///< after such a dot and a CR; neither is written yet
  };

  void keep(std::string_view bytes, std::string& out);
  void plain(std::string_view bytes, std::string& out);
  void step(char c, std::string& out);
  void line_end(std::string& out);
  void lone_lf(std::string& out);
  void lone_cr(std::string& out);

  Options options_;
  ContentFindings findings_;
  State state_ = State::kLineStart;
  std::uint64_t line_length_ = 0;
  bool ended_ = false;
};

/// The other way: makes every line end CRLF (LF alone and CR alone become CRLF), doubles the dot at the start
/// of a line, and ends with CRLF "." CRLF. // RFC 5321 2.3.8, 4.5.2
class ContentEncoder {
 public:
  /// Appends the encoding of the next piece; pieces may be cut anywhere.
  void encode(std::string_view bytes, std::string& out);
  /// Appends the end: a CRLF if the last line lacks one, then the lone dot.
  void finish(std::string& out);

 private:
  bool line_start_ = true;
  bool after_cr_ = false;
};

}  // namespace glasspost
