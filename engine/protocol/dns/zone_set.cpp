#include <iterator>
#include <utility>

#include "engine/protocol/dns/zone.h"

namespace glasspost::dns {
namespace {

constexpr std::size_t kMaxAliases = 16;
// RFC 5936 2.2, RFC 1995 3
constexpr auto kIxfr = static_cast<RecordType>(251);
constexpr auto kAxfr = static_cast<RecordType>(252);

void append(std::vector<Record>& to, std::vector<Record> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

void ZoneSet::set(Zone zone) {
  Name origin = zone.origin();
  zones_.insert_or_assign(std::move(origin), std::move(zone));
}

bool ZoneSet::remove(const Name& origin) {
  return zones_.erase(origin) > 0;
}

Zone* ZoneSet::find(const Name& origin) {
  const auto zone = zones_.find(origin);
  return zone == zones_.end() ? nullptr : &zone->second;
}

const Zone* ZoneSet::enclosing(const Name& name) const {
  for (std::size_t count = name.labels().size() + 1; count-- > 0;) {
    const auto zone = zones_.find(name.suffix(count));
    if (zone != zones_.end()) return &zone->second;
  }
  return nullptr;
}

ZoneLookup ZoneSet::lookup(const Question& question) const {
  ZoneLookup out;
  out.next = question.name;
  for (;;) {
    const Zone* zone = enclosing(out.next);
    if (zone == nullptr) {
      out.outcome = out.answers.empty() ? ZoneOutcome::kOutside : ZoneOutcome::kAlias;
      return out;
    }
    ZoneLookup piece = zone->lookup({out.next, question.type});
    append(out.answers, std::move(piece.answers));
    append(out.authority, std::move(piece.authority));
    append(out.additional, std::move(piece.additional));
    out.wildcard = out.wildcard || piece.wildcard;
    out.outcome = piece.outcome;
    out.next = std::move(piece.next);
    if (out.outcome != ZoneOutcome::kAlias) return out;
    if (out.answers.size() > kMaxAliases) {
      out.outcome = ZoneOutcome::kLoop;
      return out;
    }
  }
}

Message answer_from_zones(const ZoneSet& zones, const Message& query) {
  if (query.opcode != Opcode::kQuery) return make_response(query, ResponseCode::kNotImp);
  if (query.edns && query.edns->version > 0) return make_response(query, ResponseCode::kBadVers);
  if (query.questions.size() != 1) return make_response(query, ResponseCode::kFormErr);
  const Question& question = query.questions.front();
  const bool transfer = question.type == kAxfr || question.type == kIxfr;
  if (query.question_class != kClassIn || transfer) return make_response(query, ResponseCode::kRefused);
  ZoneLookup found = zones.lookup(question);
  if (found.outcome == ZoneOutcome::kOutside) return make_response(query, ResponseCode::kRefused);
  if (found.outcome == ZoneOutcome::kLoop) return make_response(query, ResponseCode::kServFail);
  // RFC 6604 3: the code tells about the last name of the chain.
  Message response = make_response(
      query, found.outcome == ZoneOutcome::kNxDomain ? ResponseCode::kNxDomain : ResponseCode::kNoError);
  // RFC 1035 4.1.1: AA tells about the owner of the first answer.
  response.authoritative = found.outcome != ZoneOutcome::kReferral || !found.answers.empty();
  response.answers = std::move(found.answers);
  response.authority = std::move(found.authority);
  response.additional = std::move(found.additional);
  return response;
}

}  // namespace glasspost::dns
