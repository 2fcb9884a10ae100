#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

const std::string kHead = "glasspost: 1\ntitle: x\n";

TEST(Errors, AnUnknownKeyIsReportedWithWhatWasMeant) {
  EXPECT_EQ(errors_of(kHead + "sed: 7\n"),
            "test.yaml:3:1: error: unknown key `sed` in scenario; did you mean `seed`?\n");
  EXPECT_NE(errors_of(kHead + "colour: red\n")
                .find("unknown key `colour` in scenario; known keys: glasspost, title"),
            std::string::npos);
  EXPECT_EQ(errors_of(kHead + "domains:\n  alpha.example: {user: {alice: }}\n"),
            "test.yaml:4:19: error: unknown key `user` in domain; did you mean `users`?\n");
}

TEST(Errors, AMissingKeyIsNamedWithItsPlace) {
  EXPECT_EQ(errors_of("seed: 1\n"),
            "test.yaml:1:1: error: key `glasspost` is missing in scenario, for example `glasspost: 1`\n"
            "test.yaml:1:1: error: key `title` is missing in scenario, for example `title: {en: First mail, "
            "ko: 첫 번째 "
            "메일}`\n");
  EXPECT_NE(errors_of(kHead + "domains:\n  alpha.example:\nscript:\n  - {stop: alpha.example}\n")
                .find("test.yaml:6:5: error: key `at` is missing in action, for example `at: 1s`"),
            std::string::npos);
}

TEST(Errors, NumbersAreStrict) {
  EXPECT_EQ(errors_of(kHead + "seed: 012\n"),
            "test.yaml:3:7: error: expected a whole number without leading zeros, found `012`\n");
  for (const char* bad :
       {"0x10", "1e3", "-1", "1.0", "\"7\"", "[7]", "seven", "99999999999999999999", "+7", "1_000"}) {
    EXPECT_NE(errors_of(kHead + "seed: " + bad + "\n").find("test.yaml:3:7: error: expected a whole number"),
              std::string::npos)
        << bad;
  }
  EXPECT_EQ(loaded(kHead + "seed: 0\n").seed, 0u);
  EXPECT_NE(errors_of("glasspost: 2\ntitle: x\n").find("expected 1, found `2`"), std::string::npos);
}

TEST(Errors, ValuesWithUnits) {
  EXPECT_NE(errors_of(kHead + "until: 5\n").find("expected a time with its unit"), std::string::npos);
  EXPECT_NE(errors_of(kHead + "until: -5s\n").find("expected a time with its unit"), std::string::npos);
  EXPECT_NE(errors_of(kHead + "start: yesterday\n").find("expected a date and time in UTC"),
            std::string::npos);
  EXPECT_NE(
      errors_of(kHead + "network: {default: {bandwidth: 10}}\n").find("expected a bandwidth with its unit"),
      std::string::npos);
  EXPECT_NE(errors_of(kHead + "network: {default: {loss: 101%}}\n").find("expected a share from 0% to 100%"),
            std::string::npos);
  EXPECT_NE(errors_of(kHead + "server: {limits: {message: 25}}\n").find("expected a size with its unit"),
            std::string::npos);
  EXPECT_EQ(
      loaded(kHead + "network: {default: {bandwidth: 0.5kbit, loss: 0.1%}}\n").network.default_link.bandwidth,
      500u);
  EXPECT_EQ(
      loaded(kHead + "network: {default: {bandwidth: 0.5kbit, loss: 0.1%}}\n").network.default_link.loss,
      1000u);
}

TEST(Errors, TruthValuesAreTrueAndFalse) {
  for (const char* bad : {"yes", "on", "True", "\"true\"", "1"}) {
    EXPECT_NE(
        errors_of(kHead + "server: {auth_without_tls: " + bad + "}\n").find("expected `true` or `false`"),
        std::string::npos)
        << bad;
  }
}

TEST(Errors, SeveralAtOnceInTheOrderOfTheFile) {
  const std::string errors = errors_of(
      "glasspost: 1\ntitle: {en: x, fr: y}\nseed: x\nserver: {tls: maybe}\ndomains:\n  alpha.com:\n    "
      "users: {alice: {devices: "
      "[{phone: imapp}]}}\n");
  EXPECT_EQ(errors,
            "test.yaml:2:8: error: expected text, or `{en: text, ko: text}`\n"
            "test.yaml:3:7: error: expected a whole number from 0 to 281474976710655, found `x`\n"
            "test.yaml:4:15: error: expected `none`, `offered` or `required`, found `maybe`\n"
            "test.yaml:6:3: error: expected a domain below `.example` or `.test`, found `alpha.com`\n"
            "test.yaml:7:39: error: expected `imap`, `pop3` or `none`, found `imapp`\n");
}

TEST(Errors, AtMostFifty) {
  std::string text = kHead;
  for (int i = 0; i < 200; ++i)
    text += "key" + std::to_string(i) + ": 1\n";
  const auto result = load_scenario_text(text, "f");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().size(), kMaxLoadErrors);
}

TEST(Errors, WrongShapes) {
  EXPECT_NE(
      errors_of("just words\n").find("test.yaml:1:1: error: expected a map (scenario), found `just words`"),
      std::string::npos);
  EXPECT_NE(errors_of("[1]\n").find("expected a map (scenario), found a list"), std::string::npos);
  EXPECT_NE(errors_of(kHead + "script: {at: 1s}\n").find("expected a list, found a map"), std::string::npos);
  EXPECT_NE(errors_of(kHead + "domains: [alpha.example]\n").find("expected a map, found a list"),
            std::string::npos);
  EXPECT_NE(errors_of(kHead + "domains: {alpha.example: {users: {alice: {devices: [[x]]}}}}\n")
                .find("expected a device"),
            std::string::npos);
}

TEST(Errors, AddressesAndHosts) {
  EXPECT_NE(errors_of(kHead + "hosts: {a.example: {addresses: [10.0.0.1]}}\n")
                .find("10.0.0.1 is not from 192.0.2.0/24"),
            std::string::npos);
  EXPECT_NE(
      errors_of(kHead + "hosts: {a.example: {addresses: [192.0.2.1]}, b.example: {addresses: 192.0.2.1}}\n")
          .find("192.0.2.1 is taken by another host"),
      std::string::npos);
  EXPECT_NE(errors_of(kHead + "hosts: {a.example: {addresses: 192.0.2.01}}\n").find("expected an IP address"),
            std::string::npos);
  EXPECT_NE(errors_of(kHead + "hosts: {a.com: }\n").find("expected a host below"), std::string::npos);
  EXPECT_NE(errors_of(kHead + "domains: {a.example: {mx: mx.b.example}}\n")
                .find("there is no server `mx.b.example`"),
            std::string::npos);
  EXPECT_NE(
      errors_of(
          kHead +
          "domains: {a.example: {users: {x: }, mx: [m1.a.example, m2.a.example], mailbox: m2.a.example}}\n")
          .find("must be the MX with the lowest preference"),
      std::string::npos);
  EXPECT_NE(errors_of(kHead + "domains: {a.example: {users: {alice: , Alice: }}}\n")
                .find("user `alice` is given twice"),
            std::string::npos);
  EXPECT_NE(errors_of(kHead + "domains: {a.example: {users: {x: {devices: [{d: {submit: 465}}]}}}}\n")
                .find("`submit: 465` needs TLS"),
            std::string::npos);
}

TEST(Errors, Records) {
  const auto error = [](const std::string& record) {
    return errors_of(kHead + "domains: {a.example: {records: [" + record + "]}}\n");
  };
  EXPECT_NE(error("{name: www, type: A, value: 2001:db8::1}").find("expected an IPv4 address"),
            std::string::npos);
  EXPECT_NE(error("{name: www, type: AAAA, value: 192.0.2.1}").find("expected an IPv6 address"),
            std::string::npos);
  EXPECT_NE(error("{type: MX, value: mx.a.example}").find("expected a preference and a host"),
            std::string::npos);
  EXPECT_NE(error("{type: MXX, value: x}").find("did you mean `MX`?"), std::string::npos);
  EXPECT_NE(error("{name: www.b.example., type: A, value: 192.0.2.1}").find("is not a name within the zone"),
            std::string::npos);
  EXPECT_NE(error("{name: 'a b', type: A, value: 192.0.2.1}").find("is not a name within the zone"),
            std::string::npos);
  EXPECT_NE(error("{type: A, value: 192.0.2.1, ttl: 1500ms}").find("expected whole seconds"),
            std::string::npos);
  EXPECT_EQ(error("{name: '*', type: CNAME, value: www}"), "");
  EXPECT_EQ(error("{name: _imap._tcp, type: SRV, value: 0 1 143 mx.a.example}"), "");
}

TEST(Errors, FilesThatCannotBeRead) {
  const auto missing = load_scenario("/nonexistent/x.yaml");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().front().to_string(), "/nonexistent/x.yaml:0:0: error: the file does not exist");
  EXPECT_FALSE(load_scenario("/").has_value());
}

}  // namespace
}  // namespace glasspost::scenario
