#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/session/smtp_server.h"
#include "tests/unit/support/memory_stream.h"

namespace glasspost::smtp {

/// A service that remembers what it was asked, knows alice with the password "secret", and refuses recipients
/// whose local part begins with "no" (550) or "later" (450).
class RecordingService : public Service {
 public:
  struct Message {
    std::uint32_t ordinal = 0;
    std::string reverse_path;
    std::vector<std::string> recipients;
    std::string content;
  };

  Task<Reply> connected(const ClientInfo&) override { co_return greeting; }
  Task<std::optional<sasl::Secret>> secret(const ClientInfo&, std::string name) override {
    if (name == "alice") co_return sasl::Secret{"secret"};
    co_return std::nullopt;
  }
  Task<Reply> mail(const ClientInfo& client, const Transaction& transaction) override {
    protocol = client.protocol();
    user = client.authenticated_user;
    const std::string from = transaction.reverse_path.to_string();
    if (from.rfind("no", 0) == 0) co_return Reply::make(550, {5, 7, 1}, "Sender refused");
    co_return Reply::make(250, {2, 1, 0}, "OK");
  }
  Task<Reply> recipient(const ClientInfo&, const Transaction&, const Recipient& recipient) override {
    const std::string& local_part = recipient.path.mailbox.local_part;
    if (local_part.rfind("no", 0) == 0) co_return Reply::make(550, {5, 1, 1}, "No such user");
    if (local_part.rfind("later", 0) == 0) co_return Reply::make(450, {4, 2, 0}, "Later");
    co_return Reply::make(250, {2, 1, 5}, "OK");
  }
  Task<Reply> message(const ClientInfo& client, const Transaction& transaction,
                      std::string content) override {
    Message message;
    message.ordinal = transaction.ordinal;
    message.reverse_path = transaction.reverse_path.to_string();
    for (const Recipient& recipient : transaction.recipients)
      message.recipients.push_back(recipient.path.to_string());
    message.content = std::move(content);
    messages.push_back(std::move(message));
    if (delay.ns > 0) {
      std::unique_ptr<Timer> timer = world->make_timer("delay");
      const Instant end = world->now() + delay;
      const Ok waited = co_await timer->wait_until(end);
      static_cast<void>(waited);
    }
    static_cast<void>(client);
    co_return answer;
  }
  void reset(const ClientInfo&, const Transaction& transaction) override {
    resets.push_back(transaction.ordinal);
  }
  void closed(const ClientInfo&, CloseReason reason) override { reasons.push_back(reason); }

  test::World* world = nullptr;
  Duration delay;
  Reply greeting = Reply::make(220, "");
  Reply answer = Reply::make(250, {2, 0, 0}, "Queued");
  std::vector<Message> messages;
  std::vector<std::uint32_t> resets;
  std::vector<CloseReason> reasons;
  std::string protocol;
  std::string user;
};

class RecordingObserver final : public Observer {
 public:
  void state_changed(const StateChanged& change) override {
    states.push_back(std::string(change.machine) + " " + std::string(change.from) + ">" +
                     std::string(change.to) + " " + std::string(change.trigger));
  }
  void leniency_used(const LeniencyUsed& use) override { leniencies.emplace_back(use.leniency); }
  void decided(const DecisionMade& decision) override { decisions.push_back(decision.outcome); }
  [[nodiscard]] bool wants_explanations() const override { return true; }

  std::vector<std::string> states;
  std::vector<std::string> leniencies;
  std::vector<std::string> decisions;
};

inline ServerOptions relay_options() {
  return ServerOptions::for_profile(Profile::kRelay25, "mx.beta.example", false);
}

/// One server session, and the bytes of a client that knows no protocol.
class ServerBench {
 public:
  explicit ServerBench(ServerOptions options = relay_options(), TlsUpgrader* tls = nullptr,
                       test::MemoryStream::Settings server = {}, bool reads = true)
      : options_(std::move(options)) {
    service.world = &world;
    auto [client_end, server_end] = test::connect(world, ConnectionId{7}, {}, server);
    client = std::move(client_end);
    session = std::make_unique<ServerSession>(std::move(server_end), options_, service,
                                              ServerContext{world, random, observer, tls});
    group.spawn(session->serve());
    if (reads) group.spawn(collect());
    world.run_ready();
  }
  ~ServerBench() {
    if (client) client->abort();
    session->abort();
    world.run();
  }

  void send(std::string_view bytes) {
    group.spawn(write(std::string(bytes)));
    world.run_ready();
  }
  void half_close() {
    group.spawn(close_write());
    world.run_ready();
  }
  /// What the server has said since the last call.
  std::string heard() { return std::exchange(received, {}); }

  test::World world;
  test::SeededRandom random;
  RecordingService service;
  RecordingObserver observer;
  ByteStreamPtr client;
  std::unique_ptr<ServerSession> session;
  std::string received;
  bool server_closed = false;
  bool reset = false;

 private:
  Task<void> write(std::string bytes) {
    const Ok written = co_await client->write(bytes);
    static_cast<void>(written);
  }
  Task<void> close_write() {
    const Ok closed = co_await client->close_write();
    static_cast<void>(closed);
  }
  Task<void> collect() {
    std::string block(4096, '\0');
    while (true) {
      const Result<std::size_t> count = co_await client->read(block);
      if (!count) reset = true;
      if (!count || *count == 0) break;
      received.append(block, 0, *count);
    }
    server_closed = true;
    // An ordinary client closes when the server has.
    const Ok closed = co_await client->close_write();
    static_cast<void>(closed);
  }

  ServerOptions options_;
  TaskGroup group;
};

}  // namespace glasspost::smtp
