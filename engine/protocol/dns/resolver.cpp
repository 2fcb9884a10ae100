#include "engine/protocol/dns/resolver.h"

#include "engine/base/text.h"

namespace glasspost::dns {

std::string_view to_string(AnswerStatus status) {
  switch (status) {
    case AnswerStatus::kFound:
      return "found";
    case AnswerStatus::kNoData:
      return "NODATA";
    case AnswerStatus::kNxDomain:
      return "NXDOMAIN";
    case AnswerStatus::kServFail:
      return "SERVFAIL";
    case AnswerStatus::kTimedOut:
      return "TIMEOUT";
  }
  GLASSPOST_UNREACHABLE();
}

std::string Answer::summary() const {
  if (status != AnswerStatus::kFound) return std::string(to_string(status));
  std::vector<std::string> pieces;
  for (const Record& record : records)
    pieces.push_back(dns::to_string(record.data));
  return join(pieces, "; ");
}

}  // namespace glasspost::dns
