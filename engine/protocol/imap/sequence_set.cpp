#include "engine/protocol/imap/sequence_set.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace {

// One seq-number: a number above 0, or "*" (0).
Result<std::uint32_t> take_number(std::string_view text, std::size_t& at) {
  if (at < text.size() && text[at] == '*') {
    ++at;
    return 0;
  }
  std::uint64_t value = 0;
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) {
    value = value * 10 + static_cast<std::uint64_t>(text[at] - '0');
    if (value > 0xffff'ffff) return fail_at(ErrorCode::kInvalidInput, begin, "a number of 32 bits at most");
    ++at;
  }
  if (at == begin) return fail_at(ErrorCode::kInvalidInput, at, "a message number was expected");
  if (value == 0) return fail_at(ErrorCode::kInvalidInput, begin, "message numbers begin at 1");
  return static_cast<std::uint32_t>(value);
}

}  // namespace

Result<SequenceSet> parse_sequence_set(std::string_view text) {
  SequenceSet set;
  std::size_t at = 0;
  while (true) {
    const Result<std::uint32_t> first = take_number(text, at);
    if (!first) return fail(first.error());
    SequenceRange range{*first, *first};
    if (at < text.size() && text[at] == ':') {
      ++at;
      const Result<std::uint32_t> last = take_number(text, at);
      if (!last) return fail(last.error());
      range.last = *last;
    }
    set.ranges.push_back(range);
    if (at == text.size()) return set;
    if (text[at] != ',') return fail_at(ErrorCode::kInvalidInput, at, "a comma was expected");
    ++at;
  }
}

std::vector<SequenceRange> SequenceSet::resolved(std::uint32_t largest) const {
  std::vector<SequenceRange> out;
  for (SequenceRange range : ranges) {
    if (range.first == 0) range.first = largest;
    if (range.last == 0) range.last = largest;
    if (range.first > range.last) std::swap(range.first, range.last);
    if (range.last == 0) continue;  // "*" where nothing is in use
    range.first = std::max<std::uint32_t>(range.first, 1);
    out.push_back(range);
  }
  std::sort(out.begin(), out.end(),
            [](const SequenceRange& a, const SequenceRange& b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (const SequenceRange& range : out) {
    const bool joins = kept > 0 && static_cast<std::uint64_t>(out[kept - 1].last) + 1 >= range.first;
    if (joins) {
      out[kept - 1].last = std::max(out[kept - 1].last, range.last);
    } else {
      out[kept++] = range;
    }
  }
  out.resize(kept);
  return out;
}

std::string format_sequence_set(const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1)
      ++end;
    if (!out.empty()) out += ',';
    out += std::to_string(numbers[i]);
    if (end - i > 1) out += ':' + std::to_string(numbers[end - 1]);
    i = end;
  }
  return out;
}

bool contains(const std::vector<SequenceRange>& resolved, std::uint32_t number) {
  const auto after =
      std::upper_bound(resolved.begin(), resolved.end(), number,
                       [](std::uint32_t wanted, const SequenceRange& range) { return wanted < range.first; });
  return after != resolved.begin() && number <= std::prev(after)->last;
}

}  // namespace glasspost::imap
