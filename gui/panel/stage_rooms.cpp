// The shelf of name servers, and the rooms with what is in them.

#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "gui/panel/stage_parts.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

bool holds_baton(const StageScene& scene, HostId host) {
  bool holds = false;
  scene.world.messages().for_each([&](const trace::MessageRef& ref, const trace::MessageView& message) {
    holds = holds || (ref.host == host && message.responsible && !message.removed);
  });
  return holds;
}

/// A mailbox of a room: whose, and how many letters it has.
struct Tray {
  std::string who;
  std::size_t letters = 0;
  bool ever = false;  ///< it has or had or will have any
};

// The inboxes that get something in this run, most letters first; at most two.
std::vector<Tray> trays_of(const StageScene& scene, HostId host) {
  std::vector<Tray> trays;
  scene.run.end().mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView& last) {
    if (ref.host != host || (last.entries.empty() && last.expunged == 0)) return;
    if (ref.folder == "Sent" || ref.folder == "Drafts") return;
    const auto* now = scene.world.mailboxes().find(ref);
    Tray tray{person_of(ref.account), now == nullptr ? 0 : now->entries.size(), true};
    if (ref.folder != "INBOX") tray.who += " (" + ref.folder + ")";
    trays.push_back(std::move(tray));
  });
  if (trays.size() > 2) trays.resize(2);
  return trays;
}

// The role that works just now, as a chip's word: the end of a connection tells.
std::string_view working_role(const StageScene& scene, HostId host) {
  if (scene.play.delivering_at(host, scene.now)) return "mda";
  if (scene.focus == nullptr || !scene.focus->open_at(scene.now)) return {};
  if (scene.focus->server == host)
    return scene.focus->port % 1000 == 587 || scene.focus->port % 1000 == 465 ? "msa" : "mta";
  if (scene.focus->client == host) return "mta";
  return {};
}

void draw_roles(const StageScene& scene, const Rect& row, HostId host, float strength) {
  const auto* view = scene.run.end().hosts().find(host);
  if (view == nullptr) return;
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const std::string_view working = working_role(scene, host);
  Rect rest = row;
  const float size = scene.least;
  for (const std::string& role : view->roles) {
    if (role != "mta" && role != "msa" && role != "mda") continue;
    const std::string words = to_upper(role);
    const float width =
        frame.pen().measure(words, size, Face::kBold).x + size * (row.w < size * 9 ? 0.35F : 0.9F);
    if (width > rest.w) break;
    const Rect chip = rest.cut_left(width);
    rest.cut_left(size * 0.3F);
    const bool lit = role == working;
    frame.pen().fill(chip, lit ? theme.accent : faded(theme.muted, 0.14F), chip.h * 0.3F);
    const Color ink = lit ? theme.on_accent : theme.muted;
    frame.text(chip, words, {size, faded(ink, strength), Face::kBold, Align::kMiddle, Align::kMiddle});
  }
}

void draw_counts(const StageScene& scene, Rect rows, HostId host) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const float size = scene.least;
  const float height = size * 1.45F;
  const auto line = [&](std::string_view symbol, const std::string& words, const std::string& count,
                        Color color, bool flash) {
    if (rows.h < height) return;
    Rect row = rows.cut_top(height);
    if (flash) frame.pen().fill(row, faded(color, 0.22F), size * 0.3F);
    row = row.inset(size * 0.3F, 0);
    frame.pen().text(row.cut_left(size * 1.5F), symbol,
                     {size, color, Face::kWords, Align::kMiddle, Align::kMiddle});
    const Rect number = row.cut_right(size * 1.6F);
    frame.text(row, words, {size, theme.ink, Face::kWords, Align::kStart, Align::kMiddle});
    frame.text(number, count, {size, color, Face::kBold, Align::kEnd, Align::kMiddle});
  };
  const auto flashing = [&](MarkKind kind) {
    return std::any_of(scene.play.marks.begin(), scene.play.marks.end(), [&](const Mark& mark) {
      return mark.kind == kind && mark.host == host && mark.begin <= scene.now && scene.now < mark.end;
    });
  };
  for (const Tray& tray : trays_of(scene, host)) {
    const bool flash =
        flashing(MarkKind::kDelivered) || flashing(MarkKind::kStored) || flashing(MarkKind::kExpunged);
    line(icon::kInbox, tray.who, std::to_string(tray.letters), tray.letters > 0 ? theme.good : theme.muted,
         flash);
  }
  const std::size_t waiting = scene.world.queue(host).size();
  const bool ever = std::any_of(scene.play.marks.begin(), scene.play.marks.end(), [&](const Mark& mark) {
    return mark.host == host && mark.kind == MarkKind::kQueued;
  });
  if (ever) {
    const bool deferred = flashing(MarkKind::kDeferred);
    line(deferred ? icon::kClock : icon::kStack, frame.words()("studio.queue"), std::to_string(waiting),
         deferred      ? theme.wait
         : waiting > 0 ? theme.client
                       : theme.muted,
         flashing(MarkKind::kQueued) || deferred);
  }
}

std::string_view symbol_of(const PlacedRoom& room, const std::string& name) {
  if (room.stranger) return icon::kStranger;
  if (!room.device) return icon::kServer;
  return name.find("phone") != std::string::npos ? icon::kPhone : icon::kLaptop;
}

void draw_room(const StageScene& scene, const PlacedRoom& room) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const std::string name = room_name(scene, room.host);
  const std::string id = scene.run.end().host_name(room.host);
  const auto* host = scene.world.hosts().find(room.host);
  const bool up = host == nullptr || host->up;
  const bool baton = !room.device && holds_baton(scene, room.host);
  const bool chosen = scene.view.selection == Selection(HostSelected{room.host});
  const float strength = presence(scene, room.host);
  const Touch touch = frame.touch("room." + id, room.rect);
  if (touch.clicked) frame.emit(Select{HostSelected{room.host}});
  const Rect& area = scene.layout.shelf;
  if (touch.held && (touch.drag.x != 0 || touch.drag.y != 0)) {
    const float w = std::max(1.0F, area.w);
    const float h = std::max(1.0F, scene.layout.groups.front().rect.bottom() - area.y);
    frame.emit(
        MoveHost{id, {(room.rect.x + touch.drag.x - area.x) / w, (room.rect.y + touch.drag.y - area.y) / h}});
  }
  frame.enter("room", id, room.rect.inset(-scene.least * 0.6F), false, 0, name);
  const float radius = scene.least * 0.4F;
  pen.shadow(room.rect, radius, scene.least * 0.35F);
  pen.fill(room.rect, theme.surface, radius);
  const Color edge = !up ? theme.bad : baton ? theme.baton : room.stranger ? theme.bad : theme.edge;
  pen.outline(room.rect, chosen ? theme.focus : edge, frame.line_width(baton || chosen || !up ? 3.5F : 1.5F),
              radius);
  Rect inside = room.rect.inset(scene.least * 0.5F);
  if (room.device) {
    const auto* device = scene.run.end().devices().find(room.host);
    Rect head = inside.cut_top(scene.room * 1.3F);
    const bool narrow = inside.w < scene.room * 6;
    if (!narrow) {
      pen.text(head.cut_left(scene.room * 1.5F), symbol_of(room, name),
               {scene.room, theme.client, Face::kWords, Align::kStart, Align::kMiddle});
    }
    frame.text(head, device == nullptr ? name : person_of(device->account),
               {scene.room, faded(theme.ink, strength), Face::kBold, narrow ? Align::kMiddle : Align::kStart,
                Align::kMiddle});
    const Rect sub = inside.h < scene.least ? Rect{} : inside.cut_top(scene.least * 1.4F);
    std::string what = name;
    if (device != nullptr && !device->protocol.empty() && !narrow) what += ", " + to_upper(device->protocol);
    if (!sub.empty())
      frame.text(sub, what,
                 {scene.least, faded(theme.muted, strength), Face::kWords,
                  narrow ? Align::kMiddle : Align::kStart, Align::kMiddle});
  } else {
    Rect head = inside.cut_top(scene.room * 1.4F);
    pen.text(
        head.cut_left(scene.room * 1.5F), symbol_of(room, name),
        {scene.room, room.stranger ? theme.bad : theme.server, Face::kWords, Align::kStart, Align::kMiddle});
    frame.text(head, name,
               {scene.room, faded(theme.ink, strength), Face::kBold, Align::kStart, Align::kMiddle});
    if (inside.h >= scene.least * 1.5F)
      draw_roles(scene, inside.cut_top(scene.least * 1.5F), room.host, strength);
    inside.cut_top(scene.least * 0.3F);
    if (!up && inside.h >= scene.least * 1.4F) {
      frame.text(inside.cut_top(scene.least * 1.4F), frame.words()("studio.host-down"),
                 {scene.least, theme.bad, Face::kBold, Align::kStart, Align::kMiddle});
    }
  }
  draw_counts(scene, inside, room.host);
  frame.leave();
}

// Who must deliver or report the mail now: a small flag on the room's corner.
void draw_baton(const StageScene& scene, const PlacedRoom& room) {
  if (room.device || !holds_baton(scene, room.host)) return;
  Frame& frame = scene.frame;
  const float r = scene.least * 0.8F;
  const Point at{room.rect.right() - r * 0.7F, room.rect.y + r * 0.4F};
  frame.pen().disc(at, r, frame.theme().baton);
  frame.pen().text({at.x - r, at.y - r, 2 * r, 2 * r}, icon::kBaton,
                   {r * 1.1F, rgb(0x20252B), Face::kWords, Align::kMiddle, Align::kMiddle});
  frame.record().add({.kind = "baton",
                      .id = scene.run.end().host_name(room.host),
                      .label = frame.words()("studio.baton"),
                      .rect = {at.x - r, at.y - r, 2 * r, 2 * r},
                      .layer = 1});
}

}  // namespace

void draw_shelf(const StageScene& scene) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const Rect& shelf = scene.layout.shelf;
  bool busy = false;
  for (const std::uint32_t index : scene.play.movers_at(scene.now)) {
    const Mover& mover = scene.play.movers[index];
    busy = busy || mover.from == kShelf || mover.to == kShelf;
  }
  frame.enter("shelf", "dns", shelf);
  pen.fill(shelf, faded(theme.names, busy ? 0.16F : 0.08F), scene.least * 0.4F);
  pen.fill({shelf.x, shelf.bottom() - frame.line_width(3), shelf.w, frame.line_width(3)},
           faded(theme.names, 0.7F));
  Rect label = shelf.inset(scene.least * 0.6F, 0);
  pen.text(label.cut_left(scene.room * 1.3F), icon::kBook,
           {scene.room, theme.names, Face::kWords, Align::kStart, Align::kMiddle});
  frame.text({label.x, label.y, scene.room * 2.2F, label.h}, "DNS",
             {scene.room, theme.names, Face::kBold, Align::kStart, Align::kMiddle});
  for (std::size_t i = 0; i < scene.layout.shelf_places.size(); ++i) {
    const Rect& place = scene.layout.shelf_places[i];
    const std::string name = scene.run.names().shorten(scene.run.end().host_name(scene.cast.shelf[i]));
    pen.outline(place, faded(theme.names, 0.45F), frame.line_width(1), scene.least * 0.3F);
    frame.text(place.inset(scene.least * 0.25F, 0), name,
               {scene.least, busy ? theme.ink : theme.muted, Face::kWords, Align::kMiddle, Align::kMiddle});
  }
  frame.leave();
}

void draw_rooms(const StageScene& scene) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  for (const PlacedGroup& group : scene.layout.groups) {
    if (group.domain.empty()) continue;
    frame.pen().fill(group.rect, faded(theme.muted, 0.07F), scene.least * 0.6F);
    frame.text(group.title, group.domain,
               {scene.least, theme.muted, Face::kWords, Align::kStart, Align::kMiddle});
  }
  for (const PlacedRoom& room : scene.layout.rooms)
    draw_room(scene, room);
  for (const PlacedRoom& room : scene.layout.rooms)
    draw_baton(scene, room);
}

}  // namespace glasspost::gui
