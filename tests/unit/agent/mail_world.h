#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/agent/mail_server/mail_server.h"
#include "engine/agent/mua/mua.h"
#include "engine/agent/mua/stranger.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/static_resolver.h"
#include "engine/runtime/executor.h"
#include "engine/runtime/task_group.h"
#include "engine/sim/host.h"
#include "engine/sim/world.h"
#include "engine/store/database.h"
#include "engine/store/mailbox_store.h"
#include "engine/store/spool.h"

namespace glasspost::agent {

/// Keeps every notice of a host, over all its incarnations.
class RecordingObserver final : public Observer {
 public:
  void decided(const DecisionMade& notice) override { decisions.push_back(notice); }
  void mail_submitted(const MailSubmitted& notice) override { submitted.push_back(notice); }
  void mail_accepted(const MailAccepted& notice) override { accepted.push_back(notice); }
  void mail_queued(const MailQueued& notice) override { queued.push_back(notice); }
  void mail_attempted(const MailAttempted& notice) override { attempted.push_back(notice); }
  void mail_settled(const MailSettled& notice) override { settled.push_back(notice); }
  void mail_altered(const MailAltered& notice) override { altered.push_back(notice); }
  void mail_removed(const MailRemoved& notice) override { removed.push_back(notice); }
  [[nodiscard]] bool wants_explanations() const override { return true; }

  [[nodiscard]] std::vector<DecisionMade> decisions_of(DecisionKind kind) const;
  [[nodiscard]] std::vector<MailSettled> settled_as(MailOutcome outcome) const;

  std::vector<DecisionMade> decisions;
  std::vector<MailSubmitted> submitted;
  std::vector<MailAccepted> accepted;
  std::vector<MailQueued> queued;
  std::vector<MailAttempted> attempted;
  std::vector<MailSettled> settled;
  std::vector<MailAltered> altered;
  std::vector<MailRemoved> removed;
};

/// What runs on a mail host: one incarnation's stores and server.
struct ServerSoftware {
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::SqliteMailboxStore> mailboxes;
  std::unique_ptr<store::SqliteSpool> spool;
  std::unique_ptr<MailServer> server;
  std::optional<Ok> started;
  TaskGroup tasks;
};

/// A message in a mailbox.
struct Stored {
  std::string folder;
  std::string content;
};

/// Mail servers on the virtual network, with a DNS that answers at once.
class MailWorld {
 public:
  explicit MailWorld(std::uint64_t seed = 1);
  ~MailWorld();

  /// Records below "example.", as a zone file has them ("beta MX 10 mx.beta").
  void set_zone(std::string_view records);
  /// alpha.example (alice) and beta.example (bob) with one server each, port 25 and 587, and their zone.
  void add_alpha_and_beta();
  /// The configuration of one of them, to be changed before add_server().
  static MailServerConfig server_config(const std::string& host_name, const std::string& domain,
                                        const std::vector<std::string>& users);
  sim::Host& add_server(MailServerConfig config, const std::string& address);
  sim::Host& add_host(const std::string& name, const std::string& address);

  /// Speaks SMTP line by line: sends each command (CRLF is added) after the reply to the one before,
  /// beginning with the greeting, and gives all replies, each as its lines joined by "\n". Ends early if the
  /// server closes. Runs the world until it is over.
  std::vector<std::string> talk(const std::string& from, const std::string& to, std::uint16_t port,
                                const std::vector<std::string>& commands);
  /// HELO, MAIL, RCPT..., DATA, QUIT; gives the replies to RCPT... and to the content.
  std::vector<std::string> send_plain(const std::string& from, const std::string& to,
                                      const std::string& reverse_path,
                                      const std::vector<std::string>& recipients, const std::string& content);
  /// Begins talk() without running the world.
  void begin_talk(const std::string& from, const std::string& to, std::uint16_t port,
                  std::vector<std::string> commands, std::vector<std::string>& replies);

  SubmissionOutcome send_as(const MuaConfig& mua, const std::string& device, Draft draft);
  MuaConfig alice();

  void run_for(Duration time) { world.run_until(world.now() + time); }
  void settle() { run_for(Duration::minutes(1)); }

  [[nodiscard]] ServerSoftware& software(const std::string& host) { return *running_.at(host).lock(); }
  [[nodiscard]] RecordingObserver& seen(const std::string& host) { return observers_[host]; }
  /// Everything in an account's folders, INBOX first, in order of UIDs.
  std::vector<Stored> mailbox(const std::string& host, const std::string& account);
  std::vector<std::string> faults(const std::string& host);

  template <class T>
  T now(Task<T> task) {
    std::optional<T> result;
    TaskGroup group;
    group.spawn(keep(std::move(task), result));
    while (!result && world.step()) {
    }
    return std::move(*result);
  }

  dns::StaticResolver resolver;
  // Of servers that boot from now on.
  TlsUpgrader* server_tls = nullptr;
  TlsUpgrader* client_tls = nullptr;
  std::uint32_t checkpoint_pages = 4'000;

 private:
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& result) {
    T value = co_await task;
    result.emplace(std::move(value));
  }
  std::shared_ptr<ServerSoftware> boot(const MailServerConfig& config, sim::Incarnation& life);

  InlineExecutor executor_;
  std::map<std::string, RecordingObserver> observers_;
  // The incarnations alone keep their software alive, so that a crash can end it.
  std::map<std::string, std::weak_ptr<ServerSoftware>> running_;
  TaskGroup dialogues_;

 public:
  /// Last: its coroutines unwind first, and use all of the above.
  sim::World world;
};

}  // namespace glasspost::agent
