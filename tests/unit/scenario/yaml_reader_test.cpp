#include "engine/scenario/yaml_reader.h"

#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

std::string yaml_errors(const std::string& text) {
  LoadErrors errors;
  static_cast<void>(read_yaml(text, "f", errors));
  return all_errors(errors);
}

TEST(YamlReader, KeepsTextPlacesAndQuotes) {
  LoadErrors errors;
  const YamlNode root = read_yaml("a: 012\nb: ['x', y]\nc:\nd: {e: 첫}\n", "f", errors);
  ASSERT_TRUE(errors.empty()) << all_errors(errors);
  ASSERT_TRUE(root.is_map());
  EXPECT_EQ(root.find("a")->text, "012");
  EXPECT_TRUE(root.find("a")->plain);
  EXPECT_EQ(root.find("a")->line, 1u);
  EXPECT_EQ(root.find("a")->column, 4u);
  ASSERT_EQ(root.find("b")->items.size(), 2u);
  EXPECT_FALSE(root.find("b")->items[0].plain);
  EXPECT_TRUE(root.find("c")->is_null());
  EXPECT_EQ(root.find("c")->line, 3u);
  EXPECT_EQ(root.find("d")->find("e")->text, "첫");
  EXPECT_EQ(root.find("z"), nullptr);
}

TEST(YamlReader, RefusesDuplicateKeysWithBothPlaces) {
  EXPECT_EQ(yaml_errors("a: 1\nb: 2\na: 3\n"),
            "f:3:1: error: key `a` is given twice; the first one is in line 1\n");
}

TEST(YamlReader, RefusesAnchorsAliasesAndTags) {
  EXPECT_NE(yaml_errors("a: &x [1]\nb: *x\n").find("f:1:4: error: anchors"), std::string::npos);
  EXPECT_NE(yaml_errors("a: !!str 1\n").find("tags (`!!name`)"), std::string::npos);
  EXPECT_NE(yaml_errors("a: !x {b: 1}\n").find("tags (`!!name`)"), std::string::npos);
}

TEST(YamlReader, RefusesAnAliasBombAtItsFirstAnchor) {
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i)
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + "]\n";
  EXPECT_EQ(yaml_errors(bomb), "f:1:5: error: anchors (`&name`) are not allowed here\n");
}

TEST(YamlReader, RefusesDepthSizeAndCount) {
  EXPECT_NE(yaml_errors(std::string(100, '[') + std::string(100, ']')).find("nested too deeply: at most 24"),
            std::string::npos);
  EXPECT_NE(yaml_errors(std::string(100'000, '[')), "");
  EXPECT_NE(yaml_errors(std::string(100'000, '[') + std::string(100'000, ']')), "");
  EXPECT_NE(yaml_errors(std::string(kMaxScenarioBytes + 1, 'a')).find("too large"), std::string::npos);
  std::string many = "[";
  for (std::size_t i = 0; i <= kMaxYamlNodes; ++i)
    many += "1,";
  EXPECT_NE(yaml_errors(many + "]").find("too large: at most 100000 values"), std::string::npos);
}

TEST(YamlReader, RefusesWhatIsNotText) {
  EXPECT_EQ(yaml_errors("a: 1\nb: \xff\n"), "f:2:1: error: this line is not UTF-8 text\n");
  EXPECT_EQ(yaml_errors(std::string("a: \0b", 5)),
            "f:1:4: error: a control character (0x00) is not allowed in a scenario\n");
}

TEST(YamlReader, RefusesASecondDocumentAndEmptiness) {
  EXPECT_EQ(yaml_errors(""), "f:1:1: error: the file holds no scenario\n");
  EXPECT_EQ(yaml_errors("# only words\n"), "f:1:1: error: the file holds no scenario\n");
  EXPECT_NE(yaml_errors("a: 1\n---\nb: 2\n").find("a second document"), std::string::npos);
}

TEST(YamlReader, SaysWhereYamlIsBroken) {
  EXPECT_NE(yaml_errors("a: [1, 2\nb: 3\n").find("not well-formed YAML"), std::string::npos);
  EXPECT_NE(yaml_errors("a: \"x\n").find("error: not well-formed YAML"), std::string::npos);
  EXPECT_NE(yaml_errors("? [a, b]\n: 1\n").find("a key must be a word"), std::string::npos);
}

TEST(YamlReader, EveryPrefixOfAScenarioGivesATreeOrAnError) {
  for (std::size_t length = 0; length <= kFirstMail.size(); ++length) {
    const auto result = load_scenario_text(kFirstMail.substr(0, length), "f");
    if (!result) {
      EXPECT_FALSE(result.error().empty()) << length;
    }
  }
}

}  // namespace
}  // namespace glasspost::scenario
