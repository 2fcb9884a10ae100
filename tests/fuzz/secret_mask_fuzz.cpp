// Any dialogue through the mask of secrets: lengths stay, and pieces make no difference.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/tap/secret_mask.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  tap::SecretMask whole;
  tap::SecretMask single;
  while (!input.empty()) {
    const auto head = static_cast<std::uint8_t>(input.front());
    input.remove_prefix(1);
    const std::string_view bytes = input.substr(0, head / 2);
    input.remove_prefix(bytes.size());
    if (head % 2 == 0) {
      const std::string masked = whole.from_client(bytes);
      std::string by_bytes;
      for (const char& c : bytes)
        by_bytes += single.from_client({&c, 1});
      GLASSPOST_ASSERT(masked == by_bytes && masked.size() == bytes.size());
    } else {
      whole.from_server(bytes);
      for (const char& c : bytes)
        single.from_server({&c, 1});
    }
  }
  return 0;
}
