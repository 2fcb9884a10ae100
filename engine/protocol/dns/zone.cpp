#include "engine/protocol/dns/zone.h"

#include <algorithm>
#include <utility>

namespace glasspost::dns {
namespace {

constexpr std::size_t kMaxAliases = 16;

void append(std::vector<Record>& out, const std::vector<Record>& set, const Name& owner) {
  for (const Record& record : set) {
    out.push_back(record);
    out.back().owner = owner;
  }
}

// The name whose addresses an answer's reader will want next. // RFC 1035 3.3.9, 3.3.11; RFC 2782
const Name* target_of(const Record& record) {
  if (const auto* mx = std::get_if<MxData>(&record.data)) return &mx->exchange;
  if (const auto* srv = std::get_if<SrvData>(&record.data)) return &srv->target;
  if (record.type == RecordType::kNs) return &std::get<NameData>(record.data).target;
  return nullptr;
}

}  // namespace

Zone::Zone(Name origin, SoaData soa, std::uint32_t soa_ttl) : origin_(std::move(origin)) {
  nodes_[origin_][RecordType::kSoa].push_back(make_soa(origin_, std::move(soa), soa_ttl));
}

const SoaData& Zone::soa() const {
  return std::get<SoaData>(nodes_.at(origin_).at(RecordType::kSoa).front().data);
}

Ok Zone::add(Record record) {
  if (!record.owner.is_within(origin_)) {
    return fail(ErrorCode::kInvalidInput,
                record.owner.to_string() + " is not a name of the zone " + origin_.to_string());
  }
  const bool pseudo = record.type == RecordType::kOpt || record.type == RecordType::kAny;
  if (pseudo || !data_fits(record.type, record.data))
    return fail(ErrorCode::kInvalidInput, "the data does not fit the type " + dns::to_string(record.type));
  Node& node = nodes_[record.owner];
  if (record.type == RecordType::kSoa) {
    if (record.owner != origin_) {
      if (node.empty()) nodes_.erase(record.owner);
      return fail(ErrorCode::kInvalidInput, "SOA stands only at the zone's origin");
    }
    node[RecordType::kSoa] = {std::move(record)};
    return {};
  }
  const auto alias = node.find(RecordType::kCname);
  const bool equal_alias =
      alias != node.end() && record.type == RecordType::kCname && alias->second.front().data == record.data;
  const bool clash = record.type == RecordType::kCname ? !node.empty() : alias != node.end();
  if (clash && !equal_alias) {
    return fail(ErrorCode::kConflict,
                record.owner.to_string() + " cannot have CNAME and other records");  // RFC 1034 3.6.2
  }
  std::vector<Record>& set = node[record.type];
  const auto same =
      std::find_if(set.begin(), set.end(), [&](const Record& r) { return r.data == record.data; });
  if (same == set.end()) set.push_back(record);
  for (Record& each : set)
    record.ttl = std::min(record.ttl, each.ttl);
  for (Record& each : set)
    each.ttl = record.ttl;
  return {};
}

bool Zone::remove(const Name& owner, RecordType type) {
  if (type == RecordType::kSoa) return false;
  const auto node = nodes_.find(owner);
  if (node == nodes_.end() || node->second.erase(type) == 0) return false;
  if (node->second.empty()) nodes_.erase(node);
  return true;
}

std::vector<Record> Zone::records() const {
  std::vector<Record> out;
  for (const auto& [owner, node] : nodes_) {
    for (const auto& [type, set] : node)
      out.insert(out.end(), set.begin(), set.end());
  }
  return out;
}

void Zone::bump_serial() {
  Record& soa = nodes_[origin_][RecordType::kSoa].front();
  ++std::get<SoaData>(soa.data).serial;
}

const Zone::Node* Zone::find_node(const Name& name) const {
  const auto node = nodes_.find(name);
  return node == nodes_.end() ? nullptr : &node->second;
}

bool Zone::exists(const Name& name) const {
  // In canonical order everything below a name follows it directly, so an empty non-terminal shows. RFC
  // 4592 2.2.2
  const auto node = nodes_.lower_bound(name);
  return node != nodes_.end() && node->first.is_within(name);
}

const std::vector<Record>* Zone::find_cut(const Name& name) const {
  for (std::size_t count = origin_.labels().size() + 1; count <= name.labels().size(); ++count) {
    const Node* node = find_node(name.suffix(count));
    if (node == nullptr) continue;
    const auto servers = node->find(RecordType::kNs);
    if (servers != node->end()) return &servers->second;
  }
  return nullptr;
}

const Zone::Node* Zone::find_wildcard(const Name& name) const {
  Name encloser = name.parent();
  while (!exists(encloser))
    encloser = encloser.parent();
  // RFC 4592 3.3.1: the wildcard directly below the closest encloser and no other.
  const Result<Name> wildcard = encloser.child("*");
  return wildcard ? find_node(*wildcard) : nullptr;
}

void Zone::add_addresses(const Name& name, ZoneLookup& out) const {
  const Node* node = find_node(name);
  if (node == nullptr) return;
  for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
    const auto set = node->find(type);
    if (set == node->end()) continue;
    const bool there = std::any_of(out.additional.begin(), out.additional.end(),
                                   [&](const Record& r) { return r.type == type && r.owner == name; });
    if (!there) append(out.additional, set->second, name);
  }
}

void Zone::negative(ZoneLookup& out, ZoneOutcome outcome) const {
  out.outcome = outcome;
  Record record = nodes_.at(origin_).at(RecordType::kSoa).front();
  record.ttl = std::min(record.ttl, soa().minimum);  // RFC 2308 3
  out.authority.push_back(std::move(record));
}

void Zone::refer(const std::vector<Record>& cut, ZoneLookup& out) const {
  out.outcome = ZoneOutcome::kReferral;
  out.authority.insert(out.authority.end(), cut.begin(), cut.end());
  for (const Record& server : cut)
    add_addresses(std::get<NameData>(server.data).target, out);
}

// One name of the chain of aliases; true if it goes on at out.next.
bool Zone::step(const Question& question, ZoneLookup& out) const {
  const Name name = out.next;
  if (const std::vector<Record>* cut = find_cut(name)) {
    refer(*cut, out);
    return false;
  }
  const Node* node = find_node(name);
  if (node == nullptr && !exists(name)) {
    node = find_wildcard(name);
    if (node == nullptr) {
      negative(out, ZoneOutcome::kNxDomain);
      return false;
    }
    out.wildcard = true;
  }
  const std::size_t before = out.answers.size();
  if (node != nullptr) {
    const auto alias = node->find(RecordType::kCname);
    const bool any = question.type == RecordType::kAny;
    if (alias != node->end() && question.type != RecordType::kCname && !any) {
      append(out.answers, alias->second, name);
      out.next = std::get<NameData>(alias->second.front().data).target;
      return true;
    }
    for (const auto& [type, set] : *node) {
      if (any || type == question.type) append(out.answers, set, name);
    }
  }
  if (out.answers.size() == before) {
    negative(out, ZoneOutcome::kNoData);
    return false;
  }
  out.outcome = ZoneOutcome::kAnswer;
  for (std::size_t i = before; i < out.answers.size(); ++i) {
    if (const Name* target = target_of(out.answers[i])) add_addresses(*target, out);
  }
  return false;
}

ZoneLookup Zone::lookup(const Question& question) const {
  ZoneLookup out;
  out.next = question.name;
  if (!question.name.is_within(origin_)) return out;
  while (step(question, out)) {
    if (!out.next.is_within(origin_)) {
      out.outcome = ZoneOutcome::kAlias;
      return out;
    }
    if (out.answers.size() > kMaxAliases) {
      out.outcome = ZoneOutcome::kLoop;
      return out;
    }
  }
  return out;
}

}  // namespace glasspost::dns
