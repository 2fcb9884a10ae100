#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "engine/base/text.h"
#include "engine/dissect/dialogue.h"
#include "engine/dissect/dns_datagram.h"
#include "engine/dissect/query_parts.h"

namespace glasspost::dissect {

namespace {

using trace::Column;
using trace::ColumnType;
using trace::Kind;

constexpr std::pair<std::string_view, FieldSource> kHeaderFields[] = {
    {"seq", FieldSource::kSeq},
    {"time", FieldSource::kTime},
    {"cause", FieldSource::kCause},
    {"host", FieldSource::kHost},
    {"connection", FieldSource::kConnection},
    {"message", FieldSource::kMessage},
    {"kind", FieldSource::kKind},
    {"queue.length", FieldSource::kQueueLength}};

constexpr std::string_view kOfAnyLine[] = {"line", "direction", "phase", "verb",    "argument",
                                           "text", "answers",   "code",  "subject", "message_id"};
constexpr std::string_view kOfSmtpLine[] = {"enhanced", "transaction"};
constexpr std::string_view kOfPop3Line[] = {"response", "number"};
constexpr std::string_view kOfImapLine[] = {"response", "number", "tag"};
/// What a protocol's lines have besides what lines of any protocol have.
struct LineFields {
  std::string_view protocol;
  std::span<const std::string_view> own;
};
constexpr std::array<LineFields, 3> kLineFields = {
    {{"smtp", kOfSmtpLine}, {"pop3", kOfPop3Line}, {"imap", kOfImapLine}}};
constexpr std::array<std::string_view, 6> kDnsFields = {"name", "type",     "answer",
                                                        "code", "response", "status"};
constexpr std::array<std::string_view, 4> kVerdicts = {"spf", "dkim", "dmarc", "arc"};

bool holds(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_column(const Column& column, const trace::EventView& event, const QueryContext& context,
                std::vector<Value>& values) {
  const std::int64_t number = trace::is_number(column.type) ? event.integer(column.slot) : 0;
  switch (column.type) {
    case ColumnType::kEnum:
      if (static_cast<std::uint64_t>(number) < column.names.size()) {
        values.emplace_back(std::string(column.names[static_cast<std::size_t>(number)]));
      } else {
        values.emplace_back(number);
      }
      return;
    case ColumnType::kHost:
      values.emplace_back(context.names().host_name(HostId{static_cast<std::uint32_t>(number)}));
      return;
    case ColumnType::kInstant:
      // As unsigned numbers, so that no pair of moments overflows.
      values.emplace_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(number) -
                                                    static_cast<std::uint64_t>(context.trace().epoch().ns)));
      return;
    case ColumnType::kInteger:
    case ColumnType::kBoolean:
    case ColumnType::kDuration:
      values.emplace_back(number);
      return;
    case ColumnType::kText:
      values.emplace_back(std::string(event.text(column.slot)));
      return;
    case ColumnType::kList:
      for (std::string& item : trace::TextList{event.text(column.slot)}.items())
        values.emplace_back(std::move(item));
      return;
    case ColumnType::kBlob:
      values.emplace_back(std::string(event.blob()));
      return;
  }
}

void add_line(std::string_view name, const Line& line, std::vector<Value>& values) {
  const auto text = [&values](std::string_view value) {
    if (!value.empty()) values.emplace_back(std::string(value));
  };
  if (name == "verb") {
    text(line.verb);
    if (line.by_uid) text("UID " + line.verb);
  }
  if (name == "argument") text(line.argument);
  if (name == "code" && line.code != 0) values.emplace_back(std::int64_t{line.code});
  if (name == "code") text(line.response_code);
  if (name == "response") text(line.response);
  if (name == "tag") text(line.tag);
  if (name == "number" && line.number) values.emplace_back(std::int64_t{*line.number});
  if (name == "enhanced") text(line.enhanced);
  if (name == "text") text(line.text);
  if (name == "answers") text(line.answers);
  if (name == "phase") text(to_string(line.phase));
  if (name == "transaction" && line.transaction != 0) values.emplace_back(std::int64_t{line.transaction});
  if (name == "subject") text(line.subject);
  if (name == "message_id") text(line.message_id);
  if (name == "line") text(to_string(line.kind));
  if (name == "direction") text(trace::enum_name(line.direction));
}

void add_dns(std::string_view name, const trace::EventView& event, const QueryContext& context,
             std::vector<Value>& values) {
  if (const std::optional<DnsLabels> labels = dissect_datagram(event)) {
    if (name == "name") values.emplace_back(labels->name);
    if (name == "type") values.emplace_back(labels->type);
    if (name == "answer" && labels->response) values.emplace_back(labels->answer);
    if (name == "code" && labels->response) values.emplace_back(labels->code);
    if (name == "response") values.emplace_back(std::int64_t{labels->response});
    return;
  }
  if (event.kind() != Kind::kDnsAsked && event.kind() != Kind::kDnsAnswered &&
      event.kind() != Kind::kDnsCached) {
    return;
  }
  if (const Column* column = event.info()->find(name)) add_column(*column, event, context, values);
}

}  // namespace

std::optional<FieldRef> find_field(std::string_view name) {
  FieldRef field;
  for (const auto& [header, source] : kHeaderFields) {
    if (name != header) continue;
    field.source = source;
    return field;
  }
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    field.source = FieldSource::kColumn;
    field.name = name;
    for (const trace::KindInfo& info : trace::all_kinds()) {
      if (info.find(name)) return field;
    }
    return std::nullopt;
  }
  const std::string_view head = name.substr(0, dot);
  const std::string_view tail = name.substr(dot + 1);
  field.name = tail;
  for (const LineFields& fields : kLineFields) {
    if (head != fields.protocol || (!holds(kOfAnyLine, tail) && !holds(fields.own, tail))) continue;
    field.source = FieldSource::kLine;
    field.protocol = fields.protocol;
    return field;
  }
  if (head == "dns" && holds(kDnsFields, tail)) {
    field.source = FieldSource::kDns;
    return field;
  }
  if (tail == "result" && holds(kVerdicts, head)) {
    field.source = FieldSource::kVerdict;
    field.verdict =
        static_cast<std::uint8_t>(std::find(kVerdicts.begin(), kVerdicts.end(), head) - kVerdicts.begin());
    return field;
  }
  field.kind = trace::find_kind(head);
  field.source = FieldSource::kColumn;
  if (field.kind && field.kind->find(tail)) return field;
  return std::nullopt;
}

std::string similar_fields(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [header, source] : kHeaderFields)
    names.emplace_back(header);
  for (const LineFields& fields : kLineFields) {
    for (const std::string_view field : kOfAnyLine)
      names.push_back(std::string(fields.protocol) + "." + std::string(field));
    for (const std::string_view field : fields.own)
      names.push_back(std::string(fields.protocol) + "." + std::string(field));
  }
  for (const std::string_view field : kDnsFields)
    names.push_back("dns." + std::string(field));
  for (const std::string_view field : kVerdicts)
    names.push_back(std::string(field) + ".result");
  for (const trace::KindInfo& info : trace::all_kinds()) {
    for (const Column& column : info.columns)
      names.push_back(std::string(info.name) + "." + std::string(column.name));
  }
  const std::string_view last = name.substr(name.rfind('.') + 1);
  std::string found;
  std::size_t count = 0;
  for (const std::string& candidate : names) {
    const bool similar = candidate.find(last) != std::string::npos || istarts_with(candidate, name) ||
                         iequals(candidate, name);
    if (!similar || last.empty() || count == 5) continue;
    found += (count++ == 0 ? "; like it: " : ", ") + candidate;
  }
  return found;
}

std::vector<Value> values_of(const FieldRef& field, const trace::EventView& event,
                             const QueryContext& context) {
  std::vector<Value> values;
  switch (field.source) {
    case FieldSource::kSeq:
      values.emplace_back(static_cast<std::int64_t>(event.seq()));
      break;
    case FieldSource::kTime:
      values.emplace_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(event.time().ns) -
                                                    static_cast<std::uint64_t>(context.trace().epoch().ns)));
      break;
    case FieldSource::kCause:
      values.emplace_back(static_cast<std::int64_t>(event.cause()));
      break;
    case FieldSource::kHost:
      if (event.host()) values.emplace_back(context.names().host_name(event.host()));
      break;
    case FieldSource::kConnection:
      if (event.connection()) values.emplace_back(std::int64_t{event.connection().value});
      break;
    case FieldSource::kMessage:
      if (!event.message().empty()) values.emplace_back(std::string(event.message()));
      break;
    case FieldSource::kKind:
      if (event.info()) {
        values.emplace_back(std::string(event.info()->name));
      } else {
        values.emplace_back(static_cast<std::int64_t>(event.kind()));
      }
      break;
    case FieldSource::kColumn: {
      const trace::KindInfo* info = event.info();
      if (!info || (field.kind && field.kind != info)) break;
      if (const Column* column = info->find(field.name)) add_column(*column, event, context, values);
      break;
    }
    case FieldSource::kLine:
      if (event.kind() != Kind::kStreamBytes) break;
      if (const Dialogue* dialogue = context.dialogues().find(event.connection());
          !dialogue || dialogue->protocol != field.protocol) {
        break;
      }
      for (const Line* line : context.dialogues().completed_by(event))
        add_line(field.name, *line, values);
      break;
    case FieldSource::kDns:
      add_dns(field.name, event, context, values);
      break;
    case FieldSource::kVerdict:
      if (const auto decision = event.as<trace::payload::Decision>()) {
        if (static_cast<std::uint8_t>(decision->kind) == field.verdict) {
          values.emplace_back(std::string(decision->outcome));
        }
      }
      break;
    case FieldSource::kQueueLength:
      if (event.host()) {
        values.emplace_back(
            static_cast<std::int64_t>(context.world_at(event.seq()).queue(event.host()).size()));
      }
      break;
  }
  return values;
}

}  // namespace glasspost::dissect
