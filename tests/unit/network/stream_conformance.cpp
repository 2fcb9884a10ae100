#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "engine/runtime/task_group.h"
#include "tests/unit/network/network_conformance.h"

// What every ByteStream of a network does.

namespace glasspost {
namespace {

constexpr std::size_t kMegabytes = 2 * 1024 * 1024;

Task<void> accept_into(Listener& listener, ByteStreamPtr& into) {
  Result<ByteStreamPtr> accepted = co_await listener.accept();
  if (accepted) into = std::move(*accepted);
}

Task<void> dial_into(Network& network, Endpoint remote, ByteStreamPtr& into) {
  Result<ByteStreamPtr> dialled = co_await network.dial(remote, Instant::never());
  if (dialled) into = std::move(*dialled);
}

Task<void> dial_result(Network& network, Endpoint remote, Instant deadline,
                       std::optional<Result<ByteStreamPtr>>& into) {
  into = co_await network.dial(remote, deadline);
}

Task<void> read_result(ByteStream& stream, std::span<char> buffer, std::optional<Result<std::size_t>>& into) {
  into = co_await stream.read(buffer);
}

Task<void> write_result(ByteStream& stream, std::string_view bytes, std::optional<Ok>& into) {
  into = co_await stream.write(bytes);
}

Task<void> close_write_result(ByteStream& stream, std::optional<Ok>& into) {
  into = co_await stream.close_write();
}

/// Reads to the peer's end or to an error.
struct Reading {
  std::string bytes;
  std::optional<Error> error;
  bool ended = false;
};

Task<void> read_all(ByteStream& stream, std::size_t buffer_size, Reading& into) {
  std::string buffer(buffer_size, '\0');
  for (;;) {
    const Result<std::size_t> got = co_await stream.read(buffer);
    if (!got) {
      into.error = got.error();
      break;
    }
    if (*got == 0) break;
    into.bytes.append(buffer, 0, *got);
  }
  into.ended = true;
}

/// Writes in pieces of changing size, then closes.
Task<void> write_all(ByteStream& stream, std::string_view bytes, bool& ok) {
  ok = true;
  std::size_t piece = 1;
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, piece);
    const Ok written = co_await stream.write(part);
    if (!written) ok = false;
    if (!written) co_return;
    bytes.remove_prefix(part.size());
    piece = piece * 7 % 50'021 + 1;
  }
  const Ok closed = co_await stream.close_write();
  if (!closed) ok = false;
}

std::string pattern(std::size_t size, std::uint64_t seed) {
  RandomStream random(seed, "test", "pattern");
  std::string bytes(size, '\0');
  random.fill({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
  return bytes;
}

}  // namespace

void NetworkConformance::connect(Pair& pair) {
  auto listener = world_->server().network.listen(server_endpoint());
  ASSERT_TRUE(listener) << to_string(listener.error());
  pair.listener = std::move(*listener);
  TaskGroup tasks;
  tasks.spawn(accept_into(*pair.listener, pair.server));
  tasks.spawn(dial_into(world_->client().network, server_endpoint(), pair.client));
  ASSERT_TRUE(run_until([&] { return pair.client && pair.server; }));
}

namespace {

TEST_P(NetworkConformance, BothEndsAgreeWhoTheyAre) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  EXPECT_EQ(pair.client->remote(), server_endpoint());
  EXPECT_EQ(pair.server->local(), server_endpoint());
  EXPECT_EQ(pair.client->local(), pair.server->remote());
  EXPECT_EQ(pair.client->local().address, world_->client().network.addresses().front());
  EXPECT_NE(pair.client->local().port, 0);
  EXPECT_TRUE(pair.client->connection());
  EXPECT_EQ(pair.client->connection(), pair.server->connection());
}

TEST_P(NetworkConformance, MegabytesBothWaysAtOnceArriveIntact) {
  const std::string up = pattern(kMegabytes, 1);
  const std::string down = pattern(kMegabytes, 2);
  Reading at_server;
  Reading at_client;
  bool client_ok = false;
  bool server_ok = false;
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  TaskGroup tasks;
  tasks.spawn(write_all(*pair.client, up, client_ok));
  tasks.spawn(write_all(*pair.server, down, server_ok));
  tasks.spawn(read_all(*pair.server, 10'007, at_server));
  tasks.spawn(read_all(*pair.client, 999, at_client));
  ASSERT_TRUE(run_until([&] { return tasks.empty(); }));
  EXPECT_TRUE(client_ok && server_ok);
  EXPECT_FALSE(at_server.error || at_client.error);
  EXPECT_TRUE(at_server.bytes == up) << at_server.bytes.size();
  EXPECT_TRUE(at_client.bytes == down) << at_client.bytes.size();
}

TEST_P(NetworkConformance, AfterAHalfCloseTheOtherHalfGoesOn) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  bool question_ok = false;
  bool answer_ok = false;
  Reading question;
  Reading answer;
  TaskGroup tasks;
  tasks.spawn(write_all(*pair.client, "question", question_ok));
  tasks.spawn(read_all(*pair.server, 100, question));
  ASSERT_TRUE(run_until([&] { return question.ended; }));
  EXPECT_EQ(question.bytes, "question");
  tasks.spawn(read_all(*pair.client, 1, answer));
  tasks.spawn(write_all(*pair.server, "the answer", answer_ok));
  ASSERT_TRUE(run_until([&] { return answer.ended; }));
  EXPECT_EQ(answer.bytes, "the answer");
  EXPECT_FALSE(answer.error);

  // The end stays the end.
  std::array<char, 8> buffer{};
  std::optional<Result<std::size_t>> again;
  tasks.spawn(read_result(*pair.client, buffer, again));
  ASSERT_TRUE(run_until([&] { return again.has_value(); }));
  ASSERT_TRUE(*again);
  EXPECT_EQ(**again, 0u);
}

TEST_P(NetworkConformance, WritingAfterCloseWriteFails) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  std::optional<Ok> closed;
  std::optional<Ok> written;
  TaskGroup tasks;
  tasks.spawn(close_write_result(*pair.client, closed));
  ASSERT_TRUE(run_until([&] { return closed.has_value(); }));
  EXPECT_TRUE(*closed);
  tasks.spawn(write_result(*pair.client, "late", written));
  ASSERT_TRUE(run_until([&] { return written.has_value(); }));
  ASSERT_FALSE(*written);
  EXPECT_EQ(written->error().code, ErrorCode::kEndOfStream);
}

TEST_P(NetworkConformance, AnEmptyWriteSucceeds) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  std::optional<Ok> written;
  TaskGroup tasks;
  tasks.spawn(write_result(*pair.client, "", written));
  ASSERT_TRUE(run_until([&] { return written.has_value(); }));
  EXPECT_TRUE(*written);
}

TEST_P(NetworkConformance, DestroyingAStreamIsAnEndForThePeer) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  std::optional<Ok> written;
  Reading reading;
  TaskGroup tasks;
  tasks.spawn(write_result(*pair.server, "221 bye\r\n", written));
  ASSERT_TRUE(run_until([&] { return written.has_value(); }));
  pair.server.reset();
  tasks.spawn(read_all(*pair.client, 100, reading));
  ASSERT_TRUE(run_until([&] { return reading.ended; }));
  EXPECT_EQ(reading.bytes, "221 bye\r\n");
  EXPECT_FALSE(reading.error);
}

TEST_P(NetworkConformance, AbortEndsPendingAndLaterOperations) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  std::array<char, 8> buffer{};
  std::optional<Result<std::size_t>> pending;
  std::optional<Result<std::size_t>> later;
  std::optional<Ok> written;
  TaskGroup tasks;
  tasks.spawn(read_result(*pair.client, buffer, pending));
  EXPECT_FALSE(pending);
  pair.client->abort();
  ASSERT_TRUE(run_until([&] { return pending.has_value(); }));
  ASSERT_FALSE(*pending);
  EXPECT_EQ(pending->error().code, ErrorCode::kAborted);
  tasks.spawn(read_result(*pair.client, buffer, later));
  tasks.spawn(write_result(*pair.client, "x", written));
  ASSERT_TRUE(run_until([&] { return later && written; }));
  ASSERT_FALSE(*later);
  EXPECT_EQ(later->error().code, ErrorCode::kAborted);
  ASSERT_FALSE(*written);
  EXPECT_EQ(written->error().code, ErrorCode::kAborted);
}

TEST_P(NetworkConformance, AbortIsAResetForThePeer) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  Reading reading;
  TaskGroup tasks;
  tasks.spawn(read_all(*pair.server, 8, reading));
  pair.client->abort();
  ASSERT_TRUE(run_until([&] { return reading.ended; }));
  ASSERT_TRUE(reading.error);
  EXPECT_EQ(reading.error->code, ErrorCode::kAborted);
}

TEST_P(NetworkConformance, AWriterIsHeldUpUntilThePeerReads) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  // More than any network keeps for a reader that does not read.
  const std::string much(64 * 1024 * 1024, 'x');
  std::optional<Ok> written;
  TaskGroup tasks;
  pair.client->set_deadline(soon(world_->client()));
  tasks.spawn(write_result(*pair.client, much, written));
  EXPECT_FALSE(written);
  ASSERT_TRUE(run_until([&] { return written.has_value(); }));
  ASSERT_FALSE(*written);
  EXPECT_EQ(written->error().code, ErrorCode::kTimedOut);
  pair.client->abort();
}

TEST_P(NetworkConformance, AbortEndsAPendingWrite) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  const std::string much(64 * 1024 * 1024, 'x');
  std::optional<Ok> written;
  TaskGroup tasks;
  tasks.spawn(write_result(*pair.client, much, written));
  EXPECT_FALSE(written);
  pair.client->abort();
  ASSERT_TRUE(run_until([&] { return written.has_value(); }));
  ASSERT_FALSE(*written);
  EXPECT_EQ(written->error().code, ErrorCode::kAborted);
}

TEST_P(NetworkConformance, ADeadlineEndsAPendingReadAndCanBeLifted) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  std::array<char, 8> buffer{};
  std::optional<Result<std::size_t>> first;
  std::optional<Result<std::size_t>> second;
  std::optional<Result<std::size_t>> third;
  std::optional<Ok> written;
  TaskGroup tasks;
  tasks.spawn(read_result(*pair.client, buffer, first));
  pair.client->set_deadline(soon(world_->client()));
  ASSERT_TRUE(run_until([&] { return first.has_value(); }));
  ASSERT_FALSE(*first);
  EXPECT_EQ(first->error().code, ErrorCode::kTimedOut);

  tasks.spawn(read_result(*pair.client, buffer, second));
  ASSERT_TRUE(run_until([&] { return second.has_value(); }));
  ASSERT_FALSE(*second);
  EXPECT_EQ(second->error().code, ErrorCode::kTimedOut);

  pair.client->set_deadline(Instant::never());
  tasks.spawn(read_result(*pair.client, buffer, third));
  EXPECT_FALSE(third);
  tasks.spawn(write_result(*pair.server, "hi", written));
  ASSERT_TRUE(run_until([&] { return third.has_value(); }));
  ASSERT_TRUE(*third);
  EXPECT_EQ(std::string_view(buffer.data(), **third), "hi");
}

TEST_P(NetworkConformance, ReadAndWriteMayBePendingTogether) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  const std::string much(8 * 1024 * 1024, 'y');
  std::array<char, 8> buffer{};
  std::optional<Result<std::size_t>> got;
  bool ok = false;
  std::optional<Ok> hello;
  Reading reading;
  TaskGroup tasks;
  tasks.spawn(read_result(*pair.client, buffer, got));
  tasks.spawn(write_all(*pair.client, much, ok));
  tasks.spawn(write_result(*pair.server, "hello", hello));
  ASSERT_TRUE(run_until([&] { return got.has_value(); }));
  EXPECT_TRUE(*got);
  tasks.spawn(read_all(*pair.server, 65'536, reading));
  ASSERT_TRUE(run_until([&] { return tasks.empty(); }));
  EXPECT_TRUE(ok);
  EXPECT_EQ(reading.bytes.size(), much.size());
}

TEST_P(NetworkConformance, DiallingAPortWithoutAListenerIsRefused) {
  std::optional<Result<ByteStreamPtr>> dialled;
  TaskGroup tasks;
  tasks.spawn(dial_result(world_->client().network, server_endpoint(), Instant::never(), dialled));
  ASSERT_TRUE(run_until([&] { return dialled.has_value(); }));
  ASSERT_FALSE(*dialled);
  EXPECT_EQ(dialled->error().code, ErrorCode::kRefused);
}

TEST_P(NetworkConformance, DiallingAfterTheDeadlineTimesOut) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  std::optional<Result<ByteStreamPtr>> dialled;
  TaskGroup tasks;
  const Instant past = world_->client().clock.now() - Duration::seconds(1);
  tasks.spawn(dial_result(world_->client().network, server_endpoint(), past, dialled));
  ASSERT_TRUE(run_until([&] { return dialled.has_value(); }));
  ASSERT_FALSE(*dialled);
  EXPECT_EQ(dialled->error().code, ErrorCode::kTimedOut);
}

}  // namespace
}  // namespace glasspost
