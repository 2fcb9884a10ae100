#include "engine/message/fold.h"

#include <cstddef>

#include "engine/base/text.h"
#include "engine/message/header.h"
#include "engine/message/limits.h"

namespace glasspost::message {

std::string fold_field(std::string_view name, std::string_view value) {
  std::string text = unfold(value);
  for (char& c : text) {
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
  const std::string_view words = trim_wsp(text);
  const std::size_t wanted =
      words.find("=?") == std::string_view::npos ? kWantedLineLength : kMaxEncodedLineLength;
  std::string out(name);
  out += ':';
  std::size_t column = out.size();
  for (std::size_t i = 0; i < words.size();) {
    const std::size_t word = words.find_first_not_of(" \t", i);
    std::size_t end = words.find_first_of(" \t", word);
    if (end == std::string_view::npos) end = words.size();
    const std::string_view space = i == 0 ? std::string_view(" ") : words.substr(i, word - i);
    const std::size_t length = space.size() + end - word;
    // Readers make one space of the white space around a fold, so runs of it are left whole where they can
    // be.
    const std::size_t limit = space.size() == 1 ? wanted : kMaxLineLength;
    // Folding right after the colon helps only a word that fits a line of its own.
    const bool helps = i > 0 || length <= limit;
    if (column + length > limit && helps) {
      out += "\r\n";
      column = 0;
    }
    out += space;
    out += words.substr(word, end - word);
    column += length;
    i = end;
  }
  out += "\r\n";
  return out;
}

}  // namespace glasspost::message
