#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/runtime/scheduler.h"

namespace glasspost {

// What a network tells whoever watches the wire. The virtual network tells all of it; real sockets tell what
// an application can know (connections, datagrams, timers).

/// When something happened, on the world's clock, and why: the cause that an earlier call returned.
struct Occasion {
  Instant at;
  Cause cause;
};

/// A connection is being opened: its first SYN is about to leave.
struct ConnectionOpened {
  ConnectionId connection;
  HostId dialler;
  HostId listener;  ///< none if no host has the address
  Endpoint from;    ///< the dialler's
  Endpoint to;
};

/// One end of a connection.
struct ConnectionEnd {
  ConnectionId connection;
  HostId host;           ///< whose end it is
  bool dialler = false;  ///< the end that dialled
};

enum class ResetReason : std::uint8_t {
  kAbortedHere,  ///< this end's software aborted it, or went away with bytes unread
  kByPeer,       ///< an RST arrived
  kRefused,      ///< an RST answered the SYN
  kUnreachable,  ///< nobody has the address
  kTimedOut,     ///< too many retransmissions, or the dialler's deadline
  kHostDown,     ///< this end's host stopped or crashed
};

/// One TCP segment. Sequence numbers are relative: the SYN is 0, byte k of the stream is k + 1; an export
/// adds the initial sequence number and wraps to 32 bits.
struct SegmentNotice {
  ConnectionId connection;
  HostId from;
  HostId to;
  bool from_dialler = false;
  std::uint32_t number = 0;  ///< the n-th segment of this direction, from 1: joins "sent" to its end
  std::uint64_t sequence = 0;
  std::uint64_t acknowledgement = 0;  ///< counts where `ack` is set
  std::uint16_t window = 0;           ///< bytes; no scaling
  bool syn = false;
  bool ack = false;
  bool fin = false;
  bool rst = false;
  bool psh = false;
  bool retransmission = false;
  std::uint64_t offset = 0;  ///< of the payload in this direction's stream of bytes
  std::string_view payload;  ///< valid during the call; in `segment_sent` only (empty later)
  std::uint32_t length = 0;  ///< of the payload, always set
  Instant arrives;           ///< never() if it is lost on departure
};

enum class LossReason : std::uint8_t {
  kRandom,       ///< the link's loss rate
  kLinkCut,      ///< a link of the path is cut
  kPartitioned,  ///< sender and receiver are on two sides of a partition
  kNoRoute,      ///< nobody has the address
  kHostDown,     ///< the receiver is not on the network
  kNoListener,   ///< a datagram for a port that nobody has bound
  kQueueFull,    ///< the link's queue or the socket's is full
  kRule,         ///< a rule of the scenario
};

struct DatagramNotice {
  HostId from;
  HostId to;  ///< none if no host has the address
  Endpoint source;
  Endpoint destination;
  std::uint32_t number = 0;  ///< the n-th datagram that `from` sent, from 1
  std::string_view bytes;    ///< valid during the call
  Instant arrives;           ///< never() if it is lost on departure
};

/// A timer or a deadline of a host's software.
struct TimerNotice {
  HostId host;
  std::string_view purpose;  ///< a literal; "deadline" for a stream's or socket's
  Instant moment;            ///< on the host's clock
  ConnectionId connection;   ///< of a stream's deadline
};

enum class FaultKind : std::uint8_t {
  kLinkCut,
  kLinkRestored,
  kLinkChanged,
  kPartitioned,
  kHealed,
  kHostStopped,
  kHostCrashed,
  kHostStarted,
  kPowerCut,  ///< at a sync point of the host's disk; the crash follows
  kClockSkewed,
};

/// Something was done to the world.
struct FaultNotice {
  FaultKind kind = FaultKind::kLinkCut;
  HostId host;         ///< none if it concerns no single host
  std::string detail;  ///< the link's name, the new options, the skew: one line in English
};

/// Watches a network. Every call gives the cause to be made current for what follows from it: what a
/// delivered segment wakes runs with the cause that `segment_delivered` returned; the delivery of a segment
/// is told with the cause that `segment_sent` returned. The null implementation passes causes on unchanged.
class WireTap {
 public:
  virtual ~WireTap() = default;
  virtual Cause connection_opened(const Occasion& occasion, const ConnectionOpened&) {
    return occasion.cause;
  }
  /// Told once an end: the dialler's when the SYN-ACK arrives, the listener's when the handshake's ACK does.
  virtual Cause connection_established(const Occasion& occasion, const ConnectionEnd&) {
    return occasion.cause;
  }
  /// This end is through: its FIN was acknowledged, and the peer's arrived or nobody would read it.
  virtual Cause connection_closed(const Occasion& occasion, const ConnectionEnd&) { return occasion.cause; }
  virtual Cause connection_reset(const Occasion& occasion, const ConnectionEnd&, ResetReason) {
    return occasion.cause;
  }
  virtual Cause segment_sent(const Occasion& occasion, const SegmentNotice&) { return occasion.cause; }
  virtual Cause segment_delivered(const Occasion& occasion, const SegmentNotice&) { return occasion.cause; }
  virtual Cause segment_lost(const Occasion& occasion, const SegmentNotice&, LossReason) {
    return occasion.cause;
  }
  virtual Cause datagram_sent(const Occasion& occasion, const DatagramNotice&) { return occasion.cause; }
  virtual Cause datagram_delivered(const Occasion& occasion, const DatagramNotice&) { return occasion.cause; }
  virtual Cause datagram_lost(const Occasion& occasion, const DatagramNotice&, LossReason) {
    return occasion.cause;
  }
  virtual Cause timer_set(const Occasion& occasion, const TimerNotice&) { return occasion.cause; }
  virtual Cause timer_fired(const Occasion& occasion, const TimerNotice&) { return occasion.cause; }
  virtual Cause fault(const Occasion& occasion, const FaultNotice&) { return occasion.cause; }
};

}  // namespace glasspost
