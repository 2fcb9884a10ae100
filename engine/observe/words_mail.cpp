#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_mail() {
  static constexpr CatalogueEntry kWords[] = {
      {"route.mx", "{domain} receives its mail at {host} (MX {preference}).",
       "{domain}의 mail은 {host:이/가} 받습니다 (MX {preference})."},
  };
  return kWords;
}

}  // namespace glasspost
