#include "engine/net/asio.h"

#include <algorithm>
#include <array>
#include <string>

namespace glasspost::net {

asio::ip::address to_asio(const IpAddress& address) {
  const std::array<std::uint8_t, 16>& bytes = address.bytes();
  if (address.is_v4()) return asio::ip::address_v4({bytes[0], bytes[1], bytes[2], bytes[3]});
  asio::ip::address_v6::bytes_type all;
  std::copy(bytes.begin(), bytes.end(), all.begin());
  return asio::ip::address_v6(all);
}

IpAddress from_asio(const asio::ip::address& address) {
  if (address.is_v4()) {
    const asio::ip::address_v4::bytes_type bytes = address.to_v4().to_bytes();
    return IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
  }
  const asio::ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
  std::array<std::uint8_t, 16> all{};
  std::copy(bytes.begin(), bytes.end(), all.begin());
  return IpAddress::v6(all);
}

Error to_error(const ErrorNumber& error, const std::string& what) {
  namespace e = asio::error;
  ErrorCode code = ErrorCode::kIo;
  if (error == e::connection_refused || error == e::access_denied || error == e::no_permission) {
    code = ErrorCode::kRefused;
  } else if (error == e::network_unreachable || error == e::host_unreachable || error == e::network_down) {
    code = ErrorCode::kUnreachable;
  } else if (error == e::timed_out) {
    code = ErrorCode::kTimedOut;
  } else if (error == e::address_in_use) {
    code = ErrorCode::kConflict;
  } else if (error == e::connection_reset || error == e::connection_aborted || error == e::broken_pipe ||
             error == e::operation_aborted || error == e::bad_descriptor || error == e::not_connected) {
    code = ErrorCode::kAborted;
  } else if (error == e::message_size) {
    code = ErrorCode::kTooLarge;
  }
  return Error{code, what + ": " + error.message(), std::nullopt};
}

}  // namespace glasspost::net
