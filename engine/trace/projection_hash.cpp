#include <type_traits>

#include "engine/base/random.h"
#include "engine/trace/projection.h"

namespace glasspost::trace {

namespace {

// Writes values in one unambiguous form, independent of the machine, and hashes that.
class Fingerprint {
 public:
  void add(std::uint64_t value) {
    for (int i = 0; i < 8; ++i)
      bytes_ += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    bytes_ += text;
  }
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(bool value) { bytes_ += value ? '\1' : '\0'; }
  void add(std::uint32_t value) { add(std::uint64_t{value}); }
  void add(Instant value) { add(static_cast<std::uint64_t>(value.ns)); }
  void add(Duration value) { add(static_cast<std::uint64_t>(value.ns)); }
  void add(HostId value) { add(value.value); }
  void add(ConnectionId value) { add(value.value); }
  template <class E>
  requires std::is_enum_v<E>
  void add(E value) { add(static_cast<std::uint64_t>(value)); }
  template <class T>
  void add(const std::vector<T>& values) {
    add(std::uint64_t{values.size()});
    for (const T& value : values)
      add(value);
  }
  template <class K, class V>
  void add(const CowMap<K, V>& map) {
    add(std::uint64_t{map.size()});
    map.for_each([this](const K& key, const V& value) {
      add(key);
      add(value);
    });
  }
  template <class... T>
  void all(const T&... values) {
    (add(values), ...);
  }

  void add(const HostView& v) { all(v.name, v.roles, v.addresses, v.up, v.incarnation, v.reason); }
  void add(const LinkView& v) { all(v.from, v.to, v.up, v.latency, v.jitter, v.bandwidth, v.loss_ppm); }
  void add(const MessageRef& v) { all(v.host, v.id); }
  void add(const Verdict& v) { all(v.seq, v.kind, v.subject, v.outcome); }
  void add(const ConnectionEnd& v) {
    all(v.host, v.endpoint, v.machine, v.state, v.established, v.half_closed, v.closed, v.tls_started, v.tls,
        v.peer_verified, v.tls_version, v.tls_cipher, v.tls_server_name, v.tls_peer_subject, v.failure);
  }
  void add(const Flow& v) {
    all(v.bytes[0], v.bytes[1], v.segments_sent, v.segments_delivered, v.segments_lost, v.retransmissions);
  }
  void add(const ConnectionView& v) {
    all(v.phase, v.opened, v.changed, v.ends[0], v.ends[1], v.flows[0], v.flows[1], v.verdicts,
        std::uint64_t{v.fresh_verdicts}, v.transactions);
  }
  void add(const RecipientView& v) {
    all(v.address, v.phase, v.attempts, v.next_attempt, v.reply, v.related, v.target);
  }
  void add(const MessageView& v) {
    all(v.message_id, v.reverse_path, v.subject, v.origin, v.size, v.recipients, v.responsible, v.queued,
        v.removed, v.since, v.connection, v.transaction, v.came_from.has_value());
    if (v.came_from) add(*v.came_from);
    all(v.went_to, v.journey, v.alterations, v.verdicts);
  }
  void add(const MailboxRef& v) { all(v.host, v.account, v.folder); }
  void add(const MailboxEntry& v) {
    all(v.flags, v.message_id, v.subject, v.from, v.message, v.size, v.stored);
  }
  void add(const MailboxView& v) { all(v.uid_validity, v.expunged, v.entries); }
  void add(const DeviceView& v) { all(v.name, v.account, v.protocol); }
  void add(const CacheRef& v) { all(v.host, v.name, v.type); }
  void add(const CacheView& v) { all(v.answer, v.expires); }
  void add(const ZoneRef& v) { all(v.host, v.name); }
  void add(const ZoneView& v) { all(v.records); }
  void add(const FaultView& v) { all(v.target, v.detail, v.since); }
  void add(const TransactionRef& v) { all(v.connection, v.transaction); }
  void add(const HopView& v) { all(v.sender, v.receiver); }

  [[nodiscard]] std::uint64_t value() const { return stable_hash(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace

std::uint64_t Projection::world_hash() const {
  Fingerprint print;
  print.all(epoch_, ended_, hosts_, addresses_, links_, zones_, connections_, messages_, mailboxes_, devices_,
            dns_cache_, faults_, hops_);
  return print.value();
}

std::uint64_t Projection::hash() const {
  Fingerprint print;
  print.all(seq_, time_, world_hash());
  for (const std::uint64_t count : counts_)
    print.add(count);
  print.all(finished_connections_, finished_messages_);
  return print.value();
}

}  // namespace glasspost::trace
