#include <algorithm>
#include <utility>

#include "engine/auth/dkim.h"
#include "engine/auth/dkim_canonical.h"
#include "engine/auth/dkim_fields.h"
#include "engine/auth/dkim_key.h"
#include "engine/auth/dkim_signature.h"
#include "engine/auth/dkim_signed_bytes.h"
#include "engine/auth/dkim_steps.h"
#include "engine/base/text.h"
#include "engine/crypto/hash.h"

namespace glasspost::auth {
namespace {

constexpr int kMinRsaBits = 1'024;  // RFC 8301 3.2

struct BodyHash {
  Canonicalization canonicalization;
  std::uint64_t limit;
  std::string digest;
  std::uint64_t canonical_size;
};

// Whether a record's key may be used for this signature. // RFC 6376 6.1.2
std::optional<DkimProblem> refuse_key(const Result<DkimKeyRecord>& record, const DkimSignature& signature,
                                      const DkimLimits& limits) {
  const auto refuse = [](std::string text, std::string rule, DkimResult result = DkimResult::kPermError) {
    return DkimProblem{result, std::move(rule), std::move(text), {}};
  };
  if (!record) return refuse("the key record cannot be used: " + record.error().message, "RFC 6376 6.1.2");
  if (!record->key) return refuse("the key has been revoked", "RFC 6376 3.6.1");
  const bool ed25519 = signature.algorithm == DkimAlgorithm::kEd25519Sha256;
  if (record->kind != (ed25519 ? "ed25519" : "rsa"))
    return refuse("the kind of key (k=) is not that of the signature (a=)", "RFC 6376 6.1.2");
  if (!record->allows_sha256()) return refuse("the key is not for SHA-256 (h=)", "RFC 6376 6.1.2");
  if (!record->allows_email()) return refuse("the key is not for e-mail (s=)", "RFC 6376 3.6.1");
  const std::string_view identity = signature.identity;
  const auto identity_domain = to_dns_name(identity.substr(identity.rfind('@') + 1));
  if (record->strict_identity && identity_domain != to_dns_name(signature.domain))
    return refuse("the key allows no subdomain in i= (t=s)", "RFC 6376 3.6.1");
  if (!ed25519 && record->bits < kMinRsaBits)
    return refuse("the key has only " + std::to_string(record->bits) + " bits", "RFC 8301 3.2");
  if (!ed25519 && record->bits > limits.max_rsa_bits)
    return refuse("the key has more than " + std::to_string(limits.max_rsa_bits) + " bits", "RFC 8301 3.2",
                  DkimResult::kPolicy);
  return std::nullopt;
}

class DkimVerification {
 public:
  DkimVerification(dns::Resolver& resolver, const message::Header& header, std::string_view message,
                   DkimRequest request, DkimLimits limits)
      : resolver_(resolver), header_(header), message_(message), request_(request), limits_(limits) {}

  Task<DkimVerdict> run() {
    DkimVerdict verdict;
    Explanation why;
    for (std::size_t i = 0; i < header_.fields.size(); ++i) {
      if (!header_.fields[i].is("DKIM-Signature")) continue;
      if (verdict.signatures.size() == limits_.signatures) {
        ++verdict.not_evaluated;
        continue;
      }
      Explanation step;
      DkimSignatureVerdict signature = co_await check(i, step);
      if (request_.explain) {
        explain_signature(header_.fields[i], signature, step);
        why.children.push_back(std::move(step));
      }
      verdict.signatures.push_back(std::move(signature));
    }
    if (request_.explain) {
      explain_verdict(verdict, why);
      verdict.explanation = std::move(why);
    }
    co_return verdict;
  }

 private:
  Task<DkimSignatureVerdict> check(std::size_t index, Explanation& why) {
    const message::HeaderField& field = header_.fields[index];
    const ReadDkimSignature read = read_dkim_signature(field.value(), limits_.names);
    DkimSignatureVerdict verdict;
    verdict.domain = read.names.domain;
    verdict.selector = read.names.selector;
    verdict.identity = read.names.identity;
    verdict.algorithm = read.names.algorithm;
    verdict.b_prefix = read.names.b_prefix;
    verdict.offset = field.offset;
    std::optional<DkimProblem> problem = read.problem;
    if (!problem) problem = check_time(*read.signature);
    const std::optional<dns::Name> name = problem ? std::nullopt : key_name(*read.signature, problem);
    if (problem) {
      if (request_.explain) why.children.push_back(explain_problem(field, *problem));
      settle(verdict, problem->result, problem->text);
      co_return verdict;
    }
    dns::Question question{*name, dns::RecordType::kTxt};
    const dns::Answer answer = co_await resolver_.resolve(std::move(question));
    judge(index, *read.signature, answer, verdict, why);
    co_return verdict;
  }

  static void settle(DkimSignatureVerdict& verdict, DkimResult result, std::string problem) {
    verdict.result = result;
    verdict.problem = std::move(problem);
  }

  std::optional<DkimProblem> check_time(const DkimSignature& signature) const {
    if (!request_.check_expiry || !signature.expires) return std::nullopt;
    const std::int64_t now = std::max<std::int64_t>(request_.now.unix_seconds(), 0);
    if (static_cast<std::uint64_t>(now) <= *signature.expires) return std::nullopt;
    return DkimProblem{DkimResult::kPermError, "RFC 6376 6.1.1", "the signature has expired",
                       signature.x_place};
  }

  // RFC 6376 3.6.2.1
  static std::optional<dns::Name> key_name(const DkimSignature& signature,
                                           std::optional<DkimProblem>& problem) {
    std::optional<dns::Name> name = to_dns_name(signature.selector + "._domainkey." + signature.domain);
    if (!name)
      problem = DkimProblem{DkimResult::kPermError, "RFC 6376 3.6.2.1",
                            "s= and d= do not make a name of the DNS", signature.s_place};
    return name;
  }

  // All that is left once the DNS has answered. // RFC 6376 6.1.2, 6.1.3
  void judge(std::size_t index, const DkimSignature& signature, const dns::Answer& answer,
             DkimSignatureVerdict& verdict, Explanation& why) {
    const message::HeaderField& field = header_.fields[index];
    if (request_.explain) why.children.push_back(explain_key_answer(answer.question.name, answer));
    if (answer.status != dns::AnswerStatus::kFound) {
      const bool missing =
          answer.status == dns::AnswerStatus::kNoData || answer.status == dns::AnswerStatus::kNxDomain;
      const std::string what = answer.question.name.to_string() + " TXT: " + answer.summary();
      settle(verdict, missing ? DkimResult::kPermError : DkimResult::kTempError,
             missing ? "there is no key (" + what + ")" : "the key could not be fetched (" + what + ")");
      return;
    }
    const std::vector<Candidate> keys = usable_keys(answer, signature, verdict, why);
    if (keys.empty()) return;
    const BodyHash& body = body_hash(signature);
    const bool short_body = signature.body_length && *signature.body_length > body.canonical_size;
    const bool body_match = !short_body && body.digest == signature.body_hash;
    const std::vector<std::size_t> picked = fields().pick(signature.fields, index);
    const std::string bytes = dkim_signed_bytes(header_, picked, field, signature.header, signature.b_value);
    const Candidate* good = find_verifying(keys, signature, bytes);
    if (request_.explain) {
      why.children.push_back(explain_body(
          {header_, field, message_.size(), signature, body.digest, body.canonical_size, body_match}));
      why.children.push_back(explain_header({header_, field, signature, picked, good != nullptr}));
    }
    conclude(signature, body, {short_body, body_match, good != nullptr}, verdict);
    const DkimKeyRecord& used = **(good != nullptr ? *good : keys.front());
    verdict.key_bits = used.bits;
    verdict.testing = used.testing;
    if (used.testing && (verdict.result == DkimResult::kPass || verdict.result == DkimResult::kFail))
      settle(verdict, DkimResult::kNeutral,
             verdict.problem.empty() ? "the key is being tested (t=y): as if unsigned" : verdict.problem);
  }

  using Candidate = std::shared_ptr<const Result<DkimKeyRecord>>;

  // RFC 6376 3.6.2.2: of several records any may be the one.
  std::vector<Candidate> usable_keys(const dns::Answer& answer, const DkimSignature& signature,
                                     DkimSignatureVerdict& verdict, Explanation& why) {
    std::vector<Candidate> keys;
    std::size_t tried = 0;
    for (const dns::Record& found : answer.records) {
      const auto* data = std::get_if<dns::TxtData>(&found.data);
      if (data == nullptr || tried == limits_.keys) continue;
      ++tried;
      const std::string text = data->joined();
      Candidate record = cached_dkim_key_record(request_.keys, text);
      const std::optional<DkimProblem> problem = refuse_key(*record, signature, limits_);
      if (request_.explain) {
        Explanation step =
            explain_key_record(answer.question.name, text, *record, problem ? problem->text : "");
        if (problem) step.rule = problem->rule;
        why.children.back().children.push_back(std::move(step));
      }
      if (!problem) {
        keys.push_back(std::move(record));
      } else if (verdict.problem.empty()) {
        settle(verdict, problem->result, problem->text);
      }
    }
    if (tried == 0) settle(verdict, DkimResult::kPermError, "there is no key");
    if (!keys.empty()) verdict.problem.clear();
    return keys;
  }

  const BodyHash& body_hash(const DkimSignature& signature) {
    const std::uint64_t limit = signature.body_length.value_or(DkimBodyHash::kWhole);
    for (const BodyHash& known : bodies_) {
      if (known.canonicalization == signature.body && known.limit == limit) return known;
    }
    DkimBodyHash hash(signature.body, limit);
    hash.update(message_.substr(header_.body_offset));
    std::string digest = hash.finish();
    bodies_.push_back({signature.body, limit, std::move(digest), hash.canonical_size()});
    return bodies_.back();
  }

  const DkimFields& fields() {
    if (!fields_) fields_.emplace(header_);
    return *fields_;
  }

  static const Candidate* find_verifying(const std::vector<Candidate>& keys, const DkimSignature& signature,
                                         const std::string& bytes) {
    // RFC 8463 3: Ed25519 signs the digest.
    const bool ed25519 = signature.algorithm == DkimAlgorithm::kEd25519Sha256;
    const std::string digest =
        ed25519 ? crypto::digest(crypto::HashAlgorithm::kSha256, bytes) : std::string();
    for (const Candidate& key : keys) {
      if ((*key)->key->verify(ed25519 ? digest : bytes, signature.signature)) return &key;
    }
    return nullptr;
  }

  struct Matches {
    bool short_body;
    bool body;
    bool header;
  };
  void conclude(const DkimSignature& signature, const BodyHash& body, const Matches& matches,
                DkimSignatureVerdict& verdict) const {
    if (signature.body_length && *signature.body_length < body.canonical_size)
      verdict.unsigned_bytes = body.canonical_size - *signature.body_length;
    if (matches.short_body) {
      settle(verdict, DkimResult::kFail, "the body is shorter than l= says");
    } else if (!matches.body) {
      settle(verdict, DkimResult::kFail, "the body was changed: its hash is not the signed one");
    } else if (!matches.header) {
      settle(verdict, DkimResult::kFail, "the header was changed: the signature is not one of these fields");
    } else if (verdict.unsigned_bytes > 0 && !request_.accept_body_length) {
      settle(verdict, DkimResult::kPolicy,
             std::to_string(verdict.unsigned_bytes) + " bytes of the body are not signed (l=)");
    } else {
      settle(verdict, DkimResult::kPass, "");
    }
  }

  dns::Resolver& resolver_;
  const message::Header& header_;
  std::string_view message_;
  DkimRequest request_;
  DkimLimits limits_;
  std::vector<BodyHash> bodies_;
  std::optional<DkimFields> fields_;
};

}  // namespace

Task<DkimVerdict> verify_dkim(dns::Resolver& resolver, const message::Header& header,
                              std::string_view message, DkimRequest request, DkimLimits limits) {
  DkimVerification verification(resolver, header, message, request, limits);
  co_return co_await verification.run();
}

}  // namespace glasspost::auth
