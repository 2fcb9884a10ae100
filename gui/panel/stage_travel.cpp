// Links, and what travels on them.

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "gui/panel/stage_parts.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

float share_of(ScreenTime begin, ScreenTime end, ScreenTime now) {
  if (end <= begin) return 1;
  return std::clamp(static_cast<float>(now - begin) / static_cast<float>(end - begin), 0.0F, 1.0F);
}

float spread_of(const StageScene& scene) {
  return scene.verb * 1.05F;
}

// The line of a talk, without the lanes' offset.
Lane line_of(const StageScene& scene, const Talk& talk) {
  const PlacedRoom* client = scene.layout.room(talk.client);
  const PlacedRoom* server = scene.layout.room(talk.server);
  if (client == nullptr || server == nullptr) return {};
  return lane_between(client->rect, server->rect, false, 0);
}

void draw_pipe(const StageScene& scene, const Talk& talk, const Lane& line, float fold) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const float thick = spread_of(scene) * 4.1F;
  const Rect pipe = line.upright
                        ? Rect{line.from.x - thick / 2, std::min(line.from.y, line.to.y), thick,
                               std::abs(line.to.y - line.from.y)}
                        : Rect{std::min(line.from.x, line.to.x), std::min(line.from.y, line.to.y) - thick / 2,
                               std::abs(line.to.x - line.from.x), thick + std::abs(line.to.y - line.from.y)};
  pen.fill(pipe, faded(theme.cipher, 0.10F * fold), 0);
  const float w = frame.line_width(3);
  if (line.upright) {
    pen.line(pipe.min(), {pipe.x, pipe.bottom()}, faded(theme.cipher, fold), w);
    pen.line({pipe.right(), pipe.y}, pipe.max(), faded(theme.cipher, fold), w);
  } else {
    pen.line(pipe.min(), {pipe.right(), pipe.y}, faded(theme.cipher, fold), w);
    pen.line({pipe.x, pipe.bottom()}, pipe.max(), faded(theme.cipher, fold), w);
  }
  if (fold < 1) return;
  const std::string words = frame.words()("studio.see-inside");
  const float h = scene.least * 1.6F;
  const float width =
      std::min(pen.measure(words, scene.least, Face::kBold).x + h * 2.2F,
               line.upright ? scene.layout.gaps.empty() ? pipe.w : scene.layout.gaps.front().w : pipe.w);
  if (line.upright) return;
  badge(frame, "tls." + std::to_string(talk.connection.value),
        {pipe.center().x - width / 2, pipe.bottom() + h * 0.25F, width, h}, icon::kLock, words, Tone::kCipher,
        Type::kLeast, 0);
}

void draw_link(const StageScene& scene, const Talk& talk) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const Lane line = line_of(scene, talk);
  if (line.from == line.to) return;
  const bool focused = scene.focus != nullptr && scene.focus->connection == talk.connection;
  const ScreenTime out = talk.established == kNotYet ? talk.opened + 500'000'000 : talk.established;
  float reach = eased(share_of(talk.opened, std::max(out, talk.opened + 1), scene.now));
  const Color color = !talk.failure.empty() && scene.now >= talk.opened + 900'000'000 ? theme.bad
                      : focused                                                       ? theme.ink
                                                                                      : theme.muted;
  const float before = frame.pen().opacity();
  frame.pen().set_opacity(focused ? 1.0F : 0.35F);
  frame.pen().line(line.from, between(line.from, line.to, reach), color,
                   frame.line_width(focused ? 2.5F : 1.5F));
  if (talk.tls_begun != kNotYet && scene.now >= talk.tls_begun) {
    const ScreenTime there = talk.tls == kNotYet ? talk.tls_begun + 1'500'000'000 : talk.tls;
    draw_pipe(scene, talk, line, eased(share_of(talk.tls_begun, there, scene.now)));
  }
  frame.pen().set_opacity(before);
  if (!talk.failure.empty() && color == theme.bad) {
    const Point p = between(line.from, line.to, 0.75F);
    const float s = scene.verb * 0.5F;
    frame.pen().line({p.x - s, p.y - s}, {p.x + s, p.y + s}, theme.bad, frame.line_width(5));
    frame.pen().line({p.x - s, p.y + s}, {p.x + s, p.y - s}, theme.bad, frame.line_width(5));
    const float w = frame.pen().measure(talk.failure, scene.least, Face::kBold).x + scene.least;
    frame.text({p.x - w / 2, p.y + s * 1.3F, w, scene.least * 1.4F}, talk.failure,
               {scene.least, theme.bad, Face::kBold, Align::kMiddle, Align::kMiddle}, 1);
  }
  if (!focused || line.upright) return;
  const std::string port = ":" + std::to_string(talk.port);
  const float w = frame.pen().measure(port, scene.least).x;
  const bool right = line.to.x > line.from.x;
  const Rect box{right ? line.to.x - w - scene.room : line.to.x + scene.room,
                 line.to.y - spread_of(scene) * 2.2F - scene.least * 1.4F, w, scene.least * 1.3F};
  if (box.y < scene.layout.shelf.bottom()) return;
  frame.text(box, port, {scene.least, theme.muted, Face::kWords, Align::kEnd, Align::kMiddle});
}

// A quiet line between rooms that will speak or have spoken, so that the map is there before anything moves.
void draw_ways(const StageScene& scene) {
  std::set<std::pair<HostId, HostId>> seen;
  for (const auto& [id, talk] : scene.play.talks) {
    const auto pair = std::minmax(talk.client, talk.server);
    if (!seen.insert({pair.first, pair.second}).second) continue;
    const Lane line = line_of(scene, talk);
    if (line.from == line.to) continue;
    scene.frame.pen().dashes(line.from, line.to, faded(scene.frame.theme().muted, 0.45F),
                             scene.frame.line_width(1.5F), scene.least * 0.35F);
  }
}

struct Place {
  Point at;
  bool there = false;  ///< both ends have a place on the stage
  bool upright = false;
};

Place place_of(const StageScene& scene, const Mover& mover) {
  Place place;
  const bool shelf = mover.from == kShelf || mover.to == kShelf;
  const HostId near = mover.from == kShelf ? mover.to : mover.from;
  const PlacedRoom* a = scene.layout.room(near);
  if (a == nullptr) return place;
  float f = scene.view.reduced_motion ? 1.0F : eased(share_of(mover.begin, mover.end, scene.now));
  Lane lane;
  if (shelf) {
    lane = lane_to_shelf(a->rect, scene.layout, mover.kind == MoverKind::kAnswer, scene.verb);
    if (mover.from == kShelf) f = 1 - f;
  } else {
    const PlacedRoom* b = scene.layout.room(mover.to);
    if (b == nullptr) return place;
    const auto talk = scene.play.talks.find(mover.connection);
    const bool reply = talk != scene.play.talks.end() && mover.from == talk->second.server;
    const float spread = mover.kind == MoverKind::kBaton ? 0 : spread_of(scene);
    // A tall lane's two sides lie further apart: capsules are wider than high.
    const bool apart = a->rect.right() < b->rect.x || b->rect.right() < a->rect.x;
    lane = lane_between(a->rect, b->rect, reply, apart ? spread : spread * 2.1F);
    if (mover.kind == MoverKind::kLost) f *= 0.6F;
  }
  place.at = between(lane.from, lane.to, f);
  place.there = true;
  place.upright = lane.upright;
  return place;
}

// Capsules stop short of the rooms, so that nothing is covered.
Point kept_between(const StageScene& scene, const Mover& mover, Point at, Point half) {
  const auto keep = [&](HostId host) {
    const PlacedRoom* room = scene.layout.room(host);
    if (room == nullptr) return;
    const Rect& r = room->rect;
    if (at.y + half.y < r.y || at.y - half.y > r.bottom() || at.x + half.x < r.x || at.x - half.x > r.right())
      return;
    const float gap = scene.least * 0.25F;
    const PlacedRoom* other = scene.layout.room(host == mover.from ? mover.to : mover.from);
    const bool apart = other == nullptr || other->rect.right() < r.x || r.right() < other->rect.x;
    if (apart) {
      const bool left = other == nullptr ? r.center().x > scene.layout.shelf.center().x : other->rect.x < r.x;
      at.x = left ? r.x - half.x - gap : r.right() + half.x + gap;
    } else {
      at.y = other->rect.y < r.y ? r.y - half.y - gap : r.bottom() + half.y + gap;
    }
  };
  keep(mover.from);
  keep(mover.to);
  return at;
}

void draw_diamond(const StageScene& scene, const Mover& mover, Point at, const std::string& id) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const bool answer = mover.kind == MoverKind::kAnswer;
  const Color color = color_of(theme, mover.tone);
  std::string words = answer ? mover.detail : mover.label + " " + mover.detail;
  const float size = scene.least;
  const float widest =
      scene.layout.gaps.empty() ? scene.layout.shelf.w * 0.4F : scene.layout.gaps.front().w * 0.62F;
  const float text = std::min(pen.measure(words, size, Face::kBold).x, widest);
  const float half = scene.verb * 0.75F;
  // The diamond, and its words on a ground beside it.
  const bool left = at.x < scene.layout.shelf.center().x;
  Rect plate{left ? at.x + half * 0.5F : at.x - half * 0.5F - text - half * 1.4F, at.y - size * 0.8F,
             text + half * 1.4F, size * 1.6F};
  const float shift = std::max(0.0F, scene.layout.shelf.bottom() + half * 0.4F - plate.y);
  plate.y += shift;
  at.y += shift;
  const Rect& shelf = scene.layout.shelf;
  const float inwards = std::min(0.0F, shelf.right() - half - std::max(at.x, plate.right())) +
                        std::max(0.0F, shelf.x + half - std::min(at.x, plate.x));
  at.x += inwards;
  plate.x += inwards;
  pen.fill(plate, theme.surface, plate.h / 2);
  pen.outline(plate, color, frame.line_width(1.5F), plate.h / 2);
  const Rect inner = left ? Rect{plate.x + half * 0.8F, plate.y, text + 2, plate.h}
                          : Rect{plate.x + half * 0.6F, plate.y, text + 2, plate.h};
  const std::array<Point, 4> shape = {Point{at.x, at.y - half}, Point{at.x + half, at.y},
                                      Point{at.x, at.y + half}, Point{at.x - half, at.y}};
  pen.polygon(shape, color);
  pen.text({at.x - half, at.y - half, 2 * half, 2 * half}, answer ? icon::kCheck : icon::kQuestion,
           {half * 0.9F, theme.on_colour, Face::kWords, Align::kMiddle, Align::kMiddle});
  const PlacedText placed =
      pen.text(inner, words, {size, theme.ink, Face::kBold, Align::kStart, Align::kMiddle});
  frame.record().add({.kind = "diamond",
                      .id = id,
                      .label = words,
                      .rect = plate,
                      .text_size = size,
                      .layer = 1,
                      .solid = true,
                      .cut = placed.cut});
}

void draw_lost(const StageScene& scene, const Mover& mover, Point at, const std::string& id) {
  Frame& frame = scene.frame;
  const float fall = share_of(mover.begin, mover.end, scene.now);
  const Point p{at.x, at.y + fall * fall * scene.verb * 4};
  const float s = scene.verb * 0.6F;
  const std::array<Point, 4> shard = {Point{p.x - s, p.y - s * 0.5F}, Point{p.x + s * 0.3F, p.y - s * 0.8F},
                                      Point{p.x + s, p.y + s * 0.4F}, Point{p.x - s * 0.4F, p.y + s * 0.7F}};
  frame.pen().polygon(shard, faded(frame.theme().bad, 1 - fall * 0.6F));
  const float w = frame.pen().measure(mover.detail, scene.least, Face::kBold).x + scene.least;
  frame.text({p.x - w / 2, p.y + s, w, scene.least * 1.4F}, mover.detail,
             {scene.least, frame.theme().bad, Face::kBold, Align::kMiddle, Align::kMiddle}, 1);
  frame.record().add({.kind = "lost",
                      .id = id,
                      .label = mover.detail,
                      .rect = {p.x - s, p.y - s, 2 * s, 2 * s},
                      .layer = 1});
}

void draw_mover(const StageScene& scene, std::uint32_t index) {
  const Mover& mover = scene.play.movers[index];
  const Place place = place_of(scene, mover);
  if (!place.there) return;
  Frame& frame = scene.frame;
  const std::string id = std::to_string(index);
  switch (mover.kind) {
    case MoverKind::kQuery:
    case MoverKind::kAnswer:
      draw_diamond(scene, mover, place.at, id);
      break;
    case MoverKind::kLost:
      draw_lost(scene, mover, place.at, id);
      break;
    case MoverKind::kBaton: {
      const float r = scene.verb * 0.75F;
      frame.pen().disc(place.at, r, frame.theme().baton);
      frame.pen().text({place.at.x - r, place.at.y - r, 2 * r, 2 * r}, icon::kBaton,
                       {r * 1.1F, rgb(0x20252B), Face::kWords, Align::kMiddle, Align::kMiddle});
      frame.record().add({.kind = "baton",
                          .id = "moving",
                          .label = frame.words()("studio.baton"),
                          .rect = {place.at.x - r, place.at.y - r, 2 * r, 2 * r},
                          .layer = 1});
      break;
    }
    case MoverKind::kContent: {
      const float h = scene.verb * 2.0F;
      const Point half{h * 0.75F, h / 2};
      const Point at = kept_between(scene, mover, place.at, half);
      envelope(frame, "letter." + id, {at.x - half.x, at.y - half.y, half.x * 2, h}, mover.detail,
               mover.secure ? frame.theme().cipher : frame.theme().client);
      break;
    }
    case MoverKind::kCommand:
    case MoverKind::kReply: {
      const float h = scene.verb * 1.55F;
      const std::string words = mover.secure ? mover.label : mover.label;
      const float w = std::max(h * 1.7F, frame.pen().measure(words, scene.verb, Face::kBold).x + h);
      const Point half{w / 2, h / 2};
      const Point at = kept_between(scene, mover, place.at, half);
      capsule(frame, "line." + id, {at.x - half.x, at.y - half.y, w, h}, words, mover.tone, mover.secure,
              scene.verb);
      break;
    }
  }
}

}  // namespace

void draw_links(const StageScene& scene) {
  draw_ways(scene);
  for (const auto& [id, talk] : scene.play.talks) {
    if (talk.open_at(scene.now)) draw_link(scene, talk);
  }
}

void draw_movers(const StageScene& scene) {
  // The conversation in focus goes last, above the others; at most three are labelled.
  std::vector<std::uint32_t> movers = scene.play.movers_at(scene.now);
  const auto in_focus = [&](std::uint32_t index) {
    const Mover& mover = scene.play.movers[index];
    return scene.focus != nullptr && mover.connection == scene.focus->connection;
  };
  std::stable_partition(movers.begin(), movers.end(), [&](std::uint32_t i) { return !in_focus(i); });
  // What rests on the same lane as something newer gives way to it.
  std::set<std::pair<HostId, HostId>> taken;
  std::vector<std::uint32_t> shown;
  for (auto at = movers.rbegin(); at != movers.rend() && shown.size() < 3; ++at) {
    const Mover& mover = scene.play.movers[*at];
    if (mover.kind != MoverKind::kBaton && !taken.insert({mover.from, mover.to}).second) continue;
    shown.push_back(*at);
  }
  for (auto at = shown.rbegin(); at != shown.rend(); ++at)
    draw_mover(scene, *at);
}

}  // namespace glasspost::gui
