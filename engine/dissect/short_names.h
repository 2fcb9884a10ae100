#pragma once

#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "engine/trace/projection.h"

namespace glasspost::dissect {

/// Shortens the names of a world for narrow columns: where all hosts are below one top name (".example"),
/// that is left away everywhere, and said once.
class ShortNames {
 public:
  explicit ShortNames(const trace::Projection& world);

  /// ".example", or empty if nothing is left away.
  [[nodiscard]] const std::string& ending() const { return ending_; }
  /// The text with the ending taken off each name in it: "<bob@beta.example>" is "<bob@beta>".
  [[nodiscard]] std::string shorten(std::string_view text) const;
  /// A host's name, shortened; of a device only its first label.
  [[nodiscard]] std::string host(const trace::Projection& world, HostId host) const;

 private:
  std::string ending_;
};

/// "+1.040s", "+15:01.200", "+5d 00:00:01.000": a moment of the run, to the millisecond.
[[nodiscard]] std::string short_time(Instant time, Instant epoch);

}  // namespace glasspost::dissect
