// Any bytes as a dialogue: the first byte of each piece says whose it is and how long. Labels stay inside
// their lines, and the same bytes in single steps give the same lines.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/dissect/dialogue.h"
#include "engine/trace/recorder.h"

using namespace glasspost;

namespace {

void record(trace::Recorder& recorder, std::string_view input, std::size_t most) {
  trace::Header header;
  header.connection = {1};
  recorder.append(header, trace::payload::ConnectionOpened{{1}, {2}, "192.0.2.1:4", "192.0.2.2:25"});
  std::array<std::uint64_t, 4> ends{};
  while (!input.empty()) {
    const auto head = static_cast<std::uint8_t>(input.front());
    input.remove_prefix(1);
    const auto direction = static_cast<trace::Direction>(head & 1);
    const auto layer = static_cast<trace::Layer>((head >> 1) % 8 == 7 ? 1 : 0);
    std::string_view bytes = input.substr(0, head / 4);
    input.remove_prefix(bytes.size());
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, most);
      bytes.remove_prefix(piece.size());
      std::uint64_t& end = ends[(head & 1) * 2u + static_cast<std::size_t>(layer)];
      recorder.append(header, trace::payload::StreamBytes{direction, layer, end, piece.size(), {piece}});
      end += piece.size();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  trace::Recorder whole;
  trace::Recorder single;
  record(whole, input, SIZE_MAX);
  record(single, input, 1);
  dissect::Dialogues a;
  dissect::Dialogues b;
  a.update(whole.snapshot());
  b.update(single.snapshot());
  const auto& left = a.find({1})->lines;
  const auto& right = b.find({1})->lines;
  GLASSPOST_ASSERT(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    GLASSPOST_ASSERT(left[i].kind == right[i].kind && left[i].offset == right[i].offset);
    GLASSPOST_ASSERT(left[i].length == right[i].length && left[i].labels == right[i].labels);
    GLASSPOST_ASSERT(left[i].text == right[i].text && left[i].transaction == right[i].transaction);
    for (const dissect::Label& label : left[i].labels) {
      GLASSPOST_ASSERT(std::uint64_t{label.offset} + label.length <= left[i].length);
    }
  }
  return 0;
}
