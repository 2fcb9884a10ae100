#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_dns() {
  static constexpr CatalogueEntry kWords[] = {
      {"dns.no-such-name", "{name} does not exist in DNS.", "{name:은/는} DNS에 없습니다."},
      {"dns.found", "{name} has {type}: {answer}.", "{name}의 {type:은/는} {answer}입니다."},
      {"dns.no-data", "{name} exists in DNS, but has no {type}.",
       "{name:은/는} DNS에 있지만 {type:이/가} 없습니다."},
      {"dns.server-failed", "The name servers could not answer for {name}.",
       "name server가 {name:을/를} 답하지 못했습니다."},
      {"dns.timed-out", "No name server answered for {name} in time.",
       "{name:을/를} 제때 답한 name server가 없습니다."},
      {"dns.asked", "What is the {type} of {name}?", "{name}의 {type:은/는} 무엇입니까?"},
      {"dns.cached", "Remembered until {expires}: {name} {type} {answer}.",
       "{expires}까지 기억합니다: {name} {type} {answer}."},
      {"dns.dropped", "Forgotten to make room: {name} {type}.", "자리를 비우려고 잊었습니다: {name} {type}."},
  };
  return kWords;
}

}  // namespace glasspost
