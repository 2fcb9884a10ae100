#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_auth() {
  static constexpr CatalogueEntry kWords[] = {
      {"spf.result", "SPF result for {domain} from {address}: {result}.",
       "{address}에서 온 {domain}의 SPF 결과: {result}."},
  };
  return kWords;
}

}  // namespace glasspost
