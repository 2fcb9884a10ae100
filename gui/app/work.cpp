#include "gui/app/work.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "engine/scenario/loader.h"
#include "engine/scenario/run.h"
#include "engine/trace/file.h"
#include "engine/trace/payload.h"

namespace glasspost::gui {
namespace {

namespace fs = std::filesystem;

constexpr Duration kAfterTheEnd = Duration::seconds(2);
constexpr Duration kForOneLetter = Duration::seconds(60);

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

bool looks_like_a_trace(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  char head[16] = {};
  in.read(head, sizeof head);
  return std::string_view(head, 15) == "SQLite format 3" || fs::path(file).extension() == ".glasspost";
}

JobResult failed(std::string words) {
  JobResult result;
  result.error = std::move(words);
  return result;
}

JobResult open_recorded(const Job& job) {
  auto trace = trace::open_trace(job.file);
  if (!trace) return failed(to_string(trace.error()));
  std::shared_ptr<const scenario::Scenario> known;
  // What was run stands in the trace's second event.
  trace->for_each(trace->first_seq(), trace->first_seq() + 8, [&](const trace::EventView& event) {
    const auto source = event.as<trace::payload::ScenarioSource>();
    if (!source) return;
    auto loaded = scenario::load_scenario_text(source->source.bytes, std::string(source->name) + ".yaml");
    if (loaded) known = std::make_shared<const scenario::Scenario>(std::move(*loaded));
  });
  JobResult result;
  result.recording = std::make_shared<Recording>(std::move(*trace), std::move(known), job.file, "");
  return result;
}

// A first run tells when the world comes to rest; the letters by hand follow there.
Duration append_letters(scenario::Scenario& scenario, const Job& job, Duration rest) {
  Duration moment = rest;
  for (const scenario::InjectMail& letter : job.injected) {
    moment = moment + kAfterTheEnd;
    scenario::Action action;
    action.at = moment;
    action.what = letter;
    scenario.script.push_back(std::move(action));
    moment = moment + kForOneLetter;
  }
  scenario.until = std::max(scenario.until, moment);
  return moment - kForOneLetter;
}

JobResult run(const Job& job, const std::function<void(float)>& progress, const std::atomic<bool>* cancel) {
  auto loaded = scenario::load_scenario(job.file, {job.variant});
  if (!loaded) return failed(loaded.error().front().to_string());
  scenario::RunOptions options;
  options.source = text_of(job.file);
  options.cancel = cancel;
  options.progress = [&](const scenario::Progress& p) {
    const double whole = static_cast<double>(std::max<std::int64_t>(p.until.ns, 1));
    progress(static_cast<float>(static_cast<double>(p.simulated.ns) / whole));
  };
  JobResult result;
  scenario::Scenario scenario = std::move(*loaded);
  auto report = scenario::run_scenario(scenario, options);
  if (!report) return failed(to_string(report.error()));
  if (!job.injected.empty() && !report->cancelled) {
    result.injected_at = append_letters(scenario, job, report->ended);
    scenario.expectations.clear();
    report = scenario::run_scenario(scenario, options);
    if (!report) return failed(to_string(report.error()));
  }
  if (report->cancelled) return failed("");
  result.recording = std::make_shared<Recording>(
      std::move(report->trace), std::make_shared<const scenario::Scenario>(std::move(scenario)), job.file,
      job.variant);
  return result;
}

}  // namespace

JobResult do_job(const Job& job, const std::function<void(float)>& progress,
                 const std::atomic<bool>* cancel) {
  std::error_code error;
  if (!fs::is_regular_file(job.file, error)) return failed("not found: " + job.file);
  return looks_like_a_trace(job.file) ? open_recorded(job) : run(job, progress, cancel);
}

Work::~Work() {
  cancel();
  join();
}

void Work::join() {
  if (thread_.joinable()) thread_.join();
}

void Work::cancel() {
  cancel_ = true;
}

void Work::start(Job job) {
  cancel();
  join();
  {
    const std::lock_guard lock(mutex_);
    result_.reset();
    finished_ = false;
  }
  job_ = std::move(job);
  cancel_ = false;
  progress_ = 0;
  busy_ = true;
  thread_ = std::thread([this] {
    JobResult result = do_job(
        job_, [this](float share) { progress_ = share; }, &cancel_);
    {
      const std::lock_guard lock(mutex_);
      result_ = std::move(result);
    }
    finished_ = true;
    busy_ = false;
    if (wake) wake();
  });
}

std::optional<JobResult> Work::take() {
  const std::lock_guard lock(mutex_);
  finished_ = false;
  return std::exchange(result_, std::nullopt);
}

std::string scenario_folder() {
  std::error_code ignored;
  if (fs::is_directory("scenarios", ignored)) return "scenarios";
  // build/PRESET/gui/app/glasspost-studio stands four folders below the tree.
  fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (int up = 0; up < 6 && !folder.empty(); ++up, folder = folder.parent_path()) {
    if (fs::is_directory(folder / "scenarios", ignored)) return (folder / "scenarios").string();
  }
  return "scenarios";
}

std::string found_file(const std::string& name) {
  std::error_code ignored;
  if (fs::is_regular_file(name, ignored)) return name;
  const fs::path bundled = fs::path(scenario_folder()) / (name + ".yaml");
  return fs::is_regular_file(bundled, ignored) ? bundled.string() : name;
}

std::vector<LibraryEntry> bundled_scenarios(const std::string& folder) {
  std::vector<LibraryEntry> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".yaml") continue;
    auto loaded = scenario::load_scenario(entry.path());
    if (!loaded) continue;
    found.push_back({entry.path().string(), std::make_shared<const scenario::Scenario>(std::move(*loaded))});
  }
  const auto rank = [](const LibraryEntry& b) {
    constexpr std::string_view kCourse[] = {"first-mail", "pop3-and-imap", "spoofed-sender", "first-mail-tls",
                                            "greylisted"};
    const auto* at = std::find(std::begin(kCourse), std::end(kCourse), b.scenario->name);
    return std::pair(at - std::begin(kCourse), b.scenario->name);
  };
  std::sort(found.begin(), found.end(),
            [&](const LibraryEntry& a, const LibraryEntry& b) { return rank(a) < rank(b); });
  return found;
}

}  // namespace glasspost::gui
