#pragma once

// Hand-made recordings of dialogues.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trace/recorder.h"

namespace glasspost::dissect {

/// "C: text" and "S: text" with \r\n added to each line by said(); pieces of any size.
struct Said {
  trace::Direction direction{};
  std::string bytes;
  trace::Layer layer = trace::Layer::kWire;
};
inline Said client(std::string bytes, trace::Layer layer = trace::Layer::kWire) {
  return {trace::Direction::kToServer, std::move(bytes), layer};
}
inline Said server(std::string bytes, trace::Layer layer = trace::Layer::kWire) {
  return {trace::Direction::kToClient, std::move(bytes), layer};
}

/// Records a dialogue, each side's bytes cut into pieces of at most `piece`.
inline void record(trace::Recorder& recorder, const std::vector<Said>& dialogue, std::size_t piece,
                   std::uint32_t connection = 1, std::string_view endpoint = "198.51.100.3:25") {
  trace::Header header;
  header.connection = {connection};
  header.host = {2};
  header.time = Instant{1'000'000'000};
  recorder.append(header, trace::payload::ConnectionOpened{{2}, {3}, "192.0.2.2:40000", endpoint});
  std::array<std::array<std::uint64_t, 2>, 2> ends{};
  for (const Said& said : dialogue) {
    for (std::size_t at = 0; at < said.bytes.size(); at += piece) {
      const std::string_view bytes = std::string_view(said.bytes).substr(at, piece);
      std::uint64_t& end =
          ends[static_cast<std::size_t>(said.direction)][static_cast<std::size_t>(said.layer)];
      header.time = header.time + Duration::milliseconds(1);
      header.host = {said.direction == trace::Direction::kToServer ? 2u : 3u};
      recorder.append(header,
                      trace::payload::StreamBytes{said.direction, said.layer, end, bytes.size(), {bytes}});
      end += bytes.size();
    }
  }
}

}  // namespace glasspost::dissect
