#include "gui/model/inspection.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/dissect/dns_datagram.h"
#include "engine/dissect/printable.h"
#include "engine/dissect/why.h"
#include "engine/trace/event_text.h"
#include "engine/trace/payload.h"
#include "gui/model/inspection_parts.h"

namespace glasspost::gui {

namespace payload = trace::payload;

namespace {

constexpr std::size_t kMostCauses = 24;
constexpr std::size_t kMostValue = 2000;

std::string fitted(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U)
    --most;
  text.resize(most);
  return text + "...";
}

}  // namespace

Mood mood_of_code(std::uint32_t code) {
  switch (code / 100) {
    case 2:
      return Mood::kGood;
    case 3:
      return Mood::kMore;
    case 4:
      return Mood::kWait;
    case 5:
      return Mood::kBad;
    default:
      return Mood::kPlain;
  }
}

Mood mood_of_outcome(std::string_view outcome) {
  for (const std::string_view good : {"pass", "accept", "relay", "deliver"}) {
    if (outcome == good) return Mood::kGood;
  }
  for (const std::string_view bad : {"fail", "reject", "permerror", "refuse", "bounce"}) {
    if (outcome == bad) return Mood::kBad;
  }
  for (const std::string_view wait : {"softfail", "temperror", "defer", "quarantine"}) {
    if (outcome == wait) return Mood::kWait;
  }
  return Mood::kPlain;
}

Inspector::Inspector(const InspectionSource& source)
    : in_(source),
      words_(source.language),
      ladder_words_(source.trace, source.digest.ladder(), source.digest.dialogues(), source.world,
                    source.language),
      names_(source.world) {}

void Inspector::say(std::string words, std::string rule, bool quiet) {
  out_.parts.emplace_back(InspectedText{std::move(words), std::move(rule), quiet});
}
void Inspector::fact(std::string_view key, std::string value, Selection jump, bool code, Mood mood) {
  out_.parts.emplace_back(
      InspectedFact{words_(key), fitted(dissect::printable(value), kMostValue), std::move(jump), code, mood});
}
void Inspector::heading(std::string_view key, std::string id) {
  out_.parts.emplace_back(InspectedHeading{std::move(id), words_(key)});
}
std::string Inspector::moment(Instant time) const {
  return dissect::short_time(time, in_.trace.epoch());
}
std::string Inspector::name(HostId host) const {
  return names_.host(in_.world, host);
}

void Inspector::place(const trace::EventView& event) {
  out_.seq = event.seq();
  out_.where = moment(event.time());
  if (event.host()) out_.where += "  ·  " + name(event.host());
  if (event.connection())
    out_.where +=
        "  ·  " + words_("explore.connection", {{"number", std::to_string(event.connection().value)}});
}

std::string Inspector::short_event(const trace::EventView& event) const {
  const trace::KindInfo* info = event.info();
  const std::string key = info != nullptr ? fmt::format("event.{}", info->name) : std::string();
  std::string text = in_catalogue(key) ? words_(key) : fmt::format("{}", static_cast<unsigned>(event.kind()));
  // The ladder says it better where it has a row for it.
  const dissect::LadderIndex& ladder = in_.digest.ladder();
  const std::size_t until = ladder.rows_until(event.seq());
  for (std::size_t i = until; i > 0 && ladder.rows()[i - 1].seq == event.seq(); --i) {
    const dissect::LadderRow& row = ladder.rows()[i - 1];
    if (row.kind == dissect::LadderRowKind::kPhase) continue;
    return fitted(ladder_words_(row), 160);
  }
  return text;
}

void Inspector::causes(const trace::EventView& event) {
  const std::vector<std::uint64_t> told = told_causes(in_.trace, event, kMostCauses);
  heading("explore.because", "because");
  for (const std::uint64_t seq : told) {
    const auto cause = in_.trace.event(seq);
    if (!cause) continue;
    InspectedFact fact;
    fact.name = moment(cause->time());
    fact.value = short_event(*cause);
    if (cause->host()) fact.value = name(cause->host()) + ": " + fact.value;
    fact.jump = EventSelected{seq};
    out_.parts.emplace_back(std::move(fact));
  }
  if (told.empty()) say(words_("cli.why-outside"), {}, true);
}

void Inspector::event(std::uint64_t seq) {
  const auto found = in_.trace.event(seq);
  if (!found) {
    out_.title = words_("explore.nothing");
    return;
  }
  const trace::Event& event = *found;
  if (event.kind() == trace::Kind::kStreamBytes) {
    const auto lines = in_.digest.dialogues().completed_by(event);
    const dissect::Dialogue* dialogue = in_.digest.dialogues().find(event.connection());
    if (!lines.empty() && dialogue != nullptr)
      return line(event.connection(), static_cast<std::uint32_t>(lines.back() - dialogue->lines.data()));
  }
  place(event);
  switch (event.kind()) {
    case trace::Kind::kDecision:
      return decision(event);
    case trace::Kind::kDnsAnswered:
      return dns_answer(event);
    default:
      return plain(event);
  }
}

void Inspector::decision(const trace::EventView& event) {
  const auto decided = *event.as<payload::Decision>();
  std::string check(trace::enum_name(decided.kind));
  const bool verdict = decided.kind <= DecisionKind::kArc;
  if (verdict) check = to_upper(check);
  const std::string check_key = fmt::format("explore.check-{}", trace::enum_name(decided.kind));
  out_.title = in_catalogue(check_key) ? words_(check_key) : check;
  out_.badge = decided.outcome;
  out_.mood = mood_of_outcome(decided.outcome);
  const std::string tone = fmt::format("explore.{}-{}", trace::enum_name(decided.kind), decided.outcome);
  if (in_catalogue(tone)) say(words_(tone), std::string(decided.rule));
  std::vector<WhyNode> tree = why_tree(in_.trace, in_.digest.dialogues(), event);
  if (!tree.empty()) heading("explore.why", "why");
  for (WhyNode& node : tree)
    out_.parts.emplace_back(std::move(node));
  causes(event);
}

void Inspector::dns_answer(const trace::EventView& event) {
  const auto answer = *event.as<payload::DnsAnswered>();
  out_.title = words_("explore.dns-answer", {{"type", answer.type}, {"name", answer.name}});
  out_.badge = answer.status;
  out_.mood = answer.status == "found" ? Mood::kNames : Mood::kWait;
  say(words_("explore.dns-meaning", {{"name", answer.name}, {"type", answer.type}}), "RFC 1034 4.3");
  heading("explore.answer", "answer");
  // Records are shown one below the other, as a zone would have them.
  std::string_view rest = answer.answer;
  while (!rest.empty()) {
    const std::size_t end = rest.find("; ");
    InspectedBytes record;
    record.name = answer.type;
    record.text = fitted(dissect::printable(rest.substr(0, end)), kMostValue);
    out_.parts.emplace_back(std::move(record));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
  }
  fact("explore.ttl", words_("explore.seconds", {{"count", std::to_string(answer.ttl)}}));
  fact("explore.from", words_(answer.from_cache ? "explore.from-cache" : "explore.from-servers"));
  fact("explore.took", to_string(answer.took));
  if (answer.asked != 0)
    fact("explore.asked-at", fmt::format("#{}", answer.asked), EventSelected{answer.asked});
  heading("explore.servers-asked", "servers");
  // Whose answers led to this one, the last first.
  for (const trace::Event& cause : dissect::causes_of(in_.trace, event)) {
    if (cause.seq() <= answer.asked) break;
    const auto labels = dissect::dissect_datagram(cause);
    if (!labels || !labels->response || cause.kind() != trace::Kind::kDatagramSent) continue;
    InspectedFact fact;
    fact.name = name(cause.host());
    fact.value = labels->answer.empty() ? labels->code : labels->answer;
    for (const dissect::DnsLabels::Part& part : labels->parts) {
      if (labels->answer.empty() && part.name == "authority" && !part.text.empty()) fact.value = part.text;
    }
    fact.value = fitted(dissect::printable(fact.value), 200);
    fact.jump = EventSelected{cause.seq()};
    fact.code = true;
    out_.parts.emplace_back(std::move(fact));
  }
  causes(event);
}

void Inspector::plain(const trace::EventView& event) {
  const trace::KindInfo* info = event.info();
  out_.title = info != nullptr ? words_(fmt::format("event.{}", info->name))
                               : words_("explore.unknown-event",
                                        {{"number", std::to_string(static_cast<unsigned>(event.kind()))}});
  out_.badge = info != nullptr ? std::string(info->name) : std::string();
  std::string told = short_event(event);
  if (told != out_.title) {
    say(out_.title);
    out_.title = std::move(told);
  }
  if (!event.message().empty())
    fact("explore.message", std::string(event.message()),
         MessageSelected{{event.host(), std::string(event.message())}}, true);
  if (info != nullptr) {
    for (const trace::Column& column : info->columns) {
      InspectedFact fact;
      fact.name = column.name;
      fact.value = fitted(trace::column_text(event, column, in_.trace.epoch(), in_.world), 400);
      if (fact.value.empty()) continue;
      fact.code = true;
      if (column.type == trace::ColumnType::kHost) {
        const HostId host{static_cast<std::uint32_t>(event.integer(column.slot))};
        if (host) fact.jump = HostSelected{host};
      }
      out_.parts.emplace_back(std::move(fact));
    }
  }
  causes(event);
}

Selection selection_of(const dissect::LadderRow& row) {
  using dissect::LadderTopic;
  if (row.topic == LadderTopic::kConnection) return ConnectionSelected{row.connection};
  if (row.topic == LadderTopic::kCommand || row.topic == LadderTopic::kReply ||
      row.topic == LadderTopic::kContent)
    return LineSelected{row.connection, row.last_line};
  return EventSelected{row.seq};
}

namespace {

/// FNV-1a over numbers and texts.
class Mark {
 public:
  Mark& operator<<(std::uint64_t number) {
    for (int i = 0; i < 8; ++i)
      byte(static_cast<unsigned char>(number >> (8 * i)));
    return *this;
  }
  Mark& operator<<(const std::string& text) {
    for (const char c : text)
      byte(static_cast<unsigned char>(c));
    return *this << text.size();
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void byte(unsigned char b) { value_ = (value_ ^ b) * 0x100000001b3ULL; }
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

void add(Mark&, std::monostate) {}
void add(Mark& mark, const EventSelected& s) {
  mark << s.seq;
}
void add(Mark& mark, const LineSelected& s) {
  mark << s.connection.value << s.line;
}
void add(Mark& mark, const ConnectionSelected& s) {
  mark << s.connection.value;
}
void add(Mark& mark, const HostSelected& s) {
  mark << s.host.value;
}
void add(Mark& mark, const MessageSelected& s) {
  mark << s.message.host.value << s.message.id;
}
void add(Mark& mark, const MailboxSelected& s) {
  mark << s.mailbox.host.value << s.mailbox.account << s.mailbox.folder << s.uid;
}
void add(Mark& mark, const BytesSelected& s) {
  mark << s.connection.value << static_cast<std::uint64_t>(s.direction) << static_cast<std::uint64_t>(s.layer)
       << s.offset << s.length;
}

}  // namespace

std::uint64_t mark_of(const Selection& selection) {
  if (std::holds_alternative<std::monostate>(selection)) return 0;
  Mark mark;
  mark << selection.index();
  std::visit([&mark](const auto& s) { add(mark, s); }, selection);
  return mark.value();
}

Focal focal_of(const trace::Trace& trace, const Digest& digest, const Selection& selection) {
  if (const auto* line = std::get_if<LineSelected>(&selection)) {
    const dissect::Dialogue* dialogue = digest.dialogues().find(line->connection);
    if (dialogue == nullptr || line->line >= dialogue->lines.size()) return {line->connection, 0};
    return {line->connection, dialogue->lines[line->line].seq};
  }
  if (const auto* event = std::get_if<EventSelected>(&selection)) {
    const auto found = trace.event(event->seq);
    return {found ? found->connection() : ConnectionId{}, event->seq};
  }
  if (const auto* connection = std::get_if<ConnectionSelected>(&selection))
    return {connection->connection, 0};
  if (const auto* bytes = std::get_if<BytesSelected>(&selection)) return {bytes->connection, 0};
  return {};
}

Inspection inspect(const InspectionSource& source, const Selection& selection) {
  Inspector inspector(source);
  struct Visitor {
    Inspector& inspector;
    const InspectionSource& in;
    void operator()(std::monostate) const {
      const dissect::LadderIndex& ladder = in.digest.ladder();
      std::size_t at = ladder.rows_until(in.seq);
      while (at > 0 && ladder.rows()[at - 1].kind == dissect::LadderRowKind::kPhase)
        --at;
      if (at == 0) return inspector.event(in.seq);
      const Selection last = selection_of(ladder.rows()[at - 1]);
      if (const auto* line = std::get_if<LineSelected>(&last)) return (*this)(*line);
      if (const auto* connection = std::get_if<ConnectionSelected>(&last)) return (*this)(*connection);
      if (const auto* event = std::get_if<EventSelected>(&last)) return (*this)(*event);
    }
    void operator()(const EventSelected& s) const { inspector.event(s.seq); }
    void operator()(const LineSelected& s) const { inspector.line(s.connection, s.line); }
    void operator()(const ConnectionSelected& s) const { inspector.connection(s.connection); }
    void operator()(const HostSelected& s) const { inspector.host(s.host); }
    void operator()(const MessageSelected& s) const { inspector.message(s.message); }
    void operator()(const MailboxSelected& s) const { inspector.mailbox(s.mailbox, s.uid); }
    void operator()(const BytesSelected& s) const { inspector.bytes(s); }
  };
  std::visit(Visitor{inspector, source}, selection);
  return inspector.take();
}

}  // namespace glasspost::gui
