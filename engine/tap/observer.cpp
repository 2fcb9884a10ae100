// Notices as events.
#include <utility>

#include "engine/base/text.h"
#include "engine/tap/state.h"
#include "engine/trace/explanation_codec.h"

namespace glasspost::tap {

namespace {

namespace payload = trace::payload;

/// The text of a list, without a copy where there is one item.
class ListText {
 public:
  explicit ListText(const std::vector<std::string>& items) {
    if (items.size() == 1 && items[0].find('\n') == std::string::npos) {
      view_ = items[0];
    } else {
      joined_ = trace::join_list(items);
      view_ = joined_;
    }
  }
  ListText(const ListText&) = delete;
  ListText& operator=(const ListText&) = delete;
  [[nodiscard]] trace::TextList list() const { return {view_}; }

 private:
  std::string joined_;
  std::string_view view_;
};

class RecordingObserver final : public Observer {
 public:
  explicit RecordingObserver(IncarnationPtr incarnation) : incarnation_(std::move(incarnation)) {}

  void state_changed(const StateChanged& notice) override {
    record(notice.connection, {},
           payload::StateChanged{notice.machine, notice.from, notice.to, shown(notice.trigger)});
  }
  void leniency_used(const LeniencyUsed& notice) override {
    record(notice.connection, {}, payload::LeniencyUsed{notice.leniency, notice.detail});
  }
  void tls_handshake_message(const TlsHandshakeMessage& notice) override {
    record(notice.connection, {}, payload::TlsHandshake{notice.sent, notice.length, notice.name});
  }
  void tls_established(const TlsEstablished& notice) override {
    record_cause(notice.connection, {},
                 payload::TlsEstablished{notice.server, notice.peer_verified, notice.version, notice.cipher,
                                         notice.server_name, notice.peer_subject});
  }
  void decided(const DecisionMade& notice) override {
    const std::string explanation = trace::encode_explanation(notice.explanation);
    record_cause(notice.connection, notice.message,
                 payload::Decision{notice.kind,
                                   notice.subject,
                                   notice.outcome,
                                   notice.explanation.rule,
                                   notice.explanation.words.key,
                                   {explanation}});
  }
  void mail_submitted(const MailSubmitted& notice) override {
    const ListText recipients(notice.recipients);
    record_cause({}, notice.message,
                 payload::MailSubmitted{notice.size, notice.message_id, notice.reverse_path, notice.subject,
                                        recipients.list()});
  }
  void mail_accepted(const MailAccepted& notice) override {
    const ListText recipients(notice.recipients);
    record_cause(
        notice.connection, notice.message,
        payload::MailAccepted{notice.transaction, notice.size, notice.reverse_path, recipients.list()});
  }
  void mail_queued(const MailQueued& notice) override {
    const ListText recipients(notice.recipients);
    record_cause({}, notice.message,
                 payload::MailQueued{notice.size, notice.reverse_path, notice.origin, recipients.list()});
  }
  void mail_attempted(const MailAttempted& notice) override {
    const ListText recipients(notice.recipients);
    const std::string target = notice.target.to_string();
    record_cause(
        notice.connection, notice.message,
        payload::MailAttempted{notice.transaction, notice.attempt, notice.host, target, recipients.list()});
  }
  void mail_settled(const MailSettled& notice) override {
    record({}, notice.message,
           payload::MailSettled{notice.outcome, notice.next_attempt, notice.recipient, notice.reply,
                                notice.related});
  }
  void mail_altered(const MailAltered& notice) override {
    record({}, notice.message,
           payload::MailAltered{notice.offset, notice.removed, notice.reason, {notice.inserted}});
  }
  void mail_removed(const MailRemoved& notice) override {
    record({}, notice.message, payload::MailRemoved{});
  }
  void dns_cached(const DnsCached& notice) override {
    record({}, {}, payload::DnsCached{notice.expires, notice.name, notice.type, notice.answer});
  }
  bool wants_explanations() const override { return true; }

 private:
  template <class P>
  void record(ConnectionId connection, std::string_view message, const P& what) {
    if (incarnation_->alive()) incarnation_->tap.record(incarnation_->host, connection, message, what);
  }
  template <class P>
  void record_cause(ConnectionId connection, std::string_view message, const P& what) {
    if (incarnation_->alive()) incarnation_->tap.record_cause(incarnation_->host, connection, message, what);
  }

  // A command as a trigger, without credentials that may stand in it.
  std::string_view shown(std::string_view trigger) const {
    if (!incarnation_->state.options.redact) return trigger;
    std::size_t words = 0;
    if (istarts_with(trigger, "AUTH ")) words = 2;
    if (istarts_with(trigger, "PASS ")) words = 1;
    if (words == 0) return trigger;
    std::size_t end = 0;
    for (; words > 0 && end != std::string_view::npos; --words)
      end = trigger.find(' ', end + 1);
    return trigger.substr(0, end);
  }

  IncarnationPtr incarnation_;
};

}  // namespace

std::unique_ptr<Observer> make_observer(IncarnationPtr incarnation) {
  return std::make_unique<RecordingObserver>(std::move(incarnation));
}

}  // namespace glasspost::tap
