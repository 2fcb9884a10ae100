#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/cli/canvas.h"
#include "engine/cli/commands.h"
#include "engine/cli/json_text.h"
#include "engine/cli/scenario_file.h"
#include "engine/cli/words.h"
#include "engine/scenario/serve.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

std::string served_text(const scenario::Served& served, const Speaker& words) {
  std::string out =
      fmt::format("{}{}{}{}\n", padded(words("cli.serve-host"), 26), padded(words("cli.serve-protocol"), 14),
                  padded("TLS", 10), words("cli.serve-address"));
  for (const scenario::ServedPort& port : served.ports) {
    out += fmt::format("{}{}{}{}{}\n", padded(port.host, 26), padded(port.protocol, 14), padded(port.tls, 10),
                       port.endpoint.to_string(),
                       port.localhost ? fmt::format("  127.0.0.1:{}", port.endpoint.port) : "");
  }
  out += fmt::format("\n{}{}{}\n", padded(words("cli.serve-user"), 26),
                     padded(words("cli.serve-password"), 24), words("cli.serve-submission"));
  for (const scenario::ServedAccount& account : served.accounts) {
    out += fmt::format("{}{}{}\n", padded(account.address, 26), padded(account.password, 24),
                       account.submission_host);
  }
  out += fmt::format("\n{}: {}\n{}: {}\n", words("cli.serve-ca"), served.ca_file.string(),
                     words("cli.serve-state"), served.state.string());
  return out + words("cli.serve-stop") + "\n";
}

std::string served_json(const scenario::Served& served) {
  Json out = {{"ports", Json::array()},
              {"accounts", Json::array()},
              {"ca_file", served.ca_file.string()},
              {"state", served.state.string()}};
  for (const scenario::ServedPort& port : served.ports) {
    out["ports"].push_back({{"host", port.host},
                            {"protocol", port.protocol},
                            {"tls", port.tls},
                            {"address", port.endpoint.address.to_string()},
                            {"port", port.endpoint.port},
                            {"localhost", port.localhost}});
  }
  for (const scenario::ServedAccount& account : served.accounts) {
    out["accounts"].push_back({{"address", account.address},
                               {"user", account.address},
                               {"password", account.password},
                               {"submission_host", account.submission_host}});
  }
  return json_line(out);
}

}  // namespace

int serve_command(const ServeCommand& command) {
  auto file = command.scenario.empty() ? default_scenario(command.variant)
                                       : open_scenario(command.scenario, command.variant);
  if (!file) {
    report(file.error());
    return kBadInput;
  }
  scenario::ServeOptions options;
  options.port_offset = command.port_offset;
  options.state = command.state;
  options.trace_file = command.trace;
  options.run_script = !command.no_script;
  options.keep_secrets = command.keep_secrets;
  options.source = file->source;
  if (command.seconds)
    options.run_for = Duration::milliseconds(static_cast<std::int64_t>(*command.seconds * 1000.0));
  const Speaker words(command.language);
  const auto ready = [&](const scenario::Served& served) {
    const std::string text = command.json ? served_json(served) : served_text(served, words);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  };
  const auto result = scenario::serve_scenario(file->scenario, options, ready);
  if (!result) {
    std::fprintf(stderr, "glasspost serve: %s\n", to_string(result.error()).c_str());
    return kBadInput;
  }
  if (!command.json) {
    const std::string where = command.trace.empty() ? "" : fmt::format(": {}", command.trace);
    std::fputs(
        (words("cli.serve-ended", {{"events", std::to_string(result->events)}}) + where + "\n").c_str(),
        stdout);
  }
  return kGood;
}

}  // namespace glasspost::cli
