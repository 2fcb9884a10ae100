#pragma once

#include <string>

#include <gtest/gtest.h>

#include "engine/scenario/loader.h"

namespace glasspost::scenario {

inline std::string all_errors(const LoadErrors& errors) {
  std::string out;
  for (const LoadError& error : errors)
    out += error.to_string() + "\n";
  return out;
}

/// The scenario, or a failed test that shows the errors.
inline Scenario loaded(const std::string& text, const LoadOptions& options = {}) {
  auto result = load_scenario_text(text, "test.yaml", options);
  if (!result) {
    ADD_FAILURE() << all_errors(result.error());
    return {};
  }
  return std::move(*result);
}

/// The errors as lines; empty if the text is a good scenario.
inline std::string errors_of(const std::string& text, const LoadOptions& options = {}) {
  const auto result = load_scenario_text(text, "test.yaml", options);
  return result ? "" : all_errors(result.error());
}

/// The example of docs/scenario-format.md, word for word.
inline const std::string kFirstMail = R"(glasspost: 1
title: {en: First mail, ko: 첫 번째 메일}
seed: 7
network: {default: {latency: 20ms, bandwidth: 10Mbit}}
domains:
  alpha.example:
    users: {alice: {devices: [laptop]}}
    spf: "v=spf1 mx -all"
  beta.example:
    users: {bob: {devices: [{phone: imap}, {laptop: pop3}]}}
script:
  - {at: 1s, alice: {send: {to: bob@beta.example, subject: Hello, text: Hi Bob}}}
expect:
  - {by: 5s, check: spf, result: pass}
  - {by: 5s, mailbox: bob@beta.example/INBOX, holds: Hello}
)";

}  // namespace glasspost::scenario
