#include <algorithm>
#include <string_view>

#include "engine/base/text.h"
#include "engine/store/folder_name.h"
#include "engine/store/mailbox_changes.h"

namespace glasspost::store {

namespace {

constexpr std::size_t kMaxKeywords = 100;
constexpr std::size_t kMaxKeywordLength = 255;

MailboxChange message_change(MailboxChangeKind kind, const FolderInfo& folder, const MessageInfo& message) {
  MailboxChange change;
  change.kind = kind;
  change.account = folder.account;
  change.folder_id = folder.id;
  change.folder = folder.name;
  change.message = message;
  return change;
}

bool less_keyword(const std::string& a, const std::string& b) {
  return to_lower(a) < to_lower(b);
}

bool same_keyword(const std::string& a, const std::string& b) {
  return iequals(a, b);
}

// Sorted, each once; the first spelling stays.
Result<Flags> normal_flags(Flags flags) {
  flags.system &= flag::kAll;
  for (const std::string& keyword : flags.keywords) {
    const bool is_word = std::none_of(keyword.begin(), keyword.end(), [](char c) {
      return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
    });
    if (keyword.empty() || keyword.size() > kMaxKeywordLength || !is_word) {
      return fail(ErrorCode::kInvalidInput, "a keyword has 1 to 255 bytes without spaces");
    }
  }
  std::stable_sort(flags.keywords.begin(), flags.keywords.end(), less_keyword);
  flags.keywords.erase(std::unique(flags.keywords.begin(), flags.keywords.end(), same_keyword),
                       flags.keywords.end());
  if (flags.keywords.size() > kMaxKeywords) return fail(ErrorCode::kTooLarge, "too many keywords");
  return flags;
}

Result<Flags> changed_flags(const Flags& before, FlagOperation operation, const Flags& given) {
  Flags after = before;
  switch (operation) {
    case FlagOperation::kReplace:
      return normal_flags(given);
    case FlagOperation::kAdd:
      after.system |= given.system;
      after.keywords.insert(after.keywords.end(), given.keywords.begin(), given.keywords.end());
      return normal_flags(std::move(after));
    case FlagOperation::kRemove:
      after.system &= ~given.system;
      std::erase_if(after.keywords, [&given](const std::string& keyword) {
        return std::any_of(given.keywords.begin(), given.keywords.end(),
                           [&keyword](const std::string& gone) { return iequals(keyword, gone); });
      });
      return after;
  }
  return after;
}

void sort_once(std::vector<Uid>& uids) {
  std::sort(uids.begin(), uids.end());
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
}

// Those of `uids` that exist, in order.
Result<std::vector<MessageInfo>> existing(MailboxTransaction on, FolderId folder, std::vector<Uid> uids) {
  sort_once(uids);
  std::vector<MessageInfo> found;
  for (const Uid uid : uids) {
    Result<std::optional<MessageInfo>> message = on.tables.message(on.connection, folder, uid);
    if (!message) return fail(message.error());
    if (*message) found.push_back(std::move(**message));
  }
  return found;
}

Result<MessageInfo> store_content(MailboxTransaction on, FolderRow& folder, std::string_view bytes,
                                  Instant internal_date, Flags flags) {
  if (Ok room = on.tables.check_room(on.connection, folder, bytes.size()); !room) {
    return fail(std::move(room).error());
  }
  const Result<std::int64_t> content = on.tables.add_content(on.connection, bytes);
  if (!content) return fail(content.error());
  MessageInfo message;
  message.size = bytes.size();
  message.internal_date = internal_date;
  message.flags = std::move(flags);
  message.content_id = *content;
  Result<MessageInfo> stored = on.tables.add_message(on.connection, folder, std::move(message), false);
  if (!stored) return stored;
  if (Ok saved = on.tables.save_counters(on.connection, folder.info); !saved) {
    return fail(std::move(saved).error());
  }
  on.changes.push_back(message_change(MailboxChangeKind::kStored, folder.info, *stored));
  return stored;
}

// Room for all of them in another account's folder, or for copies in the same.
Ok check_room_for(MailboxTransaction on, const FolderRow& target, const std::vector<MessageInfo>& messages) {
  std::uint64_t bytes = 0;
  for (const MessageInfo& message : messages)
    bytes += message.size;
  return on.tables.check_room(on.connection, target, bytes);
}

Ok copy_one(MailboxTransaction on, const FolderInfo& source, FolderRow& target, const MessageInfo& message,
            std::vector<CopiedMessage>& copied) {
  const Result<MessageInfo> stored = on.tables.add_message(on.connection, target, message, true);
  if (!stored) return fail(stored.error());
  MailboxChange change = message_change(MailboxChangeKind::kStored, target.info, *stored);
  change.copied_from = source.id;
  change.copied_uid = message.uid;
  on.changes.push_back(std::move(change));
  copied.push_back({message.uid, stored->uid});
  return {};
}

// Removing leaves a trace in the mod-sequence, so that a client that comes back can tell. // RFC 7162 3.2.10
Ok remove_one(MailboxTransaction on, FolderRow& folder, const MessageInfo& message) {
  ++folder.info.mod_sequence;
  if (Ok removed = on.tables.remove_message(on.connection, folder, message); !removed) return removed;
  on.changes.push_back(message_change(MailboxChangeKind::kExpunged, folder.info, message));
  return {};
}

}  // namespace

Result<MessageInfo> append(MailboxTransaction on, const AppendRequest& request) {
  Result<Flags> flags = normal_flags(request.flags);
  if (!flags) return fail(flags.error());
  Result<FolderRow> folder = on.tables.folder(on.connection, request.folder);
  if (!folder) return fail(folder.error());
  return store_content(on, *folder, *request.content, request.internal_date, std::move(*flags));
}

Result<Delivered> deliver(MailboxTransaction on, const Delivery& delivery, std::uint32_t floor) {
  Result<std::optional<Delivered>> known =
      on.tables.delivery(on.connection, delivery.queue_id, delivery.recipient);
  if (!known) return fail(known.error());
  if (*known) return std::move(**known);
  const Result<AccountRow> account = on.tables.account(on.connection, delivery.account);
  if (!account) return fail(account.error());
  const Result<std::string> name = normal_folder_name(delivery.folder);
  if (!name) return fail(name.error());
  Result<FolderRow> folder = on.tables.folder(on.connection, account->id, *name);
  if (!folder) {
    if (folder.error().code != ErrorCode::kNotFound) return fail(folder.error());
    if (Result<FolderInfo> made = create_folder(on, delivery.account, *name, SpecialUse::kNone, floor);
        !made) {
      return fail(std::move(made).error());
    }
    folder = on.tables.folder(on.connection, account->id, *name);
    if (!folder) return fail(folder.error());
  }
  const Result<MessageInfo> stored =
      store_content(on, *folder, *delivery.content, delivery.internal_date, {});
  if (!stored) return fail(stored.error());
  on.changes.back().queue_id = delivery.queue_id;
  if (Ok added = on.tables.add_delivery(on.connection, delivery, folder->info.id, stored->uid); !added) {
    return fail(std::move(added).error());
  }
  return Delivered{folder->info.id, folder->info.name, stored->uid, false};
}

Result<FlagsChanged> change_flags(MailboxTransaction on, FolderId folder, std::vector<Uid> uids,
                                  const FlagChange& change) {
  Result<FolderRow> row = on.tables.folder(on.connection, folder);
  if (!row) return fail(row.error());
  const Result<std::vector<MessageInfo>> messages = existing(on, folder, std::move(uids));
  if (!messages) return fail(messages.error());
  FlagsChanged outcome;
  const std::uint64_t mod_sequence = row->info.mod_sequence + 1;
  for (const MessageInfo& before : *messages) {
    if (change.unchanged_since && before.mod_sequence > *change.unchanged_since) {
      outcome.conflicting.push_back(before.uid);
      continue;
    }
    Result<Flags> flags = changed_flags(before.flags, change.operation, change.flags);
    if (!flags) return fail(flags.error());
    MessageInfo after = before;
    after.flags = std::move(*flags);
    if (after.flags != before.flags) {
      after.mod_sequence = row->info.mod_sequence = mod_sequence;
      if (Ok updated = on.tables.update_flags(on.connection, *row, before, after); !updated) {
        return fail(std::move(updated).error());
      }
      on.changes.push_back(message_change(MailboxChangeKind::kFlags, row->info, after));
    }
    outcome.changed.push_back(std::move(after));
  }
  if (Ok saved = on.tables.save_counters(on.connection, row->info); !saved) {
    return fail(std::move(saved).error());
  }
  return outcome;
}

Result<std::vector<CopiedMessage>> copy(MailboxTransaction on, FolderId from, std::vector<Uid> uids,
                                        FolderId to) {
  const Result<FolderRow> source = on.tables.folder(on.connection, from);
  if (!source) return fail(source.error());
  Result<FolderRow> target = on.tables.folder(on.connection, to);
  if (!target) return fail(target.error());
  const Result<std::vector<MessageInfo>> messages = existing(on, from, std::move(uids));
  if (!messages) return fail(messages.error());
  if (Ok room = check_room_for(on, *target, *messages); !room) return fail(std::move(room).error());
  std::vector<CopiedMessage> copied;
  for (const MessageInfo& message : *messages) {
    if (Ok done = copy_one(on, source->info, *target, message, copied); !done) {
      return fail(std::move(done).error());
    }
  }
  if (Ok saved = on.tables.save_counters(on.connection, target->info); !saved) {
    return fail(std::move(saved).error());
  }
  return copied;
}

Result<std::vector<CopiedMessage>> move(MailboxTransaction on, FolderId from, std::vector<Uid> uids,
                                        FolderId to) {
  Result<FolderRow> source = on.tables.folder(on.connection, from);
  if (!source) return fail(source.error());
  Result<FolderRow> target = on.tables.folder(on.connection, to);
  if (!target) return fail(target.error());
  const Result<std::vector<MessageInfo>> messages = existing(on, from, std::move(uids));
  if (!messages) return fail(messages.error());
  // Within one folder both rows are the same: its counters must not be kept twice.
  FolderRow& destination = from == to ? *source : *target;
  if (source->account_id != destination.account_id) {
    if (Ok room = check_room_for(on, destination, *messages); !room) return fail(std::move(room).error());
  }
  std::vector<CopiedMessage> moved;
  for (const MessageInfo& message : *messages) {
    const FolderInfo origin = source->info;
    if (Ok done = copy_one(on, origin, destination, message, moved); !done)
      return fail(std::move(done).error());
    if (Ok removed = remove_one(on, *source, message); !removed) return fail(std::move(removed).error());
  }
  if (Ok saved = on.tables.save_counters(on.connection, source->info); !saved) {
    return fail(std::move(saved).error());
  }
  if (from != to) {
    if (Ok saved = on.tables.save_counters(on.connection, target->info); !saved) {
      return fail(std::move(saved).error());
    }
  }
  return moved;
}

Result<std::vector<Uid>> expunge(MailboxTransaction on, FolderId folder,
                                 const std::optional<std::vector<Uid>>& only) {
  Result<FolderRow> row = on.tables.folder(on.connection, folder);
  if (!row) return fail(row.error());
  const Result<std::vector<MessageInfo>> messages =
      only ? existing(on, folder, *only) : on.tables.messages(on.connection, folder, UidRange{}, 0);
  if (!messages) return fail(messages.error());
  std::vector<Uid> gone;
  for (const MessageInfo& message : *messages) {
    if ((message.flags.system & flag::kDeleted) == 0) continue;
    if (Ok removed = remove_one(on, *row, message); !removed) return fail(std::move(removed).error());
    gone.push_back(message.uid);
  }
  if (Ok saved = on.tables.save_counters(on.connection, row->info); !saved) {
    return fail(std::move(saved).error());
  }
  return gone;
}

}  // namespace glasspost::store
