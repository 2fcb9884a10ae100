#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/protocol/imap/command_reader.h"

namespace glasspost::imap {

/// Cuts what a server sends into responses, whatever the blocks it arrives in. It takes no byte beyond the
/// response that it gives, so what follows (a TLS handshake) stays in the caller's block. It holds one
/// response at most, within the limits. // RFC 3501 2.2.2, 4.3
class ResponseReader {
 public:
  struct Limits {
    std::size_t line = 4 * 1024 * 1024;      ///< octets of a response without its literals
    std::size_t literal = 64 * 1024 * 1024;  ///< octets of all its literals
    std::size_t literals = 10'000;           ///< how many
  };

  enum class Event : std::uint8_t {
    kResponse,   ///< a response is complete: take() it
    kTooLarge,   ///< a limit was passed: the dialogue is over
    kMalformed,  ///< a line without CR before its LF: the dialogue is over
  };

  explicit ResponseReader(Limits limits) : limits_(limits) {}

  /// Takes bytes from the front of `input` up to the next event, or all of them. After kTooLarge and
  /// kMalformed it gives the same for ever.
  std::optional<Event> next(std::string_view& input);
  /// After kResponse. `text` is without the last line end; each literal stands in it as "{size}" CR LF.
  [[nodiscard]] RawCommand take();
  /// True in the middle of a response.
  [[nodiscard]] bool in_response() const { return literal_left_ > 0 || !raw_.text.empty(); }

 private:
  std::optional<Event> end_of_line();
  [[nodiscard]] bool is_status() const;

  Limits limits_;
  RawCommand raw_;
  std::size_t segment_ = 0;  ///< where the present line begins in raw_.text
  std::uint64_t literal_left_ = 0;
  std::size_t literal_octets_ = 0;
  std::optional<Event> broken_;
};

}  // namespace glasspost::imap
