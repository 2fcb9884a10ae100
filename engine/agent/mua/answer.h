#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/agent/mua/mua.h"

namespace glasspost::agent {

enum class AnswerKind : std::uint8_t { kReply, kReplyAll, kForward };

/// What a mail program puts into the window when its user answers or forwards a message: recipients, subject,
/// thread, quotation, attachments. `written` holds what the user adds: text, recipients of a forwarding, more
/// attachments. Total: a message that lacks fields gives a draft that lacks recipients.
///
/// A reply goes to Reply-To, else From; a reply to all also to everybody in To and Cc but `own_address`, each
/// once. It continues the thread. // RFC 5322 3.6.2, 3.6.3, 3.6.4
/// A forwarding begins a new thread, quotes the letter below its most important fields and keeps its files.
[[nodiscard]] Draft answer_to(std::string_view original, AnswerKind kind, std::string_view own_address,
                              Draft written);

/// "Re: " in front, unless it is there already in some spelling.
[[nodiscard]] std::string reply_subject(std::string_view subject);
/// "Fwd: " in front, unless it (or "Fw:") is there already.
[[nodiscard]] std::string forward_subject(std::string_view subject);
/// References of a reply: those of the original, or its single In-Reply-To, and its Message-ID. At most the
/// first and the last 20 are kept. // RFC 5322 3.6.4
[[nodiscard]] std::vector<std::string> reply_references(std::string_view original);

}  // namespace glasspost::agent
