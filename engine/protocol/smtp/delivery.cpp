#include "engine/protocol/smtp/delivery.h"

#include <algorithm>
#include <array>

namespace glasspost::smtp {

std::string_view to_string(Phase phase) {
  static constexpr std::array<std::string_view, 11> kNames = {"greeting",    "hello",     "tls",  "auth",
                                                              "mail",        "recipient", "data", "content",
                                                              "final-reply", "reset",     "quit"};
  return kNames[static_cast<std::size_t>(phase)];
}

bool ClientError::transient() const {
  if (reply) return !reply->permanent();
  return kind != ClientErrorKind::kUnsupported && kind != ClientErrorKind::kAuth;
}

std::string ClientError::to_line() const {
  if (reply) return reply->to_line();
  return message + " (" + std::string(to_string(phase)) + ")";
}

bool Delivery::all_accepted() const {
  return !recipients.empty() &&
         std::all_of(recipients.begin(), recipients.end(),
                     [](const RecipientResult& r) { return r.status == RecipientStatus::kAccepted; });
}

}  // namespace glasspost::smtp
