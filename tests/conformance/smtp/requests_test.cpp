// The public list of SMTP command lines: does our codec, at its strictest, agree about which are well-formed?
// Where it does not, the rule on our side is cited, and the reason is tested.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/protocol/smtp/command.h"

namespace glasspost::smtp {
namespace {

using nlohmann::json;

std::string suite_path() {
  const char* folder = std::getenv("GLASSPOST_CONFORMANCE_DIR");
  const std::string root = folder != nullptr ? folder : GLASSPOST_SOURCE_DIR "/../shared/conformance";
  return root + "/smtp/requests.json";
}

// What makes our answer the suite's after all.
enum class Once { kRecipientIsNotEmpty, kSpacesAreTolerated, kParameterStandsOnce, kNever };

struct Argument {
  Once once;
  const char* rule;
};

const std::map<std::string, Argument>& arguments() {
  constexpr const char* kNoNullRecipient =
      "RFC 5321 4.1.1.3: a forward-path is a Path or <Postmaster>; only a reverse-path may be null (4.1.2)";
  constexpr const char* kOneSpace =
      "RFC 5321 4.1.1.2: MAIL FROM: stands as written; more spaces are the named leniency extra-spaces";
  constexpr const char* kOnce =
      "RFC 6152 2 and RFC 3461 4: one BODY, one RET; two values for one thing have no meaning";
  static const std::map<std::string, Argument> known = {
      {"smtp-proto/049", {Once::kSpacesAreTolerated, kOneSpace}},
      {"smtp-proto/120", {Once::kSpacesAreTolerated, kOneSpace}},
      {"smtp-proto/076", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/100", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/101", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/102", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/103", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/107", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/108", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/139", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/141", {Once::kRecipientIsNotEmpty, kNoNullRecipient}},
      {"smtp-proto/077", {Once::kParameterStandsOnce, kOnce}},
      {"smtp-proto/113", {Once::kParameterStandsOnce, kOnce}},
      {"smtp-proto/148",
       {Once::kNever, "RFC 5321 4.1.2: a Domain is made of labels and holds no quoted string"}},
  };
  return known;
}

bool accepts(const std::string& line, const Leniencies& leniencies = Leniencies::strict()) {
  CommandSyntax syntax;
  syntax.leniencies = leniencies;
  return parse_command(line, syntax).has_value();
}

// True where the argument's own point is all that we disagree about.
bool agrees_once(Once once, std::string line) {
  Leniencies kind;
  kind.extra_spaces = true;
  kind.space_after_colon = true;
  switch (once) {
    case Once::kSpacesAreTolerated:
      return accepts(line, kind);
    case Once::kRecipientIsNotEmpty:
      line.replace(line.find("<>"), 2, "<bob@beta.example>");
      return accepts(line);
    case Once::kParameterStandsOnce:
      return accepts(line.substr(0, line.find(' ', line.find('=')))) &&
             accepts("MAIL FROM:<> " + line.substr(line.rfind(' ') + 1));
    case Once::kNever:
      return true;
  }
  return false;
}

TEST(SmtpRequests, EveryLineIsJudgedAsTheSuiteDoesOrTheDifferenceIsArgued) {
  std::ifstream in(suite_path());
  if (!in) GTEST_SKIP() << "no conformance data at " << suite_path();
  const json cases = json::parse(in);
  std::size_t agreed = 0;
  std::size_t argued = 0;
  for (const json& c : cases) {
    const std::string id = c.at("id");
    const std::string line = c.at("command");
    const bool expected = c.at("ok");
    const auto argument = arguments().find(id);
    if (accepts(line) == expected) {
      EXPECT_EQ(argument, arguments().end()) << id << " agrees: nothing is left to argue";
      ++agreed;
      if (!expected || !c.contains("address")) continue;
      const auto command = parse_command(line, {});
      const bool is_mail = command->verb == Verb::kMail;
      EXPECT_EQ(is_mail ? command->reverse_path.to_string() : command->forward_path.to_string(),
                c.at("address"))
          << id;
      continue;
    }
    if (argument == arguments().end()) {
      ADD_FAILURE() << id << " " << line << ": the suite says " << (expected ? "well-formed" : "malformed");
      continue;
    }
    ++argued;
    std::printf("smtp requests: %s differs: %s\n", id.c_str(), argument->second.rule);
    EXPECT_TRUE(agrees_once(argument->second.once, line)) << id << ": more is wrong than is argued";
  }
  std::printf("smtp requests: %zu/%zu (%zu argued)\n", agreed, cases.size(), argued);
  EXPECT_EQ(agreed + argued, cases.size());
}

}  // namespace
}  // namespace glasspost::smtp
