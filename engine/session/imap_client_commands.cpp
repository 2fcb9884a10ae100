// What an IMAP client asks for, and what it makes of the answers.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/session/imap_client_dialogue.h"

namespace glasspost::imap {
namespace {

template <class T>
std::vector<T> all_of(Answer& answer) {
  std::vector<T> out;
  for (ResponseData& data : answer.data) {
    if (auto* wanted = std::get_if<T>(&data)) out.push_back(std::move(*wanted));
  }
  return out;
}

// RFC 6851 4.3: for MOVE the code comes in an untagged OK as a rule.
MovedMessages moved_by(const Answer& answer) {
  const ResponseCode* code = answer.status.code.name == "COPYUID" ? &answer.status.code : nullptr;
  for (const ResponseData& data : answer.data) {
    const auto* status = std::get_if<StatusLine>(&data);
    if (status != nullptr && status->code.name == "COPYUID") code = &status->code;
  }
  if (code == nullptr) return {};
  return {code->uid_validity, code->source, code->destination};
}

std::string_view status_items(const ClientSession& session) {
  return session.offers("CONDSTORE") ? "MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ"
                                     : "MESSAGES UIDNEXT UIDVALIDITY";
}

}  // namespace

Task<ClientSession::Outcome<std::vector<ListData>>> ClientSession::Dialogue::list(std::string_view verb,
                                                                                  std::string pattern) {
  ClientCommand command(verb);
  command.text(" \"\"").astring(pattern);
  Outcome<Answer> answer = co_await ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return all_of<ListData>(*answer);
}

Task<ClientSession::Outcome<std::vector<ListData>>> ClientSession::list(std::string pattern) {
  return dialogue_->list("LIST", std::move(pattern));
}

Task<ClientSession::Outcome<std::vector<ListData>>> ClientSession::lsub(std::string pattern) {
  return dialogue_->list("LSUB", std::move(pattern));
}

Task<ClientSession::Outcome<MailboxListing>> ClientSession::list_with_status() {
  MailboxListing listing;
  if (offers("LIST-STATUS")) {
    ClientCommand command("LIST");
    command.text(" \"\" \"*\" RETURN (").text(offers("SPECIAL-USE") ? "SPECIAL-USE " : "");
    command.text("STATUS (").text(status_items(*this)).text("))");
    Outcome<Answer> answer = co_await dialogue_->ask(std::move(command));
    if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
    listing.mailboxes = all_of<ListData>(*answer);
    listing.statuses = all_of<StatusData>(*answer);
    co_return listing;
  }
  Outcome<std::vector<ListData>> mailboxes = co_await list("*");
  if (!mailboxes) co_return tl::unexpected<ClientError>(std::move(mailboxes).error());
  listing.mailboxes = std::move(*mailboxes);
  for (const ListData& one : listing.mailboxes) {
    if (one.has("\\Noselect") || one.has("\\NonExistent")) continue;
    Outcome<StatusData> told = co_await status(one.mailbox);
    if (told) {
      listing.statuses.push_back(std::move(*told));
    } else if (told.error().kind != ClientErrorKind::kRefused) {
      co_return tl::unexpected<ClientError>(std::move(told).error());
    }
  }
  co_return listing;
}

Task<ClientSession::Outcome<void>> ClientSession::create(std::string mailbox) {
  ClientCommand command("CREATE");
  command.mailbox(mailbox);
  return dialogue_->ask_plainly(std::move(command));
}

Task<ClientSession::Outcome<void>> ClientSession::subscribe(std::string mailbox) {
  ClientCommand command("SUBSCRIBE");
  command.mailbox(mailbox);
  return dialogue_->ask_plainly(std::move(command));
}

Task<ClientSession::Outcome<StatusData>> ClientSession::status(std::string mailbox) {
  ClientCommand command("STATUS");
  command.mailbox(mailbox).text(" (").text(status_items(*this)).text(")");
  Outcome<Answer> answer = co_await dialogue_->ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  std::vector<StatusData> told = all_of<StatusData>(*answer);
  co_return told.empty() ? StatusData{} : std::move(told.front());
}

Task<ClientSession::Outcome<std::vector<FetchData>>> ClientSession::uid_fetch(
    std::string set, std::string items, std::optional<std::uint64_t> changed_since) {
  ClientCommand command("UID FETCH");
  command.text(" " + set + " " + items);
  if (changed_since) command.text(" (CHANGEDSINCE " + std::to_string(*changed_since) + ")");
  Outcome<Answer> answer = co_await dialogue_->ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return all_of<FetchData>(*answer);
}

Task<ClientSession::Outcome<void>> ClientSession::uid_store(std::string set, StoreOperation operation,
                                                            FlagList flags) {
  constexpr std::string_view kNames[] = {" FLAGS.SILENT", " +FLAGS.SILENT", " -FLAGS.SILENT"};
  ClientCommand command("UID STORE");
  command.text(" " + set).text(kNames[static_cast<std::size_t>(operation)]).flags(flags);
  return dialogue_->ask_plainly(std::move(command));
}

Task<ClientSession::Outcome<MovedMessages>> ClientSession::Dialogue::copy(std::string_view verb,
                                                                          std::string set,
                                                                          std::string mailbox) {
  ClientCommand command(verb);
  command.text(" " + set).mailbox(mailbox);
  Outcome<Answer> answer = co_await ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return moved_by(*answer);
}

Task<ClientSession::Outcome<MovedMessages>> ClientSession::uid_copy(std::string set, std::string mailbox) {
  return dialogue_->copy("UID COPY", std::move(set), std::move(mailbox));
}

Task<ClientSession::Outcome<MovedMessages>> ClientSession::uid_move(std::string set, std::string mailbox) {
  if (offers("MOVE")) {
    co_return co_await dialogue_->copy("UID MOVE", set, mailbox);
  }
  Outcome<MovedMessages> copied = co_await dialogue_->copy("UID COPY", set, mailbox);
  if (!copied) co_return copied;
  FlagList deleted;
  deleted.system = system_flag::kDeleted;
  Outcome<void> done = co_await uid_store(set, StoreOperation::kAdd, deleted);
  if (done) {
    done = co_await uid_expunge(set);
  }
  if (!done) co_return tl::unexpected<ClientError>(std::move(done).error());
  co_return copied;
}

Task<ClientSession::Outcome<void>> ClientSession::uid_expunge(std::string set) {
  if (!offers("UIDPLUS")) co_return Outcome<void>();
  ClientCommand command("UID EXPUNGE");
  command.text(" " + set);
  co_return co_await dialogue_->ask_plainly(std::move(command));
}

Task<ClientSession::Outcome<std::vector<std::uint32_t>>> ClientSession::uid_search_text(std::string text) {
  const bool ascii = std::none_of(text.begin(), text.end(), is_non_ascii);
  ClientCommand command("UID SEARCH");
  if (!ascii) command.text(" CHARSET UTF-8");
  command.text(" TEXT").astring(text);
  Outcome<Answer> answer = co_await dialogue_->ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  std::vector<std::uint32_t> found;
  for (const SearchData& data : all_of<SearchData>(*answer)) {
    // As many as there are messages: a range of four thousand million UIDs is not written out.
    for (const SequenceRange& range : data.numbers) {
      for (std::uint64_t uid = range.first;
           uid <= range.last && found.size() < dialogue_->options.max_messages; ++uid)
        found.push_back(static_cast<std::uint32_t>(uid));
    }
  }
  co_return found;
}

Task<ClientSession::Outcome<AppendedMessage>> ClientSession::append(std::string mailbox, FlagList flags,
                                                                    Instant date, std::string content) {
  ClientCommand command("APPEND");
  command.mailbox(mailbox).flags(flags).date(date).literal(std::move(content));
  Outcome<Answer> answer = co_await dialogue_->ask(std::move(command));
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  const ResponseCode& code = answer->status.code;
  if (code.name != "APPENDUID" || code.destination.ranges.size() != 1) co_return AppendedMessage{};
  co_return AppendedMessage{code.uid_validity, code.destination.ranges.front().first};
}

Task<ClientSession::Outcome<void>> ClientSession::noop() {
  return dialogue_->ask_plainly(ClientCommand("NOOP"));
}

Task<ClientSession::Outcome<void>> ClientSession::idle(Instant until) {
  Dialogue& d = *dialogue_;
  if (!offers("IDLE") || d.machine.state() != ClientState::kSelected) {
    co_return tl::unexpected<ClientError>(
        ClientError{ClientErrorKind::kRefused, std::nullopt, "the server offers no IDLE here"});
  }
  d.idle_stop = false;
  d.machine.begin_idle();
  d.idle_until = until;
  d.watchers.spawn(d.watch_idle(until));
  Outcome<Answer> answer = co_await d.answer_of("IDLE");
  d.idle_timer->cancel();
  while (d.watching) {
    const Signal::Woken woken = co_await d.watched.wait();
    if (woken == Signal::Woken::kAborted) break;
  }
  if (!answer) co_return tl::unexpected<ClientError>(std::move(answer).error());
  co_return Outcome<void>();
}

void ClientSession::end_idle() {
  dialogue_->idle_stop = true;
  dialogue_->idle_timer->cancel();
}

}  // namespace glasspost::imap
