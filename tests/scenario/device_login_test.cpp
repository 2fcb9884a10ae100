// Every way in which a device can reach its servers: protocol, security and mechanism.

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/scenario/loader.h"
#include "engine/scenario/run.h"

namespace glasspost::scenario {
namespace {

class DeviceLogin : public testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {};

TEST_P(DeviceLogin, SendsAndReads) {
  const auto [protocol, security, auth] = GetParam();
  const std::string text = fmt::format(
      R"(
glasspost: 1
title: Login
until: 10m
server: {{tls: offered, spf: off}}
domains:
  beta.example:
    users: {{bob: {{devices: [{{phone: {{protocol: {}, security: {}, auth: {}}}}}]}}}}
script:
  - {{at: 1s, bob/phone: {{send: {{to: bob@beta.example, subject: To myself, text: x}}}}}}
  - {{at: 20s, bob/phone: sync}}
expect:
  - {{at: 19s, mailbox: bob@beta.example/INBOX, holds: To myself}}
  - {{mailbox: bob@beta.example/INBOX, on: phone, holds: To myself}}
  - {{mailbox: bob@beta.example/Sent, on: phone, holds: To myself, flags: [\Seen]}}
  - {{mailbox: bob@beta.example/Outbox, on: phone, count: 0}}
)",
      protocol, security, auth);
  const auto scenario = load_scenario_text(text, "login.yaml", {});
  ASSERT_TRUE(scenario.has_value());
  const auto report = run_scenario(*scenario, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  for (const ExpectationResult& result : report->expectations)
    EXPECT_TRUE(result.held) << scenario->expectations[result.index].text << ": " << result.seen;
}

INSTANTIATE_TEST_SUITE_P(
    All, DeviceLogin,
    testing::Combine(testing::Values("imap", "pop3"), testing::Values("none", "starttls", "tls"),
                     testing::Values("plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256")));

TEST(DeviceLoginProblems, AWrongPasswordIsSaid) {
  const std::string text = R"(
glasspost: 1
title: Login
until: 10m
domains:
  beta.example:
    server: {tls: required, auth: [plain]}
    users: {bob: {devices: [{phone: {protocol: imap, auth: cram-md5}}, {pad: {protocol: pop3, auth: cram-md5}}]}}
script:
  - {at: 1s, bob/phone: sync}
  - {at: 20s, bob/pad: sync}
  - {at: 40s, stop: mx.beta.example}
  - {at: 50s, bob/phone: sync}
expect:
  - {at: 15s, query: 'action == "sync failed" && detail contains "no way to log in"', count: 1}
  - {at: 35s, query: 'action == "sync failed" && detail contains "no way to log in"', count: 2}
  - {query: 'action == "sync failed"', count: 3}
)";
  const auto scenario = load_scenario_text(text, "login.yaml", {});
  ASSERT_TRUE(scenario.has_value());
  const auto report = run_scenario(*scenario, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  for (const ExpectationResult& result : report->expectations)
    EXPECT_TRUE(result.held) << scenario->expectations[result.index].text << ": " << result.seen;
}

}  // namespace
}  // namespace glasspost::scenario
