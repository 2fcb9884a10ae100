#include "gui/app/studio.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <imgui.h>

#include "gui/model/apply.h"
#include "gui/panel/layouts.h"
#include "gui/panel/overlays.h"
#include "gui/panel/start.h"
#include "gui/panel/theme.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {

struct Studio::Context {
  Context() : context(ImGui::CreateContext()) {
    ImGui::SetCurrentContext(context);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NoMouseCursorChange;
    ImGui::GetStyle().WindowPadding = {0, 0};
    ImGui::GetStyle().WindowBorderSize = 0;
    ImGui::GetStyle().WindowRounding = 0;
    ImGui::GetStyle().AntiAliasedLinesUseTex = false;
  }
  ~Context() { ImGui::DestroyContext(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ImGuiContext* context;
};

Studio::Studio(FontFiles fonts) : context_(std::make_unique<Context>()) {
  fonts_ = std::make_unique<Fonts>(*ImGui::GetIO().Fonts, std::move(fonts));
  library_.scenarios = bundled_scenarios(scenario_folder());
  view_.layout = Layout::kStart;
}

Studio::~Studio() {
  ImGui::SetCurrentContext(context_->context);
}

bool Studio::unsettled() const {
  return fonts_->lacking();
}

bool Studio::moving() const {
  const bool awaits_servers = live_ != nullptr && live_seen_ == 0 && view_.notice.empty();
  return view_.playback.playing || view_.cursor.follow || work_.busy() || awaits_servers;
}

void Studio::open(Job job) {
  work_.start(std::move(job));
}

void Studio::show(JobResult result) {
  if (!result.recording) {
    view_.notice = result.error;
    return;
  }
  const bool same = recording_ && recording_->file() == result.recording->file();
  const Cursor before = view_.cursor;
  recording_ = std::move(result.recording);
  view_.selection = std::monostate{};
  view_.notice.clear();
  if (!same) {
    file_changed_ = 0;
    view_.form = {};
    view_.moved_hosts.clear();
    view_.stage_zoom = 1;
    view_.stage_pan = {};
  }
  if (view_.layout == Layout::kStart) view_.layout = Layout::kStage;
  const Schedule& schedule = recording_->schedule(view_.playback.pace);
  if (result.injected_at) {
    view_.cursor = schedule.at(schedule.screen_of_time(recording_->epoch() + *result.injected_at));
    view_.playback.playing = true;
  } else if (same) {
    view_.cursor = schedule.at(schedule.screen_of_time(before.time));
  } else {
    view_.cursor = schedule.at({});
    view_.playback.playing = false;
  }
  if (!same) {
    std::erase(library_.recent, recording_->file());
    library_.recent.insert(library_.recent.begin(), recording_->file());
    constexpr std::size_t kMostRecent = 12;
    if (library_.recent.size() > kMostRecent) library_.recent.resize(kMostRecent);
  }
}

void Studio::take_work() {
  if (auto result = work_.take()) show(std::move(*result));
}

void Studio::send(const SendForm& form) {
  if (!recording_ || recording_->scenario() == nullptr) return;
  const scenario::Scenario& scenario = *recording_->scenario();
  scenario::InjectMail letter;
  letter.host = form.host;
  letter.helo = form.helo.empty() ? form.host : form.helo;
  letter.mail_from = form.envelope_from;
  letter.rcpt_to = {form.to};
  letter.from = form.from;
  letter.to = form.to;
  letter.subject = form.subject;
  letter.text = form.text + "\n";
  const scenario::Domain* domain = scenario.find_domain(domain_of(form.to));
  if (domain == nullptr || domain->mx.empty()) {
    view_.notice = Speaker(view_.language)("studio.form-no-server", {{"domain", domain_of(form.to)}});
    return;
  }
  letter.target = domain->mx.front().host;
  injected_.push_back(std::move(letter));
  view_.overlay = Overlay::kNone;
  open({recording_->file(), recording_->variant(), injected_});
}

// The form begins with a forgery that the scenario makes sense of: a server of one domain says that it is
// another.
void Studio::fill_form() {
  if (!recording_ || recording_->scenario() == nullptr || !view_.form.host.empty()) return;
  const scenario::Scenario& scenario = *recording_->scenario();
  const auto user = [](const scenario::Domain& d) {
    return (d.users.empty() ? "postmaster" : d.users.front().name) + "@" + d.name;
  };
  if (scenario.domains.empty()) return;
  const scenario::Domain& claimed = scenario.domains.front();
  const scenario::Domain& target = scenario.domains.back();
  SendForm form;
  form.to = user(target);
  form.envelope_from = user(claimed);
  form.from = user(claimed);
  form.helo = claimed.mx.empty() ? claimed.name : claimed.mx.front().host;
  for (const scenario::Host& host : scenario.hosts) {
    const bool stranger = host.has(scenario::Role::kStranger);
    if (stranger || (form.host.empty() && host.device && host.domain == target.name)) form.host = host.name;
  }
  if (form.host.empty() && !scenario.hosts.empty()) form.host = scenario.hosts.front().name;
  const Speaker words(view_.language);
  form.subject = words("studio.form-example-subject");
  form.text = words("studio.form-example-text");
  view_.form = form;
}

void Studio::look_at_file() {
  if (!recording_ || recording_->scenario() == nullptr || work_.busy()) return;
  std::error_code error;
  const auto written = std::filesystem::last_write_time(recording_->file(), error);
  if (error) return;
  const std::int64_t stamp = written.time_since_epoch().count();
  if (file_changed_ != 0 && stamp != file_changed_)
    open({recording_->file(), recording_->variant(), injected_});
  file_changed_ = stamp;
}

void Studio::apply(const Command& command) {
  if (const auto* overlay = std::get_if<SetOverlay>(&command);
      overlay != nullptr && overlay->overlay == Overlay::kSendAs) {
    fill_form();
  }
  if (gui::apply(view_, command, recording_.get())) return;
  if (const auto* open_file = std::get_if<OpenFile>(&command)) {
    injected_.clear();
    open({open_file->path, "", {}});
  } else if (const auto* variant = std::get_if<RunVariant>(&command); variant != nullptr && recording_) {
    injected_.clear();
    open({recording_->file(), variant->name, {}});
  } else if (const auto* send_as = std::get_if<SendAs>(&command)) {
    send(send_as->form);
  } else if (std::holds_alternative<CancelWork>(command)) {
    work_.cancel();
  } else if (const auto* copy = std::get_if<CopyText>(&command)) {
    clipboard_ = copy->text;
  } else if (std::holds_alternative<ToggleFullScreen>(command)) {
    full_screen_ = !full_screen_;
  } else if (std::holds_alternative<Quit>(command)) {
    quit_ = true;
  }
}

void Studio::draw(const FrameInput& input) {
  const Rect window{0, 0, input.width, input.height};
  // What F1 explains: the words of whatever the pointer is on, as the last frame had them.
  if (view_.overlay != Overlay::kHelp && !focus_.help.empty()) {
    help_.clear();
    for (const Recorded& each : record_.all()) {
      if (each.id == focus_.help && !each.label.empty()) help_ = each.label;
    }
  }
  record_.clear();
  focus_.order.clear();
  focus_.help.clear();
  const Theme& theme = theme_of(view_.theme);
  Pen pen(*ImGui::GetWindowDrawList(), *fonts_);
  Frame frame(pen, theme, view_, window, record_, focus_, commands_, input.seconds);
  pen.fill(window, view_.blank ? rgb(0x000000) : theme.ground);
  if (view_.blank) return;
  const Busy busy{work_.busy(), work_.progress(), work_.busy() ? work_.job().file : std::string()};
  frame.set_reachable(view_.overlay == Overlay::kNone);
  if (view_.layout == Layout::kStart || !recording_) {
    draw_start(frame, window, library_, busy, view_);
  } else {
    draw_layout(frame, *recording_, view_);
  }
  frame.set_reachable(true);
  draw_overlay(frame, window, recording_.get(), view_, help_);
  draw_notice(frame, window, busy, view_);
}

void Studio::serve(const std::string& file) {
  live_ = std::make_unique<Live>(file);
  live_seen_ = 0;
  view_.layout = Layout::kStage;
}

void Studio::take_live() {
  if (!live_) return;
  const Live::News news = live_->take_news();
  if (!news.ports.empty())
    view_.notice = Speaker(view_.language)("studio.live-ports", {{"ports", news.ports}});
  if (!news.error.empty()) view_.notice = news.error;
  const trace::Trace trace = live_->snapshot();
  if (trace.empty() || trace.last_seq() == live_seen_) return;
  live_seen_ = trace.last_seq();
  if (recording_ && recording_->file() == live_->file()) {
    recording_->grow(trace);
    return;
  }
  const std::string notice = view_.notice;
  JobResult result;
  result.recording = std::make_shared<Recording>(trace, nullptr, live_->file(), "");
  show(std::move(result));
  view_.notice = notice;
  view_.cursor =
      recording_->schedule(view_.playback.pace).at(recording_->schedule(view_.playback.pace).length());
  view_.cursor.follow = true;
}

ImDrawData* Studio::frame(const FrameInput& input) {
  ImGui::SetCurrentContext(context_->context);
  take_work();
  take_live();
  if (recording_) tick(view_, *recording_, input.passed);
  if (fonts_->prepare()) atlas_changed_ = true;
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {input.width, input.height};
  io.DeltaTime = std::max(1e-4F, static_cast<float>(input.passed.ns) * 1e-9F);
  commands_.clear();
  ImGui::NewFrame();
  keys();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(io.DisplaySize);
  ImGui::Begin("studio", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollWithMouse);
  draw(input);
  function_keys_ = {};
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) focus_.visible = false;
  ImGui::End();
  ImGui::Render();
  const std::vector<Command> asked = std::exchange(commands_, {});
  for (const Command& command : asked)
    apply(command);
  return ImGui::GetDrawData();
}

}  // namespace glasspost::gui
