#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dissect/ladder.h"
#include "engine/observe/catalogue.h"
#include "gui/model/commands.h"
#include "gui/model/digest.h"

namespace glasspost::gui {

enum class FoundKind : std::uint8_t { kAction, kHost, kConnection, kLetter, kLine };

struct Found {
  FoundKind kind{};
  std::string label;
  std::string detail;             ///< where, when; may be empty
  std::vector<Command> commands;  ///< what choosing it does
};

/// Ctrl+K: everything that has a name or was said, found by typing a part of it. Words may stand in any
/// order. Lines are looked through a slice at a time, so that typing never waits.
class Finder {
 public:
  static constexpr std::size_t kMostOfAKind = 12;
  static constexpr std::size_t kMostLines = 40;
  static constexpr std::size_t kSlice = 20'000;  ///< lines a call

  /// Looks on, or anew if the text, the language or the trace is another. `world` is the moment that is
  /// looked at: letters are found as they are then.
  void update(const trace::Trace& trace, const Digest& digest, const trace::Projection& world,
              Language language, std::string_view text);

  [[nodiscard]] const std::vector<Found>& found() const { return found_; }
  /// Not everything has been looked through: update() again.
  [[nodiscard]] bool busy() const { return busy_; }

 private:
  [[nodiscard]] bool fits(std::string_view label) const;
  Found& add(FoundKind kind, std::string label, std::string detail);
  void actions(Language language);
  void hosts(const trace::Projection& world);
  void letters(const trace::Trace& trace, const trace::Projection& world);
  void lines(const trace::Trace& trace, const Digest& digest, const trace::Projection& world);

  std::string text_;
  std::vector<std::string> words_;  // lower case
  Language language_ = Language::kEnglish;
  std::uint64_t seen_ = 0, seq_ = 0;
  bool begun_ = false;
  bool busy_ = false;
  std::size_t next_row_ = 0, lines_ = 0;
  std::vector<Found> found_;
};

}  // namespace glasspost::gui
