#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/task.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost {

/// Why a dialogue cannot go on.
enum class WireLoss : std::uint8_t { kTimedOut, kLost, kTls };

/// A server's end of one connection: the block that is being read, what waits to be written, the TLS layer, a
/// stop from outside, and an end that takes no reply away. The dialogue of each protocol is one; it must
/// outlive its tasks.
struct ServerWire {
  /// `tls` may be null where secure() is never called. Both references outlive this.
  ServerWire(ByteStreamPtr stream, Clock& clock, TlsUpgrader* tls, Duration write_patience);
  virtual ~ServerWire() = default;
  ServerWire(const ServerWire&) = delete;
  ServerWire& operator=(const ServerWire&) = delete;

  /// Reads the next block into `unread`; only when everything before was taken. False: the dialogue is over.
  Task<bool> fill();
  /// Writes what waits in `out`. False: nothing more can be written.
  Task<bool> flush();
  /// Does the handshake of a server. None: it failed, and the connection with it.
  Task<std::optional<TlsFacts>> secure(Duration patience);
  /// Writes what waits, lets the peer read it, and closes.
  Task<void> hang_up();
  /// An idle session needs a small block, content a large one. What is unread is kept.
  void resize_block(std::size_t size);

  /// The dialogue ends as soon as it waits for the client.
  void request_stop();
  /// It ends at once (the stream is reset).
  void abort();

  /// How long the client may be silent now.
  [[nodiscard]] virtual Duration patience() const = 0;
  /// Told once, when reading, writing or the handshake failed. After a time-out the dialogue may still say
  /// why.
  virtual void wire_lost(WireLoss loss) = 0;

  std::string_view unread;  ///< within the block
  std::string out;          ///< what has been said and not yet written
  std::size_t block_size = 0;
  bool stop_requested = false;
  bool lost = false;  ///< nothing more can be written

 protected:
  /// For what is said beside the dialogue, as in IDLE. Null once the connection has ended.
  [[nodiscard]] ByteStream* stream() { return stream_.get(); }

 private:
  void lose(WireLoss loss);

  ByteStreamPtr stream_;
  ByteStream* handshaking_ = nullptr;  // the stream below during a handshake
  Clock& clock_;
  TlsUpgrader* tls_;
  Duration write_patience_;
  std::unique_ptr<char[]> block_;
  bool reading_ = false;
  bool timed_out_ = false;
};

}  // namespace glasspost
