#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/protocol/dns/message.h"
#include "engine/protocol/dns/record.h"
#include "engine/protocol/dns/resolver.h"

namespace glasspost::dns {

/// What a zone says about a question.
enum class ZoneOutcome : std::uint8_t {
  kAnswer,    ///< `answers` holds records of the asked type, behind aliases perhaps
  kAlias,     ///< `answers` ends in an alias whose target, `next`, is outside the zone or below a cut
  kReferral,  ///< below a cut: `authority` has its NS records, `additional` the glue
  kNoData,    ///< the name exists (be it as an empty non-terminal), the type does not
  kNxDomain,
  kLoop,     ///< aliases go in a circle or on for more than 16 steps
  kOutside,  ///< not a name of this zone
};

struct ZoneLookup {
  ZoneOutcome outcome = ZoneOutcome::kOutside;
  std::vector<Record> answers;
  std::vector<Record> authority;   ///< the SOA of a negative answer, with its negative TTL // RFC 2308 3
  std::vector<Record> additional;  ///< addresses of MX, NS and SRV targets, as far as the zone has them
  Name next;                       ///< kAlias: where the chain goes on
  bool wildcard = false;           ///< a wildcard made a record of the answer
};

/// The records of one zone: everything at and below its origin up to the cuts. A value; always has its SOA.
/// // RFC 1034 4.2
class Zone {
 public:
  /// `soa_ttl` in seconds; `soa.minimum` is the TTL of negative answers. // RFC 2308 4
  Zone(Name origin, SoaData soa, std::uint32_t soa_ttl = 3600);

  [[nodiscard]] const Name& origin() const { return origin_; }
  [[nodiscard]] const SoaData& soa() const;

  /// Adds a record; an equal one is there once. All records of a set get the least TTL of them (RFC 2181
  /// 5.2). A second SOA replaces the first. Errors: kInvalidInput (outside the zone, SOA not at the origin,
  /// data of another type), kConflict (an alias beside other data, RFC 1034 3.6.2; two aliases).
  Ok add(Record record);
  /// Removes a set of records; false if there was none. The SOA cannot be removed.
  bool remove(const Name& owner, RecordType type);
  /// Every record, in canonical order of owners.
  [[nodiscard]] std::vector<Record> records() const;
  /// Adds one to the SOA's serial number, as whoever changes a zone does. // RFC 1982 3.1
  void bump_serial();

  /// RFC 1034 4.3.2 step 3, wildcards as RFC 4592 clarifies them. Aliases are followed inside the zone.
  [[nodiscard]] ZoneLookup lookup(const Question& question) const;

 private:
  using Node = std::map<RecordType, std::vector<Record>>;

  [[nodiscard]] const Node* find_node(const Name& name) const;
  [[nodiscard]] bool exists(const Name& name) const;
  [[nodiscard]] const std::vector<Record>* find_cut(const Name& name) const;
  [[nodiscard]] const Node* find_wildcard(const Name& name) const;
  bool step(const Question& question, ZoneLookup& out) const;
  void negative(ZoneLookup& out, ZoneOutcome outcome) const;
  void refer(const std::vector<Record>& cut, ZoneLookup& out) const;
  void add_addresses(const Name& name, ZoneLookup& out) const;

  Name origin_;
  std::map<Name, Node> nodes_;
};

/// Zones by origin. A value.
class ZoneSet {
 public:
  /// Adds the zone, or puts it in the place of the one with the same origin.
  void set(Zone zone);
  bool remove(const Name& origin);
  [[nodiscard]] Zone* find(const Name& origin);
  /// The zone with the longest origin that `name` is within; nullptr if there is none.
  [[nodiscard]] const Zone* enclosing(const Name& name) const;
  [[nodiscard]] bool empty() const { return zones_.empty(); }
  [[nodiscard]] const std::map<Name, Zone>& zones() const { return zones_; }

  /// As Zone::lookup, going on in another zone of the set where an alias leads there.
  [[nodiscard]] ZoneLookup lookup(const Question& question) const;

 private:
  std::map<Name, Zone> zones_;
};

/// What an authoritative server answers to a query (never to a response): RFC 1034 4.3.2 without recursion.
/// FORMERR without exactly one question, NOTIMP for another opcode, REFUSED for names of no zone of ours, for
/// other classes and for zone transfers, BADVERS for an unknown version of EDNS.
[[nodiscard]] Message answer_from_zones(const ZoneSet& zones, const Message& query);

}  // namespace glasspost::dns
