#include "gui/panel/inspector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "engine/dissect/printable.h"
#include "gui/panel/pane.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

// Logical pixels.
constexpr float kGap = 7;
constexpr float kStep = 18;   // a level of the tree
constexpr float kState = 27;  // a state of the diagram
constexpr float kName = 128;  // names of facts

/// Draws the parts from top to bottom. What is outside of the window is measured, not drawn.
class InspectorPanel {
 public:
  InspectorPanel(Frame& frame, const Recording& recording, const trace::Projection& world,
                 const ViewState& view)
      : frame_(frame),
        recording_(recording),
        view_(view),
        inspection_(recording.explore().inspection(recording, world, view)),
        changed_(view.inspector) {}

  void draw(const Rect& area) {
    Pane pane = begin_pane(frame_, "inspector", frame_.words()("explore.inspector"), area);
    if (!inspection_.where.empty())
      frame_.text(pane.head, inspection_.where,
                  frame_.style(Type::kDense, frame_.theme().muted, Face::kWords, Align::kEnd));
    title(pane.body);
    const Rect body = pane.body;
    clip_ = body;
    clip_.w -= scroll_bar_width(frame_) + frame_.px(2);
    // Once to know how long it is, once to draw.
    drawing_ = false;
    y_ = 0;
    parts();
    ScrollInput input;
    input.total = static_cast<double>(y_);
    input.page = static_cast<double>(body.h);
    input.step = static_cast<double>(frame_.px(60));
    const std::uint64_t mark = mark_of(view_.selection);
    input.anchor = mark != 0 ? mark : view_.cursor.seq;
    const Scrolled scrolled = scroll_list(frame_, "inspector", body, view_.inspector.scroll, input);
    if (scrolled.changed) changed_.scroll = *scrolled.changed;
    frame_.enter("list", "inspector.parts", clip_, false);
    drawing_ = true;
    y_ = clip_.y - static_cast<float>(scrolled.top);
    parts();
    frame_.leave();
    if (!(changed_ == view_.inspector)) frame_.emit(UpdateInspector{changed_});
    end_pane(frame_);
  }

 private:
  void title(Rect& body) {
    const Theme& theme = frame_.theme();
    Rect line = body.cut_top(frame_.px(40));
    body.cut_top(frame_.px(4));
    if (!inspection_.badge.empty()) {
      const TextStyle style = frame_.style(Type::kBody, theme.on_colour, Face::kBold);
      const float wide = std::min(
          line.w * 0.45F, frame_.pen().measure(inspection_.badge, style.size, Face::kBold).x + frame_.px(26));
      const Rect place = line.cut_right(wide).inset(0, frame_.px(6));
      const Mood mood = inspection_.mood == Mood::kPlain ? Mood::kServer : inspection_.mood;
      frame_.pen().fill(place, color_of(theme, mood), place.h / 2);
      TextStyle centred = style;
      centred.across = Align::kMiddle;
      frame_.text(place.inset(frame_.px(8), 0), inspection_.badge, centred);
      line.cut_right(frame_.px(8));
    }
    frame_.text(line, dissect::printable(inspection_.title),
                frame_.style(Type::kTitle, theme.ink, Face::kBold));
  }

  void parts() {
    bool shown = true;
    hidden_below_.clear();
    number_ = 0;
    for (const InspectedPart& part : inspection_.parts) {
      ++number_;
      if (const auto* heading = std::get_if<InspectedHeading>(&part)) {
        shown = !view_.inspector.closed.contains(heading->id);
        this->heading(*heading, shown);
        continue;
      }
      if (!shown) continue;
      std::visit([this](const auto& p) { draw(p); }, part);
    }
    y_ += frame_.px(kGap);
  }

  [[nodiscard]] bool visible(float height) const {
    return drawing_ && y_ < clip_.bottom() && y_ + height > clip_.y;
  }
  [[nodiscard]] Rect box(float indent, float height) const {
    return {clip_.x + indent, y_, std::max(1.0F, clip_.w - indent), height};
  }
  [[nodiscard]] float height_of(std::string_view words, float width, const TextStyle& style, int most) {
    const int lines = std::clamp(frame_.pen().lines_of(words, width, style.size, style.face), 1, most);
    return std::round(style.size * 1.28F) * static_cast<float>(lines - 1) + style.size + 2;
  }
  Touch touch(const std::string& id, const Rect& rect, bool focusable = true) {
    const Rect inside{rect.x, std::max(rect.y, clip_.y), rect.w,
                      std::min(rect.bottom(), clip_.bottom()) - std::max(rect.y, clip_.y)};
    return frame_.touch(id, inside, true, focusable);
  }

  void heading(const InspectedHeading& heading, bool open) {
    y_ += frame_.px(kGap);
    const float height = frame_.px(28);
    if (visible(height)) {
      const Theme& theme = frame_.theme();
      Rect line = box(0, height);
      const Touch touch = this->touch("inspector.part." + heading.id, line);
      if (touch.hovered) frame_.pen().fill(line, faded(theme.accent, 0.07F), frame_.px(4));
      if (touch.clicked) {
        if (open)
          changed_.closed.insert(heading.id);
        else
          changed_.closed.erase(heading.id);
      }
      scrolled_text(frame_, clip_, line.cut_left(frame_.px(22)), open ? icon::kDown : icon::kRight,
                    frame_.style(Type::kDense, theme.accent));
      scrolled_text(frame_, clip_, line, heading.words, frame_.style(Type::kDense, theme.ink, Face::kBold));
    }
    y_ += height;
  }

  void draw(const InspectedHeading&) {}

  void draw(const InspectedText& text) {
    const Theme& theme = frame_.theme();
    const TextStyle style =
        frame_.style(text.quiet ? Type::kDense : Type::kBody, text.quiet ? theme.muted : theme.ink,
                     Face::kWords, Align::kStart, Align::kStart);
    const float height = height_of(text.words, clip_.w, style, 8);
    if (visible(height)) scrolled_paragraph(frame_, clip_, box(0, height), text.words, style, 8);
    y_ += height;
    rule(text.rule, 0);
    y_ += frame_.px(kGap);
  }
  void rule(const std::string& rule, float indent) {
    if (rule.empty()) return;
    const TextStyle style =
        frame_.style(Type::kDense, mixed(frame_.theme().accent, frame_.theme().muted, 0.4F), Face::kWords,
                     Align::kStart, Align::kStart);
    const float height = style.size + 4;
    if (visible(height)) scrolled_text(frame_, clip_, box(indent, height), rule, style);
    y_ += height;
  }

  void draw(const InspectedFact& fact) {
    const Theme& theme = frame_.theme();
    if (fact.value.empty()) return;
    const bool jumps = !std::holds_alternative<std::monostate>(fact.jump);
    const float name_wide = std::min(frame_.px(kName), clip_.w * 0.38F);
    const Color ink = fact.mood == Mood::kPlain ? (jumps ? mixed(theme.accent, theme.ink, 0.3F) : theme.ink)
                                                : mixed(color_of(theme, fact.mood), theme.ink, 0.25F);
    const TextStyle value =
        frame_.style(Type::kDense, ink, fact.code ? Face::kMono : Face::kWords, Align::kStart, Align::kStart);
    const float value_wide = clip_.w - name_wide - frame_.px(8) - (jumps ? frame_.px(20) : 0);
    const float height = height_of(fact.value, value_wide, value, 4) + frame_.px(4);
    if (visible(height)) {
      Rect line = box(0, height);
      if (jumps) follow("inspector.fact." + std::to_string(number_), line, fact.jump);
      TextStyle name = frame_.style(Type::kDense, theme.muted, Face::kWords, Align::kStart, Align::kStart);
      scrolled_text(frame_, clip_, line.cut_left(name_wide), fact.name, name);
      line.cut_left(frame_.px(8));
      if (jumps) {
        TextStyle arrow = name;
        arrow.color = theme.accent;
        scrolled_text(frame_, clip_, line.cut_right(frame_.px(16)), icon::kRight, arrow);
        line.cut_right(frame_.px(4));
      }
      scrolled_paragraph(frame_, clip_, line, fact.value, value, 4);
    }
    y_ += height;
  }
  void follow(const std::string& id, const Rect& line, const Selection& jump) {
    const Touch touch = this->touch(id, line);
    if (touch.hovered) frame_.pen().fill(line, faded(frame_.theme().accent, 0.08F), frame_.px(4));
    if (!touch.clicked) return;
    frame_.emit(Select{jump});
  }

  void draw(const InspectedBytes& bytes) {
    const Theme& theme = frame_.theme();
    const bool jumps = !std::holds_alternative<std::monostate>(bytes.jump);
    const Color ground = bytes.sign == '+'   ? mixed(theme.surface, theme.good, 0.16F)
                         : bytes.sign == '-' ? mixed(theme.surface, theme.bad, 0.16F)
                                             : mixed(theme.surface, theme.muted, 0.08F);
    const TextStyle style = frame_.style(Type::kDense, theme.ink, Face::kMono, Align::kStart, Align::kStart);
    const std::string name = bytes.sign == ' '
                                 ? bytes.name
                                 : std::string(1, bytes.sign) + (bytes.name.empty() ? "" : " " + bytes.name);
    const TextStyle head = frame_.style(Type::kDense, theme.muted, Face::kBold, Align::kStart, Align::kStart);
    const float name_high = name.empty() ? 0 : head.size + 4;
    const float height = name_high + height_of(bytes.text, clip_.w - frame_.px(20), style, 6) + frame_.px(8);
    if (visible(height)) {
      const Rect place = box(0, height);
      frame_.pen().fill(place, ground, frame_.px(5));
      if (jumps) follow("inspector.bytes." + std::to_string(number_), place, bytes.jump);
      Rect inner = place.inset(frame_.px(10), frame_.px(4));
      if (!name.empty()) scrolled_text(frame_, clip_, inner.cut_top(name_high), name, head);
      scrolled_paragraph(frame_, clip_, inner, bytes.text, style, 6);
    }
    y_ += height + frame_.px(3);
  }

  // The tree of reasons.
  void draw(const WhyNode& node) {
    // What is below a closed step is not shown.
    for (const std::string& closed : hidden_below_) {
      if (node.id.size() > closed.size() && node.id.starts_with(closed) && node.id[closed.size()] == '.')
        return;
    }
    const bool open = !view_.inspector.closed.contains(node.id);
    if (node.parent && !open) hidden_below_.push_back(node.id);
    const float indent = std::min(static_cast<float>(node.depth) * frame_.px(kStep), clip_.w * 0.4F);
    switch (node.kind) {
      case WhyKind::kStep:
        return step(node, indent, open);
      case WhyKind::kLookUp:
        return look_up(node, indent);
      case WhyKind::kBytes:
        return quote(node, indent);
    }
  }
  void branch(const WhyNode& node, float indent, float height) {
    if (node.depth == 0) return;
    const float x = clip_.x + indent - frame_.px(kStep) + frame_.px(8);
    const float middle = y_ + std::min(height / 2, frame_.px(12));
    frame_.pen().line({x, y_ - frame_.px(4)}, {x, middle}, frame_.theme().edge, frame_.line_width(1.5F));
    frame_.pen().line({x, middle}, {clip_.x + indent - frame_.px(2), middle}, frame_.theme().edge,
                      frame_.line_width(1.5F));
  }
  void step(const WhyNode& node, float indent, bool open) {
    const Theme& theme = frame_.theme();
    const Mood mood = mood_of_outcome(node.outcome);
    const TextStyle style = frame_.style(
        Type::kDense, theme.ink, node.depth == 0 ? Face::kBold : Face::kWords, Align::kStart, Align::kStart);
    const std::string words = render(node.words, view_.language);
    const float mark = frame_.px(18);
    const float wide = clip_.w - indent - mark;
    const float words_high = height_of(words, wide, style, 5);
    // A long outcome (a whole record) is shown as bytes below.
    const bool record = node.outcome.find('=') != std::string::npos;
    const bool badge = !node.outcome.empty() && !record && node.outcome.size() <= 24;
    const float badge_high = badge ? frame_.px(22) : 0;
    const float height = words_high + badge_high;
    if (visible(height)) {
      branch(node, indent, height);
      Rect line = box(indent, height);
      if (node.parent) {
        const Touch touch = this->touch("inspector.why." + node.id, {line.x, line.y, line.w, height});
        if (touch.clicked) {
          if (open)
            changed_.closed.insert(node.id);
          else
            changed_.closed.erase(node.id);
        }
      }
      TextStyle sign = style;
      sign.color = theme.accent;
      const Rect place = line.cut_left(mark);
      if (node.parent)
        scrolled_text(frame_, clip_, {place.x, place.y, place.w, style.size},
                      open ? icon::kDown : icon::kRight, sign);
      scrolled_paragraph(frame_, clip_, line.cut_top(words_high), words, style, 5);
      if (badge) outcome(line, node, mood);
    }
    y_ += height;
    if (!badge) rule(node.rule, indent + mark);
    inputs(node, indent + mark);
    y_ += frame_.px(kGap);
  }
  void outcome(Rect line, const WhyNode& node, Mood mood) {
    const Theme& theme = frame_.theme();
    const TextStyle style = frame_.style(Type::kDense, mood == Mood::kPlain ? theme.ink : theme.on_colour,
                                         Face::kBold, Align::kMiddle);
    const float wide =
        std::min(line.w, frame_.pen().measure(node.outcome, style.size, Face::kBold).x + frame_.px(18));
    const Rect badge = line.cut_left(wide).inset(0, 1);
    if (mood == Mood::kPlain)
      frame_.pen().outline(badge, theme.muted, frame_.line_width(1), badge.h / 2);
    else
      frame_.pen().fill(badge, color_of(theme, mood), badge.h / 2);
    scrolled_text(frame_, clip_, badge.inset(frame_.px(6), 0), node.outcome, style);
    line.cut_left(frame_.px(10));
    if (line.w > frame_.px(60))
      scrolled_text(frame_, clip_, line, node.rule,
                    frame_.style(Type::kDense, mixed(theme.accent, theme.muted, 0.4F)));
  }
  void inputs(const WhyNode& node, float indent) {
    if (node.inputs.empty()) return;
    std::string words;
    for (const Argument& input : node.inputs) {
      if (!words.empty()) words += "   ";
      words += input.name + " = " + dissect::printable(input.text);
    }
    const TextStyle style =
        frame_.style(Type::kDense, frame_.theme().muted, Face::kWords, Align::kStart, Align::kStart);
    const float height = height_of(words, clip_.w - indent, style, 4);
    if (visible(height)) scrolled_paragraph(frame_, clip_, box(indent, height), words, style, 4);
    y_ += height;
  }
  void look_up(const WhyNode& node, float indent) {
    const Theme& theme = frame_.theme();
    const std::string words =
        node.look_up.type + " " + node.look_up.name + "  →  " + dissect::printable(node.look_up.answer);
    const TextStyle style = frame_.style(Type::kDense, mixed(theme.names, theme.ink, 0.3F), Face::kWords,
                                         Align::kStart, Align::kStart);
    const float mark = frame_.px(22);
    const float height = height_of(words, clip_.w - indent - mark, style, 4) + frame_.px(6);
    if (visible(height)) {
      branch(node, indent, height);
      Rect line = box(indent, height);
      if (node.seq != 0) follow("inspector.why." + node.id, line, node.jump);
      line = line.inset(0, frame_.px(3));
      TextStyle sign = style;
      scrolled_text(frame_, clip_, line.cut_left(mark), icon::kSearch, sign);
      scrolled_paragraph(frame_, clip_, line, words, style, 4);
    }
    y_ += height;
  }
  /// The record or the bytes, what was looked at in a bright box.
  void quote(const WhyNode& node, float indent) {
    const Theme& theme = frame_.theme();
    const TextStyle style = frame_.style(Type::kDense, theme.ink, Face::kMono);
    const std::string before = dissect::printable(std::string_view(node.text).substr(0, node.mark));
    const std::string marked =
        dissect::printable(std::string_view(node.text).substr(node.mark, node.mark_length));
    const std::string after =
        dissect::printable(std::string_view(node.text).substr(node.mark + node.mark_length));
    const std::string whole = before + marked + after;
    const float pad = frame_.px(8);
    const float room = clip_.w - indent - 2 * pad;
    const bool one_line = frame_.pen().measure(whole, style.size, Face::kMono).x <= room;
    TextStyle many = style;
    many.down = Align::kStart;
    const float height =
        (one_line ? style.size : height_of(one_line ? whole : marked, room, many, 4)) + frame_.px(10);
    if (visible(height)) {
      branch(node, indent, height);
      const Rect place = box(indent, height);
      frame_.pen().fill(place.inset(0, 1), mixed(theme.surface, theme.muted, 0.08F), frame_.px(5));
      if (node.seq != 0) follow("inspector.why." + node.id, place, node.jump);
      Rect inner = place.inset(pad, 0);
      if (!one_line) {
        scrolled_paragraph(frame_, clip_, inner.inset(0, frame_.px(5)), marked, many, 4);
      } else {
        const float left = frame_.pen().measure(before, style.size, Face::kMono).x;
        const float wide = frame_.pen().measure(marked, style.size, Face::kMono).x;
        frame_.pen().fill({inner.x + left - 1, place.y + frame_.px(3), wide + 2, height - frame_.px(6)},
                          faded(theme.wait, 0.45F), frame_.px(3));
        scrolled_text(frame_, clip_, inner, whole, style);
      }
    }
    y_ += height + frame_.px(4);
  }

  // A state diagram: the states in the order of a dialogue, arcs beside them.
  void draw(const InspectedDiagram& part) {
    const Theme& theme = frame_.theme();
    y_ += frame_.px(kGap);
    const TextStyle head = frame_.style(Type::kDense, theme.ink, Face::kBold, Align::kStart, Align::kStart);
    const float head_high = head.size + frame_.px(8);
    const float state = frame_.px(kState);
    const auto count = static_cast<float>(part.names.size());
    const float height = head_high + state * count;
    if (visible(height)) {
      if (visible(head_high)) scrolled_text(frame_, clip_, box(0, head_high), part.words, head);
      const float top = y_ + head_high;
      const float pill = std::min(frame_.px(190), clip_.w * 0.46F);
      const float x = clip_.x + std::min(frame_.px(70), clip_.w * 0.16F);
      arcs(part, top, x, pill, state);
      for (std::size_t i = 0; i < part.names.size(); ++i)
        draw_state(part, i,
                   {x, top + state * static_cast<float>(i) + frame_.px(2), pill, state - frame_.px(4)});
      triggers(part, top, x + pill + frame_.px(12), state);
    }
    y_ += height + frame_.px(kGap);
  }
  void draw_state(const InspectedDiagram& part, std::size_t i, const Rect& place) {
    const Theme& theme = frame_.theme();
    const bool here = part.place == i;
    const bool was = part.from == i && !here;
    if (here)
      frame_.pen().fill(place, theme.accent, place.h / 2);
    else
      frame_.pen().fill(place, theme.raised, place.h / 2);
    frame_.pen().outline(place, was ? theme.accent : theme.edge, frame_.line_width(was ? 2.5F : 1),
                         place.h / 2);
    const Color ink = here ? theme.on_accent : was ? theme.ink : theme.muted;
    scrolled_text(frame_, clip_, place.inset(frame_.px(8), 0), part.names[i],
                  frame_.style(Type::kDense, ink, here ? Face::kBold : Face::kWords, Align::kMiddle));
  }
  void arcs(const InspectedDiagram& part, float top, float x, float pill, float state) {
    const Theme& theme = frame_.theme();
    const auto middle = [&](std::size_t i) { return top + state * (static_cast<float>(i) + 0.5F); };
    for (const dissect::StateDiagram::Arrow& arrow : part.diagram.arrows) {
      const bool taken = part.from == arrow.from && part.place == arrow.to;
      const bool possible = part.place == arrow.from;
      const bool forward = arrow.to > arrow.from;
      const Color color = taken      ? theme.accent
                          : possible ? mixed(theme.accent, theme.muted, 0.5F)
                                     : faded(theme.edge, 0.9F);
      const float side = forward ? x + pill : x;
      const float span = static_cast<float>(forward ? arrow.to - arrow.from : arrow.from - arrow.to);
      const float reach =
          std::min(frame_.px(10) + span * frame_.px(5), frame_.px(56)) * (forward ? 1.0F : -1.0F);
      // Forward arcs would run through the words at the right: they stay on the left as well, but thinner.
      const float bow = forward ? -std::abs(reach) : reach;
      const float edge = forward ? x : side;
      const Point a{edge, middle(arrow.from) + (forward ? frame_.px(4) : -frame_.px(4))};
      const Point b{edge, middle(arrow.to) + (forward ? -frame_.px(4) : frame_.px(4))};
      frame_.pen().curve(a, {edge + bow, a.y}, {edge + bow, b.y}, b, color,
                         frame_.line_width(taken      ? 3.0F
                                           : possible ? 1.8F
                                                      : 1.0F));
      if (taken || possible) {
        const float s = frame_.px(5);
        const std::array<Point, 3> tip{b, Point{b.x - s * 1.3F, b.y - s * 0.7F},
                                       Point{b.x - s * 1.3F, b.y + s * 0.7F}};
        frame_.pen().polygon(tip, color);
      }
    }
  }
  /// Beside each state: what would lead there from where the session stands.
  void triggers(const InspectedDiagram& part, float top, float x, float state) {
    if (!part.place || x >= clip_.right() - frame_.px(40)) return;
    for (std::size_t i = 0; i < part.names.size(); ++i) {
      std::string words;
      for (const dissect::StateDiagram::Arrow& arrow : part.diagram.arrows) {
        if (arrow.from != *part.place || arrow.to != i) continue;
        if (!words.empty()) words += ", ";
        words += arrow.trigger;
      }
      if (words.empty()) continue;
      scrolled_text(frame_, clip_, {x, top + state * static_cast<float>(i), clip_.right() - x, state},
                    "← " + words,
                    frame_.style(Type::kDense, mixed(frame_.theme().accent, frame_.theme().ink, 0.3F)));
    }
  }

  Frame& frame_;
  const Recording& recording_;
  const ViewState& view_;
  const Inspection& inspection_;
  InspectorView changed_;
  std::vector<std::string> hidden_below_;
  Rect clip_;
  float y_ = 0;
  bool drawing_ = false;
  std::size_t number_ = 0;
};

}  // namespace

void draw_inspector(Frame& frame, const Rect& area, const Recording& recording,
                    const trace::Projection& world, const ViewState& view) {
  InspectorPanel(frame, recording, world, view).draw(area);
}

}  // namespace glasspost::gui
