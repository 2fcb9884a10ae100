#include "engine/scenario/keys.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/scenario/schema.h"
#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

/// True when GLASSPOST_UPDATE_DOCS is set: the files are written instead of compared.
bool updating() {
  return std::getenv("GLASSPOST_UPDATE_DOCS") != nullptr;
}

TEST(Keys, TheSchemaInDocsIsTheTables) {
  const std::string path = GLASSPOST_SOURCE_DIR "/docs/scenario.schema.json";
  if (updating()) std::ofstream(path, std::ios::binary) << scenario_schema();
  EXPECT_EQ(file_text(path), scenario_schema()) << "run the test with GLASSPOST_UPDATE_DOCS=1";
}

TEST(Keys, TheReferenceInDocsIsTheTables) {
  const std::string path = GLASSPOST_SOURCE_DIR "/docs/scenario-format.md";
  const std::string begin = "<!-- keys: made from the loader's own table; a test compares -->\n";
  const std::string end = "<!-- end of keys -->";
  std::string text = file_text(path);
  const std::size_t from = text.find(begin);
  const std::size_t to = text.find(end);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  if (updating()) {
    std::ofstream(path, std::ios::binary)
        << text.substr(0, from + begin.size()) << scenario_reference() << text.substr(to);
    return;
  }
  EXPECT_EQ(text.substr(from + begin.size(), to - from - begin.size()), scenario_reference())
      << "run the test with GLASSPOST_UPDATE_DOCS=1";
}

TEST(Keys, TheSchemaIsJsonAndNamesEveryKey) {
  const nlohmann::json schema = nlohmann::json::parse(scenario_schema(), nullptr, false);
  ASSERT_FALSE(schema.is_discarded());
  for (const SectionSpec& section : all_sections()) {
    std::string name(section.name);
    for (char& c : name)
      c = c == ' ' ? '-' : c;
    ASSERT_TRUE(schema["$defs"].contains(name)) << name;
    const nlohmann::json& definition = schema["$defs"][name];
    std::set<std::string> required;
    for (const auto& key : definition["required"])
      required.insert(key.get<std::string>());
    for (const KeySpec& key : section.keys) {
      EXPECT_TRUE(definition["properties"].contains(std::string(key.name))) << name << " " << key.name;
      EXPECT_EQ(required.contains(std::string(key.name)), key.required) << name << " " << key.name;
    }
    EXPECT_EQ(definition["properties"].size(), section.keys.size());
  }
}

/// A document in which each section stands once, with a place to put one more key.
std::string document_with(Section section, const std::string& entry) {
  const auto in = [&](Section here) { return here == section ? ", " + entry : std::string(); };
  const std::string link = "latency: 1ms" + in(Section::kLink);
  std::string text = "{glasspost: 1, title: t" + in(Section::kTop);
  text += ", network: {ip: v4" + in(Section::kNetwork) + ", default: {" + link +
          "}, links: {sea: {between: [a.example, b.example]" + in(Section::kNamedLink) + "}}}";
  text += ", dns: {ttl: 1h" + in(Section::kDns) + "}";
  text += ", server: {tls: none" + in(Section::kServer) + ", retry: {give_up: 1d" + in(Section::kRetry) +
          "}, limits: {hops: 9" + in(Section::kLimits) + "}}";
  text += ", domains: {a.example: {spf: none" + in(Section::kDomain) + ", dkim: {s1: {sign: true" +
          in(Section::kDkimKey) + "}}, lists: {l: {members: [x@b.example]" + in(Section::kList) +
          "}}, users: {u: {password: p" + in(Section::kUser) + ", devices: [{d: {protocol: none" +
          in(Section::kDevice) + "}}, {e: imap}]}}, records: [{type: TXT, value: v" + in(Section::kRecord) +
          "}]}, b.example: }";
  text += ", hosts: {h.example: {roles: [stranger]" + in(Section::kHost) + ", certificate: {key: ed25519" +
          in(Section::kCertificate) + "}}}";
  text += ", zones: {z.example: {records: []" + in(Section::kZone) + "}}";
  text += ", script: [{at: 1s, u: {send: {to: x@b.example, attachments: [{name: n, text: t" +
          in(Section::kAttachment) + "}]" + in(Section::kSend) + "}" + in(Section::kActor) + "}" +
          in(Section::kAction) + "}" + ", {at: 1s, u/e: {read: {subject: s" + in(Section::kMessage) + "}}}" +
          ", {at: 1s, u/e: {reply: {subject: s" + in(Section::kReplyDeed) + "}}}" +
          ", {at: 1s, u/e: {forward: {subject: s" + in(Section::kForwardDeed) + "}}}" +
          ", {at: 1s, u/e: {draft: {subject: s" + in(Section::kDraftDeed) + "}}}" +
          ", {at: 1s, u/e: {move: {subject: s, to: f" + in(Section::kMoveDeed) + "}}}" +
          ", {at: 1s, h.example: {inject: {to_host: a.example, mail_from: '', rcpt_to: u@a.example" +
          in(Section::kInject) + "}}}, {at: 1s, change: {link: sea" + in(Section::kChangeLink) +
          "}}, {at: 1s, set_record: {zone: a.example, type: A" + in(Section::kSetRecord) +
          "}}, {at: 1s, dkim_key: {domain: a.example, selector: s1, do: sign" + in(Section::kDkimDeed) +
          "}}]";
  text += ", expect: [{check: spf, result: pass" + in(Section::kExpectation) + "}, {reply: {code: 250" +
          in(Section::kReply) + "}}]";
  text += ", variants: {v: {set: {seed: 2}" + in(Section::kVariant) + "}}}";
  return text;
}

TEST(Keys, TheDocumentOfThisTestIsGood) {
  EXPECT_EQ(errors_of(document_with(Section::kTop, "seed: 3")), "");
}

TEST(Keys, EveryKeyOfTheTableIsReadByTheLoader) {
  // A value of a wrong shape must be complained about, whatever the key: else the loader ignores the key.
  for (const SectionSpec& section : all_sections()) {
    for (const KeySpec& key : section.keys) {
      const std::string text = document_with(section.section, std::string(key.name) + ": [[[wrong]]]");
      const std::string errors = errors_of(text);
      EXPECT_NE(errors, "") << section.name << " " << key.name;
      EXPECT_EQ(errors.find("unknown key"), std::string::npos) << section.name << " " << key.name << "\n"
                                                               << errors;
    }
  }
}

TEST(Keys, UnknownOnesAreFoundInEverySection) {
  for (const SectionSpec& section : all_sections()) {
    const std::string errors = errors_of(document_with(section.section, "qqqqq: 1"));
    EXPECT_NE(errors.find("qqqqq"), std::string::npos) << section.name << "\n" << errors;
  }
}

TEST(Keys, ExamplesOfTheTableAreGoodValues) {
  for (const SectionSpec& section : all_sections()) {
    for (const KeySpec& key : section.keys) {
      EXPECT_FALSE(key.example.empty()) << section.name << " " << key.name;
      EXPECT_FALSE(key.words.empty()) << section.name << " " << key.name;
      LoadErrors errors;
      static_cast<void>(load_scenario_text("x: " + std::string(key.example), "f"));
      const auto result = load_scenario_text(
          std::string(key.example).insert(0, "glasspost: 1\ntitle: x\nseed: 1\nexample: ") + "\n", "f");
      ASSERT_FALSE(result.has_value());
      EXPECT_EQ(all_errors(result.error()).find("YAML"), std::string::npos)
          << section.name << " " << key.name;
    }
  }
}

TEST(Closest, FindsWhatWasMeantAndNothingFarOff) {
  const std::string_view words[] = {"seed", "script", "until", "expect"};
  EXPECT_EQ(closest("sead", words), "seed");
  EXPECT_EQ(closest("scirpt", words), "script");
  EXPECT_EQ(closest("Until", words), "until");
  EXPECT_EQ(closest("colour", words), "");
  EXPECT_EQ(closest(std::string(100, 'x'), words), "");
}

}  // namespace
}  // namespace glasspost::scenario
