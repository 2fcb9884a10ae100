#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "engine/auth/dkim.h"
#include "engine/auth/dkim_canonical.h"
#include "engine/auth/dkim_fields.h"
#include "engine/auth/dkim_signature.h"
#include "engine/auth/dkim_signed_bytes.h"
#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/hash.h"
#include "engine/message/limits.h"

namespace glasspost::auth {
namespace {

constexpr std::size_t kLine = 75;  // octets of a folded line, so that it keeps to RFC 5322's 78
constexpr int kMinRsaBits = 1'024;

// What RFC 6376 5.4.1 proposes, and what else a reader sees or a program trusts.
constexpr std::array<std::string_view, 27> kWorthSigning = {"From",
                                                            "Reply-To",
                                                            "Subject",
                                                            "Date",
                                                            "To",
                                                            "Cc",
                                                            "Message-ID",
                                                            "In-Reply-To",
                                                            "References",
                                                            "MIME-Version",
                                                            "Content-Type",
                                                            "Content-Transfer-Encoding",
                                                            "Content-ID",
                                                            "Content-Description",
                                                            "Resent-Date",
                                                            "Resent-From",
                                                            "Resent-To",
                                                            "Resent-Cc",
                                                            "Resent-Message-ID",
                                                            "List-Id",
                                                            "List-Help",
                                                            "List-Unsubscribe",
                                                            "List-Unsubscribe-Post",
                                                            "List-Subscribe",
                                                            "List-Post",
                                                            "List-Owner",
                                                            "List-Archive"};

std::vector<std::string> names_to_sign(const message::Header& header, const DkimSignOptions& options) {
  std::vector<std::string> names;
  std::map<std::string, std::size_t> mentions;
  if (options.fields.empty()) {
    for (const message::HeaderField& field : header.fields) {
      const bool wanted = std::any_of(kWorthSigning.begin(), kWorthSigning.end(),
                                      [&](std::string_view name) { return field.is(name); });
      if (wanted) names.push_back(field.name);
    }
  } else {
    for (const std::string& name : options.fields) {
      if (++mentions[to_lower(name)] <= header.count(name)) names.push_back(name);
    }
  }
  for (const std::string& name : options.oversign)
    names.push_back(name);
  return names;
}

// A later hop folds longer lines, and what it folds is signed no longer. // RFC 5322 2.1.1, RFC
// 5321 4.5.3.1.6
Ok check_lines(const message::Header& header) {
  for (const message::HeaderField& field : header.fields) {
    std::size_t begin = 0;
    while (begin < field.raw.size()) {
      const std::size_t end = std::min(field.raw.find("\r\n", begin), field.raw.size());
      if (end - begin > message::kMaxLineLength)
        return fail_at(ErrorCode::kInvalidInput, field.offset + begin,
                       "a line of the header is longer than 998 bytes: fold it before it is signed");
      begin = end + 2;
    }
  }
  return {};
}

Ok check_input(const message::Header& header, const DkimSigner& signer, const DkimSignOptions& options) {
  if (!is_label_sequence(signer.domain, 2) ||
      !to_dns_name(signer.selector + "._domainkey." + signer.domain) ||
      !is_label_sequence(signer.selector, 1))
    return fail(ErrorCode::kInvalidInput, "the domain and the selector do not make a name of the DNS");
  if (header.find("From") == nullptr) return fail(ErrorCode::kInvalidInput, "there is no From field to sign");
  const crypto::KeyKind kind = signer.key.kind();
  if (kind != crypto::KeyKind::kRsa2048 && kind != crypto::KeyKind::kEd25519)
    return fail(ErrorCode::kUnsupported, "DKIM signs with RSA or Ed25519 keys alone");
  // RFC 8301 3.2
  if (kind == crypto::KeyKind::kRsa2048 && signer.key.bits() < kMinRsaBits)
    return fail(ErrorCode::kUnsupported, "an RSA key needs at least 1024 bits");
  if (options.time && options.time->unix_seconds() < 0)
    return fail(ErrorCode::kInvalidInput, "t= cannot be before 1970");
  if (options.expires && (options.expires->unix_seconds() < 0 ||
                          (options.time && options.expires->unix_seconds() <= options.time->unix_seconds())))
    return fail(ErrorCode::kInvalidInput, "x= must be later than t=");
  return check_lines(header);
}

// A long h= may be folded after any colon.
std::string folded_names(const std::vector<std::string>& names) {
  std::string out;
  std::size_t line = 3;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      out += ':';
      ++line;
      if (line + names[i].size() + 1 > kLine) {
        out += "\r\n  ";
        line = 2;
      }
    }
    out += names[i];
    line += names[i].size();
  }
  return out;
}

// The tags by name with b= last, so that the same signature is always written the same way; b= is empty.
std::string unsigned_field(const std::map<std::string, std::string>& tags) {
  std::string out = "DKIM-Signature:";
  std::size_t line = 0;
  for (const auto& [name, value] : tags) {
    const std::string tag = " " + name + "=" + value + ";";
    if (line > 0 && line + tag.size() > kLine) {
      out += "\r\n";
      line = 0;
    }
    out += tag;
    const std::size_t last_line = tag.rfind('\n');
    line = last_line == std::string::npos ? line + tag.size() : tag.size() - last_line - 1;
  }
  return out + "\r\n b=\r\n";
}

std::string folded_signature(std::string_view base64) {
  std::string out;
  std::size_t room = kLine - 3;  // behind " b="
  while (base64.size() > room) {
    out += base64.substr(0, room);
    out += "\r\n ";
    base64.remove_prefix(room);
    room = kLine;
  }
  return out + std::string(base64);
}

}  // namespace

Result<std::string> sign_dkim(const message::Header& header, std::string_view message,
                              const DkimSigner& signer, const DkimSignOptions& options) {
  const Ok checked = check_input(header, signer, options);
  if (!checked) return fail(checked.error());
  const bool ed25519 = signer.key.kind() == crypto::KeyKind::kEd25519;
  DkimBodyHash body(options.body, options.body_length.value_or(DkimBodyHash::kWhole));
  body.update(message.substr(header.body_offset));
  const std::string body_hash = body.finish();
  if (options.body_length && *options.body_length > body.canonical_size())
    return fail(ErrorCode::kInvalidInput, "l= is more than the body has");
  const std::vector<std::string> names = names_to_sign(header, options);
  std::map<std::string, std::string> tags = {
      {"v", "1"},
      {"a", std::string(to_string(ed25519 ? DkimAlgorithm::kEd25519Sha256 : DkimAlgorithm::kRsaSha256))},
      {"c", std::string(to_string(options.header)) + "/" + std::string(to_string(options.body))},
      {"d", signer.domain},
      {"s", signer.selector},
      {"h", folded_names(names)},
      {"bh", crypto::base64_encode(body_hash)}};
  if (!options.identity.empty()) tags["i"] = encode_dkim_quoted(options.identity);
  if (options.body_length) tags["l"] = std::to_string(*options.body_length);
  if (options.time) tags["t"] = std::to_string(options.time->unix_seconds());
  if (options.expires) tags["x"] = std::to_string(options.expires->unix_seconds());
  std::string field = unsigned_field(tags);
  // What the field says must be what a verifier reads: one reader judges both.
  const message::Header own = message::parse_header(field);
  const ReadDkimSignature read = read_dkim_signature(std::string(own.fields.front().value()) + "AAAA");
  if (own.fields.size() != 1 || !read.signature)
    return fail(ErrorCode::kInvalidInput,
                read.problem ? read.problem->text : "the signature cannot be written as one field");
  const std::vector<std::size_t> picked = DkimFields(header).pick(names, std::nullopt);
  const std::size_t b_end = own.fields.front().value().size();
  std::string bytes = dkim_signed_bytes(header, picked, own.fields.front(), options.header, {b_end, 0});
  if (ed25519) bytes = crypto::digest(crypto::HashAlgorithm::kSha256, bytes);  // RFC 8463 3
  const Result<std::string> signature = signer.key.sign(bytes);
  if (!signature) return fail(signature.error());
  field.insert(field.size() - 2, folded_signature(crypto::base64_encode(*signature)));
  return field;
}

}  // namespace glasspost::auth
