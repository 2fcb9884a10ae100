#include "gui/panel/transport.h"

#include <algorithm>
#include <string>

#include "engine/dissect/short_names.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

constexpr std::string_view kSpeedWords[] = {"½×", "1×", "2×", "4×"};

// Cuts a square from the left and asks whether it was pressed.
bool square(Frame& frame, Rect& rest, std::string_view id, std::string_view symbol, std::string_view key,
            bool enabled = true, bool on = false) {
  const Rect rect = rest.cut_left(rest.h);
  rest.cut_left(rest.h * 0.08F);
  return icon_button(frame, id, rect, symbol, frame.words()(key), enabled, on);
}

void draw_moves(Frame& frame, Rect& rest, const ViewState& view, ScreenTime length) {
  const bool more = view.cursor.screen.ns < length;
  const bool before = view.cursor.screen.ns > 0;
  const bool wide = rest.w > rest.h * 14;
  if (wide && square(frame, rest, "go.start", icon::kStart, "studio.go-start", before))
    frame.emit(GoToEnd{false});
  if (wide && square(frame, rest, "step.scene-back", icon::kSceneBack, "studio.step-scene-back", before)) {
    frame.emit(Step{Grain::kScene, -1});
  }
  if (square(frame, rest, "step.back", icon::kBack, "studio.step-back", before))
    frame.emit(Step{Grain::kExchange, -1});
  const bool playing = view.playback.playing;
  const Rect play = rest.cut_left(rest.h * 1.25F);
  rest.cut_left(rest.h * 0.08F);
  if (icon_button(frame, "play", play, playing ? icon::kPause : icon::kPlay,
                  frame.words()(playing ? "studio.pause" : "studio.play"), true, true)) {
    frame.emit(SetPlaying{!playing});
  }
  if (square(frame, rest, "step.forward", icon::kForward, "studio.step-forward", more)) {
    frame.emit(Step{Grain::kExchange, 1});
  }
  if (wide &&
      square(frame, rest, "step.scene-forward", icon::kSceneForward, "studio.step-scene-forward", more)) {
    frame.emit(Step{Grain::kScene, 1});
  }
  if (wide && square(frame, rest, "go.end", icon::kEnd, "studio.go-end", more)) frame.emit(GoToEnd{true});
}

// The whole run as a bar: scenes are ticks, the pointer drags the cursor.
void draw_scrub(Frame& frame, const Rect& area, const Choreography& play, const ViewState& view) {
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const ScreenTime length = std::max<ScreenTime>(1, play.length());
  const auto x_of = [&](ScreenTime t) {
    return area.x + area.w * static_cast<float>(static_cast<double>(t) / static_cast<double>(length));
  };
  const float y = area.center().y;
  const float thick = frame.px(6);
  pen.fill({area.x, y - thick / 2, area.w, thick}, theme.edge, thick / 2);
  const float at = x_of(view.cursor.screen.ns);
  pen.fill({area.x, y - thick / 2, at - area.x, thick}, theme.accent, thick / 2);
  // Of those that would touch each other the first stands for all.
  for (auto caption = play.captions.begin(); caption != play.captions.end();) {
    const float x = x_of(caption->begin);
    pen.line({x, y + thick}, {x, y + thick * 1.9F}, theme.muted, frame.line_width(1.5F));
    caption = std::partition_point(caption, play.captions.end(),
                                   [&](const Caption& next) { return x_of(next.begin) - x < frame.px(5); });
  }
  // Of very many verdicts those that fall on each other are one, a bad one before a good one.
  const float apart = frame.px(4);
  float last_good = -1e9F;
  float last_bad = -1e9F;
  for (const DeskVerdict& verdict : play.verdicts) {
    const float x = x_of(verdict.fall);
    if (x - std::min(last_good, last_bad) < apart) continue;
    const bool good = verdict.outcome == "pass";
    float& before = good ? last_good : last_bad;
    if (x - before < apart) continue;
    before = x;
    pen.disc({x, y - thick * 1.5F}, frame.px(3), good ? theme.good : theme.bad);
  }
  pen.disc({at, y}, frame.px(9), theme.accent);
  pen.disc({at, y}, frame.px(4), theme.on_accent);
  const Touch touch = frame.touch("scrub", area, true, false);
  if (touch.held) {
    const float share = std::clamp((frame.pointer().x - area.x) / std::max(1.0F, area.w), 0.0F, 1.0F);
    frame.emit(
        SetScreenTime{{static_cast<std::int64_t>(static_cast<double>(share) * static_cast<double>(length))}});
  }
  frame.record().add({.kind = "scrub",
                      .id = "scrub",
                      .label = frame.words()("studio.scrub"),
                      .value = to_string(view.cursor.screen),
                      .rect = area,
                      .solid = true});
}

void draw_right(Frame& frame, Rect& rest, const Recording& recording, const ViewState& view) {
  const float h = rest.h;
  const auto square_right = [&](std::string_view id, std::string_view symbol, std::string_view key,
                                bool on = false) {
    const Rect rect = rest.cut_right(h);
    rest.cut_right(h * 0.08F);
    return icon_button(frame, id, rect, symbol, frame.words()(key), true, on);
  };
  if (square_right("menu", icon::kMenu, "studio.menu", view.overlay == Overlay::kMenu)) {
    frame.emit(SetOverlay{view.overlay == Overlay::kMenu ? Overlay::kNone : Overlay::kMenu});
  }
  const bool roomy = rest.w > h * 17;
  if (roomy && recording.scenario() != nullptr &&
      square_right("send", icon::kSend, "studio.send-as", view.overlay == Overlay::kSendAs)) {
    frame.emit(SetOverlay{view.overlay == Overlay::kSendAs ? Overlay::kNone : Overlay::kSendAs});
  }
  if (roomy) {
    rest.cut_right(h * 0.25F);
    if (square_right("layout.mailboxes", icon::kInbox, "studio.layout-mailboxes",
                     view.layout == Layout::kMailboxes)) {
      frame.emit(SetLayout{Layout::kMailboxes});
    }
    if (square_right("layout.explore", icon::kColumns, "studio.layout-explore",
                     view.layout == Layout::kExplore)) {
      frame.emit(SetLayout{Layout::kExplore});
    }
    if (square_right("layout.stage", icon::kEye, "studio.layout-stage", view.layout == Layout::kStage)) {
      frame.emit(SetLayout{Layout::kStage});
    }
    rest.cut_right(h * 0.25F);
  }
  if (rest.w < h * 13) return;
  const float width = button_width(frame, {}, frame.words()("studio.overview"), Type::kDense);
  const bool overview = view.playback.pace == Pace::kOverview;
  const Rect pace = rest.cut_right(width);
  rest.cut_right(h * 0.15F);
  if (button(frame, "pace", pace.inset(0, h * 0.12F), {}, frame.words()("studio.overview"), true, overview,
             Type::kDense)) {
    frame.emit(SetPace{overview ? Pace::kTeaching : Pace::kOverview});
  }
  for (int i = kSpeedCount - 1; i >= 0; --i) {
    const Rect rect = rest.cut_right(h * 0.95F);
    rest.cut_right(h * 0.06F);
    if (button(frame, "speed." + std::to_string(i), rect.inset(0, h * 0.12F), {}, kSpeedWords[i], true,
               view.playback.speed == i, Type::kDense)) {
      frame.emit(SetSpeed{i});
    }
  }
  rest.cut_right(h * 0.2F);
}

}  // namespace

void draw_transport(Frame& frame, const Rect& area, const Recording& recording, const trace::Projection&,
                    const ViewState& view) {
  const Theme& theme = frame.theme();
  const Choreography& play = recording.choreography(view.playback.pace);
  frame.enter("panel", "transport", area);
  frame.pen().fill(area, theme.surface);
  frame.pen().line(area.min(), {area.right(), area.y}, theme.edge, frame.line_width(1));
  Rect rest = area.inset(frame.px(10), area.h * 0.12F);
  if (square(frame, rest, "home", icon::kHome, "studio.home")) frame.emit(SetLayout{Layout::kStart});
  draw_right(frame, rest, recording, view);
  draw_moves(frame, rest, view, play.length());
  rest.cut_left(frame.px(8));
  const std::string clock = dissect::short_time(view.cursor.time, recording.epoch());
  const float size = frame.type(Type::kDense);
  const float width = std::max(frame.pen().measure(clock, size, Face::kMono).x, size * 5.5F) + frame.px(12);
  const bool live = view.cursor.follow;
  if (rest.w > width + frame.px(60)) {
    const Rect box = rest.cut_right(width);
    frame.text(box, clock, {size, live ? theme.bad : theme.ink, Face::kMono, Align::kEnd, Align::kMiddle});
  }
  if (rest.w > frame.px(40)) draw_scrub(frame, rest.inset(frame.px(12), 0), play, view);
  frame.leave();
}

}  // namespace glasspost::gui
