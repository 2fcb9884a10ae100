#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/scenario/data/scenario.h"

namespace glasspost::scenario {

/// One thing about a device that is to be tried in several ways: "bob/phone.protocol=imap,pop3".
struct Variation {
  std::string user;    ///< "bob" or "bob@beta.example"
  std::string device;  ///< "phone"
  std::string key;     ///< "protocol", "policy", "leave_for", "poll"
  std::vector<std::string> values;
};

/// Error: kInvalidInput.
[[nodiscard]] Result<Variation> parse_variation(std::string_view text);
/// The host of the device; null: there is none, or the user is not one alone.
[[nodiscard]] const Host* varied_host(const Scenario& scenario, const Variation& variation);
/// Sets the value, and what follows from it (a protocol brings its usual policy and port). Error:
/// kInvalidInput, kNotFound.
[[nodiscard]] Ok vary(Scenario& scenario, const Variation& variation, std::string_view value);

}  // namespace glasspost::scenario
