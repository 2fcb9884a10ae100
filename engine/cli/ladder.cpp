#include "engine/cli/ladder.h"

#include <algorithm>

#include <fmt/format.h>

namespace glasspost::cli {
namespace {

/// Which hosts an axis stands for, where it is not one.
std::vector<std::string> folded_names(const Ladder& ladder, bool has_names, const dissect::LadderIndex& index,
                                      const trace::Projection& world, const dissect::ShortNames& names) {
  const auto list = [&](const std::vector<HostId>& hosts) {
    std::vector<std::string> written;
    for (const HostId host : hosts)
      written.push_back(names.host(world, host));
    return fmt::format("{}", fmt::join(written, ", "));
  };
  std::vector<std::string> folded;
  const std::size_t own = ladder.axes.size() - (has_names ? 1 : 0);
  for (std::size_t i = 0; i < own; ++i) {
    const LadderAxis& axis = ladder.axes[i];
    if (axis.hosts.size() > 1) folded.push_back(axis.name + ": " + list(axis.hosts));
  }
  if (!index.name_servers().empty()) folded.push_back("DNS: " + list(index.name_servers()));
  return folded;
}

}  // namespace

Ladder build_ladder(const trace::Trace& trace, std::uint64_t last, Language language) {
  last = std::min(last, trace.last_seq());
  const trace::Projection world = trace.project(last);
  dissect::Dialogues dialogues;
  dialogues.update(trace);
  dissect::LadderIndex index;
  index.extend(trace, dialogues, last);
  index.finish();
  const dissect::LadderAxes axes(index, world, language, dissect::AxisBy::kHost, kMostAxes);
  const dissect::LadderWords words(trace, index, dialogues, world, language);

  Ladder out;
  out.language = language;
  out.epoch = trace.epoch();
  out.title = index.title();
  out.axes = axes.axes();
  out.ending = words.names().ending();
  out.folded = folded_names(out, axes.has_names(), index, world, words.names());
  for (const dissect::LadderRow& row : index.rows()) {
    LadderRow shown;
    shown.kind = row.kind;
    shown.seq = row.seq;
    shown.time = row.time;
    shown.connection = row.connection;
    if (row.kind != LadderRowKind::kSection) {
      shown.from = axes.of(row.from, row.from_role);
      shown.to = axes.of(row.to, row.to_role);
    }
    shown.label = words(row);
    shown.dns = row.dns;
    shown.failed = row.failed;
    out.rows.push_back(std::move(shown));
  }
  return out;
}

}  // namespace glasspost::cli
