#include "engine/agent/resolver_host.h"

#include <algorithm>
#include <limits>
#include <set>

#include "engine/base/text.h"
#include "engine/session/dns_exchange.h"

namespace glasspost::agent {

using dns::AnswerStatus;
using dns::Name;
using dns::Question;
using dns::Record;
using dns::RecordType;
using dns::ReplyKind;
using dns::ResponseCode;
using dns::Trust;

namespace {

std::string data_of(const std::vector<Record>& records) {
  std::vector<std::string> pieces;
  for (const Record& record : records)
    pieces.push_back(dns::to_string(record.data));
  return join(pieces, "; ");
}

const Name& target_of(const Record& record) {
  return std::get<dns::NameData>(record.data).target;
}

// Why a query is not even tried; nothing if it is. RFC 8482 4: ANY need not be answered by a resolver.
std::optional<ResponseCode> refusal_of(const dns::Message& query) {
  if (query.opcode != dns::Opcode::kQuery) return ResponseCode::kNotImp;
  if (query.edns && query.edns->version > 0) return ResponseCode::kBadVers;
  if (query.questions.size() != 1) return ResponseCode::kFormErr;
  const auto type = static_cast<unsigned>(query.questions.front().type);
  const bool meta =
      type == 0 || query.questions.front().type == RecordType::kOpt || (type >= 128 && type <= 255);
  if (query.question_class != dns::kClassIn || !query.recursion_desired || meta)
    return ResponseCode::kRefused;
  return std::nullopt;
}

}  // namespace

struct ResolverHost::Run {
  Instant deadline;
  std::uint32_t queries_left = 0;
};

struct ResolverHost::Found {
  AnswerStatus status = AnswerStatus::kServFail;
  std::vector<Record> records;  // their TTLs are what is left
  std::vector<Record> aliases;
  std::optional<Record> soa;
  bool from_cache = false;
};

struct ResolverHost::Zone {
  struct ZoneServer {
    Name name;
    std::vector<IpAddress> addresses;
  };
  Name name;
  std::vector<ZoneServer> servers;
  std::set<IpAddress> useless;  // lame, refusing or broken: not asked again about this question
};

struct ResolverHost::Waiter {
  Completion<Found> found;
};

ResolverHost::ResolverHost(HostServices host, Observer& observer, ResolverHostConfig config)
    : host_(host),
      observer_(observer),
      config_(std::move(config)),
      ids_(host.random.stream("dns resolver")),
      addresses_(host.network.addresses()),
      cache_(config_.cache),
      server_(host, *this, config_.server) {}

ResolverHost::~ResolverHost() = default;

Ok ResolverHost::start() {
  return server_.start(addresses_);
}

void ResolverHost::stop() {
  stopping_ = true;
  server_.stop();
}

Task<std::optional<dns::Message>> ResolverHost::respond(dns::Message query, Endpoint) {
  const std::optional<ResponseCode> refusal = refusal_of(query);
  if (refusal) {
    dns::Message refused = dns::make_response(query, *refusal);
    refused.recursion_available = true;
    co_return refused;
  }
  Found found = co_await answer(query.questions.front());
  ResponseCode code = ResponseCode::kServFail;
  if (found.status == AnswerStatus::kNxDomain) code = ResponseCode::kNxDomain;
  if (found.status == AnswerStatus::kFound || found.status == AnswerStatus::kNoData)
    code = ResponseCode::kNoError;
  dns::Message response = dns::make_response(query, code);
  response.recursion_available = true;
  if (code == ResponseCode::kServFail) co_return response;
  response.answers = std::move(found.aliases);
  response.answers.insert(response.answers.end(), found.records.begin(), found.records.end());
  if (found.soa) response.authority.push_back(std::move(*found.soa));
  co_return response;
}

Task<dns::Answer> ResolverHost::resolve(Question question) {
  const Instant start = host_.clock.now();
  Found found = co_await answer(question);
  dns::Answer out;
  out.question = std::move(question);
  out.status = found.status;
  out.from_cache = found.from_cache;
  out.took = host_.clock.now() - start;
  out.ttl = std::numeric_limits<std::uint32_t>::max();
  for (const std::vector<Record>* records : {&found.aliases, &found.records}) {
    for (const Record& record : *records)
      out.ttl = std::min(out.ttl, record.ttl);
  }
  if (found.status != AnswerStatus::kFound) out.ttl = found.soa ? std::min(out.ttl, found.soa->ttl) : 0;
  out.records = std::move(found.records);
  out.aliases = std::move(found.aliases);
  co_return out;
}

Task<ResolverHost::Found> ResolverHost::answer(Question question) {
  const std::pair<Name, RecordType> key(question.name, question.type);
  if (!running_.contains(key) && running_.size() >= config_.max_running) co_return Found();
  std::vector<Waiter*>& waiters = running_[key];
  Waiter waiter{Completion<Found>(host_.scheduler)};
  waiters.push_back(&waiter);
  if (waiters.size() == 1) tasks_.spawn(run(std::move(question)));
  Found found = co_await waiter.found;
  co_return found;
}

Task<void> ResolverHost::run(Question question) {
  Run budget;
  budget.deadline = host_.clock.now() + config_.total_timeout;
  budget.queries_left = config_.max_queries;
  const Found found = co_await follow_aliases(budget, question);
  const auto running = running_.find({question.name, question.type});
  const std::vector<Waiter*> waiters = std::move(running->second);
  running_.erase(running);
  for (Waiter* waiter : waiters)
    waiter->found.complete(found);
}

Task<ResolverHost::Found> ResolverHost::follow_aliases(Run& run, Question question) {
  Found out;
  out.from_cache = true;
  std::set<Name> seen;
  Name name = question.name;
  while (out.aliases.size() <= config_.max_aliases) {
    if (!seen.insert(name).second) break;  // RFC 1034 3.6.2: a loop is an error
    Question next(question);
    next.name = name;
    Found piece = co_await find(run, std::move(next), 0);
    out.from_cache = out.from_cache && piece.from_cache;
    for (Record& alias : piece.aliases) {
      seen.insert(alias.owner);
      name = target_of(alias);
      out.aliases.push_back(std::move(alias));
    }
    const bool ends_in_alias = piece.status == AnswerStatus::kFound && piece.records.empty();
    if (ends_in_alias) continue;
    out.status = piece.status;
    out.records = std::move(piece.records);
    out.soa = std::move(piece.soa);
    co_return out;
  }
  co_return Found();
}

// One name: its records, or the aliases that lead away from it, or a negative answer. RFC 1034 5.3.3
Task<ResolverHost::Found> ResolverHost::find(Run& run, Question question, std::uint32_t depth) {
  if (std::optional<Found> cached = from_cache(question)) co_return std::move(*cached);
  Zone zone = closest_zone(question.name);
  for (std::uint32_t referral = 0; referral <= config_.max_referrals; ++referral) {
    std::optional<dns::Reply> reply = co_await ask_zone(run, zone, question);
    if (!reply) {
      co_await find_addresses(run, zone, depth);
      reply = co_await ask_zone(run, zone, question);
    }
    if (!reply) break;
    if (reply->kind != ReplyKind::kReferral) co_return keep(question, *reply);
    keep_referral(*reply);
    zone = zone_of(*reply);
  }
  co_return keep_failure(question);
}

// Asks the zone's servers in turn until one gives an answer that makes sense.
Task<std::optional<dns::Reply>> ResolverHost::ask_zone(Run& run, Zone& zone, Question question) {
  std::vector<IpAddress> targets;
  for (const Zone::ZoneServer& server : zone.servers)
    targets.insert(targets.end(), server.addresses.begin(), server.addresses.end());
  for (int round = 0; round < config_.rounds; ++round) {
    for (const IpAddress& address : targets) {
      const Instant now = host_.clock.now();
      if (stopping_ || run.queries_left == 0 || now >= run.deadline) co_return std::nullopt;
      if (zone.useless.contains(address) || !has_family(address)) continue;
      --run.queries_left;
      const Instant deadline = std::min(now + config_.server_timeout, run.deadline);
      const Endpoint server{address, dns::kPort};
      Result<dns::Message> response =
          co_await dns::ask_server(host_, ids_, server, question, false, deadline);
      if (response) {
        dns::Reply reply = dns::read_reply(question, *response, zone.name);
        if (reply.kind != ReplyKind::kLame && reply.kind != ReplyKind::kFailure) co_return reply;
      } else if (response.error().code == ErrorCode::kTimedOut) {
        continue;
      } else if (response.error().code == ErrorCode::kAborted) {
        stopping_ = true;  // the host goes down: nothing more is said or kept
      }
      zone.useless.insert(address);
    }
  }
  co_return std::nullopt;
}

// Looks up the servers that came without glue. Those that stand inside the zone itself cannot be found so.
Task<void> ResolverHost::find_addresses(Run& run, Zone& zone, std::uint32_t depth) {
  if (depth >= config_.max_depth) co_return;
  for (std::size_t i = 0; i < zone.servers.size(); ++i) {
    Zone::ZoneServer& server = zone.servers[i];
    if (!server.addresses.empty() || server.name.is_within(zone.name)) continue;
    for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
      Question question;
      question.name = server.name;
      question.type = type;
      const Found found = co_await find(run, std::move(question), depth + 1);
      for (const Record& record : found.records)
        server.addresses.push_back(std::get<dns::AddressData>(record.data).address);
      if (!server.addresses.empty()) break;
    }
  }
}

std::optional<ResolverHost::Found> ResolverHost::from_cache(const Question& question) const {
  const Instant now = host_.clock.now();
  Found found;
  found.from_cache = true;
  const dns::CachedSet* set = cache_.find(question, Trust::kAnswer, now);
  const bool is_alias = set == nullptr && question.type != RecordType::kCname;
  if (is_alias) set = cache_.find({question.name, RecordType::kCname}, Trust::kAnswer, now);
  if (set == nullptr || (is_alias && set->status != AnswerStatus::kFound)) return std::nullopt;
  found.status = set->status;
  found.soa = set->soa;
  (is_alias ? found.aliases : found.records) = set->records;
  const std::uint32_t left = dns::seconds_left(set->expires, now);
  for (Record& record : found.records)
    record.ttl = left;
  for (Record& record : found.aliases)
    record.ttl = left;
  if (found.soa) found.soa->ttl = left;
  return found;
}

bool ResolverHost::has_family(const IpAddress& address) const {
  return std::any_of(addresses_.begin(), addresses_.end(),
                     [&](const IpAddress& own) { return own.is_v4() == address.is_v4(); });
}

void ResolverHost::add_cached_addresses(Zone& zone) const {
  for (Zone::ZoneServer& server : zone.servers) {
    for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
      const dns::CachedSet* set = cache_.find({server.name, type}, Trust::kReferral, host_.clock.now());
      if (set == nullptr) continue;
      for (const Record& record : set->records)
        server.addresses.push_back(std::get<dns::AddressData>(record.data).address);
    }
  }
}

// The deepest zone above a name whose servers are known and can be reached; the root at last.
ResolverHost::Zone ResolverHost::closest_zone(const Name& name) const {
  for (std::size_t count = name.labels().size(); count > 0; --count) {
    Zone zone;
    zone.name = name.suffix(count);
    const dns::CachedSet* set =
        cache_.find({zone.name, RecordType::kNs}, Trust::kReferral, host_.clock.now());
    if (set == nullptr || set->status != AnswerStatus::kFound) continue;
    for (const Record& record : set->records)
      zone.servers.push_back({target_of(record), {}});
    add_cached_addresses(zone);
    const bool reachable =
        std::any_of(zone.servers.begin(), zone.servers.end(), [&](const Zone::ZoneServer& server) {
          return !server.addresses.empty() || !server.name.is_within(zone.name);
        });
    if (reachable) return zone;
  }
  Zone root;
  for (const RootHint& hint : config_.root_hints)
    root.servers.push_back({hint.name, hint.addresses});
  return root;
}

ResolverHost::Zone ResolverHost::zone_of(const dns::Reply& referral) const {
  Zone zone;
  zone.name = referral.zone;
  for (const Record& record : referral.records) {
    Zone::ZoneServer server{target_of(record), {}};
    for (const Record& glue : referral.glue) {
      if (glue.owner == server.name)
        server.addresses.push_back(std::get<dns::AddressData>(glue.data).address);
    }
    zone.servers.push_back(std::move(server));
  }
  return zone;
}

ResolverHost::Found ResolverHost::keep(const Question& question, dns::Reply& reply) {
  const Instant now = host_.clock.now();
  Found found;
  found.aliases = reply.aliases;
  for (const Record& alias : reply.aliases)
    keep_set({alias}, Trust::kAnswer);
  if (reply.kind == ReplyKind::kNoData || reply.kind == ReplyKind::kNxDomain) {
    found.status = reply.kind == ReplyKind::kNoData ? AnswerStatus::kNoData : AnswerStatus::kNxDomain;
    if (reply.soa) {
      auto& ttl = reply.soa->ttl;
      ttl = std::min({ttl, std::get<dns::SoaData>(reply.soa->data).minimum, config_.cache.max_negative_ttl});
    }
    found.soa = reply.soa;
    notice(question, dns::to_string(found.status),
           cache_.put_negative(question, found.status, reply.soa, now));
    return found;
  }
  found.status = AnswerStatus::kFound;
  found.records = reply.records;
  if (!reply.records.empty()) keep_set(std::move(reply.records), Trust::kAnswer);
  return found;
}

ResolverHost::Found ResolverHost::keep_failure(const Question& question) {
  if (!stopping_) {
    notice(question, dns::to_string(AnswerStatus::kServFail),
           cache_.put_failure(question, host_.clock.now()));
  }
  return {};
}

void ResolverHost::keep_referral(const dns::Reply& reply) {
  keep_set(reply.records, Trust::kReferral);
  std::map<std::pair<Name, RecordType>, std::vector<Record>> sets;
  for (const Record& record : reply.glue)
    sets[{record.owner, record.type}].push_back(record);
  for (auto& [key, records] : sets)
    keep_set(std::move(records), Trust::kReferral);
}

void ResolverHost::keep_set(std::vector<Record> records, Trust trust) {
  const Question question{records.front().owner, records.front().type};
  const std::string data = data_of(records);
  notice(question, data, cache_.put(question, std::move(records), trust, host_.clock.now()));
}

void ResolverHost::notice(const Question& question, std::string_view answer,
                          const std::optional<dns::Cache::Stored>& stored) {
  if (!stored) return;
  if (stored->dropped) {
    observer_.dns_cached(
        {stored->dropped->name.to_string(), dns::to_string(stored->dropped->type), "", host_.clock.now()});
  }
  observer_.dns_cached(
      {question.name.to_string(), dns::to_string(question.type), std::string(answer), stored->expires});
}

}  // namespace glasspost::agent
