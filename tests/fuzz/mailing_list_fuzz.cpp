// Any letter to a list: its changes lead from the letter to what is sent on, and a list never sends on twice.
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/agent/mta/mailing_list.h"
#include "engine/base/assert.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16'384) return 0;
  const std::string_view letter(reinterpret_cast<const char*>(data), size);
  store::SpoolEntry original;
  original.reverse_path = "alice@alpha.example";
  for (const bool rewrite : {false, true}) {
    const agent::MailingList list{"class@lists.example", {"bob@beta.example"}, "[class]", "--\nbye", rewrite};
    const agent::ListPost post =
        agent::post_to_list(list, {"mx.lists.example", "q", Instant{0}, original, letter});
    if (!post.refusal.empty()) continue;
    std::string altered(letter);
    for (const agent::ListChange& change : post.changes)
      message::apply(change.alteration, altered);
    GLASSPOST_ASSERT(altered == post.content);
    const agent::ListPost again =
        agent::post_to_list(list, {"mx.lists.example", "q", Instant{0}, original, post.content});
    GLASSPOST_ASSERT(!again.refusal.empty());
  }
  return 0;
}
