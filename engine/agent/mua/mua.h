#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/protocol/sasl/sasl.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/tls/tls_upgrader.h"

namespace glasspost::agent {

enum class MuaTls : std::uint8_t {
  kNone,
  kOffered,   ///< STARTTLS where the server offers it
  kRequired,  ///< STARTTLS or nothing
  kImplicit,  ///< port 465 // RFC 8314 3.3
};

enum class MuaAuth : std::uint8_t { kNone, kPlain, kLogin, kCramMd5, kScramSha1, kScramSha256 };

/// kNone: PLAIN.
[[nodiscard]] sasl::Mechanism mechanism_of(MuaAuth auth);

/// The account settings of a user's mail program.
struct MuaConfig {
  std::string device_name;   ///< said in EHLO: "laptop.alice.alpha.example"
  std::string address;       ///< "alice@alpha.example"
  std::string display_name;  ///< may be empty
  std::string user_name;
  std::string password;
  std::string submission_host;
  std::uint16_t submission_port = 587;
  MuaTls tls = MuaTls::kNone;
  MuaAuth auth = MuaAuth::kPlain;
  Duration timeout = Duration::minutes(5);  ///< each wait for the server
};

struct DraftAttachment {
  std::string filename;
  std::string media_type;
  std::string bytes;
};

/// What the user wrote.
struct Draft {
  std::vector<std::string> to, cc, bcc;  ///< addresses, with or without a display name
  std::string from;                      ///< the From field; empty: the account's
  std::string envelope_from;             ///< MAIL FROM; empty: the account's address
  std::string subject;                   ///< UTF-8
  std::string text;                      ///< UTF-8, lines end with \n
  std::vector<DraftAttachment> attachments;
  std::vector<std::string> in_reply_to, references;  ///< Message-IDs without brackets // RFC 5322 3.6.4
};

/// A message that is ready to go.
struct ComposedMail {
  std::string content;       ///< with CRLF line ends
  std::string message_id;    ///< without brackets
  std::string subject;       ///< UTF-8
  std::string reverse_path;  ///< without brackets; empty: the null reverse-path
  std::vector<std::string> recipients;
};

struct RefusedRecipient {
  std::string recipient;
  std::string reply;
  bool permanent = false;
};

/// How handing over a message went.
struct SubmissionOutcome {
  bool accepted = false;  ///< the server took it for at least one recipient
  bool reached = false;   ///< the dialogue came as far as the message; false: another attempt may do better
  std::string reply;      ///< the decisive reply, or why there was none
  std::vector<std::string> taken;  ///< recipients that the server is responsible for now
  std::vector<RefusedRecipient> refused;
  std::string message_id;  ///< of the composed message
};

/// A mail user agent: writes messages and hands them to its submission server.
class Mua {
 public:
  /// All references must outlive the MUA. `tls` may be null where the settings do not use it.
  Mua(MuaConfig config, HostServices host, Observer& observer, dns::Resolver& resolver, TlsUpgrader* tls);
  ~Mua();

  /// Composes and submits. Errors: kInvalidInput (an address that is none, no recipient). Everything that the
  /// network or the server says is an outcome.
  Task<Result<SubmissionOutcome>> send(Draft draft);

  /// The halves of send(). Errors of compose(): as send().
  [[nodiscard]] Result<ComposedMail> compose(const Draft& draft, bool needs_recipients = true);
  Task<SubmissionOutcome> submit(ComposedMail mail);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace glasspost::agent
