#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/list_pattern.h"
#include "engine/protocol/imap/modified_utf7.h"
#include "engine/protocol/imap/response.h"
#include "engine/session/imap_dialogue.h"

// LIST, LSUB, STATUS.
namespace glasspost::imap {

namespace {

/// A name in the hierarchy: a folder's, or one that folders have above them.
struct Name {
  const store::FolderInfo* folder = nullptr;  ///< null: there are only names below
  bool has_children = false;
  bool subscribed_below = false;
};
using Names = std::map<std::string, Name>;

Names names_of(const std::vector<store::FolderInfo>& folders) {
  Names names;
  for (const store::FolderInfo& folder : folders) {
    names[folder.name].folder = &folder;
    for (std::size_t slash = folder.name.find('/'); slash != std::string::npos;
         slash = folder.name.find('/', slash + 1)) {
      Name& above = names[folder.name.substr(0, slash)];
      above.has_children = true;
      above.subscribed_below = above.subscribed_below || folder.subscribed;
    }
  }
  return names;
}

/// The patterns with the reference before them, in UTF-8; those that are no names match nothing.
std::vector<std::string> full_patterns(const ListArguments& arguments) {
  std::vector<std::string> out;
  for (const std::string& pattern : arguments.patterns) {
    Result<std::string> decoded = decode_modified_utf7(arguments.reference + pattern);
    if (decoded) out.push_back(std::move(*decoded));
  }
  return out;
}

bool matches_any(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_pattern(pattern, name); });
}

bool is_selected_by(const ListArguments& arguments, const Name& name) {
  if (arguments.select_subscribed && (name.folder == nullptr || !name.folder->subscribed)) return false;
  if (!arguments.select_special_use) return true;
  return name.folder != nullptr && name.folder->special_use != store::SpecialUse::kNone;
}

std::string attributes_of(const ListArguments& arguments, const Name& name) {
  std::string out;
  const auto add = [&out](std::string_view attribute) {
    if (!out.empty()) out += ' ';
    out += attribute;
  };
  if (name.folder == nullptr) add(arguments.extended ? "\\NonExistent" : "\\Noselect");
  if (name.folder != nullptr && name.folder->subscribed &&
      (arguments.return_subscribed || arguments.select_subscribed)) {
    add("\\Subscribed");
  }
  add(name.has_children ? "\\HasChildren" : "\\HasNoChildren");  // RFC 3348 3, RFC 5258 4
  if (name.folder != nullptr && name.folder->special_use != store::SpecialUse::kNone) {
    add(special_use_name(name.folder->special_use));  // RFC 6154 2
  }
  return out;
}

std::string list_line(std::string_view kind, std::string_view attributes, std::string_view name) {
  std::string line = "* " + std::string(kind) + " (" + std::string(attributes) + ") \"/\" ";
  append_mailbox(line, name);
  return line;
}

}  // namespace

Task<Outcome> Dialogue::list(ListArguments arguments) {
  if (!arguments.extended && arguments.patterns.front().empty()) {
    say("* LIST (\\Noselect) \"/\" \"\"");  // RFC 3501 6.3.8: what is the separator?
    co_return Outcome::ok("Separator told");
  }
  const Result<std::vector<store::FolderInfo>> folders = co_await context.mailboxes.folders(client.account);
  if (!folders) co_return store_failure(folders.error());
  const std::vector<std::string> patterns = full_patterns(arguments);
  const Names names = names_of(*folders);
  for (const auto& [text, name] : names) {
    if (!matches_any(patterns, text)) continue;
    const bool selected = is_selected_by(arguments, name);
    const bool child_info =
        arguments.select_recursive_match && arguments.select_subscribed && name.subscribed_below;
    if (!selected && !child_info) continue;
    std::string line = list_line("LIST", attributes_of(arguments, name), text);
    if (child_info) line += " (\"CHILDINFO\" (\"SUBSCRIBED\"))";  // RFC 5258 3.5
    say(line);
    if (arguments.return_status.empty() || name.folder == nullptr || !selected) continue;
    const Ok told = co_await say_status(*name.folder, arguments.return_status);  // RFC 5819 2
    if (!told) co_return store_failure(told.error());
  }
  co_return Outcome::ok("Listed");
}

Task<Outcome> Dialogue::lsub(ListArguments arguments) {
  if (arguments.patterns.front().empty()) {
    say("* LSUB (\\Noselect) \"/\" \"\"");
    co_return Outcome::ok("Separator told");
  }
  const Result<std::vector<store::FolderInfo>> folders = co_await context.mailboxes.folders(client.account);
  if (!folders) co_return store_failure(folders.error());
  const std::vector<std::string> patterns = full_patterns(arguments);
  // RFC 3501 6.3.9: a name that "%" finds stands, unselectable, for subscribed names below that it does not.
  std::map<std::string, bool> found;
  for (const store::FolderInfo& folder : *folders) {
    if (!folder.subscribed) continue;
    if (matches_any(patterns, folder.name)) {
      found[folder.name] = true;
      continue;
    }
    for (std::size_t slash = folder.name.find('/'); slash != std::string::npos;
         slash = folder.name.find('/', slash + 1)) {
      const std::string above = folder.name.substr(0, slash);
      if (matches_any(patterns, above)) found.emplace(above, false);
    }
  }
  for (const auto& [name, itself] : found)
    say(list_line("LSUB", itself ? "" : "\\Noselect", name));
  co_return Outcome::ok("Listed");
}

Task<Outcome> Dialogue::status(StatusArguments arguments) {
  Result<store::FolderInfo> folder = co_await find_mailbox(std::move(arguments.mailbox));
  if (!folder) co_return store_failure(folder.error());
  const Ok told = co_await say_status(std::move(*folder), std::move(arguments.items));
  if (!told) co_return store_failure(told.error());
  co_return Outcome::ok("Status told");
}

Task<Ok> Dialogue::say_status(store::FolderInfo folder, std::vector<StatusItem> items) {
  std::size_t recent = 0;
  if (std::find(items.begin(), items.end(), StatusItem::kRecent) != items.end()) {
    const store::Uid mark = context.recents.mark(folder.id);
    store::UidRange unclaimed;
    unclaimed.first = mark == 0xffff'ffff ? mark : mark + 1;
    const Result<std::vector<store::MessageInfo>> listed =
        co_await context.mailboxes.list(folder.id, unclaimed);
    if (!listed) co_return fail(listed.error());
    recent = listed->size();
    if (view && view->folder() == folder.id) recent += view->recent_count();
  }
  if (std::find(items.begin(), items.end(), StatusItem::kHighestModSeq) != items.end()) {
    co_await enable_condstore();
  }
  std::string line = "* STATUS ";
  append_mailbox(line, folder.name);
  line += " (";
  for (const StatusItem item : items) {
    if (line.back() != '(') line += ' ';
    switch (item) {
      case StatusItem::kMessages:
        line += "MESSAGES " + std::to_string(folder.messages);
        break;
      case StatusItem::kRecent:
        line += "RECENT " + std::to_string(recent);
        break;
      case StatusItem::kUidNext:
        line += "UIDNEXT " + std::to_string(folder.uid_next);
        break;
      case StatusItem::kUidValidity:
        line += "UIDVALIDITY " + std::to_string(folder.uid_validity);
        break;
      case StatusItem::kUnseen:
        line += "UNSEEN " + std::to_string(folder.unseen);
        break;
      case StatusItem::kHighestModSeq:  // RFC 7162 3.1.7
        line += "HIGHESTMODSEQ " + std::to_string(folder.mod_sequence);
        break;
      case StatusItem::kSize:  // RFC 8438
        line += "SIZE " + std::to_string(folder.bytes);
        break;
    }
  }
  say(line + ")");
  co_return Ok();
}

}  // namespace glasspost::imap
