// Between the rooms: the envelope with its letter, and the inspection desk.

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "gui/panel/stage_parts.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

// The last state at or before now; null if the talk bears no envelope yet.
const EnvelopeState* envelope_at(const Talk& talk, ScreenTime now) {
  const EnvelopeState* found = nullptr;
  for (const EnvelopeState& state : talk.envelopes) {
    if (state.begin <= now) found = &state;
  }
  return found;
}

// Where the floor of a talk is: in the gap beside its server, below the lanes.
Rect floor_of(const StageScene& scene) {
  const StageLayout& layout = scene.layout;
  if (layout.gaps.empty()) return {};
  const PlacedRoom* server = scene.focus == nullptr ? nullptr : layout.room(scene.focus->server);
  Rect gap = layout.gaps.front();
  if (server != nullptr) {
    for (const Rect& each : layout.gaps) {
      if (each.right() <= server->rect.x + 1) gap = each;
    }
  }
  float top = gap.y;
  for (const PlacedRoom& room : layout.rooms) {
    if (!room.device &&
        (room.rect.right() <= gap.x + scene.room || room.rect.x >= gap.right() - scene.room)) {
      top = std::max(top, room.rect.center().y);
    }
  }
  top += scene.verb * 2.3F + scene.least * 2.2F;
  Rect floor{gap.x + scene.room * 0.6F, top, gap.w - scene.room * 1.2F, gap.bottom() - top};
  const float widest = scene.room * 24;
  if (floor.w > widest) {
    floor.x += (floor.w - widest) / 2;
    floor.w = widest;
  }
  return floor;
}

void draw_envelope_card(const StageScene& scene, const Rect& area, const EnvelopeState& state) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const Color ink = scene.view.theme == ThemeName::kDark || scene.view.theme == ThemeName::kHighContrast
                        ? rgb(0x20252B)
                        : theme.ink;
  const Color faint = rgb(0x6A6455);
  Pen& pen = frame.pen();
  frame.enter("envelope-card", "envelope", area, true);
  const float radius = scene.least * 0.3F;
  pen.shadow(area, radius, scene.least * 0.3F);
  pen.fill(area, theme.letter, radius);
  pen.outline(area, rgb(0xB9AE93), frame.line_width(2), radius);
  const float step = scene.least * 1.42F;
  Rect rest = area.inset(scene.least * 0.7F, scene.least * 0.35F);
  const auto line = [&](Rect row, std::string_view label, const std::string& value, bool bold) {
    const Rect name = row.cut_left(scene.least * 6.1F);
    frame.text(name, label, {scene.least, faint, Face::kWords, Align::kStart, Align::kMiddle});
    frame.text(row, value,
               {scene.least, ink, bold ? Face::kBold : Face::kWords, Align::kStart, Align::kMiddle});
  };
  const auto& names = scene.run.names();
  line(rest.cut_top(step), "MAIL FROM", names.shorten(state.mail_from), true);
  std::string to;
  for (const std::string& each : state.rcpt_to)
    to += (to.empty() ? "" : ", ") + names.shorten(each);
  line(rest.cut_top(step), "RCPT TO", to, true);
  rest.cut_top(scene.least * 0.2F);
  const Rect letter = rest;
  if (letter.h > step) {
    if (state.letter) {
      pen.fill(letter, rgb(0xFFFFFF), radius);
      pen.outline(letter, rgb(0xCFC8B4), frame.line_width(1), radius);
      Rect inside = letter.inset(scene.least * 0.5F, scene.least * 0.15F);
      const auto inner = [&](std::string_view label, const std::string& value) {
        if (inside.h < scene.least * 1.2F) return;
        line(inside.cut_top(std::min(inside.h, step)), label, value, false);
      };
      inner("From", names.shorten(state.from));
      inner("Subject", state.subject);
      inner("To", names.shorten(state.to));
    } else {
      pen.dashed_outline(letter, faded(faint, 0.5F), frame.line_width(1.5F));
      frame.text(letter, frame.words()("studio.no-letter-yet"),
                 {scene.least, faint, Face::kWords, Align::kMiddle, Align::kMiddle});
    }
  }
  frame.leave();
}

constexpr DecisionKind kSlots[] = {DecisionKind::kSpf, DecisionKind::kDkim, DecisionKind::kDmarc};
constexpr std::string_view kSlotNames[] = {"SPF", "DKIM", "DMARC"};

Tone tone_of(const std::string& outcome) {
  if (outcome == "pass") return Tone::kGood;
  if (outcome == "fail" || outcome == "permerror" || outcome == "reject") return Tone::kBad;
  if (outcome == "softfail" || outcome == "temperror" || outcome == "quarantine") return Tone::kWait;
  return Tone::kQuiet;
}

void draw_slot(const StageScene& scene, const Rect& slot, std::size_t index, const EnvelopeState* state) {
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  Pen& pen = frame.pen();
  const DeskVerdict* verdict = scene.play.verdict_at(kSlots[index], *scene.focus, scene.now);
  const bool fallen = verdict != nullptr && scene.now >= verdict->fall;
  const bool asking = verdict != nullptr && !fallen;
  const std::string id(kSlotNames[index]);
  frame.enter("slot", id, slot, true);
  pen.fill(slot, theme.surface, scene.least * 0.3F);
  pen.outline(slot, asking ? theme.names : theme.edge, frame.line_width(asking ? 3 : 1), scene.least * 0.3F);
  Rect rest = slot.inset(scene.least * 0.3F);
  frame.text(rest.cut_top(scene.least * 1.4F), kSlotNames[index],
             {scene.least, theme.ink, Face::kBold, Align::kMiddle, Align::kMiddle});
  const Rect middle = rest.cut_top(std::min(scene.verb * 1.5F, rest.h * 0.5F));
  const Touch touch = frame.touch("slot." + id, slot, verdict != nullptr);
  if (touch.clicked && verdict != nullptr) frame.emit(Select{EventSelected{verdict->seq}});
  if (fallen) {
    const float fall = std::clamp(static_cast<float>(scene.now - verdict->fall) / 0.25e9F, 0.0F, 1.0F);
    const float h = std::min(middle.h, slot.w / 3.0F);
    stamp(frame, id, {middle.x, middle.center().y - h / 2, middle.w, h}, verdict->outcome,
          tone_of(verdict->outcome), scene.view.reduced_motion ? 1.0F : fall, 0);
    std::string detail = scene.run.names().shorten(verdict->domain);
    Rect row = rest.cut_top(std::min(rest.h, scene.least * 1.35F));
    frame.text(row, detail, {scene.least, theme.muted, Face::kWords, Align::kMiddle, Align::kMiddle});
    if (verdict->lit >= 0 && kSlots[index] == DecisionKind::kSpf && rest.h >= scene.least * 1.3F) {
      const std::string& piece = verdict->pieces[static_cast<std::size_t>(verdict->lit)];
      const float w = std::min(rest.w, pen.measure(piece, scene.least, Face::kMono).x + scene.least);
      const Rect chip{rest.center().x - w / 2, rest.y, w, scene.least * 1.3F};
      pen.fill(chip, faded(color_of(theme, tone_of(verdict->outcome)), 0.2F), chip.h * 0.3F);
      frame.text(chip.inset(scene.least * 0.3F, 0), piece,
                 {scene.least, theme.ink, Face::kMono, Align::kMiddle, Align::kMiddle});
    } else if (!verdict->policy.empty() && rest.h >= scene.least * 1.3F) {
      frame.text(rest.cut_top(scene.least * 1.3F), "p=" + verdict->policy,
                 {scene.least, theme.ink, Face::kMono, Align::kMiddle, Align::kMiddle});
    }
  } else if (asking) {
    frame.text(middle, icon::kSearch,
               {scene.verb, theme.names, Face::kWords, Align::kMiddle, Align::kMiddle});
  } else {
    pen.dashed_outline(middle.inset(scene.least * 0.2F, middle.h * 0.1F), faded(theme.muted, 0.5F),
                       frame.line_width(1.5F));
    if (index > 0 && (state == nullptr || !state->letter)) {
      frame.paragraph(rest, frame.words()("studio.no-letter-yet"),
                      {scene.least, theme.muted, Face::kWords, Align::kMiddle, Align::kStart}, 2);
    }
  }
  frame.leave();
}

// DMARC comes last: its lines join the From domain to what SPF and DKIM spoke for.
void draw_joins(const StageScene& scene, const std::array<Rect, 3>& slots, float y) {
  const DeskVerdict* dmarc = scene.play.verdict_at(DecisionKind::kDmarc, *scene.focus, scene.now);
  if (dmarc == nullptr || scene.now < dmarc->fall) return;
  Frame& frame = scene.frame;
  const Theme& theme = frame.theme();
  const bool aligned[] = {dmarc->spf_aligned, dmarc->dkim_aligned};
  for (std::size_t i = 0; i < 2; ++i) {
    const Color color = aligned[i] ? theme.good : theme.bad;
    const float x = slots[i].center().x;
    const float end = slots[2].center().x + (i == 0 ? 1.0F : -1.0F) * scene.least * 0.5F;
    const float low = y + scene.least * (i == 0 ? 0.85F : 0.4F);
    const auto draw = [&](Point a, Point b) {
      if (aligned[i]) {
        frame.pen().line(a, b, color, frame.line_width(3));
      } else {
        frame.pen().dashes(a, b, color, frame.line_width(2), scene.least * 0.25F);
      }
    };
    draw({x, y}, {x, low});
    draw({x, low}, {end, low});
    draw({end, low}, {end, y});
  }
}

}  // namespace

void draw_floor(const StageScene& scene) {
  if (scene.focus == nullptr || scene.focus->retrieval) return;
  const EnvelopeState* state = envelope_at(*scene.focus, scene.now);
  const bool desk = std::any_of(scene.play.verdicts.begin(), scene.play.verdicts.end(),
                                [&](const DeskVerdict& v) { return v.host == scene.focus->server; });
  Rect floor = floor_of(scene);
  const float step = scene.least * 1.42F;
  const float card_height = step * 5.4F + scene.least * 0.8F;
  const float least_desk = scene.least * 7.0F;
  if (floor.w < scene.least * 11) return;
  const bool both = floor.h >= card_height + least_desk + scene.least;
  if (desk && floor.h >= least_desk) {
    Rect lower = both || state == nullptr ? floor.cut_bottom(std::min(floor.h, scene.least * 8.0F)) : floor;
    const float gap = scene.least * 0.5F;
    const float joins = scene.least * 0.9F;
    lower.cut_bottom(joins);
    const float width = (lower.w - 2 * gap) / 3;
    std::array<Rect, 3> slots;
    for (std::size_t i = 0; i < 3; ++i) {
      slots[i] = {lower.x + static_cast<float>(i) * (width + gap), lower.y, width, lower.h};
      draw_slot(scene, slots[i], i, state);
    }
    draw_joins(scene, slots, lower.bottom());
    if (!both) return;
    floor.cut_bottom(gap);
  }
  if (state == nullptr || floor.h < step * 2.6F) return;
  Rect card = floor.cut_bottom(std::min(floor.h, card_height));
  draw_envelope_card(scene, card, *state);
}

}  // namespace glasspost::gui
