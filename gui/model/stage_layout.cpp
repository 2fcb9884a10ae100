#include "gui/model/stage_layout.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace glasspost::gui {
namespace {

bool has_role(const trace::Projection& world, HostId host, std::string_view role) {
  const auto* view = world.hosts().find(host);
  if (view == nullptr) return false;
  return std::find(view->roles.begin(), view->roles.end(), role) != view->roles.end();
}

bool on_shelf(const trace::Projection& world, HostId host) {
  const auto* view = world.hosts().find(host);
  if (view == nullptr || view->roles.empty()) return false;
  return std::all_of(view->roles.begin(), view->roles.end(),
                     [](const std::string& role) { return role == "name-server" || role == "resolver"; });
}

std::string group_of(const trace::Projection& world, HostId host) {
  const std::string name = world.host_name(host);
  if (!host || has_role(world, host, "stranger")) return "?" + name;
  const std::size_t dot = name.find('.');
  // A host with a name of two labels is a domain of its own.
  if (dot == std::string::npos || name.find('.', dot + 1) == std::string::npos) return name;
  return name.substr(dot + 1);
}

struct Entry {
  ScreenTime first = 0;
  HostId host;
};

// Hosts that speak, by when they first do.
std::vector<Entry> actors(const Choreography& choreography) {
  std::map<HostId, ScreenTime> first;
  const auto note = [&](HostId host, ScreenTime at) {
    const auto [found, fresh] = first.emplace(host, at);
    if (!fresh) found->second = std::min(found->second, at);
  };
  for (const auto& [id, talk] : choreography.talks) {
    note(talk.client, talk.opened);
    note(talk.server, talk.opened + 1);
  }
  for (const Mark& mark : choreography.marks)
    note(mark.host, mark.begin);
  std::vector<Entry> entries;
  for (const auto& [host, at] : first)
    entries.push_back({at, host});
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.first < b.first; });
  return entries;
}

// Columns of groups: who sends stands left of who receives.
std::map<std::string, int> columns_of(const Choreography& choreography, const trace::Projection& world) {
  std::vector<const Talk*> talks;
  for (const auto& [id, talk] : choreography.talks) {
    if (!talk.retrieval) talks.push_back(&talk);
  }
  std::stable_sort(talks.begin(), talks.end(),
                   [](const Talk* a, const Talk* b) { return a->opened < b->opened; });
  std::map<std::string, int> column;
  for (const Talk* talk : talks) {
    const std::string from = group_of(world, talk->client);
    const std::string to = group_of(world, talk->server);
    if (from == to) {
      column.emplace(from, 0);
    } else if (!column.contains(to)) {
      column.emplace(to, column.emplace(from, 0).first->second + 1);
    } else {
      column.emplace(from, column[to] - 1);
    }
  }
  return column;
}

}  // namespace

Cast cast_of(const Choreography& choreography, const trace::Projection& world) {
  Cast cast;
  std::map<std::string, int> column = columns_of(choreography, world);
  std::size_t rooms = 0;
  for (const Entry& entry : actors(choreography)) {
    if (on_shelf(world, entry.host)) continue;
    if (rooms == kMostRooms) {
      cast.others.push_back(entry.host);
      continue;
    }
    ++rooms;
    const std::string key = group_of(world, entry.host);
    auto group = std::find_if(cast.groups.begin(), cast.groups.end(),
                              [&](const CastGroup& g) { return g.domain == key; });
    if (group == cast.groups.end()) {
      cast.groups.push_back({key, column.emplace(key, 0).first->second, {}});
      group = cast.groups.end() - 1;
    }
    group->members.push_back({entry.host, world.devices().find(entry.host) != nullptr, key.front() == '?'});
  }
  // The columns that are left, without holes.
  std::set<int> used;
  for (const CastGroup& group : cast.groups)
    used.insert(group.column);
  for (CastGroup& group : cast.groups) {
    group.column = static_cast<int>(std::distance(used.begin(), used.find(group.column)));
    if (group.domain.front() == '?') group.domain.clear();
    std::stable_partition(group.members.begin(), group.members.end(),
                          [](const CastMember& m) { return !m.device; });
  }
  std::stable_sort(cast.groups.begin(), cast.groups.end(),
                   [](const CastGroup& a, const CastGroup& b) { return a.column < b.column; });
  cast.columns = static_cast<int>(used.size());
  world.hosts().for_each([&](HostId host, const trace::HostView&) {
    if (on_shelf(world, host)) cast.shelf.push_back(host);
  });
  return cast;
}

const PlacedRoom* StageLayout::room(HostId host) const {
  for (const PlacedRoom& each : rooms) {
    if (each.host == host) return &each;
  }
  return nullptr;
}

float least_width(const Cast& cast, const StageMetrics& metrics) {
  const auto columns = static_cast<float>(std::max(1, cast.columns));
  return columns * metrics.line * 6.2F + (columns - 1) * metrics.least_link + metrics.line * 4;
}

namespace {

void place_group(const CastGroup& group, const Rect& rect, const StageMetrics& metrics, StageLayout& layout) {
  Rect rest = rect;
  const float gap = metrics.line * 0.5F;
  PlacedGroup placed{group.domain, rect, {}, group.column};
  // A stranger has no title, but stands as high as the others.
  const Rect title = rest.cut_top(metrics.line * 1.5F).inset(metrics.line * 0.5F, 0);
  if (!group.domain.empty()) placed.title = title;
  layout.groups.push_back(placed);
  rest = rest.inset(gap, 0);
  rest.cut_bottom(gap);
  std::vector<const CastMember*> servers;
  std::vector<const CastMember*> devices;
  for (const CastMember& member : group.members)
    (member.device ? devices : servers).push_back(&member);
  const float device_height = devices.empty() ? 0 : std::min(metrics.line * 4.6F, rest.h * 0.3F);
  const float server_height = metrics.line * 2.1F + metrics.small * 4.4F;
  const auto count = static_cast<float>(std::max<std::size_t>(1, servers.size()));
  const float link = devices.empty() ? 0 : metrics.line * 3;
  const float each = std::min(server_height, (rest.h - device_height - link - gap * (count - 1)) / count);
  Rect upper = rest;
  for (const CastMember* member : servers) {
    const Rect room = upper.cut_top(each);
    layout.rooms.push_back({member->host, room, false, member->stranger});
    upper.cut_top(gap);
  }
  if (devices.empty()) return;
  Rect lower = rest.cut_bottom(device_height);
  const auto across = static_cast<float>(devices.size());
  const float width = std::min((lower.w - gap * (across - 1)) / across, lower.w * 0.72F);
  if (devices.size() == 1) lower.x += (lower.w - width) / 2;
  for (const CastMember* member : devices) {
    layout.rooms.push_back({member->host, lower.cut_left(width), true, false});
    lower.cut_left(gap);
  }
}

}  // namespace

StageLayout lay_out(const Cast& cast, const Rect& area, const StageMetrics& metrics,
                    const std::map<std::string, Point>& moved, const trace::Projection& world) {
  StageLayout layout;
  Rect rest = area;
  layout.shelf = rest.cut_top(metrics.line * 2.6F);
  rest.cut_top(metrics.line * 1.2F);
  Rect places = layout.shelf.inset(metrics.line * 0.6F, metrics.line * 0.45F);
  places.cut_left(metrics.line * 3.4F);
  const auto count = static_cast<float>(std::max<std::size_t>(1, cast.shelf.size()));
  const float place = std::min(places.w / count, metrics.line * 8);
  places.x += (places.w - place * count) / 2;
  for (std::size_t i = 0; i < cast.shelf.size(); ++i) {
    layout.shelf_places.push_back(places.cut_left(place).inset(metrics.line * 0.2F, 0));
  }
  const int columns = std::max(1, cast.columns);
  const auto n = static_cast<float>(columns);
  const float margin = metrics.line * 1.6F;  // the outer lanes to the shelf
  const float room_for_groups = rest.w - 2 * margin - (n - 1) * metrics.least_link;
  const float width =
      std::clamp(room_for_groups / n, metrics.line * 5.0F, std::max(metrics.line * 5.0F, rest.w * 0.27F));
  const float gap = columns > 1 ? (rest.w - 2 * margin - n * width) / (n - 1) : 0;
  for (int c = 0; c < columns; ++c) {
    const auto at = static_cast<float>(c);
    Rect column{rest.x + margin + at * (width + gap), rest.y, width, rest.h};
    if (columns == 1) column.x = rest.x + (rest.w - width) / 2;
    if (c > 0) layout.gaps.push_back({column.x - gap, rest.y, gap, rest.h});
    std::vector<const CastGroup*> mine;
    for (const CastGroup& group : cast.groups) {
      if (group.column == c) mine.push_back(&group);
    }
    float weight = 0;
    const auto weight_of = [](const CastGroup& g) {
      const bool devices =
          std::any_of(g.members.begin(), g.members.end(), [](const CastMember& m) { return m.device; });
      return g.domain.empty() ? 1.0F : devices ? 2.6F : 1.6F;
    };
    for (const CastGroup* group : mine)
      weight += weight_of(*group);
    const float between = metrics.line * 0.6F;
    const float height = column.h - between * static_cast<float>(mine.empty() ? 0 : mine.size() - 1);
    for (const CastGroup* group : mine) {
      place_group(*group, column.cut_top(height * weight_of(*group) / weight), metrics, layout);
      column.cut_top(between);
    }
  }
  for (PlacedRoom& room : layout.rooms) {
    const auto place_of = moved.find(world.host_name(room.host));
    if (place_of == moved.end()) continue;
    room.rect.x = std::clamp(area.x + area.w * place_of->second.x, area.x, area.right() - room.rect.w);
    room.rect.y =
        std::clamp(area.y + area.h * place_of->second.y, layout.shelf.bottom(), area.bottom() - room.rect.h);
  }
  return layout;
}

Lane lane_between(const Rect& from, const Rect& to, bool reply, float spread) {
  const Point a = from.center();
  const Point b = to.center();
  const bool apart = from.right() < to.x || to.right() < from.x;
  Lane lane;
  if (!apart) {
    lane.upright = true;
    const float x =
        std::clamp((a.x + b.x) / 2, std::max(from.x, to.x) + 1, std::min(from.right(), to.right()) - 1) +
        (reply ? spread : -spread);
    lane.from = {x, a.y < b.y ? from.bottom() : from.y};
    lane.to = {x, a.y < b.y ? to.y : to.bottom()};
    return lane;
  }
  const float offset = reply ? spread : -spread;
  lane.from = {a.x < b.x ? from.right() : from.x, a.y + offset};
  lane.to = {a.x < b.x ? to.x : to.right(), b.y + offset};
  return lane;
}

Lane lane_to_shelf(const Rect& room, const StageLayout& layout, bool answer, float spread) {
  const Rect& shelf = layout.shelf;
  Lane lane;
  // From the side of the room that looks to the middle, up to the middle of the shelf; a room with another
  // above it goes along its outer side.
  bool covered = false;
  for (const PlacedRoom& other : layout.rooms) {
    covered = covered ||
              (other.rect.bottom() <= room.y && other.rect.x < room.right() && room.x < other.rect.right());
  }
  const bool left = room.center().x < shelf.center().x;
  if (covered) {
    const float outer = left ? room.x : room.right();
    float edge = outer;
    for (const PlacedGroup& group : layout.groups) {
      if (group.rect.overlaps(room)) edge = left ? group.rect.x : group.rect.right();
    }
    const float x = edge + (left ? -spread : spread) * 0.9F;
    lane.from = {x, room.center().y};
    lane.to = {x, shelf.bottom()};
    lane.upright = true;
    return lane;
  }
  const float side = answer ? spread : -spread;
  const float inner = left ? room.right() : room.x;
  lane.from = {inner + (left ? spread : -spread), room.y + spread * 0.5F};
  lane.to = {
      shelf.center().x + (left ? -1.0F : 1.0F) * std::abs(shelf.center().x - inner) * 0.25F + side * 0.4F,
      shelf.bottom() + spread * 0.2F};
  return lane;
}

}  // namespace glasspost::gui
