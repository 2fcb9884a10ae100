#include "engine/cli/events.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/cli/json_text.h"
#include "engine/cli/words.h"
#include "engine/dissect/query.h"
#include "engine/trace/event_text.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

Json column_json(const trace::EventView& event, const trace::Column& column, Instant epoch,
                 const trace::Projection& names) {
  switch (column.type) {
    case trace::ColumnType::kInteger:
      return event.integer(column.slot);
    case trace::ColumnType::kBoolean:
      return event.integer(column.slot) != 0;
    case trace::ColumnType::kInstant:
      return (Instant{event.integer(column.slot)} == Instant::never())
                 ? Json(nullptr)
                 : Json((Instant{event.integer(column.slot)} - epoch).ns);
    case trace::ColumnType::kDuration:
      return event.integer(column.slot);
    case trace::ColumnType::kList: {
      Json list = Json::array();
      const std::string_view joined = event.text(column.slot);
      if (joined.empty()) return list;
      for (const std::string_view item : split(joined, '\n'))
        list.push_back(item);
      return list;
    }
    case trace::ColumnType::kText:
      return event.text(column.slot);
    case trace::ColumnType::kBlob:
      return escaped(event.blob());
    case trace::ColumnType::kEnum:
    case trace::ColumnType::kHost:
      return trace::column_text(event, column, epoch, names);
  }
  return nullptr;
}

Json event_json(const trace::EventView& event, Instant epoch, const trace::Projection& names) {
  const trace::KindInfo* info = event.info();
  Json out = {{"seq", event.seq()},
              {"time_ns", (event.time() - epoch).ns},
              {"cause", event.cause()},
              {"kind", info != nullptr ? Json(info->name) : Json(static_cast<unsigned>(event.kind()))}};
  if (event.host()) out["host"] = names.host_name(event.host());
  if (event.connection()) out["connection"] = event.connection().value;
  if (!event.message().empty()) out["message"] = event.message();
  for (std::size_t i = 0; info != nullptr && i < info->columns.size(); ++i) {
    out["payload"][std::string(info->columns[i].name)] = column_json(event, info->columns[i], epoch, names);
  }
  return out;
}

class EventLines {
 public:
  explicit EventLines(const View& view)
      : json_(view.json), epoch_(view.trace.epoch()), names_(view.trace.project(view.trace.last_seq())) {
    if (!json_ && view.trace.dropped() > 0) {
      out_ = "# " + Speaker(view.language)("cli.dropped", {{"count", std::to_string(view.trace.dropped())}}) +
             "\n";
    }
  }
  void add(const trace::EventView& event) {
    out_ += json_ ? json_line(event_json(event, epoch_, names_))
                  : trace::event_text(event, epoch_, names_) + "\n";
  }
  std::string take() { return std::move(out_); }

 private:
  bool json_;
  Instant epoch_;
  trace::Projection names_;
  std::string out_;
};

}  // namespace

std::string events(const View& view) {
  EventLines lines(view);
  view.trace.for_each(1, view.last, [&](const trace::EventView& event) { lines.add(event); });
  return lines.take();
}

Result<std::string> matching_events(const View& view, std::string_view query) {
  const auto parsed = dissect::Query::parse(query);
  if (!parsed) return fail(parsed.error());
  dissect::QueryContext context;
  context.update(view.trace);
  EventLines lines(view);
  view.trace.for_each(1, view.last, [&](const trace::EventView& event) {
    if (parsed->matches(event, context)) lines.add(event);
  });
  return lines.take();
}

}  // namespace glasspost::cli
