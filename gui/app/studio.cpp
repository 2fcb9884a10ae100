#include "gui/app/studio.h"

#include <algorithm>
#include <utility>

#include <imgui.h>

#include "gui/model/apply.h"
#include "gui/panel/layouts.h"
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
  bundled_ = bundled_scenarios(scenario_folder());
  view_.layout = Layout::kStart;
}

Studio::~Studio() {
  ImGui::SetCurrentContext(context_->context);
}

bool Studio::unsettled() const {
  return fonts_->lacking();
}

bool Studio::moving() const {
  return view_.playback.playing || view_.cursor.follow || work_.busy();
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
    std::erase(recent_, recording_->file());
    recent_.insert(recent_.begin(), recording_->file());
    constexpr std::size_t kMostRecent = 12;
    if (recent_.size() > kMostRecent) recent_.resize(kMostRecent);
  }
}

void Studio::take_work() {
  if (auto result = work_.take()) show(std::move(*result));
}

void Studio::apply(const Command& command) {
  if (gui::apply(view_, command, recording_.get())) return;
  if (const auto* open_file = std::get_if<OpenFile>(&command)) {
    injected_.clear();
    open({open_file->path, "", {}});
  } else if (const auto* variant = std::get_if<RunVariant>(&command); variant != nullptr && recording_) {
    injected_.clear();
    open({recording_->file(), variant->name, {}});
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
  record_.clear();
  focus_.order.clear();
  focus_.help.clear();
  const Theme& theme = theme_of(view_.theme);
  Pen pen(*ImGui::GetWindowDrawList(), *fonts_);
  Frame frame(pen, theme, view_, window, record_, focus_, commands_, input.seconds);
  pen.fill(window, view_.blank ? rgb(0x000000) : theme.ground);
  if (view_.blank || !recording_) return;
  draw_layout(frame, *recording_, view_);
}

ImDrawData* Studio::frame(const FrameInput& input) {
  ImGui::SetCurrentContext(context_->context);
  take_work();
  if (recording_) tick(view_, *recording_, input.passed);
  atlas_changed_ = fonts_->prepare();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {input.width, input.height};
  io.DeltaTime = std::max(1e-4F, static_cast<float>(input.passed.ns) * 1e-9F);
  ImGui::NewFrame();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(io.DisplaySize);
  ImGui::Begin("studio", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollWithMouse);
  commands_.clear();
  draw(input);
  ImGui::End();
  ImGui::Render();
  const std::vector<Command> asked = std::exchange(commands_, {});
  for (const Command& command : asked)
    apply(command);
  return ImGui::GetDrawData();
}

}  // namespace glasspost::gui
