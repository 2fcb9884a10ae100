// Any columns under any kind, and any bytes as an explanation: every reader of events takes them.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/trace/byte_logs.h"
#include "engine/trace/event_text.h"
#include "engine/trace/explanation_codec.h"
#include "engine/trace/recorder.h"

using namespace glasspost;

namespace {

/// Takes values off the front of the input; zeros when it is used up.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  std::string text() {
    const std::size_t length = std::min<std::size_t>(byte() % 16, bytes_.size());
    std::string result(bytes_.substr(0, length));
    bytes_.remove_prefix(length);
    return result;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const Result<Explanation> explanation = trace::decode_explanation(bytes)) {
    GLASSPOST_ASSERT(trace::decode_explanation(trace::encode_explanation(*explanation)) == *explanation);
  }
  trace::Recorder recorder;
  Input input(bytes);
  for (int events = 0; events < 200 && !input.empty(); ++events) {
    trace::RawEvent event;
    event.kind = static_cast<trace::Kind>(input.byte());
    event.host = {input.byte() % 4u};
    event.connection = {input.byte() % 4u};
    event.message = input.byte() % 2 == 0 ? "" : "Q";
    const std::uint8_t shape = input.byte();
    for (int i = 0; i < shape % 9; ++i)
      event.integers.push_back(input.byte() % 64);
    for (int i = 0; i < shape / 9 % 9; ++i)
      event.texts.push_back(input.text());
    if (shape >= 81) event.blob = input.text();
    recorder.append(event);
  }
  const trace::Trace trace = recorder.snapshot();
  static_cast<void>(trace::trace_text(trace));
  static_cast<void>(trace.project(trace.last_seq()).hash());
  trace::ByteLogs logs;
  logs.update(trace);
  for (const ConnectionId id : logs.connections()) {
    static_cast<void>(logs.read(trace, id, trace::Direction::kToServer, trace::Layer::kWire));
  }
  return 0;
}
