#include "gui/panel/stage.h"

#include <algorithm>
#include <cmath>

#include "engine/dissect/short_names.h"
#include "gui/panel/stage_parts.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

// How a leap over idle time is written: the largest unit that it fills.
std::string leap_words(const Speaker& words, Duration idle) {
  const std::int64_t seconds = idle.ns / 1'000'000'000;
  const auto say = [&](std::string_view key, std::int64_t n) {
    return words(key, {{"n", std::to_string(n)}});
  };
  if (seconds >= 2 * 86'400) return say("studio.leap-days", seconds / 86'400);
  if (seconds >= 2 * 3'600) return say("studio.leap-hours", seconds / 3'600);
  if (seconds >= 120) return say("studio.leap-minutes", seconds / 60);
  return say("studio.leap-seconds", seconds);
}

void draw_leap(const StageScene& scene) {
  const Leap* leap = scene.play.leap_at(scene.now);
  if (leap == nullptr || scene.layout.gaps.empty()) return;
  const std::string words = leap_words(scene.frame.words(), leap->simulated);
  const float h = scene.verb * 1.6F;
  const float w = scene.frame.pen().measure(words, scene.verb, Face::kBold).x + h * 1.4F;
  const Point center = scene.layout.gaps.front().center();
  badge(scene.frame, "leap", {center.x - w / 2, center.y - h / 2, w, h}, icon::kClock, words, Tone::kQuiet,
        Type::kVerb, 1);
}

}  // namespace

std::string room_name(const StageScene& scene, HostId host) {
  const auto* device = scene.run.end().devices().find(host);
  if (device != nullptr && !device->name.empty()) return device->name;
  if (!host) return scene.frame.words()("studio.outside");
  return scene.run.names().shorten(scene.run.end().host_name(host));
}

float presence(const StageScene& scene, HostId host) {
  if (scene.focus == nullptr || host == scene.focus->client || host == scene.focus->server) return 1;
  for (const std::uint32_t index : scene.play.movers_at(scene.now)) {
    const Mover& mover = scene.play.movers[index];
    if (mover.from == host || mover.to == host) return 1;
  }
  return 0.55F;
}

void draw_caption(Frame& frame, const Rect& area, const Recording& run, const ViewState& view) {
  const Choreography& play = run.choreography(view.playback.pace);
  const Caption* caption = play.caption_at(view.cursor.screen.ns);
  if (caption == nullptr) return;
  const TextStyle style = frame.style(Type::kCaption, frame.theme().ink, Face::kBold, Align::kMiddle);
  frame.enter("caption", "caption", area);
  frame.paragraph(area.inset(area.w * 0.03F, 0), frame.words()(caption->words), style, 2);
  frame.leave();
}

void draw_stage(Frame& frame, const Rect& area, const Recording& recording, const trace::Projection& world,
                const ViewState& view) {
  const Choreography& play = recording.choreography(view.playback.pace);
  const Cast cast = cast_of(play, recording.end());
  // Among the dense panels the stage is small, and its words are theirs.
  const bool small = view.layout == Layout::kExplore;
  const float room = frame.type(small ? Type::kBody : Type::kRoom);
  const float least = frame.type(small ? Type::kDense : Type::kLeast);
  const StageMetrics metrics{room, least, std::min(260.0F, area.w * 0.25F)};
  frame.enter("panel", "stage", area);
  Rect rest = area.inset(std::min(area.w, area.h) * 0.015F);
  const float caption_height = frame.type(Type::kCaption) * 2.6F;
  const bool captioned = rest.h > caption_height * 3.2F;
  const Rect caption = captioned ? rest.cut_bottom(caption_height) : Rect{};
  // The strip goes before links become too short to see what travels on them.
  const float side = rest.w * (1 - view.splitters.stage_side);
  const bool strip = rest.w - side >= least_width(cast, metrics) && rest.h > frame.type(Type::kLeast) * 15;
  Rect stage = rest;
  Rect strip_area;
  if (strip) strip_area = stage.cut_right(side);
  const StageLayout layout = lay_out(cast, stage, metrics, view.moved_hosts, recording.end());
  const ScreenTime now = view.cursor.screen.ns;
  StageScene scene{frame,
                   recording,
                   world,
                   view,
                   play,
                   cast,
                   layout,
                   now,
                   play.focus_at(now),
                   small ? room : frame.type(Type::kVerb),
                   room,
                   least};
  draw_shelf(scene);
  draw_links(scene);
  draw_rooms(scene);
  draw_floor(scene);
  draw_movers(scene);
  draw_leap(scene);
  if (strip) {
    draw_strip(scene, strip_area);
    if (view.layout == Layout::kStage) {
      if (const auto share = splitter(frame, "split.strip", rest, view.splitters.stage_side, true)) {
        Splitters splitters = view.splitters;
        splitters.stage_side = std::clamp(*share, 0.55F, 0.8F);
        frame.emit(SetSplitters{splitters});
      }
    }
  }
  if (captioned) draw_caption(frame, caption, recording, view);
  frame.leave();
}

}  // namespace glasspost::gui
