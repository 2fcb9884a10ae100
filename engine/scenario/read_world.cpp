#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

constexpr TlsPolicy kTlsByChoice[] = {TlsPolicy::kNone, TlsPolicy::kOffered, TlsPolicy::kRequired};
constexpr AuthMechanism kAuthByChoice[] = {AuthMechanism::kPlain, AuthMechanism::kLogin,
                                           AuthMechanism::kCramMd5, AuthMechanism::kScramSha1,
                                           AuthMechanism::kScramSha256};
constexpr RetrievalProtocol kProtocolByChoice[] = {RetrievalProtocol::kImap, RetrievalProtocol::kPop3,
                                                   RetrievalProtocol::kNone};
constexpr KeyKind kKeyByChoice[] = {KeyKind::kEd25519, KeyKind::kRsa2048, KeyKind::kP256};
constexpr Role kRoleByChoice[] = {Role::kMx,         Role::kMsa,      Role::kMailbox,
                                  Role::kNameServer, Role::kResolver, Role::kStranger};

std::optional<std::uint32_t> small(std::optional<std::uint64_t> value) {
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

bool is_label(std::string_view text) {
  return is_domain_name(text) && text.find('.') == std::string_view::npos;
}

std::optional<PlacedText> placed_name(Fields& fields, std::string_view key) {
  auto value = fields.name(key);
  if (!value) return std::nullopt;
  return PlacedText{std::move(*value), fields.place(key)};
}

std::optional<WrittenLink> optional_link(Reader& reader, Fields& fields, std::string_view key) {
  const YamlNode* node = fields.get(key);
  if (node == nullptr) return std::nullopt;
  Fields link(reader, *node, Section::kLink);
  return read_link(link);
}

void read_leniencies(Reader& reader, Fields& fields, WrittenServer& server) {
  const YamlNode* ports = fields.map("leniencies");
  if (ports == nullptr) return;
  for (std::size_t i = 0; i < ports->keys.size(); ++i) {
    const YamlNode& port = ports->keys[i];
    const YamlNode& switches = ports->items[i];
    const auto known = reader.choice(port, "25 465 587");
    if (!switches.is_map()) {
      reader.expected(switches, "a map of switches, such as `{bare-lf-content: true}`");
      continue;
    }
    if (!known) continue;
    constexpr std::uint16_t kPorts[] = {25, 465, 587};
    std::vector<LeniencySwitch>& out = server.leniencies[kPorts[*known]];
    for (std::size_t k = 0; k < switches.keys.size(); ++k) {
      const auto name = reader.choice(switches.keys[k], fmt::format("{}", fmt::join(leniency_names(), " ")));
      const auto on = reader.yes_no(switches.items[k]);
      if (name && on) out.push_back({std::string(leniency_names()[*name]), *on});
    }
  }
}

void read_limits(Reader& reader, Fields& fields, WrittenServer& server) {
  const YamlNode* node = fields.get("limits");
  if (node == nullptr) return;
  Fields limits(reader, *node, Section::kLimits);
  server.message_bytes = limits.size("message");
  server.recipients = small(limits.whole("recipients"));
  server.hops = small(limits.whole("hops"));
  server.idle = limits.duration("idle");
  server.spool_bytes = limits.size("spool");
  server.mailbox_bytes = limits.size("mailbox");
  server.sessions = small(limits.whole("sessions"));
}

WrittenServer read_server(Reader& reader, Fields& parent) {
  WrittenServer server;
  const YamlNode* node = parent.get("server");
  if (node == nullptr) return server;
  Fields fields(reader, *node, Section::kServer);
  if (const auto tls = fields.choice("tls")) server.tls = kTlsByChoice[*tls];
  if (const auto auth = fields.choices("auth")) {
    server.auth.emplace();
    for (const std::size_t choice : *auth)
      server.auth->push_back(kAuthByChoice[choice]);
  }
  server.auth_without_tls = fields.yes_no("auth_without_tls");
  if (const auto spf = fields.choice("spf")) server.spf = static_cast<SpfChoice>(*spf);
  if (const auto dmarc = fields.choice("dmarc")) server.dmarc = static_cast<DmarcAction>(*dmarc);
  if (const auto profile = fields.choice("dmarc_profile"))
    server.dmarc_profile = static_cast<DmarcProfile>(*profile);
  server.greylist = fields.duration("greylist");
  if (const YamlNode* retry_node = fields.get("retry")) {
    Fields retry(reader, *retry_node, Section::kRetry);
    server.retry_after = retry.durations("after");
    for (const Duration wait : server.retry_after) {
      if (wait < Duration::seconds(1)) reader.error(retry.place("after"), "a wait must be at least 1s");
    }
    server.give_up = retry.duration("give_up");
  }
  if (const auto port = fields.whole("outbound_port"))
    server.outbound_port = static_cast<std::uint16_t>(*port);
  read_limits(reader, fields, server);
  read_leniencies(reader, fields, server);
  return server;
}

void check_policy(Reader& reader, Fields& fields, const WrittenDevice& device) {
  if (device.policy) {
    const bool pop3 = *device.policy == RetrievalPolicy::kDelete || *device.policy == RetrievalPolicy::kLeave;
    const auto wanted = pop3 ? RetrievalProtocol::kPop3 : RetrievalProtocol::kImap;
    if (device.protocol != wanted) {
      reader.error(fields.place("policy"),
                   fmt::format("this policy belongs to `protocol: {}`", pop3 ? "pop3" : "imap"));
    }
  }
  if (fields.has("leave_for") && device.policy != RetrievalPolicy::kLeave)
    reader.error(fields.place("leave_for"), "`leave_for` needs `policy: leave`");
  if (device.protocol != RetrievalProtocol::kNone) return;
  for (const std::string_view key : {"security", "poll"}) {
    if (fields.has(key)) reader.error(fields.place(key), "this device only sends: it has no `protocol`");
  }
}

WrittenDevice read_device(Reader& reader, const YamlNode& name, const YamlNode* settings) {
  WrittenDevice device;
  device.place = reader.place(name);
  device.name = to_lower(name.text);
  if (!name.is_scalar() || !is_label(name.text)) reader.expected(name, "a device's name, such as laptop");
  if (settings == nullptr) return device;
  if (settings->is_scalar()) {
    if (const auto protocol = reader.choice(*settings, "imap pop3 none"))
      device.protocol = kProtocolByChoice[*protocol];
    return device;
  }
  Fields fields(reader, *settings, Section::kDevice);
  if (const auto protocol = fields.choice("protocol")) device.protocol = kProtocolByChoice[*protocol];
  if (const auto port = fields.choice("submit")) device.implicit_tls = *port == 1;
  if (const auto auth = fields.choice("auth")) device.auth = kAuthByChoice[*auth];
  if (const auto policy = fields.choice("policy")) device.policy = static_cast<RetrievalPolicy>(*policy);
  if (const auto security = fields.choice("security"))
    device.security = static_cast<DeviceSecurity>(*security);
  device.leave_for = fields.duration("leave_for").value_or(Duration{});
  device.poll = fields.duration("poll").value_or(Duration{});
  if (fields.has("poll") && device.poll < Duration::seconds(1))
    reader.error(fields.place("poll"), "at least 1s");
  check_policy(reader, fields, device);
  device.addresses = fields.ips("addresses");
  device.link = optional_link(reader, fields, "link");
  return device;
}

void read_devices(Reader& reader, const YamlNode& node, std::vector<WrittenDevice>& devices) {
  for (const YamlNode* item : reader.one_or_list(node)) {
    if (item->is_scalar()) {
      devices.push_back(read_device(reader, *item, nullptr));
    } else if (item->is_map()) {
      for (std::size_t i = 0; i < item->keys.size(); ++i) {
        devices.push_back(read_device(reader, item->keys[i], &item->items[i]));
      }
    } else {
      reader.expected(*item, "a device: its name, or `{name: imap}`");
    }
  }
  for (std::size_t i = 0; i < devices.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (devices[i].name != devices[k].name) continue;
      reader.error(devices[i].place, fmt::format("device `{}` is given twice", devices[i].name));
      break;
    }
  }
}

WrittenUser read_user(Reader& reader, const YamlNode& name, const YamlNode& node) {
  WrittenUser user;
  user.place = reader.place(name);
  user.name = to_lower(name.text);
  if (!is_user_name(name.text)) reader.expected(name, "a user's name: letters, digits, `.`, `-`, `_`, `+`");
  Fields fields(reader, node, Section::kUser);
  user.password = fields.text("password");
  if (user.password) {
    const bool good = !user.password->empty() && user.password->size() <= 128 &&
                      std::all_of(user.password->begin(), user.password->end(),
                                  [](char c) { return c > 0x20 && c < 0x7f; });
    if (!good)
      reader.error(fields.place("password"), "expected a password of 1 to 128 printable ASCII characters");
  }
  if (const YamlNode* devices = fields.get("devices")) {
    user.devices.emplace();
    read_devices(reader, *devices, *user.devices);
  }
  return user;
}

void read_mx(Reader& reader, const YamlNode& node, WrittenDomain& domain) {
  domain.mx.emplace();
  if (node.is_scalar() && node.text == "none") {
    domain.null_mx = true;
    return;
  }
  if (node.is_map()) {
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const auto preference = reader.whole(node.keys[i], 0, 65535);
      for (const YamlNode* host : reader.one_or_list(node.items[i])) {
        const auto name = reader.name(*host);
        if (preference && name) {
          domain.mx->push_back({reader.place(*host), static_cast<std::uint16_t>(*preference), *name});
        }
      }
    }
  } else {
    std::uint16_t preference = 10;
    for (const YamlNode* host : reader.one_or_list(node)) {
      const auto name = reader.name(*host);
      if (name) domain.mx->push_back({reader.place(*host), preference, *name});
      preference = static_cast<std::uint16_t>(preference + 10);
    }
  }
  if (domain.mx->empty()) reader.error(node, "expected at least one host, or `none`");
  std::stable_sort(domain.mx->begin(), domain.mx->end(),
                   [](const WrittenMx& a, const WrittenMx& b) { return a.preference < b.preference; });
  for (std::size_t i = 0; i < domain.mx->size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if ((*domain.mx)[i].host == (*domain.mx)[k].host) {
        reader.error((*domain.mx)[i].place, fmt::format("`{}` is given twice", (*domain.mx)[i].host));
      }
    }
  }
}

void read_forwards(Reader& reader, Fields& fields, WrittenDomain& domain) {
  const YamlNode* node = fields.map("forwards");
  if (node == nullptr) return;
  for (std::size_t i = 0; i < node->keys.size(); ++i) {
    Forward forward;
    forward.place = reader.place(node->keys[i]);
    forward.local_part = to_lower(node->keys[i].text);
    if (!is_user_name(forward.local_part))
      reader.expected(node->keys[i], "the part of an address before the `@`");
    for (const YamlNode* to : reader.one_or_list(node->items[i])) {
      const auto address = reader.mailbox(*to);
      if (address) forward.to.push_back(*address_in(*address));
    }
    domain.forwards.push_back(std::move(forward));
  }
}

std::vector<WrittenRecord> read_records(Reader& reader, Fields& fields) {
  std::vector<WrittenRecord> records;
  for (const YamlNode* item : fields.list("records")) {
    Fields record(reader, *item, Section::kRecord);
    records.push_back(read_record(reader, record, *item));
  }
  return records;
}

WrittenDomain read_domain(Reader& reader, const YamlNode& name, const YamlNode& node) {
  WrittenDomain domain;
  domain.place = reader.place(name);
  domain.name = reader.name(name).value_or("");
  Fields fields(reader, node, Section::kDomain);
  if (const YamlNode* users = fields.map("users")) {
    for (std::size_t i = 0; i < users->keys.size(); ++i) {
      domain.users.push_back(read_user(reader, users->keys[i], users->items[i]));
    }
  }
  read_forwards(reader, fields, domain);
  if (const YamlNode* mx = fields.get("mx")) read_mx(reader, *mx, domain);
  domain.mailbox = placed_name(fields, "mailbox");
  domain.submission = placed_name(fields, "submission");
  const auto spf = fields.text("spf");
  if (spf && *spf != "none") {
    if (!istarts_with(*spf, "v=spf1") || spf->size() > 2000) {
      reader.error(fields.place("spf"),
                   "expected `none` or a record that begins with `v=spf1`, at most 2000 bytes");
    }
    domain.spf = *spf;
  }
  read_authentication(reader, fields, domain);
  domain.records = read_records(reader, fields);
  domain.server = read_server(reader, fields);
  return domain;
}

std::optional<WrittenCertificate> read_certificate(Reader& reader, Fields& host) {
  const YamlNode* node = host.get("certificate");
  if (node == nullptr) return std::nullopt;
  WrittenCertificate certificate;
  certificate.place = reader.place(*node);
  Fields fields(reader, *node, Section::kCertificate);
  certificate.names = fields.names("names");
  if (const auto key = fields.choice("key")) certificate.key = kKeyByChoice[*key];
  certificate.not_before = fields.instant("not_before");
  certificate.not_after = fields.instant("not_after");
  if (certificate.not_before && certificate.not_after && *certificate.not_after <= *certificate.not_before) {
    reader.error(fields.place("not_after"), "`not_after` must be later than `not_before`");
  }
  certificate.self_signed = fields.yes_no("self_signed").value_or(false);
  return certificate;
}

WrittenHost read_host(Reader& reader, const YamlNode& name, const YamlNode& node) {
  WrittenHost host;
  host.place = reader.place(name);
  host.name = reader.name(name).value_or("");
  Fields fields(reader, node, Section::kHost);
  if (const auto roles = fields.choices("roles")) {
    for (const std::size_t choice : *roles)
      host.roles.push_back(kRoleByChoice[choice]);
  }
  host.domain = placed_name(fields, "domain");
  host.addresses = fields.ips("addresses");
  host.link = optional_link(reader, fields, "link");
  host.resolver = placed_name(fields, "resolver");
  host.server = read_server(reader, fields);
  host.certificate = read_certificate(reader, fields);
  return host;
}

void read_network(Reader& reader, Fields& top, WrittenWorld& world) {
  const YamlNode* node = top.get("network");
  if (node == nullptr) return;
  Fields fields(reader, *node, Section::kNetwork);
  if (auto link = optional_link(reader, fields, "default")) world.default_link = *link;
  if (const auto families = fields.choice("ip")) world.families = static_cast<AddressFamilies>(*families);
  const YamlNode* links = fields.map("links");
  if (links == nullptr) return;
  for (std::size_t i = 0; i < links->keys.size(); ++i) {
    WrittenNamedLink link;
    link.place = reader.place(links->keys[i]);
    link.name = links->keys[i].text;
    if (!is_label(link.name)) reader.expected(links->keys[i], "a link's name: letters, digits and hyphens");
    Fields named(reader, links->items[i], Section::kNamedLink);
    if (const YamlNode* pair = named.get("between")) {
      for (const YamlNode* end : reader.one_or_list(*pair)) {
        if (const auto name = reader.name(*end)) link.between.push_back({*name, reader.place(*end)});
      }
      if (!pair->is_sequence() || pair->items.size() != 2)
        reader.error(*pair, "expected a list of two hosts");
    }
    link.link = read_link(named);
    world.links.push_back(std::move(link));
  }
}

void read_dns(Reader& reader, Fields& top, WrittenWorld& world) {
  const YamlNode* node = top.get("dns");
  if (node == nullptr) return;
  Fields fields(reader, *node, Section::kDns);
  if (const auto ttl = fields.duration("ttl")) world.ttl = *ttl;
  if (const auto ttl = fields.duration("negative_ttl")) world.negative_ttl = *ttl;
}

/// Users that the script lets send, so that each has a device to do it on.
void read_senders(Fields& top, WrittenWorld& world) {
  const YamlNode* script = top.get("script");
  if (script == nullptr || !script->is_sequence()) return;
  for (const YamlNode& action : script->items) {
    for (std::size_t i = 0; i < action.keys.size() && i < action.items.size(); ++i) {
      if (action.items[i].find("send") == nullptr) continue;
      world.senders.push_back(to_lower(split(action.keys[i].text, '/').front()));
    }
  }
}

}  // namespace

bool is_user_name(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '+'; });
}

LinkProfile WrittenLink::over(const LinkProfile& below) const {
  return {latency.value_or(below.latency), jitter.value_or(below.jitter), bandwidth.value_or(below.bandwidth),
          loss.value_or(below.loss)};
}

WrittenServer WrittenServer::over(const WrittenServer& below) const {
  WrittenServer out = *this;
  const auto fill = [](auto& mine, const auto& theirs) {
    if (!mine) mine = theirs;
  };
  fill(out.tls, below.tls);
  fill(out.auth, below.auth);
  fill(out.auth_without_tls, below.auth_without_tls);
  fill(out.spf, below.spf);
  fill(out.dmarc, below.dmarc);
  fill(out.dmarc_profile, below.dmarc_profile);
  fill(out.greylist, below.greylist);
  fill(out.give_up, below.give_up);
  fill(out.outbound_port, below.outbound_port);
  fill(out.message_bytes, below.message_bytes);
  fill(out.spool_bytes, below.spool_bytes);
  fill(out.mailbox_bytes, below.mailbox_bytes);
  fill(out.recipients, below.recipients);
  fill(out.hops, below.hops);
  fill(out.sessions, below.sessions);
  fill(out.idle, below.idle);
  if (out.retry_after.empty()) out.retry_after = below.retry_after;
  for (const auto& [port, switches] : below.leniencies) {
    std::vector<LeniencySwitch>& mine = out.leniencies[port];
    for (const LeniencySwitch& theirs : switches) {
      const bool said = std::any_of(mine.begin(), mine.end(),
                                    [&theirs](const LeniencySwitch& own) { return own.name == theirs.name; });
      if (!said) mine.push_back(theirs);
    }
  }
  return out;
}

WrittenLink read_link(Fields& fields) {
  WrittenLink link;
  link.latency = fields.duration("latency");
  link.jitter = fields.duration("jitter");
  link.bandwidth = fields.bandwidth("bandwidth");
  link.loss = fields.percent("loss");
  return link;
}

WrittenRecord read_record(Reader& reader, Fields& fields, const YamlNode& node) {
  WrittenRecord record;
  record.place = reader.place(node);
  if (auto name = fields.text("name")) record.name = *name;
  if (const auto type = fields.choice("type")) {
    record.type = to_upper(node.find("type")->text);
  }
  record.values = fields.texts("value");
  record.ttl = fields.duration("ttl");
  if (record.ttl && record.ttl->ns % Duration::seconds(1).ns != 0) {
    reader.error(fields.place("ttl"), "expected whole seconds");
  }
  if (record.type.empty()) return record;
  for (const std::string& value : record.values) {
    const std::string problem = record_problem(record.type, value);
    if (!problem.empty()) reader.error(fields.place("value"), problem);
  }
  return record;
}

WrittenWorld read_world(Reader& reader, Fields& top) {
  WrittenWorld world;
  world.place = top.place();
  read_network(reader, top, world);
  read_dns(reader, top, world);
  world.server = read_server(reader, top);
  if (const YamlNode* domains = top.map("domains")) {
    for (std::size_t i = 0; i < domains->keys.size(); ++i) {
      world.domains.push_back(read_domain(reader, domains->keys[i], domains->items[i]));
    }
  }
  if (const YamlNode* hosts = top.map("hosts")) {
    for (std::size_t i = 0; i < hosts->keys.size(); ++i) {
      world.hosts.push_back(read_host(reader, hosts->keys[i], hosts->items[i]));
    }
  }
  if (const YamlNode* zones = top.map("zones")) {
    for (std::size_t i = 0; i < zones->keys.size(); ++i) {
      WrittenZone zone;
      zone.place = reader.place(zones->keys[i]);
      zone.name = reader.name(zones->keys[i]).value_or("");
      Fields fields(reader, zones->items[i], Section::kZone);
      zone.records = read_records(reader, fields);
      world.zones.push_back(std::move(zone));
    }
  }
  read_senders(top, world);
  return world;
}

}  // namespace glasspost::scenario
