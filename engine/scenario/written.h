#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/scenario/data/scenario.h"
#include "engine/scenario/fields.h"

namespace glasspost::scenario {

// What a scenario file says, before defaults: everything may be missing. Names are lower case.

struct WrittenLink {
  std::optional<Duration> latency;
  std::optional<Duration> jitter;
  std::optional<std::uint64_t> bandwidth;
  std::optional<std::uint32_t> loss;

  [[nodiscard]] LinkProfile over(const LinkProfile& below) const;
};

struct WrittenNamedLink {
  SourcePlace place;
  std::string name;
  std::vector<PlacedText> between;  ///< two
  WrittenLink link;
};

enum class SpfChoice : std::uint8_t { kOff, kReject, kMark };

struct WrittenServer {
  std::optional<TlsPolicy> tls;
  std::optional<std::vector<AuthMechanism>> auth;
  std::optional<bool> auth_without_tls;
  std::optional<SpfChoice> spf;
  std::optional<DmarcAction> dmarc;
  std::optional<DmarcProfile> dmarc_profile;
  std::optional<Duration> greylist;
  std::vector<Duration> retry_after;
  std::optional<Duration> give_up;
  std::optional<std::uint16_t> outbound_port;
  std::optional<std::uint64_t> message_bytes, spool_bytes, mailbox_bytes;
  std::optional<std::uint32_t> recipients, hops, sessions;
  std::optional<Duration> idle;
  std::map<std::uint16_t, std::vector<LeniencySwitch>> leniencies;  ///< by port

  /// What is said here, and for the rest what is said below.
  [[nodiscard]] WrittenServer over(const WrittenServer& below) const;
};

/// How a device reaches the server that it reads from.
enum class DeviceSecurity : std::uint8_t { kNone, kStartTls, kTls };

struct WrittenDevice {
  SourcePlace place;
  std::string name;
  RetrievalProtocol protocol = RetrievalProtocol::kNone;
  bool implicit_tls = false;
  AuthMechanism auth = AuthMechanism::kPlain;
  std::optional<RetrievalPolicy> policy;
  std::optional<DeviceSecurity> security;
  Duration leave_for, poll;
  std::vector<IpAddress> addresses;
  std::optional<WrittenLink> link;
};

struct WrittenUser {
  SourcePlace place;
  std::string name;
  std::optional<std::string> password;
  std::optional<std::vector<WrittenDevice>> devices;
};

struct WrittenMx {
  SourcePlace place;
  std::uint16_t preference = 10;
  std::string host;
};

struct WrittenRecord {
  SourcePlace place;
  std::string name = "@";
  std::string type;
  std::vector<std::string> values;
  std::optional<Duration> ttl;
};

struct WrittenDomain {
  SourcePlace place;
  std::string name;
  std::vector<WrittenUser> users;
  std::vector<Forward> forwards;
  std::optional<std::vector<WrittenMx>> mx;
  bool null_mx = false;
  std::optional<PlacedText> mailbox;
  std::optional<PlacedText> submission;
  std::optional<std::string> spf;
  std::optional<std::string> dmarc;
  std::vector<DkimKey> dkim;  // without key and record
  std::vector<MailingList> lists;
  std::vector<WrittenRecord> records;
  WrittenServer server;
};

struct WrittenCertificate {
  SourcePlace place;
  std::vector<std::string> names;
  KeyKind key = KeyKind::kEd25519;
  std::optional<Instant> not_before;
  std::optional<Instant> not_after;
  bool self_signed = false;
};

struct WrittenHost {
  SourcePlace place;
  std::string name;
  std::vector<Role> roles;
  std::optional<PlacedText> domain;
  std::vector<IpAddress> addresses;
  std::optional<WrittenLink> link;
  std::optional<PlacedText> resolver;
  WrittenServer server;
  std::optional<WrittenCertificate> certificate;
};

struct WrittenZone {
  SourcePlace place;
  std::string name;
  std::vector<WrittenRecord> records;
};

enum class AddressFamilies : std::uint8_t { kV4, kV6, kBoth };

struct WrittenWorld {
  SourcePlace place;
  WrittenLink default_link;
  std::vector<WrittenNamedLink> links;
  AddressFamilies families = AddressFamilies::kV4;
  Duration ttl = Duration::hours(1);
  Duration negative_ttl = Duration::minutes(5);
  WrittenServer server;
  std::vector<WrittenDomain> domains;
  std::vector<WrittenHost> hosts;
  std::vector<WrittenZone> zones;
  std::vector<std::string> senders;  ///< user names as the script writes them, without devices
};

/// Reads network, dns, server, domains, hosts, zones. `top` are the file's own fields.
[[nodiscard]] WrittenWorld read_world(Reader& reader, Fields& top);
[[nodiscard]] WrittenLink read_link(Fields& fields);
/// Reads a record's name, type, value and ttl; the type's grammar is checked.
[[nodiscard]] WrittenRecord read_record(Reader& reader, Fields& fields, const YamlNode& node);
/// Problem with a record's data, or empty. "A" wants an IPv4 address, and so on.
[[nodiscard]] std::string record_problem(const std::string& type, const std::string& value);

/// Completes a scenario by everything that follows from what is written: hosts, addresses, links, policies,
/// zones. `scenario` must have its `start`.
void resolve_world(Reader& reader, const WrittenWorld& world, Scenario& scenario);
/// What a domain says of itself for DKIM and DMARC, and its mailing lists.
void read_authentication(Reader& reader, Fields& fields, WrittenDomain& domain);
/// Whether a word may be the part of an address before the `@`.
[[nodiscard]] bool is_user_name(std::string_view text);
/// Makes the key pairs of all domains out of the scenario's seed.
void make_dkim_keys(Reader& reader, Scenario& scenario);
/// What a server checks: SPF always; DKIM and DMARC too, where some domain of the world has a key or a
/// policy.
void set_checks(const WrittenServer& policy, const WrittenWorld& world, MailServer& server);
/// What happens to a DKIM key at a moment.
[[nodiscard]] std::optional<ActionKind> read_dkim_deed(Reader& reader, const YamlNode& node,
                                                       const WrittenWorld& world, const Scenario& scenario);
/// The ports that a mail server with these roles opens. // RFC 8314 3
[[nodiscard]] std::vector<Listener> usual_listeners(const std::set<Role>& roles, const WrittenServer& policy,
                                                    const SourcePlace& place);
/// Adds the zones that follow from hosts and domains, and those that are written.
void resolve_zones(Reader& reader, const WrittenWorld& world, Scenario& scenario);
/// The full owner name of a record, `@` and relative names resolved; nothing (and an error) if it is not
/// within the zone.
[[nodiscard]] std::optional<std::string> owner_name(Reader& reader, const WrittenRecord& record,
                                                    const std::string& zone);

/// The host that a name means: a host's full name, or a domain's for its first MX. Reports unknown ones, with
/// what was meant.
[[nodiscard]] std::optional<std::string> find_host_or_domain(Reader& reader, const Scenario& scenario,
                                                             const PlacedText& name);

/// A file in a message.
[[nodiscard]] std::optional<Attachment> read_attachment(Reader& reader, const YamlNode& node);
/// Text that must be a single line.
[[nodiscard]] std::optional<std::string> one_line(Reader& reader, Fields& fields, std::string_view key);
/// True where an actor's value says that a device is used: `sync`, or `{read: Hello}`.
[[nodiscard]] bool is_device_deed(const YamlNode& deed);
/// What it says, without account and device; reports what is wrong.
[[nodiscard]] std::optional<UseDevice> read_device_deed(Reader& reader, const YamlNode& deed);
void read_script(Reader& reader, Fields& top, const WrittenWorld& world, Scenario& scenario);
void read_expectations(Reader& reader, Fields& top, Scenario& scenario);
/// Lists the variants; `wanted` is laid over `root` (which is what gets read afterwards).
void apply_variant(Reader& reader, YamlNode& root, const std::string& wanted);
[[nodiscard]] std::vector<Variant> read_variants(Reader& reader, Fields& top);

}  // namespace glasspost::scenario
