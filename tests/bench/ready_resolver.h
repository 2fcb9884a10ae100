#pragma once

#include <map>
#include <utility>

#include "engine/protocol/dns/static_resolver.h"

namespace glasspost::bench {

/// Ready answers by question, as a resolver's cache has them.
class ReadyResolver final : public dns::Resolver {
 public:
  explicit ReadyResolver(const dns::ZoneSet& zones) : zones_(zones) {}
  Task<dns::Answer> resolve(dns::Question question) override {
    const auto known = answers_.find({question.name, question.type});
    if (known != answers_.end()) co_return known->second;
    dns::Answer answer = dns::resolve_in(zones_, question);
    answers_[{question.name, question.type}] = answer;
    co_return answer;
  }

 private:
  dns::ZoneSet zones_;
  std::map<std::pair<dns::Name, dns::RecordType>, dns::Answer> answers_;
};

}  // namespace glasspost::bench
