// Any text as a query: an error with its place, or a query that can be asked of any event.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/dissect/query.h"
#include "engine/trace/recorder.h"

using namespace glasspost;

namespace {

struct Asked {
  Asked() {
    for (const trace::KindInfo& info : trace::all_kinds()) {
      trace::RawEvent event;
      event.kind = info.kind;
      event.host = {1};
      event.connection = {1};
      event.integers = {0, 1, 2, 3, 4, 5, 6, 7};
      event.texts = {"220 a\r\n", "b", "c\nd", "", "e", "f", "g", "h"};
      event.blob = "220 x\r\n";
      recorder.append(event);
    }
    context.update(recorder.snapshot());
  }
  trace::Recorder recorder;
  dissect::QueryContext context;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Asked kAsked;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<dissect::Query> query = dissect::Query::parse(text);
  if (query) {
    static_cast<void>(query->find(kAsked.context));
  } else {
    GLASSPOST_ASSERT(query.error().offset.has_value() && *query.error().offset <= size);
  }
  return 0;
}
