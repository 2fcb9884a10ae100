#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/parse.h"
#include "engine/protocol/imap/response.h"

// SEARCH: keys, CHARSET, RETURN.
namespace glasspost::imap {

namespace {

/// How a key that is a word goes on.
enum class Form : std::uint8_t { kNothing, kKeyword, kText, kDay, kNumber };
struct Word {
  std::string_view name;
  SearchKind kind;
  Form form = Form::kNothing;
  std::uint32_t flag = 0;
  std::string_view field = {};
};

constexpr Word kWords[] = {
    {"ALL", SearchKind::kAll},
    {"ANSWERED", SearchKind::kFlag, Form::kNothing, system_flag::kAnswered},
    {"BCC", SearchKind::kHeader, Form::kText, 0, "Bcc"},
    {"BEFORE", SearchKind::kBefore, Form::kDay},
    {"BODY", SearchKind::kBody, Form::kText},
    {"CC", SearchKind::kHeader, Form::kText, 0, "Cc"},
    {"DELETED", SearchKind::kFlag, Form::kNothing, system_flag::kDeleted},
    {"DRAFT", SearchKind::kFlag, Form::kNothing, system_flag::kDraft},
    {"FLAGGED", SearchKind::kFlag, Form::kNothing, system_flag::kFlagged},
    {"FROM", SearchKind::kHeader, Form::kText, 0, "From"},
    {"KEYWORD", SearchKind::kKeyword, Form::kKeyword},
    {"LARGER", SearchKind::kLarger, Form::kNumber},
    {"NEW", SearchKind::kNew},
    {"OLD", SearchKind::kOld},
    {"ON", SearchKind::kOn, Form::kDay},
    {"RECENT", SearchKind::kRecent},
    {"SEEN", SearchKind::kFlag, Form::kNothing, system_flag::kSeen},
    {"SENTBEFORE", SearchKind::kSentBefore, Form::kDay},
    {"SENTON", SearchKind::kSentOn, Form::kDay},
    {"SENTSINCE", SearchKind::kSentSince, Form::kDay},
    {"SINCE", SearchKind::kSince, Form::kDay},
    {"SMALLER", SearchKind::kSmaller, Form::kNumber},
    {"SUBJECT", SearchKind::kHeader, Form::kText, 0, "Subject"},
    {"TEXT", SearchKind::kText, Form::kText},
    {"TO", SearchKind::kHeader, Form::kText, 0, "To"},
    {"UNANSWERED", SearchKind::kUnflag, Form::kNothing, system_flag::kAnswered},
    {"UNDELETED", SearchKind::kUnflag, Form::kNothing, system_flag::kDeleted},
    {"UNDRAFT", SearchKind::kUnflag, Form::kNothing, system_flag::kDraft},
    {"UNFLAGGED", SearchKind::kUnflag, Form::kNothing, system_flag::kFlagged},
    {"UNKEYWORD", SearchKind::kUnkeyword, Form::kKeyword},
    {"UNSEEN", SearchKind::kUnflag, Form::kNothing, system_flag::kSeen},
};

class KeyParser {
 public:
  KeyParser(Cursor& in, SearchArguments& arguments) : in_(in), arguments_(arguments) {}

  SearchKey key(std::size_t depth) {
    SearchKey out;
    if (++keys_ > kMaxSearchKeys) in_.fail("a search has at most 1000 keys");
    if (depth > kMaxSearchDepth) in_.fail("search keys are nested at most 32 deep");
    if (in_.failed()) return out;
    if (in_.take('(')) {
      out = list(depth);
      in_.expect(')');
      return out;
    }
    const char next = in_.peek();
    if (is_digit(next) || next == '*') {
      out.kind = SearchKind::kSequence;
      out.set = in_.sequence_set();
      return out;
    }
    const std::size_t begin = in_.offset();
    const std::string name = to_upper(in_.atom("a search key"));
    if (!in_.failed()) named(name, begin, depth, out);
    return out;
  }

  /// Keys joined by spaces.
  SearchKey list(std::size_t depth) {
    SearchKey out;
    out.kind = SearchKind::kAnd;
    do {
      out.children.push_back(key(depth + 1));
    } while (in_.take(' '));
    return out;
  }

 private:
  void named(const std::string& name, std::size_t begin, std::size_t depth, SearchKey& out) {
    if (name == "NOT") {
      out.kind = SearchKind::kNot;
      child(depth, out);
    } else if (name == "OR") {
      out.kind = SearchKind::kOr;
      child(depth, out);
      child(depth, out);
    } else if (name == "UID") {
      out.kind = SearchKind::kUid;
      in_.space();
      out.set = in_.sequence_set();
    } else if (name == "HEADER") {
      out.kind = SearchKind::kHeader;
      in_.space();
      out.field = in_.astring("a field's name");
      in_.space();
      out.text = in_.astring("a text");
    } else if (name == "MODSEQ") {
      mod_sequence(out);
    } else {
      word(name, begin, out);
    }
  }

  void child(std::size_t depth, SearchKey& out) {
    in_.space();
    out.children.push_back(key(depth + 1));
  }

  void mod_sequence(SearchKey& out) {  // RFC 7162 3.1.5; entries of metadata are not told apart
    out.kind = SearchKind::kModSeq;
    arguments_.uses_mod_sequence = true;
    in_.space();
    if (in_.peek() == '"') {
      in_.string("an entry's name");
      in_.space();
      if (!in_.take_text("ALL") && !in_.take_text("PRIV") && !in_.take_text("SHARED")) {
        in_.fail("ALL, PRIV or SHARED was expected");
      }
      in_.space();
    }
    out.number = in_.number64();
  }

  void word(const std::string& name, std::size_t begin, SearchKey& out) {
    for (const Word& word : kWords) {
      if (word.name != name) continue;
      out.kind = word.kind;
      out.flag = word.flag;
      out.field = word.field;
      if (word.form != Form::kNothing) in_.space();
      if (word.form == Form::kKeyword) out.text = in_.atom("a keyword");
      if (word.form == Form::kText) out.text = in_.astring("a text");
      if (word.form == Form::kNumber) out.number = in_.number();
      if (word.form == Form::kDay) out.day = day();
      return;
    }
    in_.fail_at(begin, "there is no such search key");
  }

  std::int64_t day() {
    const std::size_t begin = in_.offset();
    const std::string text = in_.astring("a date");
    const std::optional<std::int64_t> day = parse_day(text);
    if (!in_.failed() && !day) in_.fail_at(begin, "that is not a date");
    return day.value_or(0);
  }

  Cursor& in_;
  SearchArguments& arguments_;
  std::size_t keys_ = 0;
};

void return_options(Cursor& in, SearchArguments& out) {  // RFC 4731 3.1
  out.extended = true;
  in.expect('(');
  if (!in.take(')')) {
    do {
      const std::size_t begin = in.offset();
      const std::string name = to_upper(in.atom("a result option"));
      if (name == "MIN") {
        out.return_min = true;
      } else if (name == "MAX") {
        out.return_max = true;
      } else if (name == "ALL") {
        out.return_all = true;
      } else if (name == "COUNT") {
        out.return_count = true;
      } else if (!in.failed()) {
        in.fail_at(begin, "there is no such result option");
      }
    } while (in.take(' '));
    in.expect(')');
  }
  const bool none = !out.return_min && !out.return_max && !out.return_all && !out.return_count;
  out.return_all = out.return_all || none;
}

}  // namespace

void parse_search(Cursor& in, Command& out) {  // RFC 3501 9 search, RFC 4466 2.6
  SearchArguments arguments;
  in.space();
  if (in.take_text("RETURN ")) {
    return_options(in, arguments);
    in.space();
  }
  if (in.take_text("CHARSET ")) {
    arguments.charset = to_upper(in.astring("a charset"));
    in.space();
  }
  arguments.key = KeyParser(in, arguments).list(0);
  out.arguments = std::move(arguments);
}

}  // namespace glasspost::imap
