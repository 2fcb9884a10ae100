#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace glasspost::dissect {

/// A dialogue's machine as its own table has it.
struct StateDiagram {
  struct Arrow {
    std::size_t from = 0, to = 0;  ///< places in `states`
    std::string_view trigger;
    friend bool operator==(const Arrow&, const Arrow&) = default;
  };
  std::vector<std::string_view> states;  ///< as events tell them, in the order of a dialogue
  std::vector<Arrow> arrows;

  /// The place of a state; nothing if there is none of that name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view state) const;
};

/// Of a machine as state-changed events name it ("smtp-server", "pop3-client"); nothing if it has no table.
[[nodiscard]] std::optional<StateDiagram> state_diagram(std::string_view machine);

}  // namespace glasspost::dissect
