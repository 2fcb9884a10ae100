#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dissect/printable.h"

namespace glasspost::cli {

/// How many columns of a terminal a UTF-8 text takes: 2 for Korean, other wide letters and emoji, 0 for
/// combining marks, 1 for the rest. Control characters must not be in it.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// The text cut to at most `width` columns; if something was cut it ends in "..".
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width);
/// The text with blanks to `width` columns, or cut to it.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
/// Lines of at most `width` columns, broken at blanks where there are any. At least one line.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

using dissect::printable;

/// One line of a terminal whose columns are written in any order; what is written later covers what was
/// there.
class Canvas {
 public:
  explicit Canvas(std::size_t width) : cells_(width, " ") {}

  [[nodiscard]] std::size_t width() const { return cells_.size(); }
  /// Writes from a column on; what does not fit is left out.
  void put(std::size_t column, std::string_view text);
  /// Repeats one ASCII character over [from, to).
  void fill(std::size_t from, std::size_t to, char c);
  /// Without blanks at the end.
  [[nodiscard]] std::string text() const;

 private:
  void clear(std::size_t column);

  std::vector<std::string> cells_;  ///< a wide letter fills its first cell and leaves the second empty
};

}  // namespace glasspost::cli
