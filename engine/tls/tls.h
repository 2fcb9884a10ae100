#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/id.h"
#include "engine/crypto/certificate.h"
#include "engine/crypto/library.h"
#include "engine/observe/observer.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/scheduler.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::tls {

enum class TlsVersion { k12, k13 };

/// What to make of the peer's certificate. A client checks chain, time and name; a server that asks for one
/// checks chain and time.
enum class PeerCheck {
  kNone,    ///< not looked at; a server does not ask for one
  kReport,  ///< checked, told in TlsFacts::peer_verified, never refused (mail between servers)
  kRequire  ///< the handshake fails with kTls unless it is in order
};

struct TlsSettings {
  /// Needed in the server's role.
  std::optional<crypto::Identity> identity;
  /// Certificates between the identity's and the authority's, nearest first.
  std::vector<crypto::Certificate> intermediates;
  /// Who may vouch for the peer.
  std::vector<crypto::Certificate> authorities;
  PeerCheck server_check = PeerCheck::kRequire;  ///< in the client's role
  PeerCheck client_check = PeerCheck::kNone;     ///< in the server's role
  TlsVersion minimum = TlsVersion::k12;
  TlsVersion maximum = TlsVersion::k13;
  /// Gets lines of the NSS key log format, which open a recording. For teaching; empty: none are made.
  std::function<void(ConnectionId connection, std::string_view line)> key_log;
};

/// What TLS needs of its host. All outlive the upgrader and its streams.
struct TlsServices {
  Scheduler& scheduler;
  Clock& clock;          ///< certificates are judged at its time
  RandomSource& random;  ///< in a seeded library each connection draws from a stream "tls" of its own
  Observer& observer;
};

/// TLS 1.2 and 1.3 (RFC 5246, RFC 8446) in either role. No tickets, no session cache, no renegotiation, no
/// compression: every handshake is whole, and in a seeded library repeatable to the byte.
///
/// The streams it makes: close_write() sends close_notify, then the end of the stream below. Reading gives 0
/// at the peer's close_notify; an end of the stream below without it is the error kEndOfStream, for the last
/// bytes may have been cut off (RFC 8446 6.1). A broken record or a fatal alert is kTls. Deadlines and abort
/// are those of the stream below; a write that has timed out leaves the stream unusable for writing.
///
/// Errors: kTls (certificate and key do not fit, or OpenSSL refuses them).
[[nodiscard]] Result<std::unique_ptr<TlsUpgrader>> make_tls_upgrader(const TlsServices& services,
                                                                     const crypto::Library& library,
                                                                     TlsSettings settings);

}  // namespace glasspost::tls
