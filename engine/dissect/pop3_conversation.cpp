#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/dissect/conversation.h"
#include "engine/protocol/pop3/dissect.h"

namespace glasspost::dissect {

namespace {

using pop3::Verb;
using trace::Direction;

LabelKind kind_of(pop3::LabelKind kind) {
  switch (kind) {
    case pop3::LabelKind::kVerb:
      return LabelKind::kVerb;
    case pop3::LabelKind::kArgument:
      return LabelKind::kArgument;
    case pop3::LabelKind::kNumber:
      return LabelKind::kNumber;
    case pop3::LabelKind::kCredential:
      return LabelKind::kSecret;
    case pop3::LabelKind::kStatus:
      return LabelKind::kStatus;
    case pop3::LabelKind::kResponseCode:
      return LabelKind::kResponseCode;
    case pop3::LabelKind::kText:
      return LabelKind::kReplyText;
    case pop3::LabelKind::kKeyword:
      return LabelKind::kKeyword;
    case pop3::LabelKind::kUniqueId:
      return LabelKind::kUniqueId;
    case pop3::LabelKind::kEnd:
      return LabelKind::kEnd;
    case pop3::LabelKind::kUnknown:
      break;
  }
  return LabelKind::kUnknown;
}

// A challenge of the server's is nobody's secret.
void set_labels(Line& line, const std::vector<pop3::Label>& labels) {
  for (const pop3::Label& label : labels) {
    LabelKind kind = kind_of(label.kind);
    if (kind == LabelKind::kSecret && line.direction == Direction::kToClient) kind = LabelKind::kArgument;
    add_label(line, kind, label.offset, label.length);
  }
}

std::optional<std::uint32_t> number_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits)
    value = std::min<std::uint64_t>(0xffff'ffff, value * 10 + static_cast<std::uint64_t>(c - '0'));
  return static_cast<std::uint32_t>(value);
}

class Pop3Conversation final : public Conversation {
 private:
  /// A command that waits for its response.
  struct Pending {
    Verb verb = Verb::kUnknown;
    std::string name;
    Phase phase = Phase::kGreeting;
    bool with_argument = false;
  };

  void advance() override {
    while (advance_client() || advance_server()) {
    }
  }
  LineKind expected(Direction direction) const override {
    if (direction == Direction::kToClient) return content_ ? LineKind::kContent : LineKind::kReply;
    return auth_line_ ? LineKind::kAuthData : LineKind::kCommand;
  }
  Phase phase() const override { return phase_; }

  bool advance_client() {
    if (unread(Direction::kToServer).empty() || sealed(Direction::kToServer) || waits_for_response())
      return false;
    const std::size_t length = line_length(Direction::kToServer);
    if (length == 0) return false;
    if (auth_line_) {
      take_auth_line(length);
    } else {
      take_command(length);
    }
    return true;
  }
  // After these the client must hear before it goes on.
  [[nodiscard]] bool waits_for_response() const {
    return std::any_of(pending_.begin(), pending_.end(), [this](const Pending& pending) {
      return (pending.verb == Verb::kAuth && !auth_line_) || pending.verb == Verb::kStls;
    });
  }

  void take_command(std::size_t length) {
    Line line = take(Direction::kToServer, length, LineKind::kCommand);
    set_labels(line, pop3::dissect_command_line(line.text));
    std::size_t after_verb = 0;
    for (const Label& label : line.labels) {
      if (label.kind == LabelKind::kVerb) {
        line.verb = to_upper(part(line, label));
        after_verb = std::size_t{label.offset} + label.length;
      } else if (label.kind == LabelKind::kNumber && !line.number) {
        line.number = number_of(part(line, label));
      }
    }
    line.argument = trim_wsp(masked(line, after_verb));
    if (line.secret) line.text = masked(line, 0);
    const Verb verb = pop3::parse_verb(line.verb);
    classify(verb);
    line.phase = phase_;
    pending_.push_back({verb, line.verb, phase_, !line.argument.empty()});
    shorten(line);
    add(std::move(line));
  }

  void classify(Verb verb) {
    if (verb == Verb::kQuit) {
      phase_ = Phase::kClose;
    } else if (verb == Verb::kStls) {
      phase_ = Phase::kTls;
    } else if (verb == Verb::kUser || verb == Verb::kPass || verb == Verb::kApop || verb == Verb::kAuth) {
      phase_ = Phase::kLogin;
    } else if (logged_in_) {
      phase_ = Phase::kMailbox;
    } else if (phase_ == Phase::kTls) {
      phase_ = Phase::kGreeting;
    }
  }

  void take_auth_line(std::size_t length) {
    Line line = take(Direction::kToServer, length, LineKind::kAuthData);
    line.phase = Phase::kLogin;
    set_labels(line, pop3::dissect_auth_line(line.text));
    if (line.secret) line.text = masked(line, 0);
    line.argument = line.text;
    auth_line_ = false;
    shorten(line);
    add(std::move(line));
  }

  bool advance_server() {
    if (unread(Direction::kToClient).empty() || sealed(Direction::kToClient)) return false;
    if (content_) return take_content();
    const std::size_t length = line_length(Direction::kToClient);
    if (length == 0) return false;
    Line line = take(Direction::kToClient, length, LineKind::kReply);
    line.answers = answered_.name;
    line.phase = answered_.phase;
    if (listing_) {
      take_listing_line(line);
    } else {
      take_response(line);
    }
    shorten(line);
    add(std::move(line));
    return true;
  }

  void take_response(Line& line) {
    const bool greeted = std::exchange(greeted_, true);
    answered_ = !greeted           ? Pending{Verb::kUnknown, "(connect)", Phase::kGreeting, false}
                : pending_.empty() ? Pending{Verb::kUnknown, "", phase_, false}
                                   : pending_.front();
    line.answers = answered_.name;
    line.phase = answered_.phase;
    set_labels(line, pop3::dissect_response_line(line.text, answered_.verb));
    for (const Label& label : line.labels) {
      const std::string_view text = part(line, label);
      if (label.kind == LabelKind::kStatus) line.response = text;
      if (label.kind == LabelKind::kNumber && !line.number) line.number = number_of(text);
      if (label.kind == LabelKind::kResponseCode && text.size() > 2)
        line.response_code = to_upper(text.substr(1, text.size() - 2));
    }
    line.last_of_reply = true;
    if (line.response.empty()) {
      line.kind = LineKind::kOther;
      return;
    }
    if (greeted && !pending_.empty()) end_first_line(line);
  }

  void end_first_line(Line& line) {
    if (line.response == "+") {  // RFC 5034 4
      auth_line_ = answered_.verb == Verb::kAuth;
      return;
    }
    pending_.pop_front();
    auth_line_ = false;
    if (line.response != "+OK") return;
    switch (answered_.verb) {
      case Verb::kPass:
      case Verb::kApop:
      case Verb::kAuth:
        logged_in_ = true;
        break;
      case Verb::kStls:  // RFC 2595 4
        start_tls();
        break;
      default:
        break;
    }
    if (!pop3::is_multi_line(answered_.verb, answered_.with_argument)) return;
    line.last_of_reply = false;
    if (answered_.verb == Verb::kRetr || answered_.verb == Verb::kTop) {
      content_ = true;
      content_end_ = ContentEnd{};
    } else {
      listing_ = true;
    }
  }

  void take_listing_line(Line& line) {
    set_labels(line, pop3::dissect_listing_line(line.text, answered_.verb));
    for (const Label& label : line.labels) {
      if (label.kind == LabelKind::kNumber && !line.number) line.number = number_of(part(line, label));
    }
    if (line.text != ".") return;
    line.last_of_reply = true;
    listing_ = false;
  }

  bool take_content() {
    const std::string_view bytes = unread(Direction::kToClient).bytes();
    const std::optional<std::size_t> length = content_end_.find(bytes);
    if (!length) return false;
    const std::string head(bytes.substr(0, std::min(*length, kMostLine)));
    Line line = take(Direction::kToClient, *length, LineKind::kContent);
    line.answers = answered_.name;
    line.phase = answered_.phase;
    line.last_of_reply = true;
    name_content(line, head);
    content_ = false;
    add(std::move(line));
    return true;
  }

  std::deque<Pending> pending_;
  Pending answered_;  ///< by the response that is being read
  Phase phase_ = Phase::kGreeting;
  bool greeted_ = false;
  bool logged_in_ = false;
  bool auth_line_ = false;
  bool listing_ = false;
  bool content_ = false;
  ContentEnd content_end_;
};

}  // namespace

std::unique_ptr<Conversation> make_pop3_conversation() {
  return std::make_unique<Pop3Conversation>();
}

}  // namespace glasspost::dissect
