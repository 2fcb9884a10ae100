#include "engine/cli/check_input.h"

#include <cstdio>
#include <fstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/cli/commands.h"
#include "engine/cli/scenario_file.h"
#include "engine/message/line_ends.h"
#include "engine/protocol/dns/static_resolver.h"
#include "engine/protocol/dns/zone_file.h"
#include "engine/scenario/host_config.h"
#include "engine/session/dns_stub.h"

namespace glasspost::cli {
namespace {

constexpr std::size_t kMaxInput = 64u << 20;
constexpr const char* kResolvers = "/etc/resolv.conf";
constexpr std::size_t kMaxResolvers = 3;
constexpr Duration kPatience = Duration::minutes(1);

Result<std::string> read_all(std::FILE* file, const std::string& name) {
  std::string out;
  char buffer[16384];
  std::size_t got = 0;
  while ((got = std::fread(buffer, 1, sizeof(buffer), file)) > 0) {
    out.append(buffer, got);
    if (out.size() > kMaxInput)
      return fail(ErrorCode::kTooLarge, fmt::format("{} is larger than {} bytes", name, kMaxInput));
  }
  if (std::ferror(file) != 0) return fail(ErrorCode::kIo, "cannot read " + name);
  return out;
}

Result<dns::ZoneSet> zones_of_scenario(const std::string& file) {
  const auto loaded = open_scenario(file, "");
  if (!loaded) return fail(ErrorCode::kInvalidInput, loaded.error().front().to_string());
  dns::ZoneSet all;
  for (const scenario::Host& host : loaded->scenario.hosts) {
    if (!host.name_server) continue;
    const Result<dns::ZoneSet> zones = scenario::zones_of(loaded->scenario, host);
    if (!zones) return fail(zones.error());
    for (const auto& [origin, zone] : zones->zones())
      all.set(zone);
  }
  return all;
}

// One zone that is the whole DNS: what the file does not say does not exist.
Result<dns::ZoneSet> zones_of_file(const std::string& file) {
  const Result<std::string> text = read_input(file);
  if (!text) return fail(text.error());
  auto zone = dns::parse_zone_file(*text, dns::Name());
  if (!zone) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{}:{}:{}: {}", file, zone.error().line,
                                                      zone.error().column, zone.error().message));
  }
  dns::ZoneSet all;
  all.set(std::move(*zone));
  return all;
}

std::vector<Endpoint> system_resolvers() {
  constexpr std::uint16_t kPort = 53;
  std::vector<Endpoint> out;
  std::ifstream in(kResolvers);
  for (std::string line; std::getline(in, line) && out.size() < kMaxResolvers;) {
    const std::string_view text = trim_wsp(line);
    if (!text.starts_with("nameserver")) continue;
    if (const auto address = IpAddress::parse(trim_wsp(text.substr(10)))) out.push_back({*address, kPort});
  }
  return out;
}

}  // namespace

Result<CheckDns> CheckDns::open(const std::string& source) {
  CheckDns out;
  if (source == "system") {
    dns::StubConfig config;
    config.servers = system_resolvers();
    if (config.servers.empty())
      return fail(ErrorCode::kNotFound, fmt::format("{} names no resolver", kResolvers));
    net::IoWorldOptions options;
    options.allow_beyond_loopback = true;
    out.world_ = std::make_unique<net::IoWorld>(options);
    auto services = out.world_->add_host(
        {HostId{1}, {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::1")}, false});
    if (!services) return fail(services.error());
    out.resolver_ = std::make_unique<dns::StubResolver>(*services, config);
    return out;
  }
  const bool scenario = source.ends_with(".yaml") || source.ends_with(".yml");
  Result<dns::ZoneSet> zones = scenario ? zones_of_scenario(source) : zones_of_file(source);
  if (!zones) return fail(zones.error());
  out.resolver_ = std::make_unique<dns::StaticResolver>(std::move(*zones));
  return out;
}

void CheckDns::wait_for(const std::function<bool()>& done) {
  static_cast<void>(world_->run_until(done, kPatience));
}

Result<std::string> read_input(const std::string& file) {
  if (file == "-") return read_all(stdin, "standard input");
  std::FILE* opened = std::fopen(file.c_str(), "rb");
  if (opened == nullptr) return fail(ErrorCode::kIo, fmt::format("cannot read {}", file));
  Result<std::string> text = read_all(opened, file);
  std::fclose(opened);
  return text;
}

Result<std::string> read_message(const std::string& file) {
  Result<std::string> text = read_input(file);
  if (!text) return text;
  return message::to_crlf(*text);
}

Result<Instant> moment(const std::string& text) {
  if (!text.empty()) return parse_rfc3339(text);
  net::IoWorld world({});
  return world.clock().now();
}

int bad_input(const char* command, const Error& error) {
  std::fprintf(stderr, "glasspost %s: %s\n", command, to_string(error).c_str());
  return kBadInput;
}

}  // namespace glasspost::cli
