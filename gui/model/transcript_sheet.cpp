#include "gui/model/transcript_sheet.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/dissect/printable.h"

namespace glasspost::gui {
namespace {

using dissect::Line;
using dissect::LineKind;

constexpr std::size_t kHexRow = 16;
constexpr std::size_t kHexColumns = 6 + 3 * kHexRow + 1;  // before the letters

bool contains_folded(std::string_view text, std::string_view lower) {
  const auto at = std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                              [](char a, char b) { return to_lower(a) == b; });
  return at != text.end();
}

std::string_view without_end(std::string_view bytes) {
  if (bytes.ends_with('\n')) bytes.remove_suffix(1);
  if (bytes.ends_with('\r')) bytes.remove_suffix(1);
  return bytes;
}

std::string hex_row(std::string_view bytes, std::uint64_t offset) {
  std::string out = fmt::format("{:04x}  ", offset);
  for (std::size_t i = 0; i < kHexRow; ++i)
    out += i < bytes.size() ? fmt::format("{:02x} ", static_cast<unsigned char>(bytes[i])) : "   ";
  out += ' ';
  for (const char c : bytes)
    out += c >= 0x20 && c < 0x7f ? c : '.';
  return out;
}

}  // namespace

void TranscriptSheet::update(const trace::Trace& trace, const dissect::Dialogues& dialogues,
                             ConnectionId connection, bool hex) {
  const dissect::Dialogue* dialogue = dialogues.find(connection);
  const std::size_t lines = dialogue == nullptr ? 0 : dialogue->lines.size();
  const std::uint64_t last = lines == 0 ? 0 : dialogue->lines.back().length;
  const bool same = dialogue == dialogue_ && connection == connection_ && hex == hex_ && lines == lines_ &&
                    last == last_length_;
  if (same) return;
  connection_ = connection;
  hex_ = hex;
  lines_ = lines;
  last_length_ = last;
  dialogue_ = dialogue;
  rows_.clear();
  height_ = 0;
  contents_.clear();
  std::optional<dissect::Phase> phase;
  for (std::uint32_t i = 0; i < lines; ++i) {
    const Line& line = dialogue->lines[i];
    // Pipelined commands run ahead of the replies to those before them.
    // TLS's own last words come whenever a side closes.
    const bool behind =
        (line.kind == LineKind::kReply || line.kind == LineKind::kTls) && phase && line.phase < *phase;
    if (phase != line.phase && !behind) {
      phase = line.phase;
      TranscriptRow row;
      row.kind = TranscriptRowKind::kPhase;
      row.phase = line.phase;
      row.line = i;
      add(row);
    }
    add_line(trace, i);
  }
}

void TranscriptSheet::add(TranscriptRow row) {
  row.top = height_;
  if (row.kind == TranscriptRowKind::kPhase) {
    height_ += 1.4;
  } else {
    height_ += meaning(row).empty() ? 1 : 2;
  }
  rows_.push_back(row);
}

double TranscriptSheet::height_of(std::size_t place) const {
  return (place + 1 < rows_.size() ? rows_[place + 1].top : height_) - rows_[place].top;
}

std::pair<std::size_t, std::size_t> TranscriptSheet::within(double top, double bottom) const {
  const auto less = [](const TranscriptRow& row, double y) { return row.top < y; };
  auto first = std::lower_bound(rows_.begin(), rows_.end(), top, less);
  if (first != rows_.begin()) --first;
  const auto last = std::lower_bound(first, rows_.end(), bottom, less);
  return {static_cast<std::size_t>(first - rows_.begin()), static_cast<std::size_t>(last - rows_.begin())};
}

void TranscriptSheet::add_line(const trace::Trace& trace, std::uint32_t number) {
  const Line& line = dialogue_->lines[number];
  const bool content = line.kind == LineKind::kContent;
  // A secret is not shown as bytes either.
  if ((content || (hex_ && !line.secret)) && line.length <= kMostContentBytes) {
    contents_.emplace_back(number, dissect::bytes_of(trace, connection_, line));
    if (content && !hex_) return add_content(number, contents_.back().second);
    const auto length = static_cast<std::uint32_t>(contents_.back().second.size());
    for (std::uint32_t at = 0; at < length; at += kHexRow) {
      TranscriptRow row;
      row.kind = TranscriptRowKind::kHex;
      row.phase = line.phase;
      row.line = number;
      row.offset = at;
      row.length = std::min<std::uint32_t>(kHexRow, length - at);
      add(row);
    }
    return;
  }
  TranscriptRow row;
  row.kind = TranscriptRowKind::kLine;
  row.phase = line.phase;
  row.line = number;
  row.length = static_cast<std::uint32_t>(line.length);
  add(row);
}

void TranscriptSheet::add_content(std::uint32_t number, const std::string& bytes) {
  bool header = true;
  std::uint32_t shown = 0;
  TranscriptRow row;
  row.kind = TranscriptRowKind::kContent;
  row.phase = dialogue_->lines[number].phase;
  row.line = number;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t end = bytes.find('\n', at);
    const std::size_t next = end == std::string::npos ? bytes.size() : end + 1;
    if (++shown <= kMostContentLines || next == bytes.size()) {
      row.offset = static_cast<std::uint32_t>(at);
      row.length = static_cast<std::uint32_t>(next - at);
      header = header && !without_end(std::string_view(bytes).substr(at, next - at)).empty();
      row.header = header;
      add(row);
    } else if (shown == kMostContentLines + 1) {
      add({TranscriptRowKind::kMore, row.phase, false, number, 0, 0, 0});
    }
    if (shown > kMostContentLines && rows_.back().kind == TranscriptRowKind::kMore) ++rows_.back().offset;
    at = next;
  }
}

const std::string& TranscriptSheet::bytes_of(const TranscriptRow& row) const {
  static const std::string kNone;
  const auto at = std::lower_bound(contents_.begin(), contents_.end(), row.line,
                                   [](const auto& entry, std::uint32_t line) { return entry.first < line; });
  return at != contents_.end() && at->first == row.line ? at->second : kNone;
}

std::string TranscriptSheet::text(const TranscriptRow& row) const {
  switch (row.kind) {
    case TranscriptRowKind::kPhase:
    case TranscriptRowKind::kMore:
      return {};
    case TranscriptRowKind::kContent:
      return dissect::printable(without_end(std::string_view(bytes_of(row)).substr(row.offset, row.length)));
    case TranscriptRowKind::kHex:
      return hex_row(std::string_view(bytes_of(row)).substr(row.offset, row.length),
                     line(row).offset + row.offset);
    case TranscriptRowKind::kLine:
      break;
  }
  const Line& said = line(row);
  if (said.text.empty() && said.secret) return "***";
  return dissect::printable(said.text);
}

dissect::Meaning TranscriptSheet::meaning(const TranscriptRow& row) const {
  const Line& said = line(row);
  if (row.kind == TranscriptRowKind::kLine) return dissect::meaning_of(*dialogue_, said);
  if (row.kind != TranscriptRowKind::kContent) return {};
  if (row.offset + std::uint64_t{row.length} >= said.length && said.complete)
    return dissect::meaning_of_end(*dialogue_);
  return row.offset == 0 ? dissect::meaning_of_content(*dialogue_) : dissect::Meaning{};
}

std::optional<std::pair<std::size_t, std::size_t>> TranscriptSheet::marked(const TranscriptRow& row,
                                                                           const BytesSelected& bytes) const {
  if (bytes.connection != connection_ || row.kind == TranscriptRowKind::kPhase ||
      row.kind == TranscriptRowKind::kMore)
    return std::nullopt;
  const Line& said = line(row);
  if (said.direction != bytes.direction || said.layer != bytes.layer) return std::nullopt;
  const std::uint64_t begin = said.offset + (row.kind == TranscriptRowKind::kLine ? 0 : row.offset);
  const std::uint64_t end = begin + row.length;
  const std::uint64_t first = std::max(begin, bytes.offset);
  const std::uint64_t last = std::min(end, bytes.offset + bytes.length);
  if (first >= last) return std::nullopt;
  if (row.kind == TranscriptRowKind::kHex)
    return std::pair(kHexColumns + (first - begin), kHexColumns + (last - begin));
  return std::pair<std::size_t, std::size_t>(first - begin, last - begin);
}

std::size_t TranscriptSheet::place_of_line(std::uint32_t line) const {
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), line,
                                   [](const TranscriptRow& row, std::uint32_t l) { return row.line < l; });
  auto place = static_cast<std::size_t>(at - rows_.begin());
  if (place < rows_.size() && rows_[place].kind == TranscriptRowKind::kPhase) ++place;
  return place;
}

std::size_t TranscriptSheet::place_of(const BytesSelected& bytes) const {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (marked(rows_[i], bytes)) return i;
  }
  return rows_.size();
}

std::size_t TranscriptSheet::rows_until(std::uint64_t seq) const {
  // Lines stand in the order in which they were completed; those that never were stand at the end.
  const auto after = std::partition_point(rows_.begin(), rows_.end(), [&](const TranscriptRow& row) {
    return line(row).complete && line(row).seq <= seq;
  });
  return static_cast<std::size_t>(after - rows_.begin());
}

std::vector<std::size_t> TranscriptSheet::find(std::string_view text, std::size_t most) const {
  std::vector<std::size_t> found;
  const std::string lower = to_lower(text);
  if (lower.empty()) return found;
  for (std::size_t i = 0; i < rows_.size() && found.size() < most; ++i) {
    if (contains_folded(this->text(rows_[i]), lower)) found.push_back(i);
  }
  return found;
}

}  // namespace glasspost::gui
