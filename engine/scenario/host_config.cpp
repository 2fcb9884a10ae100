#include "engine/scenario/host_config.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/encoded_word.h"
#include "engine/protocol/dns/zone_file.h"

namespace glasspost::scenario {
namespace {

agent::AuthMechanism to_agent(AuthMechanism mechanism) {
  switch (mechanism) {
    case AuthMechanism::kPlain:
      return agent::AuthMechanism::kPlain;
    case AuthMechanism::kLogin:
      return agent::AuthMechanism::kLogin;
    case AuthMechanism::kCramMd5:
      return agent::AuthMechanism::kCramMd5;
    case AuthMechanism::kScramSha1:
      return agent::AuthMechanism::kScramSha1;
    case AuthMechanism::kScramSha256:
      return agent::AuthMechanism::kScramSha256;
  }
  GLASSPOST_UNREACHABLE();
}

agent::DmarcAction to_agent(DmarcAction action) {
  switch (action) {
    case DmarcAction::kOff:
      return agent::DmarcAction::kOff;
    case DmarcAction::kMark:
      return agent::DmarcAction::kMark;
    case DmarcAction::kEnforce:
      return agent::DmarcAction::kEnforce;
  }
  GLASSPOST_UNREACHABLE();
}

agent::DevicePolicy to_agent(RetrievalPolicy policy) {
  switch (policy) {
    case RetrievalPolicy::kDelete:
      return agent::DevicePolicy::kDelete;
    case RetrievalPolicy::kLeave:
      return agent::DevicePolicy::kLeave;
    case RetrievalPolicy::kOnline:
      return agent::DevicePolicy::kOnline;
    case RetrievalPolicy::kCached:
      return agent::DevicePolicy::kCached;
    case RetrievalPolicy::kIdle:
      return agent::DevicePolicy::kIdle;
  }
  GLASSPOST_UNREACHABLE();
}

agent::DeviceDeed to_agent(DeviceDeed deed) {
  // The agent's deeds are the scenario's, and sending before them.
  static_assert(static_cast<int>(agent::DeviceDeed::kGoOnline) ==
                static_cast<int>(DeviceDeed::kGoOnline) + 1);
  return static_cast<agent::DeviceDeed>(static_cast<int>(deed) + 1);
}

// A host signs for the domains that submit there, and for those whose mailboxes it has: notifications, lists.
std::vector<agent::SigningKey> signing_keys(const Scenario& scenario, const Host& host) {
  std::vector<agent::SigningKey> out;
  for (const Domain& domain : scenario.domains) {
    if (domain.submission_host != host.name && domain.mailbox_host != host.name) continue;
    for (const DkimKey& key : domain.dkim) {
      Result<crypto::PrivateKey> parsed = crypto::PrivateKey::from_pem(key.private_key);
      GLASSPOST_ASSERT(parsed.has_value());  // the loader made it
      agent::SigningKey signing{
          {domain.name, key.selector, std::move(*parsed)}, {}, key.body_length, key.lifetime, key.signs};
      if (key.simple_header) signing.options.header = auth::Canonicalization::kSimple;
      if (key.simple_body) signing.options.body = auth::Canonicalization::kSimple;
      out.push_back(std::move(signing));
    }
  }
  return out;
}

agent::MuaAuth to_mua(AuthMechanism mechanism) {
  switch (mechanism) {
    case AuthMechanism::kPlain:
      return agent::MuaAuth::kPlain;
    case AuthMechanism::kLogin:
      return agent::MuaAuth::kLogin;
    case AuthMechanism::kCramMd5:
      return agent::MuaAuth::kCramMd5;
    case AuthMechanism::kScramSha1:
      return agent::MuaAuth::kScramSha1;
    case AuthMechanism::kScramSha256:
      return agent::MuaAuth::kScramSha256;
  }
  GLASSPOST_UNREACHABLE();
}

agent::ListenerTls listener_tls(const Listener& listener) {
  if (is_implicit_tls(listener.service)) return agent::ListenerTls::kImplicit;
  switch (listener.tls) {
    case TlsPolicy::kNone:
      return agent::ListenerTls::kNone;
    case TlsPolicy::kOffered:
      return agent::ListenerTls::kOffered;
    case TlsPolicy::kRequired:
      return agent::ListenerTls::kRequired;
  }
  GLASSPOST_UNREACHABLE();
}

agent::OutboundTls outbound_tls(TlsPolicy policy) {
  switch (policy) {
    case TlsPolicy::kNone:
      return agent::OutboundTls::kNone;
    case TlsPolicy::kOffered:
      return agent::OutboundTls::kOpportunistic;
    case TlsPolicy::kRequired:
      return agent::OutboundTls::kRequired;
  }
  GLASSPOST_UNREACHABLE();
}

agent::ListenerRole listener_role(Service service) {
  switch (service) {
    case Service::kSmtp:
      return agent::ListenerRole::kExchange;
    case Service::kSubmission:
    case Service::kSubmissions:
      return agent::ListenerRole::kSubmission;
    case Service::kImap:
    case Service::kImaps:
      return agent::ListenerRole::kImap;
    case Service::kPop3:
    case Service::kPop3s:
      return agent::ListenerRole::kPop3;
  }
  GLASSPOST_UNREACHABLE();
}

agent::ListenerConfig listener_config(const Listener& listener) {
  agent::ListenerConfig out;
  out.role = listener_role(listener.service);
  out.port = listener.port;
  out.tls = listener_tls(listener);
  for (const AuthMechanism mechanism : listener.auth)
    out.auth.push_back(to_agent(mechanism));
  out.auth_without_tls = listener.auth_without_tls;
  for (const LeniencySwitch& leniency : listener.leniencies)
    out.leniencies.emplace_back(leniency.name, leniency.on);
  out.max_sessions = listener.max_sessions;
  return out;
}

agent::DirectoryConfig directory_config(const Scenario& scenario, const Host& host) {
  agent::DirectoryConfig out;
  out.local_domains = host.mail_server->local_domains;
  out.relay_domains = host.mail_server->relay_domains;
  for (const Domain& domain : scenario.domains) {
    const bool mailboxes = domain.mailbox_host == host.name;
    if (mailboxes || domain.submission_host == host.name) {
      for (const User& user : domain.users) {
        agent::Account account;
        account.address = user.name + "@" + domain.name;
        account.password = user.password;
        account.quota_bytes = host.mail_server->limits.mailbox_bytes;
        out.accounts.push_back(std::move(account));
      }
    }
    const auto& local = host.mail_server->local_domains;
    if (std::find(local.begin(), local.end(), domain.name) == local.end()) continue;
    for (const Forward& forward : domain.forwards) {
      out.forwards[forward.local_part + "@" + domain.name] = forward.to;
    }
    for (const MailingList& list : domain.lists) {
      out.lists.push_back(
          {list.local_part + "@" + domain.name, list.members, list.prefix, list.footer, list.rewrite_from});
    }
  }
  return out;
}

// TXT data as strings of at most 255 bytes, quoted. // RFC 1035 3.3.14, 5.1
std::string quoted_strings(std::string_view text) {
  std::string out;
  do {
    if (!out.empty()) out += ' ';
    out += '"';
    for (const char c : text.substr(0, 255)) {
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (c < ' ' || c >= 0x7F) {
        fmt::format_to(std::back_inserter(out), "\\{:03}", static_cast<unsigned char>(c));
      } else {
        out += c;
      }
    }
    out += '"';
    text.remove_prefix(std::min<std::size_t>(text.size(), 255));
  } while (!text.empty());
  return out;
}

std::string absolute(std::string_view name) {
  return name.ends_with('.') ? std::string(name) : std::string(name) + ".";
}

// The data of a record with its names made absolute, as a zone file says it.
std::string master_file_data(const ZoneRecord& record) {
  if (record.type == "TXT") return quoted_strings(record.value);
  if (record.type == "A" || record.type == "AAAA") return record.value;
  std::vector<std::string_view> fields = split(record.value, ' ');
  fields.erase(std::remove(fields.begin(), fields.end(), std::string_view()), fields.end());
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool is_name = record.type == "SOA" ? i < 2 : i + 1 == fields.size();
    if (i > 0) out += ' ';
    out += is_name ? absolute(fields[i]) : std::string(fields[i]);
  }
  return out;
}

std::string master_file_line(const ZoneRecord& record) {
  return fmt::format("{} {} IN {} {}\n", absolute(record.name), record.ttl, record.type,
                     master_file_data(record));
}

Result<dns::Zone> to_zone(const Zone& zone) {
  const Result<dns::Name> origin = dns::Name::parse(zone.name);
  if (!origin) return fail(ErrorCode::kInvalidInput, zone.place.to_string() + ": " + origin.error().message);
  std::string text;
  for (const ZoneRecord& record : zone.records)
    text += master_file_line(record);
  auto parsed = dns::parse_zone_file(text, *origin);
  if (parsed) return std::move(*parsed);
  const std::size_t index = std::min<std::size_t>(parsed.error().line - 1, zone.records.size() - 1);
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("{}: {}",
                  zone.records.empty() ? zone.place.to_string() : zone.records[index].place.to_string(),
                  parsed.error().message));
}

// What a stranger claims, as a message: nothing of it is checked, only words outside ASCII are encoded.
std::string forged_content(const InjectMail& action) {
  const bool ascii = std::none_of(action.text.begin(), action.text.end(), is_non_ascii);
  std::string out = "From: " + action.from + "\nTo: " + action.to + "\n";
  out += "Subject: " + message::encode_unstructured(action.subject, 7) + "\n";
  if (!ascii) {
    out += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n";
  }
  return out + "\n" + action.text;
}

}  // namespace

agent::MailServerConfig mail_server_config(const Scenario& scenario, const Host& host) {
  GLASSPOST_ASSERT(host.mail_server.has_value());
  const MailServer& server = *host.mail_server;
  agent::MailServerConfig out;
  out.host_name = host.name;
  out.directory = directory_config(scenario, host);
  for (const Listener& listener : server.listeners)
    out.listeners.push_back(listener_config(listener));
  out.limits = {server.limits.message_bytes, server.limits.recipients, server.limits.hops,
                server.limits.idle};
  if (!server.spf.check) {
    out.spf = agent::SpfPolicy::kOff;
  } else {
    out.spf = server.spf.on_fail == SpfAction::kReject ? agent::SpfPolicy::kReject : agent::SpfPolicy::kMark;
  }
  out.dmarc = to_agent(server.dmarc);
  if (server.dmarc_profile == DmarcProfile::kRfc7489) out.dmarc_profile = auth::DmarcProfile::kRfc7489;
  out.signing = signing_keys(scenario, host);
  out.greylist.on = server.greylist > Duration{};
  out.greylist.delay = server.greylist;
  out.mta.host_name = host.name;
  if (!server.outbound.retry_after.empty()) out.mta.retry.waits = server.outbound.retry_after;
  out.mta.retry.give_up_after = server.outbound.give_up_after;
  out.mta.tls = outbound_tls(server.outbound.tls);
  out.mta.port = server.outbound.port;
  out.mta.spool_bytes = server.limits.spool_bytes;
  return out;
}

agent::MuaConfig mua_config(const Scenario& scenario, const Host& host) {
  GLASSPOST_ASSERT(host.device.has_value());
  const Device& device = *host.device;
  agent::MuaConfig out;
  out.device_name = host.name;
  out.address = device.account;
  out.user_name = device.account;
  const std::size_t at = device.account.rfind('@');
  if (const Domain* domain = scenario.find_domain(std::string_view(device.account).substr(at + 1))) {
    for (const User& user : domain->users) {
      if (user.name == device.account.substr(0, at)) out.password = user.password;
    }
  }
  out.submission_host = device.submission_host;
  out.submission_port = device.submission_port;
  if (device.submission_implicit_tls) {
    out.tls = agent::MuaTls::kImplicit;
  } else if (device.submission_tls == TlsPolicy::kRequired) {
    out.tls = agent::MuaTls::kRequired;
  } else if (device.submission_tls == TlsPolicy::kOffered) {
    out.tls = agent::MuaTls::kOffered;
  }
  out.auth = to_mua(device.auth);
  return out;
}

agent::DeviceConfig device_config(const Scenario& scenario, const Host& host) {
  const Device& device = *host.device;
  agent::DeviceConfig out;
  out.mail = mua_config(scenario, host);
  const bool imap = device.protocol == RetrievalProtocol::kImap;
  out.protocol = imap ? agent::DeviceProtocol::kImap : agent::DeviceProtocol::kPop3;
  out.policy = to_agent(device.policy);
  out.server = device.retrieval_host;
  out.port = device.retrieval_port;
  if (device.retrieval_implicit_tls) {
    out.tls = agent::MuaTls::kImplicit;
  } else if (device.retrieval_tls == TlsPolicy::kRequired) {
    out.tls = agent::MuaTls::kRequired;
  } else if (device.retrieval_tls == TlsPolicy::kOffered) {
    out.tls = agent::MuaTls::kOffered;
  }
  out.leave_for = device.leave_for;
  out.poll = device.poll;
  return out;
}

agent::ResolverHostConfig resolver_config(const Scenario& scenario, const Host& host) {
  GLASSPOST_ASSERT(host.resolver.has_value());
  agent::ResolverHostConfig out;
  for (const Host& candidate : scenario.hosts) {
    agent::RootHint hint;
    for (const IpAddress& address : candidate.addresses) {
      const auto& roots = host.resolver->root_servers;
      if (std::find(roots.begin(), roots.end(), address) != roots.end()) hint.addresses.push_back(address);
    }
    const Result<dns::Name> name = dns::Name::parse(candidate.name);
    if (hint.addresses.empty() || !name) continue;
    hint.name = *name;
    out.root_hints.push_back(std::move(hint));
  }
  out.cache.entries = host.resolver->cache_entries;
  out.cache.max_ttl = static_cast<std::uint32_t>(std::min<std::int64_t>(
      host.resolver->max_ttl.ns / 1'000'000'000, std::numeric_limits<std::uint32_t>::max()));
  return out;
}

Result<dns::ZoneSet> zones_of(const Scenario& scenario, const Host& host) {
  GLASSPOST_ASSERT(host.name_server.has_value());
  dns::ZoneSet out;
  for (const std::string& name : host.name_server->zones) {
    const auto it = std::find_if(scenario.zones.begin(), scenario.zones.end(),
                                 [&](const Zone& candidate) { return candidate.name == name; });
    GLASSPOST_ASSERT(it != scenario.zones.end());
    Result<dns::Zone> zone = to_zone(*it);
    if (!zone) return fail(zone.error());
    out.set(std::move(*zone));
  }
  return out;
}

Result<dns::Record> to_record(const ZoneRecord& record) {
  const Result<dns::Name> owner = dns::Name::parse(record.name);
  if (!owner) return fail(owner.error());
  const auto parsed = dns::parse_zone_file(master_file_line(record), *owner);
  if (!parsed) return fail(ErrorCode::kInvalidInput, parsed.error().message);
  const auto type = dns::parse_record_type(record.type);
  for (dns::Record& candidate : parsed->records()) {
    if (candidate.owner == *owner && type && candidate.type == *type) return std::move(candidate);
  }
  return fail(ErrorCode::kInvalidInput, "no record of type " + record.type);
}

agent::Draft to_draft(const SendMail& action) {
  agent::Draft out;
  out.to = action.to;
  out.cc = action.cc;
  out.bcc = action.bcc;
  out.from = action.from;
  out.envelope_from = action.envelope_from;
  out.subject = action.subject;
  out.text = action.text;
  for (const Attachment& attachment : action.attachments) {
    out.attachments.push_back({attachment.filename, attachment.media_type, attachment.bytes});
  }
  return out;
}

agent::DeviceOrder to_order(const SendMail& action) {
  agent::DeviceOrder out;
  out.deed = agent::DeviceDeed::kSend;
  out.draft = to_draft(action);
  return out;
}

agent::DeviceOrder to_order(const UseDevice& action) {
  agent::DeviceOrder out;
  out.deed = to_agent(action.deed);
  out.folder = action.folder;
  out.subject = action.subject;
  out.target = action.target;
  SendMail written;
  written.to = action.to;
  written.cc = action.cc;
  written.bcc = action.bcc;
  written.text = action.text;
  written.attachments = action.attachments;
  if (action.deed == DeviceDeed::kDraft) written.subject = action.subject;
  out.draft = to_draft(written);
  return out;
}

agent::Injection to_injection(const InjectMail& action) {
  return {action.target,    action.port,    action.helo,
          action.mail_from, action.rcpt_to, action.raw ? *action.raw : forged_content(action)};
}

}  // namespace glasspost::scenario
