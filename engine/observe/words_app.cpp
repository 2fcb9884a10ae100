#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_app() {
  static constexpr CatalogueEntry kWords[] = {
      {"cli.passed", "All expectations held.", "모든 기대가 맞았습니다."},
  };
  return kWords;
}

}  // namespace glasspost
