#include "engine/observe/explanation.h"

#include <utility>

namespace glasspost {

Argument Argument::of_text(std::string name, std::string_view value) {
  return {std::move(name), ArgumentKind::kText, std::string(value)};
}
Argument Argument::of_number(std::string name, std::int64_t value) {
  return {std::move(name), ArgumentKind::kNumber, std::to_string(value)};
}
Argument Argument::of_domain(std::string name, std::string_view value) {
  return {std::move(name), ArgumentKind::kDomain, std::string(value)};
}
Argument Argument::of_address(std::string name, const IpAddress& value) {
  return {std::move(name), ArgumentKind::kAddress, value.to_string()};
}
Argument Argument::of_mailbox(std::string name, std::string_view value) {
  return {std::move(name), ArgumentKind::kMailbox, std::string(value)};
}
Argument Argument::of_duration(std::string name, Duration value) {
  return {std::move(name), ArgumentKind::kDuration, to_string(value)};
}
Argument Argument::of_instant(std::string name, Instant value) {
  return {std::move(name), ArgumentKind::kInstant, to_rfc3339(value)};
}

}  // namespace glasspost
