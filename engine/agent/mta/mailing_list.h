#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/agent/mta/directory.h"
#include "engine/base/time.h"
#include "engine/message/header.h"
#include "engine/observe/explanation.h"
#include "engine/store/api/spool.h"

namespace glasspost::agent {

// A mailing list as an agent: it takes a letter, changes it, and sends it to its members in its own name.
// // RFC 5321 3.9.2, RFC 2919, RFC 2369

/// "class-bounces@lists.example": the reverse-path of what the list sends.
[[nodiscard]] std::string bounces_address(const MailingList& list);

struct ListFacts {
  std::string host_name;
  std::string queue_id;  ///< of the new message
  Instant now;
  const store::SpoolEntry& original;
  std::string_view content;  ///< of the original
};

/// One change that the list made, and the field or part that it concerns.
struct ListChange {
  std::string what;  ///< "Subject", "List-Id", "body"
  message::Alteration alteration;
};

struct ListPost {
  std::string refusal;              ///< "550 5.7.1 ...": not sent to anybody; the rest is empty then
  store::SpoolEntry entry;          ///< for the queue, with origin "list"
  std::string content;              ///< what the members get
  std::vector<ListChange> changes;  ///< in order, from the original to `content`
  Explanation explanation;
};

/// What the list makes of a letter. A letter that the list has sent already, and notifications, are refused:
/// else they would go round in circles. The footer goes below plain text, or as a part of its own into
/// multipart/mixed; other bodies stay as they are.
[[nodiscard]] ListPost post_to_list(const MailingList& list, const ListFacts& facts);

}  // namespace glasspost::agent
