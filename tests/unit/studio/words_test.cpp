// Words that people see stand in the catalogue, and all that stand there are used.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "engine/observe/catalogue.h"

namespace glasspost::gui {
namespace {

std::string sources() {
  std::string all;
  for (const char* folder : {"gui/model", "gui/panel", "gui/app"}) {
    const std::filesystem::path root = std::filesystem::path(GLASSPOST_SOURCE_DIR) / folder;
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h") continue;
      std::ifstream in(entry.path());
      all.append(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  }
  return all;
}

TEST(StudioWords, EveryKeyThatTheStudioAsksForIsInTheCatalogue) {
  const std::string text = sources();
  const std::regex key("\"(studio\\.[a-z0-9-]+)\"");
  std::set<std::string> asked;
  for (std::sregex_iterator at(text.begin(), text.end(), key), end; at != end; ++at)
    asked.insert((*at)[1]);
  EXPECT_GT(asked.size(), 80u);
  for (const std::string& each : asked)
    EXPECT_TRUE(in_catalogue(each)) << each;
}

TEST(StudioWords, EveryKeyOfTheStudioIsUsed) {
  const std::string text = sources();
  for (const CatalogueEntry& entry : words_studio()) {
    if (!entry.key.starts_with("studio.")) continue;
    EXPECT_NE(text.find("\"" + std::string(entry.key) + "\""), std::string::npos) << entry.key;
  }
}

TEST(StudioWords, NoSentenceStandsInThePanelsCode) {
  // Two words of letters with a space between them, in a literal: a label that nobody translates.
  const std::regex literal("\"([^\"\\\\\\n]|\\\\.)*\"");
  const std::regex sentence("[A-Za-z]{2,} [A-Za-z]{2,}|[\xEA-\xED][\x80-\xBF][\x80-\xBF]");
  const std::set<std::string> technical = {"\"MAIL FROM\"", "\"RCPT TO\""};
  const std::filesystem::path root = std::filesystem::path(GLASSPOST_SOURCE_DIR) / "gui/panel";
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    // What is missing to start at all is said before there is a language.
    if (entry.path().filename() == "fonts.cpp") continue;
    // It names what is wrong with a frame, for tests.
    if (entry.path().filename() == "frame.cpp") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const std::string code = line.substr(0, line.find("//"));
      for (std::sregex_iterator at(code.begin(), code.end(), literal), end; at != end; ++at) {
        const std::string found = at->str();
        if (technical.contains(found)) continue;
        EXPECT_FALSE(std::regex_search(found, sentence)) << entry.path() << ": " << found;
      }
    }
  }
}

}  // namespace
}  // namespace glasspost::gui
