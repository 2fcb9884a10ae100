#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/id.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/task.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost {

/// A client's end of one connection: the block that is being read, the TLS layer, and the end. The dialogue
/// of each protocol is one; it must outlive its tasks. Whatever fails is told to wire_failed(), once a call.
struct ClientWire {
  /// `tls_upgrader` may be null where there is no TLS. It outlives this.
  ClientWire(TlsUpgrader* tls_upgrader, std::size_t block_size);
  virtual ~ClientWire() = default;
  ClientWire(const ClientWire&) = delete;
  ClientWire& operator=(const ClientWire&) = delete;

  /// Takes the connection; once.
  void open(ByteStreamPtr stream);
  /// Reads the next block into `unread`; only when everything before was taken. False: it failed.
  Task<bool> fill(Instant deadline);
  /// False: it failed. `bytes` must outlive the task.
  Task<bool> write(const std::string& bytes, Instant deadline);
  /// Does the handshake of a client that verifies `server_name`. `clean`: nothing of a reply is half read.
  /// What the server sent in the clear behind its yes was put there by somebody else, and ends it. // RFC
  /// 3207 4.2, RFC 2595 4
  Task<bool> secure(std::string server_name, bool clean, Instant deadline);
  /// Closes in order, where there is something to close.
  Task<void> hang_up(Instant deadline);
  /// Ends it at once (the stream is reset).
  void abort();

  /// Errors: kTimedOut, kTls, kEndOfStream (the server closed), and what streams fail with.
  virtual void wire_failed(const Error& error) = 0;

  std::string_view unread;  ///< within the block
  ConnectionId connection;
  std::optional<TlsFacts> tls;

 private:
  TlsUpgrader* tls_upgrader_;
  ByteStreamPtr stream_;
  ByteStream* handshaking_ = nullptr;  // the stream below during a handshake
  std::size_t block_size_;
  std::unique_ptr<char[]> block_;
};

}  // namespace glasspost
