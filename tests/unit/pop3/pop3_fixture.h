#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "engine/base/assert.h"
#include "engine/runtime/executor.h"
#include "engine/session/pop3_server.h"
#include "engine/store/database.h"
#include "engine/store/mailbox_store.h"
#include "tests/unit/support/memory_stream.h"

namespace glasspost::pop3 {

/// bob and carol, each with the password "secret" and a mailbox of that name; dora has no password.
class KnownUsers final : public Service {
 public:
  Task<Response> connected(const ClientInfo&) override { co_return greeting; }
  Task<std::optional<Login>> login(const ClientInfo&, std::string user) override {
    std::optional<Login> found;
    if (user == "bob" || user == "carol") found = Login{user, sasl::Secret{"secret"}};
    if (user == "dora") found = Login{user, sasl::Secret{""}};
    co_return found;
  }
  void closed(const ClientInfo&, CloseReason reason) override { reasons.push_back(reason); }

  Response greeting = Response::ok("");
  std::vector<CloseReason> reasons;
};

class RecordingObserver final : public Observer {
 public:
  void state_changed(const StateChanged& change) override {
    states.push_back(std::string(change.machine) + " " + std::string(change.from) + ">" +
                     std::string(change.to) + " " + std::string(change.trigger));
  }
  void decided(const DecisionMade& decision) override {
    decisions.push_back(decision.subject + " " + decision.outcome);
  }
  [[nodiscard]] bool wants_explanations() const override { return true; }

  std::vector<std::string> states;
  std::vector<std::string> decisions;
};

inline ServerOptions plain_options() {
  ServerOptions options;
  options.host_name = "mx.beta.example";
  return options;
}

/// A server before a real mailbox store in a file of its own, and clients that know no protocol.
class ServerBench {
 public:
  struct Connection {
    ByteStreamPtr client;
    std::unique_ptr<ServerSession> session;
    std::string received;
    bool server_closed = false;
    bool ended = false;  ///< the session's task is over
  };

  explicit ServerBench(ServerOptions options = plain_options(), TlsUpgrader* tls = nullptr)
      : options_(std::move(options)), tls_(tls) {
    static int ordinal = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("glasspost_pop3_" + std::to_string(::getpid()) + "_" + std::to_string(++ordinal));
    std::filesystem::create_directories(folder_);
    auto opened = store::Database::open({(folder_ / "mail.db").string(), ""}, world, executor_);
    GLASSPOST_ASSERT(opened.has_value());
    database_ = std::move(*opened);
    store = std::make_unique<store::SqliteMailboxStore>(*database_, world);
    for (const char* account : {"bob", "carol", "dora"})
      GLASSPOST_ASSERT(now(store->create_account(account, 0)).has_value());
  }
  ~ServerBench() {
    for (const auto& connection : connections_) {
      if (connection->client) connection->client->abort();
      connection->session->abort();
    }
    world.run();
    store.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  template <class T>
  T now(Task<T> task) {
    std::optional<T> result;
    TaskGroup group;
    group.spawn(keep(std::move(task), result));
    world.run_ready();
    GLASSPOST_ASSERT(result.has_value());
    return std::move(*result);
  }
  void put(const std::string& account, std::string content) {
    const auto inbox = now(store->folder(account, "INBOX"));
    GLASSPOST_ASSERT(inbox.has_value());
    const auto stored =
        now(store->append({inbox->id, store::make_content(std::move(content)), world.now(), store::Flags{}}));
    GLASSPOST_ASSERT(stored.has_value());
  }
  /// What is stored in an INBOX now.
  std::vector<std::string> stored(const std::string& account) {
    const auto inbox = now(store->folder(account, "INBOX"));
    const auto listed = now(store->list(inbox->id, store::UidRange{}));
    std::vector<std::string> out;
    for (const store::MessageInfo& message : *listed)
      out.push_back(**now(store->content(inbox->id, message.uid)));
    return out;
  }

  Connection& connect(bool reads = true, test::MemoryStream::Settings client = {},
                      test::MemoryStream::Settings server = {}) {
    connections_.push_back(std::make_unique<Connection>());
    Connection& connection = *connections_.back();
    auto [client_end, server_end] =
        test::connect(world, ConnectionId{static_cast<std::uint32_t>(connections_.size())}, client, server);
    connection.client = std::move(client_end);
    connection.session = std::make_unique<ServerSession>(std::move(server_end), options_, service, context());
    group_.spawn(serve(connection));
    if (reads) group_.spawn(collect(connection));
    world.run_ready();
    return connection;
  }
  /// A stream to a session, for a real client.
  ByteStreamPtr dial() {
    Connection& connection = connect(false);
    return std::move(connection.client);
  }
  ServerContext context() { return {world, random, observer, *store, locks, tls_}; }

  void send(Connection& connection, std::string_view bytes) {
    group_.spawn(write(connection, std::string(bytes)));
    world.run_ready();
  }
  void half_close(Connection& connection) {
    group_.spawn(close_write(connection));
    world.run_ready();
  }
  /// What the server said to these bytes.
  std::string say(Connection& connection, std::string_view bytes) {
    connection.received.clear();
    send(connection, bytes);
    return connection.received;
  }
  std::string log_in(Connection& connection, std::string_view user = "bob") {
    return say(connection, "USER " + std::string(user) + "\r\nPASS secret\r\n");
  }
  template <class T>
  void spawn(T task) {
    group_.spawn(std::move(task));
  }

  test::World world;
  test::SeededRandom random;
  KnownUsers service;
  RecordingObserver observer;
  MaildropLocks locks;
  std::unique_ptr<store::SqliteMailboxStore> store;

 private:
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& result) {
    T value = co_await task;
    result.emplace(std::move(value));
  }
  static Task<void> serve(Connection& connection) {
    co_await connection.session->serve();
    connection.ended = true;
  }
  static Task<void> write(Connection& connection, std::string bytes) {
    const Ok written = co_await connection.client->write(bytes);
    static_cast<void>(written);
  }
  static Task<void> close_write(Connection& connection) {
    const Ok closed = co_await connection.client->close_write();
    static_cast<void>(closed);
  }
  static Task<void> collect(Connection& connection) {
    std::string block(4096, '\0');
    while (true) {
      const Result<std::size_t> count = co_await connection.client->read(block);
      if (!count || *count == 0) break;
      connection.received.append(block, 0, *count);
    }
    connection.server_closed = true;
    // An ordinary client closes when the server has.
    const Ok closed = co_await connection.client->close_write();
    static_cast<void>(closed);
  }

  ServerOptions options_;
  TlsUpgrader* tls_;
  std::filesystem::path folder_;
  InlineExecutor executor_;
  std::unique_ptr<store::Database> database_;
  std::vector<std::unique_ptr<Connection>> connections_;
  TaskGroup group_;
};

}  // namespace glasspost::pop3
