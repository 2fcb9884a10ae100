#include "engine/protocol/imap/command_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace {

// What is kept of a line that is read past: enough for the tag and for a literal's announcement.
constexpr std::size_t kKeptOfTooLong = 64;

}  // namespace

std::optional<CommandReader::Event> CommandReader::next(std::string_view& input) {
  if (!in_command()) tag_.clear();
  while (!input.empty()) {
    if (in_literal_) {
      const std::size_t count =
          static_cast<std::size_t>(std::min<std::uint64_t>(literal_left_, input.size()));
      if (too_large_) {
        discarded_ += count;
      } else {
        raw_.literals.back().append(input.substr(0, count));
      }
      input.remove_prefix(count);
      literal_left_ -= count;
      if (discarded_ > limits_.discard) return Event::kFlood;
      if (literal_left_ == 0) in_literal_ = false;
      continue;
    }
    const std::size_t lf = input.find('\n');
    const std::size_t count = lf == std::string_view::npos ? input.size() : lf + 1;
    raw_.text.append(input.substr(0, count));
    input.remove_prefix(count);
    if (!too_large_ && raw_.text.size() > limits_.line) {
      tag_ = tag();
      too_large_ = true;
    }
    if (lf != std::string_view::npos) {
      const std::optional<Event> event = end_of_line();
      if (event) return event;
      continue;
    }
    if (too_large_ && raw_.text.size() > kKeptOfTooLong) {
      const std::size_t excess = raw_.text.size() - kKeptOfTooLong;
      discarded_ += excess;
      raw_.text.erase(0, excess);
      segment_ = 0;
      if (discarded_ > limits_.discard) return Event::kFlood;
    }
  }
  if (in_literal_ && literal_left_ == 0) in_literal_ = false;
  return std::nullopt;
}

// The line in raw_.text has its LF.
std::optional<CommandReader::Event> CommandReader::end_of_line() {
  raw_.text.pop_back();
  const bool has_cr = raw_.text.size() > segment_ && raw_.text.back() == '\r';
  if (has_cr) raw_.text.pop_back();
  raw_.bare_lf = raw_.bare_lf || !has_cr;
  const Announced literal = announced();
  if (literal.kind == Kind::kNone) return over();
  const std::uint64_t most = is_append() ? limits_.append : limits_.literal;
  literal_octets_ = std::min<std::uint64_t>(literal_octets_ + std::min(literal.size, most + 1), most + 1);
  if (!too_large_ && (literal_octets_ > most || raw_.literals.size() >= limits_.literals)) {
    tag_ = tag();
    too_large_ = true;
  }
  if (too_large_) {
    // A synchronizing literal that is refused never comes: the command is over. // RFC 3501 7.5
    if (literal.kind == Kind::kSynchronizing) return over();
    discarded_ += raw_.text.size();
    raw_.text.clear();
    raw_.literals.clear();
  } else {
    raw_.text += "\r\n";
    raw_.literals.emplace_back();
  }
  segment_ = raw_.text.size();
  literal_left_ = literal.size;
  in_literal_ = literal.size > 0;
  if (literal.kind == Kind::kSynchronizing) return Event::kContinue;
  return std::nullopt;
}

std::optional<CommandReader::Event> CommandReader::over() {
  if (!too_large_) return Event::kCommand;
  std::string tag = std::move(tag_);
  reset();
  tag_ = std::move(tag);
  return Event::kTooLarge;
}

RawCommand CommandReader::take() {
  RawCommand out = std::move(raw_);
  reset();
  return out;
}

void CommandReader::reset() {
  raw_ = {};
  tag_.clear();
  segment_ = 0;
  literal_left_ = 0;
  literal_octets_ = 0;
  discarded_ = 0;
  in_literal_ = false;
  too_large_ = false;
}

// "{5}" or "{5+}" at the line's end. // RFC 3501 9 literal, RFC 7888 8
CommandReader::Announced CommandReader::announced() const {
  const std::string_view line = std::string_view(raw_.text).substr(std::min(segment_, raw_.text.size()));
  if (line.size() < 3 || line.back() != '}') return {};
  std::size_t at = line.size() - 1;
  Announced out{Kind::kSynchronizing, 0};
  if (line[at - 1] == '+') {
    out.kind = Kind::kNonSynchronizing;
    --at;
  }
  const std::size_t end = at;
  while (at > 0 && is_digit(line[at - 1]) && end - at < 20)
    --at;
  if (at == end || at == 0 || line[at - 1] != '{') return {};
  for (; at < end; ++at) {
    const auto digit = static_cast<std::uint64_t>(line[at] - '0');
    constexpr std::uint64_t kMost = 0xffff'ffff'ffff;
    out.size = std::min(kMost, out.size * 10 + digit);
  }
  return out;
}

std::string CommandReader::tag() const {
  if (!tag_.empty()) return tag_;
  const std::string_view text = raw_.text;
  const std::size_t space = text.find(' ');
  const std::string_view tag = text.substr(0, space);
  constexpr std::size_t kLongestTag = 64;
  const bool is_tag =
      space != std::string_view::npos && !tag.empty() && tag.size() <= kLongestTag &&
      std::all_of(tag.begin(), tag.end(), [](char c) {
        return c > 0x20 && c < 0x7f && std::string_view("(){%*\"\\+").find(c) == std::string_view::npos;
      });
  return is_tag ? std::string(tag) : std::string();
}

bool CommandReader::is_append() const {
  const std::string_view text = raw_.text;
  const std::size_t space = text.find(' ');
  return space != std::string_view::npos && istarts_with(text.substr(space + 1), "APPEND ");
}

}  // namespace glasspost::imap
