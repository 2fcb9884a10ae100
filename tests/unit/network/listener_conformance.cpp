#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/runtime/task_group.h"
#include "tests/unit/network/network_conformance.h"

// What every Listener of a network does.

namespace glasspost {
namespace {

Task<void> accept_result(Listener& listener, std::optional<Result<ByteStreamPtr>>& into) {
  into = co_await listener.accept();
}

Task<void> dial_result(Network& network, Endpoint remote, std::optional<Result<ByteStreamPtr>>& into) {
  into = co_await network.dial(remote, Instant::never());
}

/// Greets each connection with its number, in the order of acceptance.
Task<void> greet(Listener& listener, int count, std::vector<ByteStreamPtr>& kept) {
  for (int i = 0; i < count; ++i) {
    Result<ByteStreamPtr> accepted = co_await listener.accept();
    if (!accepted) co_return;
    const std::string greeting = std::to_string(i);
    const Ok written = co_await (*accepted)->write(greeting);
    if (!written) co_return;
    kept.push_back(std::move(*accepted));
  }
}

Task<void> be_greeted(Network& network, Endpoint remote, std::vector<std::string>& greetings,
                      std::vector<ByteStreamPtr>& kept) {
  Result<ByteStreamPtr> dialled = co_await network.dial(remote, Instant::never());
  if (!dialled) co_return;
  std::array<char, 16> buffer{};
  const Result<std::size_t> got = co_await (*dialled)->read(buffer);
  if (!got) co_return;
  greetings.emplace_back(buffer.data(), *got);
  kept.push_back(std::move(*dialled));
}

TEST_P(NetworkConformance, ManyConnectionsOfOneListenerAreDistinct) {
  constexpr int kCount = 20;
  auto listener = world_->server().network.listen(server_endpoint());
  ASSERT_TRUE(listener) << to_string(listener.error());
  EXPECT_EQ((*listener)->local(), server_endpoint());
  std::vector<std::string> greetings;
  std::vector<ByteStreamPtr> at_client;
  std::vector<ByteStreamPtr> at_server;
  TaskGroup tasks;
  tasks.spawn(greet(**listener, kCount, at_server));
  for (int i = 0; i < kCount; ++i)
    tasks.spawn(be_greeted(world_->client().network, server_endpoint(), greetings, at_client));
  ASSERT_TRUE(run_until([&] { return tasks.empty(); }));
  ASSERT_EQ(greetings.size(), static_cast<std::size_t>(kCount));
  for (const ByteStreamPtr& one : at_client) {
    int same = 0;
    for (const ByteStreamPtr& other : at_client)
      if (one->connection() == other->connection() || one->local() == other->local()) ++same;
    EXPECT_EQ(same, 1);
  }
}

TEST_P(NetworkConformance, ConnectionsWaitUntilTheyAreAccepted) {
  auto listener = world_->server().network.listen(server_endpoint());
  ASSERT_TRUE(listener) << to_string(listener.error());
  std::optional<Result<ByteStreamPtr>> dialled;
  std::optional<Result<ByteStreamPtr>> accepted;
  TaskGroup tasks;
  tasks.spawn(dial_result(world_->client().network, server_endpoint(), dialled));
  ASSERT_TRUE(run_until([&] { return dialled.has_value(); }));
  ASSERT_TRUE(*dialled);
  tasks.spawn(accept_result(**listener, accepted));
  ASSERT_TRUE(run_until([&] { return accepted.has_value(); }));
  ASSERT_TRUE(*accepted);
  EXPECT_EQ((**accepted)->connection(), (**dialled)->connection());
}

TEST_P(NetworkConformance, ClosingAListenerAbortsItsAcceptAndRefusesNewcomers) {
  auto listener = world_->server().network.listen(server_endpoint());
  ASSERT_TRUE(listener) << to_string(listener.error());
  std::optional<Result<ByteStreamPtr>> pending;
  std::optional<Result<ByteStreamPtr>> later;
  std::optional<Result<ByteStreamPtr>> dialled;
  TaskGroup tasks;
  tasks.spawn(accept_result(**listener, pending));
  EXPECT_FALSE(pending);
  (*listener)->close();
  ASSERT_TRUE(run_until([&] { return pending.has_value(); }));
  ASSERT_FALSE(*pending);
  EXPECT_EQ(pending->error().code, ErrorCode::kAborted);
  tasks.spawn(accept_result(**listener, later));
  tasks.spawn(dial_result(world_->client().network, server_endpoint(), dialled));
  ASSERT_TRUE(run_until([&] { return later && dialled; }));
  ASSERT_FALSE(*later);
  EXPECT_EQ(later->error().code, ErrorCode::kAborted);
  ASSERT_FALSE(*dialled);
  EXPECT_EQ(dialled->error().code, ErrorCode::kRefused);
}

TEST_P(NetworkConformance, AStreamOutlivesItsListener) {
  Pair pair;
  ASSERT_NO_FATAL_FAILURE(connect(pair));
  pair.listener.reset();
  std::vector<ByteStreamPtr> kept;
  std::optional<Result<std::size_t>> got;
  EXPECT_EQ(pair.client->connection(), pair.server->connection());
  auto again = world_->server().network.listen(server_endpoint());
  EXPECT_TRUE(again) << to_string(again.error());
}

TEST_P(NetworkConformance, APortIsTakenUntilItsListenerIsGone) {
  Network& network = world_->server().network;
  auto first = network.listen(server_endpoint());
  ASSERT_TRUE(first) << to_string(first.error());
  const auto second = network.listen(server_endpoint());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  const auto elsewhere = network.listen({server_endpoint().address, 2526});
  EXPECT_TRUE(elsewhere);
  first->reset();
  EXPECT_TRUE(network.listen(server_endpoint()));
}

TEST_P(NetworkConformance, AHostListensOnItsOwnAddressesOnly) {
  const auto listener =
      world_->server().network.listen({world_->client().network.addresses().front(), kPort});
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code, ErrorCode::kUnreachable);
}

TEST_P(NetworkConformance, AHostHasAddressesIpv4First) {
  for (HostServices host : {world_->client(), world_->server()}) {
    const std::vector<IpAddress> addresses = host.network.addresses();
    ASSERT_FALSE(addresses.empty());
    EXPECT_TRUE(addresses.front().is_v4());
  }
}

}  // namespace
}  // namespace glasspost
