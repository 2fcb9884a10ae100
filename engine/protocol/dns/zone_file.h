#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/protocol/dns/zone.h"

namespace glasspost::dns {

/// Where and why a zone file cannot be read; line and column count from 1, columns in bytes.
struct ZoneFileError {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::string message;

  friend bool operator==(const ZoneFileError&, const ZoneFileError&) = default;
};

/// Most bytes of a zone file.
inline constexpr std::size_t kMaxZoneFileSize = 16u << 20;

/// Reads the master file format: $ORIGIN, $TTL (RFC 2308 4), parentheses, quoted strings, `\` escapes,
/// comments, `@`, relative names, left-out owners, TTLs as 3600 or 1h30m, class IN, and the types A AAAA MX
/// TXT PTR CNAME NS SOA SRV, others as `TYPE52 \# 3 0301ff` (RFC 3597 5). Not: $INCLUDE, other classes.
/// `origin` is the zone's own name and the first $ORIGIN. A file without SOA gets one made up, so that a few
/// records are a zone. // RFC 1035 5.1
[[nodiscard]] tl::expected<Zone, ZoneFileError> parse_zone_file(std::string_view text, const Name& origin);

}  // namespace glasspost::dns
