#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/wire_tap.h"
#include "engine/sim/event_queue.h"

namespace glasspost::sim {

class Host;
class Incarnation;
class ListeningPort;
class Wait;
class World;
struct Connection;
struct Segment;

/// Bytes of one direction of a stream, from the oldest that someone still needs. Sender and receiver share
/// them: a segment under way is a range of these, not a copy.
class ByteQueue {
 public:
  void append(std::string_view bytes) { bytes_.append(bytes); }
  [[nodiscard]] std::uint64_t end() const { return base_ + (bytes_.size() - dropped_); }
  [[nodiscard]] std::string_view view(std::uint64_t offset, std::size_t length) const {
    return std::string_view(bytes_).substr(dropped_ + static_cast<std::size_t>(offset - base_), length);
  }
  /// Forgets what lies before `offset`.
  void discard_to(std::uint64_t offset);

 private:
  std::string bytes_;
  std::size_t dropped_ = 0;  // bytes at the front of bytes_ that are gone already
  std::uint64_t base_ = 0;   // offset of the first that is not
};

/// One end of a connection, as its host's operating system knows it. // RFC 9293 3.3.1
///
/// Sequence numbers: the SYN is 0, byte k of the stream is k + 1, the FIN follows the last byte.
struct End {
  enum class State : std::uint8_t {
    kNone,  ///< the listener's end before the SYN
    kSynSent,
    kSynReceived,
    kEstablished,
    kClosed,  ///< through in an orderly way; answers a repeated FIN
    kGone,    ///< reset, refused, crashed: answers everything with RST
  };

  Connection* connection = nullptr;
  Host* host = nullptr;  // null: nobody has the address
  Incarnation* incarnation = nullptr;
  End* previous = nullptr;  // in the incarnation's list
  End* next = nullptr;
  Endpoint local;
  State state = State::kNone;
  bool dialler = false;
  bool attached = false;  // a stream object is using it
  bool holds_port = false;

  // Sending.
  ByteQueue out;
  std::uint64_t unacknowledged = 0;  // sequence number of the oldest that is
  std::uint64_t send_next = 0;       // sequence number of the next new one
  std::uint64_t send_edge = 0;       // sequence number that the peer's window ends before
  bool fin_wanted = false;
  bool fin_sent = false;
  bool fin_acknowledged = false;
  std::uint32_t segments_sent = 0;

  // Repeating. // RFC 6298
  Duration rto{};
  Duration smoothed_rtt{};  // 0: not measured yet
  Duration rtt_variation{};
  std::uint32_t repetitions = 0;  // in a row
  std::uint32_t duplicate_acks = 0;
  std::uint64_t recovery =
      0;  // until this is acknowledged, each partial acknowledgement repeats the next hole
  std::uint64_t timed_sequence = 0;  // acknowledging more than this gives a sample; 0: nothing is timed
  Instant timed_since{};
  EventId timer;
  Instant timer_due = Instant::never();  // may be later than the pending event
  Instant timer_event_at = Instant::never();
  Cause sent_cause;  // of the latest segment
  Cause loss_cause;  // the latest loss that may explain a repetition

  // Receiving; offsets of the peer's stream.
  std::uint64_t received = 0;     // all before it has arrived
  std::uint64_t read_offset = 0;  // all before it was read
  std::uint64_t advertised_edge = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> islands;  // [begin, end) that arrived early, in order
  std::optional<std::uint64_t> fin_offset;
  bool fin_received = false;
  bool ack_pending = false;
  Cause ack_cause;

  // The software's side.
  ListeningPort* listener = nullptr;  // who gets the stream, until it has
  Wait* reader = nullptr;             // or the dialler, until established
  Wait* writer = nullptr;
  std::optional<Error> failure;

  [[nodiscard]] End& peer() const;
  [[nodiscard]] bool over() const {
    return state == State::kNone || state == State::kClosed || state == State::kGone;
  }
  [[nodiscard]] std::uint32_t maximum_segment() const { return local.address.is_v6() ? 1440 : 1460; }
  [[nodiscard]] std::uint64_t unread() const { return received - read_offset; }
};

struct Connection {
  ConnectionId id;
  End dialler;
  End listener;
  std::uint32_t under_way = 0;  // segments, and other events that refer to this
};

inline End& End::peer() const {
  return dialler ? connection->listener : connection->dialler;
}

/// What is under way.
struct Segment {
  Connection* connection;
  std::uint64_t sequence;
  std::uint64_t acknowledgement;
  Cause cause;
  std::uint32_t number;
  std::uint16_t length;
  std::uint16_t window;
  bool from_dialler : 1;
  bool syn : 1;
  bool ack : 1;
  bool fin : 1;
  bool rst : 1;
  bool psh : 1;
  bool retransmission : 1;

  [[nodiscard]] std::uint64_t after() const { return sequence + length + (syn ? 1 : 0) + (fin ? 1 : 0); }
};

/// The TCP of all hosts of a world. Modelled: handshake, segmentation, cumulative acknowledgement (on the
/// reply where there is one at the same moment), a window of 65,535 bytes with real back-pressure and probes,
/// retransmission with doubling time-out, repetition after three duplicates and after partial
/// acknowledgements, FIN each way, RST. Not modelled: see docs/virtual-network.md.
class Tcp {
 public:
  static constexpr std::uint64_t kWindow = 65'535;
  static constexpr std::uint64_t kSendBuffer = 65'536;  ///< bytes accepted but not yet acknowledged
  static constexpr std::size_t kBacklog = 128;          ///< connections not yet accepted, a listener
  static constexpr std::uint32_t kSynRepetitions = 6;
  static constexpr std::uint32_t kRepetitions = 15;
  static constexpr Duration kFirstTimeout = Duration::seconds(1);  // RFC 6298 2.1
  static constexpr Duration kLeastTimeout = Duration::milliseconds(200);
  static constexpr Duration kGreatestTimeout = Duration::seconds(120);

  explicit Tcp(World& world) : world_(world) {}
  ~Tcp();

  // --- For the software's side (streams, listeners, dials) ---

  /// Sends the SYN. The caller waits in `dialler.reader`.
  Connection& open(Incarnation& dialler, Host* listener, const Endpoint& from, const Endpoint& to);
  /// Sends what the window and the peer allow.
  void pump(End& end);
  /// Copies what has arrived; 0 if nothing has.
  std::size_t take(End& end, char* into, std::size_t size);
  /// The stream object is going away: FIN, or RST if bytes stay unread.
  void release(End& end);
  /// RST to the peer, and this end fails with kAborted.
  void abort(End& end, ResetReason reason);
  /// Lets go of a connection that nothing refers to any more.
  void free_if_over(Connection& connection);
  /// The host went down: the end is dead at once, with an RST if it does so in an orderly way.
  void host_down(End& end, bool tell_peer);

  // --- For the world ---

  [[nodiscard]] bool has_pending_acks() const { return !pending_acks_.empty(); }
  /// Sends the acknowledgements that no data carried at this moment.
  void send_pending_acks();

 private:
  struct Flags {
    bool syn = false;
    bool ack = false;
    bool fin = false;
    bool rst = false;
    bool psh = false;
    bool retransmission = false;
  };

  void send(End& end, std::uint64_t sequence, std::uint16_t length, Flags flags, Cause cause);
  void arrive(const Segment& segment);
  void lose(const Segment& segment, LossReason reason);
  void report_unreachable(End& end, Instant at_router);
  SegmentNotice notice_of(const Segment& segment) const;

  void receive(End& end, const Segment& segment);
  void receive_when_closed(End& end, const Segment& segment);
  void receive_syn(End& end, const Segment& segment);
  void receive_syn_ack(End& end, const Segment& segment);
  void receive_rst(End& end, const Segment& segment);
  void receive_ack(End& end, const Segment& segment);
  void receive_bytes(End& end, const Segment& segment);
  void establish_listener(End& end);
  void acknowledge(End& end);
  void reply_rst(End& end, const Segment& segment);
  void close_if_through(End& end);
  void fail_end(End& end, ErrorCode code, std::string message, ResetReason reason);
  void wake_all(End& end);
  void advance(End& end, std::uint64_t begin, std::uint64_t finish);
  void leave(End& end, End::State state);

  void start_timer(End& end);
  void restart_timer(End& end);
  void stop_timer(End& end);
  void set_timer_event(End& end);
  void timer_fired(End& end);
  void probe(End& end);
  void retransmit(End& end);
  void measure(End& end, Duration rtt);
  void reset_timeout(End& end);

  void link(End& end, Incarnation& incarnation);
  void unlink(End& end);
  std::uint16_t window_of(const End& end) const;

  World& world_;
  std::vector<std::unique_ptr<Connection>> connections_;  // [id - 1]
  std::vector<End*> pending_acks_;
  std::vector<End*> acks_being_sent_;
};

}  // namespace glasspost::sim
