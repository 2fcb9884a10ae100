#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/id.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/observe/observer.h"
#include "engine/protocol/pop3/client_machine.h"
#include "engine/protocol/pop3/listing.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/task.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::pop3 {

struct ClientOptions : ClientPolicy {
  std::string tls_server_name;                          ///< to ask for and to verify
  Duration timeout = Duration::minutes(5);              ///< for each block of a response, and for writing
  std::uint64_t max_response_bytes = 64 * 1024 * 1024;  ///< of one multi-line response; beyond it kTooLarge
};

/// What a session gets from its host. All outlive it.
struct ClientContext {
  Clock& clock;
  RandomSource& random;
  Observer& observer;
  TlsUpgrader* tls = nullptr;  ///< needed unless the policy is kNone
};

/// One connection of a client. Call connect() once, then the requests, one at a time, then quit(). An error
/// that the server told (kRefused) leaves the session usable; after any other the connection is gone and
/// every call fails the same way.
class ClientSession {
 public:
  template <class T>
  using Outcome = tl::expected<T, ClientError>;

  ClientSession(ClientOptions options, ClientContext context);
  ~ClientSession();
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  /// Greeting, CAPA, STLS and the login, as the options say.
  Task<Outcome<void>> connect(ByteStreamPtr stream);
  Task<Outcome<DropListing>> stat();
  Task<Outcome<std::vector<ScanListing>>> list();
  Task<Outcome<std::vector<UniqueIdListing>>> uidl();
  /// The message with its dots taken out, as the server sent it.
  Task<Outcome<std::string>> retr(std::uint32_t number);
  /// Header, empty line, and as many lines of the body.
  Task<Outcome<std::string>> top(std::uint32_t number, std::uint32_t lines);
  /// Only marks: the message goes when quit() succeeds.
  Task<Outcome<void>> dele(std::uint32_t number);
  Task<Outcome<void>> rset();
  Task<Outcome<void>> noop();
  /// QUIT, its response, and an orderly close. After an error the marked messages may still be there.
  Task<Outcome<void>> quit();
  /// Ends it at once, and nothing is removed; a pending call completes with kLost.
  void abort();

  [[nodiscard]] bool usable() const;
  [[nodiscard]] const Capabilities& capabilities() const;
  [[nodiscard]] const std::optional<TlsFacts>& tls() const;
  [[nodiscard]] std::optional<sasl::Mechanism> mechanism() const;
  [[nodiscard]] ConnectionId connection() const;

 private:
  struct Dialogue;
  std::unique_ptr<Dialogue> dialogue_;
};

}  // namespace glasspost::pop3
