#pragma once

#include <string>
#include <string_view>

#include "engine/message/mime.h"

namespace glasspost::imap {

/// BODY (without) or BODYSTRUCTURE (with extension data) of a message. Parameters stand as they are written,
/// RFC 2231 continuations included, as RFC 3501 knows nothing of them. Every output obeys the grammar: a
/// multipart without parts gets one that is empty. // RFC 3501 7.4.2, 9 body
void append_body_structure(std::string& out, std::string_view message, const message::MimeTree& tree,
                           bool extended);

}  // namespace glasspost::imap
