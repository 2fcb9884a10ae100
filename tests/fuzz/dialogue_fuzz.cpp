// Any bytes as a dialogue of SMTP, POP3 and IMAP: the first byte of each piece says whose it is and how long.
// Labels stay inside their lines, and the same bytes in single steps give the same lines.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/dissect/dialogue.h"
#include "engine/dissect/meaning.h"
#include "engine/trace/recorder.h"

using namespace glasspost;

namespace {

void record(trace::Recorder& recorder, std::string_view input, std::size_t most, std::string_view server) {
  trace::Header header;
  header.connection = {1};
  recorder.append(header, trace::payload::ConnectionOpened{{1}, {2}, "192.0.2.1:4", server});
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

void check(std::string_view input, std::string_view server) {
  trace::Recorder whole;
  trace::Recorder single;
  record(whole, input, SIZE_MAX, server);
  record(single, input, 1, server);
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
    GLASSPOST_ASSERT(left[i].answers == right[i].answers && left[i].tag == right[i].tag);
    std::uint64_t end = 0;
    for (const dissect::Label& label : left[i].labels) {
      GLASSPOST_ASSERT(label.offset >= end);
      end = std::uint64_t{label.offset} + label.length;
    }
    GLASSPOST_ASSERT(end <= left[i].length);
    static_cast<void>(dissect::meaning_of(*a.find({1}), left[i]));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const std::string_view server : {"192.0.2.2:25", "192.0.2.2:110", "192.0.2.2:143"})
    check(input, server);
  return 0;
}
