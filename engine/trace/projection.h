#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/trace/cow_map.h"
#include "engine/trace/event.h"

namespace glasspost::trace {

struct HostView {
  std::string name;
  std::vector<std::string> roles;
  std::vector<std::string> addresses;
  bool up = true;
  std::uint32_t incarnation = 1;
  std::string reason;  ///< of the last change between up and down
  friend bool operator==(const HostView&, const HostView&) = default;
};

struct LinkView {
  HostId from, to;
  bool up = true;
  Duration latency, jitter;
  std::uint64_t bandwidth = 0;
  std::uint32_t loss_ppm = 0;
  friend bool operator==(const LinkView&, const LinkView&) = default;
};

/// A message as one host knows it.
struct MessageRef {
  HostId host;
  std::string id;  ///< the host's queue id
  friend auto operator<=>(const MessageRef&, const MessageRef&) = default;
};

struct Verdict {
  std::uint64_t seq = 0;  ///< of the decision event, whose explanation it is
  DecisionKind kind{};
  std::string subject;
  std::string outcome;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// What one end of a connection is and knows.
struct ConnectionEnd {
  HostId host;           ///< 0: outside
  std::string endpoint;  ///< "192.0.2.1:25"
  std::string machine;   ///< "smtp-server"; empty until it tells a state
  std::string state;
  bool established = false;
  bool half_closed = false;
  bool closed = false;
  bool tls_started = false;
  bool tls = false;  ///< established, as this end sees it
  bool peer_verified = false;
  std::string tls_version, tls_cipher, tls_server_name, tls_peer_subject;
  std::string failure;  ///< of TLS, or the reset's reason
  friend bool operator==(const ConnectionEnd&, const ConnectionEnd&) = default;
};

/// What went in one direction of a connection.
struct Flow {
  std::array<std::uint64_t, 2> bytes{};  ///< the logs' lengths, by Layer
  std::uint64_t segments_sent = 0, segments_delivered = 0, segments_lost = 0, retransmissions = 0;
  friend bool operator==(const Flow&, const Flow&) = default;
};

enum class ConnectionPhase : std::uint8_t { kOpening, kEstablished, kClosed, kReset, kFailed };
[[nodiscard]] std::string_view to_string(ConnectionPhase phase);

struct ConnectionView {
  ConnectionPhase phase = ConnectionPhase::kOpening;
  Instant opened, changed;
  std::array<ConnectionEnd, 2> ends;  ///< client, server
  std::array<Flow, 2> flows;          ///< by Direction
  std::vector<Verdict> verdicts;      ///< the latest kMostVerdicts
  std::size_t fresh_verdicts = 0;     ///< how many of them no accepted message has taken over yet
  std::uint32_t transactions = 0;     ///< the highest transaction number that was told

  [[nodiscard]] const ConnectionEnd& client() const { return ends[0]; }
  [[nodiscard]] const ConnectionEnd& server() const { return ends[1]; }
  [[nodiscard]] bool open() const { return phase <= ConnectionPhase::kEstablished; }
  friend bool operator==(const ConnectionView&, const ConnectionView&) = default;
};
inline constexpr std::size_t kMostVerdicts = 64;

enum class RecipientPhase : std::uint8_t {
  kPending,
  kAttempted,
  kRelayed,
  kDeferred,
  kBounced,
  kDelivered,
  kExpired
};
[[nodiscard]] std::string_view to_string(RecipientPhase phase);

struct RecipientView {
  std::string address;
  RecipientPhase phase = RecipientPhase::kPending;
  std::uint32_t attempts = 0;
  Instant next_attempt;  ///< kDeferred
  std::string reply;
  std::string related;  ///< as MailSettled::related
  std::string target;   ///< of the last attempt
  friend bool operator==(const RecipientView&, const RecipientView&) = default;
};
/// True while this host still has to do something for it.
[[nodiscard]] constexpr bool unsettled(RecipientPhase phase) {
  return phase == RecipientPhase::kPending || phase == RecipientPhase::kAttempted ||
         phase == RecipientPhase::kDeferred;
}

struct MessageView {
  std::string message_id, reverse_path, subject;
  std::string origin;  ///< "submitted", "accepted", "dsn", "restored"
  std::uint64_t size = 0;
  std::vector<RecipientView> recipients;
  bool responsible = false;  ///< this host must deliver or report it: it holds the baton
  bool queued = false;
  bool removed = false;
  Instant since;  ///< when this host first knew it
  ConnectionId connection;
  std::uint32_t transaction = 0;        ///< that it came by
  std::optional<MessageRef> came_from;  ///< the same mail at the hop before
  std::vector<MessageRef> went_to;      ///< and at the hops after
  MessageRef journey;                   ///< the mail at its first known hop: the same for all its hops
  std::uint32_t alterations = 0;
  std::vector<Verdict> verdicts;
  friend bool operator==(const MessageView&, const MessageView&) = default;
};

struct MailboxRef {
  HostId host;  ///< server or device
  std::string account, folder;
  friend auto operator<=>(const MailboxRef&, const MailboxRef&) = default;
};
struct MailboxEntry {
  std::vector<std::string> flags;
  std::string message_id, subject, from;
  std::string message;  ///< queue id at this host; empty if it was not delivered here
  std::uint64_t size = 0;
  Instant stored;
  friend bool operator==(const MailboxEntry&, const MailboxEntry&) = default;
};
struct MailboxView {
  std::uint32_t uid_validity = 0;
  std::uint64_t expunged = 0;                   ///< how many have been
  CowMap<std::uint32_t, MailboxEntry> entries;  ///< by UID
  friend bool operator==(const MailboxView&, const MailboxView&) = default;
};

struct DeviceView {
  std::string name, account, protocol;
  friend bool operator==(const DeviceView&, const DeviceView&) = default;
};

struct CacheRef {
  HostId host;
  std::string name, type;
  friend auto operator<=>(const CacheRef&, const CacheRef&) = default;
};
struct CacheView {
  std::string answer;
  Instant expires;
  friend bool operator==(const CacheView&, const CacheView&) = default;
};

struct ZoneRef {
  HostId host;
  std::string name;
  friend auto operator<=>(const ZoneRef&, const ZoneRef&) = default;
};
struct ZoneView {
  std::string records;
  friend bool operator==(const ZoneView&, const ZoneView&) = default;
};

struct FaultView {
  std::string target, detail;
  Instant since;
  friend bool operator==(const FaultView&, const FaultView&) = default;
};

/// (connection, transaction): how two hops recognise one mail.
struct TransactionRef {
  std::uint32_t connection = 0;
  std::uint32_t transaction = 0;
  friend auto operator<=>(const TransactionRef&, const TransactionRef&) = default;
};

struct HopView {
  MessageRef sender, receiver;  ///< an empty id: not told yet
  friend bool operator==(const HopView&, const HopView&) = default;
};

/// The world at a moment, made by applying events and from nothing else. A value: copies share what is equal.
/// Of connections that have ended and messages that are gone, the last kMostFinished of each are kept.
class Projection {
 public:
  static constexpr std::size_t kMostFinished = 4096;

  /// Events are applied in order of their numbers.
  void apply(const EventView& event);

  [[nodiscard]] std::uint64_t seq() const { return seq_; }
  [[nodiscard]] Instant time() const { return time_; }
  [[nodiscard]] Instant epoch() const { return epoch_; }
  [[nodiscard]] bool ended() const { return ended_; }

  [[nodiscard]] const CowMap<HostId, HostView>& hosts() const { return hosts_; }
  [[nodiscard]] const CowMap<std::string, LinkView>& links() const { return links_; }
  [[nodiscard]] const CowMap<ZoneRef, ZoneView>& zones() const { return zones_; }
  [[nodiscard]] const CowMap<ConnectionId, ConnectionView>& connections() const { return connections_; }
  [[nodiscard]] const CowMap<MessageRef, MessageView>& messages() const { return messages_; }
  [[nodiscard]] const CowMap<MailboxRef, MailboxView>& mailboxes() const { return mailboxes_; }
  [[nodiscard]] const CowMap<HostId, DeviceView>& devices() const { return devices_; }
  [[nodiscard]] const CowMap<CacheRef, CacheView>& dns_cache() const { return dns_cache_; }
  [[nodiscard]] const CowMap<std::string, FaultView>& faults() const { return faults_; }
  /// How many events of a projected kind have been applied.
  [[nodiscard]] std::uint64_t count(Kind kind) const;

  /// The host's name, or "host7"; "outside" for 0.
  [[nodiscard]] std::string host_name(HostId host) const;
  /// By its name; 0 if there is none.
  [[nodiscard]] HostId host_named(std::string_view name) const;
  /// By an address in text form; 0 if there is none.
  [[nodiscard]] HostId host_at(const std::string& address) const;
  /// The messages in a host's queue, by queue id.
  [[nodiscard]] std::vector<MessageRef> queue(HostId host) const;
  /// All hops of one mail that still hold the baton.
  [[nodiscard]] std::vector<MessageRef> responsible_for(const MessageRef& journey) const;

  /// The same in every build. Equal projections have equal hashes.
  [[nodiscard]] std::uint64_t hash() const;
  /// Without moment and counters: changes only if something in the world looks different.
  [[nodiscard]] std::uint64_t world_hash() const;
  friend bool operator==(const Projection&, const Projection&) = default;

 private:
  void apply_world(const EventView& event);
  void apply_wire(const EventView& event);
  void apply_connection_end(const EventView& event, ConnectionView& view);
  void apply_dialogue(const EventView& event);
  void apply_decision(const EventView& event);
  void apply_mail(const EventView& event);
  void apply_mailbox(const EventView& event);

  void open_connection(const EventView& event);
  void finish_connection(ConnectionId id, ConnectionView& connection, ConnectionPhase phase,
                         std::uint64_t seq);
  void submit(const EventView& event);
  void accept(const EventView& event);
  void enqueue(const EventView& event);
  void attempt(const EventView& event);
  void settle(const EventView& event);
  void remove(const EventView& event);
  MessageView& message_of(const EventView& event);
  void note_hop(ConnectionId connection, std::uint32_t transaction, const MessageRef& message, bool sender);
  void join(const MessageRef& from, const MessageRef& to);
  void finish_message(const MessageRef& ref, std::uint64_t seq);

  std::uint64_t seq_ = 0;
  Instant time_;
  Instant epoch_;
  bool ended_ = false;
  CowMap<HostId, HostView> hosts_;
  CowMap<std::string, HostId> addresses_;
  CowMap<std::string, LinkView> links_;
  CowMap<ZoneRef, ZoneView> zones_;
  CowMap<ConnectionId, ConnectionView> connections_;
  CowMap<MessageRef, MessageView> messages_;
  CowMap<MailboxRef, MailboxView> mailboxes_;
  CowMap<HostId, DeviceView> devices_;
  CowMap<CacheRef, CacheView> dns_cache_;
  CowMap<std::string, FaultView> faults_;
  CowMap<TransactionRef, HopView> hops_;                      // of open connections
  CowMap<std::uint64_t, ConnectionId> finished_connections_;  // by the event that ended them
  CowMap<std::uint64_t, MessageRef> finished_messages_;
  std::array<std::uint64_t, kKindLimit> counts_{};
};

}  // namespace glasspost::trace
