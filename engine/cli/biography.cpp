#include "engine/cli/biography.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"
#include "engine/cli/json_text.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"
#include "engine/dissect/journey.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

using dissect::Alteration;
using dissect::Hop;

class Biography {
 public:
  explicit Biography(const View& view)
      : view_(view),
        words_(view.language),
        world_(view.trace.project(view.last)),
        epoch_(view.trace.epoch()) {}

  /// False if there is no such message.
  bool find(std::string_view id) {
    hops_ = dissect::hops_of(world_, id);
    view_.trace.for_each(1, view_.last,
                         [this](const trace::EventView& event) { dissect::note_alteration(hops_, event); });
    return !hops_.empty();
  }

  std::string text() {
    for (std::size_t i = 0; i < hops_.size(); ++i)
      add_hop(i + 1, hops_[i]);
    return std::move(out_);
  }
  std::string json() {
    Json hops = Json::array();
    for (const Hop& hop : hops_)
      hops.push_back(hop_json(hop));
    return json_text<Json>({{"hops", hops}});
  }

 private:
  void line(std::size_t indent, const std::string& text) {
    bool first = true;
    for (const std::string& piece : wrapped(text, view_.width - indent - 2)) {
      out_ += std::string(first ? indent : indent + 2, ' ') + piece + "\n";
      first = false;
    }
  }

  void add_hop(std::size_t number, const Hop& hop) {
    const trace::MessageView& message = hop.message;
    const std::string_view key = dissect::hop_key(message.origin);
    const std::string where =
        words_(key, {{"host", world_.host_name(hop.ref.host)}, {"message", hop.ref.id}});
    if (number > 1) out_ += "\n";
    out_ += fmt::format("{}. {} {}\n", number, padded(short_time(message.since, epoch_), 10), where);
    if (message.connection) {
      line(4, words_("cli.hop-by", {{"connection", std::to_string(message.connection.value)},
                                    {"transaction", std::to_string(message.transaction)}}));
    }
    std::vector<std::string> recipients;
    for (const trace::RecipientView& recipient : message.recipients)
      recipients.push_back("<" + recipient.address + ">");
    line(4, fmt::format("{}: MAIL FROM:<{}> RCPT TO:{}", words_("cli.hop-envelope"), message.reverse_path,
                        fmt::join(recipients, " RCPT TO:")));
    std::string facts = fmt::format("{} bytes", message.size);
    if (!message.subject.empty()) facts += fmt::format(", Subject: {}", printable(message.subject));
    if (!message.message_id.empty()) facts += fmt::format(", Message-ID: {}", printable(message.message_id));
    line(4, facts);
    for (const Alteration& alteration : hop.alterations)
      add_alteration(alteration);
    for (const trace::Verdict& verdict : message.verdicts) {
      line(4, fmt::format("{}: {} {} ({}) [#{}]", words_("cli.hop-verdict"), trace::enum_name(verdict.kind),
                          verdict.outcome, verdict.subject, verdict.seq));
    }
    for (const trace::RecipientView& recipient : message.recipients)
      add_recipient(recipient);
    if (message.responsible) line(4, words_("cli.hop-responsible"));
  }
  void add_alteration(const Alteration& alteration) {
    if (alteration.removed > 0)
      line(4, fmt::format("{} {}: {}", "-", alteration.reason,
                          words_("cli.hop-removed", {{"bytes", std::to_string(alteration.removed)}})));
    if (alteration.inserted.empty()) return;
    bool first = true;
    for (std::string_view piece : split(alteration.inserted, '\n')) {
      if (!piece.empty() && piece.back() == '\r') piece.remove_suffix(1);
      if (piece.empty()) continue;
      line(first ? 4 : 8, fmt::format("{}{}", first ? "+ " : "", printable(trim_wsp(piece))));
      first = false;
    }
  }
  void add_recipient(const trace::RecipientView& recipient) {
    std::string text = fmt::format("{}: {}", recipient.address, trace::to_string(recipient.phase));
    if (!recipient.target.empty()) text += " -> " + recipient.target;
    if (recipient.attempts > 1)
      text += ", " + words_("cli.hop-attempts", {{"count", std::to_string(recipient.attempts)}});
    if (recipient.phase == trace::RecipientPhase::kDeferred)
      text += ", " + words_("cli.hop-next", {{"moment", short_time(recipient.next_attempt, epoch_)}});
    if (!recipient.related.empty()) text += ", " + recipient.related;
    if (!recipient.reply.empty()) text += " (" + printable(recipient.reply) + ")";
    line(4, text);
  }

  [[nodiscard]] Json hop_json(const Hop& hop) const {
    const trace::MessageView& message = hop.message;
    Json out = {{"host", world_.host_name(hop.ref.host)},
                {"id", hop.ref.id},
                {"origin", message.origin},
                {"since_ns", (message.since - epoch_).ns},
                {"connection", message.connection.value},
                {"transaction", message.transaction},
                {"message_id", message.message_id},
                {"subject", message.subject},
                {"reverse_path", message.reverse_path},
                {"size", message.size},
                {"responsible", message.responsible},
                {"queued", message.queued}};
    out["alterations"] = Json::array();
    for (const Alteration& a : hop.alterations) {
      out["alterations"].push_back({{"seq", a.seq},
                                    {"offset", a.offset},
                                    {"removed", a.removed},
                                    {"inserted", a.inserted},
                                    {"reason", a.reason}});
    }
    out["verdicts"] = Json::array();
    for (const trace::Verdict& v : message.verdicts) {
      out["verdicts"].push_back({{"seq", v.seq},
                                 {"check", trace::enum_name(v.kind)},
                                 {"subject", v.subject},
                                 {"outcome", v.outcome}});
    }
    out["recipients"] = Json::array();
    for (const trace::RecipientView& r : message.recipients) {
      Json entry = {{"address", r.address},   {"phase", trace::to_string(r.phase)},
                    {"attempts", r.attempts}, {"target", r.target},
                    {"reply", r.reply},       {"related", r.related}};
      if (r.phase == trace::RecipientPhase::kDeferred)
        entry["next_attempt_ns"] = (r.next_attempt - epoch_).ns;
      out["recipients"].push_back(std::move(entry));
    }
    return out;
  }

  const View& view_;
  Speaker words_;
  trace::Projection world_;
  Instant epoch_;
  std::vector<Hop> hops_;
  std::string out_;
};

}  // namespace

Result<std::string> biography(const View& view, std::string_view id) {
  Biography made(view);
  if (!made.find(id))
    return fail(ErrorCode::kNotFound, fmt::format("there is no message `{}` at that moment", printable(id)));
  return view.json ? made.json() : made.text();
}

}  // namespace glasspost::cli
