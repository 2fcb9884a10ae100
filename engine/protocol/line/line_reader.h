#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glasspost {

/// One line of a text protocol, and what was odd about it.
struct Line {
  /// Without its ending. Valid until the reader's next call and as long as the input block that it came from.
  /// Empty if too_long.
  std::string_view text;
  bool too_long = false;  ///< longer than allowed: its bytes were thrown away
  bool bare_lf = false;   ///< LF alone ended it
  bool bare_cr = false;   ///< a CR without LF stands in it
  bool flood = false;     ///< no end came within the discard limit; the rest is lost and the dialogue is over
};

/// Cuts a stream into lines that end with CRLF, whatever the blocks it arrives in. // RFC 5321 2.3.8
///
/// LF alone ends a line as well, but says so (`bare_lf`): whether such a line may be obeyed is the caller's
/// policy. CR alone never ends one. The reader takes no byte beyond the line that it gives, so what follows
/// (a literal, a message's content, a TLS handshake) stays in the caller's block. It holds at most one line.
class LineReader {
 public:
  struct Limits {
    std::size_t max_line = 512;         ///< octets, the line's ending included
    std::size_t max_discard = 1 << 20;  ///< octets of an over-long line that are read to find its end
  };

  explicit LineReader(Limits limits) : limits_(limits) {}

  /// Takes bytes from the front of `input` up to the end of a line, or all of them if the line goes on.
  std::optional<Line> next(std::string_view& input);
  /// True in the middle of a line.
  [[nodiscard]] bool in_line() const { return length_ > 0; }
  void set_limits(Limits limits) { limits_ = limits; }

 private:
  std::optional<Line> finish(std::string_view whole);
  void reset();

  Limits limits_;
  std::string partial_;
  std::uint64_t length_ = 0;  ///< octets of the present line so far, thrown away ones included
  bool given_ = false;        ///< partial_ is still lent to the caller
  bool too_long_ = false;
  bool bare_cr_ = false;
  bool after_cr_ = false;
};

}  // namespace glasspost
