#pragma once

#include <string>
#include <string_view>

#include "engine/dissect/dialogue.h"
#include "engine/observe/explanation.h"

namespace glasspost::dissect {

/// What a line of a dialogue means, in the words of the catalogue, and which rule says so.
struct Meaning {
  MessageKey words;       ///< an empty key: nothing is known
  std::string_view rule;  ///< "RFC 5321 4.1.1.2"; a literal, may be empty

  [[nodiscard]] bool empty() const { return words.key.empty(); }
};

/// Of an SMTP reply of several lines the last has the meaning; a multi-line response of POP3 has it on its
/// first line, and each response of IMAP has its own. Total.
[[nodiscard]] Meaning meaning_of(const Dialogue& dialogue, const Line& line);
/// Of the parts of a content: its first line, and the lone dot that ends it.
[[nodiscard]] Meaning meaning_of_content(const Dialogue& dialogue);
[[nodiscard]] Meaning meaning_of_end(const Dialogue& dialogue);

/// The catalogue's key for a state of a protocol's machine, as state-changed events name them: "imap-server"
/// and "not authenticated" give "imap.server.not-authenticated".
[[nodiscard]] std::string state_key(std::string_view machine, std::string_view state);

}  // namespace glasspost::dissect
