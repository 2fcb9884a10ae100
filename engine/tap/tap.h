#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "engine/base/id.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/network.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/wire_tap.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/tls/tls_upgrader.h"
#include "engine/trace/recorder.h"

namespace glasspost::tap {

struct TapOptions {
  /// Keeps credentials out of the trace: their bytes are recorded as as many asterisks. For real sockets.
  bool redact = false;
  /// The network tells its own connections through WireTap (the virtual one does). Otherwise they are
  /// recorded as the tapped streams see them.
  bool network_tells = true;
  /// Segments and their fate. Without them, a trace is smaller by half and cannot be drawn packet by packet.
  bool segments = true;
};

class HostTap;

/// A mailbox store whose changes are recorded.
class MailboxStoreTap : public store::MailboxStore {
 public:
  /// Records what the store holds already, as if it came just now: for a store that is older than the trace.
  /// Does nothing where the host has run before in this trace, which knows it then. Errors: the store's.
  virtual Task<Ok> tell_contents() = 0;
};

/// Turns what happens in one world into events of its trace. Whatever is recorded bears the scheduler's
/// current cause; what explains the things that follow (bytes read, an answer, a decision, a user's action)
/// becomes the current cause. Lives on the world's thread, and longer than everything made by it.
class Tap {
 public:
  /// `now` is the world's clock.
  Tap(trace::Recorder& recorder, Scheduler& scheduler, std::function<Instant()> now, TapOptions options);
  ~Tap();
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  /// For the world's network.
  [[nodiscard]] WireTap& wire();
  /// For one incarnation of a host's software, made when it boots, destroyed with it. Once the wire has told
  /// that the host went down, this incarnation's taps fall silent for ever.
  [[nodiscard]] std::unique_ptr<HostTap> host(HostId host, const HostServices& services);

  /// Records an event with the present moment and cause, and gives its number; 0 after silence().
  template <class P>
  std::uint64_t record(HostId host, ConnectionId connection, std::string_view message, const P& payload) {
    if (silent_) return 0;
    trace::Header header;
    header.time = now_();
    header.cause = scheduler_.cause().value;
    header.host = host;
    header.connection = connection;
    header.message = message;
    return recorder_.append(header, payload);
  }
  /// The same, and what follows has it as its cause.
  template <class P>
  std::uint64_t record_cause(HostId host, ConnectionId connection, std::string_view message,
                             const P& payload) {
    const std::uint64_t seq = record(host, connection, message, payload);
    if (seq != 0) scheduler_.set_cause(Cause{seq});
    return seq;
  }

  /// Ends the recording: whatever still comes, the unwinding of a world included, is not recorded.
  void silence() { silent_ = true; }
  [[nodiscard]] bool silent() const { return silent_; }

  struct State;

 private:
  trace::Recorder& recorder_;
  Scheduler& scheduler_;
  std::function<Instant()> now_;
  std::unique_ptr<State> state_;
  bool silent_ = false;
};

/// What is tapped of one incarnation of a host's software. Decorators refer to what they wrap and to this.
class HostTap {
 public:
  virtual ~HostTap() = default;
  [[nodiscard]] virtual Observer& observer() = 0;
  /// The host's services with a tapped network: its streams log the wire layer.
  [[nodiscard]] virtual HostServices services() = 0;
  /// Streams that come out of it log the plain layer.
  [[nodiscard]] virtual std::unique_ptr<TlsUpgrader> tapped(TlsUpgrader& inner) = 0;
  [[nodiscard]] virtual std::unique_ptr<dns::Resolver> tapped(dns::Resolver& inner) = 0;
  /// Records the store's changes as mailbox events of this host, with Subject, From and Message-ID of what
  /// goes in through the returned decorator. It listens to `inner` as long as it lives.
  [[nodiscard]] virtual std::unique_ptr<MailboxStoreTap> tapped(store::MailboxStore& inner) = 0;
};

}  // namespace glasspost::tap
