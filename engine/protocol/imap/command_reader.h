#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::imap {

/// One complete command as it came: its lines, without the last line end, in which each literal stands as
/// "{size}" CR LF, and the literals' bytes beside it in order.
struct RawCommand {
  std::string text;
  std::vector<std::string> literals;
  bool bare_lf = false;  ///< some line ended with LF alone
};

/// Cuts a stream of bytes into commands, whatever the blocks it arrives in. It takes no byte beyond the
/// command that it gives, so what follows (a TLS handshake) stays in the caller's block. It holds one command
/// at most, within the limits; what goes beyond them is thrown away as it comes. // RFC 3501 4.3, RFC 7888
class CommandReader {
 public:
  struct Limits {
    std::size_t line = 64 * 1024;               ///< octets of a command without its literals
    std::size_t literal = 64 * 1024;            ///< octets of all literals of a command that is not APPEND
    std::size_t append = 64 * 1024 * 1024;      ///< the same for APPEND
    std::size_t literals = 100;                 ///< how many in one command
    std::uint64_t discard = 256 * 1024 * 1024;  ///< octets of refused literals and lines that are read past
  };

  enum class Event : std::uint8_t {
    kCommand,   ///< a command is complete: take() it
    kContinue,  ///< a synchronizing literal was announced: the client waits for "+"
    kTooLarge,  ///< the command passed a limit and is over; tag() is its tag
    kFlood,     ///< more came than is read past: the dialogue is over
  };

  explicit CommandReader(Limits limits) : limits_(limits) {}

  /// Takes bytes from the front of `input` up to the next event, or all of them.
  std::optional<Event> next(std::string_view& input);
  /// After kCommand.
  [[nodiscard]] RawCommand take();
  /// The present command's tag as far as it has come, or empty.
  [[nodiscard]] std::string tag() const;
  /// True in the middle of a command.
  [[nodiscard]] bool in_command() const { return in_literal_ || !raw_.text.empty() || too_large_; }
  void set_limits(Limits limits) { limits_ = limits; }

 private:
  enum class Kind : std::uint8_t { kNone, kSynchronizing, kNonSynchronizing };
  struct Announced {
    Kind kind = Kind::kNone;
    std::uint64_t size = 0;
  };
  [[nodiscard]] Announced announced() const;
  std::optional<Event> end_of_line();
  std::optional<Event> over();
  [[nodiscard]] bool is_append() const;
  void reset();

  Limits limits_;
  RawCommand raw_;
  std::string tag_;          ///< of a command that was too large
  std::size_t segment_ = 0;  ///< where the present line begins in raw_.text
  std::uint64_t literal_left_ = 0;
  std::uint64_t literal_octets_ = 0;
  std::uint64_t discarded_ = 0;
  bool in_literal_ = false;
  bool too_large_ = false;  ///< a limit was passed: the rest is read past
};

}  // namespace glasspost::imap
