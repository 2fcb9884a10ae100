// What follows from a scenario's few words: hosts, their addresses, links and policies.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/addresses.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

constexpr std::string_view kRootHost = "root.example";
constexpr std::string_view kResolverHost = "resolver.example";
constexpr std::size_t kMaxHosts = 1000;
constexpr std::size_t kMaxLinks = 100'000;

bool is_below(std::string_view name, std::string_view domain) {
  return name.size() > domain.size() + 1 && name.ends_with(domain) &&
         name[name.size() - domain.size() - 1] == '.';
}

bool is_virtual_name(std::string_view name) {
  return is_below(name, "example") || is_below(name, "test");
}

/// Users' and devices' names become a host's label.
std::string label_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += is_alnum(c) ? to_lower(c) : '-';
  while (!out.empty() && out.front() == '-')
    out.erase(0, 1);
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out.empty() ? "user" : out;
}

LinkProfile joined(const LinkProfile& a, const LinkProfile& b) {
  LinkProfile out;
  out.latency = a.latency + b.latency;
  out.jitter = a.jitter + b.jitter;
  out.bandwidth = a.bandwidth == 0   ? b.bandwidth
                  : b.bandwidth == 0 ? a.bandwidth
                                     : std::min(a.bandwidth, b.bandwidth);
  constexpr std::uint64_t kWhole = 1'000'000;
  const std::uint64_t kept = (kWhole - a.loss) * (kWhole - b.loss) / kWhole;
  out.loss = static_cast<std::uint32_t>(kWhole - kept);
  return out;
}

/// Collects hosts from all that speak of them, then completes them.
class WorldResolver {
 public:
  WorldResolver(Reader& reader, const WrittenWorld& world, Scenario& scenario)
      : reader_(reader), world_(world), scenario_(scenario) {}

  void run() {
    scenario_.network.default_link = world_.default_link.over({});
    check_names();
    for (const WrittenDomain& domain : world_.domains)
      add_domain(domain);
    for (const WrittenHost& host : world_.hosts)
      draft(host.name, host.place);
    add_dns_hosts();
    if (drafts_.size() > kMaxHosts) {
      reader_.error(world_.place,
                    fmt::format("{} hosts are too many: at most {}", drafts_.size(), kMaxHosts));
      return;
    }
    apply_written_hosts();
    check_domain_hosts();
    order_hosts();
    give_addresses();
    for (Draft* host : ordered_)
      complete(*host);
    add_links();
  }

 private:
  struct Draft {
    Host host;
    const WrittenHost* written = nullptr;
    const WrittenDevice* device = nullptr;
    std::optional<WrittenLink> link;
    std::set<Role> roles;
    std::vector<std::string> local_domains;
    std::vector<std::string> relay_domains;
    std::vector<IpAddress> addresses;
  };

  /// The host of that name, made if there is none yet.
  Draft& draft(const std::string& name, const SourcePlace& place) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return *drafts_[found->second];
    by_name_.emplace(name, drafts_.size());
    drafts_.push_back(std::make_unique<Draft>());
    drafts_.back()->host.name = name;
    drafts_.back()->host.place = place;
    drafts_.back()->host.domain = domain_of(name);
    return *drafts_.back();
  }
  [[nodiscard]] Draft* find(std::string_view name) {
    const auto found = by_name_.find(std::string(name));
    return found != by_name_.end() ? drafts_[found->second].get() : nullptr;
  }
  /// The longest domain of the scenario that a host's name ends with.
  [[nodiscard]] std::string domain_of(std::string_view host) const {
    std::string best;
    for (const WrittenDomain& domain : world_.domains) {
      if ((host == domain.name || is_below(host, domain.name)) && domain.name.size() > best.size())
        best = domain.name;
    }
    return best;
  }

  void check_names() {
    std::set<std::string> seen;
    for (const WrittenDomain& domain : world_.domains) {
      if (domain.name.empty()) continue;
      if (!is_virtual_name(domain.name)) {
        reader_.error(domain.place,
                      fmt::format("expected a domain below `.example` or `.test`, found `{}`", domain.name));
      }
      if (!seen.insert(domain.name).second) {
        reader_.error(domain.place, fmt::format("domain `{}` is given twice", domain.name));
      }
      std::set<std::string> users;
      for (const WrittenUser& user : domain.users) {
        if (!users.insert(user.name).second) {
          reader_.error(user.place, fmt::format("user `{}` is given twice", user.name));
        }
      }
      std::set<std::string> forwards;
      for (const Forward& forward : domain.forwards) {
        if (!forwards.insert(forward.local_part).second) {
          reader_.error(forward.place, fmt::format("forward `{}` is given twice", forward.local_part));
        }
      }
    }
    seen.clear();
    for (const WrittenHost& host : world_.hosts) {
      if (host.name.empty()) continue;
      if (!is_virtual_name(host.name)) {
        reader_.error(host.place,
                      fmt::format("expected a host below `.example` or `.test`, found `{}`", host.name));
      }
      if (!seen.insert(host.name).second)
        reader_.error(host.place, fmt::format("host `{}` is given twice", host.name));
    }
  }

  void add_domain(const WrittenDomain& written) {
    Domain domain;
    domain.place = written.place;
    domain.name = written.name;
    domain.forwards = written.forwards;
    domain.null_mx = written.null_mx;
    domain.spf = written.spf;
    domain.dmarc = written.dmarc;
    domain.dkim = written.dkim;
    domain.lists = written.lists;
    const std::string usual = "mx." + written.name;
    std::vector<WrittenMx> mx = written.mx.value_or(std::vector<WrittenMx>{{written.place, 10, usual}});
    for (const WrittenMx& exchanger : mx) {
      domain.mx.push_back({exchanger.preference, exchanger.host});
      if (exchanger.host == usual || is_below(exchanger.host, written.name))
        draft(exchanger.host, exchanger.place);
    }
    const std::string best = mx.empty() ? usual : mx.front().host;
    domain.mailbox_host = written.mailbox ? written.mailbox->value : best;
    const bool need_submission = !written.users.empty() || written.submission.has_value();
    if (mx.empty() && !need_submission) domain.mailbox_host.clear();
    if (need_submission)
      domain.submission_host = written.submission ? written.submission->value : domain.mailbox_host;
    for (const std::string& name : {domain.mailbox_host, domain.submission_host}) {
      if (is_below(name, written.name)) draft(name, written.place);
    }
    check_mailbox_host(written, domain, mx);
    for (const WrittenUser& user : written.users)
      add_user(written, domain, user);
    scenario_.domains.push_back(std::move(domain));
  }

  /// A backup MX passes mail on to better ones only (RFC 5321 5.1), so the mailboxes must be at the best.
  void check_mailbox_host(const WrittenDomain& written, const Domain& domain,
                          const std::vector<WrittenMx>& mx) {
    if (mx.empty()) return;
    const bool best =
        mx.front().host == domain.mailbox_host && (mx.size() == 1 || mx[1].preference > mx[0].preference);
    if (best) return;
    const SourcePlace& place = written.mailbox ? written.mailbox->place : mx.front().place;
    reader_.error(
        place,
        fmt::format("the mailbox host `{}` must be the MX with the lowest preference, and the only one "
                    "with it: other MX hosts pass mail on to better ones",
                    domain.mailbox_host));
  }

  void add_user(const WrittenDomain& written, Domain& domain, const WrittenUser& from) {
    User user;
    user.place = from.place;
    user.name = from.name;
    user.password = from.password.value_or(from.name + "-secret");
    if (from.devices) {
      for (const WrittenDevice& device : *from.devices)
        add_device(written, domain, user, device);
    } else if (sends(written.name, from.name)) {
      default_devices_.push_back(std::make_unique<WrittenDevice>());
      default_devices_.back()->place = from.place;
      default_devices_.back()->name = "laptop";
      add_device(written, domain, user, *default_devices_.back());
    }
    domain.users.push_back(std::move(user));
  }
  [[nodiscard]] bool sends(const std::string& domain, const std::string& user) const {
    return std::any_of(world_.senders.begin(), world_.senders.end(), [&](const std::string& sender) {
      return sender == user || sender == user + "@" + domain;
    });
  }

  void add_device(const WrittenDomain& written, const Domain& domain, User& user, const WrittenDevice& from) {
    const std::string name = fmt::format("{}-{}.{}", label_of(user.name), label_of(from.name), written.name);
    if (!is_domain_name(name) || find(name) != nullptr) {
      reader_.error(from.place, fmt::format("the device's host name `{}` is taken or too long", name));
      return;
    }
    Draft& host = draft(name, from.place);
    host.device = &from;
    host.link = from.link;
    host.addresses = from.addresses;
    host.roles.insert(Role::kDevice);
    Device device;
    device.place = from.place;
    device.name = from.name;
    device.account = user.name + "@" + written.name;
    device.protocol = from.protocol;
    device.submission_host = domain.submission_host;
    device.submission_implicit_tls = from.implicit_tls;
    device.submission_port = from.implicit_tls ? 465 : 587;
    device.auth = from.auth;
    if (from.protocol != RetrievalProtocol::kNone) {
      device.retrieval_host = domain.mailbox_host;
      const bool imap = from.protocol == RetrievalProtocol::kImap;
      device.policy = from.policy.value_or(imap ? RetrievalPolicy::kCached : RetrievalPolicy::kDelete);
      device.leave_for = from.leave_for;
      device.poll = from.poll;
    }
    host.host.device = std::move(device);
    user.devices.push_back(name);
  }

  void add_dns_hosts() {
    for (const WrittenDomain& domain : world_.domains) {
      bool served = false;
      for (const WrittenHost& host : world_.hosts) {
        const bool serves =
            std::find(host.roles.begin(), host.roles.end(), Role::kNameServer) != host.roles.end();
        served = served || (serves && domain_of(host.name) == domain.name);
      }
      if (!served && !domain.name.empty())
        draft("ns." + domain.name, domain.place).roles.insert(Role::kNameServer);
    }
    const bool has_resolver =
        std::any_of(world_.hosts.begin(), world_.hosts.end(), [](const WrittenHost& host) {
          return std::find(host.roles.begin(), host.roles.end(), Role::kResolver) != host.roles.end();
        });
    if (!has_resolver) draft(std::string(kResolverHost), world_.place).roles.insert(Role::kResolver);
    draft(std::string(kRootHost), world_.place).roles.insert(Role::kNameServer);
  }

  void apply_written_hosts() {
    for (const WrittenHost& written : world_.hosts) {
      Draft& host = draft(written.name, written.place);
      host.written = &written;
      host.host.place = written.place;
      if (written.link) host.link = written.link;
      if (!written.addresses.empty()) host.addresses = written.addresses;
      if (written.domain) {
        host.host.domain = written.domain->value;
        if (scenario_.find_domain(written.domain->value) == nullptr) {
          reader_.error(written.domain->place, fmt::format("there is no domain `{}`", written.domain->value));
        }
      }
      if (host.device != nullptr && !written.roles.empty()) {
        reader_.error(written.place,
                      fmt::format("`{}` is a user's device and has no other role", written.name));
        continue;
      }
      host.roles.insert(written.roles.begin(), written.roles.end());
    }
  }

  /// Roles that follow from the domains; MX, mailbox and submission hosts that nobody has described.
  void check_domain_hosts() {
    for (std::size_t i = 0; i < scenario_.domains.size(); ++i) {
      const Domain& domain = scenario_.domains[i];
      const WrittenDomain& written = world_.domains[i];
      for (std::size_t k = 0; k < domain.mx.size(); ++k) {
        const SourcePlace place = written.mx ? (*written.mx)[k].place : written.place;
        Draft* host = need(domain.mx[k].host, place);
        if (host == nullptr) continue;
        host->roles.insert(Role::kMx);
        if (domain.mx[k].host != domain.mailbox_host) host->relay_domains.push_back(domain.name);
      }
      if (!domain.mailbox_host.empty()) {
        Draft* host = need(domain.mailbox_host, written.mailbox ? written.mailbox->place : written.place);
        if (host != nullptr) {
          host->roles.insert(Role::kMailbox);
          host->local_domains.push_back(domain.name);
        }
      }
      if (!domain.submission_host.empty()) {
        Draft* host =
            need(domain.submission_host, written.submission ? written.submission->place : written.place);
        if (host != nullptr) host->roles.insert(Role::kMsa);
      }
    }
  }
  Draft* need(const std::string& name, const SourcePlace& place) {
    Draft* host = find(name);
    if (host == nullptr || host->device != nullptr) {
      reader_.error(place, fmt::format("there is no server `{}`: describe it under `hosts`", name));
      return nullptr;
    }
    return host;
  }

  void order_hosts() {
    const auto rank = [](const Draft& host) {
      if (host.host.domain.empty()) return std::size_t{0};
      if (host.device != nullptr) return std::size_t{0};
      const bool server = host.roles.contains(Role::kMx) || host.roles.contains(Role::kMsa) ||
                          host.roles.contains(Role::kMailbox);
      return server                                   ? std::size_t{1}
             : host.roles.contains(Role::kNameServer) ? std::size_t{3}
                                                      : std::size_t{2};
    };
    const auto group = [this](const Draft& host) {
      if (host.host.name == kRootHost) return scenario_.domains.size() + 2;
      if (host.roles.contains(Role::kResolver)) return scenario_.domains.size() + 1;
      for (std::size_t i = 0; i < scenario_.domains.size(); ++i) {
        if (scenario_.domains[i].name == host.host.domain) return i;
      }
      return scenario_.domains.size();
    };
    for (const auto& host : drafts_) {
      if (host->roles.empty()) host->roles.insert(Role::kStranger);
      ordered_.push_back(host.get());
    }
    std::stable_sort(ordered_.begin(), ordered_.end(), [&](const Draft* a, const Draft* b) {
      return std::pair(group(*a), rank(*a)) < std::pair(group(*b), rank(*b));
    });
  }

  void give_addresses() {
    AddressPlan plan;
    for (Draft* host : ordered_) {
      for (const IpAddress& address : host->addresses) {
        const std::string problem = plan.reserve(address);
        if (!problem.empty()) {
          const SourcePlace& place = host->device != nullptr ? host->device->place : host->host.place;
          reader_.error(place, fmt::format("`{}`: {}", host->host.name, problem));
        }
      }
    }
    for (Draft* host : ordered_) {
      if (host->addresses.empty()) {
        const AddressPlan::Wish wish = wish_for(*host);
        std::optional<IpAddress> address;
        if (world_.families != AddressFamilies::kV6) {
          if ((address = plan.next_v4(wish))) host->addresses.push_back(*address);
        }
        if (world_.families != AddressFamilies::kV4 || !address) {
          if ((address = plan.next_v6(wish))) host->addresses.push_back(*address);
        }
      }
      std::stable_sort(host->addresses.begin(), host->addresses.end(),
                       [](const IpAddress& a, const IpAddress& b) { return a.is_v4() && b.is_v6(); });
      host->host.addresses = host->addresses;
    }
  }
  [[nodiscard]] AddressPlan::Wish wish_for(const Draft& host) const {
    if (host.host.name == kRootHost) return {AddressPlan::kCommon, 4};
    if (host.roles.contains(Role::kResolver)) return {AddressPlan::kCommon, 5};
    std::size_t network = AddressPlan::kCommon;
    for (std::size_t i = 0; i < scenario_.domains.size(); ++i) {
      if (scenario_.domains[i].name == host.host.domain) network = i;
    }
    if (host.device != nullptr) return {network, 101};
    if (host.roles.contains(Role::kNameServer)) return {network, 53};
    if (host.roles.contains(Role::kStranger)) return {network, 66};
    return {network, 25};
  }

  void complete(Draft& from) {
    Host& host = from.host;
    host.roles.assign(from.roles.begin(), from.roles.end());
    const bool serves = host.has(Role::kMx) || host.has(Role::kMsa) || host.has(Role::kMailbox);
    const WrittenServer policy = policy_of(from);
    if (serves) host.mail_server = mail_server(from, policy);
    if (host.has(Role::kNameServer)) host.name_server.emplace();
    if (host.has(Role::kResolver)) {
      host.resolver.emplace();
      host.resolver->root_servers = find(kRootHost)->addresses;
    }
    if (host.device) {
      host.device->submission_tls = submission_tls(*host.device);
      secure_retrieval(*from.device, *host.device);
    }
    if (!host.has(Role::kResolver) && !(host.roles.size() == 1 && host.has(Role::kNameServer)))
      give_resolver(from);
    const bool uses_tls = serves && policy.tls.value_or(TlsPolicy::kNone) != TlsPolicy::kNone;
    const bool written = from.written != nullptr && from.written->certificate.has_value();
    if (uses_tls || written) host.certificate = certificate(from);
    scenario_.hosts.push_back(host);
  }
  /// All servers' words, the domain's over them, the host's over both.
  [[nodiscard]] WrittenServer policy_of(const Draft& host) const {
    WrittenServer policy = world_.server;
    for (const WrittenDomain& domain : world_.domains) {
      if (domain.name == host.host.domain) policy = domain.server.over(policy);
    }
    return host.written != nullptr ? host.written->server.over(policy) : policy;
  }
  /// A device uses TLS exactly as its server offers it.
  [[nodiscard]] TlsPolicy submission_tls(const Device& device) {
    const Draft* server = find(device.submission_host);
    const TlsPolicy tls =
        server != nullptr ? policy_of(*server).tls.value_or(TlsPolicy::kNone) : TlsPolicy::kNone;
    if (device.submission_implicit_tls && tls == TlsPolicy::kNone) {
      reader_.error(device.place,
                    fmt::format("`submit: 465` needs TLS, but `{}` has `tls: none`", device.submission_host));
    }
    return device.submission_implicit_tls ? TlsPolicy::kRequired : tls;
  }
  /// So does the way it reads, unless its own `security` says otherwise.
  void secure_retrieval(const WrittenDevice& written, Device& device) {
    if (device.protocol == RetrievalProtocol::kNone) return;
    const Draft* server = find(device.retrieval_host);
    const TlsPolicy tls =
        server != nullptr ? policy_of(*server).tls.value_or(TlsPolicy::kNone) : TlsPolicy::kNone;
    const DeviceSecurity usual = tls == TlsPolicy::kNone ? DeviceSecurity::kNone : DeviceSecurity::kStartTls;
    const DeviceSecurity security = written.security.value_or(usual);
    if (security != DeviceSecurity::kNone && tls == TlsPolicy::kNone) {
      reader_.error(device.place,
                    fmt::format("`security` needs TLS, but `{}` has `tls: none`", device.retrieval_host));
    }
    const bool imap = device.protocol == RetrievalProtocol::kImap;
    device.retrieval_implicit_tls = security == DeviceSecurity::kTls;
    if (security == DeviceSecurity::kStartTls)
      device.retrieval_tls = written.security ? TlsPolicy::kRequired : tls;
    if (device.retrieval_implicit_tls) device.retrieval_tls = TlsPolicy::kRequired;
    device.retrieval_port =
        imap ? (device.retrieval_implicit_tls ? 993 : 143) : (device.retrieval_implicit_tls ? 995 : 110);
  }
  void give_resolver(Draft& from) {
    if (from.written != nullptr && from.written->resolver) {
      const Draft* resolver = find(from.written->resolver->value);
      if (resolver != nullptr && resolver->roles.contains(Role::kResolver)) {
        from.host.resolvers = resolver->addresses;
      } else {
        reader_.error(from.written->resolver->place, fmt::format("there is no host `{}` with role `resolver`",
                                                                 from.written->resolver->value));
      }
      return;
    }
    for (const Draft* host : ordered_) {
      if (!host->roles.contains(Role::kResolver)) continue;
      from.host.resolvers = host->addresses;
      return;
    }
  }

  [[nodiscard]] MailServer mail_server(const Draft& from, const WrittenServer& policy) const {
    MailServer server;
    server.local_domains = from.local_domains;
    server.relay_domains = from.relay_domains;
    server.limits.message_bytes = policy.message_bytes.value_or(server.limits.message_bytes);
    server.limits.recipients = policy.recipients.value_or(server.limits.recipients);
    server.limits.hops = policy.hops.value_or(server.limits.hops);
    server.limits.idle = policy.idle.value_or(server.limits.idle);
    server.limits.spool_bytes = policy.spool_bytes.value_or(server.limits.spool_bytes);
    server.limits.mailbox_bytes = policy.mailbox_bytes.value_or(server.limits.mailbox_bytes);
    set_checks(policy, world_, server);
    server.greylist = policy.greylist.value_or(Duration{});
    server.outbound.tls = policy.tls.value_or(TlsPolicy::kNone);
    server.outbound.retry_after = policy.retry_after;
    if (server.outbound.retry_after.empty()) {
      server.outbound.retry_after = {Duration::minutes(15), Duration::minutes(30), Duration::hours(1),
                                     Duration::hours(2), Duration::hours(4)};
    }
    server.outbound.port = policy.outbound_port.value_or(server.outbound.port);
    server.outbound.give_up_after = policy.give_up.value_or(server.outbound.give_up_after);
    server.listeners = usual_listeners(from.roles, policy, from.host.place);
    return server;
  }
  [[nodiscard]] Certificate certificate(const Draft& from) const {
    Certificate out;
    out.place = from.host.place;
    out.names = {from.host.name};
    out.not_before = scenario_.start - Duration::days(30);
    out.not_after = scenario_.start + Duration::days(365);
    if (from.written == nullptr || !from.written->certificate) return out;
    const WrittenCertificate& written = *from.written->certificate;
    out.place = written.place;
    if (!written.names.empty()) out.names = written.names;
    out.key = written.key;
    out.not_before = written.not_before.value_or(out.not_before);
    out.not_after = written.not_after.value_or(out.not_after);
    out.self_signed = written.self_signed;
    return out;
  }

  void add_links() {
    std::set<std::pair<std::string, std::string>> taken;
    const auto key = [](const std::string& a, const std::string& b) {
      return a < b ? std::pair(a, b) : std::pair(b, a);
    };
    for (const WrittenNamedLink& written : world_.links) {
      if (written.between.size() != 2) continue;
      const auto a = find_host_or_domain(reader_, scenario_, written.between[0]);
      const auto b = find_host_or_domain(reader_, scenario_, written.between[1]);
      if (!a || !b) continue;
      if (*a == *b || !taken.insert(key(*a, *b)).second) {
        reader_.error(
            written.place,
            fmt::format("link `{}`: its ends are one host, or another link joins them", written.name));
        continue;
      }
      scenario_.network.links.push_back(
          {written.place, written.name, *a, *b, written.link.over(scenario_.network.default_link)});
    }
    for (const Draft* host : ordered_) {
      if (!host->link) continue;
      const LinkProfile mine = host->link->over(scenario_.network.default_link);
      for (const Draft* other : ordered_) {
        if (other == host || !taken.insert(key(host->host.name, other->host.name)).second) continue;
        const LinkProfile profile =
            other->link ? joined(mine, other->link->over(scenario_.network.default_link)) : mine;
        scenario_.network.links.push_back(
            {host->host.place, host->host.name, host->host.name, other->host.name, profile});
        if (scenario_.network.links.size() > kMaxLinks) {
          reader_.error(world_.place, "too many hosts have a link of their own");
          return;
        }
      }
    }
  }

  Reader& reader_;
  const WrittenWorld& world_;
  Scenario& scenario_;
  std::vector<std::unique_ptr<Draft>> drafts_;
  std::map<std::string, std::size_t> by_name_;
  std::vector<Draft*> ordered_;
  std::vector<std::unique_ptr<WrittenDevice>> default_devices_;
};

}  // namespace

std::optional<std::string> find_host_or_domain(Reader& reader, const Scenario& scenario,
                                               const PlacedText& name) {
  if (scenario.find_host(name.value) != nullptr) return name.value;
  if (const Domain* domain = scenario.find_domain(name.value)) {
    if (!domain->mx.empty()) return domain->mx.front().host;
    if (!domain->mailbox_host.empty()) return domain->mailbox_host;
  }
  std::vector<std::string_view> known;
  for (const Host& host : scenario.hosts)
    known.push_back(host.name);
  for (const Domain& domain : scenario.domains)
    known.push_back(domain.name);
  const std::string_view meant = closest(name.value, known);
  reader.error(name.place,
               meant.empty()
                   ? fmt::format("there is no host `{}`; hosts: {}", name.value,
                                 fmt::join(known.begin(),
                                           known.begin() + static_cast<std::ptrdiff_t>(
                                                               std::min<std::size_t>(known.size(), 12)),
                                           ", "))
                   : fmt::format("there is no host `{}`; did you mean `{}`?", name.value, meant));
  return std::nullopt;
}

void resolve_world(Reader& reader, const WrittenWorld& world, Scenario& scenario) {
  WorldResolver(reader, world, scenario).run();
}

}  // namespace glasspost::scenario
