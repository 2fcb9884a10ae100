#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"
#include "engine/cli/commands.h"
#include "engine/cli/mailbox_matrix.h"
#include "engine/cli/scenario_file.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"
#include "engine/scenario/run.h"
#include "engine/scenario/vary.h"
#include "engine/scenario/world_events.h"
#include "engine/trace/payload.h"

namespace glasspost::cli {
namespace {

constexpr std::size_t kHolderWidth = 9;
constexpr std::size_t kFolderWidth = 8;
constexpr std::size_t kLetterWidth = 22;
constexpr std::size_t kFixedWidth = 2 + kHolderWidth + 1 + kFolderWidth + 1 + kLetterWidth;

/// One run of the scenario, with one value of what is varied.
struct Run {
  std::string value;
  scenario::Scenario scenario;
  trace::Trace trace;
};

/// What a device needed of its server.
struct Totals {
  std::uint64_t connections = 0, round_trips = 0, up = 0, down = 0;
};

struct RowKey {
  std::size_t holder = 0;  ///< column of the matrix
  std::string holder_name, folder, letter;
  std::size_t ordinal = 0;

  friend auto operator<=>(const RowKey&, const RowKey&) = default;
};
using Table = std::map<RowKey, std::vector<std::string>>;

class Comparison {
 public:
  Comparison(const CompareCommand& command, const scenario::Variation& variation, std::vector<Run> runs,
             const scenario::Host& host)
      : command_(command),
        variation_(variation),
        runs_(std::move(runs)),
        host_(host),
        words_(command.language) {
    const std::size_t room = command.width > kFixedWidth ? (command.width - kFixedWidth) / runs_.size() : 0;
    cell_ = std::max<std::size_t>(room, 9) - 1;
  }

  std::string text() {
    const scenario::Scenario& scenario = runs_.front().scenario;
    const std::string what = fmt::format("{}/{}.{}", variation_.user, variation_.device, variation_.key);
    std::string out = words_("cli.compare-title", {{"scenario", scenario.name}, {"what", what}}) + "\n";
    std::vector<std::string> values;
    for (const Run& run : runs_)
      values.push_back(fmt::format("{} = {}", variation_.key, run.value));
    out += "\n" + line("", "", "", values);
    for (std::size_t i = 0; i < scenario.script.size(); ++i)
      out += step(i);
    return out + totals_text();
  }

 private:
  std::string line(std::string_view holder, std::string_view folder, std::string_view letter,
                   const std::vector<std::string>& cells) const {
    std::string text = "  " + padded(holder, kHolderWidth) + " " + padded(folder, kFolderWidth) + " " +
                       padded(letter, kLetterWidth);
    for (const std::string& one : cells)
      text += " " + padded(one, cell_);
    const std::size_t end = text.find_last_not_of(' ');
    return (end == std::string::npos ? std::string() : text.substr(0, end + 1)) + "\n";
  }

  /// From an action to just before the next one.
  [[nodiscard]] std::pair<Instant, Instant> window(const Run& run, std::size_t action) const {
    const auto& script = run.scenario.script;
    const Instant begin = run.scenario.start + script[action].at;
    if (action + 1 == script.size()) return {begin, Instant::never()};
    return {begin, run.scenario.start + script[action + 1].at - Duration{1}};
  }

  std::string step(std::size_t action) {
    const scenario::Scenario& scenario = runs_.front().scenario;
    const scenario::ActionWords said = scenario::describe(scenario, scenario.script[action]);
    std::string who = said.who;
    if (const auto* use = std::get_if<scenario::UseDevice>(&scenario.script[action].what)) {
      const scenario::Host* device = scenario.find_host(use->device);
      who = fmt::format("{}/{}", use->account.substr(0, use->account.rfind('@')), device->device->name);
    }
    const std::string moment = short_time(scenario.start + scenario.script[action].at, scenario.start);
    std::string title = fmt::format("{}  {} {}", moment, who, said.action);
    if (!said.detail.empty()) title += " " + printable(said.detail);
    std::string out = "\n" + fitted(title, command_.width) + "\n";
    const std::vector<std::string> results = results_of(action, said.host);
    if (std::any_of(results.begin(), results.end(), [](const std::string& one) { return !one.empty(); }))
      out += line(words_("cli.compare-result"), "", "", results);
    const Table table = holdings(action);
    if (table == before_ && action > 0) return out + "  " + words_("cli.compare-same") + "\n";
    before_ = table;
    if (table.empty()) return out + "  " + words_("cli.compare-nothing") + "\n";
    const RowKey* last = nullptr;
    for (const auto& [row, cells] : table) {
      const bool same_holder = last != nullptr && last->holder_name == row.holder_name;
      const bool same_folder = same_holder && last->folder == row.folder;
      out += line(same_holder ? "" : row.holder_name, same_folder ? "" : row.folder, row.letter, cells);
      last = &row;
    }
    return out;
  }

  /// What the device said when it was done, by run.
  [[nodiscard]] std::vector<std::string> results_of(std::size_t action, HostId host) const {
    std::vector<std::string> out;
    for (const Run& run : runs_) {
      const auto [begin, end] = window(run, action);
      const std::uint64_t last = end == Instant::never() ? run.trace.last_seq() : run.trace.seq_at(end);
      const std::uint64_t first = run.trace.seq_at(begin - Duration{1}) + 1;
      std::string result;
      run.trace.for_each(first, last, [&](const trace::EventView& event) {
        const auto told = event.as<trace::payload::UserAction>();
        if (!told || event.host() != host) return true;
        if (!told->action.ends_with(" done") && !told->action.ends_with(" failed")) return true;
        const bool failed = told->action.ends_with(" failed");
        // What merely repeats the order is left out.
        if (failed || told->action.starts_with("sync") || told->action.starts_with("search") ||
            told->action.starts_with("go_"))
          result = (failed ? "! " : "") + printable(std::string(told->detail));
        return false;
      });
      out.push_back(std::move(result));
    }
    return out;
  }

  [[nodiscard]] Table holdings(std::size_t action) const {
    Table table;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const auto [begin, end] = window(runs_[i], action);
      const std::uint64_t last =
          end == Instant::never() ? runs_[i].trace.last_seq() : runs_[i].trace.seq_at(end);
      const trace::Projection world = runs_[i].trace.project(last);
      for (const MailboxMatrix& matrix : mailbox_matrices(world, words_)) {
        if (matrix.account == host_.device->account) add(matrix, world, i, table);
      }
    }
    return table;
  }

  void add(const MailboxMatrix& matrix, const trace::Projection& world, std::size_t run, Table& table) const {
    std::map<std::tuple<std::size_t, std::string, std::string>, std::size_t> seen;
    for (const MatrixRow& row : matrix.rows) {
      for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
        if (row.cells[i] == "-") continue;
        const trace::DeviceView* device = world.devices().find(matrix.columns[i].host);
        RowKey key;
        key.holder = i;
        key.holder_name = device == nullptr ? matrix.columns[i].name : device->name;
        key.folder = printable(row.folder);
        key.letter = row.letter.empty() ? words_("cli.matrix-untitled") : printable(row.letter);
        key.ordinal = seen[{i, row.folder, row.letter}]++;
        auto& cells = table.try_emplace(key, runs_.size(), "-").first->second;
        cells[run] = row.cells[i];
      }
    }
  }

  [[nodiscard]] Totals totals(const Run& run) const {
    Totals out;
    const trace::Projection world = run.trace.project(run.trace.last_seq());
    const HostId device = world.host_named(host_.name);
    world.connections().for_each([&](ConnectionId, const trace::ConnectionView& connection) {
      if (connection.client().host != device) return;
      ++out.connections;
      out.up += connection.flows[0].bytes[0];
      out.down += connection.flows[1].bytes[0];
    });
    // The connection itself is one, and each time that the server answers what the client has said.
    out.round_trips = out.connections;
    std::map<ConnectionId, trace::Direction> latest;
    run.trace.for_each(1, run.trace.last_seq(), [&](const trace::EventView& event) {
      const auto bytes = event.as<trace::payload::StreamBytes>();
      if (!bytes || bytes->layer != trace::Layer::kWire) return;
      const trace::ConnectionView* connection = world.connections().find(event.connection());
      if (connection == nullptr || connection->client().host != device) return;
      const auto before = latest.find(event.connection());
      const bool asked = before != latest.end() && before->second == trace::Direction::kToServer;
      if (asked && bytes->direction == trace::Direction::kToClient) ++out.round_trips;
      latest[event.connection()] = bytes->direction;
    });
    return out;
  }

  [[nodiscard]] std::string totals_text() const {
    std::vector<Totals> all;
    for (const Run& run : runs_)
      all.push_back(totals(run));
    const std::string device = fmt::format("{}/{}", variation_.user, variation_.device);
    std::string out = "\n" + words_("cli.compare-total", {{"device", device}}) + "\n";
    const auto row = [&](std::string_view key, std::uint64_t Totals::*member) {
      std::string text = "  " + padded(words_(key), kFixedWidth - 2);
      for (const Totals& one : all)
        text += " " + padded(std::to_string(one.*member), cell_);
      text.erase(text.find_last_not_of(' ') + 1);
      return text + "\n";
    };
    out += row("cli.compare-connections", &Totals::connections);
    out += row("cli.compare-round-trips", &Totals::round_trips);
    out += row("cli.compare-up", &Totals::up);
    return out + row("cli.compare-down", &Totals::down);
  }

  const CompareCommand& command_;
  const scenario::Variation& variation_;
  std::vector<Run> runs_;
  const scenario::Host& host_;
  Speaker words_;
  std::size_t cell_ = 0;
  Table before_;
};

int complain(const Error& error) {
  std::fprintf(stderr, "glasspost compare: %s\n", error.message.c_str());
  return kBadInput;
}

}  // namespace

int compare_command(const CompareCommand& command) {
  auto file = open_scenario(command.scenario, command.variant);
  if (!file) {
    report(file.error());
    return kBadInput;
  }
  const Result<scenario::Variation> variation = scenario::parse_variation(command.vary);
  if (!variation) return complain(variation.error());
  scenario::RunOptions options;
  options.seed = command.seed;
  options.source = file->source;
  if (!command.until.empty()) {
    const auto until = parse_duration(command.until);
    if (!until || until->ns < 0)
      return complain(
          {ErrorCode::kInvalidInput, "--until wants a time with its unit, such as 10s or 5m", {}});
    options.until = *until;
  }
  std::vector<Run> runs;
  for (const std::string& value : variation->values) {
    Run run{value, file->scenario, {}};
    if (Ok changed = scenario::vary(run.scenario, *variation, value); !changed)
      return complain(changed.error());
    run.scenario.expectations.clear();  // they are about the scenario as it is written
    auto report = scenario::run_scenario(run.scenario, options);
    if (!report) return complain(report.error());
    run.trace = std::move(report->trace);
    runs.push_back(std::move(run));
  }
  const scenario::Host* host = scenario::varied_host(file->scenario, *variation);
  const std::string text = Comparison(command, *variation, std::move(runs), *host).text();
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kGood;
}

}  // namespace glasspost::cli
