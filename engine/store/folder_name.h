#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost::store {

/// A folder's name as the store keeps it: "inbox" in any case, alone or as the first level, becomes "INBOX".
/// Errors: kInvalidInput (empty name or level, control character, not UTF-8, over 255 bytes). // RFC 3501 5.1
[[nodiscard]] Result<std::string> normal_folder_name(std::string_view name);

}  // namespace glasspost::store
