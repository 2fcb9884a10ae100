#include "gui/model/schedule.h"

#include <algorithm>

namespace glasspost::gui {
namespace {

// a + (b - a) * part / whole without overflow for spans of years.
std::int64_t share(std::int64_t a, std::int64_t b, std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return a;
  return a + static_cast<std::int64_t>(static_cast<long double>(b - a) * static_cast<long double>(part) /
                                       static_cast<long double>(whole));
}

}  // namespace

Duration Schedule::length() const {
  return {anchors_.empty() ? 0 : anchors_.back().screen};
}

Cursor Schedule::at(Duration screen) const {
  if (anchors_.empty()) return {};
  const std::int64_t moment = std::clamp<std::int64_t>(screen.ns, 0, anchors_.back().screen);
  const auto after = std::upper_bound(anchors_.begin(), anchors_.end(), moment,
                                      [](std::int64_t m, const Anchor& a) { return m < a.screen; });
  Cursor cursor;
  cursor.screen = {moment};
  if (after == anchors_.begin()) {
    cursor.seq = 0;
    cursor.time = {after->time};
    return cursor;
  }
  const Anchor& before = *(after - 1);
  cursor.seq = before.seq;
  cursor.time = {before.time};
  if (after != anchors_.end()) {
    cursor.time = {share(before.time, after->time, moment - before.screen, after->screen - before.screen)};
  }
  return cursor;
}

Duration Schedule::screen_of(std::uint64_t seq) const {
  if (anchors_.empty()) return {};
  const auto found = std::lower_bound(anchors_.begin(), anchors_.end(), seq,
                                      [](const Anchor& a, std::uint64_t s) { return a.seq < s; });
  return found == anchors_.end() ? length() : Duration{found->screen};
}

Duration Schedule::screen_of_time(Instant time) const {
  if (anchors_.empty()) return {};
  const auto after = std::upper_bound(anchors_.begin(), anchors_.end(), time.ns,
                                      [](std::int64_t t, const Anchor& a) { return t < a.time; });
  if (after == anchors_.begin()) return {};
  const Anchor& before = *(after - 1);
  if (after == anchors_.end()) return length();
  return {share(before.screen, after->screen, time.ns - before.time, after->time - before.time)};
}

}  // namespace glasspost::gui
