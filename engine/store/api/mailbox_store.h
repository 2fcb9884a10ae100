#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/task.h"

namespace glasspost::store {

/// The bytes of a message, exactly as they were given; shared, never changed.
using Content = std::shared_ptr<const std::string>;
[[nodiscard]] inline Content make_content(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

/// Names a folder for as long as it lives, through renames; unique within a store, never used again.
struct FolderId {
  std::int64_t value = 0;
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const FolderId&, const FolderId&) = default;
};

/// A message's number in its folder: grows with each arrival and is never used again under one UIDVALIDITY.
/// // RFC 3501 2.3.1.1
using Uid = std::uint32_t;

/// What a folder is for. // RFC 6154 2
enum class SpecialUse : std::uint8_t { kNone, kArchive, kDrafts, kFlagged, kJunk, kSent, kTrash };

/// The system flags as bits. // RFC 3501 2.3.2
namespace flag {
inline constexpr std::uint32_t kSeen = 1;
inline constexpr std::uint32_t kAnswered = 2;
inline constexpr std::uint32_t kFlagged = 4;
inline constexpr std::uint32_t kDeleted = 8;
inline constexpr std::uint32_t kDraft = 16;
inline constexpr std::uint32_t kAll = 31;
}  // namespace flag

/// System flags and keywords of one message. Keywords are sorted, each once, compared without regard to ASCII
/// case by the store, and kept as first spelled.
struct Flags {
  std::uint32_t system = 0;
  std::vector<std::string> keywords;

  friend bool operator==(const Flags&, const Flags&) = default;
};

struct AccountInfo {
  std::string name;               ///< the account's own name: "bob@beta.example"
  std::uint64_t quota_bytes = 0;  ///< 0: no limit
  std::uint64_t used_bytes = 0;   ///< sum of the sizes of its messages

  friend bool operator==(const AccountInfo&, const AccountInfo&) = default;
};

struct FolderInfo {
  FolderId id;
  std::string account;
  std::string name;  ///< UTF-8, levels apart by '/'; "INBOX" in upper case
  SpecialUse special_use = SpecialUse::kNone;
  bool subscribed = true;
  std::uint32_t uid_validity = 0;  ///< never 0, never the same for a name that is made again
  Uid uid_next = 1;                ///< the next arrival's
  std::uint64_t mod_sequence = 0;  ///< the highest in the folder // RFC 7162 3.1.1
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint64_t bytes = 0;

  friend bool operator==(const FolderInfo&, const FolderInfo&) = default;
};

struct MessageInfo {
  Uid uid = 0;
  std::uint64_t size = 0;  ///< bytes of content
  Instant internal_date;   ///< when it came into the store
  Flags flags;
  std::uint64_t mod_sequence = 0;  ///< grows with each change of the message // RFC 7162 3.1
  std::int64_t content_id = 0;     ///< equal for copies: the content is stored once

  friend bool operator==(const MessageInfo&, const MessageInfo&) = default;
};

/// UIDs from first to last, both included.
struct UidRange {
  Uid first = 1;
  Uid last = 0xffff'ffff;
};

struct AppendRequest {
  FolderId folder;
  Content content;
  Instant internal_date;
  Flags flags;
};

/// Final delivery of one queued message to one recipient.
struct Delivery {
  std::string queue_id;
  std::string recipient;  ///< the envelope's; with the queue id the key that makes delivery idempotent
  std::string account;
  std::string folder;  ///< by name; created if it is missing
  Content content;
  Instant internal_date;
};

struct Delivered {
  FolderId folder;
  std::string folder_name;
  Uid uid = 0;
  bool repeated = false;  ///< this (queue id, recipient) had been delivered before; nothing was stored now
};

enum class FlagOperation : std::uint8_t { kReplace, kAdd, kRemove };

struct FlagChange {
  FlagOperation operation = FlagOperation::kAdd;
  Flags flags;
  /// Messages whose mod-sequence is above this are left alone and reported. // RFC 7162 3.1.3
  std::optional<std::uint64_t> unchanged_since;
};

struct FlagsChanged {
  std::vector<MessageInfo> changed;  ///< as they are now, in the order of UIDs; those that did not differ too
  std::vector<Uid> conflicting;      ///< left alone because of `unchanged_since`
};

/// Where a message came to lie by COPY or MOVE. // RFC 4315 3
struct CopiedMessage {
  Uid source = 0;
  Uid destination = 0;

  friend bool operator==(const CopiedMessage&, const CopiedMessage&) = default;
};

enum class MailboxChangeKind : std::uint8_t {
  kAccountCreated,
  kFolderCreated,
  kFolderRenamed,  ///< `folder` is the new name, `old_name` the one before
  kFolderRemoved,
  kFolderSubscribed,  ///< or no longer
  kStored,            ///< a new message: by delivery, APPEND, COPY or MOVE
  kFlags,
  kExpunged,  ///< gone: by EXPUNGE or MOVE
};

/// One durable change, told after its commit, in the order of the commits.
struct MailboxChange {
  MailboxChangeKind kind = MailboxChangeKind::kStored;
  std::string account;
  FolderId folder_id;
  std::string folder;
  std::string old_name;
  std::uint32_t uid_validity = 0;  ///< the folder's; where a folder as a whole changed
  MessageInfo message;             ///< kStored, kFlags; for kExpunged: as it was
  std::string queue_id;            ///< kStored by delivery: the message's queue id
  FolderId copied_from;            ///< kStored by COPY or MOVE: the source, and its UID
  Uid copied_uid = 0;
};

/// Hears of every change of a store. It is called on the world's thread, in a coroutine's step, and must not
/// call back into the store from there.
class MailboxListener {
 public:
  virtual ~MailboxListener() = default;
  virtual void changed(const MailboxChange& change) = 0;
};

/// Accounts, their folders and messages. Each call is one transaction: it is durable when its task ends with
/// success and has changed nothing when it ends with an error. Sessions of any number work side by side; each
/// sees what is committed. Accounts belong to the store, not to a host.
///
/// Errors everywhere: kIo (the disk), kCorrupt (stored data that contradicts itself), kAborted (closing);
/// where named things are given: kNotFound.
class MailboxStore {
 public:
  virtual ~MailboxStore() = default;

  /// Makes the account with INBOX, Drafts, Sent, Junk and Trash. One that exists only gets the new quota.
  virtual Task<Ok> create_account(std::string account, std::uint64_t quota_bytes) = 0;
  virtual Task<Result<std::vector<AccountInfo>>> accounts() = 0;  ///< by name
  virtual Task<Result<AccountInfo>> account(std::string account) = 0;

  virtual Task<Result<std::vector<FolderInfo>>> folders(std::string account) = 0;  ///< by name
  virtual Task<Result<FolderInfo>> folder(std::string account, std::string name) = 0;
  virtual Task<Result<FolderInfo>> folder_by_id(FolderId folder) = 0;
  /// Errors: kConflict (exists), kInvalidInput (empty level, control character, over 255 bytes), kTooLarge
  /// (10,000 folders an account).
  virtual Task<Result<FolderInfo>> create_folder(std::string account, std::string name, SpecialUse use) = 0;
  /// Folders below it move along. Errors as create_folder(); kUnsupported for INBOX.
  virtual Task<Ok> rename_folder(FolderId folder, std::string name) = 0;
  /// With its messages; folders below it stay. Error: kUnsupported for INBOX.
  virtual Task<Ok> remove_folder(FolderId folder) = 0;
  virtual Task<Ok> set_subscribed(FolderId folder, bool subscribed) = 0;

  /// Error: kTooLarge where the quota would be passed.
  virtual Task<Result<MessageInfo>> append(AppendRequest request) = 0;
  /// As append(), once for each (queue id, recipient), however often it is called, across restarts.
  virtual Task<Result<Delivered>> deliver(Delivery delivery) = 0;

  virtual Task<Result<std::vector<MessageInfo>>> list(FolderId folder, UidRange range) = 0;  ///< by UID
  /// Those changed after a mod-sequence. // RFC 7162 3.1.4.1
  virtual Task<Result<std::vector<MessageInfo>>> changed_since(FolderId folder,
                                                               std::uint64_t mod_sequence) = 0;
  virtual Task<Result<Content>> content(FolderId folder, Uid uid) = 0;

  /// UIDs that do not exist are passed over, here and below.
  virtual Task<Result<FlagsChanged>> change_flags(FolderId folder, std::vector<Uid> uids,
                                                  FlagChange change) = 0;
  /// All or nothing. Error: kTooLarge (quota).
  virtual Task<Result<std::vector<CopiedMessage>>> copy(FolderId from, std::vector<Uid> uids,
                                                        FolderId to) = 0;
  virtual Task<Result<std::vector<CopiedMessage>>> move(FolderId from, std::vector<Uid> uids,
                                                        FolderId to) = 0;
  /// Removes the messages flagged \Deleted, or those of them among `only`; gives their UIDs in order.
  virtual Task<Result<std::vector<Uid>>> expunge(FolderId folder, std::optional<std::vector<Uid>> only) = 0;

  /// The listener must live until remove_listener() or the store's end.
  virtual void add_listener(MailboxListener& listener) = 0;
  virtual void remove_listener(MailboxListener& listener) = 0;
};

}  // namespace glasspost::store
