#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/protocol/sasl/sasl.h"

namespace glasspost::pop3 {

// What a client reads out of responses. Lines end with CRLF or LF; what a server puts behind the words that
// are defined is passed over, as RFC 1939 5 asks.

/// STAT's answer. // RFC 1939 5
struct DropListing {
  std::uint32_t messages = 0;
  std::uint64_t octets = 0;
  friend bool operator==(const DropListing&, const DropListing&) = default;
};

/// One line of LIST. // RFC 1939 5
struct ScanListing {
  std::uint32_t number = 0;
  std::uint64_t octets = 0;
  friend bool operator==(const ScanListing&, const ScanListing&) = default;
};

/// One line of UIDL. // RFC 1939 7
struct UniqueIdListing {
  std::uint32_t number = 0;
  std::string unique_id;  ///< 1 to 70 characters of 0x21 to 0x7E
  friend bool operator==(const UniqueIdListing&, const UniqueIdListing&) = default;
};

/// What a server said to CAPA. // RFC 2449 5, 6
struct Capabilities {
  bool told = false;  ///< false: the server knows no CAPA
  bool top = false;
  bool uidl = false;
  bool user = false;
  bool stls = false;
  bool pipelining = false;
  bool resp_codes = false;
  bool auth_resp_code = false;
  std::vector<std::string> mechanisms;  ///< SASL, upper case; also those that we do not know
  [[nodiscard]] bool offers(sasl::Mechanism mechanism) const;
};

/// Errors of the parsers: kInvalidInput, with the offset of the line; kTooLarge beyond `kMostListed` lines.
inline constexpr std::size_t kMostListed = 1'000'000;

[[nodiscard]] Result<DropListing> parse_drop_listing(std::string_view text);
[[nodiscard]] Result<std::vector<ScanListing>> parse_scan_listings(std::string_view lines);
[[nodiscard]] Result<std::vector<UniqueIdListing>> parse_unique_ids(std::string_view lines);
/// Total: what is unknown or odd is passed over.
[[nodiscard]] Capabilities parse_capabilities(std::string_view lines);

}  // namespace glasspost::pop3
