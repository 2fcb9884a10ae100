#pragma once

#include <string_view>
#include <tuple>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/trace/kind.h"
#include "engine/trace/payload_types.h"

namespace glasspost::trace {

// Payloads. The order of columns() is the order of the stored columns and is frozen: new columns are added at
// the end. Views point to the caller's bytes when written, and into the trace when read.
namespace payload {

struct RunStarted {
  static constexpr Kind kKind = Kind::kRunStarted;
  std::uint64_t seed = 0;
  Instant epoch;  ///< the moment that is shown as +0
  bool virtual_world = true;
  std::string_view title;
  std::string_view scenario;  ///< its file's name
  std::string_view program;   ///< "glasspost 0.1.0"
  static constexpr auto columns() {
    return std::tuple(field("seed", &RunStarted::seed), field("epoch", &RunStarted::epoch),
                      field("virtual", &RunStarted::virtual_world), field("title", &RunStarted::title),
                      field("scenario", &RunStarted::scenario), field("program", &RunStarted::program));
  }
};
struct ScenarioSource {
  static constexpr Kind kKind = Kind::kScenarioSource;
  std::string_view name;
  Blob source;
  static constexpr auto columns() {
    return std::tuple(field("name", &ScenarioSource::name),
                      field("source", &ScenarioSource::source, kMaxBlob));
  }
};
/// The event's host is the one that is told of.
struct Host {
  static constexpr Kind kKind = Kind::kHost;
  std::string_view name;
  TextList roles;      ///< "mua", "msa", "mta", "mda", "mail-server", "name-server", "resolver"
  TextList addresses;  ///< in text form
  static constexpr auto columns() {
    return std::tuple(field("name", &Host::name), field("roles", &Host::roles),
                      field("addresses", &Host::addresses));
  }
};
struct HostState {
  static constexpr Kind kKind = Kind::kHostState;
  bool up = true;
  std::uint32_t incarnation = 1;
  std::string_view reason;
  static constexpr auto columns() {
    return std::tuple(field("up", &HostState::up), field("incarnation", &HostState::incarnation),
                      field("reason", &HostState::reason));
  }
};
/// A link as it is from now on; the name is its key.
struct Link {
  static constexpr Kind kKind = Kind::kLink;
  HostId from, to;
  bool up = true;
  Duration latency, jitter;
  std::uint64_t bandwidth = 0;  ///< bits a second; 0: unlimited
  std::uint32_t loss_ppm = 0;   ///< lost packets in a million
  std::string_view name;
  static constexpr auto columns() {
    return std::tuple(field("from", &Link::from), field("to", &Link::to), field("up", &Link::up),
                      field("latency", &Link::latency), field("jitter", &Link::jitter),
                      field("bandwidth", &Link::bandwidth), field("loss_ppm", &Link::loss_ppm),
                      field("name", &Link::name));
  }
};
/// A zone as this name server serves it from now on.
struct Zone {
  static constexpr Kind kKind = Kind::kZone;
  std::string_view name;
  Blob records;  ///< one record a line, in presentation form
  static constexpr auto columns() {
    return std::tuple(field("name", &Zone::name), field("records", &Zone::records, kMaxBlob));
  }
};
/// A folder of an account exists, on a server or on a device.
struct Mailbox {
  static constexpr Kind kKind = Kind::kMailbox;
  std::uint32_t uid_validity = 0;
  std::string_view account;
  std::string_view folder;
  static constexpr auto columns() {
    return std::tuple(field("uid_validity", &Mailbox::uid_validity), field("account", &Mailbox::account),
                      field("folder", &Mailbox::folder));
  }
};
/// The event's host is the device.
struct Device {
  static constexpr Kind kKind = Kind::kDevice;
  std::string_view name;
  std::string_view account;
  std::string_view protocol;  ///< "imap", "pop3" or empty
  static constexpr auto columns() {
    return std::tuple(field("name", &Device::name), field("account", &Device::account),
                      field("protocol", &Device::protocol));
  }
};
struct RunEnded {
  static constexpr Kind kKind = Kind::kRunEnded;
  std::string_view reason;
  static constexpr auto columns() { return std::tuple(field("reason", &RunEnded::reason)); }
};

struct ConnectionOpened {
  static constexpr Kind kKind = Kind::kConnectionOpened;
  HostId client, server;  ///< 0: outside, or not known
  std::string_view client_endpoint, server_endpoint;
  static constexpr auto columns() {
    return std::tuple(field("client", &ConnectionOpened::client), field("server", &ConnectionOpened::server),
                      field("client_endpoint", &ConnectionOpened::client_endpoint, 64),
                      field("server_endpoint", &ConnectionOpened::server_endpoint, 64));
  }
};
/// The event's host sees the connection as established. `server`: it is the end that was dialled.
struct ConnectionEstablished {
  static constexpr Kind kKind = Kind::kConnectionEstablished;
  bool server = false;
  static constexpr auto columns() { return std::tuple(field("server", &ConnectionEstablished::server)); }
};
/// The event's host will send no more (FIN), or has closed for good.
struct ConnectionClosed {
  static constexpr Kind kKind = Kind::kConnectionClosed;
  bool server = false;
  bool half = false;  ///< it still reads
  static constexpr auto columns() {
    return std::tuple(field("server", &ConnectionClosed::server), field("half", &ConnectionClosed::half));
  }
};
struct ConnectionReset {
  static constexpr Kind kKind = Kind::kConnectionReset;
  bool server = false;
  std::string_view reason;
  static constexpr auto columns() {
    return std::tuple(field("server", &ConnectionReset::server), field("reason", &ConnectionReset::reason));
  }
};
/// A dial came to nothing. The connection is 0 where it never got a number.
struct ConnectionFailed {
  static constexpr Kind kKind = Kind::kConnectionFailed;
  std::string_view target;
  std::string_view reason;
  static constexpr auto columns() {
    return std::tuple(field("target", &ConnectionFailed::target, 64),
                      field("reason", &ConnectionFailed::reason));
  }
};
/// Offsets and lengths are those of the wire log of this direction. The host is the sender.
struct SegmentSent {
  static constexpr Kind kKind = Kind::kSegmentSent;
  Direction direction{};
  std::uint64_t segment = 0;  ///< the n-th of this direction, from 1
  std::uint64_t offset = 0;   ///< of its payload; its sequence number is one more, but 0 for a SYN
  std::uint32_t length = 0;
  std::uint64_t acknowledgement = 0;  ///< counts the SYN as one
  std::uint32_t window = 0;
  bool retransmission = false;
  Instant arrives;         ///< Instant::never() if it is lost on departure
  std::string_view flags;  ///< "SYN", "SYN,ACK", "ACK", "PSH,ACK", "FIN,ACK", "RST"
  static constexpr auto columns() {
    return std::tuple(field("direction", &SegmentSent::direction), field("segment", &SegmentSent::segment),
                      field("offset", &SegmentSent::offset), field("length", &SegmentSent::length),
                      field("acknowledgement", &SegmentSent::acknowledgement),
                      field("window", &SegmentSent::window),
                      field("retransmission", &SegmentSent::retransmission),
                      field("arrives", &SegmentSent::arrives), field("flags", &SegmentSent::flags, 32));
  }
};
/// The host is the receiver.
struct SegmentDelivered {
  static constexpr Kind kKind = Kind::kSegmentDelivered;
  Direction direction{};
  std::uint64_t segment = 0;
  static constexpr auto columns() {
    return std::tuple(field("direction", &SegmentDelivered::direction),
                      field("segment", &SegmentDelivered::segment));
  }
};
struct SegmentLost {
  static constexpr Kind kKind = Kind::kSegmentLost;
  Direction direction{};
  std::uint64_t segment = 0;
  std::string_view reason;
  static constexpr auto columns() {
    return std::tuple(field("direction", &SegmentLost::direction), field("segment", &SegmentLost::segment),
                      field("reason", &SegmentLost::reason));
  }
};
/// The host is the sender.
struct DatagramSent {
  static constexpr Kind kKind = Kind::kDatagramSent;
  std::uint64_t datagram = 0;  ///< the n-th of its sender, from 1
  HostId to;
  Instant arrives;                       ///< Instant::never() if it is lost on departure
  std::string_view source, destination;  ///< endpoints
  Blob bytes;
  static constexpr auto columns() {
    return std::tuple(field("datagram", &DatagramSent::datagram), field("to", &DatagramSent::to),
                      field("arrives", &DatagramSent::arrives), field("source", &DatagramSent::source, 64),
                      field("destination", &DatagramSent::destination, 64),
                      field("bytes", &DatagramSent::bytes, kMaxBlob));
  }
};
/// The host is the receiver. Bytes stand here only if the sender is outside; else in its datagram-sent.
struct DatagramDelivered {
  static constexpr Kind kKind = Kind::kDatagramDelivered;
  HostId from;
  std::uint64_t datagram = 0;
  std::string_view source, destination;
  Blob bytes;
  static constexpr auto columns() {
    return std::tuple(field("from", &DatagramDelivered::from),
                      field("datagram", &DatagramDelivered::datagram),
                      field("source", &DatagramDelivered::source, 64),
                      field("destination", &DatagramDelivered::destination, 64),
                      field("bytes", &DatagramDelivered::bytes, kMaxBlob));
  }
};
/// The host is the sender.
struct DatagramLost {
  static constexpr Kind kKind = Kind::kDatagramLost;
  std::uint64_t datagram = 0;
  HostId to;
  std::string_view reason;
  static constexpr auto columns() {
    return std::tuple(field("datagram", &DatagramLost::datagram), field("to", &DatagramLost::to),
                      field("reason", &DatagramLost::reason));
  }
};
/// A piece of the log of (connection, direction, layer). Pieces are in order and without gaps; the first
/// begins at 0. The log is these events' bytes one after the other, stored once, here.
struct StreamBytes {
  static constexpr Kind kKind = Kind::kStreamBytes;
  Direction direction{};
  Layer layer{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Blob bytes;
  static constexpr auto columns() {
    return std::tuple(field("direction", &StreamBytes::direction), field("layer", &StreamBytes::layer),
                      field("offset", &StreamBytes::offset), field("length", &StreamBytes::length),
                      field("bytes", &StreamBytes::bytes, kMaxBlob));
  }
};

struct StateChanged {
  static constexpr Kind kKind = Kind::kStateChanged;
  std::string_view machine, from, to;
  std::string_view trigger;
  static constexpr auto columns() {
    return std::tuple(field("machine", &StateChanged::machine, 64), field("from", &StateChanged::from, 64),
                      field("to", &StateChanged::to, 64), field("trigger", &StateChanged::trigger, 256));
  }
};
struct LeniencyUsed {
  static constexpr Kind kKind = Kind::kLeniencyUsed;
  std::string_view leniency;
  std::string_view detail;
  static constexpr auto columns() {
    return std::tuple(field("leniency", &LeniencyUsed::leniency, 64), field("detail", &LeniencyUsed::detail));
  }
};
struct TlsStarted {
  static constexpr Kind kKind = Kind::kTlsStarted;
  bool server = false;
  std::string_view server_name;  ///< that the client asks for
  static constexpr auto columns() {
    return std::tuple(field("server", &TlsStarted::server),
                      field("server_name", &TlsStarted::server_name, 255));
  }
};
struct TlsHandshake {
  static constexpr Kind kKind = Kind::kTlsHandshake;
  bool sent = false;
  std::uint32_t length = 0;
  std::string_view name;
  static constexpr auto columns() {
    return std::tuple(field("sent", &TlsHandshake::sent), field("length", &TlsHandshake::length),
                      field("name", &TlsHandshake::name, 64));
  }
};
struct TlsEstablished {
  static constexpr Kind kKind = Kind::kTlsEstablished;
  bool server = false;
  bool peer_verified = false;
  std::string_view version, cipher;
  std::string_view server_name;
  std::string_view peer_subject;
  static constexpr auto columns() {
    return std::tuple(
        field("server", &TlsEstablished::server), field("peer_verified", &TlsEstablished::peer_verified),
        field("version", &TlsEstablished::version, 64), field("cipher", &TlsEstablished::cipher, 64),
        field("server_name", &TlsEstablished::server_name, 255),
        field("peer_subject", &TlsEstablished::peer_subject));
  }
};
struct TlsFailed {
  static constexpr Kind kKind = Kind::kTlsFailed;
  bool server = false;
  std::string_view reason;
  static constexpr auto columns() {
    return std::tuple(field("server", &TlsFailed::server), field("reason", &TlsFailed::reason));
  }
};

struct DnsAsked {
  static constexpr Kind kKind = Kind::kDnsAsked;
  std::string_view name;
  std::string_view type;
  static constexpr auto columns() {
    return std::tuple(field("name", &DnsAsked::name), field("type", &DnsAsked::type, 32));
  }
};
struct DnsAnswered {
  static constexpr Kind kKind = Kind::kDnsAnswered;
  std::uint64_t asked = 0;  ///< the dns-asked event
  bool from_cache = false;
  Duration took;
  std::uint32_t ttl = 0;  ///< seconds
  std::string_view name, type;
  std::string_view status;  ///< "found", "NODATA", "NXDOMAIN", "SERVFAIL", "TIMEOUT"
  std::string_view answer;
  static constexpr auto columns() {
    return std::tuple(field("asked", &DnsAnswered::asked), field("from_cache", &DnsAnswered::from_cache),
                      field("took", &DnsAnswered::took), field("ttl", &DnsAnswered::ttl),
                      field("name", &DnsAnswered::name), field("type", &DnsAnswered::type, 32),
                      field("status", &DnsAnswered::status, 32),
                      field("answer", &DnsAnswered::answer, kMaxText));
  }
};
/// An entry of this resolver's cache; one that has expired by the time of the event was dropped.
struct DnsCached {
  static constexpr Kind kKind = Kind::kDnsCached;
  Instant expires;
  std::string_view name, type;
  std::string_view answer;
  static constexpr auto columns() {
    return std::tuple(field("expires", &DnsCached::expires), field("name", &DnsCached::name),
                      field("type", &DnsCached::type, 32), field("answer", &DnsCached::answer, kMaxText));
  }
};

struct Decision {
  static constexpr Kind kKind = Kind::kDecision;
  DecisionKind kind{};
  std::string_view subject;
  std::string_view outcome;
  std::string_view rule;   ///< of the explanation's root
  std::string_view words;  ///< the catalogue key of the explanation's root
  Blob explanation;        ///< read it with decode_explanation()
  static constexpr auto columns() {
    return std::tuple(field("kind", &Decision::kind), field("subject", &Decision::subject),
                      field("outcome", &Decision::outcome, 64), field("rule", &Decision::rule, 64),
                      field("words", &Decision::words, 64),
                      field("explanation", &Decision::explanation, kMaxBlob));
  }
};

struct MailSubmitted {
  static constexpr Kind kKind = Kind::kMailSubmitted;
  std::uint64_t size = 0;
  std::string_view message_id, reverse_path;
  std::string_view subject;
  TextList recipients;
  static constexpr auto columns() {
    return std::tuple(field("size", &MailSubmitted::size), field("message_id", &MailSubmitted::message_id),
                      field("reverse_path", &MailSubmitted::reverse_path),
                      field("subject", &MailSubmitted::subject),
                      field("recipients", &MailSubmitted::recipients, kMaxText));
  }
};
struct MailAccepted {
  static constexpr Kind kKind = Kind::kMailAccepted;
  std::uint32_t transaction = 0;
  std::uint64_t size = 0;
  std::string_view reverse_path;
  TextList recipients;
  static constexpr auto columns() {
    return std::tuple(field("transaction", &MailAccepted::transaction), field("size", &MailAccepted::size),
                      field("reverse_path", &MailAccepted::reverse_path),
                      field("recipients", &MailAccepted::recipients, kMaxText));
  }
};
struct MailQueued {
  static constexpr Kind kKind = Kind::kMailQueued;
  std::uint64_t size = 0;
  std::string_view reverse_path;
  std::string_view origin;
  TextList recipients;
  static constexpr auto columns() {
    return std::tuple(field("size", &MailQueued::size), field("reverse_path", &MailQueued::reverse_path),
                      field("origin", &MailQueued::origin, 64),
                      field("recipients", &MailQueued::recipients, kMaxText));
  }
};
struct MailAttempted {
  static constexpr Kind kKind = Kind::kMailAttempted;
  std::uint32_t transaction = 0;
  std::uint32_t attempt = 1;
  std::string_view target;    ///< the target host's name
  std::string_view endpoint;  ///< and its address and port
  TextList recipients;
  static constexpr auto columns() {
    return std::tuple(field("transaction", &MailAttempted::transaction),
                      field("attempt", &MailAttempted::attempt), field("target", &MailAttempted::target, 255),
                      field("endpoint", &MailAttempted::endpoint, 64),
                      field("recipients", &MailAttempted::recipients, kMaxText));
  }
};
struct MailSettled {
  static constexpr Kind kKind = Kind::kMailSettled;
  MailOutcome outcome{};
  Instant next_attempt;
  std::string_view recipient;
  std::string_view reply;
  std::string_view related;
  static constexpr auto columns() {
    return std::tuple(field("outcome", &MailSettled::outcome),
                      field("next_attempt", &MailSettled::next_attempt),
                      field("recipient", &MailSettled::recipient), field("reply", &MailSettled::reply, 4096),
                      field("related", &MailSettled::related));
  }
};
struct MailAltered {
  static constexpr Kind kKind = Kind::kMailAltered;
  std::uint64_t offset = 0;
  std::uint64_t removed = 0;
  std::string_view reason;
  Blob inserted;
  static constexpr auto columns() {
    return std::tuple(field("offset", &MailAltered::offset), field("removed", &MailAltered::removed),
                      field("reason", &MailAltered::reason, 255),
                      field("inserted", &MailAltered::inserted, kMaxBlob));
  }
};
struct MailRemoved {
  static constexpr Kind kKind = Kind::kMailRemoved;
  static constexpr auto columns() { return std::tuple(); }
};

/// A message came into a folder. The event's host is the server or device that holds it; its message is the
/// queue id that it was delivered from, where there is one.
struct MailboxStored {
  static constexpr Kind kKind = Kind::kMailboxStored;
  std::uint32_t uid = 0;
  std::uint64_t size = 0;
  std::string_view account, folder;
  std::string_view message_id;
  std::string_view subject;
  std::string_view from;
  TextList flags;
  static constexpr auto columns() {
    return std::tuple(field("uid", &MailboxStored::uid), field("size", &MailboxStored::size),
                      field("account", &MailboxStored::account), field("folder", &MailboxStored::folder),
                      field("message_id", &MailboxStored::message_id),
                      field("subject", &MailboxStored::subject), field("from", &MailboxStored::from),
                      field("flags", &MailboxStored::flags));
  }
};
struct MailboxFlags {
  static constexpr Kind kKind = Kind::kMailboxFlags;
  std::uint32_t uid = 0;
  std::string_view account, folder;
  TextList flags;  ///< all that are set from now on
  static constexpr auto columns() {
    return std::tuple(field("uid", &MailboxFlags::uid), field("account", &MailboxFlags::account),
                      field("folder", &MailboxFlags::folder), field("flags", &MailboxFlags::flags));
  }
};
struct MailboxMoved {
  static constexpr Kind kKind = Kind::kMailboxMoved;
  std::uint32_t uid = 0;
  std::uint32_t new_uid = 0;
  std::string_view account, folder;
  std::string_view new_folder;
  static constexpr auto columns() {
    return std::tuple(field("uid", &MailboxMoved::uid), field("new_uid", &MailboxMoved::new_uid),
                      field("account", &MailboxMoved::account), field("folder", &MailboxMoved::folder),
                      field("new_folder", &MailboxMoved::new_folder));
  }
};
struct MailboxExpunged {
  static constexpr Kind kKind = Kind::kMailboxExpunged;
  std::uint32_t uid = 0;
  std::string_view account, folder;
  static constexpr auto columns() {
    return std::tuple(field("uid", &MailboxExpunged::uid), field("account", &MailboxExpunged::account),
                      field("folder", &MailboxExpunged::folder));
  }
};
struct FolderRemoved {
  static constexpr Kind kKind = Kind::kFolderRemoved;
  std::string_view account, folder;
  static constexpr auto columns() {
    return std::tuple(field("account", &FolderRemoved::account), field("folder", &FolderRemoved::folder));
  }
};
struct FolderRenamed {
  static constexpr Kind kKind = Kind::kFolderRenamed;
  std::string_view account, folder;
  std::string_view new_folder;
  static constexpr auto columns() {
    return std::tuple(field("account", &FolderRenamed::account), field("folder", &FolderRenamed::folder),
                      field("new_folder", &FolderRenamed::new_folder));
  }
};

struct TimerSet {
  static constexpr Kind kKind = Kind::kTimerSet;
  Instant at;  ///< on the world's clock
  std::string_view purpose;
  static constexpr auto columns() {
    return std::tuple(field("at", &TimerSet::at), field("purpose", &TimerSet::purpose, 64));
  }
};
struct TimerFired {
  static constexpr Kind kKind = Kind::kTimerFired;
  std::string_view purpose;
  static constexpr auto columns() { return std::tuple(field("purpose", &TimerFired::purpose, 64)); }
};

/// The name is the fault's key, until fault-ended.
struct FaultBegan {
  static constexpr Kind kKind = Kind::kFaultBegan;
  std::string_view name;
  std::string_view target;  ///< what it befalls: a host, a link
  std::string_view detail;
  static constexpr auto columns() {
    return std::tuple(field("name", &FaultBegan::name, 255), field("target", &FaultBegan::target),
                      field("detail", &FaultBegan::detail));
  }
};
struct FaultEnded {
  static constexpr Kind kKind = Kind::kFaultEnded;
  std::string_view name;
  static constexpr auto columns() { return std::tuple(field("name", &FaultEnded::name, 255)); }
};
struct UserAction {
  static constexpr Kind kKind = Kind::kUserAction;
  std::string_view who;
  std::string_view action;
  std::string_view detail;
  static constexpr auto columns() {
    return std::tuple(field("who", &UserAction::who, 255), field("action", &UserAction::action, 64),
                      field("detail", &UserAction::detail, 4096));
  }
};
struct LessonCue {
  static constexpr Kind kKind = Kind::kLessonCue;
  std::string_view lesson;
  std::string_view step;
  static constexpr auto columns() {
    return std::tuple(field("lesson", &LessonCue::lesson, 255), field("step", &LessonCue::step, 255));
  }
};
struct Expectation {
  static constexpr Kind kKind = Kind::kExpectation;
  bool held = false;
  std::uint32_t line = 0;  ///< of the scenario
  std::string_view expected;
  std::string_view seen;
  static constexpr auto columns() {
    return std::tuple(field("held", &Expectation::held), field("line", &Expectation::line),
                      field("expected", &Expectation::expected, 4096),
                      field("seen", &Expectation::seen, 4096));
  }
};

}  // namespace payload
}  // namespace glasspost::trace
