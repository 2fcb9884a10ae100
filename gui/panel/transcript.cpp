#include "gui/panel/transcript.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "engine/dissect/short_names.h"
#include "gui/panel/pane.h"
#include "gui/panel/widgets.h"

namespace glasspost::gui {
namespace {

using dissect::LabelKind;
using dissect::Line;

// Logical pixels.
constexpr float kLine = 23;
constexpr float kTime = 78;
constexpr float kIndent = 30;

class TranscriptPanel {
 public:
  TranscriptPanel(Frame& frame, const Recording& recording, const ViewState& view)
      : frame_(frame),
        recording_(recording),
        view_(view),
        sheet_(recording.explore().transcript(recording, view)),
        found_(recording.explore().found(view.transcript)),
        changed_(view.transcript),
        line_(frame.px(kLine)) {}

  void draw(const Rect& area) {
    Pane pane = begin_pane(frame_, "transcript", frame_.words()("explore.transcript"), area);
    head(pane.head);
    if (pane.body.h > frame_.px(150)) search(pane.body.cut_top(frame_.px(38)));
    if (sheet_.rows().empty()) {
      frame_.paragraph(pane.body, frame_.words()("explore.no-dialogue"),
                       frame_.style(Type::kBody, frame_.theme().muted, Face::kWords, Align::kMiddle), 2);
    } else {
      list(pane.body);
    }
    if (!(changed_ == view_.transcript)) frame_.emit(UpdateTranscript{changed_});
    end_pane(frame_);
  }

 private:
  void head(Rect head) {
    const Speaker& say = frame_.words();
    if (pane_tool(frame_, head, "transcript.hex", icon::kTable, say("explore.as-hex"), view_.transcript.hex))
      changed_.hex = !changed_.hex;
    if (view_.transcript.scroll.stays(view_.cursor.seq) &&
        pane_tool(frame_, head, "transcript.now", icon::kDown, say("explore.to-now")))
      changed_.scroll.held = false;
    const trace::ConnectionView* connection = recording_.end().connections().find(sheet_.connection());
    if (connection == nullptr) return;
    const dissect::ShortNames names(recording_.end());
    const std::size_t colon = connection->server().endpoint.rfind(':');
    const std::string port =
        colon == std::string::npos ? "" : connection->server().endpoint.substr(colon + 1);
    const std::string title =
        say("cli.ladder-connection", {{"number", std::to_string(sheet_.connection().value)},
                                      {"client", names.host(recording_.end(), connection->client().host)},
                                      {"server", names.host(recording_.end(), connection->server().host)},
                                      {"port", port}});
    frame_.text(head, title, frame_.style(Type::kDense, frame_.theme().muted));
  }

  void search(Rect place) {
    const Speaker& say = frame_.words();
    place = place.inset(0, frame_.px(3));
    const bool looking = !view_.transcript.find.empty();
    if (looking) {
      const float side = place.h;
      if (icon_button(frame_, "transcript.next", place.cut_right(side), icon::kDown, say("explore.next"),
                      !found_.empty()))
        go(1);
      if (icon_button(frame_, "transcript.previous", place.cut_right(side), "\uf077", say("explore.previous"),
                      !found_.empty()))
        go(-1);
      const std::string count = found_.empty()
                                    ? say("explore.not-found")
                                    : say("explore.found", {{"place", std::to_string(chosen_hit() + 1)},
                                                            {"count", std::to_string(found_.size())}});
      frame_.text(place.cut_right(std::min(place.w * 0.4F, frame_.px(90))), count,
                  frame_.style(Type::kDense, frame_.theme().muted, Face::kWords, Align::kEnd));
      place.cut_right(frame_.px(6));
    }
    const auto text =
        search_box(frame_, "transcript.find", place, say("explore.find"), view_.transcript.find);
    if (text) changed_.find = *text;
  }
  /// Which of the found rows is selected, or comes next after the selection.
  [[nodiscard]] std::size_t chosen_hit() const {
    const std::size_t at = place_of_selection();
    const auto hit = std::lower_bound(found_.begin(), found_.end(), at == sheet_.rows().size() ? 0 : at);
    return hit == found_.end() ? found_.size() - 1 : static_cast<std::size_t>(hit - found_.begin());
  }
  void go(int direction) {
    const std::size_t at = place_of_selection();
    const std::size_t hit = chosen_hit();
    const bool on_it = hit < found_.size() && found_[hit] == at;
    std::size_t next = hit;
    if (direction > 0 && on_it) next = (hit + 1) % found_.size();
    if (direction < 0) next = (hit + found_.size() - 1) % found_.size();
    select(found_[next]);
  }
  void select(std::size_t place) {
    const TranscriptRow& row = sheet_.rows()[place];
    if (row.kind == TranscriptRowKind::kContent || row.kind == TranscriptRowKind::kHex) {
      const Line& line = sheet_.line(row);
      frame_.emit(Select{BytesSelected{sheet_.connection(), line.direction, line.layer,
                                       line.offset + row.offset, row.length}});
      return;
    }
    frame_.emit(Select{LineSelected{sheet_.connection(), row.line}});
  }

  [[nodiscard]] std::size_t place_of_selection() const {
    const std::size_t none = sheet_.rows().size();
    if (const auto* bytes = std::get_if<BytesSelected>(&view_.selection)) return sheet_.place_of(*bytes);
    const auto* line = std::get_if<LineSelected>(&view_.selection);
    if (line != nullptr && line->connection == sheet_.connection()) return sheet_.place_of_line(line->line);
    const auto* event = std::get_if<EventSelected>(&view_.selection);
    if (event == nullptr || sheet_.dialogue() == nullptr) return none;
    const auto found = recording_.trace().event(event->seq);
    if (!found || found->connection() != sheet_.connection()) return none;
    // What was said last before it: a decision is about that.
    const std::size_t until = sheet_.rows_until(event->seq);
    return until > 0 ? until - 1 : none;
  }

  void list(const Rect& body) {
    const double page = static_cast<double>(body.h / line_);
    const std::size_t said = sheet_.rows_until(view_.cursor.seq);
    const std::size_t chosen = place_of_selection();
    const std::vector<TranscriptRow>& rows = sheet_.rows();
    ScrollInput input;
    input.total = sheet_.height();
    input.page = page;
    input.follow = (said < rows.size() ? rows[said].top : sheet_.height()) - page * 0.75;
    input.anchor = view_.cursor.seq;
    input.selected = mark_of(view_.selection);
    if (chosen < rows.size()) input.target = rows[chosen].top;
    const Scrolled scrolled = scroll_list(frame_, "transcript", body, view_.transcript.scroll, input);
    if (scrolled.changed) changed_.scroll = *scrolled.changed;
    const ListTouch keys = list_keys(frame_, "list.transcript", body);
    if (keys.key == ListKey::kDown && chosen + 1 < rows.size()) select(chosen + 1);
    if (keys.key == ListKey::kUp && chosen > 0 && chosen < rows.size()) select(chosen - 1);
    if (keys.entered && chosen < rows.size()) frame_.emit(SetCursor{sheet_.line(rows[chosen]).seq});
    clip_ = body;
    clip_.w -= scroll_bar_width(frame_);
    frame_.enter("list", "transcript.rows", clip_, false);
    const auto [first, last] = sheet_.within(scrolled.top, scrolled.top + page);
    for (std::size_t place = first; place < last; ++place) {
      const float y = body.y + static_cast<float>((rows[place].top - scrolled.top)) * line_;
      const Rect box{clip_.x, y, clip_.w, static_cast<float>(sheet_.height_of(place)) * line_};
      frame_.pen().set_opacity(place < said ? 1.0F : 0.4F);
      row(place, box, place == chosen);
      frame_.pen().set_opacity(1);
    }
    frame_.leave();
  }

  void row(std::size_t place, const Rect& box, bool chosen) {
    const TranscriptRow& row = sheet_.rows()[place];
    if (row.kind == TranscriptRowKind::kPhase) return phase(box, row);
    const Theme& theme = frame_.theme();
    const Line& line = sheet_.line(row);
    const Rect inside{box.x, std::max(box.y, clip_.y), box.w,
                      std::min(box.bottom(), clip_.bottom()) - std::max(box.y, clip_.y)};
    const Touch touch = frame_.touch("transcript.row." + std::to_string(place), inside, true, false);
    const bool hit = std::binary_search(found_.begin(), found_.end(), place);
    if (chosen)
      frame_.pen().fill(box, faded(theme.accent, 0.16F), frame_.px(4));
    else if (touch.hovered)
      frame_.pen().fill(box, faded(theme.accent, 0.07F), frame_.px(4));
    if (hit) frame_.pen().fill({box.x, box.y, frame_.px(4), box.h}, theme.wait);
    if (touch.clicked) select(place);
    if (touch.double_clicked) frame_.emit(SetCursor{line.seq});

    const bool client = line.direction == trace::Direction::kToServer;
    Rect upper{box.x, box.y, box.w, line_};
    const Rect time = upper.cut_left(frame_.px(kTime));
    const bool first = row.kind == TranscriptRowKind::kLine || row.offset == 0;
    if (first)
      scrolled_text(frame_, clip_, time.inset(frame_.px(4), 0),
                    dissect::short_time(line.time, recording_.epoch()),
                    frame_.style(Type::kDense, theme.muted));
    if (!client && row.kind != TranscriptRowKind::kHex) upper.cut_left(frame_.px(kIndent));
    const Color side = client ? theme.client : theme.server;
    frame_.pen().fill({upper.x, box.y + 1, frame_.px(3), box.h - 2}, side);
    upper.cut_left(frame_.px(8));
    const std::string letter = client ? "C" : "S";
    const Rect sign = upper.cut_left(frame_.px(18));
    if (first) scrolled_text(frame_, clip_, sign, letter, frame_.style(Type::kDense, side, Face::kBold));
    words(upper, row, line);
    meaning({upper.x, box.y + line_, upper.w, line_}, row);
  }

  void phase(const Rect& box, const TranscriptRow& row) {
    const std::string words = frame_.words()(fmt::format("cli.phase-{}", dissect::to_string(row.phase)));
    const TextStyle style =
        frame_.style(Type::kDense, frame_.theme().muted, Face::kBold, Align::kStart, Align::kEnd);
    const PlacedText placed = scrolled_text(
        frame_, clip_, {box.x + frame_.px(kTime), box.y, box.w - frame_.px(kTime), box.h - 2}, words, style);
    const float y = placed.rect.center().y;
    frame_.pen().line({placed.rect.right() + frame_.px(8), y}, {box.right(), y}, frame_.theme().edge,
                      frame_.line_width(1));
  }

  [[nodiscard]] Color color_of(LabelKind kind, const Line& line) const {
    const Theme& theme = frame_.theme();
    switch (kind) {
      case LabelKind::kVerb:
      case LabelKind::kClause:
        return mixed(theme.client, theme.ink, 0.3F);
      case LabelKind::kCode:
      case LabelKind::kEnhancedCode:
        return mixed(gui::color_of(theme, tone_of_code(line.code)), theme.ink, 0.3F);
      case LabelKind::kPath:
        return mixed(theme.accent, theme.ink, 0.25F);
      case LabelKind::kSecret:
      case LabelKind::kUnknown:
        return mixed(theme.bad, theme.ink, 0.2F);
      case LabelKind::kParameter:
      case LabelKind::kSeparator:
      case LabelKind::kReplyText:
        return mixed(theme.ink, theme.muted, 0.6F);
      default:
        return theme.ink;
    }
  }

  void words(Rect place, const TranscriptRow& row, const Line& line) {
    const Theme& theme = frame_.theme();
    if (row.kind == TranscriptRowKind::kMore) {
      scrolled_text(frame_, clip_, place,
                    frame_.words()("explore.content-more", {{"count", std::to_string(row.offset)}}),
                    frame_.style(Type::kDense, theme.muted));
      return;
    }
    if (line.kind == dissect::LineKind::kTls && row.kind == TranscriptRowKind::kLine) {
      const std::string size = frame_.words()("explore.bytes", {{"count", std::to_string(line.length)}});
      scrolled_text(frame_, clip_, place, frame_.words()("explore.tls-records") + "  " + size,
                    frame_.style(Type::kDense, mixed(theme.cipher, theme.ink, 0.3F)));
      return;
    }
    const std::string text = sheet_.text(row);
    TextStyle style = frame_.style(Type::kDense, theme.ink, Face::kMono);
    if (const auto* bytes = std::get_if<BytesSelected>(&view_.selection))
      mark(place, row, text, *bytes, style);
    const bool labelled = row.kind == TranscriptRowKind::kLine && !line.labels.empty() && !line.secret &&
                          line.text.size() == text.size();
    const float wide = frame_.pen().measure(text, style.size, Face::kMono).x;
    if (!labelled || wide > place.w) {
      if (row.kind == TranscriptRowKind::kContent && row.header)
        style.color = mixed(theme.ink, theme.accent, 0.35F);
      scrolled_text(frame_, clip_, place, text, style);
      return;
    }
    // Drawn in pieces, recorded as what it is: one line.
    Rect rest = place;
    const auto piece = [&](std::size_t from, std::size_t to, Color color) {
      if (to <= from) return;
      style.color = color;
      const std::string_view part = std::string_view(text).substr(from, to - from);
      frame_.pen().text(rest, part, style);
      rest.cut_left(frame_.pen().measure(part, style.size, Face::kMono).x);
    };
    std::size_t at = 0;
    for (const dissect::Label& label : line.labels) {
      const std::size_t begin = std::min<std::size_t>(label.offset, text.size());
      const std::size_t end = std::min<std::size_t>(begin + label.length, text.size());
      if (begin < at) continue;
      piece(at, begin, theme.ink);
      piece(begin, end, color_of(label.kind, line));
      at = end;
    }
    piece(at, text.size(), theme.ink);
    const Rect drawn{place.x, place.y + (place.h - style.size) / 2, wide, style.size};
    if (clip_.contains(drawn))
      frame_.record().add({.kind = "text", .label = text, .rect = drawn, .text_size = style.size});
  }
  void mark(const Rect& place, const TranscriptRow& row, const std::string& text, const BytesSelected& bytes,
            const TextStyle& style) {
    const auto marked = sheet_.marked(row, bytes);
    if (!marked) return;
    const std::size_t from = std::min(marked->first, text.size());
    const std::size_t to = std::min(marked->second, text.size());
    const float left = frame_.pen().measure(std::string_view(text).substr(0, from), style.size, style.face).x;
    const float wide =
        from < to
            ? frame_.pen().measure(std::string_view(text).substr(from, to - from), style.size, style.face).x
            : frame_.px(4);
    const Rect box{place.x + left, place.y + 1, std::min(wide, std::max(0.0F, place.w - left)), place.h - 2};
    frame_.pen().fill(box, faded(frame_.theme().wait, 0.45F), frame_.px(3));
  }

  void meaning(const Rect& place, const TranscriptRow& row) {
    const dissect::Meaning meaning = sheet_.meaning(row);
    if (meaning.empty()) return;
    Rect box = place;
    const TextStyle style = frame_.style(Type::kDense, frame_.theme().muted);
    const std::string words = render(meaning.words, view_.language);
    const float rule =
        meaning.rule.empty() ? 0 : frame_.pen().measure(meaning.rule, style.size).x + frame_.px(12);
    const float wide = frame_.pen().measure(words, style.size).x + 1;
    const bool both = box.w > wide + rule;
    scrolled_text(frame_, clip_, box.cut_left(std::min(box.w, wide)), words, style);
    if (both && rule > 0) {
      box.cut_left(frame_.px(12));
      scrolled_text(frame_, clip_, box, meaning.rule,
                    frame_.style(Type::kDense, mixed(frame_.theme().accent, frame_.theme().muted, 0.4F)));
    }
  }

  Frame& frame_;
  const Recording& recording_;
  const ViewState& view_;
  const TranscriptSheet& sheet_;
  const std::vector<std::size_t>& found_;
  TranscriptView changed_;
  float line_;
  Rect clip_;
};

}  // namespace

void draw_transcript(Frame& frame, const Rect& area, const Recording& recording, const trace::Projection&,
                     const ViewState& view) {
  TranscriptPanel(frame, recording, view).draw(area);
}

}  // namespace glasspost::gui
