#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/agent/mua/mua.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/store/api/notes.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::agent {

enum class DeviceProtocol : std::uint8_t { kPop3, kImap };

/// What a device keeps, and what it leaves on the server.
enum class DevicePolicy : std::uint8_t {
  kDelete,  ///< POP3: fetched, then deleted on the server
  kLeave,   ///< POP3: fetched and left there, for good or for `leave_for`
  kOnline,  ///< IMAP: only headers are kept; a letter is fetched each time that it is read
  kCached,  ///< IMAP: letters are kept too
  kIdle,    ///< IMAP: kept, and the connection stays open // RFC 2177
};

/// A user's mail program on one device, and the account it is set up for.
struct DeviceConfig {
  MuaConfig mail;  ///< who the user is, and how it submits
  DeviceProtocol protocol = DeviceProtocol::kImap;
  DevicePolicy policy = DevicePolicy::kCached;
  std::string server;
  std::uint16_t port = 143;
  MuaTls tls = MuaTls::kNone;
  Duration leave_for;                           ///< kLeave: 0 is for good
  Duration poll;                                ///< looks for mail by itself so often; 0: never
  Duration retry = Duration::seconds(30);       ///< kIdle: first wait after a lost connection; it doubles
  Duration idle_limit = Duration::minutes(29);  ///< IDLE is begun anew after so long // RFC 2177 3
};

/// What a device's software gets. All outlive it. The stores are its own, on its own disk.
struct DeviceGround {
  HostServices host;
  Observer& observer;
  dns::Resolver& resolver;
  TlsUpgrader* tls = nullptr;  ///< may be null where the settings do not use it
  store::MailboxStore& mailboxes;
  store::Notes& notes;
};

enum class DeviceDeed : std::uint8_t {
  kSend,
  kSync,
  kRead,
  kReply,
  kReplyAll,
  kForward,
  kDraft,
  kFlag,
  kUnflag,
  kMove,
  kDelete,
  kSearch,
  kCreateFolder,
  kGoOffline,
  kGoOnline,
};

/// What the user wants.
struct DeviceOrder {
  DeviceDeed deed = DeviceDeed::kSync;
  std::string folder = "INBOX";  ///< where the message lies
  std::string subject;           ///< the newest message with this Subject (decoded) is meant
  std::string target;            ///< kMove: the folder; kCreateFolder: its name; kSearch: the words
  Draft draft;                   ///< kSend, kDraft: the message; answers: what is added
};

/// How it went.
struct DeviceOutcome {
  bool done = false;
  std::string words;  ///< one line
};

/// A mail program with mailboxes of its own. It knows only what sockets told it.
///
/// What the user does is done to its own mailboxes at once and noted in a queue; where there is a server that
/// keeps mailboxes (IMAP), the queue is carried out there in order, as soon as the device is online and the
/// server can be reached. So nothing is lost by a dead server, a restart or a power cut.
class Device {
 public:
  Device(DeviceConfig config, DeviceGround ground);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// Begins to run; call it once. `failed` hears why it could not (its own disk).
  void start(std::function<void(Error)> failed);
  /// Orders are carried out one after the other; `done` is called after each.
  void order(DeviceOrder order, std::function<void(const DeviceOutcome&)> done);
  /// Ends what is under way. When the task ends nothing of the device runs any more.
  Task<void> stop();

  /// No order waits or is under way, and no message is being looked for.
  [[nodiscard]] bool at_rest() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace glasspost::agent
