#include "engine/dissect/conversation.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"

namespace glasspost::dissect {

using trace::Direction;
using trace::Layer;

void Unread::add(std::string_view bytes, std::uint64_t seq, Instant time) {
  if (begin_ > kMostLine) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_ += bytes;
  pieces_.push_back({offset_ + (bytes_.size() - begin_), seq, time});
}

void Unread::place(std::size_t length, Line& line) const {
  line.offset = offset_;
  line.length = length;
  const std::uint64_t end = offset_ + length;
  const auto first = std::find_if(pieces_.begin(), pieces_.end(),
                                  [this](const Piece& piece) { return piece.end > offset_; });
  const auto last =
      std::find_if(pieces_.begin(), pieces_.end(), [end](const Piece& piece) { return piece.end >= end; });
  if (first != pieces_.end()) line.first_seq = first->seq;
  if (last == pieces_.end()) return;
  line.seq = last->seq;
  line.time = last->time;
}

void Unread::take(std::size_t length, Line& line) {
  place(length, line);
  begin_ += length;
  offset_ += length;
  while (!pieces_.empty() && pieces_.front().end <= offset_)
    pieces_.pop_front();
}

void Unread::peek(Line& line) const {
  place(bytes().size(), line);
}

void Conversation::feed(Direction direction, Layer layer, std::string_view bytes, std::uint64_t seq,
                        Instant time) {
  if (bytes.empty()) return;
  const auto d = static_cast<std::size_t>(direction);
  if (layer == Layer::kWire) {
    // A handshake record opens TLS wherever a client's line could begin. // RFC 8446 5.1
    const bool could_be_tls = direction == Direction::kToServer && wire_end_[d] == 0;
    if (could_be_tls && bytes[0] == '\x16') tls_ = true;
    if (tls_) return feed_tls(direction, bytes, seq, time);
    wire_end_[d] += bytes.size();
  }
  if (layer == Layer::kPlain) {
    end_tls_run();
    if (!plain_[d]) {
      // What was sent in the clear behind the last command is shown, and no more than that. The plain log
      // counts from 0 again.
      if (!unread_[d].empty()) add(take(direction, unread_[d].bytes().size(), LineKind::kOther));
      plain_[d] = true;
      unread_[d] = Unread{};
    }
  }
  layer_[d] = layer;
  unread_[d].add(bytes, seq, time);
  advance();
}

void Conversation::feed_tls(Direction direction, std::string_view bytes, std::uint64_t seq, Instant time) {
  const auto d = static_cast<std::size_t>(direction);
  if (in_tls_run_ && tls_run_.direction != direction) end_tls_run();
  if (!in_tls_run_) {
    in_tls_run_ = true;
    tls_run_ = Line{};
    tls_run_.kind = LineKind::kTls;
    tls_run_.phase = Phase::kTls;
    tls_run_.direction = direction;
    tls_run_.layer = Layer::kWire;
    tls_run_.offset = wire_end_[d];
    tls_run_.first_seq = seq;
  }
  wire_end_[d] += bytes.size();
  tls_run_.length += bytes.size();
  tls_run_.seq = seq;
  tls_run_.time = time;
}

void Conversation::start_tls() {
  if (tls_) return;
  tls_ = true;
  const auto d = static_cast<std::size_t>(Direction::kToClient);
  if (layer_[d] != Layer::kWire || unread_[d].empty()) return;
  const std::string rest(unread_[d].bytes());
  Line behind;
  unread_[d].take(rest.size(), behind);
  wire_end_[d] -= rest.size();
  feed_tls(Direction::kToClient, rest, behind.seq, behind.time);
}

void Conversation::end_tls_run() {
  if (!in_tls_run_) return;
  in_tls_run_ = false;
  lines_.push_back(std::move(tls_run_));
}

std::vector<Line> Conversation::incomplete() const {
  std::vector<Line> result;
  if (in_tls_run_) result.push_back(tls_run_);
  for (const Direction direction : {Direction::kToServer, Direction::kToClient}) {
    const Unread& unread = unread_[static_cast<std::size_t>(direction)];
    if (unread.empty()) continue;
    Line line;
    line.kind = expected(direction);
    line.phase = phase();
    line.direction = direction;
    line.layer = layer_[static_cast<std::size_t>(direction)];
    line.complete = false;
    unread.peek(line);
    if (line.kind == LineKind::kAuthData) {
      line.secret = true;
      line.text = "***";
    } else if (line.kind != LineKind::kContent) {
      line.text = unread.bytes().substr(0, kMostText);
    }
    result.push_back(std::move(line));
  }
  return result;
}

std::size_t Conversation::line_length(Direction direction) const {
  const std::string_view bytes = unread_[static_cast<std::size_t>(direction)].bytes();
  const std::size_t end = bytes.substr(0, kMostLine).find('\n');
  if (end != std::string_view::npos) return end + 1;
  return bytes.size() >= kMostLine ? kMostLine : 0;
}

Line Conversation::take(Direction direction, std::size_t length, LineKind kind) {
  Line line;
  line.kind = kind;
  line.direction = direction;
  line.layer = layer_[static_cast<std::size_t>(direction)];
  Unread& from = unread(direction);
  if (kind != LineKind::kContent) {
    std::string_view text = from.bytes().substr(0, length);
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    line.text = text;
  }
  from.take(length, line);
  return line;
}

std::string_view part(const Line& line, const Label& label) {
  return std::string_view(line.text).substr(label.offset, label.length);
}

std::string masked(const Line& line, std::size_t from) {
  std::string result;
  std::size_t at = from;
  for (const Label& label : line.labels) {
    if (label.kind != LabelKind::kSecret || label.offset < at) continue;
    result += std::string_view(line.text).substr(at, label.offset - at);
    result += "***";
    at = std::size_t{label.offset} + label.length;
  }
  return result + line.text.substr(std::min(at, line.text.size()));
}

void add_label(Line& line, LabelKind kind, std::size_t offset, std::size_t length) {
  line.labels.push_back({kind, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
  if (kind == LabelKind::kSecret) line.secret = true;
}

void shorten(Line& line) {
  if (line.text.size() > kMostText) line.text.resize(kMostText);
}

void name_content(Line& line, std::string_view content) {
  const message::Header header = message::parse_header(content.substr(0, kMostLine));
  if (const message::HeaderField* subject = header.find("Subject")) {
    line.subject = message::decode_unstructured(subject->value());
  }
  line.message_id = header.value("Message-ID").value_or("");
}

std::optional<std::size_t> ContentEnd::find(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n.\r\n";
  for (; looked_ < bytes.size(); ++looked_) {
    const char c = bytes[looked_];
    if (c == kEnd[matched_]) {
      if (++matched_ == kEnd.size()) return looked_ + 1;
    } else {
      matched_ = c == '\r' ? 1 : 0;
    }
  }
  return std::nullopt;
}

namespace {

/// Text protocols by lines; others as runs of bytes of one side.
class OtherConversation final : public Conversation {
 private:
  void advance() override {
    for (const Direction direction : {Direction::kToServer, Direction::kToClient}) {
      for (std::size_t length = line_length(direction); length > 0; length = line_length(direction)) {
        Line line = take(direction, length, LineKind::kOther);
        line.phase = Phase::kEnvelope;
        if (line.text.size() > kMostText) line.text.resize(kMostText);
        add(std::move(line));
      }
    }
  }
  LineKind expected(Direction) const override { return LineKind::kOther; }
  Phase phase() const override { return Phase::kEnvelope; }
};

}  // namespace

std::unique_ptr<Conversation> make_other_conversation() {
  return std::make_unique<OtherConversation>();
}

}  // namespace glasspost::dissect
