// The public SPF suites: every case of a file, by our evaluation over zones in memory.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/auth/spf.h"
#include "engine/base/text.h"
#include "engine/protocol/dns/static_resolver.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::auth {
namespace {

using dns::AnswerStatus;
using dns::Name;
using dns::RecordType;
using nlohmann::json;

std::string suite_path(const std::string& file) {
  const char* folder = std::getenv("GLASSPOST_CONFORMANCE_DIR");
  const std::string root = folder != nullptr ? folder : GLASSPOST_SOURCE_DIR "/../shared/conformance";
  return root + "/spf/" + file;
}

std::optional<dns::Record> to_record(const Name& owner, const json& entry) {
  const std::string type = entry.at("type");
  if (type == "A" || type == "AAAA")
    return dns::make_address(owner, *IpAddress::parse(entry.at("value").get<std::string>()), 300);
  if (type == "TXT" && entry.at("strings").empty()) return std::nullopt;  // no such record can be sent
  if (type == "TXT")
    return dns::Record{owner, RecordType::kTxt, 300,
                       dns::TxtData{entry.at("strings").get<std::vector<std::string>>()}};
  const Result<Name> target = Name::parse(entry.value(type == "MX" ? "host" : "value", std::string()));
  if (!target) return std::nullopt;
  if (type == "MX") return dns::make_mx(owner, entry.at("pref"), *target, 300);
  if (type == "PTR") return dns::make_ptr(owner, *target, 300);
  if (type == "CNAME") return dns::make_cname(owner, *target, 300);
  return std::nullopt;  // the SPF type, obsolete since RFC 7208 3.1
}

// Zones as the suites write them: absent names do not exist; a TIMEOUT is about the types that are not
// listed; absent names below "error." time out.
class SuiteResolver final : public dns::Resolver {
 public:
  explicit SuiteResolver(const json& names) : zones_(make_zones(names)), answers_(zones_) {
    for (const auto& [owner_text, entries] : names.items()) {
      const Result<Name> owner = Name::parse(owner_text);
      if (!owner || !times_out(entries)) continue;
      for (const RecordType type :
           {RecordType::kTxt, RecordType::kA, RecordType::kAaaa, RecordType::kMx, RecordType::kPtr}) {
        if (!has_type(entries, dns::to_string(type))) answers_.fail(*owner, type, AnswerStatus::kTimedOut);
      }
    }
  }

  Task<dns::Answer> resolve(dns::Question question) override {
    const bool error = !question.name.is_root() && question.name.labels().front() == "error";
    dns::Answer answer = co_await answers_.resolve(std::move(question));
    if (error && answer.status == AnswerStatus::kNxDomain) answer.status = AnswerStatus::kTimedOut;
    co_return answer;
  }

 private:
  static bool times_out(const json& entries) {
    return std::any_of(entries.begin(), entries.end(), [](const json& e) { return e.contains("special"); });
  }
  static bool has_type(const json& entries, const std::string& type) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const json& e) { return e.value("type", std::string()) == type; });
  }
  static dns::ZoneSet make_zones(const json& names) {
    dns::Zone zone(Name(), {});
    for (const auto& [owner_text, entries] : names.items()) {
      const Result<Name> owner = Name::parse(owner_text);
      if (!owner) continue;
      for (const json& entry : entries) {
        if (!entry.contains("type")) continue;
        const std::optional<dns::Record> record = to_record(*owner, entry);
        if (!record) continue;
        const Ok added = zone.add(*record);
        EXPECT_TRUE(added) << owner_text << ": " << added.error().message;
      }
    }
    dns::ZoneSet zones;
    zones.set(std::move(zone));
    return zones;
  }

  dns::ZoneSet zones_;
  dns::StaticResolver answers_;
};

std::string judge(const json& test, const json& zone) {
  SuiteResolver resolver(zone);
  SpfRequest request;
  request.client = *IpAddress::parse(test.at("host").get<std::string>());
  request.helo = test.at("helo");
  request.mail_from = test.at("mailfrom");
  if (test.at("receiver").is_string()) request.receiver = test.at("receiver");
  request.now = Instant{1'000'000'000};
  request.explain = true;
  const SpfVerdict verdict = test::run_now(check_spf(resolver, request));
  const std::string result(to_string(verdict.result));
  const auto wanted = test.at("results").get<std::vector<std::string>>();
  if (std::find(wanted.begin(), wanted.end(), result) == wanted.end())
    return "got " + result + (verdict.problem.empty() ? "" : " (" + verdict.problem + ")") + ", wanted " +
           join(wanted, " or ");
  if (!test.at("explanation").is_string()) return "";
  const std::string text = verdict.text.empty() ? "DEFAULT" : verdict.text;
  const std::string wanted_text = test.at("explanation");
  return text == wanted_text ? "" : "explanation \"" + text + "\", wanted \"" + wanted_text + "\"";
}

void run_suite(const std::string& file, const std::string& title) {
  std::ifstream in(suite_path(file));
  if (!in) GTEST_SKIP() << title << ": skipped, there is no " << suite_path(file);
  const json scenarios = json::parse(in);
  int total = 0;
  int passed = 0;
  for (const json& scenario : scenarios) {
    for (const json& test : scenario.at("tests")) {
      ++total;
      const std::string miss = judge(test, scenario.at("zone"));
      if (miss.empty()) {
        ++passed;
      } else {
        ADD_FAILURE() << title << " " << test.at("name") << ": " << miss;
      }
    }
  }
  std::printf("%s: %d/%d\n", title.c_str(), passed, total);
  EXPECT_GT(total, 0);
}

TEST(SpfSuite, Rfc7208) {
  run_suite("rfc7208.json", "spf/rfc7208");
}
TEST(SpfSuite, MailAuth) {
  run_suite("mail-auth.json", "spf/mail-auth");
}

}  // namespace
}  // namespace glasspost::auth
