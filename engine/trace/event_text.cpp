#include "engine/trace/event_text.h"

#include <fmt/format.h>

#include "engine/base/random.h"
#include "engine/base/text.h"

namespace glasspost::trace {

namespace {

constexpr std::size_t kShownBytes = 64;

bool is_bare(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is_alnum(c) && std::string_view("_.:@/+-<>").find(c) == std::string_view::npos) return false;
  }
  return true;
}

std::string quoted(std::string_view text) {
  if (is_bare(text)) return std::string(text);
  return "\"" + escaped(text) + "\"";
}

std::string list_text(std::string_view joined) {
  std::string result = "[";
  for (const std::string& item : TextList{joined}.items()) {
    if (result.size() > 1) result += ", ";
    result += quoted(item);
  }
  return result + "]";
}

std::string blob_text(std::string_view bytes, bool binary) {
  if (binary) return fmt::format("{}bytes#{:016x}", bytes.size(), stable_hash(bytes));
  if (bytes.size() <= kShownBytes) return "\"" + escaped(bytes, false) + "\"";
  return fmt::format("\"{}\"...{}bytes#{:016x}", escaped(bytes.substr(0, kShownBytes), false), bytes.size(),
                     stable_hash(bytes));
}

}  // namespace

std::string time_text(Instant time, Instant epoch) {
  // Unsigned, so that no pair of moments overflows.
  const bool negative = time < epoch;
  const std::uint64_t ns = negative
                               ? static_cast<std::uint64_t>(epoch.ns) - static_cast<std::uint64_t>(time.ns)
                               : static_cast<std::uint64_t>(time.ns) - static_cast<std::uint64_t>(epoch.ns);
  return fmt::format("{}{}.{:09}s", negative ? '-' : '+', ns / 1'000'000'000, ns % 1'000'000'000);
}

std::string column_text(const EventView& event, const Column& column, Instant epoch,
                        const Projection& names) {
  const std::int64_t value = is_number(column.type) ? event.integer(column.slot) : 0;
  switch (column.type) {
    case ColumnType::kInteger:
      return std::to_string(value);
    case ColumnType::kBoolean:
      return value != 0 ? "yes" : "no";
    case ColumnType::kEnum:
      if (static_cast<std::uint64_t>(value) >= column.names.size()) return std::to_string(value);
      return std::string(column.names[static_cast<std::size_t>(value)]);
    case ColumnType::kHost:
      return names.host_name(HostId{static_cast<std::uint32_t>(value)});
    case ColumnType::kInstant:
      if (value == Instant::never().ns) return "never";
      if (value == 0) return "none";
      return time_text(Instant{value}, epoch);
    case ColumnType::kDuration:
      return to_string(Duration{value});
    case ColumnType::kText:
      return quoted(event.text(column.slot));
    case ColumnType::kList:
      return list_text(event.text(column.slot));
    case ColumnType::kBlob:
      break;
  }
  return blob_text(event.blob(), event.kind() == Kind::kDecision || event.kind() == Kind::kDatagramSent ||
                                     event.kind() == Kind::kDatagramDelivered);
}

std::string event_text(const EventView& event, Instant epoch, const Projection& names) {
  std::string line = fmt::format("#{} {}", event.seq(), time_text(event.time(), epoch));
  if (event.cause() != 0) line += fmt::format(" cause=#{}", event.cause());
  if (event.host().value != 0) line += " " + names.host_name(event.host());
  if (event.connection().value != 0) line += fmt::format(" c{}", event.connection().value);
  if (!event.message().empty()) line += " m=" + quoted(event.message());
  const KindInfo* info = event.info();
  if (!info) {
    line += fmt::format(" kind={}", static_cast<unsigned>(event.kind()));
    for (std::size_t i = 0; i < event.integer_count(); ++i)
      line += fmt::format(" i{}={}", i, event.integer(i));
    for (std::size_t i = 0; i < event.text_count(); ++i) {
      line += fmt::format(" t{}={}", i, quoted(event.text(i)));
    }
    if (event.has_blob()) line += " b=" + blob_text(event.blob(), false);
    return line;
  }
  line += ' ';
  line += info->name;
  for (const Column& column : info->columns) {
    line += ' ';
    line += column.name;
    line += '=';
    line += column_text(event, column, epoch, names);
  }
  return line;
}

std::string trace_text(const Trace& trace) {
  const Projection names = trace.project(trace.last_seq());
  std::string text;
  trace.for_each([&](const EventView& event) {
    text += event_text(event, trace.epoch(), names);
    text += '\n';
  });
  return text;
}

std::uint64_t trace_digest(const Trace& trace) {
  const Projection names = trace.project(trace.last_seq());
  std::uint64_t digest = 0;
  trace.for_each(
      [&](const EventView& event) { digest = stable_hash(event_text(event, trace.epoch(), names), digest); });
  return digest;
}

}  // namespace glasspost::trace
