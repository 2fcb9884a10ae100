// Who holds which letter: the server at the left, a row for each device at the right, tethers between copies.

#include "gui/panel/mailboxes.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/base/text.h"
#include "gui/model/mail_table.h"
#include "gui/panel/stage_parts.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

struct Table {
  Frame& frame;
  const Recording& run;
  const trace::Projection& world;
  const ViewState& view;
  const Choreography& play;
  float room = 25;
  float least = 20;
};

bool has_flag(const TableCell& cell, std::string_view flag) {
  return std::any_of(cell.flags.begin(), cell.flags.end(),
                     [&](const std::string& f) { return iequals(f, flag); });
}

// A letter's card. A ghost is an outline; what differs from the server is dashed.
void draw_card(const Table& t, const Rect& rect, const TableLetter& letter, const TableCell& cell,
               bool server, bool stale, const std::string& id) {
  Frame& frame = t.frame;
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const bool ghost = cell.holding == Holding::kGhost;
  frame.enter("letter", id, rect, true, 0, letter.subject);
  const float radius = t.least * 0.3F;
  const Color paper = theme.letter;
  const Color ink = rgb(0x20252B);
  if (ghost) {
    pen.dashed_outline(rect, faded(theme.muted, 0.7F), frame.line_width(2));
  } else {
    pen.shadow(rect, radius, t.least * 0.25F);
    pen.fill(rect, paper, radius);
    if (stale) {
      pen.dashed_outline(rect, theme.wait, frame.line_width(3));
    } else {
      pen.outline(rect, server ? theme.server : theme.client, frame.line_width(server ? 3 : 2), radius);
    }
  }
  Rect rest = rect.inset(t.least * 0.5F, t.least * 0.2F);
  const bool seen = has_flag(cell, "\\Seen");
  const Color words = ghost ? theme.muted : ink;
  // The marks stand at the right: an unread dot, a star, an arrow.
  const auto mark = [&](std::string_view symbol, Color color) {
    pen.text(rest.cut_right(t.room * 1.4F), symbol,
             {t.room * 1.1F, color, Face::kWords, Align::kMiddle, Align::kMiddle});
  };
  if (!ghost && has_flag(cell, "\\Deleted")) mark(icon::kTrash, rgb(0xAE3232));
  if (!ghost && has_flag(cell, "\\Flagged")) mark(icon::kStar, rgb(0xB07A10));
  if (!ghost && has_flag(cell, "\\Answered")) mark(icon::kCause, rgb(0x1F5FA8));
  if (!ghost && !seen) mark(icon::kLive, rgb(0x1F5FA8));
  frame.text(rest.cut_top(rest.h * 0.56F), letter.subject,
             {t.room, words, seen || ghost ? Face::kWords : Face::kBold, Align::kStart, Align::kMiddle});
  std::string below;
  if (ghost) {
    below = frame.words()("studio.mail-gone");
  } else if (stale) {
    below = frame.words()("studio.mail-stale");
  } else {
    below = cell.folder != "INBOX" ? cell.folder
                                   : frame.words()(seen ? "studio.mail-read" : "studio.mail-unread");
  }
  frame.text(rest, below,
             {t.least,
              ghost   ? theme.muted
              : stale ? rgb(0x8A5A0C)
                      : rgb(0x5C636B),
              Face::kWords, Align::kStart, Align::kMiddle});
  frame.leave();
}

struct Shelf {
  Rect box;    // the panel of one place
  Rect cards;  // where its letters lie
};

Shelf draw_place(const Table& t, const Rect& box, std::string_view symbol, const std::string& title,
                 bool lit) {
  Frame& frame = t.frame;
  const Theme& theme = frame.theme();
  frame.pen().shadow(box, t.least * 0.4F, t.least * 0.3F);
  frame.pen().fill(box, theme.surface, t.least * 0.4F);
  frame.pen().outline(box, lit ? theme.accent : theme.edge, frame.line_width(lit ? 3 : 1.5F), t.least * 0.4F);
  Rect rest = box.inset(t.least * 0.7F, t.least * 0.5F);
  Rect head = rest.cut_top(t.room * 1.4F);
  frame.pen().text(head.cut_left(t.room * 1.6F), symbol,
                   {t.room, theme.server, Face::kWords, Align::kStart, Align::kMiddle});
  frame.text(head, title, {t.room, theme.ink, Face::kBold, Align::kStart, Align::kMiddle});
  rest.cut_top(t.least * 0.3F);
  return {box, rest};
}

// The conversation of a device with its server now, if there is one.
const Talk* talk_now(const Table& t, HostId device, HostId server) {
  for (const auto& [id, talk] : t.play.talks) {
    if (talk.client == device && talk.server == server && talk.open_at(t.view.cursor.screen.ns)) return &talk;
  }
  return nullptr;
}

std::size_t cards_that_fit(const Table& t, const Rect& cards, std::size_t letters) {
  const float step = t.least * 4.4F;
  return std::min(letters, static_cast<std::size_t>(std::max(0.0F, (cards.h + t.least * 0.5F) / step)));
}

Rect card_at(const Table& t, const Rect& cards, std::size_t index) {
  const float step = t.least * 4.4F;
  return {cards.x, cards.y + step * static_cast<float>(index), cards.w, t.least * 3.8F};
}

void draw_wire(const Table& t, const Rect& zone, const TableDevice& device, const Talk* talk) {
  Frame& frame = t.frame;
  const Theme& theme = frame.theme();
  const float y = zone.y + t.room * 1.5F;
  const Point a{zone.x, y};
  const Point b{zone.right(), y};
  if (talk == nullptr) {
    frame.pen().dashes(a, b, faded(theme.muted, 0.6F), frame.line_width(2), t.least * 0.35F);
  } else {
    frame.pen().line(a, b, theme.accent, frame.line_width(3));
  }
  const std::string protocol = to_upper(device.protocol);
  const float h = t.least * 1.5F;
  const float w = std::min(zone.w, frame.pen().measure(protocol, t.least, Face::kBold).x + h * 1.4F);
  badge(frame, "protocol." + device.name, {zone.center().x - w / 2, y - h * 1.35F, w, h}, {}, protocol,
        device.protocol == "imap" ? Tone::kClient : Tone::kWait);
  if (talk == nullptr) return;
  for (const std::uint32_t index : t.play.movers_at(t.view.cursor.screen.ns)) {
    const Mover& mover = t.play.movers[index];
    if (mover.connection != talk->connection || mover.label.empty()) continue;
    const float ch = t.least * 1.7F;
    const float cw = std::min(zone.w, frame.pen().measure(mover.label, t.least, Face::kBold).x + ch);
    capsule(frame, "line." + std::to_string(index), {zone.center().x - cw / 2, y + ch * 0.3F, cw, ch},
            mover.label, mover.tone, mover.secure, t.least);
    break;
  }
}

void draw_account(const Table& t, const Rect& area, const TableAccount& account) {
  Frame& frame = t.frame;
  const Theme& theme = frame.theme();
  const MailTable& table = t.run.mail_table();
  Rect rest = area;
  const float wire = std::max(t.least * 8, rest.w * 0.16F);
  const Rect left = rest.cut_left((rest.w - wire) * 0.48F);
  const Rect wires = rest.cut_left(wire);
  bool talking = false;
  for (const TableDevice& device : account.devices)
    talking = talking || talk_now(t, device.host, account.server) != nullptr;
  const std::string server = frame.words()(
      "studio.mail-server", {{"who", person_of(account.account)},
                             {"host", t.run.names().shorten(t.run.end().host_name(account.server))}});
  frame.enter("panel", "server." + account.account, left.inset(-t.least * 0.3F), false);
  const Shelf home = draw_place(t, left, icon::kServer, server, talking);
  const std::size_t shown = cards_that_fit(t, home.cards, account.letters.size());
  std::vector<TableCell> at_home;
  for (std::size_t i = 0; i < account.letters.size(); ++i) {
    at_home.push_back(table.cell(t.world, account.server, account, account.letters[i]));
    if (i >= shown || at_home[i].holding == Holding::kNever) continue;
    draw_card(t, card_at(t, home.cards, i), account.letters[i], at_home[i], true, false,
              "server." + std::to_string(i));
  }
  frame.leave();
  const float gap = t.least;
  const auto rows = static_cast<float>(std::max<std::size_t>(1, account.devices.size()));
  const float height = (rest.h - gap * (rows - 1)) / rows;
  for (std::size_t d = 0; d < account.devices.size(); ++d) {
    const TableDevice& device = account.devices[d];
    const Rect row{rest.x, rest.y + static_cast<float>(d) * (height + gap), rest.w, height};
    const Talk* talk = talk_now(t, device.host, account.server);
    const Rect zone{wires.x, row.y, wires.w, row.h};
    frame.enter("panel", "device." + device.name, row.inset(-t.least * 0.3F), false);
    const bool phone =
        device.name.find("phone") != std::string::npos || device.name.find("tablet") != std::string::npos;
    const std::string title = frame.words()("studio.mail-device", {{"device", device.name}});
    const Shelf place = draw_place(t, row, phone ? icon::kPhone : icon::kLaptop, title, talk != nullptr);
    const std::size_t fit = cards_that_fit(t, place.cards, account.letters.size());
    std::vector<std::pair<Point, Point>> tethers;
    for (std::size_t i = 0; i < fit; ++i) {
      const TableCell cell = table.cell(t.world, device.host, account, account.letters[i]);
      if (cell.holding == Holding::kNever) continue;
      const bool imap = device.protocol == "imap";
      const bool stale = imap && cell.holding == Holding::kHolds && at_home[i].holding != Holding::kHolds;
      const Rect card = card_at(t, place.cards, i);
      draw_card(t, card, account.letters[i], cell, false, stale, device.name + "." + std::to_string(i));
      if (imap && cell.holding == Holding::kHolds && at_home[i].holding == Holding::kHolds && i < shown) {
        const Rect from = card_at(t, home.cards, i);
        tethers.push_back({{from.right(), from.center().y}, {card.x, card.center().y}});
      }
    }
    frame.leave();
    for (const auto& [a, b] : tethers) {
      const float bend = (b.x - a.x) * 0.45F;
      frame.pen().curve(a, {a.x + bend, a.y}, {b.x - bend, b.y}, b, faded(theme.client, 0.75F),
                        frame.line_width(2.5F));
      frame.pen().disc(a, t.least * 0.22F, theme.client);
      frame.pen().disc(b, t.least * 0.22F, theme.client);
    }
    frame.enter("wire", device.name, zone, false);
    draw_wire(t, zone, device, talk);
    frame.leave();
  }
}

}  // namespace

void draw_mailboxes(Frame& frame, const Rect& area, const Recording& recording,
                    const trace::Projection& world, const ViewState& view) {
  const Table t{frame,
                recording,
                world,
                view,
                recording.choreography(view.playback.pace),
                frame.type(Type::kRoom),
                frame.type(Type::kLeast)};
  frame.enter("panel", "mailboxes", area);
  Rect rest = area.inset(area.w * 0.03F, area.h * 0.03F);
  const float caption_height = frame.type(Type::kCaption) * 2.6F;
  if (rest.h > caption_height * 3) draw_caption(frame, rest.cut_bottom(caption_height), recording, view);
  const std::vector<TableAccount>& all = recording.mail_table().accounts();
  std::vector<const TableAccount*> shown;
  for (const TableAccount& account : all) {
    if (account.devices.empty() && !shown.empty()) continue;
    if (shown.size() < 2 && (shown.empty() || rest.h > t.least * 26)) shown.push_back(&account);
  }
  if (shown.empty()) {
    frame.text(rest, frame.words()("studio.mail-nobody"),
               {t.room, frame.theme().muted, Face::kWords, Align::kMiddle, Align::kMiddle});
  }
  const float gap = t.room;
  const auto n = static_cast<float>(std::max<std::size_t>(1, shown.size()));
  const float height = (rest.h - gap * (n - 1)) / n;
  for (const TableAccount* account : shown) {
    draw_account(t, rest.cut_top(height), *account);
    rest.cut_top(gap);
  }
  frame.leave();
}

}  // namespace glasspost::gui
