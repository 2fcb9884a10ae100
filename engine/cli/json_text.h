#pragma once

#include <string>

namespace glasspost::cli {

/// A JSON value of nlohmann's (which only .cpp files know), indented and with a line feed; bytes that are not
/// UTF-8 are replaced.
template <class Json>
[[nodiscard]] std::string json_text(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}
/// The same on one line.
template <class Json>
[[nodiscard]] std::string json_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace glasspost::cli
