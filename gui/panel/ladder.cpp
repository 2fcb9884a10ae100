#include "gui/panel/ladder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "engine/dissect/short_names.h"
#include "gui/panel/pane.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

using dissect::LadderRow;
using dissect::LadderRowKind;
using dissect::LadderTopic;

// Logical pixels.
constexpr float kRow = 42;
constexpr float kTime = 84;
constexpr float kAxis = 150;  // the least distance of two axes
constexpr float kHeads = 44;
// The shares of a row's height: the words above, the arrow below them.
constexpr float kWordsPart = 0.56F;
constexpr float kArrowPart = 0.64F;
constexpr std::size_t kMostWords = 260;

std::string shortened(std::string text) {
  if (text.size() <= kMostWords) return text;
  std::size_t end = kMostWords;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  text.resize(end);
  return text;
}

class LadderPanel {
 public:
  LadderPanel(Frame& frame, const Recording& recording, const ViewState& view)
      : frame_(frame),
        recording_(recording),
        view_(view),
        index_(recording.digest().ladder()),
        sheet_(recording.explore().ladder(recording, view)),
        words_(recording.explore().words(recording, view.language)),
        row_(frame.px(kRow)) {}

  void draw(const Rect& area) {
    Pane pane = begin_pane(frame_, "ladder", frame_.words()("explore.ladder"), area);
    tools(pane.head);
    const float wide = pane.body.w - frame_.px(kTime) - scroll_bar_width(frame_);
    const auto most = static_cast<std::size_t>(std::clamp(wide / frame_.px(kAxis), 3.0F, 9.0F));
    axes_ = &recording_.explore().axes(recording_, view_, most);
    place_axes(pane.body);
    heads(pane.body.cut_top(frame_.px(pane.body.h < frame_.px(220) ? kHeads * 0.6F : kHeads)));
    if (sheet_.placed().empty()) {
      frame_.paragraph(pane.body, frame_.words()("explore.empty-ladder"),
                       frame_.style(Type::kBody, frame_.theme().muted, Face::kWords, Align::kMiddle), 2);
    } else {
      list(pane.body);
    }
    if (!(changed_ == view_.ladder)) frame_.emit(UpdateLadder{changed_});
    end_pane(frame_);
  }

 private:
  void tools(Rect head) {
    changed_ = view_.ladder;
    const Speaker& say = frame_.words();
    if (pane_tool(frame_, head, "ladder.names", icon::kQuestion, say("explore.names"), view_.ladder.names))
      changed_.names = !changed_.names;
    if (pane_tool(frame_, head, "ladder.clock", icon::kClock, say("explore.by-clock"), view_.ladder.by_clock))
      changed_.by_clock = !changed_.by_clock;
    if (pane_tool(frame_, head, "ladder.role", icon::kServer, say("explore.by-role"), view_.ladder.by_role))
      changed_.by_role = !changed_.by_role;
    if (view_.ladder.scroll.stays(view_.cursor.seq) &&
        pane_tool(frame_, head, "ladder.now", icon::kDown, say("explore.to-now")))
      changed_.scroll.held = false;
  }

  void place_axes(const Rect& body) {
    const std::size_t count = axes_->axes().size();
    left_ = body.x + frame_.px(kTime);
    right_ = body.right() - scroll_bar_width(frame_);
    columns_.clear();
    if (count == 0) return;
    // The DNS stands nearer: what goes there is short.
    const float dns = axes_->has_names() && count > 2 ? 0.72F : 1.0F;
    const float gaps = static_cast<float>(count) - 2 + dns;
    const float margin = std::min(frame_.px(kAxis) / 2, (right_ - left_) / static_cast<float>(count + 1));
    const float unit = count > 1 ? (right_ - left_ - 2 * margin) / std::max(0.1F, gaps) : 0;
    for (std::size_t i = 0; i < count; ++i) {
      const bool last = i + 1 == count;
      columns_.push_back(last && count > 1 ? right_ - margin : left_ + margin + unit * static_cast<float>(i));
    }
  }

  void heads(const Rect& place) {
    const Theme& theme = frame_.theme();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const dissect::LadderAxis& axis = axes_->axes()[i];
      const float before = i == 0 ? left_ : (columns_[i - 1] + columns_[i]) / 2;
      const float after = i + 1 == columns_.size() ? right_ : (columns_[i] + columns_[i + 1]) / 2;
      const float half = std::min(columns_[i] - before, after - columns_[i]) - frame_.px(4);
      Rect box{columns_[i] - half, place.y, 2 * half, place.h};
      frame_.enter("axis", axis.name + " " + axis.roles, box, false);
      const bool two = !axis.roles.empty() && place.h >= frame_.px(kHeads) - 1;
      const Rect upper = two ? box.cut_top(box.h * 0.52F) : box;
      frame_.text(upper, axis.name, frame_.style(Type::kDense, theme.ink, Face::kBold, Align::kMiddle));
      if (two)
        frame_.text(box, axis.roles, frame_.style(Type::kDense, theme.muted, Face::kWords, Align::kMiddle));
      frame_.leave();
      const bool one = axis.hosts.size() == 1;
      if (one &&
          frame_.touch("ladder.axis." + std::to_string(i), {columns_[i] - half, place.y, 2 * half, place.h})
              .clicked)
        frame_.emit(Select{HostSelected{axis.hosts.front()}});
    }
    frame_.pen().line({left_ - frame_.px(kTime), place.bottom()}, {right_, place.bottom()}, theme.edge,
                      frame_.line_width(1));
  }

  void list(const Rect& body) {
    const double page = static_cast<double>(body.h / row_);
    ScrollInput input;
    input.total = sheet_.height() + 0.5;
    input.page = page;
    input.follow = sheet_.y_after(index_, view_.cursor.seq) - page * 0.7;
    input.anchor = view_.cursor.seq;
    input.selected = mark_of(view_.selection);
    const std::size_t chosen = place_of_selection();
    if (chosen < sheet_.placed().size()) input.target = sheet_.placed()[chosen].y;
    const Scrolled scrolled = scroll_list(frame_, "ladder", body, view_.ladder.scroll, input);
    if (scrolled.changed) changed_.scroll = *scrolled.changed;
    keys(body, chosen);
    Rect clip = body;
    clip.w -= scroll_bar_width(frame_);
    frame_.enter("list", "ladder.rows", clip, false);
    clip_ = clip;
    top_ = scrolled.top;
    axis_lines();
    const auto [first, last] = sheet_.within(top_, top_ + page);
    now_ = index_.rows_until(view_.cursor.seq);
    for (std::size_t place = first; place < last; ++place)
      row(place, place == chosen);
    playhead();
    frame_.leave();
  }

  [[nodiscard]] float y_of(double y) const { return clip_.y + static_cast<float>((y - top_)) * row_; }

  void keys(const Rect& body, std::size_t chosen) {
    const ListTouch touch = list_keys(frame_, "list.ladder", body);
    const std::vector<LadderSheet::Placed>& placed = sheet_.placed();
    if (touch.key != ListKey::kNone) {
      const bool up = touch.key == ListKey::kUp;
      std::size_t next = chosen < placed.size() ? chosen : (up ? placed.size() : npos());
      do {
        next = up ? next - 1 : next + 1;
      } while (next < placed.size() && index_.rows()[placed[next].row].kind == LadderRowKind::kPhase);
      if (next < placed.size()) frame_.emit(Select{selection_of(index_.rows()[placed[next].row])});
    }
    if (touch.entered && chosen < placed.size())
      frame_.emit(SetCursor{index_.rows()[placed[chosen].row].seq});
  }
  static std::size_t npos() { return static_cast<std::size_t>(-1); }

  [[nodiscard]] std::size_t place_of_selection() const {
    const Focal focal = focal_of(recording_.trace(), recording_.digest(), view_.selection);
    std::uint64_t seq = focal.seq;
    if (const auto* bytes = std::get_if<BytesSelected>(&view_.selection)) seq = seq_of(*bytes);
    const std::vector<LadderRow>& rows = index_.rows();
    if (const auto* connection = std::get_if<ConnectionSelected>(&view_.selection)) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].connection == connection->connection)
          return sheet_.place_of(index_, static_cast<std::uint32_t>(i));
      }
    }
    if (seq == 0) return sheet_.placed().size();
    // Of the rows of one event the one of that very line, else the last.
    std::size_t at = index_.rows_until(seq);
    const auto* line = std::get_if<LineSelected>(&view_.selection);
    std::size_t found = rows.size();
    while (at > 0 && rows[at - 1].seq == seq) {
      --at;
      const bool phase = rows[at].kind == LadderRowKind::kPhase;
      const bool exact = line != nullptr && rows[at].connection == line->connection &&
                         line->line >= rows[at].first_line && line->line <= rows[at].last_line;
      if (!phase && (exact || (found == rows.size() && line == nullptr))) found = at;
    }
    if (found == rows.size()) return sheet_.placed().size();
    return sheet_.place_of(index_, static_cast<std::uint32_t>(found));
  }
  [[nodiscard]] std::uint64_t seq_of(const BytesSelected& bytes) const {
    const dissect::Dialogue* dialogue = recording_.dialogues().find(bytes.connection);
    if (dialogue == nullptr) return 0;
    for (const dissect::Line& line : dialogue->lines) {
      const bool holds = line.direction == bytes.direction && line.layer == bytes.layer &&
                         bytes.offset >= line.offset && bytes.offset < line.offset + line.length;
      if (holds) return line.seq;
    }
    return 0;
  }

  void axis_lines() {
    for (const float x : columns_)
      frame_.pen().line({x, clip_.y}, {x, clip_.bottom()}, frame_.theme().edge, frame_.line_width(1.5F));
  }

  void row(std::size_t place, bool chosen) {
    const LadderSheet::Placed& placed = sheet_.placed()[place];
    const LadderRow& row = index_.rows()[placed.row];
    const float y = y_of(placed.y);
    const Rect box{clip_.x, y, clip_.w, static_cast<float>(LadderSheet::height_of(row)) * row_};
    if (!box.overlaps(clip_) && row.kind != LadderRowKind::kArrow) return;
    const bool future = placed.row >= now_;
    frame_.pen().set_opacity(future ? 0.4F : 1.0F);
    const Rect inside{box.x, std::max(box.y, clip_.y), box.w,
                      std::min(box.bottom(), clip_.bottom()) - std::max(box.y, clip_.y)};
    const std::string id = "ladder.row." + std::to_string(placed.row);
    const Touch touch = frame_.touch(id, inside, true, false);
    if (chosen)
      frame_.pen().fill(box.inset(0, 1), faded(frame_.theme().accent, 0.16F), frame_.px(6));
    else if (touch.hovered)
      frame_.pen().fill(box.inset(0, 1), faded(frame_.theme().accent, 0.07F), frame_.px(6));
    if (chosen)
      frame_.pen().outline(box.inset(0, 1), frame_.theme().accent, frame_.line_width(1.5F), frame_.px(6));
    switch (row.kind) {
      case LadderRowKind::kSection:
        section(box, row, placed, touch);
        break;
      case LadderRowKind::kPhase:
        phase(box, row, placed, touch);
        break;
      case LadderRowKind::kNote:
        note(box, row);
        break;
      case LadderRowKind::kArrow:
      case LadderRowKind::kBoth:
        arrow(box, row, sheet_.slant(index_, place));
        break;
    }
    const bool head = row.kind == LadderRowKind::kPhase;
    if (touch.clicked && !head) frame_.emit(Select{selection_of(row)});
    if (touch.double_clicked && !head) frame_.emit(SetCursor{row.seq});
    frame_.pen().set_opacity(1);
  }

  /// Where it is another than that of the row before.
  void time(const Rect& box, const LadderRow& row, float share) {
    const std::string words = dissect::short_time(row.time, recording_.epoch());
    if (words == last_time_) return;
    last_time_ = words;
    scrolled_text(frame_, clip_,
                  {box.x + frame_.px(2), box.y, frame_.px(kTime) - frame_.px(6), box.h * share}, words,
                  frame_.style(Type::kDense, frame_.theme().muted, Face::kWords));
  }

  void section(const Rect& box, const LadderRow& row, const LadderSheet::Placed& placed, const Touch& touch) {
    const Theme& theme = frame_.theme();
    const bool connection = row.topic == LadderTopic::kConnection;
    const bool folded = connection && view_.ladder.folded.contains(row.connection.value);
    const Color tint = row.topic == LadderTopic::kFault ? theme.bad : connection ? theme.accent : theme.muted;
    Rect band = box.inset(0, box.h * 0.14F);
    frame_.pen().fill(band, mixed(theme.surface, tint, 0.13F), frame_.px(6));
    time(band, row, 1);
    Rect inner = band;
    inner.cut_left(frame_.px(kTime));
    if (connection) {
      const Rect mark = inner.cut_left(frame_.px(24));
      scrolled_text(frame_, clip_, mark, folded ? icon::kRight : icon::kDown,
                    frame_.style(Type::kDense, tint, Face::kWords, Align::kMiddle));
    }
    std::string words = shortened(words_(row));
    if (folded)
      words += "   +" + frame_.words()("explore.folded", {{"count", std::to_string(placed.hidden)}});
    scrolled_text(frame_, clip_, inner.inset(frame_.px(6), 0), words,
                  frame_.style(Type::kDense, theme.ink, Face::kBold));
    if (!connection) return;
    const bool at_mark = touch.clicked && frame_.pointer().x < inner.x;
    if (!at_mark) return;
    if (folded)
      changed_.folded.erase(row.connection.value);
    else
      changed_.folded.insert(row.connection.value);
  }

  void phase(const Rect& box, const LadderRow& row, const LadderSheet::Placed& placed, const Touch& touch) {
    const Theme& theme = frame_.theme();
    const auto [low, high] = std::minmax({x_of(row.from, row.from_role), x_of(row.to, row.to_role)});
    const std::pair key{row.connection.value, static_cast<std::uint8_t>(row.phase)};
    const bool folded = view_.ladder.folded_phases.contains(key);
    std::string words = shortened(words_(row));
    if (folded) words += "  +" + std::to_string(placed.hidden);
    const float middle = box.y + box.h / 2;
    const Rect between{low + frame_.px(6), box.y, std::max(0.0F, high - low - frame_.px(12)), box.h};
    const TextStyle style = frame_.style(Type::kDense, theme.muted, Face::kWords, Align::kMiddle);
    const float wide = std::min(between.w, frame_.pen().measure(words, style.size).x + frame_.px(30));
    const Rect label{(low + high - wide) / 2, box.y, wide, box.h};
    frame_.pen().dashes({between.x, middle}, {label.x, middle}, theme.edge, frame_.line_width(1),
                        frame_.px(4));
    frame_.pen().dashes({label.right(), middle}, {between.right(), middle}, theme.edge, frame_.line_width(1),
                        frame_.px(4));
    Rect inner = label;
    scrolled_text(
        frame_, clip_, inner.cut_left(frame_.px(18)), folded ? icon::kRight : icon::kDown,
        {style.size * 0.7F < 13 ? 13 : style.size * 0.7F, theme.muted, Face::kWords, Align::kMiddle});
    scrolled_text(frame_, clip_, inner, words, style);
    if (!touch.clicked) return;
    if (folded)
      changed_.folded_phases.erase(key);
    else
      changed_.folded_phases.insert(key);
  }

  [[nodiscard]] float x_of(HostId host, dissect::LadderRole role) const {
    const std::size_t axis = axes_->of(host, role);
    return axis < columns_.size() ? columns_[axis] : left_;
  }

  [[nodiscard]] Tone tone(const LadderRow& row) const {
    if (row.failed) return Tone::kBad;
    if (row.dns) return Tone::kNames;
    switch (row.topic) {
      case LadderTopic::kReply: {
        const dissect::Dialogue* dialogue = recording_.dialogues().find(row.connection);
        const bool known = dialogue != nullptr && row.last_line < dialogue->lines.size();
        return known ? tone_of_code(dialogue->lines[row.last_line].code) : Tone::kServer;
      }
      case LadderTopic::kTls:
        return Tone::kCipher;
      case LadderTopic::kFault:
        return Tone::kBad;
      default:
        return Tone::kClient;
    }
  }

  void arrow(const Rect& box, const LadderRow& row, double slant) {
    const Theme& theme = frame_.theme();
    const float from = x_of(row.from, row.from_role);
    const float to = x_of(row.to, row.to_role);
    if (from == to) return note(box, row);
    const Color color = gui::color_of(theme, tone(row));
    const float y = box.y + box.h * kArrowPart;
    const float end = y + static_cast<float>(slant) * row_;
    const float width = frame_.line_width(row.topic == LadderTopic::kContent ? 4 : 2);
    const float direction = to > from ? 1 : -1;
    const float tip = frame_.px(9);
    const Point a{from, y};
    const Point b{to, end};
    const Point neck{to - direction * tip, y + (end - y) * (1 - tip / std::abs(to - from))};
    if (row.dns)
      frame_.pen().dashes(a, neck, color, width, frame_.px(6));
    else
      frame_.pen().line(a, neck, color, width);
    if (row.kind == LadderRowKind::kBoth) {
      const Rect pipe{std::min(from, to), y - frame_.px(4), std::abs(to - from), frame_.px(8)};
      frame_.pen().fill(pipe, color, frame_.px(4));
    } else if (row.failed) {
      const float s = tip * 0.7F;
      frame_.pen().line(b + Point{-direction * tip - s, -s}, b + Point{-direction * tip + s, s}, color,
                        width + 1);
      frame_.pen().line(b + Point{-direction * tip - s, s}, b + Point{-direction * tip + s, -s}, color,
                        width + 1);
    } else {
      const std::array<Point, 3> head{b, Point{b.x - direction * tip, neck.y - tip * 0.55F},
                                      Point{b.x - direction * tip, neck.y + tip * 0.55F}};
      frame_.pen().polygon(head, color);
    }
    time(box, row, kWordsPart);
    const float pad = frame_.px(10);
    const Rect label{std::min(from, to) + pad, box.y + box.h * 0.04F, std::abs(to - from) - 2 * pad,
                     box.h * (kWordsPart - 0.04F)};
    said(label, row, color);
  }

  /// The verb or code stands out.
  void said(Rect label, const LadderRow& row, Color color) {
    const Theme& theme = frame_.theme();
    const std::string words = shortened(words_(row));
    const bool line = row.topic == LadderTopic::kCommand || row.topic == LadderTopic::kReply;
    const std::size_t blank = line ? words.find(' ') : std::string::npos;
    const std::string first = words.substr(0, blank);
    // Words that run over other axes cover their lines.
    const TextStyle bold = frame_.style(Type::kDense, line ? mixed(color, theme.ink, 0.35F) : theme.ink,
                                        line ? Face::kBold : Face::kWords);
    const TextStyle plain = frame_.style(Type::kDense, theme.ink);
    const float wide = frame_.pen().measure(first, bold.size, bold.face).x;
    const float gap = frame_.px(6);
    const std::string rest = blank == std::string::npos ? "" : words.substr(blank + 1);
    const float whole = std::min(label.w, wide + gap + frame_.pen().measure(rest, plain.size).x);
    frame_.pen().fill({label.x - frame_.px(3), label.y, whole + frame_.px(6), label.h}, theme.surface);
    const Rect token = label.cut_left(std::min(wide + 1, label.w));
    scrolled_text(frame_, clip_, token, first, bold);
    label.cut_left(gap);
    if (!rest.empty() && label.w > frame_.px(20)) scrolled_text(frame_, clip_, label, rest, plain);
  }

  void note(const Rect& box, const LadderRow& row) {
    const Theme& theme = frame_.theme();
    const float x = x_of(row.from, row.from_role);
    const float middle = box.y + box.h / 2;
    const bool decision = row.topic == LadderTopic::kVerdict || row.topic == LadderTopic::kDecision;
    std::string words = shortened(words_(row));
    std::string mark;
    if (decision) {
      const std::size_t colon = words.find(": ");
      mark = words.substr(0, colon);
      words = colon == std::string::npos ? "" : words.substr(colon + 2);
    }
    const std::string outcome = mark.substr(std::min(mark.size(), mark.find(' ') + 1));
    const Mood mood = decision ? mood_of_outcome(outcome) : mood_of_note(row);
    const Color color = row.dns ? theme.names : mood == Mood::kPlain ? theme.accent : color_of(theme, mood);
    frame_.pen().disc({x, middle}, frame_.px(5), color);
    time(box, row, 1);
    const float pad = frame_.px(12);
    const float room_right = clip_.right() - x - pad;
    const float room_left = x - pad - left_;
    const bool to_right = room_right >= std::min(frame_.px(260), room_left);
    Rect place = to_right ? Rect{x + pad, box.y, room_right, box.h} : Rect{left_, box.y, room_left, box.h};
    const TextStyle style = frame_.style(Type::kDense, theme.ink);
    const float badge_wide =
        mark.empty() ? 0 : frame_.pen().measure(mark, style.size, Face::kBold).x + frame_.px(20);
    const float gap = mark.empty() || words.empty() ? 0 : frame_.px(8);
    const float wanted = badge_wide + gap + frame_.pen().measure(words, style.size).x + 1;
    if (wanted < place.w && !to_right) place.cut_left(place.w - wanted);
    place.w = std::min(place.w, wanted);
    frame_.pen().fill(Rect{place.x - frame_.px(3), box.y + 2, place.w + frame_.px(6), box.h - 4},
                      theme.surface);
    if (!mark.empty()) {
      const Rect badge = place.cut_left(std::min(place.w, badge_wide)).inset(0, box.h * 0.18F);
      const Color ground = color_of(theme, mood == Mood::kPlain ? Mood::kServer : mood);
      frame_.pen().fill(badge, ground, badge.h / 2);
      scrolled_text(frame_, clip_, badge.inset(frame_.px(8), 0), mark,
                    frame_.style(Type::kDense, theme.on_colour, Face::kBold, Align::kMiddle));
      place.cut_left(gap);
    }
    scrolled_paragraph(frame_, clip_, place, words, style, 2);
  }
  [[nodiscard]] static Mood mood_of_note(const LadderRow& row) {
    if (row.topic == LadderTopic::kFault) return Mood::kBad;
    if (row.topic == LadderTopic::kMailbox) return Mood::kGood;
    return row.topic == LadderTopic::kMail ? Mood::kMore : Mood::kPlain;
  }

  void playhead() {
    const float y = std::round(y_of(sheet_.y_after(index_, view_.cursor.seq)));
    if (y < clip_.y || y > clip_.bottom()) return;
    const Color color = frame_.theme().accent;
    frame_.pen().line({clip_.x, y}, {clip_.right(), y}, color, frame_.line_width(2));
    const float s = frame_.px(6);
    const std::array<Point, 3> mark{Point{clip_.x, y - s}, Point{clip_.x + s * 1.4F, y},
                                    Point{clip_.x, y + s}};
    frame_.pen().polygon(mark, color);
  }

  Frame& frame_;
  const Recording& recording_;
  const ViewState& view_;
  const dissect::LadderIndex& index_;
  const LadderSheet& sheet_;
  const dissect::LadderWords& words_;
  const dissect::LadderAxes* axes_ = nullptr;
  LadderView changed_;
  float row_;
  float left_ = 0, right_ = 0;
  std::vector<float> columns_;
  Rect clip_;
  double top_ = 0;
  std::size_t now_ = 0;
  std::string last_time_;
};

}  // namespace

void draw_ladder(Frame& frame, const Rect& area, const Recording& recording, const trace::Projection&,
                 const ViewState& view) {
  LadderPanel(frame, recording, view).draw(area);
}

}  // namespace glasspost::gui
