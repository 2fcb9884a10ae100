#include "engine/protocol/dns/reply.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace glasspost::dns {
namespace {

constexpr std::size_t kMaxAliases = 16;

struct Chain {
  std::vector<Record> records;
  std::vector<Record> aliases;
  Name end;  // the name that `records` belong to, or the last alias's target
};

const Record* find_alias(const Message& response, const Name& owner) {
  for (const Record& record : response.answers) {
    if (record.type == RecordType::kCname && record.owner == owner) return &record;
  }
  return nullptr;
}

// Follows the answer section from the asked name as far as it leads and stays within `bailiwick`.
Chain follow(const Question& question, const Message& response, const Name& bailiwick) {
  Chain chain;
  chain.end = question.name;
  while (chain.end.is_within(bailiwick) && chain.aliases.size() <= kMaxAliases) {
    for (const Record& record : response.answers) {
      if (record.type == question.type && record.owner == chain.end) chain.records.push_back(record);
    }
    const Record* alias = find_alias(response, chain.end);
    if (!chain.records.empty() || alias == nullptr) break;
    chain.aliases.push_back(*alias);
    chain.end = std::get<NameData>(alias->data).target;
  }
  return chain;
}

bool is_address(const Record& record) {
  return record.type == RecordType::kA || record.type == RecordType::kAaaa;
}

// The NS records of the authority section that lead down from `zone` towards `name`.
void read_referral(const Message& response, const Name& name, const Name& zone, Reply& reply) {
  for (const Record& record : response.authority) {
    if (record.type != RecordType::kNs || !name.is_within(record.owner)) continue;
    if (!record.owner.is_within(zone) || record.owner == zone) continue;  // up or sideways: lame
    if (!reply.records.empty() && record.owner != reply.zone) continue;
    reply.zone = record.owner;
    reply.records.push_back(record);
  }
  if (reply.records.empty()) return;
  reply.kind = ReplyKind::kReferral;
  for (const Record& record : response.additional) {
    const bool wanted = is_address(record) && record.owner.is_within(zone) &&
                        std::any_of(reply.records.begin(), reply.records.end(), [&](const Record& server) {
                          return std::get<NameData>(server.data).target == record.owner;
                        });
    if (wanted) reply.glue.push_back(record);
  }
}

}  // namespace

std::optional<Record> negative_soa(const Message& response, const Name& name) {
  for (const Record& record : response.authority) {
    if (record.type == RecordType::kSoa && name.is_within(record.owner)) return record;
  }
  return std::nullopt;
}

Answer read_answer(const Question& question, const Message& response) {
  Answer answer;
  answer.question = question;
  if (response.code != ResponseCode::kNoError && response.code != ResponseCode::kNxDomain) return answer;
  Chain chain = follow(question, response, Name());
  answer.ttl = std::numeric_limits<std::uint32_t>::max();
  for (const std::vector<Record>* records : {&chain.aliases, &chain.records}) {
    for (const Record& record : *records)
      answer.ttl = std::min(answer.ttl, record.ttl);
  }
  answer.aliases = std::move(chain.aliases);
  answer.records = std::move(chain.records);
  if (!answer.records.empty()) {
    answer.status = AnswerStatus::kFound;
    return answer;
  }
  answer.status = response.code == ResponseCode::kNxDomain ? AnswerStatus::kNxDomain : AnswerStatus::kNoData;
  const std::optional<Record> soa = negative_soa(response, chain.end);
  // RFC 2308 5: without an SOA a negative answer is not kept.
  answer.ttl = soa ? std::min({answer.ttl, soa->ttl, std::get<SoaData>(soa->data).minimum}) : 0;
  return answer;
}

Reply read_reply(const Question& question, const Message& response, const Name& zone) {
  Reply reply;
  if (response.code != ResponseCode::kNoError && response.code != ResponseCode::kNxDomain) {
    reply.kind = ReplyKind::kFailure;
    return reply;
  }
  Chain chain = follow(question, response, zone);
  reply.aliases = std::move(chain.aliases);
  if (!chain.records.empty() || !reply.aliases.empty()) {
    // Somebody's cached data is not an authority's word.
    if (!response.authoritative) return reply;
    reply.kind = chain.records.empty() ? ReplyKind::kAlias : ReplyKind::kAnswer;
    reply.records = std::move(chain.records);
    return reply;
  }
  if (response.code == ResponseCode::kNoError && !response.authoritative) {
    read_referral(response, question.name, zone, reply);
    return reply;
  }
  if (!response.authoritative) return reply;
  reply.kind = response.code == ResponseCode::kNxDomain ? ReplyKind::kNxDomain : ReplyKind::kNoData;
  reply.soa = negative_soa(response, question.name);
  if (reply.soa && !reply.soa->owner.is_within(zone)) reply.soa.reset();
  return reply;
}

}  // namespace glasspost::dns
