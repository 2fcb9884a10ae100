#include "engine/auth/dkim_steps.h"

#include <algorithm>
#include <utility>

#include "engine/auth/spf_steps.h"
#include "engine/crypto/base64.h"

namespace glasspost::auth {
namespace {

std::string cut(std::string_view text) {
  if (text.size() <= kMaxShownText) return std::string(text);
  return std::string(text.substr(0, kMaxShownText)) + "...";
}

ByteRange range_in_key(const dns::Name& name, const TextPlace& place) {
  return {RangeSource::kDnsRecord, name.to_string() + " TXT", place.offset, place.length};
}

std::string match_word(bool match) {
  return match ? "match" : "no match";
}

}  // namespace

ByteRange range_in_field(const message::HeaderField& field, const TextPlace& place) {
  return {RangeSource::kMessage, "", field.offset + field.value_offset + place.offset, place.length};
}

ByteRange range_of_field(const message::HeaderField& field) {
  return {RangeSource::kMessage, "", field.offset, field.raw.size()};
}

Explanation explain_problem(const message::HeaderField& field, const DkimProblem& problem) {
  Explanation step;
  step.rule = problem.rule;
  step.words = MessageKey{"dkim.signature-refused", {Argument::of_text("problem", problem.text)}};
  step.outcome = std::string(to_string(problem.result));
  step.ranges.push_back(problem.place.length > 0 ? range_in_field(field, problem.place)
                                                 : range_of_field(field));
  return step;
}

Explanation explain_key_answer(const dns::Name& name, const dns::Answer& answer) {
  Explanation step;
  step.rule = "RFC 6376 3.6.2";
  const Argument domain = Argument::of_domain("name", name.to_string());
  switch (answer.status) {
    case dns::AnswerStatus::kFound:
      step.words = MessageKey{"dkim.key", {domain}};
      step.outcome = "found";
      break;
    case dns::AnswerStatus::kNoData:
    case dns::AnswerStatus::kNxDomain:
      step.words = MessageKey{"dkim.no-key", {domain}};
      step.outcome = "permerror";
      break;
    case dns::AnswerStatus::kServFail:
    case dns::AnswerStatus::kTimedOut:
      step.words = MessageKey{"dkim.key-unreachable", {domain}};
      step.outcome = "temperror";
      break;
  }
  LookUp look_up = to_look_up(answer);
  look_up.answer = cut(look_up.answer);
  step.look_ups.push_back(std::move(look_up));
  return step;
}

Explanation explain_key_record(const dns::Name& name, const std::string& text,
                               const Result<DkimKeyRecord>& record, std::string_view problem) {
  Explanation step;
  step.rule = "RFC 6376 3.6.1";
  step.outcome = cut(text);
  if (!problem.empty()) {
    step.words = MessageKey{"dkim.key-refused", {Argument::of_text("problem", problem)}};
  } else {
    step.words =
        MessageKey{"dkim.key-usable",
                   {Argument::of_text("kind", record->kind), Argument::of_number("bits", record->bits)}};
  }
  if (record) {
    step.ranges.push_back(range_in_key(name, record->key_place));
    for (const TextPlace& place :
         {record->kind_place, record->hashes_place, record->services_place, record->flags_place}) {
      if (place.length > 0) step.ranges.push_back(range_in_key(name, place));
    }
  } else {
    const std::size_t at = std::min(record.error().offset.value_or(0), text.size());
    step.ranges.push_back(range_in_key(name, {at, std::min(text.find(';', at), text.size()) - at}));
  }
  return step;
}

Explanation explain_body(const DkimBodyStep& body) {
  Explanation step;
  step.rule = body.signature.body == Canonicalization::kSimple ? "RFC 6376 3.4.3" : "RFC 6376 3.4.4";
  step.words = MessageKey{body.match ? "dkim.body-match" : "dkim.body-no-match", {}};
  step.outcome = match_word(body.match);
  step.inputs = {Argument::of_text("canonicalization", to_string(body.signature.body)),
                 Argument::of_number("canonical bytes", static_cast<std::int64_t>(body.canonical_size)),
                 Argument::of_text("signed hash", crypto::base64_encode(body.signature.body_hash)),
                 Argument::of_text("hash of this body", crypto::base64_encode(body.computed))};
  step.ranges = {
      {RangeSource::kMessage, "", body.header.body_offset, body.message_size - body.header.body_offset},
      range_in_field(body.field, body.signature.bh_place)};
  const std::optional<std::uint64_t> limit = body.signature.body_length;
  if (!limit) return step;
  step.ranges.push_back(range_in_field(body.field, body.signature.l_place));
  if (*limit >= body.canonical_size) return step;
  Explanation unsigned_part;
  unsigned_part.rule = "RFC 6376 8.2";
  unsigned_part.words =
      MessageKey{"dkim.body-unsigned",
                 {Argument::of_number("bytes", static_cast<std::int64_t>(body.canonical_size - *limit))}};
  unsigned_part.outcome = "unsigned";
  step.children.push_back(std::move(unsigned_part));
  return step;
}

Explanation explain_header(const DkimHeaderStep& header) {
  Explanation step;
  step.rule = "RFC 6376 3.7";
  step.words = MessageKey{header.match ? "dkim.header-match" : "dkim.header-no-match",
                          {Argument::of_number("fields", static_cast<std::int64_t>(header.picked.size()))}};
  step.outcome = match_word(header.match);
  step.inputs = {
      Argument::of_text("canonicalization", to_string(header.signature.header)),
      Argument::of_text("algorithm", to_string(header.signature.algorithm)),
      Argument::of_number("names in h=", static_cast<std::int64_t>(header.signature.fields.size()))};
  step.ranges.push_back(range_in_field(header.field, header.signature.h_place));
  for (const std::size_t at : header.picked) {
    if (step.ranges.size() == kMaxShownRanges) break;
    step.ranges.push_back(range_of_field(header.header.fields[at]));
  }
  step.ranges.push_back(range_of_field(header.field));
  return step;
}

void explain_signature(const message::HeaderField& field, const DkimSignatureVerdict& verdict,
                       Explanation& why) {
  why.rule = "RFC 6376 6.1";
  const std::string result(to_string(verdict.result));
  if (verdict.domain.empty()) {
    why.words = MessageKey{"dkim.signature-unreadable", {Argument::of_text("result", result)}};
  } else {
    why.words =
        MessageKey{"dkim.signature",
                   {Argument::of_domain("domain", verdict.domain),
                    Argument::of_text("selector", verdict.selector), Argument::of_text("result", result)}};
  }
  why.outcome = result;
  why.inputs = {Argument::of_domain("d", verdict.domain), Argument::of_text("s", verdict.selector),
                Argument::of_text("a", verdict.algorithm), Argument::of_text("i", verdict.identity)};
  if (!verdict.problem.empty()) why.inputs.push_back(Argument::of_text("problem", verdict.problem));
  why.ranges.push_back(range_of_field(field));
}

void explain_verdict(const DkimVerdict& verdict, Explanation& why) {
  why.rule = "RFC 6376 6.1";
  why.outcome = std::string(to_string(verdict.result()));
  const auto passed = std::count_if(verdict.signatures.begin(), verdict.signatures.end(),
                                    [](const auto& s) { return s.result == DkimResult::kPass; });
  if (verdict.signatures.empty()) {
    why.words = MessageKey{"dkim.none", {}};
  } else {
    why.words =
        MessageKey{"dkim.result",
                   {Argument::of_number("passed", passed),
                    Argument::of_number("count", static_cast<std::int64_t>(verdict.signatures.size()))}};
  }
  if (verdict.not_evaluated == 0) return;
  Explanation limit;
  limit.rule = "RFC 6376 6.1";
  limit.words = MessageKey{"dkim.not-evaluated",
                           {Argument::of_number("count", static_cast<std::int64_t>(verdict.not_evaluated))}};
  limit.outcome = "not evaluated";
  why.children.push_back(std::move(limit));
}

}  // namespace glasspost::auth
