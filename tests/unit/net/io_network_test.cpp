#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/net/io_world.h"
#include "engine/runtime/task_group.h"
#include "engine/tls/tls.h"

namespace glasspost::net {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

/// A program that is none of ours: a plain socket, which the kernel connects from 127.0.0.1.
class ForeignClient {
 public:
  explicit ForeignClient(const Endpoint& real) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(real.port);
    std::memcpy(&to.sin_addr, real.address.bytes().data(), 4);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~ForeignClient() { ::close(socket_); }
  ForeignClient(const ForeignClient&) = delete;
  ForeignClient& operator=(const ForeignClient&) = delete;
  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }

 private:
  int socket_;
  bool connected_ = false;
};

Task<void> accept_result(Listener& listener, std::optional<Result<ByteStreamPtr>>& into) {
  into = co_await listener.accept();
}
Task<void> dial_result(Network& network, Endpoint remote, std::optional<Result<ByteStreamPtr>>& into) {
  into = co_await network.dial(remote, Instant::never());
}
Task<void> read_result(ByteStream& stream, std::span<char> buffer, std::optional<Result<std::size_t>>& into) {
  into = co_await stream.read(buffer);
}
Task<void> write_result(ByteStream& stream, std::string_view bytes, std::optional<Ok>& into) {
  into = co_await stream.write(bytes);
}
Task<void> send_result(DatagramSocket& socket, Endpoint to, std::string_view bytes, std::optional<Ok>& into) {
  into = co_await socket.send(to, bytes);
}
Task<void> receive_result(DatagramSocket& socket, Scheduler& scheduler,
                          std::optional<Result<ReceivedDatagram>>& into, Cause& cause) {
  into = co_await socket.receive(Instant::never());
  cause = scheduler.cause();
}
Task<void> upgrade_result(TlsUpgrader& upgrader, ByteStreamPtr below, TlsRole role, std::string name,
                          std::optional<Result<TlsUpgrade>>& into) {
  into = co_await upgrader.upgrade(std::move(below), role, std::move(name));
}

/// Numbers what it is told, from 1, and gives the number as the cause.
class Notes final : public WireTap {
 public:
  Cause connection_opened(const Occasion& occasion, const ConnectionOpened& notice) override {
    return note(
        "opened " + std::to_string(notice.dialler.value) + ">" + std::to_string(notice.listener.value),
        occasion);
  }
  Cause connection_established(const Occasion& occasion, const ConnectionEnd& end) override {
    return note("established at " + std::to_string(end.host.value), occasion);
  }
  Cause connection_closed(const Occasion& occasion, const ConnectionEnd& end) override {
    return note("closed at " + std::to_string(end.host.value), occasion);
  }
  Cause connection_reset(const Occasion& occasion, const ConnectionEnd& end, ResetReason reason) override {
    return note("reset " + std::to_string(static_cast<int>(reason)) + " at " + std::to_string(end.host.value),
                occasion);
  }
  Cause datagram_sent(const Occasion& occasion, const DatagramNotice& notice) override {
    return note("sent " + std::to_string(notice.number), occasion);
  }
  Cause datagram_delivered(const Occasion& occasion, const DatagramNotice& notice) override {
    return note("delivered " + std::to_string(notice.number) + " of " + std::to_string(notice.from.value),
                occasion);
  }
  std::vector<std::string> lines;

 private:
  Cause note(const std::string& what, const Occasion& occasion) {
    lines.push_back(what + " because " + std::to_string(occasion.cause.value));
    return Cause{lines.size()};
  }
};

class IoNetworkTest : public testing::Test {
 protected:
  static constexpr std::uint16_t kOffset = 20'000;

  static IoWorldOptions options(WireTap* tap) {
    IoWorldOptions options;
    options.port_offset = kOffset;
    options.loopback_network = static_cast<std::uint8_t>(1 + ::getpid() % 250);
    options.outside = ip("203.0.113.99");
    options.tap = tap;
    return options;
  }
  template <class T>
  [[nodiscard]] bool wait_for(const std::optional<T>& result) {
    return world.run_until([&] { return result.has_value(); }, Duration::seconds(20));
  }

  Notes notes;
  IoWorld world{options(&notes)};
  HostServices mua = *world.add_host({HostId{1}, {ip("192.0.2.1"), ip("2001:db8::1")}, false});
  HostServices mta = *world.add_host({HostId{2}, {ip("198.51.100.1"), ip("2001:db8::2")}, false});
  HostServices v4_only = *world.add_host({HostId{3}, {ip("198.51.100.3")}, false});
};

TEST_F(IoNetworkTest, PortsAreTheScenariosAtBothEnds) {
  const Endpoint smtp{ip("198.51.100.1"), 25};
  const auto listener = mta.network.listen(smtp);
  ASSERT_TRUE(listener.has_value()) << to_string(listener.error());
  EXPECT_EQ((*listener)->local(), smtp);
  EXPECT_EQ(world.addresses().real(smtp)->port, 20'025);
  std::optional<Result<ByteStreamPtr>> accepted;
  std::optional<Result<ByteStreamPtr>> dialled;
  TaskGroup tasks;
  tasks.spawn(accept_result(**listener, accepted));
  tasks.spawn(dial_result(mua.network, smtp, dialled));
  ASSERT_TRUE(wait_for(accepted) && wait_for(dialled));
  ASSERT_TRUE(accepted->has_value() && dialled->has_value());
  EXPECT_EQ((**dialled)->remote(), smtp);
  EXPECT_EQ((**accepted)->local(), smtp);
  EXPECT_EQ((**accepted)->remote(), (**dialled)->local());
  EXPECT_EQ((**accepted)->remote().address, ip("192.0.2.1"));
}

TEST_F(IoNetworkTest, Ipv6IsDialledFromIpv6) {
  const Endpoint smtp{ip("2001:db8::2"), 25};
  const auto listener = mta.network.listen(smtp);
  ASSERT_TRUE(listener.has_value());
  std::optional<Result<ByteStreamPtr>> accepted;
  std::optional<Result<ByteStreamPtr>> dialled;
  std::optional<Result<ByteStreamPtr>> without;
  TaskGroup tasks;
  tasks.spawn(accept_result(**listener, accepted));
  tasks.spawn(dial_result(mua.network, smtp, dialled));
  tasks.spawn(dial_result(v4_only.network, smtp, without));
  ASSERT_TRUE(wait_for(accepted) && wait_for(dialled) && wait_for(without));
  ASSERT_TRUE(accepted->has_value() && dialled->has_value());
  EXPECT_EQ((**accepted)->remote().address, ip("2001:db8::1"));
  ASSERT_FALSE(without->has_value());
  EXPECT_EQ(without->error().code, ErrorCode::kUnreachable);
}

TEST_F(IoNetworkTest, WhatIsNotLoopbackIsRefused) {
  std::optional<Result<ByteStreamPtr>> dialled;
  std::optional<Ok> sent;
  const auto socket = mua.network.bind({ip("192.0.2.1"), 0});
  ASSERT_TRUE(socket.has_value());
  TaskGroup tasks;
  tasks.spawn(dial_result(mua.network, {ip("203.0.113.1"), 25}, dialled));
  tasks.spawn(send_result(**socket, {ip("203.0.113.1"), 53}, "x", sent));
  ASSERT_TRUE(wait_for(dialled) && wait_for(sent));
  EXPECT_EQ(dialled->error().code, ErrorCode::kRefused);
  EXPECT_EQ(sent->error().code, ErrorCode::kUnreachable);
}

TEST_F(IoNetworkTest, AForeignClientSeemsToComeFromOutside) {
  const auto listener = mta.network.listen({ip("198.51.100.1"), 0});
  ASSERT_TRUE(listener.has_value());
  const ForeignClient client(*world.addresses().real((*listener)->local()));
  ASSERT_TRUE(client.connected());
  std::optional<Result<ByteStreamPtr>> accepted;
  TaskGroup tasks;
  tasks.spawn(accept_result(**listener, accepted));
  ASSERT_TRUE(wait_for(accepted));
  ASSERT_TRUE(accepted->has_value());
  EXPECT_EQ((**accepted)->remote().address, ip("203.0.113.99"));
  client.send("EHLO x\r\n");
  std::array<char, 32> buffer{};
  std::optional<Result<std::size_t>> got;
  tasks.spawn(read_result(***accepted, buffer, got));
  ASSERT_TRUE(wait_for(got));
  EXPECT_EQ(std::string_view(buffer.data(), got->value()), "EHLO x\r\n");
  EXPECT_THAT(notes.lines, testing::ElementsAre("opened 0>2 because 0", "established at 2 because 1"));
}

TEST_F(IoNetworkTest, AHostMayAlsoListenOnLocalhost) {
  const HostServices front = *world.add_host({HostId{9}, {ip("198.51.100.9")}, true});
  const auto listener = front.network.listen({ip("198.51.100.9"), 0});
  ASSERT_TRUE(listener.has_value()) << to_string(listener.error());
  const std::uint16_t port = (*listener)->local().port;
  const ForeignClient near({ip("127.0.0.1"), port});
  const ForeignClient far(*world.addresses().real((*listener)->local()));
  ASSERT_TRUE(near.connected() && far.connected());
  for (int i = 0; i < 2; ++i) {
    std::optional<Result<ByteStreamPtr>> accepted;
    TaskGroup tasks;
    tasks.spawn(accept_result(**listener, accepted));
    ASSERT_TRUE(wait_for(accepted));
    ASSERT_TRUE(accepted->has_value());
    EXPECT_EQ((**accepted)->local(), (*listener)->local());
  }
  (*listener)->close();
  EXPECT_FALSE(ForeignClient({ip("127.0.0.1"), port}).connected());
}

TEST_F(IoNetworkTest, TheTapHearsOfConnectionsWithTheirCauses) {
  const Endpoint smtp{ip("198.51.100.1"), 25};
  const auto listener = mta.network.listen(smtp);
  ASSERT_TRUE(listener.has_value());
  std::optional<Result<ByteStreamPtr>> accepted;
  std::optional<Result<ByteStreamPtr>> dialled;
  TaskGroup tasks;
  {
    const CauseScope scope(mua.scheduler, Cause{77});
    tasks.spawn(dial_result(mua.network, smtp, dialled));
  }
  ASSERT_TRUE(wait_for(dialled));
  tasks.spawn(accept_result(**listener, accepted));
  ASSERT_TRUE(wait_for(accepted));
  (**dialled)->abort();
  std::array<char, 8> buffer{};
  std::optional<Result<std::size_t>> got;
  tasks.spawn(read_result(***accepted, buffer, got));
  ASSERT_TRUE(wait_for(got));
  EXPECT_EQ(got->error().code, ErrorCode::kAborted);
  accepted.reset();
  dialled.reset();
  std::optional<Result<ByteStreamPtr>> refused;
  tasks.spawn(dial_result(mua.network, {ip("198.51.100.1"), 26}, refused));
  ASSERT_TRUE(wait_for(refused));
  EXPECT_THAT(notes.lines,
              testing::ElementsAre("opened 1>2 because 77", "established at 1 because 1",
                                   "established at 2 because 1", testing::StartsWith("reset 0 at 1"),
                                   testing::StartsWith("reset 1 at 2"), testing::StartsWith("opened 1>2"),
                                   testing::StartsWith("reset 2 at 1")));
}

TEST_F(IoNetworkTest, ADatagramArrivesBecauseItWasSent) {
  const auto resolver = mta.network.bind({ip("198.51.100.1"), 53});
  const auto stub = mua.network.bind({ip("192.0.2.1"), 0});
  ASSERT_TRUE(resolver.has_value() && stub.has_value());
  std::optional<Ok> sent;
  std::optional<Result<ReceivedDatagram>> got;
  Cause cause;
  TaskGroup tasks;
  tasks.spawn(receive_result(**resolver, mta.scheduler, got, cause));
  tasks.spawn(send_result(**stub, {ip("198.51.100.1"), 53}, "question", sent));
  ASSERT_TRUE(wait_for(got));
  EXPECT_EQ((*got)->from, (*stub)->local());
  EXPECT_THAT(notes.lines, testing::ElementsAre("sent 1 because 0", "delivered 1 of 1 because 1"));
  EXPECT_EQ(cause, Cause{2});
}

TEST_F(IoNetworkTest, AFrameThatIsDestroyedWhileItWaitsIsNotResumed) {
  const Endpoint smtp{ip("198.51.100.1"), 25};
  const auto listener = mta.network.listen(smtp);
  const auto socket = mua.network.bind({ip("192.0.2.1"), 0});
  ASSERT_TRUE(listener.has_value() && socket.has_value());
  std::optional<Result<ByteStreamPtr>> accepted;
  std::optional<Result<ByteStreamPtr>> dialled;
  TaskGroup tasks;
  tasks.spawn(accept_result(**listener, accepted));
  tasks.spawn(dial_result(mua.network, smtp, dialled));
  ASSERT_TRUE(wait_for(accepted) && wait_for(dialled));
  const std::string much(16 * 1024 * 1024, 'x');
  std::array<char, 8> buffer{};
  std::optional<Result<std::size_t>> got;
  std::optional<Ok> written;
  std::optional<Result<ByteStreamPtr>> never_accepted;
  std::optional<Result<ByteStreamPtr>> never_dialled;
  std::optional<Result<ReceivedDatagram>> never_received;
  Cause cause;
  {
    TaskGroup doomed;
    doomed.spawn(read_result(***dialled, buffer, got));
    doomed.spawn(write_result(***dialled, much, written));
    doomed.spawn(accept_result(**listener, never_accepted));
    doomed.spawn(dial_result(v4_only.network, smtp, never_dialled));
    doomed.spawn(receive_result(**socket, mua.scheduler, never_received, cause));
  }
  std::optional<Ok> poke;
  tasks.spawn(write_result(***accepted, "wake up", poke));
  ASSERT_TRUE(wait_for(poke));
  accepted.reset();
  dialled.reset();
  EXPECT_FALSE(world.run_until([&] { return got || written || never_accepted || never_dialled; },
                               Duration::milliseconds(20)));
}

TEST_F(IoNetworkTest, TlsOverSocketsWithTheRealLibrary) {
  const crypto::Library library = crypto::Library::real();
  RandomStream random = mta.random.stream("ca");
  const Instant now = world.clock().now();
  const auto authority = crypto::CertificateAuthority::make(library, crypto::KeyKind::kP256, "CA", now,
                                                            now + Duration::days(1), random);
  ASSERT_TRUE(authority.has_value());
  crypto::CertificateRequest request;
  request.dns_names = {"mx.beta.example"};
  request.not_before = now;
  request.not_after = now + Duration::days(1);
  tls::TlsSettings at_server;
  at_server.identity = authority->issue(request, crypto::KeyKind::kRsa2048, random).value();
  tls::TlsSettings at_client;
  at_client.authorities = {authority->certificate()};
  Observer nobody;
  const auto server =
      tls::make_tls_upgrader({mta.scheduler, mta.clock, mta.random, nobody}, library, at_server);
  const auto client =
      tls::make_tls_upgrader({mua.scheduler, mua.clock, mua.random, nobody}, library, at_client);
  ASSERT_TRUE(server.has_value() && client.has_value());

  const Endpoint smtp{ip("198.51.100.1"), 25};
  const auto listener = mta.network.listen(smtp);
  ASSERT_TRUE(listener.has_value());
  std::optional<Result<ByteStreamPtr>> accepted;
  std::optional<Result<ByteStreamPtr>> dialled;
  std::optional<Result<TlsUpgrade>> server_side;
  std::optional<Result<TlsUpgrade>> client_side;
  TaskGroup tasks;
  tasks.spawn(accept_result(**listener, accepted));
  tasks.spawn(dial_result(mua.network, smtp, dialled));
  ASSERT_TRUE(wait_for(accepted) && wait_for(dialled));
  tasks.spawn(upgrade_result(**server, std::move(**accepted), TlsRole::kServer, "", server_side));
  tasks.spawn(
      upgrade_result(**client, std::move(**dialled), TlsRole::kClient, "mx.beta.example", client_side));
  ASSERT_TRUE(wait_for(server_side) && wait_for(client_side));
  ASSERT_TRUE(client_side->has_value()) << to_string(client_side->error());
  ASSERT_TRUE(server_side->has_value()) << to_string(server_side->error());
  EXPECT_TRUE((*client_side)->facts.peer_verified);
  std::array<char, 32> buffer{};
  std::optional<Result<std::size_t>> got;
  std::optional<Ok> written;
  tasks.spawn(read_result(*(*server_side)->stream, buffer, got));
  tasks.spawn(write_result(*(*client_side)->stream, "EHLO x\r\n", written));
  ASSERT_TRUE(wait_for(got));
  EXPECT_EQ(std::string_view(buffer.data(), got->value()), "EHLO x\r\n");
}

}  // namespace
}  // namespace glasspost::net
