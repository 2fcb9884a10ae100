#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/tag_list.h"
#include "engine/base/result.h"

namespace glasspost::auth {

/// Whose rules decide: the standard's, or those of the document before it, with the Public Suffix List.
enum class DmarcProfile : std::uint8_t { kRfc9989, kRfc7489 };
/// "RFC 9989", "RFC 7489".
[[nodiscard]] std::string_view to_string(DmarcProfile profile);

/// From the mildest to the strictest. // RFC 9989 4.7
enum class DmarcPolicy : std::uint8_t { kNone, kQuarantine, kReject };
/// "none", "quarantine", "reject".
[[nodiscard]] std::string_view to_string(DmarcPolicy policy);

enum class DmarcAlignment : std::uint8_t { kRelaxed, kStrict };
/// "relaxed", "strict".
[[nodiscard]] std::string_view to_string(DmarcAlignment alignment);

/// Is the record's owner a Public Suffix Domain? // RFC 9989 4.7
enum class DmarcPsd : std::uint8_t { kUnknown, kYes, kNo };

struct DmarcReportUri {
  std::string uri;                        ///< as written, without the size
  std::optional<std::uint64_t> max_size;  ///< in bytes; RFC 7489 6.2, without meaning in RFC 9989
};

/// A piece of the record that was not understood and so ignored, or read as its default.
struct DmarcIgnored {
  std::string tag;
  TextPlace place;
};

struct DmarcRecord {
  DmarcPolicy p = DmarcPolicy::kNone;
  std::optional<DmarcPolicy> sp, np;
  bool policy_replaced =
      false;  ///< p, sp or np was bad or missing, and rua is there: p=none // RFC 9989 4.10.1
  DmarcPsd psd = DmarcPsd::kUnknown;
  bool testing = false;  ///< t=y
  DmarcAlignment adkim = DmarcAlignment::kRelaxed;
  DmarcAlignment aspf = DmarcAlignment::kRelaxed;
  std::vector<DmarcReportUri> rua, ruf;
  std::string fo = "0";
  unsigned pct = 100;                 ///< RFC 7489 alone
  std::uint32_t ri = 86'400;          ///< seconds; RFC 7489 alone
  std::vector<DmarcIgnored> ignored;  ///< at most 50
  TextPlace p_place, sp_place, np_place, t_place, psd_place, adkim_place, aspf_place, pct_place;
};

/// True if the first tag is v with the value DMARC1 exactly: other TXT records are none of ours.
/// // RFC 9989 4.10 step 2, RFC 7489 6.6.3 step 2
[[nodiscard]] bool is_dmarc_record(std::string_view text);

/// Reads a text for which is_dmarc_record() holds. By RFC 9989 an error costs only its tag, but that without
/// a usable policy, and without a report address that makes up for it, and with a tag that stands twice, the
/// whole record is unusable. By RFC 7489 every error spoils the record. Error: kInvalidInput with offset.
/// // RFC 9989 4.7, 4.8, 4.10.1; RFC 7489 6.3, 6.4, 6.6.3
[[nodiscard]] Result<DmarcRecord> parse_dmarc_record(std::string_view text, DmarcProfile profile);

}  // namespace glasspost::auth
