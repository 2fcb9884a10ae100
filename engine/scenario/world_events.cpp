#include "engine/scenario/world_events.h"

#include <variant>
#include <vector>

#include <fmt/format.h>

#include "engine/trace/payload.h"

namespace glasspost::scenario {
namespace {

constexpr std::string_view kProgram = "glasspost 0.1.0";

// The words of the field for what a host does, as the trace's host event has them.
std::vector<std::string> role_names(const Host& host) {
  std::vector<std::string> out;
  for (const Role role : host.roles) {
    switch (role) {
      case Role::kMx:
        out.emplace_back("mta");
        break;
      case Role::kMsa:
        out.emplace_back("msa");
        break;
      case Role::kMailbox:
        out.emplace_back("mda");
        break;
      case Role::kNameServer:
        out.emplace_back("name-server");
        break;
      case Role::kResolver:
        out.emplace_back("resolver");
        break;
      case Role::kDevice:
        out.emplace_back("mua");
        break;
      case Role::kStranger:
        out.emplace_back("stranger");
        break;
    }
  }
  return out;
}

std::string_view protocol_name(RetrievalProtocol protocol) {
  switch (protocol) {
    case RetrievalProtocol::kNone:
      return "";
    case RetrievalProtocol::kPop3:
      return "pop3";
    case RetrievalProtocol::kImap:
      return "imap";
  }
  return "";
}

void tell_host(tap::Tap& tap, const Host& host, HostId id) {
  std::vector<std::string> addresses;
  for (const IpAddress& address : host.addresses)
    addresses.push_back(address.to_string());
  const std::string roles = trace::join_list(role_names(host));
  const std::string address_list = trace::join_list(addresses);
  trace::payload::Host payload;
  payload.name = host.name;
  payload.roles = {roles};
  payload.addresses = {address_list};
  tap.record(id, {}, {}, payload);
  if (!host.device) return;
  trace::payload::Device device;
  device.name = host.device->name;
  device.account = host.device->account;
  device.protocol = protocol_name(host.device->protocol);
  tap.record(id, {}, {}, device);
}

void tell_link(tap::Tap& tap, std::string_view name, HostId from, HostId to, const LinkProfile& profile) {
  trace::payload::Link payload;
  payload.from = from;
  payload.to = to;
  payload.latency = profile.latency;
  payload.jitter = profile.jitter;
  payload.bandwidth = profile.bandwidth;
  payload.loss_ppm = profile.loss;
  payload.name = name;
  tap.record({}, {}, {}, payload);
}

std::string joined(const std::vector<std::string>& items) {
  return fmt::format("{}", fmt::join(items, ", "));
}

struct Describe {
  const Scenario& scenario;

  ActionWords operator()(const SendMail& a) const {
    std::vector<std::string> everybody = a.to;
    everybody.insert(everybody.end(), a.cc.begin(), a.cc.end());
    everybody.insert(everybody.end(), a.bcc.begin(), a.bcc.end());
    return {host_id(scenario, a.device), a.account, "send",
            fmt::format("to {}: {}", joined(everybody), a.subject)};
  }
  ActionWords operator()(const InjectMail& a) const {
    return {host_id(scenario, a.host), a.host, "inject",
            fmt::format("to {} at {}:{}, as {}: MAIL FROM:<{}>, From: {}, Subject: {}", joined(a.rcpt_to),
                        a.target, a.port, a.helo, a.mail_from, a.from, a.subject)};
  }
  ActionWords operator()(const UseDevice& a) const {
    std::string detail = a.subject;
    if (a.deed == DeviceDeed::kSearch || a.deed == DeviceDeed::kCreateFolder) detail = a.target;
    if (a.deed == DeviceDeed::kMove) detail += " to " + a.target;
    if (!a.to.empty()) detail += " to " + joined(a.to);
    return {host_id(scenario, a.device), a.account, std::string(to_string(a.deed)), detail};
  }
  ActionWords operator()(const StopHost& a) const {
    return {host_id(scenario, a.host), "operator", "stop", a.host};
  }
  ActionWords operator()(const CrashHost& a) const {
    return {host_id(scenario, a.host), "operator", "crash", a.host};
  }
  ActionWords operator()(const RestartHost& a) const {
    return {host_id(scenario, a.host), "operator", "restart", a.host};
  }
  ActionWords operator()(const CutLink& a) const { return {{}, "operator", "cut", a.name}; }
  ActionWords operator()(const RestoreLink& a) const { return {{}, "operator", "restore", a.name}; }
  ActionWords operator()(const ChangeLink& a) const { return {{}, "operator", "change-link", a.name}; }
  ActionWords operator()(const SetRecord& a) const {
    std::vector<std::string> values;
    for (const ZoneRecord& record : a.records)
      values.push_back(record.value);
    return {{}, "operator", "set-record", fmt::format("{} {}: {}", a.name, a.type, joined(values))};
  }
  ActionWords operator()(const SignWith& a) const {
    return {{}, "operator", "sign-with", fmt::format("{} {}", a.domain, a.selector)};
  }
};

}  // namespace

HostId host_id(const Scenario& scenario, std::string_view name) {
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i) {
    if (scenario.hosts[i].name == name) return HostId{static_cast<std::uint32_t>(i + 1)};
  }
  return {};
}

void tell_world(tap::Tap& tap, const Scenario& scenario, const RunFacts& facts) {
  trace::payload::RunStarted started;
  started.seed = facts.seed;
  started.epoch = facts.epoch;
  started.virtual_world = facts.virtual_world;
  started.title = scenario.title.en;
  started.scenario = scenario.name;
  started.program = kProgram;
  tap.record({}, {}, {}, started);
  if (!facts.source.empty()) {
    trace::payload::ScenarioSource source;
    source.name = scenario.name;
    source.source = {facts.source};
    tap.record({}, {}, {}, source);
  }
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i) {
    tell_host(tap, scenario.hosts[i], HostId{static_cast<std::uint32_t>(i + 1)});
  }
  if (!facts.virtual_world) return;
  tell_link(tap, "default", {}, {}, scenario.network.default_link);
  for (const Link& link : scenario.network.links) {
    tell_link(tap, link.name, host_id(scenario, link.a), host_id(scenario, link.b), link.profile);
  }
}

ActionWords describe(const Scenario& scenario, const Action& action) {
  return std::visit(Describe{scenario}, action.what);
}

void tell_action(tap::Tap& tap, const Scenario& scenario, const Action& action) {
  const ActionWords words = describe(scenario, action);
  trace::payload::UserAction told;
  told.who = words.who;
  told.action = words.action;
  told.detail = words.detail;
  tap.record_cause(words.host, {}, {}, told);
}

}  // namespace glasspost::scenario
