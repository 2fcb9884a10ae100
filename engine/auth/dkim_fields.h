#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/message/header.h"

namespace glasspost::auth {

/// A header's fields by name, for picking them as h= says: from the bottom up, each mention using up one.
/// Refers to the header. // RFC 6376 5.4.2
class DkimFields {
 public:
  explicit DkimFields(const message::Header& header);

  /// The positions in the header of the fields that `names` mention, in that order; a mention with none left
  /// adds nothing. The field at `skip` (the signature itself) is never picked.
  [[nodiscard]] std::vector<std::size_t> pick(const std::vector<std::string>& names,
                                              std::optional<std::size_t> skip) const;

 private:
  const message::Header& header_;
  std::vector<std::uint32_t> by_name_;  // positions, those of one name together, the lowest field first
};

}  // namespace glasspost::auth
