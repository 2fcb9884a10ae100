#pragma once

#include <string>
#include <vector>

#include "engine/protocol/imap/client_response.h"
#include "engine/protocol/imap/cursor.h"

// The parts of the response parser. Private to it.
namespace glasspost::imap {

/// In UTF-8; INBOX in upper case.
[[nodiscard]] std::string mailbox_name(Cursor& in);
/// "\\Seen", "$Forwarded", "\\*".
[[nodiscard]] std::string flag_name(Cursor& in);
[[nodiscard]] std::vector<std::string> flag_names(Cursor& in);
/// Passes over one value of any shape, however deep: an atom, a string, a list.
void skip_value(Cursor& in);
/// What stands behind FETCH.
[[nodiscard]] FetchData parse_fetch_data(Cursor& in);

}  // namespace glasspost::imap
