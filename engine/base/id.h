#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace glasspost {

/// A number that names one kind of thing and cannot be mixed up with another kind. 0 is "none". Ids order by
/// value, never by address, so that containers keyed by them iterate the same way in every run.
template <class Tag>
struct Id {
  std::uint32_t value = 0;

  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

/// A machine of the world: a row of the trace's host table. 0: outside (a foreign program on a real socket).
using HostId = Id<struct HostTag>;
/// One TCP connection, the same number at both ends. In 0: no connection.
using ConnectionId = Id<struct ConnectionTag>;

}  // namespace glasspost

template <class Tag>
struct std::hash<glasspost::Id<Tag>> {
  std::size_t operator()(const glasspost::Id<Tag>& id) const noexcept { return id.value; }
};
