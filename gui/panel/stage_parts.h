#pragma once

// What the stage is drawn from; for the sources of this folder only.

#include <string>

#include "engine/trace/projection.h"
#include "gui/model/choreography.h"
#include "gui/model/recording.h"
#include "gui/model/stage_layout.h"
#include "gui/panel/frame.h"

namespace glasspost::gui {

/// Everything that the parts of one drawn stage share.
struct StageScene {
  Frame& frame;
  const Recording& run;
  const trace::Projection& world;
  const ViewState& view;
  const Choreography& play;
  const Cast& cast;
  const StageLayout& layout;
  ScreenTime now = 0;
  const Talk* focus = nullptr;
  float verb = 30;  ///< heights of words
  float room = 25;
  float least = 20;
};

/// The name that a room bears: a device's own, else the host's, shortened.
[[nodiscard]] std::string room_name(const StageScene& scene, HostId host);
/// Stands at a third of its strength unless it belongs to the conversation in focus.
[[nodiscard]] float presence(const StageScene& scene, HostId host);

void draw_shelf(const StageScene& scene);
void draw_rooms(const StageScene& scene);
void draw_links(const StageScene& scene);
void draw_movers(const StageScene& scene);
/// The envelope with its letter, and the inspection desk.
void draw_floor(const StageScene& scene);
void draw_strip(const StageScene& scene, const Rect& area);
void draw_caption(Frame& frame, const Rect& area, const Recording& run, const ViewState& view);

}  // namespace glasspost::gui
