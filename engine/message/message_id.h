#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/time.h"

namespace glasspost::message {

/// The identifiers of Message-ID, In-Reply-To or References, without angle brackets, in order; comments and
/// phrases between them are skipped. A value without any brackets is taken as one identifier. // RFC
/// 5322 3.6.4, 4.5.4
[[nodiscard]] std::vector<std::string> parse_message_ids(std::string_view value);
/// A fresh identifier without brackets: time and random token, "@", domain. // RFC 5322 3.6.4
[[nodiscard]] std::string make_message_id(Instant now, RandomStream& random, std::string_view domain);
/// "<a@b> <c@d>"
[[nodiscard]] std::string format_message_ids(const std::vector<std::string>& ids);

}  // namespace glasspost::message
