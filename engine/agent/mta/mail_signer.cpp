#include "engine/agent/mta/mail_signer.h"

#include <algorithm>
#include <utility>

#include "engine/agent/mta/directory.h"
#include "engine/auth/author.h"
#include "engine/auth/dkim_canonical.h"
#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

Explanation explain(const SigningKey& key, const Result<std::string>& field) {
  Explanation why;
  const Argument of_domain = Argument::of_domain("domain", key.signer.domain);
  const Argument of_selector = Argument::of_text("selector", key.signer.selector);
  why.inputs = {of_domain, of_selector};
  why.outcome = field ? "signed" : "unsigned";
  why.rule = field ? "RFC 6376 5.1" : "RFC 6376 5.3";
  if (field) {
    why.words = {"dkim.signed", {of_domain, of_selector}};
  } else {
    why.words = {"dkim.not-signed", {of_domain, Argument::of_text("problem", field.error().message)}};
  }
  return why;
}

}  // namespace

MailSigner::MailSigner(std::vector<SigningKey> keys, Clock& clock, Observer& observer)
    : keys_(std::move(keys)), clock_(clock), observer_(observer) {}

void MailSigner::sign_with(std::string_view domain, std::string_view selector) {
  const auto wanted = [&](const SigningKey& key) {
    return key.signer.domain == domain && key.signer.selector == selector;
  };
  if (std::none_of(keys_.begin(), keys_.end(), wanted)) return;
  for (SigningKey& key : keys_) {
    if (key.signer.domain == domain) key.active = key.signer.selector == selector;
  }
}

bool MailSigner::has_key(std::string_view domain) const {
  return std::any_of(keys_.begin(), keys_.end(),
                     [&](const SigningKey& key) { return key.active && key.signer.domain == domain; });
}

// A signature helps the author only if it is of the author's domain. // RFC 9989 4.4.1
std::string MailSigner::domain_for(const message::Header& header, std::string_view reverse_path) const {
  const auth::Authors authors = auth::find_authors(header);
  for (const std::string& domain : authors.domains) {
    if (has_key(domain)) return domain;
  }
  std::string domain = Directory::domain_of(reverse_path);
  return has_key(domain) ? domain : std::string();
}

Result<std::string> MailSigner::sign_with(const SigningKey& key, const message::Header& header,
                                          std::string_view content) const {
  auth::DkimSignOptions options = key.options;
  options.time = clock_.now();
  if (key.lifetime) options.expires = clock_.now() + *key.lifetime;
  if (key.cover_length) {
    auth::DkimBodyHash body(options.body);
    body.update(content.substr(header.body_offset));
    static_cast<void>(body.finish());
    options.body_length = body.canonical_size();
  }
  return auth::sign_dkim(header, content, key.signer, options);
}

std::vector<std::string> MailSigner::sign(const std::string& queue_id, std::string_view reverse_path,
                                          std::string_view content) const {
  std::vector<std::string> fields;
  if (keys_.empty()) return fields;
  const message::Header header = message::parse_header(content);
  const std::string domain = domain_for(header, reverse_path);
  for (const SigningKey& key : keys_) {
    if (!key.active || key.signer.domain != domain) continue;
    Result<std::string> field = sign_with(key, header, content);
    DecisionMade decision;
    decision.kind = DecisionKind::kDkim;
    decision.message = queue_id;
    decision.subject = domain;
    decision.explanation = explain(key, field);
    decision.outcome = decision.explanation.outcome;
    observer_.decided(decision);
    if (field) fields.push_back(std::move(*field));
  }
  return fields;
}

}  // namespace glasspost::agent
