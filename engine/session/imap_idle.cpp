#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/response.h"
#include "engine/session/imap_dialogue.h"

// What the client has to be told of its mailbox, and IDLE.
namespace glasspost::imap {

void Dialogue::say_flag_names() {
  std::string names = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
  std::string given;
  std::set<std::string> listed;
  for (const ViewedMessage& message : view->messages()) {
    for (const std::string& keyword : message.info.flags.keywords) {
      if (listed.insert(to_lower(keyword)).second) given += ' ' + keyword;
    }
  }
  keywords.insert(listed.begin(), listed.end());
  say("* FLAGS (" + names + given + ')');
  say(read_only ? "* OK [PERMANENTFLAGS ()] Nothing can be changed"
                : "* OK [PERMANENTFLAGS (" + names + given + " \\*)] Kept for good");
}

void Dialogue::tell_new_keywords(const std::vector<std::string>& used) {
  for (const std::string& keyword : used) {
    if (keywords.count(to_lower(keyword)) == 1) continue;
    say_flag_names();  // RFC 3501 7.2.6
    return;
  }
}

void Dialogue::tell_flags(std::size_t position, bool uid) {
  ViewedMessage& message = view->at(position);
  tell_new_keywords(message.info.flags.keywords);
  out += "* " + std::to_string(position + 1) + " FETCH (";
  if (uid) out += "UID " + std::to_string(message.info.uid) + ' ';
  if (condstore) out += "MODSEQ (" + std::to_string(message.info.mod_sequence) + ") ";  // RFC 7162 3.1.2
  append_flags(message, out);
  say(")");
  message.flags_changed = false;
}

void Dialogue::tell_changes(bool expunges, bool uid) {
  if (!view || !view->has_news()) return;
  if (expunges) {  // RFC 3501 7.4.1
    for (const std::uint32_t number : view->take_expunged())
      say("* " + std::to_string(number) + " EXPUNGE");
  }
  const std::size_t before = view->count();
  const std::size_t first = view->take_arrivals();
  const store::Uid mark = context.recents.mark(view->folder());
  for (std::size_t i = first; i < view->count(); ++i)
    view->at(i).recent = view->at(i).info.uid > mark;
  if (view->count() > before) {
    if (!read_only) context.recents.claim(view->folder(), view->largest_uid());
    say("* " + std::to_string(view->count()) + " EXISTS");
    say("* " + std::to_string(view->recent_count()) + " RECENT");
  }
  for (const std::size_t position : view->take_flag_changes())
    tell_flags(position, uid);
}

// RFC 2177 3. While this waits for DONE, another task writes what happens; only one of them writes at a time.
Task<Outcome> Dialogue::idle() {
  if (!idle_news) idle_news.emplace(context.clock, "imap idle");
  if (!idle_end) idle_end.emplace(context.clock, "imap idle");
  say("+ Idling");
  tell_changes(true, false);
  const bool written = co_await flush();
  if (!written) co_return Outcome::none();
  idling = true;
  if (view) view->on_change([this] { idle_news->notify(); });
  idle_tasks.spawn(tell_while_idle());
  std::optional<CommandReader::Event> event = reader.next(unread);
  while (!event) {
    const bool more = co_await fill();
    if (!more) break;
    event = reader.next(unread);
  }
  idling = false;
  idle_news->notify();
  while (!idle_tasks.empty()) {
    const Signal::Woken woken = co_await idle_end->wait();
    if (woken == Signal::Woken::kAborted) break;
  }
  if (view) view->on_change(nullptr);
  if (!event) co_return Outcome::none();
  if (*event != CommandReader::Event::kCommand) {
    bye("DONE was expected", CloseReason::kTooMany);
    co_return Outcome::none();
  }
  const RawCommand line = reader.take();
  if (!iequals(line.text, "DONE")) co_return Outcome::bad("DONE was expected");
  co_return Outcome::ok("Done idling");
}

Task<void> Dialogue::tell_while_idle() {
  while (idling) {
    const Signal::Woken woken = co_await idle_news->wait();
    if (woken == Signal::Woken::kAborted) break;
    if (!idling) break;
    tell_changes(true, false);
    if (out.empty() || lost) continue;
    const std::string bytes = std::exchange(out, {});
    const Ok sent = co_await stream()->write(bytes);
    if (!sent) break;  // the reader meets the same end
  }
  idle_end->notify();
}

}  // namespace glasspost::imap
