#pragma once

#include <optional>
#include <string>

#include "engine/agent/mail_server/mail_server.h"
#include "engine/agent/mua/device.h"
#include "engine/agent/mua/mua.h"
#include "engine/agent/mua/stranger.h"
#include "engine/agent/resolver_host.h"
#include "engine/base/result.h"
#include "engine/protocol/dns/zone.h"
#include "engine/scenario/data/scenario.h"

namespace glasspost::scenario {

// A scenario's words as the agents' own settings: pure functions from data to data, the same for both worlds.

/// The host must have a mail server.
[[nodiscard]] agent::MailServerConfig mail_server_config(const Scenario& scenario, const Host& host);
/// The host must be a device.
[[nodiscard]] agent::MuaConfig mua_config(const Scenario& scenario, const Host& host);
/// The host must be a device with a protocol.
[[nodiscard]] agent::DeviceConfig device_config(const Scenario& scenario, const Host& host);
/// The host must be a resolver. Root servers are named by the hosts that have their addresses.
[[nodiscard]] agent::ResolverHostConfig resolver_config(const Scenario& scenario, const Host& host);
/// The zones that the host answers for. Error: kInvalidInput with the record's place in the message.
[[nodiscard]] Result<dns::ZoneSet> zones_of(const Scenario& scenario, const Host& host);
/// One record as the DNS codec has it. Error: kInvalidInput.
[[nodiscard]] Result<dns::Record> to_record(const ZoneRecord& record);

[[nodiscard]] agent::Draft to_draft(const SendMail& action);
[[nodiscard]] agent::DeviceOrder to_order(const SendMail& action);
[[nodiscard]] agent::DeviceOrder to_order(const UseDevice& action);
[[nodiscard]] agent::Injection to_injection(const InjectMail& action);

}  // namespace glasspost::scenario
