#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

TEST(Scenarios, AllOfTheCollectionLoadWithTheirVariants) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(GLASSPOST_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto scenario = load_scenario(entry.path());
    ASSERT_TRUE(scenario.has_value()) << all_errors(scenario.error());
    names.insert(scenario->name);
    EXPECT_NE(scenario->title.en, scenario->title.ko) << scenario->name;
    ASSERT_TRUE(scenario->moral.has_value()) << scenario->name;
    EXPECT_NE(scenario->moral->en, scenario->moral->ko) << scenario->name;
    EXPECT_FALSE(scenario->expectations.empty()) << scenario->name;
    EXPECT_FALSE(scenario->script.empty()) << scenario->name;
    for (const Variant& variant : scenario->variants) {
      const auto switched = load_scenario(entry.path(), {variant.name});
      EXPECT_TRUE(switched.has_value()) << all_errors(switched.error());
    }
  }
  for (const char* name : {"first-mail", "first-mail-tls", "spoofed-sender", "two-recipients-one-refused",
                           "mx-down", "mail-loop", "own-domain-spf-pass", "spf-include-chain",
                           "dkim-survives-forwarding", "mailing-list-breaks-dkim", "display-name-spoof",
                           "dmarcbis-against-7489", "tree-walk", "key-rotation"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Scenarios, TheDefaultOfServeLoadsAndOffersTls) {
  const Scenario scenario = loaded(std::string(default_scenario_text()));
  EXPECT_EQ(scenario.domains.size(), 2u);
  const Host* mx = scenario.find_host("mx.alpha.example");
  ASSERT_NE(mx, nullptr);
  EXPECT_TRUE(mx->certificate.has_value());
  EXPECT_NE(mx->certificate->key, KeyKind::kEd25519) << "foreign mail programs want RSA or P-256";
  ASSERT_EQ(mx->mail_server->listeners.size(), 7u);
  EXPECT_TRUE(mx->mail_server->listeners[1].auth_without_tls);
}

TEST(Scenarios, TheExampleOfTheDocumentationIsTheOneThatIsTested) {
  std::ifstream in(GLASSPOST_SOURCE_DIR "/docs/scenario-format.md", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find(kFirstMail), std::string::npos);
}

}  // namespace
}  // namespace glasspost::scenario
