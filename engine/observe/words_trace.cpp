#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_trace() {
  static constexpr CatalogueEntry kWords[] = {
      {"event.run-started", "The run starts.", "실행을 시작합니다."},
  };
  return kWords;
}

}  // namespace glasspost
