#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_dns() {
  static constexpr CatalogueEntry kWords[] = {
      {"dns.no-such-name", "{name} does not exist in DNS.", "{name:은/는} DNS에 없습니다."},
  };
  return kWords;
}

}  // namespace glasspost
