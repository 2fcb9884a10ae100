#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/task.h"

namespace glasspost {

enum class TlsRole { kServer, kClient };

/// What a session must know of an established TLS layer (Received's "with" and its comment, AUTH's channel,
/// traces).
struct TlsFacts {
  std::string version;       ///< "TLSv1.3"
  std::string cipher;        ///< "TLS_AES_256_GCM_SHA384"
  std::string server_name;   ///< SNI as sent by the client; may be empty
  std::string peer_subject;  ///< of the peer's certificate, RFC 2253 form; empty without one
  bool peer_verified = false;
};

struct TlsUpgrade {
  ByteStreamPtr stream;  ///< the plaintext side; owns the stream below
  TlsFacts facts;
};

/// Puts TLS around a stream. Sessions get one from outside and know nothing of OpenSSL, certificates or CAs.
class TlsUpgrader {
 public:
  virtual ~TlsUpgrader() = default;
  /// Does the handshake. `below` must have no unread bytes on our side: what a peer sent before the handshake
  /// must have been refused by the caller. `server_name`: for a client, the name to ask for and to verify;
  /// ignored for a server. Errors: kTls (with OpenSSL's reason), kTimedOut, kAborted, kEndOfStream.
  virtual Task<Result<TlsUpgrade>> upgrade(ByteStreamPtr below, TlsRole role, std::string server_name) = 0;
};

}  // namespace glasspost
