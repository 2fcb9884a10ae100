#include "engine/cli/canvas.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace glasspost::cli {
namespace {

struct Letter {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

/// The next code point; a byte that is not UTF-8 stands for itself.
Letter next_letter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  if (length == 1 || text.size() < length) return {lead, 1};
  std::uint32_t code = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return {lead, 1};
    code = code << 6 | (byte & 0x3fu);
  }
  return {code, length};
}

struct Range {
  std::uint32_t first, last;
};

// Unicode's East Asian Width W and F (UAX 11), and pictures that terminals draw wide; coarse on purpose.
constexpr std::array<Range, 15> kWide = {{{0x1100, 0x115f},
                                          {0x231a, 0x231b},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0x33ff},
                                          {0x3400, 0x4dbf},
                                          {0x4e00, 0x9fff},
                                          {0xa000, 0xa4cf},
                                          {0xa960, 0xa97f},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1faff},
                                          {0x20000, 0x3fffd}}};
constexpr std::array<Range, 8> kNoWidth = {{{0x0300, 0x036f},
                                            {0x1160, 0x11ff},
                                            {0x200b, 0x200f},
                                            {0x20d0, 0x20ff},
                                            {0xd7b0, 0xd7ff},
                                            {0xfe00, 0xfe0f},
                                            {0xfe20, 0xfe2f},
                                            {0xfeff, 0xfeff}}};

template <std::size_t N>
bool within(std::uint32_t code, const std::array<Range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& range) { return code >= range.first && code <= range.last; });
}

std::size_t letter_width(std::uint32_t code) {
  if (code < 0x300) return 1;
  if (within(code, kNoWidth)) return 0;
  return within(code, kWide) ? 2 : 1;
}

/// How many bytes of the text fill at most `width` columns.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  std::size_t taken = 0;
  std::size_t columns = 0;
  while (taken < text.size()) {
    const Letter letter = next_letter(text.substr(taken));
    columns += letter_width(letter.code);
    if (columns > width) break;
    taken += letter.bytes;
  }
  return taken;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Letter letter = next_letter(text);
    width += letter_width(letter.code);
    text.remove_prefix(letter.bytes);
  }
  return width;
}

std::string fitted(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= 2) return std::string(text.substr(0, bytes_within(text, width)));
  return std::string(text.substr(0, bytes_within(text, width - 2))) + "..";
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out = fitted(text, width);
  const std::size_t used = display_width(out);
  if (used < width) out.append(width - used, ' ');
  return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  width = std::max<std::size_t>(width, 2);
  while (display_width(text) > width) {
    std::size_t cut = bytes_within(text, width);
    const std::size_t blank = text.rfind(' ', cut);
    const bool at_blank = blank != std::string_view::npos && blank > 0;
    if (at_blank) cut = blank;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(at_blank ? cut + 1 : cut);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

void Canvas::clear(std::size_t column) {
  // Half of a wide letter cannot stay.
  if (cells_[column].empty() && column > 0) cells_[column - 1] = " ";
  if (column + 1 < cells_.size() && cells_[column + 1].empty()) cells_[column + 1] = " ";
  cells_[column] = " ";
}

void Canvas::put(std::size_t column, std::string_view text) {
  while (!text.empty()) {
    const Letter letter = next_letter(text);
    const std::size_t width = letter_width(letter.code);
    const std::string_view bytes = text.substr(0, letter.bytes);
    text.remove_prefix(letter.bytes);
    if (width == 0) {
      if (column > 0 && column <= cells_.size()) cells_[column - 1] += bytes;
      continue;
    }
    if (column + width > cells_.size()) return;
    for (std::size_t i = 0; i < width; ++i)
      clear(column + i);
    cells_[column] = bytes;
    if (width == 2) cells_[column + 1].clear();
    column += width;
  }
}

void Canvas::fill(std::size_t from, std::size_t to, char c) {
  for (std::size_t column = from; column < to && column < cells_.size(); ++column) {
    clear(column);
    cells_[column] = std::string(1, c);
  }
}

std::string Canvas::text() const {
  std::string out;
  for (const std::string& cell : cells_)
    out += cell;
  const std::size_t end = out.find_last_not_of(' ');
  return end == std::string::npos ? "" : out.substr(0, end + 1);
}

}  // namespace glasspost::cli
