#include "gui/model/choreography.h"

#include <algorithm>
#include <cmath>

#include "engine/base/text.h"
#include "engine/observe/catalogue.h"

namespace glasspost::gui {
namespace {

constexpr ScreenTime kLeastReading = 2'500'000'000;
constexpr ScreenTime kALetter = 60'000'000;
constexpr ScreenTime kASyllable = 110'000'000;

// Reading speed by script: a Hangul syllable says more than a Latin letter.
ScreenTime reading_of(std::string_view text) {
  ScreenTime time = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      time += kALetter;
    } else if (byte >= 0xE0) {
      time += kASyllable;
    }
  }
  return time;
}

}  // namespace

ScreenTime reading_time(const MessageKey& words) {
  const ScreenTime english = reading_of(render(words, Language::kEnglish));
  const ScreenTime korean = reading_of(render(words, Language::kKorean));
  return std::max({kLeastReading, english, korean});
}

ScreenTime leap_time(Duration idle) {
  const double seconds = static_cast<double>(idle.ns) / 1e9;
  if (seconds <= 1) return 0;
  return static_cast<ScreenTime>(std::min(2.5, 0.4 + 0.4 * std::log10(seconds)) * 1e9);
}

std::string person_of(std::string_view account) {
  std::string name(account.substr(0, account.find('@')));
  if (!name.empty()) name[0] = to_upper(name[0]);
  return name;
}

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return {};
  std::string_view domain = address.substr(at + 1);
  return std::string(domain.substr(0, domain.find('>')));
}

std::vector<std::uint32_t> Choreography::movers_at(ScreenTime now) const {
  std::vector<std::uint32_t> found;
  const auto end = std::upper_bound(movers.begin(), movers.end(), now,
                                    [](ScreenTime t, const Mover& m) { return t < m.begin; });
  for (auto at = end; at != movers.begin();) {
    --at;
    if (at->begin + longest < now) break;
    if (now < at->gone) found.push_back(static_cast<std::uint32_t>(at - movers.begin()));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

bool Choreography::delivering_at(HostId host, ScreenTime now) const {
  auto mark = std::upper_bound(marks.begin(), marks.end(), now,
                               [](ScreenTime moment, const Mark& each) { return moment < each.begin; });
  while (mark != marks.begin()) {
    --mark;
    if (mark->begin + longest_mark <= now) return false;
    if (mark->host == host && mark->kind == MarkKind::kDelivered && now < mark->end) return true;
  }
  return false;
}

const DeskVerdict* Choreography::verdict_at(DecisionKind kind, const Talk& talk, ScreenTime now) const {
  auto verdict =
      std::upper_bound(verdicts.begin(), verdicts.end(), now,
                       [](ScreenTime moment, const DeskVerdict& each) { return moment < each.question; });
  // Nothing is asked about a conversation before it is opened.
  while (verdict != verdicts.begin() && (verdict - 1)->question >= talk.opened) {
    --verdict;
    if (verdict->kind != kind) continue;
    if (verdict->connection ? verdict->connection == talk.connection : verdict->host == talk.server) {
      return &*verdict;
    }
  }
  return nullptr;
}

const Caption* Choreography::caption_at(ScreenTime now) const {
  const auto after = std::upper_bound(captions.begin(), captions.end(), now,
                                      [](ScreenTime t, const Caption& c) { return t < c.begin; });
  return after == captions.begin() ? nullptr : &*(after - 1);
}

const Leap* Choreography::leap_at(ScreenTime now) const {
  const auto after = std::upper_bound(leaps.begin(), leaps.end(), now,
                                      [](ScreenTime t, const Leap& l) { return t < l.begin; });
  if (after == leaps.begin() || now >= (after - 1)->end) return nullptr;
  return &*(after - 1);
}

const Talk* Choreography::focus_at(ScreenTime now) const {
  auto at = std::upper_bound(movers.begin(), movers.end(), now,
                             [](ScreenTime t, const Mover& m) { return t < m.begin; });
  while (at != movers.begin()) {
    --at;
    const auto talk = talks.find(at->connection);
    if (at->connection && talk != talks.end()) return &talk->second;
  }
  return nullptr;
}

ScreenTime Choreography::stop(bool scene, ScreenTime from, int direction) const {
  const std::vector<ScreenTime>& stops = scene ? scene_stops : exchange_stops;
  if (direction > 0) {
    const auto next = std::upper_bound(stops.begin(), stops.end(), from);
    return next == stops.end() ? length() : *next;
  }
  const auto next = std::lower_bound(stops.begin(), stops.end(), from);
  return next == stops.begin() ? 0 : *(next - 1);
}

}  // namespace glasspost::gui
