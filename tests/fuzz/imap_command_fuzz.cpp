// Reader and parser are total; the same commands come out whatever blocks the bytes come in. The first octet
// is the size of the blocks.
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/assert.h"
#include "engine/protocol/imap/command.h"

using namespace glasspost::imap;

namespace {

std::string read(std::string_view bytes, std::size_t chunk) {
  CommandReader reader({256, 64, 512, 4, 4096});
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    std::string_view block = bytes.substr(at, chunk);
    while (const auto event = reader.next(block)) {
      out += static_cast<char>('a' + static_cast<int>(*event));
      if (*event == CommandReader::Event::kFlood) return out;
      if (*event != CommandReader::Event::kCommand) continue;
      RawCommand raw = reader.take();
      out += raw.text;
      std::size_t octets = 0;
      for (const std::string& literal : raw.literals)
        octets += literal.size();
      GLASSPOST_ASSERT(raw.text.size() <= 256 && octets <= 512 && raw.literals.size() <= 4);
      const std::size_t length = raw.text.size();
      const ParsedCommand parsed = parse_command(std::move(raw));
      GLASSPOST_ASSERT(!parsed.error || parsed.error->offset.value_or(0) <= length);
      GLASSPOST_ASSERT(parsed.error || !parsed.command.tag.empty());
      if (const auto* fetch = std::get_if<FetchArguments>(&parsed.command.arguments)) {
        for (const FetchAttribute& attribute : fetch->attributes)
          GLASSPOST_ASSERT(!response_name(attribute).empty());
      }
    }
    GLASSPOST_ASSERT(block.empty());
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = read(bytes, bytes.size());
  const std::string pieces = read(bytes, 1 + data[0] % 64u);
  // How much of a flood is read past depends on the blocks; that it is one does not.
  if (whole.find('d') == std::string::npos) GLASSPOST_ASSERT(whole == pieces);
  return 0;
}
