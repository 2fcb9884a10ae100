#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "engine/base/assert.h"
#include "engine/runtime/executor.h"
#include "engine/session/imap_server.h"
#include "engine/store/database.h"
#include "engine/store/mailbox_store.h"
#include "tests/unit/support/memory_stream.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::imap {

/// Knows bob with the password "secret" and the account bob@beta.example.
class BobService final : public Service {
 public:
  Task<std::optional<sasl::Secret>> secret(const ClientInfo&, std::string user) override {
    if (user == "bob" || user == "bob@beta.example") co_return sasl::Secret{"secret"};
    co_return std::nullopt;
  }
  Task<std::string> account(const ClientInfo&, std::string) override {
    co_return std::string("bob@beta.example");
  }
  void closed(const ClientInfo&, CloseReason reason) override { reasons.push_back(reason); }

  std::vector<CloseReason> reasons;
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

/// A mailbox store with bob's account, and sessions over streams in memory.
class ImapBench {
 public:
  /// One connection: the bytes of a client that knows no protocol.
  class Line {
   public:
    Line(ImapBench& bench, std::uint32_t ordinal, test::MemoryStream::Settings server, TlsUpgrader* tls)
        : bench_(bench) {
      auto [client_end, server_end] = test::connect(bench.world, ConnectionId{ordinal}, {}, server);
      client = std::move(client_end);
      session =
          std::make_unique<ServerSession>(std::move(server_end), bench.options, bench.service,
                                          ServerContext{bench.world, bench.random, bench.observer,
                                                        *bench.mailboxes, bench.recents, tls, &bench.memory});
      group_.spawn(serve());
      group_.spawn(collect());
      bench.world.run_ready();
    }
    ~Line() {
      if (client) client->abort();
      session->abort();
      bench_.world.run();
    }

    void send(std::string_view bytes) {
      group_.spawn(write(std::string(bytes)));
      bench_.world.run_ready();
    }
    void half_close() {
      group_.spawn(close_write());
      bench_.world.run_ready();
    }
    /// What the server has said since the last call.
    std::string heard() { return std::exchange(received, {}); }
    /// Sends a command and gives the whole answer.
    std::string ask(std::string_view command) {
      heard();
      send(std::string(command) + "\r\n");
      return heard();
    }

    ByteStreamPtr client;
    std::unique_ptr<ServerSession> session;
    std::string received;
    bool server_closed = false;
    bool served = false;

   private:
    Task<void> serve() {
      co_await session->serve();
      served = true;
    }
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
        if (!count || *count == 0) break;
        received.append(block, 0, *count);
      }
      server_closed = true;
      const Ok closed = co_await client->close_write();
      static_cast<void>(closed);
    }

    ImapBench& bench_;
    TaskGroup group_;
  };

  ImapBench() {
    static int ordinal = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("glasspost_imap_" + std::to_string(::getpid()) + "_" + std::to_string(++ordinal));
    std::filesystem::create_directories(folder_);
    auto opened = store::Database::open({(folder_ / "mail.db").string(), ""}, world, executor_);
    GLASSPOST_ASSERT(opened.has_value());
    database_ = std::move(*opened);
    mailboxes = std::make_unique<store::SqliteMailboxStore>(*database_, world);
    options.host_name = "mail.beta.example";
    const Ok made = test::run_now(mailboxes->create_account("bob@beta.example", 0));
    GLASSPOST_ASSERT(made.has_value());
  }
  ~ImapBench() {
    lines_.clear();
    mailboxes.reset();
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Line& connect(test::MemoryStream::Settings server = {}, TlsUpgrader* tls = nullptr) {
    lines_.push_back(
        std::make_unique<Line>(*this, static_cast<std::uint32_t>(lines_.size() + 1), server, tls));
    return *lines_.back();
  }
  /// A connection that bob has logged in on, with the greeting read.
  Line& login() {
    Line& line = connect();
    line.ask("0 LOGIN bob secret");
    return line;
  }
  store::Uid deliver(const std::string& content, const std::string& mailbox = "INBOX",
                     store::Flags flags = {}) {
    const auto folder = test::run_now(mailboxes->folder("bob@beta.example", mailbox));
    store::AppendRequest request;
    request.folder = folder->id;
    request.content = store::make_content(content);
    request.internal_date = world.now();
    request.flags = std::move(flags);
    const auto stored = test::run_now(mailboxes->append(std::move(request)));
    world.run_ready();
    return stored->uid;
  }
  [[nodiscard]] std::vector<std::string> faults() { return *test::run_now(database_->check()); }

  test::World world;
  test::SeededRandom random;
  RecordingObserver observer;
  BobService service;
  RecentMarks recents;
  MessageMemory memory;
  ServerOptions options;
  std::unique_ptr<store::SqliteMailboxStore> mailboxes;

 private:
  std::filesystem::path folder_;
  InlineExecutor executor_;
  std::unique_ptr<store::Database> database_;
  std::vector<std::unique_ptr<Line>> lines_;
};

inline std::string mail(const std::string& subject, const std::string& body = "Hello\r\n") {
  return "From: alice@alpha.example\r\nTo: bob@beta.example\r\nSubject: " + subject + "\r\n\r\n" + body;
}

}  // namespace glasspost::imap
