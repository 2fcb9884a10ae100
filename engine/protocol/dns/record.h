#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/protocol/dns/name.h"

namespace glasspost::dns {

/// The types this program gives meaning to; any other value is carried as it is. // RFC 1035 3.2.2
enum class RecordType : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kPtr = 12,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33,
  kOpt = 41,
  kTlsa = 52,
  kAny = 255,
};
/// "MX"; "TYPE257" for one without a name here. // RFC 3597 5
[[nodiscard]] std::string to_string(RecordType type);
[[nodiscard]] std::optional<RecordType> parse_record_type(std::string_view text);

/// A (RFC 1035 3.4.1) or AAAA (RFC 3596 2.2), by the address's family.
struct AddressData {
  IpAddress address;
  friend bool operator==(const AddressData&, const AddressData&) = default;
};
/// NS, CNAME or PTR: a name. // RFC 1035 3.3.1, 3.3.11, 3.3.12
struct NameData {
  Name target;
  friend bool operator==(const NameData&, const NameData&) = default;
};
struct MxData {
  std::uint16_t preference = 0;
  Name exchange;
  friend bool operator==(const MxData&, const MxData&) = default;
};
/// One or more strings of at most 255 bytes; their meaning is usually their concatenation. // RFC 1035 3.3.14
struct TxtData {
  std::vector<std::string> strings;
  [[nodiscard]] std::string joined() const;
  friend bool operator==(const TxtData&, const TxtData&) = default;
};
struct SoaData {
  Name primary;
  Name mailbox;
  std::uint32_t serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0;  ///< seconds, but the serial
  friend bool operator==(const SoaData&, const SoaData&) = default;
};
struct SrvData {
  std::uint16_t priority = 0, weight = 0, port = 0;
  Name target;
  friend bool operator==(const SrvData&, const SrvData&) = default;
};
/// Any other type, as on the wire. // RFC 3597
struct OpaqueData {
  std::string bytes;
  friend bool operator==(const OpaqueData&, const OpaqueData&) = default;
};

using RecordData = std::variant<AddressData, NameData, MxData, TxtData, SoaData, SrvData, OpaqueData>;

struct Record {
  Name owner;
  RecordType type = RecordType::kA;
  std::uint32_t ttl = 0;  ///< seconds
  RecordData data;        ///< of the alternative that belongs to `type`

  friend bool operator==(const Record&, const Record&) = default;
};

// Records from typed data, for zones that are built by code. `ttl` in seconds.
[[nodiscard]] Record make_address(Name owner, const IpAddress& address, std::uint32_t ttl);  ///< A or AAAA
[[nodiscard]] Record make_ns(Name owner, Name server, std::uint32_t ttl);
[[nodiscard]] Record make_cname(Name owner, Name target, std::uint32_t ttl);
[[nodiscard]] Record make_ptr(Name owner, Name target, std::uint32_t ttl);
[[nodiscard]] Record make_mx(Name owner, std::uint16_t preference, Name exchange, std::uint32_t ttl);
/// Cuts the text into strings of 255 bytes; an empty text is one empty string.
[[nodiscard]] Record make_txt(Name owner, std::string_view text, std::uint32_t ttl);
[[nodiscard]] Record make_soa(Name owner, SoaData soa, std::uint32_t ttl);

/// True if the data is of the alternative that belongs to the type, and within its limits.
[[nodiscard]] bool data_fits(RecordType type, const RecordData& data);

/// Presentation form of the data alone: "10 mx1.beta.example", "\"v=spf1 -all\"". // RFC 1035 5.1
[[nodiscard]] std::string to_string(const RecordData& data);

}  // namespace glasspost::dns
