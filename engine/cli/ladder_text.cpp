#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/cli/canvas.h"
#include "engine/cli/json_text.h"
#include "engine/cli/ladder.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

constexpr std::size_t kTimeWidth = 11;  // "+15:01.200 "
constexpr std::size_t kLeastGap = 14;
constexpr std::size_t kMostGap = 44;
constexpr std::size_t kMostDnsGap = 22;
constexpr std::size_t kArrowWords = 4;  // columns of an arrow besides its label: "- " and " >"
constexpr std::size_t kMostLines = 3;   // that one label may take

class LadderDrawing {
 public:
  LadderDrawing(const Ladder& ladder, std::size_t width)
      : ladder_(ladder), width_(std::max<std::size_t>(width, 60)), words_(ladder.language) {
    place_axes();
  }

  std::string draw() {
    if (!ladder_.title.empty()) line(fitted(ladder_.title, width_));
    if (!ladder_.ending.empty()) text(words_("cli.ladder-ending", {{"ending", ladder_.ending}}));
    for (const std::string& folded : ladder_.folded)
      text(folded);
    line("");
    if (ladder_.axes.empty()) {
      text(words_("cli.ladder-empty"));
      return std::move(out_);
    }
    header();
    for (const LadderRow& row : ladder_.rows)
      draw_row(row);
    line(bars(kTimeWidth).text());
    names();
    return std::move(out_);
  }

 private:
  void line(std::string_view written) {
    out_ += written;
    out_ += '\n';
  }
  void text(std::string_view written) {
    for (const std::string& piece : wrapped(written, width_))
      line(piece);
  }

  /// Gaps as wide as their arrows' labels want, shrunk to the width where they are too wide.
  void place_axes() {
    const std::size_t count = ladder_.axes.size();
    if (count == 0) return;
    std::vector<std::size_t> gaps(count - 1, kLeastGap);
    for (const LadderRow& row : ladder_.rows) {
      if (row.kind != LadderRowKind::kArrow && row.kind != LadderRowKind::kBoth) continue;
      const auto [low, high] = std::minmax(row.from, row.to);
      if (high - low != 1) continue;
      const std::size_t most = row.dns ? kMostDnsGap : kMostGap;  // SMTP is what is to be read at a glance
      gaps[low] = std::max(gaps[low], std::min(display_width(row.label) + kArrowWords + 1, most));
    }
    for (std::size_t i = 0; i + 1 < count; ++i) {
      const std::size_t names = (head_width(i) + head_width(i + 1)) / 2 + 2;
      gaps[i] = std::max(gaps[i], names);
    }
    const std::size_t first = kTimeWidth + std::max<std::size_t>(head_width(0) / 2, 1);
    const std::size_t last_half = head_width(count - 1) / 2 + 1;
    const std::size_t room = width_ > first + last_half ? width_ - first - last_half : 0;
    shrink(gaps, room);
    columns_.push_back(first);
    for (const std::size_t gap : gaps)
      columns_.push_back(columns_.back() + gap);
  }
  static void shrink(std::vector<std::size_t>& gaps, std::size_t room) {
    std::size_t total = 0;
    for (const std::size_t gap : gaps)
      total += gap;
    while (total > room) {
      auto widest = std::max_element(gaps.begin(), gaps.end());
      if (*widest <= 4) return;
      --*widest;
      --total;
    }
  }
  [[nodiscard]] std::size_t head_width(std::size_t axis) const {
    return std::max(display_width(ladder_.axes[axis].name), display_width(ladder_.axes[axis].roles));
  }

  [[nodiscard]] Canvas bars(std::size_t from) const {
    Canvas canvas(width_);
    for (const std::size_t column : columns_) {
      if (column >= from) canvas.put(column, "|");
    }
    return canvas;
  }
  void centred(Canvas& canvas, std::size_t axis, std::string_view written) const {
    // A head may not reach into its neighbours'.
    std::size_t left = axis == 0 ? kTimeWidth : (columns_[axis - 1] + columns_[axis]) / 2 + 1;
    std::size_t right = axis + 1 == columns_.size() ? width_ : (columns_[axis] + columns_[axis + 1]) / 2;
    const std::string shown = fitted(written, right > left ? right - left : 1);
    const std::size_t half = display_width(shown) / 2;
    std::size_t at = columns_[axis] > half ? columns_[axis] - half : 0;
    at = std::max(at, left);
    if (at + display_width(shown) > right) at = right - display_width(shown);
    canvas.put(at, shown);
  }
  void names() {
    Canvas canvas(width_);
    for (std::size_t axis = 0; axis < columns_.size(); ++axis)
      centred(canvas, axis, ladder_.axes[axis].name);
    line(canvas.text());
  }
  void header() {
    names();
    Canvas roles(width_);
    for (std::size_t axis = 0; axis < columns_.size(); ++axis)
      centred(roles, axis, ladder_.axes[axis].roles);
    if (!roles.text().empty()) line(roles.text());
  }

  void draw_row(const LadderRow& row) {
    if (row.kind == LadderRowKind::kPhase) return phase(row);
    std::string time = short_time(row.time, ladder_.epoch);
    if (time == last_time_) {
      time.clear();
    } else {
      last_time_ = time;
    }
    switch (row.kind) {
      case LadderRowKind::kSection:
        return section(row, time);
      case LadderRowKind::kPhase:
        return;
      case LadderRowKind::kNote:
        return note(row, time);
      case LadderRowKind::kArrow:
      case LadderRowKind::kBoth:
        return arrow(row, time);
    }
  }

  void section(const LadderRow& row, const std::string& time) {
    line(bars(kTimeWidth).text());
    for (const std::string& piece : wrapped(row.label, width_ - kTimeWidth - 6)) {
      Canvas canvas(width_);
      canvas.put(0, time);
      canvas.fill(kTimeWidth, width_, '=');
      canvas.put(kTimeWidth + 2, " " + piece + " ");
      line(canvas.text());
    }
  }
  void phase(const LadderRow& row) {
    const auto [low, high] = std::minmax(columns_[row.from], columns_[row.to]);
    Canvas canvas = bars(kTimeWidth);
    const std::size_t room = high - low > 3 ? high - low - 1 : 1;
    const std::string label = fitted(" " + row.label + " ", room);
    for (std::size_t column = low + 2; column + 1 < high; column += 2)
      canvas.put(column, ".");
    canvas.put(low + 1 + (room - std::min(room, display_width(label))) / 2, label);
    line(canvas.text());
  }

  void note(const LadderRow& row, std::string time) {
    const std::size_t column = columns_[row.from];
    const std::size_t right = width_ > column + 2 ? width_ - column - 2 : 0;
    const std::size_t left = column > kTimeWidth + 1 ? column - kTimeWidth - 1 : 0;
    const bool to_right = right >= std::min<std::size_t>(display_width(row.label), 40) || right >= left;
    std::vector<std::string> pieces = wrapped(row.label, to_right ? right : left);
    limit(pieces, to_right ? right : left);
    bool first = true;
    for (const std::string& piece : pieces) {
      Canvas canvas = bars(kTimeWidth);
      canvas.put(0, time);
      time.clear();
      if (to_right) {
        // Bars that the words run into, and the one they end before, stay readable.
        canvas.fill(column + 1, column + 2 + display_width(piece) + 1, ' ');
        canvas.put(column + 2, piece);
      } else {
        const std::size_t at = column - 1 - display_width(piece);
        canvas.fill(at > 0 ? at - 1 : at, column, ' ');
        canvas.put(at, piece);
      }
      canvas.put(column, first ? "*" : "|");
      first = false;
      line(canvas.text());
    }
  }
  static void limit(std::vector<std::string>& pieces, std::size_t width) {
    if (pieces.size() <= kMostLines) return;
    pieces.resize(kMostLines);
    const std::string cut = fitted(pieces.back(), width > 2 ? width - 2 : 0);
    pieces.back() = (cut.ends_with("..") ? cut.substr(0, cut.size() - 2) : cut) + "..";
  }

  void arrow(const LadderRow& row, std::string time) {
    if (row.from == row.to) return note(row, std::move(time));
    const auto [low, high] = std::minmax(columns_[row.from], columns_[row.to]);
    const std::size_t room = high - low > kArrowWords + 2 ? high - low - kArrowWords - 1 : 2;
    std::vector<std::string> pieces = wrapped(row.label, room);
    const std::size_t beyond = width_ - low - 4;
    const bool overrun = pieces.size() > 2 && beyond > room + 10;
    if (overrun) {
      // Too long for the gap: the words stand above a bare arrow and run over what is to the right.
      pieces = wrapped(row.label, beyond);
      limit(pieces, beyond);
      pieces.emplace_back();
    }
    limit(pieces, room);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool shaft = i + 1 == pieces.size();
      Canvas canvas = bars(kTimeWidth);
      canvas.put(0, time);
      time.clear();
      // The last line of a long label is the arrow itself; those before it are words above it.
      const char line_of_it = row.kind == LadderRowKind::kBoth ? '=' : row.dns ? '.' : '-';
      if (shaft || !overrun) canvas.fill(low + 1, high, shaft ? line_of_it : ' ');
      if (!pieces[i].empty()) canvas.put(low + 2, " " + pieces[i] + " ");
      if (shaft) heads(canvas, row, low, high);
      line(canvas.text());
    }
  }
  static void heads(Canvas& canvas, const LadderRow& row, std::size_t low, std::size_t high) {
    const bool both = row.kind == LadderRowKind::kBoth;
    if (both || row.from > row.to) canvas.put(low + 1, row.failed ? "x" : "<");
    if (both || row.from < row.to) canvas.put(high - 1, row.failed ? "x" : ">");
  }

  const Ladder& ladder_;
  std::size_t width_;
  Speaker words_;
  std::vector<std::size_t> columns_;
  std::string last_time_;
  std::string out_;
};

std::string_view kind_name(LadderRowKind kind) {
  switch (kind) {
    case LadderRowKind::kArrow:
      return "arrow";
    case LadderRowKind::kBoth:
      return "both";
    case LadderRowKind::kNote:
      return "note";
    case LadderRowKind::kSection:
      return "section";
    case LadderRowKind::kPhase:
      return "phase";
  }
  return "";
}

}  // namespace

std::string ladder_text(const Ladder& ladder, std::size_t width) {
  return LadderDrawing(ladder, width).draw();
}

std::string ladder_json(const Ladder& ladder) {
  Json out;
  out["title"] = ladder.title;
  out["ending"] = ladder.ending;
  out["axes"] = Json::array();
  for (const LadderAxis& axis : ladder.axes) {
    std::vector<std::uint32_t> hosts;
    for (const HostId host : axis.hosts)
      hosts.push_back(host.value);
    out["axes"].push_back({{"name", axis.name}, {"roles", axis.roles}, {"hosts", hosts}});
  }
  out["rows"] = Json::array();
  for (const LadderRow& row : ladder.rows) {
    Json entry = {{"seq", row.seq},
                  {"time_ns", (row.time - ladder.epoch).ns},
                  {"kind", kind_name(row.kind)},
                  {"connection", row.connection.value}};
    if (row.kind != LadderRowKind::kSection) {
      entry["from"] = row.from;
      entry["to"] = row.to;
    }
    entry["label"] = row.label;
    if (row.failed) entry["failed"] = true;
    out["rows"].push_back(std::move(entry));
  }
  return json_text(out);
}

}  // namespace glasspost::cli
