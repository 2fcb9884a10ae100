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
#include "engine/protocol/imap/client_machine.h"
#include "engine/runtime/byte_stream.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/task.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::imap {

struct ClientOptions : ClientPolicy {
  std::string tls_server_name;                      ///< to ask for and to verify
  Duration timeout = Duration::minutes(5);          ///< for each block of a response, and for writing
  std::size_t max_answer_bytes = 64 * 1024 * 1024;  ///< of all responses to one command; beyond it kTooLarge
};

/// What a session gets from its host. All outlive it.
struct ClientContext {
  Clock& clock;
  RandomSource& random;
  Observer& observer;
  TlsUpgrader* tls = nullptr;  ///< needed unless the policy is kNone
};

/// Where a message came to lie. // RFC 4315 3
struct AppendedMessage {
  std::uint32_t uid_validity = 0;  ///< 0: the server does not say
  std::uint32_t uid = 0;
};
struct MovedMessages {
  std::uint32_t uid_validity = 0;  ///< of the destination; 0: the server does not say
  SequenceSet source;
  SequenceSet destination;  ///< as many, in the same order
};

/// All mailboxes, and how full they are.
struct MailboxListing {
  std::vector<ListData> mailboxes;
  std::vector<StatusData> statuses;  ///< of those that can be selected
};

/// One connection of a client. Call connect() once, then the requests, one at a time, then logout(). An error
/// that the server told (kRefused) leaves the session usable; after any other the connection is gone and
/// every call fails the same way. Mailbox names are UTF-8; sets are as in the protocol ("1:*").
class ClientSession {
 public:
  template <class T>
  using Outcome = tl::expected<T, ClientError>;

  ClientSession(ClientOptions options, ClientContext context);
  ~ClientSession();
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  /// Greeting, CAPABILITY, STARTTLS and the login, as the options say.
  Task<Outcome<void>> connect(ByteStreamPtr stream);

  Task<Outcome<std::vector<ListData>>> list(std::string pattern);
  Task<Outcome<std::vector<ListData>>> lsub(std::string pattern);
  /// In one round trip where the server has LIST-STATUS. // RFC 5819
  Task<Outcome<MailboxListing>> list_with_status();
  Task<Outcome<void>> create(std::string mailbox);
  Task<Outcome<void>> subscribe(std::string mailbox);
  Task<Outcome<StatusData>> status(std::string mailbox);
  /// mailbox() tells what it holds; with CONDSTORE where the server has it. // RFC 7162
  Task<Outcome<void>> select(std::string mailbox, bool read_only);

  // Of the selected mailbox.
  /// `items` as in the protocol: "(UID FLAGS BODY.PEEK[])". With `changed_since`, which needs CONDSTORE, only
  /// what has changed after that mod-sequence.
  Task<Outcome<std::vector<FetchData>>> uid_fetch(std::string set, std::string items,
                                                  std::optional<std::uint64_t> changed_since);
  Task<Outcome<void>> uid_store(std::string set, StoreOperation operation, FlagList flags);
  /// MOVE where the server has it, else COPY, STORE +FLAGS (\Deleted) and UID EXPUNGE. // RFC 6851 3.3
  Task<Outcome<MovedMessages>> uid_move(std::string set, std::string mailbox);
  Task<Outcome<MovedMessages>> uid_copy(std::string set, std::string mailbox);
  /// Of the set, what is flagged \Deleted. Without UIDPLUS it stays flagged: EXPUNGE would take what others
  /// flagged. // RFC 4315 2.1
  Task<Outcome<void>> uid_expunge(std::string set);
  /// Messages that hold the text, ASCII case ignored; `text` is UTF-8.
  Task<Outcome<std::vector<std::uint32_t>>> uid_search_text(std::string text);
  Task<Outcome<AppendedMessage>> append(std::string mailbox, FlagList flags, Instant date,
                                        std::string content);
  Task<Outcome<void>> noop();

  /// Waits until the server tells something, until `until`, or end_idle(). Error kRefused where the server
  /// has no IDLE. // RFC 2177
  Task<Outcome<void>> idle(Instant until);
  /// Ends a pending idle() soon.
  void end_idle();

  /// LOGOUT, its answer, and an orderly close.
  Task<Outcome<void>> logout();
  /// Ends it at once; a pending call completes with kLost.
  void abort();

  [[nodiscard]] bool usable() const;
  [[nodiscard]] bool offers(std::string_view capability) const;
  [[nodiscard]] const SelectedMailbox& mailbox() const;
  MailboxNews take_news();
  [[nodiscard]] const std::optional<TlsFacts>& tls() const;
  [[nodiscard]] std::optional<sasl::Mechanism> mechanism() const;
  [[nodiscard]] ConnectionId connection() const;

 private:
  struct Dialogue;
  std::unique_ptr<Dialogue> dialogue_;
};

}  // namespace glasspost::imap
