// verify, spf, sign and dkim-key: what they print and how they end.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/cli/program.h"

namespace glasspost {
namespace {

using Json = nlohmann::json;

constexpr const char* kLetter =
    "From: Alice <alice@alpha.example>\nTo: bob@beta.example\nSubject: Hello\n\nHi Bob\n";
constexpr const char* kClient = " --ip 192.0.2.25 --helo mx.alpha.example --from alice@alpha.example";

/// A key, its zone and a signed letter.
class AuthenticationProgram : public Program {
 protected:
  void SetUp() override {
    Program::SetUp();
    letter_ = file("letter.eml", kLetter);
    const Outcome key =
        glasspost("dkim-key --domain alpha.example --selector s1 --out '" + path("s1.pem") + "'");
    ASSERT_EQ(key.status, 0) << key.out;
    zone_ = file("zone.txt", key.out +
                                 "alpha.example. IN TXT \"v=spf1 ip4:192.0.2.25 -all\"\n"
                                 "_dmarc.alpha.example. TXT \"v=DMARC1; p=reject\"\n");
    const Outcome signed_letter = glasspost("sign " + letter_ + signer());
    ASSERT_EQ(signed_letter.status, 0) << signed_letter.out;
    signed_ = file("signed.eml", signed_letter.out);
  }
  std::string path(const std::string& name) { return (folder_ / name).string(); }
  std::string signer() { return " --key " + path("s1.pem") + " --domain alpha.example --selector s1"; }
  std::string dns() { return " --dns " + zone_; }
  std::string letter_, zone_, signed_;
};

TEST_F(AuthenticationProgram, ASignedLetterPassesAndSaysWhy) {
  const Outcome good = glasspost("verify " + signed_ + dns() + kClient);
  EXPECT_EQ(good.status, 0) << good.out;
  for (const char* piece : {"SPF: pass", "DKIM: pass", "DMARC: pass", "RFC 6376 3.7", "RFC 9989 4.10",
                            "asked the DNS", "Authentication-Results: localhost; spf=pass"})
    EXPECT_TRUE(has(good.out, piece)) << piece << "\n" << good.out;
  EXPECT_TRUE(has(glasspost("verify " + signed_ + dns() + " --lang ko").out, "보증합니다"));
}

TEST_F(AuthenticationProgram, AForgedOneDoesNot) {
  const Outcome forged = glasspost("verify " + letter_ + dns() + " --ip 203.0.113.66 --from x@thief.example");
  EXPECT_EQ(forged.status, 1);
  EXPECT_TRUE(has(forged.out, "DMARC: fail"));
  const std::string altered = file("altered.eml", std::string(kLetter) + "One more line.\n");
  EXPECT_EQ(glasspost("verify " + altered + dns()).status, 1);
}

TEST_F(AuthenticationProgram, MachinesGetTheWholeTree) {
  const Outcome good = glasspost("verify - --json" + dns() + kClient + " < " + signed_);
  const Json json = Json::parse(good.out, nullptr, false);
  ASSERT_TRUE(json.is_object()) << good.out;
  EXPECT_EQ(json["pass"], true);
  EXPECT_EQ(json["spf"]["result"], "pass");
  EXPECT_EQ(json["dkim"]["signatures"][0]["domain"], "alpha.example");
  EXPECT_EQ(json["dmarc"]["policy"], "reject");
  EXPECT_EQ(json["dmarc"]["dkim_aligned"], true);
  EXPECT_EQ(json["spf"]["why"]["rule"], "RFC 7208 4");
  EXPECT_FALSE(json["dkim"]["why"]["steps"].empty());
  EXPECT_TRUE(json["spf"]["why"]["steps"][0].contains("look_ups"));
}

TEST_F(AuthenticationProgram, SpfAloneIsAsked) {
  const Outcome good = glasspost("spf --ip 192.0.2.25 --from alice@alpha.example" + dns());
  EXPECT_EQ(good.status, 0) << good.out;
  EXPECT_TRUE(has(good.out, "SPF: pass"));
  EXPECT_TRUE(has(good.out, "Received-SPF: pass"));
  const Outcome bad = glasspost("spf --json --ip 192.0.2.26 --helo alpha.example" + dns());
  EXPECT_EQ(bad.status, 1);
  EXPECT_EQ(Json::parse(bad.out, nullptr, false)["mechanism"], "-all");
  EXPECT_EQ(glasspost("spf --ip 198.51.100.200 --from alice@alpha.example --dns "
                      "scenarios/spf-include-chain.yaml")
                .status,
            0)
      << "a scenario's zones will do";
}

TEST_F(AuthenticationProgram, KeysAreMadeShownAndLookedFor) {
  const std::string key = " --domain alpha.example --selector s1 --key " + path("s1.pem");
  const Outcome shown = glasspost("dkim-key --json" + key + dns());
  EXPECT_EQ(shown.status, 0) << shown.out;
  const Json json = Json::parse(shown.out, nullptr, false);
  EXPECT_EQ(json["name"], "s1._domainkey.alpha.example");
  EXPECT_EQ(json["published"], true);
  EXPECT_EQ(glasspost("dkim-key --domain alpha.example --selector s9 --key " + path("s1.pem") + dns()).status,
            1);
  EXPECT_EQ(std::filesystem::status(path("s1.pem")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const Outcome again =
      glasspost("dkim-key --domain alpha.example --selector s1 --out '" + path("s1.pem") + "'");
  EXPECT_EQ(again.status, 2) << "a key is never written over";
  const Outcome rsa =
      glasspost("dkim-key --domain alpha.example --selector r --algorithm rsa-2048 --out " + path("r.pem"));
  EXPECT_TRUE(has(rsa.out, "\" \"")) << "more than 255 bytes are several strings";
}

TEST_F(AuthenticationProgram, SigningSaysWhatIsWanted) {
  const Outcome field =
      glasspost("sign " + letter_ + signer() +
                " --field-only --lifetime 7d --time 2026-03-02T09:00:00Z "
                "--canonicalization simple/simple --body-length --fields From:Subject --identity "
                "x@alpha.example");
  EXPECT_EQ(field.status, 0) << field.out;
  for (const char* piece :
       {"c=simple/simple;", "i=x@alpha.example;", "l=8;", "t=1772442000;", "x=1773046800;"})
    EXPECT_TRUE(has(field.out, piece)) << piece << "\n" << field.out;
  EXPECT_FALSE(has(field.out, "Hi Bob"));
}

TEST_F(AuthenticationProgram, BadInputEndsWithTwo) {
  const std::string bad_zone = file("bad.txt", "x TXT \"open\n");
  const Outcome zone = glasspost("verify " + signed_ + " --dns " + bad_zone);
  EXPECT_EQ(zone.status, 2);
  EXPECT_TRUE(has(zone.out, "bad.txt:1:")) << zone.out;
  for (const std::string& arguments :
       {"verify " + signed_, "verify nowhere.eml" + dns(), "verify " + signed_ + dns() + " --ip 1.2.3",
        "verify " + signed_ + dns() + " --time yesterday", "spf --ip 192.0.2.1" + dns(),
        "sign " + letter_ + " --key " + zone_ + " --domain alpha.example --selector s1",
        "sign " + file("none.eml", "Subject: no author\n\nx\n") + signer(),
        std::string("dkim-key --domain alpha.example --selector s1"),
        "dkim-key --domain alpha.example --selector s..1 --key " + path("s1.pem")})
    EXPECT_EQ(glasspost(arguments).status, 2) << arguments;
}

TEST_F(AuthenticationProgram, HelpTeachesAndTheShellKnowsTheNames) {
  for (const char* command : {"verify", "spf", "sign", "dkim-key"}) {
    const Outcome help = glasspost(std::string(command) + " --help");
    EXPECT_EQ(help.status, 0);
    EXPECT_TRUE(has(help.out, std::string("  glasspost ") + command)) << help.out;
  }
  const Outcome completion = glasspost("completion bash");
  for (const char* word : {"verify", "spf", "sign", "dkim-key", "--dns", "--selector"})
    EXPECT_TRUE(has(completion.out, word)) << word;
}

}  // namespace
}  // namespace glasspost
