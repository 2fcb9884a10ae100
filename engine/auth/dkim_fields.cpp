#include "engine/auth/dkim_fields.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glasspost::auth {
namespace {

// An order in which names that differ in case alone are equal; lengths first, as they differ most often.
int compare_names(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char x = to_lower(a[i]);
    const char y = to_lower(b[i]);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

}  // namespace

DkimFields::DkimFields(const message::Header& header) : header_(header) {
  by_name_.reserve(header.fields.size());
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    if (!header.fields[i].malformed()) by_name_.push_back(static_cast<std::uint32_t>(i));
  }
  std::sort(by_name_.begin(), by_name_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = compare_names(header.fields[a].name, header.fields[b].name);
    return order != 0 ? order < 0 : a > b;
  });
}

std::vector<std::size_t> DkimFields::pick(const std::vector<std::string>& names,
                                          std::optional<std::size_t> skip) const {
  std::vector<std::size_t> picked;
  picked.reserve(names.size());
  std::vector<std::uint32_t> used(by_name_.size(), 0);  // at a name's first place: how many are used up
  for (const std::string& name : names) {
    const auto first =
        std::lower_bound(by_name_.begin(), by_name_.end(), name, [&](std::uint32_t at, const std::string& n) {
          return compare_names(header_.fields[at].name, n) < 0;
        });
    const auto group = static_cast<std::size_t>(first - by_name_.begin());
    if (group == by_name_.size()) continue;
    std::size_t next = group + used[group];
    if (next < by_name_.size() && skip == by_name_[next]) {
      ++used[group];
      ++next;
    }
    if (next >= by_name_.size() || compare_names(header_.fields[by_name_[next]].name, name) != 0) continue;
    ++used[group];
    picked.push_back(by_name_[next]);
  }
  return picked;
}

}  // namespace glasspost::auth
