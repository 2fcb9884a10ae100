#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/dissect/conversation.h"
#include "engine/protocol/imap/dissect.h"

namespace glasspost::dissect {

namespace {

using imap::LiteralAnnounced;
using trace::Direction;

LabelKind kind_of(imap::LabelKind kind) {
  switch (kind) {
    case imap::LabelKind::kTag:
      return LabelKind::kTag;
    case imap::LabelKind::kUntagged:
      return LabelKind::kUntagged;
    case imap::LabelKind::kContinuation:
      return LabelKind::kContinuation;
    case imap::LabelKind::kVerb:
      return LabelKind::kVerb;
    case imap::LabelKind::kMailbox:
      return LabelKind::kMailbox;
    case imap::LabelKind::kNumbers:
      return LabelKind::kNumber;
    case imap::LabelKind::kArgument:
      return LabelKind::kArgument;
    case imap::LabelKind::kCredential:
      return LabelKind::kSecret;
    case imap::LabelKind::kLiteral:
      return LabelKind::kLiteral;
    case imap::LabelKind::kStatus:
      return LabelKind::kStatus;
    case imap::LabelKind::kResponseCode:
      return LabelKind::kResponseCode;
    case imap::LabelKind::kResponseName:
      return LabelKind::kResponseName;
    case imap::LabelKind::kKeyword:
      return LabelKind::kKeyword;
    case imap::LabelKind::kText:
      return LabelKind::kReplyText;
    case imap::LabelKind::kUnknown:
      break;
  }
  return LabelKind::kUnknown;
}

void set_labels(Line& line, const std::vector<imap::Label>& labels) {
  for (const imap::Label& label : labels)
    add_label(line, kind_of(label.kind), label.offset, label.length);
}

LineKind kind_of(LiteralAnnounced::Use use) {
  if (use == LiteralAnnounced::Use::kMessage) return LineKind::kContent;
  return use == LiteralAnnounced::Use::kSecret ? LineKind::kAuthData : LineKind::kLiteral;
}

class ImapConversation final : public Conversation {
 private:
  /// A command that waits for its tagged response.
  struct Pending {
    std::string tag;
    std::string verb;
    Phase phase = Phase::kGreeting;
  };
  /// A literal that comes next.
  struct Awaited {
    std::uint64_t size = 0;
    LineKind kind = LineKind::kLiteral;
  };

  void advance() override {
    while (advance_client() || advance_server()) {
    }
  }
  LineKind expected(Direction direction) const override {
    if (direction == Direction::kToClient) return sent_literal_ ? sent_literal_->kind : LineKind::kReply;
    if (literal_) return literal_->kind;
    return auth_line_ ? LineKind::kAuthData : LineKind::kCommand;
  }
  Phase phase() const override { return phase_; }

  bool advance_client() {
    if (unread(Direction::kToServer).empty() || sealed(Direction::kToServer) || waits_for_response())
      return false;
    if (literal_) return take_literal();
    const std::size_t length = line_length(Direction::kToServer);
    if (length == 0) return false;
    if (auth_line_) {
      take_auth_line(length);
    } else if (idling_) {
      take_done(length);
    } else {
      take_command(length);
    }
    return true;
  }
  // After these the client must hear before it goes on.
  [[nodiscard]] bool waits_for_response() const {
    if (literal_waits_) return true;
    return std::any_of(pending_.begin(), pending_.end(), [this](const Pending& pending) {
      return (pending.verb == "AUTHENTICATE" && !auth_line_) ||
             (pending.verb == "IDLE" && !idling_ && !done_) || pending.verb == "STARTTLS";
    });
  }

  void take_command(std::size_t length) {
    Line line = take(Direction::kToServer, length, LineKind::kCommand);
    const bool first = !in_command_;
    set_labels(line, first ? command_.begin(line.text) : command_.go_on(line.text));
    line.tag = command_.tag();
    line.argument = trim_wsp(masked(line, first ? command_.arguments_at() : 0));
    if (line.secret) line.text = masked(line, 0);
    if (first) {
      line.verb = command_.verb();
      line.by_uid = command_.by_uid();
      classify(line.verb);
      if (!line.tag.empty()) pending_.push_back({line.tag, line.verb, phase_});
    }
    line.phase = phase_;
    await_literal();
    shorten(line);
    add(std::move(line));
  }
  void await_literal() {
    const std::optional<LiteralAnnounced>& announced = command_.literal();
    in_command_ = announced.has_value();
    if (!announced) return;
    if (announced->size > 0) literal_ = Awaited{announced->size, kind_of(announced->use)};
    literal_waits_ = announced->synchronizing;
  }

  void classify(std::string_view verb) {
    if (verb == "LOGOUT") {
      phase_ = Phase::kClose;
    } else if (verb == "STARTTLS") {
      phase_ = Phase::kTls;
    } else if (verb == "LOGIN" || verb == "AUTHENTICATE") {
      phase_ = Phase::kLogin;
    } else if (logged_in_) {
      phase_ = Phase::kMailbox;
    } else if (phase_ == Phase::kTls) {
      phase_ = Phase::kGreeting;
    }
  }

  bool take_literal() {
    if (unread(Direction::kToServer).bytes().size() < literal_->size) return false;
    add_literal(Direction::kToServer, *literal_, command_.tag(), "", phase_);
    literal_.reset();
    return true;
  }
  void add_literal(Direction direction, const Awaited& literal, const std::string& tag,
                   const std::string& answers, Phase phase) {
    const auto length = static_cast<std::size_t>(literal.size);
    const std::string head(unread(direction).bytes().substr(0, std::min(length, kMostLine)));
    Line line = take(direction, length, LineKind::kContent);
    line.kind = literal.kind;
    line.tag = tag;
    line.answers = answers;
    line.phase = phase;
    if (literal.kind == LineKind::kContent) {
      name_content(line, head);
    } else if (literal.kind == LineKind::kAuthData) {
      add_label(line, LabelKind::kSecret, 0, length);
      line.text = line.argument = "***";
    } else {
      add_label(line, LabelKind::kArgument, 0, length);
      line.text = head.substr(0, kMostText);
    }
    add(std::move(line));
  }

  void take_auth_line(std::size_t length) {
    Line line = take(Direction::kToServer, length, LineKind::kAuthData);
    line.phase = Phase::kLogin;
    if (!line.text.empty()) {
      add_label(line, LabelKind::kSecret, 0, line.text.size());
      line.text = line.argument = "***";
    }
    if (!pending_.empty()) line.tag = pending_.back().tag;
    auth_line_ = false;
    add(std::move(line));
  }

  void take_done(std::size_t length) {  // RFC 2177 3
    Line line = take(Direction::kToServer, length, LineKind::kCommand);
    line.phase = phase_;
    const bool done = iequals(trim_wsp(line.text), "DONE");
    if (done) line.verb = "DONE";
    if (!line.text.empty())
      add_label(line, done ? LabelKind::kVerb : LabelKind::kUnknown, 0, line.text.size());
    idling_ = false;
    done_ = true;
    shorten(line);
    add(std::move(line));
  }

  bool advance_server() {
    if (unread(Direction::kToClient).empty() || sealed(Direction::kToClient)) return false;
    if (sent_literal_) {
      if (unread(Direction::kToClient).bytes().size() < sent_literal_->size) return false;
      add_literal(Direction::kToClient, *sent_literal_, response_.tag(), answered_.verb, answered_.phase);
      sent_literal_.reset();
      return true;
    }
    const std::size_t length = line_length(Direction::kToClient);
    if (length == 0) return false;
    Line line = take(Direction::kToClient, length, LineKind::kReply);
    const bool first = !in_response_;
    set_labels(line, first ? response_.begin(line.text) : response_.go_on(line.text));
    const std::optional<LiteralAnnounced>& announced = response_.literal();
    in_response_ = announced.has_value();
    if (announced && announced->size > 0) sent_literal_ = Awaited{announced->size, kind_of(announced->use)};
    line.tag = response_.tag();
    if (first) {
      line.response = response_.name();
      line.response_code = response_.code();
      line.number = response_.number();
      if (line.tag.empty()) line.kind = LineKind::kOther;
      take_response(line);
    }
    line.answers = answered_.verb;
    line.phase = answered_.phase;
    line.last_of_reply = !in_response_;
    shorten(line);
    add(std::move(line));
    return true;
  }

  // What a response answers, and what it changes.
  void take_response(const Line& line) {
    const bool greeted = std::exchange(greeted_, true);
    answered_ = pending_.empty() ? Pending{"", "", phase_} : pending_.front();
    if (!greeted) answered_ = {"", "(connect)", Phase::kGreeting};
    if (line.tag == "+") return go_ahead();
    if (line.response == "PREAUTH") logged_in_ = true;
    // A command without a tag that could be read is refused without one. // RFC 3501 7.1.3
    if (line.tag == "*" && line.response == "BAD" && literal_waits_ && command_.tag().empty()) drop_literal();
    if (line.tag.empty() || line.tag == "*") return;
    const auto found = std::find_if(pending_.begin(), pending_.end(),
                                    [&line](const Pending& pending) { return pending.tag == line.tag; });
    if (found == pending_.end()) {
      answered_ = {"", "", phase_};
      return;
    }
    answered_ = *found;
    pending_.erase(found);
    settle(line);
  }
  void go_ahead() {  // RFC 3501 7.5
    if (!pending_.empty()) answered_ = pending_.back();
    if (literal_waits_) {
      literal_waits_ = false;
    } else if (answered_.verb == "AUTHENTICATE") {
      auth_line_ = true;
    } else if (answered_.verb == "IDLE") {
      idling_ = !done_;
    }
  }
  void settle(const Line& line) {
    if (literal_waits_ && line.tag == command_.tag()) drop_literal();
    if (answered_.verb == "AUTHENTICATE") auth_line_ = false;
    if (answered_.verb == "IDLE") idling_ = done_ = false;
    if (line.response != "OK") return;
    if (answered_.verb == "LOGIN" || answered_.verb == "AUTHENTICATE") logged_in_ = true;
    if (answered_.verb == "STARTTLS") start_tls();  // RFC 3501 6.2.1
  }
  // The literal was refused: it never comes.
  void drop_literal() {
    literal_.reset();
    literal_waits_ = in_command_ = false;
  }

  std::deque<Pending> pending_;
  imap::CommandDissector command_;
  imap::ResponseDissector response_;
  Pending answered_;  ///< by the response that is being read
  Phase phase_ = Phase::kGreeting;
  std::optional<Awaited> literal_;       ///< the client's
  std::optional<Awaited> sent_literal_;  ///< the server's
  bool literal_waits_ = false;           ///< for the server's "+"
  bool in_command_ = false;              ///< more of it follows
  bool in_response_ = false;
  bool greeted_ = false;
  bool logged_in_ = false;
  bool auth_line_ = false;
  bool idling_ = false;
  bool done_ = false;  ///< DONE was said, IDLE's tagged response has not come
};

}  // namespace

std::unique_ptr<Conversation> make_imap_conversation() {
  return std::make_unique<ImapConversation>();
}

}  // namespace glasspost::dissect
