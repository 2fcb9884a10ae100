#include <optional>
#include <string>
#include <utility>

#include "engine/runtime/task_group.h"
#include "tests/unit/network/network_conformance.h"

// What every DatagramSocket of a network does.

namespace glasspost {
namespace {

constexpr std::uint16_t kDatagramPort = 5353;

Task<void> receive_result(DatagramSocket& socket, Instant deadline,
                          std::optional<Result<ReceivedDatagram>>& into) {
  into = co_await socket.receive(deadline);
}

Task<void> send_result(DatagramSocket& socket, Endpoint to, std::string_view bytes, std::optional<Ok>& into) {
  into = co_await socket.send(to, bytes);
}

/// Sends back what comes, until the socket is closed.
Task<void> echo(DatagramSocket& socket) {
  for (;;) {
    const Result<ReceivedDatagram> got = co_await socket.receive(Instant::never());
    if (!got) co_return;
    const Ok sent = co_await socket.send(got->from, got->bytes);
    if (!sent) co_return;
  }
}

Endpoint datagram_endpoint(HostServices host) {
  return {host.network.addresses().front(), kDatagramPort};
}

TEST_P(NetworkConformance, ADatagramIsAnsweredToWhereItCameFrom) {
  const Endpoint server = datagram_endpoint(world_->server());
  auto at_server = world_->server().network.bind(server);
  auto at_client = world_->client().network.bind({world_->client().network.addresses().front(), 0});
  ASSERT_TRUE(at_server && at_client);
  EXPECT_EQ((*at_server)->local(), server);
  EXPECT_NE((*at_client)->local().port, 0);
  const std::string question(1200, 'q');
  std::optional<Ok> sent;
  std::optional<Result<ReceivedDatagram>> answer;
  TaskGroup tasks;
  tasks.spawn(echo(**at_server));
  tasks.spawn(send_result(**at_client, server, question, sent));
  tasks.spawn(receive_result(**at_client, Instant::never(), answer));
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << to_string(answer->error());
  EXPECT_EQ((*answer)->bytes, question);
  EXPECT_EQ((*answer)->from, server);
  (*at_server)->close();
  ASSERT_TRUE(run_until([&] { return tasks.empty(); }));
}

TEST_P(NetworkConformance, AnEmptyDatagramIsADatagram) {
  const Endpoint server = datagram_endpoint(world_->server());
  auto at_server = world_->server().network.bind(server);
  auto at_client = world_->client().network.bind({world_->client().network.addresses().front(), 0});
  ASSERT_TRUE(at_server && at_client);
  std::optional<Ok> sent;
  std::optional<Result<ReceivedDatagram>> got;
  TaskGroup tasks;
  tasks.spawn(receive_result(**at_server, Instant::never(), got));
  tasks.spawn(send_result(**at_client, server, "", sent));
  ASSERT_TRUE(run_until([&] { return got.has_value(); }));
  ASSERT_TRUE(*got);
  EXPECT_EQ((*got)->bytes, "");
  EXPECT_EQ((*got)->from, (*at_client)->local());
}

TEST_P(NetworkConformance, ReceivingEndsAtItsDeadline) {
  auto socket = world_->client().network.bind(datagram_endpoint(world_->client()));
  ASSERT_TRUE(socket);
  std::optional<Result<ReceivedDatagram>> got;
  TaskGroup tasks;
  tasks.spawn(receive_result(**socket, soon(world_->client()), got));
  EXPECT_FALSE(got);
  ASSERT_TRUE(run_until([&] { return got.has_value(); }));
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().code, ErrorCode::kTimedOut);
}

TEST_P(NetworkConformance, ClosingADatagramSocketAbortsItsOperations) {
  auto socket = world_->client().network.bind(datagram_endpoint(world_->client()));
  ASSERT_TRUE(socket);
  std::optional<Result<ReceivedDatagram>> pending;
  std::optional<Result<ReceivedDatagram>> later;
  std::optional<Ok> sent;
  TaskGroup tasks;
  tasks.spawn(receive_result(**socket, Instant::never(), pending));
  (*socket)->close();
  ASSERT_TRUE(run_until([&] { return pending.has_value(); }));
  ASSERT_FALSE(*pending);
  EXPECT_EQ(pending->error().code, ErrorCode::kAborted);
  tasks.spawn(receive_result(**socket, Instant::never(), later));
  tasks.spawn(send_result(**socket, datagram_endpoint(world_->server()), "x", sent));
  ASSERT_TRUE(run_until([&] { return later && sent; }));
  ASSERT_FALSE(*later);
  EXPECT_EQ(later->error().code, ErrorCode::kAborted);
  ASSERT_FALSE(*sent);
  EXPECT_EQ(sent->error().code, ErrorCode::kAborted);
}

TEST_P(NetworkConformance, ADatagramHasAGreatestSize) {
  auto socket = world_->client().network.bind(datagram_endpoint(world_->client()));
  ASSERT_TRUE(socket);
  const std::string most(65'507, 'x');
  const std::string too_much(65'508, 'x');
  std::optional<Ok> fits;
  std::optional<Ok> refused;
  TaskGroup tasks;
  tasks.spawn(send_result(**socket, datagram_endpoint(world_->server()), most, fits));
  tasks.spawn(send_result(**socket, datagram_endpoint(world_->server()), too_much, refused));
  ASSERT_TRUE(run_until([&] { return fits && refused; }));
  EXPECT_TRUE(*fits);
  ASSERT_FALSE(*refused);
  EXPECT_EQ(refused->error().code, ErrorCode::kTooLarge);
}

TEST_P(NetworkConformance, ADatagramPortIsTakenOnce) {
  Network& network = world_->client().network;
  auto first = network.bind(datagram_endpoint(world_->client()));
  ASSERT_TRUE(first);
  const auto second = network.bind(datagram_endpoint(world_->client()));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  first->reset();
  EXPECT_TRUE(network.bind(datagram_endpoint(world_->client())));
}

}  // namespace
}  // namespace glasspost
