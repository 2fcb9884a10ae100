// The zones that follow from hosts and domains: their records, delegations, glue and reverse names.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/addresses.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

constexpr std::string_view kRootHost = "root.example";
constexpr std::size_t kMaxTxtBytes = 4000;

bool within(std::string_view name, std::string_view zone) {
  if (zone == "." || name == zone) return true;
  return name.size() > zone.size() + 1 && name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.';
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (const std::string_view piece : split(text, ' ')) {
    if (!piece.empty()) out.push_back(piece);
  }
  return out;
}

bool is_number(std::string_view text, unsigned most) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return false;
  unsigned value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= most;
}

std::string without_dot(std::string_view name) {
  if (name.size() > 1 && name.back() == '.') name.remove_suffix(1);
  return std::string(name);
}

bool is_target(std::string_view name) {
  return name == "." || is_domain_name(without_dot(name), true);
}

/// The zone of a reverse name: the /24 of an IPv4 address, or 2001:db8::/32.
std::string reverse_zone(const IpAddress& address) {
  const std::string name = reverse_name(address);
  if (address.is_v4()) return name.substr(name.find('.') + 1);
  return "8.b.d.0.1.0.0.2.ip6.arpa";
}

class ZoneBuilder {
 public:
  ZoneBuilder(Reader& reader, const WrittenWorld& world, Scenario& scenario)
      : reader_(reader), world_(world), scenario_(scenario), ttl_(seconds(world.ttl)) {}

  void run() {
    make_zones();
    for (const Host& host : scenario_.hosts)
      add_host(host);
    for (std::size_t i = 0; i < scenario_.domains.size(); ++i)
      add_domain(i);
    for (const WrittenZone& zone : world_.zones)
      add_written(zone.records, zone.name);
    delegate();
    for (auto& host : scenario_.hosts) {
      if (!host.name_server) continue;
      for (const Zone& zone : scenario_.zones) {
        if (std::find(zone.servers.begin(), zone.servers.end(), host.name) != zone.servers.end()) {
          host.name_server->zones.push_back(zone.name);
        }
      }
    }
  }

 private:
  static std::uint32_t seconds(Duration duration) {
    return static_cast<std::uint32_t>(
        std::min<std::int64_t>(duration.ns / Duration::seconds(1).ns, 0x7fff'ffff));  // RFC 2181 8
  }

  void make_zones() {
    add_zone(".", {std::string(kRootHost)}, world_.place);
    std::set<std::string> top_names = {"example"};
    for (const Host& host : scenario_.hosts)
      top_names.insert(std::string(split(host.name, '.').back()));
    for (const std::string& top : top_names)
      add_zone(top, {std::string(kRootHost)}, world_.place);
    for (const Domain& domain : scenario_.domains) {
      std::vector<std::string> servers;
      for (const Host& host : scenario_.hosts) {
        if (host.name_server && host.domain == domain.name) servers.push_back(host.name);
      }
      if (servers.empty()) servers.push_back(std::string(kRootHost));
      add_zone(domain.name, std::move(servers), domain.place);
    }
    for (const WrittenZone& zone : world_.zones) {
      if (!zone.name.empty() && zone_named(zone.name) == nullptr) {
        add_zone(zone.name, {std::string(kRootHost)}, zone.place);
      }
    }
    for (const Host& host : scenario_.hosts) {
      for (const IpAddress& address : host.addresses) {
        const std::string name = reverse_zone(address);
        if (zone_named(name) == nullptr) add_zone(name, {std::string(kRootHost)}, world_.place);
      }
    }
  }

  void add_zone(const std::string& name, std::vector<std::string> servers, const SourcePlace& place) {
    if (zone_named(name) != nullptr) return;
    Zone zone;
    zone.place = place;
    zone.name = name;
    const std::string postmaster = name == "." ? "postmaster.root.example" : "postmaster." + name;
    zone.records.push_back({place, name, "SOA", ttl_,
                            fmt::format("{} {} 1 7200 3600 1209600 {}", servers.front(), postmaster,
                                        seconds(world_.negative_ttl))});
    for (const std::string& server : servers)
      zone.records.push_back({place, name, "NS", ttl_, server});
    zone.servers = std::move(servers);
    by_name_.emplace(name, scenario_.zones.size());
    scenario_.zones.push_back(std::move(zone));
  }
  [[nodiscard]] Zone* zone_named(const std::string& name) {
    const auto found = by_name_.find(name);
    return found != by_name_.end() ? &scenario_.zones[found->second] : nullptr;
  }
  /// The zone with the longest name that a name is within.
  [[nodiscard]] Zone& zone_of(std::string_view name) {
    Zone* best = &scenario_.zones.front();
    for (Zone& zone : scenario_.zones) {
      if (zone.name != "." && within(name, zone.name) &&
          (best->name == "." || zone.name.size() > best->name.size())) {
        best = &zone;
      }
    }
    return *best;
  }

  void add_host(const Host& host) {
    Zone& zone = zone_of(host.name);
    for (const IpAddress& address : host.addresses) {
      zone.records.push_back(
          {host.place, host.name, address.is_v4() ? "A" : "AAAA", ttl_, address.to_string()});
      zone_of(reverse_name(address))
          .records.push_back({host.place, reverse_name(address), "PTR", ttl_, host.name});
    }
  }
  void add_domain(std::size_t index) {
    const Domain& domain = scenario_.domains[index];
    Zone& zone = *zone_named(domain.name);
    for (const MailExchanger& mx : domain.mx) {
      zone.records.push_back(
          {domain.place, domain.name, "MX", ttl_, fmt::format("{} {}", mx.preference, mx.host)});
    }
    if (domain.null_mx) zone.records.push_back({domain.place, domain.name, "MX", ttl_, "0 ."});  // RFC 7505 3
    if (domain.spf) zone.records.push_back({domain.place, domain.name, "TXT", ttl_, *domain.spf});
    for (const DkimKey& key : domain.dkim) {  // RFC 6376 3.6.2.1
      if (key.published)
        zone.records.push_back(
            {key.place, key.selector + "._domainkey." + domain.name, "TXT", ttl_, key.record});
    }
    if (domain.dmarc)
      zone.records.push_back({domain.place, "_dmarc." + domain.name, "TXT", ttl_, *domain.dmarc});
    add_written(world_.domains[index].records, domain.name);
  }
  void add_written(const std::vector<WrittenRecord>& records, const std::string& zone_name) {
    Zone* zone = zone_named(zone_name);
    if (zone == nullptr) return;
    for (const WrittenRecord& record : records) {
      const auto owner = owner_name(reader_, record, zone_name);
      if (!owner) continue;
      for (const std::string& value : record.values) {
        zone->records.push_back({record.place, *owner, record.type, record.ttl ? seconds(*record.ttl) : ttl_,
                                 record.type == "TXT" ? value : canonical(value)});
      }
    }
  }
  /// One blank between fields, no final dots.
  static std::string canonical(std::string_view value) {
    std::string out;
    for (const std::string_view field : fields_of(value)) {
      if (!out.empty()) out += ' ';
      out += without_dot(field);
    }
    return out;
  }

  /// Every zone but the root is announced, with the addresses of its servers, in the zone above it.
  void delegate() {
    for (std::size_t i = 1; i < scenario_.zones.size(); ++i) {
      const Zone child = scenario_.zones[i];
      const std::size_t dot = child.name.find('.');
      Zone& parent = dot == std::string::npos ? scenario_.zones.front() : zone_of(child.name.substr(dot + 1));
      for (const std::string& server : child.servers) {
        parent.records.push_back({child.place, child.name, "NS", ttl_, server});
        add_glue(parent, server);
      }
    }
    add_glue(scenario_.zones.front(), std::string(kRootHost));
  }
  void add_glue(Zone& zone, const std::string& server) {
    const Host* host = scenario_.find_host(server);
    if (host == nullptr || zone_of(server).name == zone.name || !glued_.insert({zone.name, server}).second)
      return;
    for (const IpAddress& address : host->addresses) {
      zone.records.push_back(
          {host->place, server, address.is_v4() ? "A" : "AAAA", ttl_, address.to_string()});
    }
  }

  Reader& reader_;
  const WrittenWorld& world_;
  Scenario& scenario_;
  std::uint32_t ttl_;
  std::map<std::string, std::size_t> by_name_;
  std::set<std::pair<std::string, std::string>> glued_;
};

}  // namespace

std::string record_problem(const std::string& type, const std::string& value) {
  if (type == "TXT") {
    const bool good = value.size() <= kMaxTxtBytes && value.find_first_of("\r\n") == std::string::npos;
    return good ? "" : fmt::format("expected one line of at most {} bytes", kMaxTxtBytes);
  }
  if (type == "A" || type == "AAAA") {
    const auto address = IpAddress::parse(value);
    if (address && address->is_v4() == (type == "A")) return {};
    return fmt::format("expected an {} address, found `{}`", type == "A" ? "IPv4" : "IPv6", escaped(value));
  }
  const std::vector<std::string_view> fields = fields_of(value);
  if (type == "MX") {
    if (fields.size() == 2 && is_number(fields[0], 65535) && is_target(fields[1])) return {};
    return fmt::format("expected a preference and a host, such as `10 mx.beta.example`, found `{}`",
                       escaped(value));
  }
  if (type == "SRV") {
    if (fields.size() == 4 && is_number(fields[0], 65535) && is_number(fields[1], 65535) &&
        is_number(fields[2], 65535) && is_target(fields[3])) {
      return {};
    }
    return fmt::format(
        "expected priority, weight, port and a host, such as `0 1 143 mx.beta.example`, found `{}`",
        escaped(value));
  }
  if (fields.size() == 1 && is_target(fields[0])) return {};
  return fmt::format("expected a name, such as `mx.beta.example`, found `{}`", escaped(value));
}

std::optional<std::string> owner_name(Reader& reader, const WrittenRecord& record, const std::string& zone) {
  std::string name = to_lower(record.name);
  if (name == "@" || name == zone) return zone;
  if (name.size() > 1 && name.back() == '.') {
    name.pop_back();
  } else if (!within(name, zone) || zone == ".") {
    name += zone == "." ? "" : "." + zone;
  }
  const std::string_view checked =
      name.starts_with("*.") ? std::string_view(name).substr(2) : std::string_view(name);
  if (!is_domain_name(checked, true) || !within(name, zone)) {
    reader.error(record.place,
                 fmt::format("`{}` is not a name within the zone `{}`", escaped(record.name), zone));
    return std::nullopt;
  }
  return name;
}

void resolve_zones(Reader& reader, const WrittenWorld& world, Scenario& scenario) {
  ZoneBuilder(reader, world, scenario).run();
}

}  // namespace glasspost::scenario
