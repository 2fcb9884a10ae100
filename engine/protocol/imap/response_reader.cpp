#include "engine/protocol/imap/response_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace {

// "{5}" at the line's end: the size; none: there is no literal. // RFC 3501 9 literal
std::optional<std::uint64_t> announced(std::string_view line) {
  if (line.size() < 3 || line.back() != '}') return std::nullopt;
  std::size_t at = line.size() - 1;
  const std::size_t end = at;
  while (at > 0 && is_digit(line[at - 1]))
    --at;
  if (at == end || at == 0 || line[at - 1] != '{') return std::nullopt;
  std::uint64_t size = 0;
  constexpr std::uint64_t kMost = 0xffff'ffff'ffff;
  for (; at < end; ++at)
    size = std::min(kMost, size * 10 + static_cast<std::uint64_t>(line[at] - '0'));
  return size;
}

}  // namespace

std::optional<ResponseReader::Event> ResponseReader::next(std::string_view& input) {
  while (!input.empty() && !broken_) {
    if (literal_left_ > 0) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(literal_left_, input.size()));
      raw_.literals.back().append(input.substr(0, count));
      input.remove_prefix(count);
      literal_left_ -= count;
      continue;
    }
    const std::size_t lf = input.find('\n');
    const std::size_t count = lf == std::string_view::npos ? input.size() : lf + 1;
    raw_.text.append(input.substr(0, count));
    input.remove_prefix(count);
    if (raw_.text.size() > limits_.line) {
      broken_ = Event::kTooLarge;
    } else if (lf != std::string_view::npos) {
      const std::optional<Event> event = end_of_line();
      if (event) return event;
    }
  }
  return broken_;
}

// The line in raw_.text has its LF.
std::optional<ResponseReader::Event> ResponseReader::end_of_line() {
  const bool has_cr = raw_.text.size() >= segment_ + 2 && raw_.text[raw_.text.size() - 2] == '\r';
  if (!has_cr) {
    broken_ = Event::kMalformed;
    return broken_;
  }
  raw_.text.resize(raw_.text.size() - 2);
  const auto size = announced(std::string_view(raw_.text).substr(segment_));
  // What people are told may look like a literal.
  if (!size || (segment_ == 0 && is_status())) return Event::kResponse;
  if (*size > limits_.literal - literal_octets_ || raw_.literals.size() >= limits_.literals) {
    broken_ = Event::kTooLarge;
    return broken_;
  }
  literal_octets_ += static_cast<std::size_t>(*size);
  raw_.text += "\r\n";
  raw_.literals.emplace_back();
  segment_ = raw_.text.size();
  literal_left_ = *size;
  return std::nullopt;
}

// "+ text", or "tag OK text" and its like. // RFC 3501 9 resp-cond-state
bool ResponseReader::is_status() const {
  const std::string_view text = raw_.text;
  if (text.starts_with('+')) return true;
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return false;
  const std::string_view rest = text.substr(space + 1);
  const std::string_view word = rest.substr(0, rest.find(' '));
  return iequals(word, "OK") || iequals(word, "NO") || iequals(word, "BAD") || iequals(word, "BYE") ||
         iequals(word, "PREAUTH");
}

RawCommand ResponseReader::take() {
  RawCommand out = std::move(raw_);
  raw_ = {};
  segment_ = 0;
  literal_octets_ = 0;
  return out;
}

}  // namespace glasspost::imap
