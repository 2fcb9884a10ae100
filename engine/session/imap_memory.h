#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/lru_map.h"
#include "engine/store/api/mailbox_store.h"

namespace glasspost::imap {

/// What has been made of a message once: a stored message never changes.
struct RememberedMessage {
  std::string envelope;        ///< as FETCH tells it; empty: not made yet
  std::string body;            ///< BODY
  std::string body_structure;  ///< BODYSTRUCTURE
  /// Values of header fields, folded, by the field's name in lower case. // see search_text.h
  std::map<std::string, std::vector<std::string>, std::less<>> fields;
};

/// Envelopes, structures and searched header fields of the messages looked at lately, one for all sessions of
/// a store, so that a mailbox that is opened again is not taken apart again. A folder's id and a UID name one
/// message for ever.
class MessageMemory {
 public:
  /// `most`: about so many octets are kept.
  explicit MessageMemory(std::size_t most = 16 * 1024 * 1024) : messages_(most) {}

  /// Null if nothing is known.
  const RememberedMessage* find(store::FolderId folder, store::Uid uid) {
    return messages_.find({folder, uid});
  }
  /// For adding to it; `octets` is what will be added.
  RememberedMessage& grow(store::FolderId folder, store::Uid uid, std::size_t octets) {
    const std::pair key{folder, uid};
    if (messages_.find(key) == nullptr) messages_.put(key, {}, 256);
    messages_.add_cost(key, octets);
    RememberedMessage* const found = messages_.find(key);
    return found == nullptr ? lost_ = {} : *found;
  }

 private:
  LruMap<std::pair<store::FolderId, store::Uid>, RememberedMessage> messages_;
  RememberedMessage lost_;  ///< of a message that is too large to be remembered
};

}  // namespace glasspost::imap
