#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/auth/dkim.h"
#include "engine/auth/dmarc.h"
#include "engine/auth/spf.h"
#include "engine/base/id.h"
#include "engine/base/random.h"
#include "engine/message/header.h"
#include "engine/observe/observer.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/protocol/smtp/reply.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"

namespace glasspost::agent {

/// What is done about DKIM and DMARC on the exchange ports.
enum class DmarcAction : std::uint8_t {
  kOff,   ///< neither is checked
  kMark,  ///< an Authentication-Results field says what was found // RFC 8601
  /// That, and what the author's domain asks for is done: into Junk, or 550 5.7.1 // RFC 9989 7.2. p=reject
  /// alone is no reason to refuse by RFC 9989 (7.4, 8): see MessageChecks.
  kEnforce,
};

struct MessageChecksPolicy {
  std::string host_name;  ///< the authserv-id too
  DmarcAction dmarc = DmarcAction::kOff;
  auth::DmarcProfile profile = auth::DmarcProfile::kRfc9989;
};

/// What SPF found before the content came.
struct SpfFindings {
  auth::DmarcIdentifier identifier;
  std::string result;  ///< for Authentication-Results
};

struct MessageFindings {
  std::optional<smtp::Reply> refusal;
  bool quarantine = false;
  std::vector<message::Alteration> removed;  ///< of forged Authentication-Results fields, in order
  std::string field;                         ///< the complete Authentication-Results field; empty with kOff
};

/// The checks of a whole message from another server: DKIM, then DMARC over it and SPF.
///
/// Where p=reject is enforced by RFC 9989, the policy is one reason to refuse and must not be the only one
/// (RFC 9989 7.4, 8): honest mail that a list or a forwarder has handed on fails as well, and a bounce would
/// throw the readers off their lists. The second reason is the message itself: nothing in it shows such a way
/// (fields of a list or of re-sending, a broken signature of the author's domain, more than one Received
/// field), so it claims to come straight from its author, and that is what failed. Mail that does show one is
/// set apart in Junk, as RFC 9989 7.4 has it for a receiver that knows nothing else. A forger who adds such
/// fields wins no more than that. By RFC 7489 6.3 the policy alone is enough.
class MessageChecks {
 public:
  /// All references must outlive it.
  MessageChecks(MessageChecksPolicy policy, dns::Resolver& resolver, HostServices host, Observer& observer);

  /// `content` outlives the task. Tells the observer what was decided.
  Task<MessageFindings> check(ConnectionId connection, const std::string& content,
                              std::optional<SpfFindings> spf);

 private:
  Task<auth::DkimVerdict> check_dkim(ConnectionId connection, const message::Header& header,
                                     const std::string& content);
  Task<auth::DmarcVerdict> check_dmarc(ConnectionId connection, const message::Header& header,
                                       auth::DmarcRequest request);
  void act(ConnectionId connection, const auth::DmarcVerdict& dmarc, const std::string& indirect,
           MessageFindings& findings);

  MessageChecksPolicy policy_;
  dns::Resolver& resolver_;
  Clock& clock_;
  Observer& observer_;
  RandomStream samples_;  // for the percentage of RFC 7489
  auth::DkimKeyCache keys_;
};

}  // namespace glasspost::agent
