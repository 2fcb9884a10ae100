#pragma once

#include <memory>
#include <string>

#include "engine/protocol/sasl/sasl.h"

// One file a mechanism; engine/protocol/sasl/sasl.h chooses among them.
namespace glasspost::sasl {

/// Octets of a user name, an authorization identity or a password.
inline constexpr std::size_t kMaxName = 255;

/// UTF-8 of 1 to kMaxName octets without NUL.
[[nodiscard]] bool is_name(std::string_view text);

std::unique_ptr<ServerMachine> make_plain_server();
std::unique_ptr<ServerMachine> make_login_server();
std::unique_ptr<ServerMachine> make_cram_md5_server(Nonces nonces);
std::unique_ptr<ServerMachine> make_scram_server(Mechanism mechanism, Nonces nonces);

std::unique_ptr<ClientMachine> make_plain_client(Credentials credentials);
std::unique_ptr<ClientMachine> make_login_client(Credentials credentials);
std::unique_ptr<ClientMachine> make_cram_md5_client(Credentials credentials);
std::unique_ptr<ClientMachine> make_scram_client(Mechanism mechanism, Credentials credentials,
                                                 std::string nonce);

}  // namespace glasspost::sasl
