#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/agent/mail_server/mail_server.h"
#include "engine/agent/mua/device.h"
#include "engine/agent/mua/mua.h"
#include "engine/agent/mua/stranger.h"
#include "engine/agent/name_server.h"
#include "engine/agent/resolver_host.h"
#include "engine/base/result.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task_group.h"
#include "engine/scenario/data/scenario.h"
#include "engine/scenario/world_pki.h"
#include "engine/session/dns_stub.h"
#include "engine/store/database.h"
#include "engine/store/mailbox_store.h"
#include "engine/store/notes.h"
#include "engine/store/spool.h"
#include "engine/tap/tap.h"

namespace glasspost::scenario {

/// What one host's software is made from; the same in both worlds. Everything referred to outlives it.
struct SoftwareGround {
  const Scenario& scenario;
  const Host& host;
  HostId id;
  tap::Tap& tap;
  const WorldPki& pki;
  /// Opens the host's mail store, which is asked for by mail servers and by devices that read mail.
  std::function<Result<std::unique_ptr<store::Database>>()> open_database;
  /// Hears why the software could not start.
  std::function<void(Error)> failed;
  /// Connections to the machine's own loopback addresses are between hosts of the world (real sockets).
  bool loopback_is_the_world = false;
};

/// All that runs on one host from one start to its stop or crash: its stub resolver, and the agents that its
/// roles ask for, each behind the taps.
///
/// Whoever destroys it first awaits stop(), or makes sure that none of its coroutines is ever resumed again.
class HostSoftware {
 public:
  HostSoftware(SoftwareGround ground, const HostServices& services);
  ~HostSoftware();
  HostSoftware(const HostSoftware&) = delete;
  HostSoftware& operator=(const HostSoftware&) = delete;

  /// Starts the agents; failures go to SoftwareGround::failed. `started` is called once all of them run.
  void start(std::function<void()> started);
  /// Ends all agents in order. The task ends when nothing of them runs any more.
  Task<void> stop();

  /// A user's or stranger's act on this host; it goes on by itself. Ignored on a host without that role.
  void send(const SendMail& action);
  void inject(const InjectMail& action);
  void use(const UseDevice& action);
  /// Replaces all records of one owner and type in a zone of this name server. Error: kInvalidInput,
  /// kNotFound.
  Ok set_record(const SetRecord& action);
  void sign_with(const SignWith& action);
  /// The mail store, for looking into it; null if the host has none (a device that was never used).
  [[nodiscard]] store::MailboxStore* mailbox_store();
  /// Its database, for checking it; null as above.
  [[nodiscard]] store::Database* database() { return database_.get(); }
  /// Nothing that a user ordered is under way.
  [[nodiscard]] bool device_at_rest() const { return !device_ || device_->at_rest(); }

 private:
  Task<void> start_agents(std::function<void()> started);
  Task<Ok> start_mail_server();
  Ok start_name_server();
  Ok start_resolver_host();
  Ok make_tls();
  void make_user_agents();
  /// The device's mail program, made when it is first used; null where it cannot be made.
  agent::Device* device();
  void order(agent::DeviceOrder order, const std::string& account, std::string_view deed);
  void tell_zones();
  Task<void> run_send(SendMail action);
  Task<void> run_inject(InjectMail action);

  SoftwareGround ground_;
  std::unique_ptr<tap::HostTap> tap_;
  HostServices services_;
  std::unique_ptr<dns::StubResolver> stub_;
  std::unique_ptr<dns::Resolver> resolver_;  // tapped
  std::unique_ptr<TlsUpgrader> server_tls_, client_tls_, user_tls_;
  std::unique_ptr<TlsUpgrader> tapped_server_tls_, tapped_client_tls_, tapped_user_tls_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::MailboxStore> mailboxes_;
  std::unique_ptr<tap::MailboxStoreTap> tapped_mailboxes_;
  std::unique_ptr<store::Spool> spool_;
  std::unique_ptr<agent::NameServer> name_server_;
  std::unique_ptr<agent::ResolverHost> resolver_host_;
  std::unique_ptr<agent::MailServer> mail_server_;
  std::unique_ptr<agent::Mua> mua_;
  std::unique_ptr<store::Notes> notes_;
  std::unique_ptr<agent::Device> device_;
  std::unique_ptr<agent::Stranger> stranger_;
  TaskGroup tasks_;
};

}  // namespace glasspost::scenario
