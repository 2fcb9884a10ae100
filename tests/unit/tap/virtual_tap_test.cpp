// The tap on the virtual network: segments, causes from end to end, crashes.
#include <array>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/runtime/task_group.h"
#include "engine/sim/world.h"
#include "engine/tap/tap.h"
#include "engine/trace/byte_logs.h"
#include "engine/trace/event_text.h"

namespace glasspost::tap {
namespace {

namespace payload = trace::payload;
using trace::Direction;
using trace::Kind;
using trace::Layer;

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

Task<void> answer(ByteStreamPtr stream) {
  std::array<char, 64> buffer{};
  while (true) {
    const Result<std::size_t> count = co_await stream->read(buffer);
    if (!count || *count == 0) break;
    const std::string reply = "250 " + std::string(buffer.data(), *count);
    const Ok done = co_await stream->write(reply);
    if (!done) break;
  }
  const Ok closed = co_await stream->close_write();
  static_cast<void>(closed);
}

Task<void> serve(HostServices host, TaskGroup& group) {
  auto listener = host.network.listen({ip("198.51.100.1"), 25});
  if (!listener) co_return;
  while (true) {
    Result<ByteStreamPtr> stream = co_await (*listener)->accept();
    if (!stream) co_return;
    group.spawn(answer(std::move(*stream)));
  }
}

Task<void> ask(HostServices host, std::string& heard, bool& done) {
  const Endpoint server{ip("198.51.100.1"), 25};
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, Instant::never());
  if (stream) {
    std::array<char, 64> buffer{};
    for (int i = 0; i < 3; ++i) {
      const Ok written = co_await (*stream)->write("NOOP\r\n");
      if (!written) break;
      const Result<std::size_t> count = co_await (*stream)->read(buffer);
      if (!count) break;
      heard += std::string(buffer.data(), *count);
    }
    const Ok closed = co_await (*stream)->close_write();
    static_cast<void>(closed);
    const Result<std::size_t> end = co_await (*stream)->read(buffer);
    static_cast<void>(end);
  }
  done = true;
}

/// What a host runs: it dies with the incarnation.
struct Software {
  std::unique_ptr<HostTap> tap;
  TaskGroup tasks;
};

struct VirtualRun {
  void build(const sim::LinkOptions& link) {
    world_ = std::make_unique<sim::World>(
        sim::WorldOptions{.seed = 7, .start = Instant{1'000'000'000}, .link = link});
    sim::World* world = world_.get();
    tap_ = std::make_unique<Tap>(
        recorder_, world->scheduler(), [world] { return world->now(); }, TapOptions{});
    world->set_tap(&tap_->wire());
    client_ = &world->add_host("client.example", {ip("192.0.2.1")});
    server_ = &world->add_host("server.example", {ip("198.51.100.1")});
    server_->install([this](sim::Incarnation& life) {
      auto software = std::make_shared<Software>();
      software->tap = tap_->host(server_->id(), life.services());
      software->tasks.spawn(serve(software->tap->services(), software->tasks));
      return software;
    });
    client_->install([this](sim::Incarnation& life) {
      auto software = std::make_shared<Software>();
      software->tap = tap_->host(client_->id(), life.services());
      software->tasks.spawn(ask(software->tap->services(), heard_, done_));
      return software;
    });
  }
  ~VirtualRun() {
    world_.reset();
    tap_.reset();
  }

  trace::Recorder recorder_;
  std::unique_ptr<sim::World> world_;
  std::unique_ptr<Tap> tap_;
  sim::Host* client_ = nullptr;
  sim::Host* server_ = nullptr;
  std::string heard_;
  bool done_ = false;
};

class VirtualTap : public testing::Test, protected VirtualRun {};

TEST_F(VirtualTap, EachByteIsLoggedOnceAndKnowsItsCause) {
  build({});
  ASSERT_TRUE(world_->run_until_idle());
  EXPECT_TRUE(done_);
  const trace::Trace trace = recorder_.snapshot();
  trace::ByteLogs logs;
  logs.update(trace);
  ASSERT_EQ(logs.connections().size(), 1u);
  const ConnectionId c = logs.connections()[0];
  EXPECT_EQ(logs.read(trace, c, Direction::kToServer, Layer::kWire), "NOOP\r\nNOOP\r\nNOOP\r\n");
  EXPECT_EQ(logs.read(trace, c, Direction::kToClient, Layer::kWire), heard_);

  // A reply was written because a segment was delivered, which was sent because of the command's bytes.
  std::size_t replies = 0;
  trace.for_each([&](const trace::EventView& event) {
    EXPECT_LT(event.cause(), event.seq());
    const auto bytes = event.as<payload::StreamBytes>();
    if (!bytes || bytes->direction != Direction::kToClient) return;
    ++replies;
    const auto delivered = trace.event(event.cause());
    ASSERT_TRUE(delivered);
    ASSERT_EQ(delivered->kind(), Kind::kSegmentDelivered);
    const auto sent = trace.event(delivered->cause());
    ASSERT_TRUE(sent);
    ASSERT_EQ(sent->kind(), Kind::kSegmentSent);
    const auto command = trace.event(sent->cause());
    ASSERT_TRUE(command);
    ASSERT_EQ(command->kind(), Kind::kStreamBytes);
    EXPECT_EQ(command->as<payload::StreamBytes>()->direction, Direction::kToServer);
    EXPECT_EQ(command->as<payload::StreamBytes>()->offset, (replies - 1) * 6);
  });
  EXPECT_EQ(replies, 3u);

  const trace::Projection now = trace.project(trace.last_seq());
  const trace::ConnectionView* view = now.connections().find(c);
  ASSERT_NE(view, nullptr);
  EXPECT_EQ(view->phase, trace::ConnectionPhase::kClosed);
  EXPECT_EQ(view->client().host, client_->id());
  EXPECT_EQ(view->server().host, server_->id());
}

TEST_F(VirtualTap, SameSeedSameTextAlsoOnALossyLink) {
  const sim::LinkOptions lossy{.jitter = Duration::milliseconds(3), .loss_ppm = 200'000};
  build(lossy);
  ASSERT_TRUE(world_->run_until_idle());
  const std::string first = trace::trace_text(recorder_.snapshot());
  EXPECT_NE(first.find("segment-lost"), std::string::npos);
  EXPECT_NE(first.find("retransmission=yes"), std::string::npos);
  VirtualRun again;
  again.build(lossy);
  ASSERT_TRUE(again.world_->run_until_idle());
  EXPECT_EQ(trace::trace_text(again.recorder_.snapshot()), first);
}

TEST_F(VirtualTap, NothingOfACrashedLifeReachesTheTrace) {
  build({});
  world_->at(Instant{1'000'000'000} + Duration::milliseconds(50), [this] { server_->crash(); });
  world_->run_until(Instant{1'000'000'000} + Duration::minutes(1));
  const trace::Trace trace = recorder_.snapshot();
  std::uint64_t crashed = 0;
  trace.for_each([&](const trace::EventView& event) {
    if (const auto state = event.as<payload::HostState>(); state && !state->up) crashed = event.seq();
    const bool wire = event.kind() == Kind::kSegmentLost || event.kind() == Kind::kConnectionReset;
    if (crashed != 0 && event.seq() > crashed && event.host() == server_->id() && !wire) {
      ADD_FAILURE() << trace::event_text(event, {}, {});
    }
  });
  EXPECT_NE(crashed, 0u);
  EXPECT_FALSE(trace.project(trace.last_seq()).hosts().find(server_->id())->up);
}

}  // namespace
}  // namespace glasspost::tap
