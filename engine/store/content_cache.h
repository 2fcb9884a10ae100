#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/lru_map.h"
#include "engine/store/api/mailbox_store.h"

namespace glasspost::store {

/// Contents that were read or stored lately. A folder's id and a UID name one content for ever, so what is
/// kept is never stale; what is expunged is dropped.
class ContentCache {
 public:
  /// `most`: bytes of content.
  explicit ContentCache(std::size_t most) : contents_(most) {}

  /// Null if it is not there.
  Content find(FolderId folder, Uid uid) {
    const Content* const found = contents_.find({folder, uid});
    if (found != nullptr) last_read_ = {folder, uid};
    return found == nullptr ? nullptr : *found;
  }
  void put(FolderId folder, Uid uid, Content content) {
    const std::size_t cost = content->size() + 256;
    contents_.put({folder, uid}, std::move(content), cost);
  }
  void changed(const MailboxChange& change) {
    if (change.kind == MailboxChangeKind::kExpunged) {
      ++generation_;
      contents_.erase({change.folder_id, change.message.uid});
    } else if (change.kind == MailboxChangeKind::kFolderRemoved) {
      ++generation_;
      contents_.erase_range({change.folder_id, 0}, {change.folder_id, 0xffff'ffff});
    }
  }
  /// Grows with each removal: what was read before one and comes after it is not put in.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  /// Whether a read goes on from the one before: then more is read at once.
  [[nodiscard]] bool goes_on(FolderId folder, Uid uid) const {
    return folder == last_read_.first && uid > last_read_.second && uid - last_read_.second <= 16;
  }
  void read(FolderId folder, Uid uid) { last_read_ = {folder, uid}; }

 private:
  LruMap<std::pair<FolderId, Uid>, Content> contents_;
  std::pair<FolderId, Uid> last_read_;
  std::uint64_t generation_ = 0;
};

}  // namespace glasspost::store
