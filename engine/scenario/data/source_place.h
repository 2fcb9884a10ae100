#pragma once

#include <cstdint>
#include <string>

namespace glasspost::scenario {

/// Where an item was written, or what it was derived from: a default carries the place of the item that it
/// completes. Lines and columns count from 1; a column counts bytes. Line 0: no file (made in code).
struct SourcePlace {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  /// "scenarios/first-mail.yaml:7:3".
  [[nodiscard]] std::string to_string() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
  friend bool operator==(const SourcePlace&, const SourcePlace&) = default;
};

/// The same words in both languages. A scenario that gives one text gives it for both.
struct Words {
  std::string en;
  std::string ko;

  friend bool operator==(const Words&, const Words&) = default;
};

}  // namespace glasspost::scenario
