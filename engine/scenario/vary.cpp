#include "engine/scenario/vary.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glasspost::scenario {
namespace {

Ok unknown_value(std::string_view key, std::string_view value, std::string_view known) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("`{}` is no value of `{}`; expected {}", escaped(value), key, known));
}

void set_protocol(const Scenario& scenario, Device& device, RetrievalProtocol protocol) {
  if (device.protocol == protocol) return;
  const bool imap = protocol == RetrievalProtocol::kImap;
  const std::size_t at = device.account.rfind('@');
  if (const Domain* domain = scenario.find_domain(std::string_view(device.account).substr(at + 1)))
    device.retrieval_host = domain->mailbox_host;
  // Who only sent until now reaches the server as for sending.
  if (device.protocol == RetrievalProtocol::kNone && !device.submission_implicit_tls)
    device.retrieval_tls = device.submission_tls;
  device.protocol = protocol;
  device.policy = imap ? RetrievalPolicy::kCached : RetrievalPolicy::kDelete;
  device.leave_for = {};
  device.retrieval_port =
      imap ? (device.retrieval_implicit_tls ? 993 : 143) : (device.retrieval_implicit_tls ? 995 : 110);
}

Ok set_policy(Device& device, std::string_view value) {
  constexpr std::string_view kNames[] = {"delete", "leave", "online", "cached", "idle"};
  const auto* found = std::find(std::begin(kNames), std::end(kNames), value);
  if (found == std::end(kNames))
    return unknown_value("policy", value, "delete, leave, online, cached or idle");
  const auto policy = static_cast<RetrievalPolicy>(found - std::begin(kNames));
  const bool pop3 = policy <= RetrievalPolicy::kLeave;
  if (pop3 != (device.protocol == RetrievalProtocol::kPop3)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("policy `{}` belongs to {}", value, pop3 ? "POP3" : "IMAP"));
  }
  device.policy = policy;
  return {};
}

Ok set_duration(std::string_view key, std::string_view value, Duration& into) {
  const auto duration = parse_duration(value);
  if (!duration) return unknown_value(key, value, "a time, such as 5m");
  into = *duration;
  return {};
}

}  // namespace

Result<Variation> parse_variation(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const std::size_t dot = name.rfind('.');
  const std::size_t slash = name.rfind('/', dot);
  if (equals == std::string_view::npos || dot == std::string_view::npos || slash == std::string_view::npos ||
      slash == 0 || slash + 1 >= dot) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("expected something like bob/phone.protocol=imap,pop3, not `{}`", escaped(text)));
  }
  Variation out;
  out.user = to_lower(name.substr(0, slash));
  out.device = to_lower(name.substr(slash + 1, dot - slash - 1));
  out.key = name.substr(dot + 1);
  for (const std::string_view value : split(text.substr(equals + 1), ','))
    out.values.emplace_back(trim_wsp(value));
  if (out.values.size() < 2 || out.values.size() > 4)
    return fail(ErrorCode::kInvalidInput, "expected two to four values, separated by commas");
  return out;
}

const Host* varied_host(const Scenario& scenario, const Variation& variation) {
  const Host* found = nullptr;
  for (const Host& host : scenario.hosts) {
    if (!host.device || host.device->name != variation.device) continue;
    const std::string& account = host.device->account;
    if (account != variation.user && account.substr(0, account.rfind('@')) != variation.user) continue;
    if (found != nullptr) return nullptr;
    found = &host;
  }
  return found;
}

Ok vary(Scenario& scenario, const Variation& variation, std::string_view value) {
  const Host* host = varied_host(scenario, variation);
  if (host == nullptr) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no device `{}/{}`", escaped(variation.user),
                                                  escaped(variation.device)));
  }
  Device& device = *scenario.hosts[static_cast<std::size_t>(host - scenario.hosts.data())].device;
  if (variation.key == "policy") return set_policy(device, value);
  if (variation.key == "leave_for") return set_duration("leave_for", value, device.leave_for);
  if (variation.key == "poll") return set_duration("poll", value, device.poll);
  if (variation.key != "protocol") {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("`{}` cannot be varied; expected protocol, policy, leave_for or poll",
                            escaped(variation.key)));
  }
  if (value == "imap") {
    set_protocol(scenario, device, RetrievalProtocol::kImap);
  } else if (value == "pop3") {
    set_protocol(scenario, device, RetrievalProtocol::kPop3);
  } else {
    return unknown_value("protocol", value, "imap or pop3");
  }
  return {};
}

}  // namespace glasspost::scenario
