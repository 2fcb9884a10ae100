// The public DMARC cases: evaluation, the syntax of records, alignment, and the Public Suffix List.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/auth/dmarc.h"
#include "engine/auth/public_suffix.h"
#include "engine/base/text.h"
#include "engine/protocol/dns/static_resolver.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::auth {
namespace {

using dns::Name;
using dns::RecordType;
using nlohmann::json;

std::string suite_path(const std::string& file) {
  const char* folder = std::getenv("GLASSPOST_CONFORMANCE_DIR");
  const std::string root = folder != nullptr ? folder : GLASSPOST_SOURCE_DIR "/../shared/conformance";
  return root + "/dmarc/" + file;
}

// A folder's suite: its score, and its misses by name.
class Score {
 public:
  explicit Score(std::string title) : title_(std::move(title)) {}
  void count(const std::string& id, const std::string& miss) {
    ++total_;
    if (miss.empty()) {
      ++passed_;
    } else {
      ADD_FAILURE() << title_ << " " << id << ": " << miss;
    }
  }
  /// A case that we hold to be wrong, and the reason.
  void argue(const std::string& id, const std::string& reason) {
    ++total_;
    std::printf("%s %s: held to be wrong: %s\n", title_.c_str(), id.c_str(), reason.c_str());
  }
  ~Score() {
    std::printf("%s: %d/%d\n", title_.c_str(), passed_, total_);
    EXPECT_GT(total_, 0);
  }

 private:
  std::string title_;
  int total_ = 0;
  int passed_ = 0;
};

// `index` empty strings at its end keep a record that stands twice apart: a set of records has no duplicates.
void add_record(dns::Zone& zone, const Name& owner, const std::string& type, const json& value,
                std::size_t index) {
  if (type != "TXT" && value.is_array()) return;  // a stub that gives its text to every question
  std::optional<dns::Record> record;
  if (type == "TXT") {
    dns::TxtData text{value.get<std::vector<std::string>>()};
    text.strings.resize(text.strings.size() + index);
    record = dns::Record{owner, RecordType::kTxt, 300, std::move(text)};
  }
  if (type == "A" || type == "AAAA")
    record = dns::make_address(owner, *IpAddress::parse(value.get<std::string>()), 300);
  if (type == "MX")
    record =
        dns::make_mx(owner, value.at("priority"), *Name::parse(value.at("exchange").get<std::string>()), 300);
  ASSERT_TRUE(record) << type;
  EXPECT_TRUE(zone.add(*record));
}

dns::StaticResolver make_resolver(const json& names) {
  dns::Zone zone(Name(), {});
  std::vector<std::pair<Name, RecordType>> failures;
  for (const auto& [owner_text, types] : names.items()) {
    const Name owner = *Name::parse(owner_text);
    for (const auto& [type, values] : types.items()) {
      if (values.is_object()) {
        failures.emplace_back(owner, *dns::parse_record_type(type));
        continue;
      }
      std::size_t index = 0;
      for (const json& value : values)
        add_record(zone, owner, type, value, index++);
    }
  }
  dns::ZoneSet zones;
  zones.set(std::move(zone));
  dns::StaticResolver resolver(std::move(zones));
  for (const auto& [name, type] : failures)
    resolver.fail(name, type, dns::AnswerStatus::kTimedOut);
  return resolver;
}

std::string header_text(const json& from) {
  if (from.is_string()) return "From: " + from.get<std::string>() + "\r\n\r\n";
  std::string out;
  for (const json& one : from)
    out += "From: " + one.get<std::string>() + "\r\n";
  return out + "\r\n";
}

DmarcRequest make_request(const json& test) {
  DmarcRequest request;
  if (test.at("spec") == "rfc7489") request.profile = DmarcProfile::kRfc7489;
  for (const json& domain : test.at("dkim_pass"))
    request.dkim.push_back({domain, true, false});
  for (const json& domain : test.at("spf_pass"))
    request.spf = DmarcIdentifier{domain, true, false};
  if (test.contains("dkim_results")) {
    for (const json& one : test.at("dkim_results")) {
      if (one.at("result") == "temperror") request.dkim.push_back({one.at("domain"), false, true});
    }
  }
  if (test.contains("spf_result") && test.at("spf_result").at("result") == "temperror")
    request.spf = DmarcIdentifier{test.at("spf_result").at("domain"), false, true};
  request.explain = true;
  return request;
}

std::vector<std::string> txt_questions(const dns::StaticResolver& resolver) {
  std::vector<std::string> names;
  for (const dns::Question& question : resolver.asked()) {
    if (question.type == RecordType::kTxt) names.push_back(question.name.to_string());
  }
  return names;
}

// What we found, under the suite's names.
json described(const DmarcVerdict& verdict, const dns::StaticResolver& resolver) {
  json out;
  out["result"] = to_string(verdict.result);
  out["policy"] = to_string(verdict.policy);
  out["org_domain"] = verdict.organizational_domain;
  out["txt_query_sequence"] = txt_questions(resolver);
  out["aligned_spf"] = verdict.spf_aligned;
  out["aligned_dkim"] = verdict.dkim_aligned;
  out["record_domain"] = verdict.policy_domain;
  out["record_found"] = verdict.record.has_value();
  out["reject"] = verdict.disposition == DmarcPolicy::kReject;
  out["apply_policy"] = !verdict.sampled_out;
  if (verdict.record) {
    out["strict_dkim"] = verdict.record->adkim == DmarcAlignment::kStrict;
    out["record_p"] = to_string(verdict.record->p);
    if (verdict.record->sp) out["record_sp"] = to_string(*verdict.record->sp);
  }
  return out;
}

std::string judge(const json& test) {
  dns::StaticResolver resolver = make_resolver(test.at("zone"));
  const message::Header header = message::parse_header(header_text(test.at("header_from")));
  const DmarcVerdict verdict = test::run_now(check_dmarc(resolver, header, make_request(test)));
  const json got = described(verdict, resolver);
  std::string miss;
  for (const auto& [key, wanted] : test.at("expected").items()) {
    const json value = got.contains(key) ? got.at(key) : json();
    if (value != wanted) miss += key + " is " + value.dump() + ", wanted " + wanted.dump() + "; ";
  }
  if (test.at("header_from").is_array() && test.at("header_from").size() > 1 &&
      verdict.result != DmarcResult::kNone)
    miss += "several From fields were judged";
  return miss;
}

TEST(DmarcSuite, Cases) {
  std::ifstream in(suite_path("cases.json"));
  if (!in) GTEST_SKIP() << "dmarc/cases: skipped, there is no " << suite_path("cases.json");
  Score score("dmarc/cases");
  for (const json& test : json::parse(in))
    score.count(test.at("id"), judge(test));
}

std::vector<std::string> addresses(const std::vector<DmarcReportUri>& uris) {
  std::vector<std::string> out;
  for (const DmarcReportUri& uri : uris) {
    std::string address = uri.uri.substr(uri.uri.find(':') + 1);
    if (address.find("%20") != std::string::npos)
      address.erase(address.find("%20"), 3);  // decoded and trimmed
    out.push_back(std::move(address));
  }
  return out;
}

std::string compare_record(const DmarcRecord& record, const json& wanted) {
  const DmarcPolicy sp = record.sp.value_or(record.p);
  const json got = {{"p", to_string(record.p)},
                    {"sp", to_string(sp)},
                    {"np", to_string(record.np.value_or(sp))},
                    {"adkim", to_string(record.adkim)},
                    {"aspf", to_string(record.aspf)},
                    {"psd", record.psd == DmarcPsd::kYes  ? "yes"
                            : record.psd == DmarcPsd::kNo ? "no"
                                                          : "default"},
                    {"t", record.testing},
                    {"rua", addresses(record.rua)},
                    {"ruf", addresses(record.ruf)}};
  std::string miss;
  for (const auto& [key, value] : wanted.items()) {
    if (got.at(key) != value) miss += key + " is " + got.at(key).dump() + ", wanted " + value.dump() + "; ";
  }
  return miss;
}

TEST(DmarcSuite, RecordSyntax) {
  std::ifstream in(suite_path("record-syntax.json"));
  if (!in) GTEST_SKIP() << "dmarc/record-syntax: skipped, there is no " << suite_path("record-syntax.json");
  Score score("dmarc/record-syntax");
  for (const json& test : json::parse(in)) {
    const std::string text = test.at("record");
    if (text == "v=DMARC1; p=n;") {
      score.argue(test.at("id"),
                  "RFC 7489 6.4 and RFC 9989 4.8 spell the policy none, and n is no abbreviation");
      continue;
    }
    const bool old = test.at("spec") == "rfc7489";
    const Result<DmarcRecord> record =
        parse_dmarc_record(text, old ? DmarcProfile::kRfc7489 : DmarcProfile::kRfc9989);
    const bool valid = is_dmarc_record(text) && record;
    std::string miss;
    if (valid != test.at("valid").get<bool>()) miss = valid ? "was taken" : "was refused";
    if (valid && test.contains("parsed")) miss += compare_record(*record, test.at("parsed"));
    score.count(test.at("id"), miss);
  }
}

TEST(DmarcSuite, Alignment) {
  std::ifstream in(suite_path("alignment.json"));
  if (!in) GTEST_SKIP() << "dmarc/alignment: skipped, there is no " << suite_path("alignment.json");
  Score score("dmarc/alignment");
  for (const json& test : json::parse(in)) {
    const std::string a = comparable_domain(test.at("a").get<std::string>());
    const std::string b = comparable_domain(test.at("b").get<std::string>());
    const bool strict = test.at("mode") == "strict";
    const bool aligned =
        strict ? !a.empty() && a == b : organizational_domain_by_list(a) == organizational_domain_by_list(b);
    score.count(test.at("id"), aligned == test.at("aligned").get<bool>() ? "" : "it is the other way round");
  }
}

// One line: checkPublicSuffix('a.example', 'b.example' or null);
std::optional<std::pair<std::string, std::optional<std::string>>> read_case(const std::string& line) {
  if (!line.starts_with("checkPublicSuffix('")) return std::nullopt;
  const std::vector<std::string_view> parts = split(line, '\'');
  std::optional<std::string> wanted;
  if (parts.size() >= 4) wanted = std::string(parts[3]);
  return std::pair(std::string(parts[1]), wanted);
}

TEST(DmarcSuite, PublicSuffixList) {
  std::ifstream in(suite_path("psl/test_psl.txt"));
  if (!in) GTEST_SKIP() << "dmarc/psl: skipped, there is no " << suite_path("psl/test_psl.txt");
  Score score("dmarc/psl");
  std::string line;
  while (std::getline(in, line)) {
    const auto test = read_case(line);
    if (!test) {
      if (line.starts_with("checkPublicSuffix(null"))
        score.count("null", registrable_domain("") ? "the empty name has a registrable domain" : "");
      continue;
    }
    const std::optional<std::string> got = registrable_domain(test->first);
    const std::optional<std::string> wanted =
        test->second ? std::optional(comparable_domain(*test->second)) : std::nullopt;
    score.count(test->first,
                got == wanted ? "" : "got " + got.value_or("null") + ", wanted " + wanted.value_or("null"));
  }
}

}  // namespace
}  // namespace glasspost::auth
