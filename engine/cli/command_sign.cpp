#include <algorithm>
#include <cstdio>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "engine/auth/dkim.h"
#include "engine/auth/dkim_canonical.h"
#include "engine/base/text.h"
#include "engine/cli/authentication_commands.h"
#include "engine/cli/check_input.h"
#include "engine/cli/commands.h"
#include "engine/cli/json_text.h"
#include "engine/crypto/library.h"
#include "engine/message/header.h"
#include "engine/protocol/dns/record.h"

namespace glasspost::cli {
namespace {

using Json = nlohmann::ordered_json;

Result<crypto::PrivateKey> read_key(const std::string& file) {
  const Result<std::string> pem = read_input(file);
  if (!pem) return fail(pem.error());
  Result<crypto::PrivateKey> key = crypto::PrivateKey::from_pem(*pem);
  if (!key) return fail(ErrorCode::kInvalidInput, file + ": " + key.error().message);
  return key;
}

auth::Canonicalization form(std::string_view word) {
  return word == "simple" ? auth::Canonicalization::kSimple : auth::Canonicalization::kRelaxed;
}

Result<auth::DkimSignOptions> sign_options(const SignCommand& command, const message::Header& header,
                                           std::string_view text) {
  auth::DkimSignOptions options;
  const std::size_t slash = command.canonicalization.find('/');
  options.header = form(std::string_view(command.canonicalization).substr(0, slash));
  options.body = form(std::string_view(command.canonicalization).substr(slash + 1));
  options.identity = command.identity;
  if (!command.fields.empty()) {
    for (const std::string_view name : split(command.fields, ':'))
      options.fields.emplace_back(trim_wsp(name));
  }
  const Result<Instant> now = moment(command.time);
  if (!now) return fail(now.error());
  options.time = *now;
  if (!command.lifetime.empty()) {
    const Result<Duration> lifetime = parse_duration(command.lifetime);
    if (!lifetime) return fail(lifetime.error());
    options.expires = *now + *lifetime;
  }
  if (command.body_length) {
    auth::DkimBodyHash body(options.body);
    body.update(text.substr(header.body_offset));
    static_cast<void>(body.finish());
    options.body_length = body.canonical_size();
  }
  return options;
}

std::string record_name(const std::string& domain, const std::string& selector) {
  return selector + "._domainkey." + domain;
}

// The data as a zone file has it: strings of at most 255 bytes. // RFC 1035 3.3.14
std::string quoted_strings(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, 255);
    out += fmt::format("{}\"{}\"", out.empty() ? "" : " ", piece);
    text.remove_prefix(piece.size());
  }
  return out;
}

// Made anew, for its owner's eyes alone.
Ok write_key(const std::string& file, const std::string& pem) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(ErrorCode::kIo, "cannot make " + file + " (it must not exist yet)");
  const auto written = ::write(descriptor, pem.data(), pem.size());
  const bool closed = ::close(descriptor) == 0;
  if (!closed || written != static_cast<ssize_t>(pem.size()))
    return fail(ErrorCode::kIo, "cannot write " + file);
  return {};
}

Result<crypto::PrivateKey> key_of(const DkimKeyCommand& command) {
  if (!command.key.empty()) return read_key(command.key);
  if (command.out.empty())
    return fail(ErrorCode::kInvalidInput, "say --out FILE for a new key, or --key FILE for one that exists");
  const crypto::Library library = crypto::Library::real();
  RandomStream unused(0, "", "dkim");
  const bool rsa = command.algorithm == "rsa-2048";
  Result<crypto::PrivateKey> made = crypto::PrivateKey::generate(
      library, rsa ? crypto::KeyKind::kRsa2048 : crypto::KeyKind::kEd25519, unused);
  if (!made) return made;
  const Ok written = write_key(command.out, made->pem());
  if (!written) return fail(written.error());
  return made;
}

// Whether one of the records at the name holds the key, whatever else it says.
bool holds(const dns::Answer& answer, const std::string& record) {
  const std::string key = record.substr(record.rfind("p=") + 2);
  for (const dns::Record& found : answer.records) {
    const auto* text = std::get_if<dns::TxtData>(&found.data);
    if (text == nullptr) continue;
    std::string joined;
    for (const std::string& piece : text->strings)
      joined += piece;
    std::erase_if(joined, [](char c) { return c == ' ' || c == '\t'; });
    if (joined.find("p=" + key) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

int sign_command(const SignCommand& command) {
  const Result<std::string> text = read_message(command.message);
  if (!text) return bad_input("sign", text.error());
  Result<crypto::PrivateKey> key = read_key(command.key);
  if (!key) return bad_input("sign", key.error());
  const message::Header header = message::parse_header(*text);
  const Result<auth::DkimSignOptions> options = sign_options(command, header, *text);
  if (!options) return bad_input("sign", options.error());
  const Result<std::string> field =
      auth::sign_dkim(header, *text, {command.domain, command.selector, *key}, *options);
  if (!field) return bad_input("sign", field.error());
  if (command.json) {
    const Json out = {{"field", *field},
                      {"record_name", record_name(command.domain, command.selector)},
                      {"record", auth::dkim_key_record_text(key->public_key())}};
    std::fputs(json_text(out).c_str(), stdout);
    return kGood;
  }
  std::fwrite(field->data(), 1, field->size(), stdout);
  if (!command.field_only) std::fwrite(text->data(), 1, text->size(), stdout);
  return kGood;
}

int dkim_key_command(const DkimKeyCommand& command) {
  const std::string name = record_name(command.domain, command.selector);
  const Result<dns::Name> owner = dns::Name::parse(name);
  if (!owner) return bad_input("dkim-key", owner.error());
  const Result<crypto::PrivateKey> key = key_of(command);
  if (!key) return bad_input("dkim-key", key.error());
  const std::string record = auth::dkim_key_record_text(key->public_key());
  std::optional<bool> published;
  if (!command.dns.empty()) {
    Result<CheckDns> dns = CheckDns::open(command.dns);
    if (!dns) return bad_input("dkim-key", dns.error());
    const auto answer = dns->finish(dns->resolver().resolve({*owner, dns::RecordType::kTxt}));
    published = answer && holds(*answer, record);
  }
  if (command.json) {
    Json out = {{"name", name}, {"type", "TXT"}, {"record", record}, {"bits", key->bits()}};
    if (!command.out.empty()) out["private_key"] = command.out;
    if (published) out["published"] = *published;
    std::fputs(json_text(out).c_str(), stdout);
  } else {
    std::printf("%s. IN TXT %s\n", name.c_str(), quoted_strings(record).c_str());
    if (published) std::fprintf(stderr, "%s\n", *published ? "published" : "not published");
  }
  return published.value_or(true) ? kGood : kNotHeld;
}

}  // namespace glasspost::cli
