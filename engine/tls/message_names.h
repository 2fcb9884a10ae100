#pragma once

#include <cstdint>
#include <string_view>

namespace glasspost::tls {

/// "ClientHello" and so on, as RFC 8446 B.3 and RFC 5246 7.4 name handshake messages.
[[nodiscard]] std::string_view handshake_message_name(std::uint8_t type);
/// "Alert: unknown_ca" and so on. // RFC 8446 6
[[nodiscard]] std::string_view alert_name(std::uint8_t description);

}  // namespace glasspost::tls
