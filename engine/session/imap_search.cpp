#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/protocol/imap/response.h"
#include "engine/protocol/imap/search_text.h"
#include "engine/session/imap_dialogue.h"

// SEARCH.
namespace glasspost::imap {

namespace {

/// A key made ready for one mailbox: sets resolved, texts in folded UTF-8.
struct PreparedKey {
  const SearchKey* key = nullptr;
  std::vector<SequenceRange> ranges;
  std::string wanted;
  std::string field;  ///< in lower case
  std::vector<PreparedKey> children;
};

PreparedKey prepare(const SearchKey& key, const std::string& charset, std::uint32_t messages,
                    std::uint32_t largest_uid) {
  PreparedKey out;
  out.key = &key;
  out.field = to_lower(key.field);
  if (key.kind == SearchKind::kSequence) out.ranges = key.set.resolved(messages);
  if (key.kind == SearchKind::kUid) out.ranges = key.set.resolved(largest_uid);
  if (!key.text.empty()) {
    out.wanted = fold_case(charset.empty() ? key.text : message::decode_charset(key.text, charset).text);
  }
  for (const SearchKey& child : key.children)
    out.children.push_back(prepare(child, charset, messages, largest_uid));
  return out;
}

/// kUnknown: only the message's content can tell.
enum class Answer : std::uint8_t { kNo, kYes, kUnknown };

Answer answer(bool yes) {
  return yes ? Answer::kYes : Answer::kNo;
}

class Matcher {
 public:
  /// `known`: what is remembered of it; null: nothing. `open`: null: it has not been read.
  Matcher(std::size_t position, const ViewedMessage& message, const RememberedMessage* known,
          OpenMessage* open)
      : number_(static_cast<std::uint32_t>(position + 1)), message_(message), known_(known), open_(open) {}

  Answer match(const PreparedKey& prepared) {
    const SearchKey& key = *prepared.key;
    const std::uint32_t flags = message_.info.flags.system;
    const std::int64_t day = day_of(message_.info.internal_date);
    switch (key.kind) {
      case SearchKind::kAll:
        return Answer::kYes;
      case SearchKind::kFlag:
        return answer((flags & key.flag) != 0);
      case SearchKind::kUnflag:
        return answer((flags & key.flag) == 0);
      case SearchKind::kKeyword:
        return answer(has_keyword(key.text));
      case SearchKind::kUnkeyword:
        return answer(!has_keyword(key.text));
      case SearchKind::kRecent:
        return answer(message_.recent);
      case SearchKind::kOld:
        return answer(!message_.recent);
      case SearchKind::kNew:
        return answer(message_.recent && (flags & store::flag::kSeen) == 0);
      case SearchKind::kBefore:
        return answer(day < key.day);
      case SearchKind::kOn:
        return answer(day == key.day);
      case SearchKind::kSince:
        return answer(day >= key.day);
      case SearchKind::kLarger:
        return answer(message_.info.size > key.number);
      case SearchKind::kSmaller:
        return answer(message_.info.size < key.number);
      case SearchKind::kUid:
        return answer(contains(prepared.ranges, message_.info.uid));
      case SearchKind::kSequence:
        return answer(contains(prepared.ranges, number_));
      case SearchKind::kModSeq:
        return answer(message_.info.mod_sequence >= key.number);
      case SearchKind::kNot:
      case SearchKind::kOr:
      case SearchKind::kAnd:
        return joined(prepared);
      case SearchKind::kHeader:
        if (known_ != nullptr) {
          const auto values = known_->fields.find(prepared.field);
          if (values != known_->fields.end()) return answer(values_hold(values->second, prepared.wanted));
        }
        [[fallthrough]];
      default:
        return open_ == nullptr ? Answer::kUnknown : answer(content_matches(prepared));
    }
  }

 private:
  Answer joined(const PreparedKey& prepared) {
    if (prepared.key->kind == SearchKind::kNot) {
      const Answer inner = match(prepared.children.front());
      if (inner == Answer::kUnknown) return inner;
      return answer(inner == Answer::kNo);
    }
    // One answer decides; else an unknown one keeps it open.
    const Answer decisive = prepared.key->kind == SearchKind::kOr ? Answer::kYes : Answer::kNo;
    bool open = false;
    for (const PreparedKey& child : prepared.children) {
      const Answer inner = match(child);
      if (inner == decisive) return decisive;
      open = open || inner == Answer::kUnknown;
    }
    if (open) return Answer::kUnknown;
    return decisive == Answer::kYes ? Answer::kNo : Answer::kYes;
  }

  bool content_matches(const PreparedKey& prepared) {
    const SearchKey& key = *prepared.key;
    switch (key.kind) {
      case SearchKind::kHeader:
        return header_holds(open_->head(), key.field, prepared.wanted);
      case SearchKind::kText:
        if (any_header_holds(open_->head(), prepared.wanted)) return true;
        return body_holds(*open_->content, open_->structure(), prepared.wanted);
      case SearchKind::kBody:
        return body_holds(*open_->content, open_->structure(), prepared.wanted);
      default:
        break;
    }
    const std::optional<std::int64_t> sent = sent_day(open_->head());
    if (!sent) return false;
    if (key.kind == SearchKind::kSentBefore) return *sent < key.day;
    if (key.kind == SearchKind::kSentOn) return *sent == key.day;
    return *sent >= key.day;
  }

  [[nodiscard]] bool has_keyword(const std::string& keyword) const {
    const std::vector<std::string>& all = message_.info.flags.keywords;
    return std::any_of(all.begin(), all.end(), [&](const std::string& one) { return iequals(one, keyword); });
  }

  std::uint32_t number_;
  const ViewedMessage& message_;
  const RememberedMessage* known_;
  OpenMessage* open_;
};

/// Keeps the values of the fields that the keys ask for; those with addresses are taken apart each time.
void remember_fields(const PreparedKey& prepared, MessageMemory& memory, store::FolderId folder,
                     store::Uid uid, OpenMessage& open) {
  const RememberedMessage* const known = memory.find(folder, uid);
  const bool told = known != nullptr && known->fields.contains(prepared.field);
  if (prepared.key->kind == SearchKind::kHeader && !told && !is_address_field(prepared.field)) {
    std::vector<std::string> values = folded_values(open.head(), prepared.field);
    std::size_t octets = 64;
    for (const std::string& value : values)
      octets += value.size() + 32;
    memory.grow(folder, uid, octets).fields.insert_or_assign(prepared.field, std::move(values));
  }
  for (const PreparedKey& child : prepared.children)
    remember_fields(child, memory, folder, uid, open);
}

/// What was found: numbers or UIDs, and the mod-sequences beside them.
struct Found {
  std::vector<std::uint32_t> numbers;
  std::vector<std::uint64_t> mod_sequences;
};

// RFC 4731 3.2: of the messages that the answer names, the highest.
std::uint64_t told_mod_sequence(const SearchArguments& arguments, const Found& found) {
  const bool all = !arguments.extended || arguments.return_all || arguments.return_count;
  if (all) return *std::max_element(found.mod_sequences.begin(), found.mod_sequences.end());
  std::uint64_t out = 0;
  if (arguments.return_min) out = found.mod_sequences.front();
  if (arguments.return_max) out = std::max(out, found.mod_sequences.back());
  return out;
}

std::string plain_answer(const SearchArguments& arguments, const Found& found) {
  std::string line = "* SEARCH";
  for (const std::uint32_t number : found.numbers)
    line += ' ' + std::to_string(number);
  if (arguments.uses_mod_sequence && !found.numbers.empty()) {
    line += " (MODSEQ " + std::to_string(told_mod_sequence(arguments, found)) + ')';  // RFC 7162 3.1.5
  }
  return line;
}

std::string extended_answer(const SearchArguments& arguments, const Found& found, bool uid,
                            const std::string& tag) {  // RFC 4731 3.1
  std::string line = "* ESEARCH (TAG ";
  append_string(line, tag);
  line += ')';
  if (uid) line += " UID";
  const bool any = !found.numbers.empty();
  if (arguments.return_min && any) line += " MIN " + std::to_string(found.numbers.front());
  if (arguments.return_max && any) line += " MAX " + std::to_string(found.numbers.back());
  if (arguments.return_count) line += " COUNT " + std::to_string(found.numbers.size());
  if (arguments.return_all && any) line += " ALL " + format_sequence_set(found.numbers);
  if (arguments.uses_mod_sequence && any) {
    line += " MODSEQ " + std::to_string(told_mod_sequence(arguments, found));
  }
  return line;
}

}  // namespace

Task<Outcome> Dialogue::search(SearchArguments arguments, bool uid, std::string tag) {
  const bool plain =
      arguments.charset.empty() || arguments.charset == "US-ASCII" || arguments.charset == "UTF-8";
  if (!plain && !message::is_known_charset(arguments.charset)) {
    co_return Outcome::no("That charset is not known here", "BADCHARSET (US-ASCII UTF-8)");  // RFC 3501 6.4.4
  }
  if (arguments.uses_mod_sequence) {
    co_await enable_condstore();
  }
  const PreparedKey prepared = prepare(arguments.key, plain ? std::string() : arguments.charset,
                                       static_cast<std::uint32_t>(view->count()), view->largest_uid());
  Found found;
  OpenMessage open;
  for (std::size_t position = 0; position < view->count(); ++position) {
    if (view->at(position).gone) continue;  // RFC 2180 4.3
    const store::Uid wanted = view->at(position).info.uid;
    Answer matches = Matcher(position, view->at(position), remembered(wanted), nullptr).match(prepared);
    if (matches == Answer::kUnknown) {
      const bool loaded = co_await load(wanted, open);
      if (!loaded) continue;
      if (context.memory != nullptr) remember_fields(prepared, *context.memory, view->folder(), wanted, open);
      matches = Matcher(position, view->at(position), remembered(wanted), &open).match(prepared);
    }
    if (matches != Answer::kYes) continue;
    const store::MessageInfo& info = view->at(position).info;
    found.numbers.push_back(uid ? info.uid : static_cast<std::uint32_t>(position + 1));
    found.mod_sequences.push_back(info.mod_sequence);
  }
  say(arguments.extended ? extended_answer(arguments, found, uid, tag) : plain_answer(arguments, found));
  co_return Outcome::ok("Searched");
}

}  // namespace glasspost::imap
