#pragma once

#include "engine/agent/mua/device.h"
#include "engine/base/error.h"
#include "engine/session/imap_client.h"
#include "engine/session/pop3_client.h"

namespace glasspost::agent {

// A device's settings in the words of each protocol's client, and its failures in ours.

void set_login(const DeviceConfig& config, imap::ClientOptions& options);
void set_login(const DeviceConfig& config, pop3::ClientOptions& options);
/// kRefused: the server said no to this command alone; everything else ends the connection.
[[nodiscard]] Error error_of(const imap::ClientError& error);
[[nodiscard]] Error error_of(const pop3::ClientError& error);

}  // namespace glasspost::agent
