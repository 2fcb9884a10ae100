// Envelope, structure and sections of any message: every answer is balanced, whatever the message says.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/header.h"
#include "engine/message/mime.h"
#include "engine/protocol/imap/body_structure.h"
#include "engine/protocol/imap/envelope.h"
#include "engine/protocol/imap/search_text.h"
#include "engine/protocol/imap/section.h"

using namespace glasspost;
using namespace glasspost::imap;

namespace {

// The response's strings are skipped; its parentheses must match.
void check_balanced(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      for (++i; text.at(i) != '"'; ++i) {
        GLASSPOST_ASSERT(text[i] != '\r' && text[i] != '\n' && text[i] != '\0' && !is_non_ascii(text[i]));
        if (text[i] == '\\') ++i;
      }
    } else if (text[i] == '{') {
      const std::size_t end = text.find("}\r\n", i);
      GLASSPOST_ASSERT(end != std::string_view::npos);
      i = end + 2 + std::stoul(std::string(text.substr(i + 1, end - i - 1)));
      GLASSPOST_ASSERT(i < text.size());
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')') {
      GLASSPOST_ASSERT(--depth >= 0);
    }
  }
  GLASSPOST_ASSERT(depth == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const message::MimeTree tree = message::parse_mime(text);
  const message::Header header = message::parse_header(text);
  std::string out;
  append_envelope(out, header);
  check_balanced(out);
  for (const bool extended : {false, true}) {
    out.clear();
    append_body_structure(out, text, tree, extended);
    check_balanced(out);
  }
  using Text = Section::Text;
  for (const std::vector<std::uint32_t>& part :
       {std::vector<std::uint32_t>{}, {1}, {2}, {1, 1}, {2, 1, 1}, {1, 1, 1, 1}}) {
    for (const Text kind : {Text::kWhole, Text::kHeader, Text::kHeaderFields, Text::kHeaderFieldsNot,
                            Text::kText, Text::kMime}) {
      const auto found = section_text(text, tree, {part, kind, {"subject", "to"}});
      GLASSPOST_ASSERT(!found || found->size() <= text.size() + 2);
    }
  }
  static_cast<void>(body_holds(text, tree, "needle"));
  static_cast<void>(sent_day(header));
  return 0;
}
