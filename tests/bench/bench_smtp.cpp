#include <cstdio>
#include <cstdlib>

#include "engine/runtime/task_group.h"
#include "engine/scenario/loader.h"
#include "tests/bench/bench.h"
#include "tests/bench/bench_world.h"

namespace glasspost::bench {
namespace {

constexpr std::string_view kScenario = R"(
glasspost: 1
title: Speed
seed: 1
network: {default: {latency: 1ms}}
domains:
  beta.example:
    users: {bob: {}}
hosts:
  sender.example: {roles: [stranger]}
)";

constexpr std::uint32_t kConnections = 20;
constexpr std::uint32_t kMessages = 500;  // a connection

double transactions_per_second(bool& complete) {
  MailWorld world;
  TaskGroup tasks;
  const std::string content = small_message();
  std::uint64_t accepted = 0;
  for (std::uint32_t i = 0; i < kConnections; ++i) {
    tasks.spawn(send_messages(world.sender->services(), world.server, kMessages, content, accepted));
  }
  const double time = seconds([&] { world.world->world().run_until_idle(); });
  complete = accepted == kConnections * kMessages;
  return static_cast<double>(accepted) / time;
}

}  // namespace

MailWorld::MailWorld(const std::string& trace_file, std::uint32_t max_sessions) {
  auto loaded = scenario::load_scenario_text(kScenario, "bench.yaml");
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().front().to_string().c_str());
    std::exit(1);
  }
  scenario = std::move(*loaded);
  for (scenario::Host& host : scenario.hosts) {
    if (!host.mail_server) continue;
    for (auto& listener : host.mail_server->listeners)
      listener.max_sessions = max_sessions;
  }
  trace::RecorderOptions options;
  options.file = trace_file;
  recorder = std::move(*trace::Recorder::create(options));
  world = std::move(*scenario::VirtualWorld::make(scenario, 1, *recorder, ""));
  sim::World& machine = world->world();
  sender = machine.find_host("sender.example");
  server = {machine.find_host("mx.beta.example")->addresses().front(), 25};
  machine.run_until(machine.now() + Duration::seconds(1));
}

Task<void> send_messages(HostServices host, Endpoint server, std::uint32_t count, std::string_view content,
                         std::uint64_t& accepted) {
  static Observer nobody;
  const Instant deadline = host.clock.now() + Duration::minutes(1);
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, deadline);
  if (!stream) co_return;
  smtp::ClientOptions options;
  options.helo_name = "sender.example";
  const smtp::ClientContext context{host.clock, host.random, nobody, nullptr};
  smtp::ClientSession session(std::move(options), context);
  const auto connected = co_await session.connect(std::move(*stream));
  if (!connected) co_return;
  smtp::Envelope envelope;
  envelope.recipients.push_back(*smtp::parse_forward_path("<bob@beta.example>"));
  for (std::uint32_t i = 0; i < count; ++i) {
    const smtp::Delivery delivery = co_await session.send(envelope, content);
    for (const auto& recipient : delivery.recipients) {
      if (recipient.status == smtp::RecipientStatus::kAccepted) ++accepted;
    }
  }
  co_await session.quit();
}

std::string small_message() {
  std::string content =
      "From: Alice <alice@alpha.example>\r\nTo: Bob <bob@beta.example>\r\nSubject: speed\r\n"
      "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <speed@alpha.example>\r\n\r\n";
  while (content.size() < 1024)
    content += "A line of text, as people write them in their letters.\r\n";
  return content;
}

void bench_smtp() {
  bool complete = false;
  const double rate = transactions_per_second(complete);
  report("SMTP transactions in the virtual world, traced, delivered", rate, "messages/s", Goal::kAtLeast,
         10'000);
  if (!complete) std::printf("  not every message was accepted: the figure above does not count\n");
}

}  // namespace glasspost::bench
