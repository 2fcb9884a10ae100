// Lines come out the same whole and in blocks (the first octet chooses their size).
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/assert.h"
#include "engine/protocol/line/line_reader.h"

namespace {

std::vector<std::string> read_all(std::string_view bytes, std::size_t chunk) {
  glasspost::LineReader reader({32, 64});
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    const std::string block(bytes.substr(at, chunk));
    std::string_view rest = block;
    while (const auto line = reader.next(rest)) {
      if (line->flood) return lines;  // where exactly it gives up depends on the blocks
      std::string text(line->text);
      text += line->too_long ? "L" : "-";
      text += line->bare_lf ? "F" : "-";
      if (!line->too_long) text += line->bare_cr ? "R" : "-";
      lines.push_back(text);
    }
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = read_all(bytes, bytes.size());
  const auto cut = read_all(bytes, 1 + data[0] % 40);
  const std::size_t common = std::min(whole.size(), cut.size());
  for (std::size_t i = 0; i < common; ++i)
    GLASSPOST_ASSERT(whole[i] == cut[i]);
  return 0;
}
