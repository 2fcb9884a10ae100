#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/dissect/conversation.h"
#include "engine/protocol/smtp/dissect.h"

namespace glasspost::dissect {

namespace {

using trace::Direction;

LabelKind kind_of(smtp::LabelKind kind) {
  switch (kind) {
    case smtp::LabelKind::kVerb:
      return LabelKind::kVerb;
    case smtp::LabelKind::kArgument:
      return LabelKind::kArgument;
    case smtp::LabelKind::kClause:
      return LabelKind::kClause;
    case smtp::LabelKind::kPath:
      return LabelKind::kPath;
    case smtp::LabelKind::kParameter:
      return LabelKind::kParameter;
    case smtp::LabelKind::kCredential:
      return LabelKind::kSecret;
    case smtp::LabelKind::kCode:
      return LabelKind::kCode;
    case smtp::LabelKind::kSeparator:
      return LabelKind::kSeparator;
    case smtp::LabelKind::kEnhancedCode:
      return LabelKind::kEnhancedCode;
    case smtp::LabelKind::kKeyword:
      return LabelKind::kKeyword;
    case smtp::LabelKind::kText:
      return LabelKind::kReplyText;
    case smtp::LabelKind::kUnknown:
      break;
  }
  return LabelKind::kUnknown;
}

void set_labels(Line& line, const std::vector<smtp::Label>& labels) {
  for (const smtp::Label& label : labels) {
    add_label(line, kind_of(label.kind), label.offset, label.length);
  }
}

class SmtpConversation final : public Conversation {
 private:
  /// A command that waits for its reply.
  struct Pending {
    std::string verb;
    std::uint32_t transaction = 0;
    Phase phase = Phase::kGreeting;
  };

  void advance() override {
    // Each side may have to wait for the other: for a reply that says what the next bytes are.
    while (advance_client() || advance_server()) {
    }
  }

  LineKind expected(Direction direction) const override {
    if (direction == Direction::kToClient) return LineKind::kReply;
    if (content_ || chunk_ > 0) return LineKind::kContent;
    return auth_line_ ? LineKind::kAuthData : LineKind::kCommand;
  }
  Phase phase() const override { return phase_; }

  bool advance_client() {
    Unread& client = unread(Direction::kToServer);
    if (client.empty() || sealed(Direction::kToServer)) return false;
    if (content_) return take_content();
    if (chunk_ > 0) return take_chunk();
    if (waits_for_reply()) return false;
    const std::size_t length = line_length(Direction::kToServer);
    if (length == 0) return false;
    if (auth_line_) {
      take_auth_line(length);
    } else {
      take_command(length);
    }
    return true;
  }

  // After these the client must hear before it goes on; what it sends all the same is looked at afterwards.
  [[nodiscard]] bool waits_for_reply() const {
    return std::any_of(pending_.begin(), pending_.end(), [this](const Pending& pending) {
      return pending.verb == "DATA" || (pending.verb == "AUTH" && !auth_line_) || pending.verb == "STARTTLS";
    });
  }

  void take_command(std::size_t length) {
    Line line = take(Direction::kToServer, length, LineKind::kCommand);
    set_labels(line, smtp::dissect_command_line(line.text));
    std::size_t after_verb = 0;
    if (!line.labels.empty() && line.labels[0].kind == LabelKind::kVerb) {
      line.verb = to_upper(part(line, line.labels[0]));
      after_verb = std::size_t{line.labels[0].offset} + line.labels[0].length;
    }
    line.argument = trim_wsp(masked(line, after_verb));
    if (line.secret) line.text = masked(line, 0);
    classify(line);
    pending_.push_back({line.verb, line.transaction, line.phase});
    if (line.verb == "BDAT") begin_chunk(line);
    shorten(line);
    add(std::move(line));
  }

  // RFC 5321 4.1.4: what a command does to the transaction, and in which part of the dialogue it stands.
  void classify(Line& line) {
    const std::string& verb = line.verb;
    if (verb == "EHLO" || verb == "HELO" || verb == "LHLO" || verb == "RSET") current_ = 0;
    if (verb == "MAIL" && current_ == 0) current_ = accepted_ + 1;
    if (verb == "MAIL" || verb == "RCPT") {
      phase_ = Phase::kEnvelope;
    } else if (verb == "DATA" || verb == "BDAT") {
      phase_ = Phase::kContent;
    } else if (verb == "QUIT") {
      phase_ = Phase::kClose;
    } else if (verb == "STARTTLS") {
      phase_ = Phase::kTls;
    } else if (verb == "EHLO" || verb == "HELO" || verb == "LHLO" || verb == "AUTH") {
      phase_ = Phase::kGreeting;
    }
    line.phase = phase_;
    if (phase_ == Phase::kEnvelope || phase_ == Phase::kContent) line.transaction = current_;
  }

  void begin_chunk(const Line& line) {  // RFC 3030 2
    chunk_ = 0;
    for (const char c : line.argument) {
      if (!is_digit(c) || chunk_ > (std::uint64_t{1} << 40)) break;
      chunk_ = chunk_ * 10 + static_cast<std::uint64_t>(c - '0');
    }
    last_chunk_ = iends_with(line.argument, "LAST");
    if (last_chunk_ && chunk_ == 0) current_ = 0;
  }

  void take_auth_line(std::size_t length) {
    Line line = take(Direction::kToServer, length, LineKind::kAuthData);
    line.phase = Phase::kGreeting;
    set_labels(line, smtp::dissect_auth_line(line.text));
    if (line.secret) line.text = masked(line, 0);
    line.argument = line.text;
    auth_line_ = false;
    shorten(line);
    add(std::move(line));
  }

  bool take_content() {
    const std::string_view bytes = unread(Direction::kToServer).bytes();
    const std::optional<std::size_t> length = content_end_.find(bytes);
    if (!length) return false;
    add_content(*length);
    content_ = false;
    pending_.push_front({"(content)", content_transaction_, Phase::kContent});
    current_ = 0;
    return true;
  }

  bool take_chunk() {
    const std::string_view bytes = unread(Direction::kToServer).bytes();
    if (bytes.size() < chunk_) return false;
    content_transaction_ = current_;
    add_content(static_cast<std::size_t>(chunk_));
    chunk_ = 0;
    if (last_chunk_) current_ = 0;
    return true;
  }

  void add_content(std::size_t length) {
    const std::string head(unread(Direction::kToServer).bytes().substr(0, std::min(length, kMostLine)));
    Line line = take(Direction::kToServer, length, LineKind::kContent);
    line.phase = phase_ = Phase::kContent;
    line.transaction = content_transaction_;
    name_content(line, head);
    add(std::move(line));
  }

  bool advance_server() {
    const std::size_t length = line_length(Direction::kToClient);
    if (length == 0 || sealed(Direction::kToClient)) return false;
    Line line = take(Direction::kToClient, length, LineKind::kReply);
    const bool greeted = greeted_;
    const Pending answered = !greeted           ? Pending{"(connect)", 0, Phase::kGreeting}
                             : pending_.empty() ? Pending{"", 0, phase_}
                                                : pending_.front();
    set_labels(line, smtp::dissect_reply_line(line.text, answered.verb == "EHLO", first_line_));
    for (const Label& label : line.labels) {
      if (label.kind == LabelKind::kCode) line.code = number(part(line, label));
      if (label.kind == LabelKind::kEnhancedCode) line.enhanced = part(line, label);
    }
    line.last_of_reply = line.text.size() < 4 || line.text[3] != '-';
    line.answers = answered.verb;
    line.phase = answered.phase;
    line.transaction = answered.transaction;
    if (line.code == 0) line.kind = LineKind::kOther;
    first_line_ = line.last_of_reply;
    if (line.last_of_reply) end_reply(line.code, answered, greeted);
    shorten(line);
    add(std::move(line));
    return true;
  }

  static std::uint32_t number(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits.substr(0, 3))
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
    return value;
  }

  void end_reply(std::uint32_t code, const Pending& answered, bool greeted) {
    if (!greeted) {
      greeted_ = true;
      return;
    }
    if (pending_.empty()) return;
    if (answered.verb == "AUTH" && code == 334) {  // RFC 4954 4
      auth_line_ = true;
      return;
    }
    pending_.pop_front();
    auth_line_ = false;
    const bool positive = code >= 200 && code < 300;
    if (answered.verb == "DATA" && code == 354) {
      content_ = true;
      content_transaction_ = answered.transaction;
      content_end_ = ContentEnd{};
    } else if (answered.verb == "MAIL") {
      if (positive) {
        accepted_ = std::max(accepted_, answered.transaction);
      } else if (current_ == answered.transaction) {
        current_ = 0;
      }
    } else if (answered.verb == "STARTTLS" && code == 220) {  // RFC 3207 4.2
      start_tls();
      current_ = 0;
      phase_ = Phase::kTls;
    }
  }

  std::deque<Pending> pending_;
  Phase phase_ = Phase::kGreeting;
  bool greeted_ = false;
  bool first_line_ = true;
  bool auth_line_ = false;
  bool content_ = false;
  std::uint64_t chunk_ = 0;
  bool last_chunk_ = false;
  ContentEnd content_end_;
  std::uint32_t accepted_ = 0;  // MAIL commands with a positive reply
  std::uint32_t current_ = 0;   // the transaction that has begun; 0: none
  std::uint32_t content_transaction_ = 0;
};

}  // namespace

std::unique_ptr<Conversation> make_smtp_conversation() {
  return std::make_unique<SmtpConversation>();
}

}  // namespace glasspost::dissect
