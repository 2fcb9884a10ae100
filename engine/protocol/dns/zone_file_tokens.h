#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/dns/zone_file.h"

namespace glasspost::dns {

/// A word of a zone file, escapes still in it. Quotes are not part of `text`.
struct ZoneFileToken {
  std::string_view text;
  bool quoted = false;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// One entry: a line, or several held together by parentheses. Without tokens it does not exist.
struct ZoneFileEntry {
  bool starts_blank = false;  ///< the owner is left out
  std::vector<ZoneFileToken> tokens;
};

/// Cuts a zone file into entries. The views point into `text`. // RFC 1035 5.1
[[nodiscard]] tl::expected<std::vector<ZoneFileEntry>, ZoneFileError> tokenize_zone_file(
    std::string_view text);

}  // namespace glasspost::dns
