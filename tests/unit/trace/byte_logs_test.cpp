#include "engine/trace/byte_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/trace/story.h"

namespace glasspost::trace {
namespace {

TEST(ByteLogs, ReadsAnyRangeOfALog) {
  Recorder recorder;
  const std::string text = "EHLO alpha.example\r\nMAIL FROM:<alice@alpha.example>\r\n";
  Header header;
  header.connection = {4};
  ByteLogs logs;
  for (std::size_t at = 0; at < text.size(); at += 5) {
    const std::string_view piece = std::string_view(text).substr(at, 5);
    recorder.append(header,
                    payload::StreamBytes{Direction::kToServer, Layer::kPlain, at, piece.size(), {piece}});
    recorder.append({}, payload::MailRemoved{});
    logs.update(recorder.snapshot());
  }
  const Trace trace = recorder.snapshot();
  for (std::size_t from = 0; from <= text.size(); ++from) {
    for (std::size_t n = 0; n <= text.size() + 3; ++n) {
      ASSERT_EQ(logs.read(trace, {4}, Direction::kToServer, Layer::kPlain, from, n), text.substr(from, n));
    }
  }
  EXPECT_EQ(logs.read(trace, {4}, Direction::kToServer, Layer::kPlain), text);
  EXPECT_EQ(logs.read(trace, {4}, Direction::kToClient, Layer::kPlain), "");
  EXPECT_EQ(logs.read(trace, {5}, Direction::kToServer, Layer::kPlain), "");
  EXPECT_THAT(logs.connections(), testing::ElementsAre(ConnectionId{4}));
}

}  // namespace
}  // namespace glasspost::trace
