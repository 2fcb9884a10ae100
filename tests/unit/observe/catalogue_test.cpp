#include "engine/observe/catalogue.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace glasspost {
namespace {

std::set<std::string> fields(std::string_view pattern) {
  std::set<std::string> names;
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    const std::string_view field = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    names.emplace(field.substr(0, field.find(':')));
  }
  return names;
}

TEST(Catalogue, KeysAreUniqueAndBothLanguagesSayTheSame) {
  std::set<std::string_view> seen;
  for (const auto& area : catalogue()) {
    for (const CatalogueEntry& entry : area) {
      EXPECT_TRUE(seen.insert(entry.key).second) << entry.key << " stands twice";
      EXPECT_EQ(fields(entry.english), fields(entry.korean)) << entry.key;
      EXPECT_FALSE(entry.english.empty()) << entry.key;
      EXPECT_FALSE(entry.korean.empty()) << entry.key;
    }
  }
}

TEST(Catalogue, KoreanParticlesFollowTheWordBeforeThem) {
  const auto words = [](std::string_view name) {
    return render({"dns.no-such-name", {Argument::of_domain("name", name)}}, Language::kKorean);
  };
  EXPECT_EQ(words("한글"), "한글은 DNS에 없습니다.");
  EXPECT_EQ(words("서버"), "서버는 DNS에 없습니다.");
  EXPECT_EQ(words("beta.example"), "beta.example는 DNS에 없습니다.");
  EXPECT_EQ(words("mail"), "mail은 DNS에 없습니다.");
}

TEST(Catalogue, AnUnknownKeyHidesNothing) {
  EXPECT_EQ(render({"no.such", {Argument::of_number("n", 3)}}, Language::kEnglish), "no.such n=3");
  EXPECT_FALSE(in_catalogue("no.such"));
}

}  // namespace
}  // namespace glasspost
