#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/assert.h"
#include "engine/cli/canvas.h"
#include "engine/cli/commands.h"
#include "engine/cli/json_text.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/runtime/executor.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/task_group.h"
#include "engine/store/database.h"
#include "engine/store/mailbox_store.h"

namespace glasspost::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Nothing ever waits here: jobs of the database run inline.
class NoScheduler final : public Scheduler {
 public:
  void resume_later(std::coroutine_handle<>, Cause) override { GLASSPOST_UNREACHABLE(); }
};

/// A store that is only looked into asks for no time.
class StoppedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return Instant{0}; }
  std::unique_ptr<Timer> make_timer(std::string_view) override { GLASSPOST_UNREACHABLE(); }
};

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  out = co_await task;
}
template <class T>
T finish(Task<T> task) {
  std::optional<T> out;
  TaskGroup group;
  group.spawn(keep(std::move(task), out));
  GLASSPOST_ASSERT(out.has_value());
  return std::move(*out);
}

struct Letter {
  store::MessageInfo info;
  std::string subject;
};

std::string flag_words(const store::Flags& flags) {
  static constexpr std::pair<std::uint32_t, std::string_view> kNames[] = {
      {store::flag::kSeen, "\\Seen"},
      {store::flag::kAnswered, "\\Answered"},
      {store::flag::kFlagged, "\\Flagged"},
      {store::flag::kDeleted, "\\Deleted"},
      {store::flag::kDraft, "\\Draft"}};
  std::vector<std::string> words = flags.keywords;
  for (const auto& [bit, name] : kNames) {
    if ((flags.system & bit) != 0) words.emplace_back(name);
  }
  return fmt::format("{}", fmt::join(words, " "));
}

Result<std::vector<Letter>> letters(store::MailboxStore& mailboxes, store::FolderId folder) {
  std::vector<Letter> out;
  auto listed = finish(mailboxes.list(folder, {}));
  if (!listed) return fail(listed.error());
  for (store::MessageInfo& info : *listed) {
    const auto content = finish(mailboxes.content(folder, info.uid));
    if (!content) return fail(content.error());
    const message::Header header = message::parse_header(**content);
    const message::HeaderField* subject = header.find("Subject");
    out.push_back(
        {std::move(info), subject == nullptr ? "" : message::decode_unstructured(subject->value())});
  }
  return out;
}

Result<std::string> list_accounts(store::MailboxStore& mailboxes, bool json) {
  Json out = Json::array();
  std::string text;
  const auto accounts = finish(mailboxes.accounts());
  if (!accounts) return fail(accounts.error());
  for (const store::AccountInfo& account : *accounts) {
    const auto folders = finish(mailboxes.folders(account.name));
    if (!folders) return fail(folders.error());
    for (const store::FolderInfo& folder : *folders) {
      out.push_back({{"account", account.name},
                     {"folder", folder.name},
                     {"messages", folder.messages},
                     {"unseen", folder.unseen},
                     {"uid_validity", folder.uid_validity},
                     {"bytes", folder.bytes}});
      text += fmt::format("{}{}{:>6}{:>12}\n", padded(account.name, 32), padded(folder.name, 20),
                          folder.messages, folder.bytes);
    }
  }
  return json ? json_text(out) : text;
}

Result<std::string> list_letters(store::MailboxStore& mailboxes, store::FolderId folder, bool json) {
  const auto found = letters(mailboxes, folder);
  if (!found) return fail(found.error());
  Json messages = Json::array();
  std::string text;
  for (const Letter& letter : *found) {
    const std::string flags = flag_words(letter.info.flags);
    messages.push_back({{"uid", letter.info.uid},
                        {"size", letter.info.size},
                        {"date", to_rfc3339(letter.info.internal_date)},
                        {"flags", flags},
                        {"subject", letter.subject}});
    text += fmt::format("{:>6}  {:>9}  {}  {}  {}\n", letter.info.uid, letter.info.size,
                        to_rfc3339(letter.info.internal_date), padded(flags, 20), letter.subject);
  }
  return json ? json_text(Json{{"messages", messages}}) : text;
}

/// A line a fault; an error if there is one, so that the command's status tells it.
Result<std::string> faults(store::Database& database, bool json) {
  const auto found = finish(database.check());
  if (!found) return fail(found.error());
  if (json) return json_text(Json{{"faults", *found}});
  if (found->empty()) return std::string("whole\n");
  return fail(ErrorCode::kCorrupt, fmt::format("{} faults\n{}", found->size(), fmt::join(*found, "\n")));
}

Result<std::string> look(const MailboxCommand& command) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(command.file, error)) {
    return fail(ErrorCode::kNotFound, command.file + " is not a file");
  }
  NoScheduler scheduler;
  StoppedClock clock;
  InlineExecutor executor;
  auto database = store::Database::open({command.file, ""}, scheduler, executor);
  if (!database) return fail(database.error());
  if (command.check) return faults(**database, command.json);
  store::SqliteMailboxStore mailboxes(**database, clock);
  if (command.account.empty()) return list_accounts(mailboxes, command.json);
  const auto folder = finish(mailboxes.folder(command.account, command.folder));
  if (!folder) return fail(folder.error());
  if (!command.uid) return list_letters(mailboxes, folder->id, command.json);
  const auto content = finish(mailboxes.content(folder->id, *command.uid));
  if (!content) return fail(content.error());
  return **content;
}

}  // namespace

int mailbox_command(const MailboxCommand& command) {
  const Result<std::string> out = look(command);
  if (!out) {
    std::fprintf(stderr, "glasspost mailbox: %s\n", to_string(out.error()).c_str());
    return kBadInput;
  }
  std::fwrite(out->data(), 1, out->size(), stdout);
  return kGood;
}

}  // namespace glasspost::cli
