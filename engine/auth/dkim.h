#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/dkim_canonical.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/crypto/key.h"
#include "engine/message/header.h"
#include "engine/observe/explanation.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task.h"

namespace glasspost::auth {

// DomainKeys Identified Mail: which domains take responsibility for this message? // RFC 6376

/// RFC 8601 2.7.1. kPermError stands for RFC 6376's PERMFAIL, but that a signature that breaks the grammar is
/// kNeutral, one that was checked and is wrong is kFail, and one that is sound but not wanted is kPolicy.
enum class DkimResult : std::uint8_t { kNone, kPass, kFail, kPolicy, kNeutral, kTempError, kPermError };
/// "none", "pass", "fail", "policy", "neutral", "temperror", "permerror".
[[nodiscard]] std::string_view to_string(DkimResult result);

/// RFC 6376 3.3, RFC 8463 3. kRsaSha1 is known so that it can be refused (RFC 8301 3.1).
enum class DkimAlgorithm : std::uint8_t { kRsaSha256, kEd25519Sha256, kRsaSha1 };
/// "rsa-sha256", "ed25519-sha256", "rsa-sha1".
[[nodiscard]] std::string_view to_string(DkimAlgorithm algorithm);

/// Parsed key records by their text, so that a key is parsed once. Bounded: the oldest makes room. A value
/// that one world owns; it never changes a verdict.
class DkimKeyCache {
 public:
  explicit DkimKeyCache(std::size_t entries = 1'000);
  ~DkimKeyCache();
  DkimKeyCache(DkimKeyCache&&) noexcept;
  DkimKeyCache& operator=(DkimKeyCache&&) noexcept;

  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

struct DkimRequest {
  Instant now;
  bool check_expiry = true;        ///< x= against `now`; a t= in the future is never held against a signature
  bool explain = false;            ///< build DkimVerdict::explanation (Observer::wants_explanations)
  bool accept_body_length = true;  ///< false: l= that leaves bytes unsigned is kPolicy // RFC 6376 8.2
  DkimKeyCache* keys = nullptr;    ///< outlives the task, if given
};

/// RFC 6376 6.1: a verifier may limit what it does for one message.
struct DkimLimits {
  std::size_t signatures = 10;  ///< from the top; those further down are not evaluated
  std::size_t keys = 4;         ///< key records tried for one signature
  std::size_t names = 1'000;    ///< in h=; more are kPermError
  int max_rsa_bits = 8'192;     ///< larger keys are kPolicy
};

struct DkimSignatureVerdict {
  DkimResult result = DkimResult::kNeutral;
  std::string domain;     ///< d= as written; empty if it could not be read
  std::string selector;   ///< s= as written
  std::string identity;   ///< i=, or "@" and d=
  std::string algorithm;  ///< a= as written
  std::string b_prefix;   ///< the first eight characters of b= // RFC 6008 3
  std::string problem;    ///< unless it passed: why, one English sentence without a full stop
  bool testing = false;  ///< the key says t=y: a good signature is kNeutral, as if unsigned // RFC 6376 3.6.1
  int key_bits = 0;      ///< of the key that was used
  std::uint64_t unsigned_bytes = 0;  ///< of the canonical body, beyond l=
  std::uint64_t offset = 0;          ///< of its field in the message
};

struct DkimVerdict {
  std::vector<DkimSignatureVerdict> signatures;  ///< in the order of their fields
  std::size_t not_evaluated = 0;                 ///< signatures beyond the limit
  std::optional<Explanation> explanation;        ///< if asked for

  [[nodiscard]] bool passes() const;
  /// kPass if one passes, else the first temperror's, else the first's; kNone without signatures.
  [[nodiscard]] DkimResult result() const;
};

/// Verifies every signature. Never fails: failures are results. `header` was parsed from `message`; these,
/// the resolver and the key cache outlive the task. Lines of the message end with CRLF. // RFC 6376 6
[[nodiscard]] Task<DkimVerdict> verify_dkim(dns::Resolver& resolver, const message::Header& header,
                                            std::string_view message, DkimRequest request,
                                            DkimLimits limits = {});

/// Who signs.
struct DkimSigner {
  std::string domain;    ///< d=
  std::string selector;  ///< s=
  crypto::PrivateKey key;
};

struct DkimSignOptions {
  Canonicalization header = Canonicalization::kRelaxed;
  Canonicalization body = Canonicalization::kRelaxed;
  /// h=, in this order; one that is not there is left out (but oversigned, where wanted). Empty: all fields
  /// of RFC 6376 5.4.1's list that are there, from the top.
  std::vector<std::string> fields;
  /// Names that are mentioned once more than they are there, so that none can be added. // RFC 6376 8.15
  std::vector<std::string> oversign = {"From", "To", "Cc", "Subject", "Date", "Reply-To", "Message-ID"};
  std::string identity;                      ///< i=, or empty
  std::optional<std::uint64_t> body_length;  ///< l=
  std::optional<Instant> time;               ///< t=, in whole seconds
  std::optional<Instant> expires;            ///< x=
};

/// The complete field, "DKIM-Signature: ...\r\n", to be put before the others. The same input gives the same
/// bytes. Errors: kInvalidInput (no From field; names that cannot be; a header line of more than 998 bytes,
/// which a later hop would fold, and break the signature; l= or x= out of range), kUnsupported (a P-256 key,
/// or RSA of less than 1024 bits), kTls. // RFC 6376 5
[[nodiscard]] Result<std::string> sign_dkim(const message::Header& header, std::string_view message,
                                            const DkimSigner& signer, const DkimSignOptions& options);

/// The text of the TXT record for a key, at SELECTOR._domainkey.DOMAIN. // RFC 6376 3.6.1
[[nodiscard]] std::string dkim_key_record_text(const crypto::PublicKey& key);

/// "dkim=pass header.d=alpha.example header.s=s1 header.b=AbCdEfGh": one result for each signature.
/// // RFC 8601 2.7.1, RFC 6008
[[nodiscard]] std::string authentication_result(const DkimSignatureVerdict& signature);

}  // namespace glasspost::auth
