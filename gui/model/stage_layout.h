#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/id.h"
#include "engine/trace/projection.h"
#include "gui/model/choreography.h"
#include "gui/model/geometry.h"

namespace glasspost::gui {

/// Who takes part in a run, as the stage groups them: hosts of one domain stand together, senders on the
/// left.
struct CastMember {
  HostId host;
  bool device = false;
  bool stranger = false;
};
struct CastGroup {
  std::string domain;               ///< "alpha.example"; empty for a stranger
  int column = 0;                   ///< from the left
  std::vector<CastMember> members;  ///< servers first
};
struct Cast {
  std::vector<CastGroup> groups;  ///< by column, then by when they first act
  std::vector<HostId> shelf;      ///< name servers and resolvers that take part
  std::vector<HostId> others;     ///< who take part but find no room
  int columns = 0;
};
/// The stage holds no more rooms than these.
inline constexpr std::size_t kMostRooms = 6;

[[nodiscard]] Cast cast_of(const Choreography& choreography, const trace::Projection& world);

struct PlacedRoom {
  HostId host;
  Rect rect;
  bool device = false;
  bool stranger = false;
};
struct PlacedGroup {
  std::string domain;
  Rect rect;
  Rect title;
  int column = 0;
};
/// The stage's grid in pixels.
struct StageLayout {
  Rect shelf;
  std::vector<Rect> shelf_places;  ///< as Cast::shelf
  std::vector<PlacedGroup> groups;
  std::vector<PlacedRoom> rooms;
  std::vector<Rect> gaps;  ///< between neighbouring columns, from the shelf to the floor
  Rect floor;              ///< below the links between columns: desk and envelope
  [[nodiscard]] const PlacedRoom* room(HostId host) const;
};
/// What the layout needs to know of words.
struct StageMetrics {
  float line = 25;   ///< height of a room's name
  float small = 20;  ///< height of lesser words
  float least_link = 260;
};
/// Rooms, lanes and shelf for an area. The same cast and area give the same layout. `moved` has the places of
/// rooms that a person has dragged, as shares of the area, by host name.
[[nodiscard]] StageLayout lay_out(const Cast& cast, const Rect& area, const StageMetrics& metrics,
                                  const std::map<std::string, Point>& moved, const trace::Projection& world);
/// The width below which links of that length have no place for these columns.
[[nodiscard]] float least_width(const Cast& cast, const StageMetrics& metrics);

/// Two lanes between two rooms: where something leaves and arrives.
struct Lane {
  Point from, to;
  bool upright = false;
};
/// The way from one room to another; client to server on the upper (or left) lane, the other way on the lower
/// (or right) one. `reply`: the lane of the server's words.
[[nodiscard]] Lane lane_between(const Rect& from, const Rect& to, bool reply, float spread);
/// The way between a room and a place on the shelf.
[[nodiscard]] Lane lane_to_shelf(const Rect& room, const StageLayout& layout, bool answer, float spread);

}  // namespace glasspost::gui
