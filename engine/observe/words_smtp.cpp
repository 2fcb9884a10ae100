#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_smtp() {
  static constexpr CatalogueEntry kWords[] = {
      {"smtp.ehlo", "I introduce myself and ask what you support.", "자신을 밝히고 지원 기능을 묻습니다."},
  };
  return kWords;
}

}  // namespace glasspost
