// The strip at the side: the last three exchanges, whose turn it is, and how far the dialogue has come.

#include <algorithm>
#include <cmath>

#include "engine/dissect/short_names.h"
#include "gui/panel/stage_parts.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

constexpr std::string_view kBeadKeys[kBeadCount] = {"studio.bead-hello", "studio.bead-from", "studio.bead-to",
                                                    "studio.bead-data", "studio.bead-bye"};

// What a line says besides its verb or code, for the small words below a capsule.
std::string line_words(const StageScene& scene, const Mover& mover) {
  if (mover.kind == MoverKind::kContent) return mover.detail;
  const dissect::Dialogue* dialogue = scene.run.dialogues().find(mover.connection);
  if (dialogue == nullptr || mover.line >= dialogue->lines.size()) return {};
  const dissect::Line& line = dialogue->lines[mover.line];
  std::string words = line.argument;
  if (words.empty() && line.text.size() > mover.label.size()) {
    words = line.text.substr(std::min(line.text.size(), line.text.find(' ') + 1));
  }
  if (words.size() > 400) words.resize(400);
  return scene.run.names().shorten(words);
}

struct Shown {
  std::vector<const Exchange*> last;  // at most three, oldest first
  bool server_turn = false;
};

Shown exchanges_at(const StageScene& scene, std::size_t most) {
  Shown shown;
  const auto begun = [&](std::int32_t mover) {
    return mover >= 0 && scene.play.movers[static_cast<std::size_t>(mover)].begin <= scene.now;
  };
  for (const Exchange& exchange : scene.focus->exchanges) {
    if (begun(exchange.command) || (exchange.command < 0 && begun(exchange.reply)))
      shown.last.push_back(&exchange);
  }
  shown.server_turn = shown.last.empty() || !begun(shown.last.back()->reply);
  if (shown.last.size() > most)
    shown.last.erase(shown.last.begin(), shown.last.end() - static_cast<std::ptrdiff_t>(most));
  return shown;
}

void draw_half(const StageScene& scene, Rect area, const Exchange& exchange, bool reply,
               const std::string& id) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const std::int32_t index = reply ? exchange.reply : exchange.command;
  const float height = scene.verb * 1.5F;
  Rect top = area.cut_top(height);
  const Mover* mover = index < 0 ? nullptr : &scene.play.movers[static_cast<std::size_t>(index)];
  if (mover == nullptr || mover->begin > scene.now) {
    if (!reply && exchange.command < 0) return;
    // The empty slot pulses while somebody waits.
    const float pulse = 0.45F + 0.35F * static_cast<float>(std::sin(frame.seconds() * 4));
    const Rect slot{top.x, top.y, std::min(top.w, height * 1.9F), height};
    frame.pen().dashed_outline(slot, faded(theme.muted, pulse), frame.line_width(2));
    return;
  }
  const bool content = mover->kind == MoverKind::kContent;
  const std::string label = content ? std::string(icon::kLetter) : mover->label;
  const float width = std::min(
      top.w, std::max(height * 1.7F, frame.pen().measure(label, scene.verb, Face::kBold).x + height));
  const Rect shape{top.x, top.y, width, height};
  const Touch touch = frame.touch("exchange." + id, shape);
  if (touch.clicked) frame.emit(Select{LineSelected{mover->connection, mover->line}});
  capsule(frame, "exchange." + id, shape, label, mover->tone, mover->secure, scene.verb, 0);
  area.cut_top(scene.least * 0.35F);
  const int lines = std::max(1, static_cast<int>(area.h / (scene.least * 1.28F)));
  frame.paragraph(area, line_words(scene, *mover),
                  {scene.least, theme.muted, Face::kWords, Align::kStart, Align::kStart}, std::min(2, lines));
}

void draw_beads(const StageScene& scene, const Rect& area) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const float step = area.w / static_cast<float>(kBeadCount);
  const float r = scene.least * 0.42F;
  const float y = area.y + r * 1.4F;
  for (std::size_t i = 0; i < kBeadCount; ++i) {
    const float x = area.x + step * (static_cast<float>(i) + 0.5F);
    const bool done = scene.focus->beads[i] <= scene.now;
    if (i > 0) {
      frame.pen().line({x - step + r, y}, {x - r, y}, done ? theme.accent : theme.edge, frame.line_width(2));
    }
    if (done) {
      frame.pen().disc({x, y}, r, theme.accent);
    } else {
      frame.pen().ring({x, y}, r, theme.edge, frame.line_width(2));
    }
    const Rect label{x - step / 2, y + r * 1.3F, step, scene.least * 1.3F};
    frame.text(label, frame.words()(kBeadKeys[i]),
               {scene.least, done ? theme.ink : theme.muted, done ? Face::kBold : Face::kWords,
                Align::kMiddle, Align::kMiddle});
  }
}

void draw_lamp(const StageScene& scene, Rect row, bool server_turn, bool open) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const auto side = [&](Rect half, HostId host, bool lit) {
    const float r = scene.least * 0.4F;
    const Rect lamp = half.cut_left(scene.least * 1.4F);
    const Point at{lamp.x + r * 1.2F, lamp.center().y};
    if (lit) {
      frame.pen().disc(at, r * 1.5F, faded(theme.baton, 0.35F));
      frame.pen().disc(at, r, theme.baton);
    } else {
      frame.pen().ring(at, r, theme.edge, frame.line_width(2));
    }
    const auto* device = scene.run.end().devices().find(host);
    const std::string name = device == nullptr ? room_name(scene, host) : person_of(device->account);
    frame.text(half, name,
               {scene.least, lit ? theme.ink : theme.muted, lit ? Face::kBold : Face::kWords, Align::kStart,
                Align::kMiddle});
  };
  side(row.cut_left(row.w / 2), scene.focus->client, open && !server_turn);
  side(row, scene.focus->server, open && server_turn);
}

}  // namespace

void draw_strip(const StageScene& scene, const Rect& whole) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  Rect area = whole;
  area.cut_left(scene.least * 0.7F);
  frame.enter("panel", "strip", area);
  card(frame, area.inset(frame.line_width(2)));
  Rect rest = area.inset(scene.least * 0.8F);
  // The simulated clock is always there.
  Rect head = rest.cut_top(scene.room * 1.5F);
  frame.pen().text(head.cut_left(scene.room * 1.4F), icon::kClock,
                   {scene.room, theme.muted, Face::kWords, Align::kStart, Align::kMiddle});
  frame.text(head, dissect::short_time(scene.view.cursor.time, scene.run.epoch()),
             {scene.room, theme.ink, Face::kBold, Align::kStart, Align::kMiddle});
  if (scene.focus == nullptr) {
    frame.leave();
    return;
  }
  rest.cut_top(scene.least * 0.5F);
  const float bead_height = scene.least * 2.6F;
  const Rect beads = rest.cut_bottom(bead_height);
  const float exchange_height = scene.verb * 1.5F + scene.least * 3.75F;
  const Rect lamp = rest.cut_top(scene.least * 1.6F);
  rest.cut_top(scene.least * 0.6F);
  const auto most = static_cast<std::size_t>(std::clamp(std::floor(rest.h / exchange_height), 0.0F, 3.0F));
  const Shown shown = exchanges_at(scene, most);
  draw_lamp(scene, lamp, shown.server_turn, scene.focus->open_at(scene.now));
  const float gap = scene.least * 0.6F;
  for (const Exchange* exchange : shown.last) {
    Rect row = rest.cut_top(exchange_height);
    const std::string id = std::to_string(exchange - scene.focus->exchanges.data());
    const float half = (row.w - gap) / 2;
    const bool newest = exchange == shown.last.back();
    const float before = frame.pen().opacity();
    frame.pen().set_opacity(newest ? 1.0F : 0.7F);
    draw_half(scene, {row.x, row.y, half, row.h - scene.least * 0.5F}, *exchange, false, id + ".command");
    draw_half(scene, {row.x + half + gap, row.y, half, row.h - scene.least * 0.5F}, *exchange, true,
              id + ".reply");
    frame.pen().set_opacity(before);
  }
  if (!scene.focus->retrieval) draw_beads(scene, beads);
  frame.leave();
}

}  // namespace glasspost::gui
