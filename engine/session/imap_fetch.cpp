#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/body_structure.h"
#include "engine/protocol/imap/envelope.h"
#include "engine/protocol/imap/response.h"
#include "engine/protocol/imap/section.h"
#include "engine/session/imap_dialogue.h"

// FETCH.
namespace glasspost::imap {

namespace {

// What is said before it is written to the stream: memory stays within this and one message.
constexpr std::size_t kMostUnwritten = 64 * 1024;

/// Where a remembered message has what an item asks for; null for items that are not remembered.
std::string RememberedMessage::*place_of(FetchItem item) {
  if (item == FetchItem::kEnvelope) return &RememberedMessage::envelope;
  if (item == FetchItem::kBody) return &RememberedMessage::body;
  return item == FetchItem::kBodyStructure ? &RememberedMessage::body_structure : nullptr;
}

bool has(const FetchArguments& arguments, FetchItem item) {
  return std::any_of(arguments.attributes.begin(), arguments.attributes.end(),
                     [item](const FetchAttribute& attribute) { return attribute.item == item; });
}

}  // namespace

store::Flags to_store(const FlagList& flags) {
  static_assert(system_flag::kSeen == store::flag::kSeen &&
                system_flag::kAnswered == store::flag::kAnswered &&
                system_flag::kFlagged == store::flag::kFlagged &&
                system_flag::kDeleted == store::flag::kDeleted && system_flag::kDraft == store::flag::kDraft);
  store::Flags out;
  out.system = flags.system;
  out.keywords = flags.keywords;
  return out;
}

void Dialogue::append_flags(const ViewedMessage& message, std::string& into) {
  constexpr std::pair<std::uint32_t, std::string_view> kNames[] = {{store::flag::kAnswered, "\\Answered"},
                                                                   {store::flag::kFlagged, "\\Flagged"},
                                                                   {store::flag::kDeleted, "\\Deleted"},
                                                                   {store::flag::kSeen, "\\Seen"},
                                                                   {store::flag::kDraft, "\\Draft"}};
  into += "FLAGS (";
  const auto add = [&into](std::string_view flag) {
    if (into.back() != '(') into += ' ';
    into += flag;
  };
  for (const auto& [bit, name] : kNames) {
    if ((message.info.flags.system & bit) != 0) add(name);
  }
  for (const std::string& keyword : message.info.flags.keywords)
    add(keyword);
  if (message.recent) add("\\Recent");
  into += ')';
}

void Dialogue::append_attribute(const FetchAttribute& attribute, ViewedMessage& message, OpenMessage& open,
                                std::string& into) {
  switch (attribute.item) {
    case FetchItem::kFlags:
      append_flags(message, into);
      message.flags_changed = false;
      return;
    case FetchItem::kInternalDate:
      into += "INTERNALDATE ";
      append_internal_date(into, message.info.internal_date);
      return;
    case FetchItem::kSize:
      into += "RFC822.SIZE " + std::to_string(message.info.size);
      return;
    case FetchItem::kUid:
      into += "UID " + std::to_string(message.info.uid);
      return;
    case FetchItem::kModSeq:
      into += "MODSEQ (" + std::to_string(message.info.mod_sequence) + ')';
      return;
    case FetchItem::kEnvelope:
    case FetchItem::kBody:
    case FetchItem::kBodyStructure:
      append_made_once(attribute.item, message.info.uid, open, into);
      return;
    case FetchItem::kSection:
      break;
  }
  into += response_name(attribute);
  into += ' ';
  const bool whole = attribute.section.part.empty() && attribute.section.text == Section::Text::kWhole;
  std::optional<std::string> text;
  if (!whole) {
    text = needs_structure(attribute.section)
               ? section_text(*open.content, open.structure(), attribute.section)
               : plain_section_text(*open.content, attribute.section);
  }
  if (!whole && !text) {
    into += "NIL";
    return;
  }
  std::string_view told = whole ? std::string_view(*open.content) : std::string_view(*text);
  if (attribute.partial) told = part_of(told, *attribute.partial);
  append_literal(into, told);
}

const RememberedMessage* Dialogue::remembered(store::Uid uid) {
  return context.memory == nullptr ? nullptr : context.memory->find(view->folder(), uid);
}

bool Dialogue::needs_content(const FetchAttribute& attribute, store::Uid uid) {
  if (attribute.item == FetchItem::kSection) return true;
  std::string RememberedMessage::*const place = place_of(attribute.item);
  if (place == nullptr) return false;
  const RememberedMessage* const known = remembered(uid);
  return known == nullptr || (known->*place).empty();
}

void Dialogue::append_made_once(FetchItem item, store::Uid uid, OpenMessage& open, std::string& into) {
  std::string RememberedMessage::*const place = place_of(item);
  const RememberedMessage* const known = remembered(uid);
  if (known != nullptr && !(known->*place).empty()) {
    into += known->*place;
    return;
  }
  const std::size_t begin = into.size();
  if (item == FetchItem::kEnvelope) {
    into += "ENVELOPE ";
    append_envelope(into, open.head());
  } else {
    const bool extended = item == FetchItem::kBodyStructure;
    into += extended ? "BODYSTRUCTURE " : "BODY ";
    append_body_structure(into, *open.content, open.structure(), extended);
  }
  if (context.memory == nullptr) return;
  const std::string_view made = std::string_view(into).substr(begin);
  context.memory->grow(view->folder(), uid, made.size()).*place = made;
}

Task<bool> Dialogue::load(store::Uid uid, OpenMessage& open) {
  if (open.uid == uid && open.content) co_return true;
  open = OpenMessage();
  Result<store::Content> content = co_await context.mailboxes.content(view->folder(), uid);
  if (!content) co_return false;
  open.uid = uid;
  open.content = std::move(*content);
  co_return true;
}

// False: the message's content is gone.
Task<bool> Dialogue::fetch_message(std::size_t position, const FetchArguments& arguments, bool uid,
                                   OpenMessage& open) {
  const store::Uid wanted = view->at(position).info.uid;
  bool content = false;
  for (const FetchAttribute& attribute : arguments.attributes)
    content = content || needs_content(attribute, wanted);
  if (content) {
    const bool loaded = co_await load(wanted, open);
    if (!loaded) co_return false;
  }
  ViewedMessage& message = view->at(position);
  if (has(arguments, FetchItem::kFlags)) tell_new_keywords(message.info.flags.keywords);
  out += "* " + std::to_string(position + 1) + " FETCH (";
  if (uid && !has(arguments, FetchItem::kUid)) out += "UID " + std::to_string(message.info.uid) + ' ';
  for (const FetchAttribute& attribute : arguments.attributes) {
    append_attribute(attribute, message, open, out);
    out += ' ';
  }
  const bool with_mod_sequence = arguments.changed_since && !has(arguments, FetchItem::kModSeq);
  if (with_mod_sequence) out += "MODSEQ (" + std::to_string(message.info.mod_sequence) + ") ";
  out.pop_back();
  say(")");
  co_return true;
}

// RFC 3501 6.4.5: fetching content sets \Seen. It is done in one step at the end, for what was sent.
Task<Ok> Dialogue::mark_seen(std::vector<store::Uid> uids) {
  if (uids.empty()) co_return Ok();
  store::FlagChange change;
  change.operation = store::FlagOperation::kAdd;
  change.flags.system = store::flag::kSeen;
  const Result<store::FlagsChanged> done =
      co_await context.mailboxes.change_flags(view->folder(), std::move(uids), std::move(change));
  if (!done) co_return fail(done.error());
  co_return Ok();
}

Task<Outcome> Dialogue::fetch(FetchArguments arguments, bool uid) {
  const std::optional<std::vector<std::size_t>> chosen = positions(arguments.set, uid);
  if (!chosen) co_return Outcome::bad("A message number is larger than there are messages");
  const bool knows = has(arguments, FetchItem::kModSeq) || arguments.changed_since;
  if (knows) {
    co_await enable_condstore();
  }
  const bool reads =
      !read_only && std::any_of(arguments.attributes.begin(), arguments.attributes.end(),
                                [](const FetchAttribute& attribute) {
                                  return attribute.item == FetchItem::kSection && !attribute.peek;
                                });
  std::vector<store::Uid> seen;
  bool some_gone = false;
  OpenMessage open;
  for (const std::size_t position : *chosen) {
    const ViewedMessage& message = view->at(position);
    if (arguments.changed_since && message.info.mod_sequence <= *arguments.changed_since) continue;
    const bool told = co_await fetch_message(position, arguments, uid, open);
    some_gone = some_gone || !told;
    const bool unseen = (view->at(position).info.flags.system & store::flag::kSeen) == 0;
    if (told && reads && unseen) seen.push_back(view->at(position).info.uid);
    if (out.size() < kMostUnwritten) continue;
    const bool written = co_await flush();
    if (!written) co_return Outcome::none();
  }
  const Ok marked = co_await mark_seen(std::move(seen));
  if (!marked) co_return store_failure(marked.error());
  if (some_gone) co_return Outcome::no("Some of the messages are gone", "EXPUNGEISSUED");  // RFC 5530 3
  co_return Outcome::ok("Fetched");
}

}  // namespace glasspost::imap
