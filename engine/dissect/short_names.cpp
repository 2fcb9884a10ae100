#include "engine/dissect/short_names.h"

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glasspost::dissect {
namespace {

bool goes_on(char c) {
  return is_alnum(c) || c == '-' || c == '_';
}

}  // namespace

ShortNames::ShortNames(const trace::Projection& world) {
  bool first = true;
  world.hosts().for_each([&](HostId, const trace::HostView& host) {
    const std::size_t dot = host.name.rfind('.');
    const std::string ending = dot == std::string::npos ? "" : host.name.substr(dot);
    if (first) ending_ = ending;
    if (ending != ending_) ending_.clear();
    first = false;
  });
}

std::string ShortNames::shorten(std::string_view text) const {
  if (ending_.empty()) return std::string(text);
  std::string out;
  std::size_t from = 0;
  while (true) {
    const std::size_t found = text.find(ending_, from);
    if (found == std::string_view::npos) return out + std::string(text.substr(from));
    const std::size_t after = found + ending_.size();
    // Only at the end of a name: not in "mx.examples" or "a.example.b".
    const bool more =
        after < text.size() &&
        (goes_on(text[after]) || (text[after] == '.' && after + 1 < text.size() && goes_on(text[after + 1])));
    const bool begun = found > 0 && goes_on(text[found - 1]);
    out += text.substr(from, found - from);
    if (more || !begun) out += ending_;
    from = after;
  }
}

std::string ShortNames::host(const trace::Projection& world, HostId host) const {
  const std::string name = world.host_name(host);
  if (world.devices().find(host) != nullptr) return name.substr(0, name.find('.'));
  return shorten(name);
}

std::string short_time(Instant time, Instant epoch) {
  std::int64_t ms = (time - epoch).ns / 1'000'000;
  const char* sign = ms < 0 ? "-" : "+";
  if (ms < 0) ms = -ms;
  const std::int64_t s = ms / 1000;
  if (s < 60) return fmt::format("{}{}.{:03}s", sign, s, ms % 1000);
  if (s < 3600) return fmt::format("{}{}:{:02}.{:03}", sign, s / 60, s % 60, ms % 1000);
  if (s < 86400) return fmt::format("{}{}:{:02}:{:02}.{:03}", sign, s / 3600, s / 60 % 60, s % 60, ms % 1000);
  return fmt::format("{}{}d {:02}:{:02}:{:02}", sign, s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
}

}  // namespace glasspost::dissect
