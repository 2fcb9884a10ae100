#include "engine/protocol/dns/message.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace glasspost::dns {

std::string to_string(ResponseCode code) {
  switch (code) {
    case ResponseCode::kNoError:
      return "NOERROR";
    case ResponseCode::kFormErr:
      return "FORMERR";
    case ResponseCode::kServFail:
      return "SERVFAIL";
    case ResponseCode::kNxDomain:
      return "NXDOMAIN";
    case ResponseCode::kNotImp:
      return "NOTIMP";
    case ResponseCode::kRefused:
      return "REFUSED";
    case ResponseCode::kBadVers:
      return "BADVERS";
  }
  return fmt::format("RCODE{}", static_cast<unsigned>(code));
}

Message make_query(std::uint16_t id, Question question, bool recursion_desired) {
  Message query;
  query.id = id;
  query.recursion_desired = recursion_desired;
  query.questions.push_back(std::move(question));
  query.edns.emplace();
  return query;
}

Message make_response(const Message& query, ResponseCode code) {
  Message response;
  response.id = query.id;
  response.response = true;
  response.opcode = query.opcode;
  response.recursion_desired = query.recursion_desired;
  response.checking_disabled = query.checking_disabled;
  response.code = code;
  // Several questions have no one answer, and repeating them would make a stranger's bytes into more.
  if (query.questions.size() == 1) response.questions = query.questions;
  response.question_class = query.question_class;
  if (query.edns) response.edns.emplace();  // RFC 6891 6.1.1
  return response;
}

std::size_t udp_limit(const Message& query) {
  if (!query.edns) return kPlainUdpSize;
  return std::clamp<std::size_t>(query.edns->udp_size, kPlainUdpSize, kEdnsUdpSize);
}

bool answers_query(const Message& query, const Message& response) {
  return response.response && response.id == query.id && response.opcode == query.opcode &&
         response.questions == query.questions && response.question_class == query.question_class;
}

}  // namespace glasspost::dns
