// A mailbox store that tells its changes.
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/tap/state.h"

namespace glasspost::tap {

namespace {

namespace payload = trace::payload;

/// What a list of messages shows of one.
struct Summary {
  std::string message_id, subject, from;
};

Summary summarize(const std::string& content) {
  const message::Header header = message::parse_header(content);
  const auto decoded = [&](std::string_view name) {
    const message::HeaderField* field = header.find(name);
    return field ? message::decode_unstructured(field->value()) : std::string();
  };
  return {header.value("Message-ID").value_or(""), decoded("Subject"), decoded("From")};
}

std::string flag_text(const store::Flags& flags) {
  std::vector<std::string> names;
  const std::pair<std::uint32_t, const char*> system[] = {{store::flag::kSeen, "\\Seen"},
                                                          {store::flag::kAnswered, "\\Answered"},
                                                          {store::flag::kFlagged, "\\Flagged"},
                                                          {store::flag::kDeleted, "\\Deleted"},
                                                          {store::flag::kDraft, "\\Draft"}};
  for (const auto& [bit, name] : system) {
    if ((flags.system & bit) != 0) names.emplace_back(name);
  }
  names.insert(names.end(), flags.keywords.begin(), flags.keywords.end());
  return trace::join_list(names);
}

class TappedMailboxStore final : public MailboxStoreTap, private store::MailboxListener {
 public:
  TappedMailboxStore(IncarnationPtr incarnation, store::MailboxStore& inner)
      : incarnation_(std::move(incarnation)), inner_(inner) {
    inner_.add_listener(*this);
  }
  ~TappedMailboxStore() override { inner_.remove_listener(*this); }

  Task<Ok> create_account(std::string account, std::uint64_t quota_bytes) override {
    return inner_.create_account(std::move(account), quota_bytes);
  }
  Task<Result<std::vector<store::AccountInfo>>> accounts() override { return inner_.accounts(); }
  Task<Result<store::AccountInfo>> account(std::string account) override {
    return inner_.account(std::move(account));
  }
  Task<Result<std::vector<store::FolderInfo>>> folders(std::string account) override {
    Result<std::vector<store::FolderInfo>> found = co_await inner_.folders(std::move(account));
    if (found) {
      for (const store::FolderInfo& info : *found)
        names_[info.id] = info.name;
    }
    co_return found;
  }
  Task<Result<store::FolderInfo>> folder(std::string account, std::string name) override {
    Result<store::FolderInfo> found = co_await inner_.folder(std::move(account), std::move(name));
    if (found) names_[found->id] = found->name;
    co_return found;
  }
  Task<Result<store::FolderInfo>> folder_by_id(store::FolderId folder) override {
    Result<store::FolderInfo> found = co_await inner_.folder_by_id(folder);
    if (found) names_[found->id] = found->name;
    co_return found;
  }
  Task<Result<store::FolderInfo>> create_folder(std::string account, std::string name,
                                                store::SpecialUse use) override {
    return inner_.create_folder(std::move(account), std::move(name), use);
  }
  Task<Ok> rename_folder(store::FolderId folder, std::string name) override {
    return inner_.rename_folder(folder, std::move(name));
  }
  Task<Ok> remove_folder(store::FolderId folder) override { return inner_.remove_folder(folder); }
  Task<Ok> set_subscribed(store::FolderId folder, bool subscribed) override {
    return inner_.set_subscribed(folder, subscribed);
  }

  Task<Result<store::MessageInfo>> append(store::AppendRequest request) override {
    const std::string key = append_key(request.folder, request.content->size());
    arriving_[key].push_back(summarize(*request.content));
    Result<store::MessageInfo> stored = co_await inner_.append(std::move(request));
    forget_arrival(key, !stored);
    co_return stored;
  }
  Task<Result<store::Delivered>> deliver(store::Delivery delivery) override {
    const std::string key = delivery_key(delivery.queue_id, delivery.account);
    arriving_[key].push_back(summarize(*delivery.content));
    Result<store::Delivered> delivered = co_await inner_.deliver(std::move(delivery));
    forget_arrival(key, !delivered || delivered->repeated);
    co_return delivered;
  }

  Task<Result<std::vector<store::MessageInfo>>> list(store::FolderId folder, store::UidRange range) override {
    return inner_.list(folder, range);
  }
  Task<Result<std::vector<store::MessageInfo>>> changed_since(store::FolderId folder,
                                                              std::uint64_t mod_sequence) override {
    return inner_.changed_since(folder, mod_sequence);
  }
  Task<Result<store::Content>> content(store::FolderId folder, store::Uid uid) override {
    return inner_.content(folder, uid);
  }
  Task<Result<store::FlagsChanged>> change_flags(store::FolderId folder, std::vector<store::Uid> uids,
                                                 store::FlagChange change) override {
    return inner_.change_flags(folder, std::move(uids), std::move(change));
  }
  Task<Result<std::vector<store::CopiedMessage>>> copy(store::FolderId from, std::vector<store::Uid> uids,
                                                       store::FolderId to) override {
    return inner_.copy(from, std::move(uids), to);
  }
  Task<Result<std::vector<store::CopiedMessage>>> move(store::FolderId from, std::vector<store::Uid> uids,
                                                       store::FolderId to) override {
    for (const store::Uid uid : uids)
      moving_.emplace(from, uid);
    const std::vector<store::Uid> moved = uids;
    Result<std::vector<store::CopiedMessage>> result = co_await inner_.move(from, std::move(uids), to);
    for (const store::Uid uid : moved)
      moving_.erase({from, uid});
    co_return result;
  }
  Task<Result<std::vector<store::Uid>>> expunge(store::FolderId folder,
                                                std::optional<std::vector<store::Uid>> only) override {
    return inner_.expunge(folder, std::move(only));
  }
  Task<Ok> tell_contents() override {
    if (incarnation_->downs > 0) co_return Ok();
    const auto owners = co_await inner_.accounts();
    if (!owners) co_return fail(owners.error());
    for (const store::AccountInfo& owner : *owners) {
      const auto folders = co_await inner_.folders(owner.name);
      if (!folders) co_return fail(folders.error());
      for (const store::FolderInfo& folder : *folders) {
        const Ok told = co_await tell_folder(folder);
        if (!told) co_return told;
      }
    }
    co_return Ok();
  }
  void add_listener(store::MailboxListener& listener) override { inner_.add_listener(listener); }
  void remove_listener(store::MailboxListener& listener) override { inner_.remove_listener(listener); }

 private:
  static std::string append_key(store::FolderId folder, std::size_t size) {
    return "append " + std::to_string(folder.value) + " " + std::to_string(size);
  }
  static std::string delivery_key(std::string_view queue_id, std::string_view account) {
    return std::string(queue_id) + " " + std::string(account);
  }
  // What was expected and never told (an error, a repetition) is not left behind.
  void forget_arrival(const std::string& key, bool untold) {
    const auto it = arriving_.find(key);
    if (it == arriving_.end()) return;
    if (untold && !it->second.empty()) it->second.pop_front();
    if (it->second.empty()) arriving_.erase(it);
  }

  template <class P>
  void record(std::string_view message, const P& what) {
    if (incarnation_->alive()) incarnation_->tap.record(incarnation_->host, {}, message, what);
  }

  void changed(const store::MailboxChange& change) override {
    using Kind = store::MailboxChangeKind;
    if (!change.folder.empty()) names_[change.folder_id] = change.folder;
    const std::string& account = change.account;
    switch (change.kind) {
      case Kind::kAccountCreated:
      case Kind::kFolderSubscribed:
        return;
      case Kind::kFolderCreated:
        return record({}, payload::Mailbox{change.uid_validity, account, change.folder});
      case Kind::kFolderRenamed:
        return record({}, payload::FolderRenamed{account, change.old_name, change.folder});
      case Kind::kFolderRemoved:
        return record({}, payload::FolderRemoved{account, change.folder});
      case Kind::kStored:
        return stored(change);
      case Kind::kFlags: {
        const std::string flags = flag_text(change.message.flags);
        return record({}, payload::MailboxFlags{change.message.uid, account, change.folder, {flags}});
      }
      case Kind::kExpunged:
        // The second half of a move has been told with the first.
        if (moved_.erase({change.folder_id, change.message.uid}) > 0) return;
        return record({}, payload::MailboxExpunged{change.message.uid, account, change.folder});
    }
  }

  void stored(const store::MailboxChange& change) {
    const std::pair<store::FolderId, store::Uid> source{change.copied_from, change.copied_uid};
    const auto source_name = names_.find(change.copied_from);
    if (change.copied_from && moving_.contains(source) && source_name != names_.end()) {
      moved_.insert(source);
      return record({}, payload::MailboxMoved{change.copied_uid, change.message.uid, change.account,
                                              source_name->second, change.folder});
    }
    tell_message(change.account, change.folder, change.message, summary_of(change), change.queue_id);
  }

  void tell_message(const std::string& account, const std::string& folder, const store::MessageInfo& message,
                    const Summary& summary, std::string_view queue_id) {
    const std::string flags = flag_text(message.flags);
    payload::MailboxStored event;
    event.uid = message.uid;
    event.size = message.size;
    event.account = account;
    event.folder = folder;
    event.message_id = summary.message_id;
    event.subject = summary.subject;
    event.from = summary.from;
    event.flags = {flags};
    record(queue_id, event);
  }

  Task<Ok> tell_folder(store::FolderInfo folder) {
    names_[folder.id] = folder.name;
    record({}, payload::Mailbox{folder.uid_validity, folder.account, folder.name});
    const store::UidRange all;
    const auto messages = co_await inner_.list(folder.id, all);
    if (!messages) co_return fail(messages.error());
    for (const store::MessageInfo& message : *messages) {
      const auto content = co_await inner_.content(folder.id, message.uid);
      if (!content) co_return fail(content.error());
      const Summary summary = summarize(**content);
      remember(message.content_id, summary);
      tell_message(folder.account, folder.name, message, summary, {});
    }
    co_return Ok();
  }

  void remember(std::int64_t content_id, const Summary& summary) {
    by_content_[content_id] = summary;
    if (by_content_.size() > kMostSummaries) by_content_.erase(by_content_.begin());
  }

  Summary summary_of(const store::MailboxChange& change) {
    if (change.copied_from) {
      const auto known = by_content_.find(change.message.content_id);
      return known == by_content_.end() ? Summary{} : known->second;
    }
    const std::string key = change.queue_id.empty() ? append_key(change.folder_id, change.message.size)
                                                    : delivery_key(change.queue_id, change.account);
    const auto it = arriving_.find(key);
    if (it == arriving_.end() || it->second.empty()) return {};
    Summary summary = std::move(it->second.front());
    it->second.pop_front();
    if (change.message.content_id != 0) remember(change.message.content_id, summary);
    return summary;
  }

  static constexpr std::size_t kMostSummaries = 4096;
  IncarnationPtr incarnation_;
  store::MailboxStore& inner_;
  std::map<std::string, std::deque<Summary>> arriving_;
  std::map<std::int64_t, Summary> by_content_;
  std::map<store::FolderId, std::string> names_;
  std::set<std::pair<store::FolderId, store::Uid>> moving_, moved_;
};

}  // namespace

std::unique_ptr<MailboxStoreTap> make_mailbox_store(IncarnationPtr incarnation, store::MailboxStore& inner) {
  return std::make_unique<TappedMailboxStore>(std::move(incarnation), inner);
}

}  // namespace glasspost::tap
