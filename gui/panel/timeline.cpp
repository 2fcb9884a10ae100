#include "gui/panel/timeline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "engine/dissect/short_names.h"
#include "gui/panel/pane.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

// Logical pixels.
constexpr float kLane = 19;
constexpr float kMarks = 20;
constexpr float kNames = 104;
constexpr float kColumn = 3;

std::string_view key_of(LandmarkKind kind) {
  static constexpr std::array<std::string_view, 6> kKeys = {"explore.mark-person",    "explore.mark-verdict",
                                                            "explore.mark-delivered", "explore.mark-deferred",
                                                            "explore.mark-bounced",   "explore.mark-fault"};
  return kKeys[static_cast<std::size_t>(kind)];
}
std::string_view symbol_of(LandmarkKind kind) {
  static constexpr std::array<std::string_view, 6> kSymbols = {icon::kPerson, icon::kStamp,  icon::kInbox,
                                                               icon::kClock,  icon::kLetter, icon::kWarning};
  return kSymbols[static_cast<std::size_t>(kind)];
}

class TimelinePanel {
 public:
  TimelinePanel(Frame& frame, const Recording& recording, const ViewState& view)
      : frame_(frame), recording_(recording), view_(view), changed_(view.timeline) {}

  void draw(const Rect& area) {
    frame_.enter("panel", "timeline", area);
    card(frame_, area.inset(1));
    Rect body = area.inset(frame_.px(8), frame_.px(5));
    tools(body.cut_right(frame_.px(34)), body);
    body.cut_right(frame_.px(4));
    const float lane = std::max(frame_.px(kLane), frame_.type(Type::kDense) * 1.25F);
    const float marks = std::max(frame_.px(kMarks), frame_.type(Type::kDense) * 1.25F);
    const auto lanes = static_cast<std::size_t>(std::max(2.0F, (body.h - marks) / lane));
    const Rect names = body.cut_left(std::min(frame_.px(kNames), body.w * 0.25F));
    strip_ = body;
    const auto columns = static_cast<std::size_t>(std::clamp(strip_.w / frame_.px(kColumn), 16.0F, 2000.0F));
    sheet_ = &recording_.explore().timeline(recording_, view_, columns, lanes);
    scrub();
    Rect rest = strip_;
    const Rect top = rest.cut_top(marks);
    const std::size_t fitting = static_cast<std::size_t>(std::max(0.0F, (rest.h + 1) / lane));
    for (std::size_t i = 0; i < sheet_->lanes().size() && i < fitting; ++i) {
      const Rect row{rest.x, rest.y + lane * static_cast<float>(i), rest.w, lane};
      frame_.text({names.x, row.y, names.w - frame_.px(6), lane}, sheet_->lanes()[i].name,
                  frame_.style(Type::kDense, frame_.theme().muted));
      density(row.inset(0, 1), sheet_->lanes()[i]);
    }
    landmarks(top);
    bookmarks();
    playhead();
    if (!(changed_ == view_.timeline)) frame_.emit(UpdateTimeline{changed_});
    frame_.leave();
  }

 private:
  void tools(Rect column, const Rect&) {
    const Speaker& say = frame_.words();
    const float side = std::min(column.w, column.h / 3);
    const auto place = [&] { return Rect{column.x, column.cut_top(side).y, column.w, side}.inset(1); };
    const bool marked =
        std::binary_search(changed_.bookmarks.begin(), changed_.bookmarks.end(), view_.cursor.seq);
    if (icon_button(frame_, "timeline.bookmark", place(), icon::kBookmark,
                    say(marked ? "explore.unbookmark" : "explore.bookmark"), true, marked)) {
      const auto at =
          std::lower_bound(changed_.bookmarks.begin(), changed_.bookmarks.end(), view_.cursor.seq);
      if (marked)
        changed_.bookmarks.erase(at);
      else
        changed_.bookmarks.insert(at, view_.cursor.seq);
    }
    if (icon_button(frame_, "timeline.in", place(), "\uf00e", say("explore.zoom-in"),
                    view_.timeline.zoom < 4000))
      zoom(2, cursor_share());
    if (icon_button(frame_, "timeline.out", place(), "\uf010", say("explore.zoom-out"),
                    view_.timeline.zoom > 1))
      zoom(0.5, cursor_share());
  }
  /// The cursor's place as a share of the whole.
  [[nodiscard]] double cursor_share() const {
    const double whole = std::max(1.0, static_cast<double>(schedule().length().ns));
    return static_cast<double>(view_.cursor.screen.ns) / whole;
  }
  [[nodiscard]] const Schedule& schedule() const { return recording_.schedule(view_.playback.pace); }
  /// So that `fixed` (a share of the whole) stays where it is.
  void zoom(double factor, double fixed) {
    const double old_zoom = changed_.zoom;
    const double old_begin = std::clamp(changed_.begin, 0.0, 1 - 1 / old_zoom);
    changed_.zoom = std::clamp(old_zoom * factor, 1.0, 5000.0);
    const double at = (fixed - old_begin) * old_zoom;
    changed_.begin = std::clamp(fixed - std::clamp(at, 0.0, 1.0) / changed_.zoom, 0.0, 1 - 1 / changed_.zoom);
  }

  void scrub() {
    const Touch touch = frame_.touch("timeline.strip", strip_, true, true);
    const float share = strip_.w > 0 ? (frame_.pointer().x - strip_.x) / strip_.w : 0;
    if (touch.held) frame_.emit(SetScreenTime{within(sheet_->screen_at(std::clamp(share, 0.0F, 1.0F)))});
    const float wheel = frame_.wheel(strip_);
    if (wheel != 0) {
      const double whole = std::max(1.0, static_cast<double>(schedule().length().ns));
      zoom(std::pow(1.25, static_cast<double>(wheel)),
           static_cast<double>(sheet_->screen_at(share).ns) / whole);
    }
  }
  [[nodiscard]] Duration within(Duration screen) const {
    return std::clamp(screen, Duration{}, schedule().length());
  }

  void density(const Rect& row, const TimelineSheet::Lane& lane) {
    const Theme& theme = frame_.theme();
    frame_.pen().fill(row, faded(theme.edge, 0.18F), frame_.px(2));
    if (lane.counts.empty()) return;
    const float wide = row.w / static_cast<float>(lane.counts.size());
    const float scale = 1.0F / std::log1p(static_cast<float>(sheet_->most()));
    const float now = sheet_->x_of(view_.cursor.screen) * row.w + row.x;
    const Color past = mixed(theme.accent, theme.surface, 0.2F);
    const Color future = mixed(theme.muted, theme.surface, 0.45F);
    std::size_t i = 0;
    while (i < lane.counts.size()) {
      // Neighbours of the same height are one.
      std::size_t end = i + 1;
      while (end < lane.counts.size() && lane.counts[end] == lane.counts[i])
        ++end;
      if (lane.counts[i] > 0) {
        const float height =
            std::max(2.0F, row.h * (0.25F + 0.75F * std::log1p(static_cast<float>(lane.counts[i])) * scale));
        const float x = row.x + wide * static_cast<float>(i);
        const Rect bar{x, row.bottom() - height, std::max(1.0F, wide * static_cast<float>(end - i) - 0.5F),
                       height};
        frame_.pen().fill(bar, x <= now ? past : future);
      }
      i = end;
    }
  }

  void landmarks(const Rect& row) {
    const Theme& theme = frame_.theme();
    const TextStyle style = frame_.style(Type::kDense, theme.muted, Face::kWords, Align::kMiddle);
    const float side = style.size * 1.3F;
    float taken = row.x - side;
    std::size_t number = 0;
    for (const TimelineSheet::Mark& mark : sheet_->marks()) {
      const float x = row.x + mark.x * row.w;
      const Rect place{x - side / 2, row.y, side, row.h};
      // What falls on another is one selection away: closer by the wheel.
      if (place.x < taken || place.right() > row.right() + side / 2) continue;
      taken = place.right();
      const LandmarkKind kind = mark.landmark.kind;
      const std::string id = "timeline.mark." + std::to_string(number++);
      const Touch touch = frame_.touch(id, place, true, false);
      const Color color = mark.landmark.bad                  ? theme.bad
                          : kind == LandmarkKind::kDelivered ? theme.good
                          : kind == LandmarkKind::kVerdict   ? theme.good
                                                             : theme.accent;
      TextStyle drawn = style;
      drawn.color = touch.hovered ? theme.ink : color;
      frame_.pen().text(place, symbol_of(kind), drawn);
      frame_.record().add({.kind = "mark",
                           .id = id,
                           .label = frame_.words()(key_of(kind)),
                           .value = std::to_string(mark.landmark.seq),
                           .rect = place});
      if (touch.clicked) {
        frame_.emit(SetCursor{mark.landmark.seq});
        frame_.emit(Select{EventSelected{mark.landmark.seq}});
      }
    }
  }

  void bookmarks() {
    for (const std::uint64_t seq : view_.timeline.bookmarks) {
      const float share = sheet_->x_of(schedule().screen_of(seq));
      if (share < 0 || share > 1) continue;
      const float x = strip_.x + share * strip_.w;
      const float s = frame_.px(6);
      frame_.pen().line({x, strip_.y}, {x, strip_.bottom()}, frame_.theme().baton, frame_.line_width(1.5F));
      const std::array<Point, 4> flag{Point{x, strip_.y}, Point{x + s * 1.6F, strip_.y},
                                      Point{x + s * 1.2F, strip_.y + s * 0.6F},
                                      Point{x, strip_.y + s * 1.2F}};
      frame_.pen().polygon(flag, frame_.theme().baton);
      const std::string id = "timeline.bookmark." + std::to_string(seq);
      if (frame_.touch(id, {x - s, strip_.bottom() - s * 2, s * 2, s * 2}, true, false).clicked)
        frame_.emit(SetCursor{seq});
      frame_.record().add(
          {.kind = "bookmark", .id = id, .value = std::to_string(seq), .rect = {x, strip_.y, s, s}});
    }
  }

  void playhead() {
    const float share = sheet_->x_of(view_.cursor.screen);
    if (share < -0.001F || share > 1.001F) return;
    const float x = std::round(strip_.x + share * strip_.w);
    const Color color = frame_.theme().accent;
    frame_.pen().line({x, strip_.y}, {x, strip_.bottom()}, color, frame_.line_width(2));
    const float s = frame_.px(5);
    const std::array<Point, 3> mark{Point{x - s, strip_.bottom()}, Point{x, strip_.bottom() - s * 1.3F},
                                    Point{x + s, strip_.bottom()}};
    frame_.pen().polygon(mark, color);
    frame_.record().add({.kind = "playhead", .id = "timeline", .rect = {x - 1, strip_.y, 2, strip_.h}});
  }

  Frame& frame_;
  const Recording& recording_;
  const ViewState& view_;
  TimelineView changed_;
  const TimelineSheet* sheet_ = nullptr;
  Rect strip_;
};

}  // namespace

void draw_timeline(Frame& frame, const Rect& area, const Recording& recording, const trace::Projection&,
                   const ViewState& view) {
  TimelinePanel(frame, recording, view).draw(area);
}

}  // namespace glasspost::gui
