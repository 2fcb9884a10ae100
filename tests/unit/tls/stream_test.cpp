#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tls/tls_world.h"

namespace glasspost::tls::test {
namespace {

std::string pattern(std::size_t size, unsigned step) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i)
    bytes.push_back(static_cast<char>(i * step + (i >> 8)));
  return bytes;
}

// Sends both ways at once and compares.
void exchange(TlsWorld& world, std::size_t size) {
  ASSERT_TRUE(world.both_up()) << world.client_failure() << "; " << world.server_failure();
  const std::string up = pattern(size, 7);
  const std::string down = pattern(size + size / 3, 13);
  std::optional<Ok> results[4];
  std::string got_up;
  std::string got_down;
  world.tasks.spawn(collect(world.server_stream(), got_up, results[0]));
  world.tasks.spawn(collect(world.client_stream(), got_down, results[1]));
  world.tasks.spawn(send(world.client_stream(), up, true, results[2]));
  world.tasks.spawn(send(world.server_stream(), down, true, results[3]));
  world.scheduler.run();
  for (const std::optional<Ok>& result : results) {
    ASSERT_TRUE(result.has_value()) << "still waiting";
    EXPECT_TRUE(result->has_value()) << to_string(result->error());
  }
  EXPECT_TRUE(got_up == up);
  EXPECT_TRUE(got_down == down);
}

TEST(TlsStream, EveryChunkSizeOfTheWire) {
  for (std::size_t chunk = 1; chunk <= 64; ++chunk) {
    TlsWorld world;
    world.connect("mx.beta.example", {chunk, 100});
    exchange(world, 300);
  }
}

TEST(TlsStream, MegabytesBothWaysThroughANarrowPipe) {
  for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13}) {
    TlsWorld world;
    world.client.maximum = version;
    world.connect("mx.beta.example", {1400, 4096});
    exchange(world, 3'000'000);
  }
}

TEST(TlsStream, NothingOfThePlaintextIsOnTheWire) {
  TlsWorld world;
  world.connect();
  std::optional<Ok> sent;
  world.tasks.spawn(send(world.client_stream(), "AUTH PLAIN secret-secret", false, sent));
  world.scheduler.run();
  EXPECT_TRUE(sent.has_value() && sent->has_value());
  EXPECT_EQ(world.pipe->to_server->log.find("secret"), std::string::npos);
}

TEST(TlsStream, HalfClosedReadingGoesOn) {
  TlsWorld world;
  world.connect();
  std::optional<Ok> closed;
  std::optional<Ok> read;
  std::optional<Ok> answered;
  std::string at_server;
  std::string at_client;
  std::optional<Ok> at_end;
  world.tasks.spawn(send(world.client_stream(), "QUIT", true, closed));
  world.tasks.spawn(collect(world.server_stream(), at_server, read));
  world.scheduler.run();
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->has_value());
  world.tasks.spawn(send(world.server_stream(), "221 bye", true, answered));
  world.tasks.spawn(collect(world.client_stream(), at_client, at_end));
  world.scheduler.run();
  EXPECT_EQ(at_client, "221 bye");
  ASSERT_TRUE(at_end.has_value());
  EXPECT_TRUE(at_end->has_value());
  std::optional<Ok> late;
  world.tasks.spawn(send(world.client_stream(), "late", false, late));
  world.scheduler.run();
  EXPECT_EQ(late->error().code, ErrorCode::kEndOfStream);
}

TEST(TlsStream, AnEndWithoutCloseNotifyIsAnError) {
  TlsWorld world;
  world.connect();
  std::optional<Ok> read;
  std::string got;
  world.tasks.spawn(collect(world.client_stream(), got, read));
  std::optional<Ok> sent;
  world.tasks.spawn(send(world.server_stream(), "250 half of an ans", false, sent));
  world.scheduler.run();
  world.server_result.reset();
  world.scheduler.run();
  ASSERT_TRUE(read.has_value());
  ASSERT_FALSE(read->has_value());
  EXPECT_EQ(read->error().code, ErrorCode::kEndOfStream);
  EXPECT_EQ(got, "250 half of an ans");
  std::optional<Ok> again;
  world.tasks.spawn(collect(world.client_stream(), got, again));
  world.scheduler.run();
  EXPECT_EQ(again->error(), read->error());
}

TEST(TlsStream, AChangedByteIsNotAccepted) {
  TlsWorld world;
  world.connect();
  std::optional<Ok> sent;
  world.tasks.spawn(send(world.client_stream(), "RCPT TO:<bob@beta.example>", false, sent));
  world.scheduler.run();
  std::string& waiting = world.pipe->to_server->waiting;
  ASSERT_FALSE(waiting.empty());
  waiting[waiting.size() / 2] = static_cast<char>(waiting[waiting.size() / 2] ^ 1);
  std::optional<Ok> read;
  std::string got;
  world.tasks.spawn(collect(world.server_stream(), got, read));
  world.scheduler.run();
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->error().code, ErrorCode::kTls);
  EXPECT_EQ(got, "");
  EXPECT_EQ(world.server_notes.lines.back(), "> Alert: bad_record_mac");
  std::optional<Ok> at_client;
  world.tasks.spawn(collect(world.client_stream(), got, at_client));
  world.scheduler.run();
  ASSERT_TRUE(at_client.has_value());
  EXPECT_EQ(at_client->error().code, ErrorCode::kTls);
  EXPECT_EQ(world.client_notes.lines.back(), "< Alert: bad_record_mac");
}

TEST(TlsStream, DeadlineEndsReadAndWriteAndLiftingItLetsReadingGoOn) {
  TlsWorld world;
  world.connect("mx.beta.example", {1000, 1000});
  std::optional<Ok> read;
  std::optional<Ok> sent;
  std::string got;
  const std::string large = pattern(100'000, 3);
  world.client_stream().set_deadline(kNow + Duration::seconds(5));
  world.tasks.spawn(collect(world.client_stream(), got, read));
  world.tasks.spawn(send(world.client_stream(), large, false, sent));
  world.scheduler.run();
  EXPECT_FALSE(read.has_value());
  EXPECT_FALSE(sent.has_value());
  world.clock.set(kNow + Duration::seconds(5));
  world.client_end->wake();
  world.scheduler.run();
  ASSERT_TRUE(read && sent);
  EXPECT_EQ(read->error().code, ErrorCode::kTimedOut);
  EXPECT_EQ(sent->error().code, ErrorCode::kTimedOut);

  world.client_stream().set_deadline(Instant::never());
  std::optional<Ok> more;
  std::optional<Ok> answered;
  world.tasks.spawn(collect(world.client_stream(), got, more));
  world.tasks.spawn(send(world.server_stream(), "still here", true, answered));
  world.scheduler.run();
  EXPECT_EQ(got, "still here");
  std::optional<Ok> late;
  world.tasks.spawn(send(world.client_stream(), "late", false, late));
  world.scheduler.run();
  EXPECT_EQ(late->error().code, ErrorCode::kTimedOut) << "half a record was sent: nothing may follow it";
}

TEST(TlsStream, AbortEndsEverythingAtBothEnds) {
  TlsWorld world;
  world.connect("mx.beta.example", {1000, 1000});
  std::optional<Ok> results[3];
  std::string got;
  const std::string large = pattern(100'000, 3);
  world.tasks.spawn(collect(world.client_stream(), got, results[0]));
  world.tasks.spawn(send(world.client_stream(), large, false, results[1]));
  world.tasks.spawn(send(world.server_stream(), large, false, results[2]));
  world.scheduler.run();
  world.client_stream().abort();
  world.scheduler.run();
  ASSERT_TRUE(results[0] && results[1]);
  EXPECT_EQ(results[0]->error().code, ErrorCode::kAborted);
  EXPECT_EQ(results[1]->error().code, ErrorCode::kAborted);
  std::optional<Ok> read;
  world.tasks.spawn(collect(world.server_stream(), got, read));
  world.scheduler.run();
  EXPECT_EQ(read->error().code, ErrorCode::kAborted);
}

TEST(TlsStream, EmptyWritesSendNothing) {
  TlsWorld world;
  world.connect();
  const std::size_t before = world.pipe->to_server->log.size();
  std::optional<Ok> sent;
  world.tasks.spawn(send(world.client_stream(), "", false, sent));
  world.scheduler.run();
  EXPECT_TRUE(sent.has_value() && sent->has_value());
  EXPECT_EQ(world.pipe->to_server->log.size(), before);
}

}  // namespace
}  // namespace glasspost::tls::test
