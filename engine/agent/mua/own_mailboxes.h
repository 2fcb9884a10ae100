#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/task.h"
#include "engine/store/api/mailbox_store.h"

namespace glasspost::agent {

/// A message in a device's own folder.
struct OwnMessage {
  std::string folder;
  store::FolderId folder_id;
  store::MessageInfo info;
  store::Content content;
};

/// The folders of the one account on a device, by name. Errors: those of the store; kNotFound.
class OwnMailboxes {
 public:
  OwnMailboxes(store::MailboxStore& store, Clock& clock, std::string account)
      : store_(store), clock_(clock), account_(std::move(account)) {}

  /// Makes the account with its usual folders, if it is not there.
  Task<Ok> prepare();
  [[nodiscard]] store::MailboxStore& store() { return store_; }
  [[nodiscard]] const std::string& account() const { return account_; }

  /// Made if it is missing.
  Task<Result<store::FolderInfo>> folder(std::string name, store::SpecialUse use = store::SpecialUse::kNone);
  Task<Result<std::vector<store::FolderInfo>>> folders() { return store_.folders(account_); }
  /// The newest message with this Subject (decoded).
  Task<Result<OwnMessage>> find(std::string folder, std::string subject);
  Task<Result<OwnMessage>> get(std::string folder, store::Uid uid);
  Task<Result<std::map<store::Uid, store::Flags>>> flags(std::string folder);
  Task<Result<store::Uid>> add(std::string folder, std::string content, store::Flags flags, Instant date);
  /// Once for each `key`, however often it is called, across restarts.
  Task<Ok> deliver_once(std::string key, std::string content);
  Task<Ok> change_flags(std::string folder, store::Uid uid, store::FlagOperation operation,
                        store::Flags flags);
  /// Gives the UID in the target.
  Task<Result<store::Uid>> move(std::string folder, store::Uid uid, std::string target);
  Task<Ok> remove(std::string folder, std::vector<store::Uid> uids);
  /// Messages that hold the words in their Subject, From or text, ASCII case ignored, by UID.
  Task<Result<std::vector<std::string>>> search(std::string folder, std::string words);

 private:
  store::MailboxStore& store_;
  Clock& clock_;
  std::string account_;
};

/// The decoded Subject of a message.
[[nodiscard]] std::string subject_of(std::string_view content);

}  // namespace glasspost::agent
