#include "engine/agent/mta/routing.h"

#include <set>

#include <gtest/gtest.h>

namespace glasspost::agent {
namespace {

dns::Answer answer(dns::AnswerStatus status,
                   const std::vector<std::pair<std::uint16_t, std::string>>& exchangers) {
  dns::Answer made;
  made.question = {*dns::Name::parse("beta.example"), dns::RecordType::kMx};
  made.status = status;
  for (const auto& [preference, host] : exchangers) {
    dns::Record record;
    record.owner = made.question.name;
    record.type = dns::RecordType::kMx;
    const dns::Name exchange = host == "." ? dns::Name() : *dns::Name::parse(host);
    record.data = dns::MxData{preference, exchange};
    made.records.push_back(std::move(record));
  }
  return made;
}

Route route(dns::AnswerStatus status, const std::vector<std::pair<std::uint16_t, std::string>>& exchangers,
            const std::string& own = "mx.alpha.example", std::uint64_t seed = 1) {
  RandomStream shuffle(seed, "mx.alpha.example", "route");
  return route_by_mx("beta.example", answer(status, exchangers), {own}, shuffle);
}

TEST(Routing, GoesByPreference) {
  const Route found =
      route(dns::AnswerStatus::kFound, {{20, "b.example"}, {10, "A.example"}, {30, "c.example"}});
  EXPECT_EQ(found.kind, RouteKind::kTargets);
  EXPECT_EQ(found.targets,
            (std::vector<RouteTarget>{{"a.example", 10}, {"b.example", 20}, {"c.example", 30}}));
  EXPECT_EQ(found.explanation.outcome, "relay");
  EXPECT_EQ(found.explanation.children.size(), 3u);
  EXPECT_EQ(found.explanation.look_ups.size(), 1u);
}

TEST(Routing, ShufflesEqualsTheSameWayForTheSameSeed) {
  const std::vector<std::pair<std::uint16_t, std::string>> equals = {
      {10, "a.example"}, {10, "b.example"}, {10, "c.example"}, {5, "first.example"}};
  std::set<std::string> seconds;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Route one = route(dns::AnswerStatus::kFound, equals, "x", seed);
    EXPECT_EQ(one.targets,
              route(dns::AnswerStatus::kFound, {equals.rbegin(), equals.rend()}, "x", seed).targets)
        << "whatever the order of the answer";
    EXPECT_EQ(one.targets.front().host, "first.example");
    seconds.insert(one.targets[1].host);
  }
  EXPECT_EQ(seconds.size(), 3u);
}

TEST(FieldCase, A11_WithoutMxTheDomainItselfIsTheExchanger) {
  const Route found = route(dns::AnswerStatus::kNoData, {});
  EXPECT_EQ(found.kind, RouteKind::kTargets);
  EXPECT_EQ(found.targets, (std::vector<RouteTarget>{{"beta.example", 0}}));
}

TEST(FieldCase, A12_ANullMxIsFinalAtOnce) {
  const Route found = route(dns::AnswerStatus::kFound, {{0, "."}});
  EXPECT_EQ(found.kind, RouteKind::kUnroutable);
  EXPECT_EQ(found.reply.substr(0, 10), "556 5.1.10");
  EXPECT_EQ(found.explanation.words.key, "route.null-mx");
}

TEST(FieldCase, A12_LocalhostIsNobodysMailServer) {
  const Route found = route(dns::AnswerStatus::kFound, {{0, "localhost"}});
  EXPECT_EQ(found.kind, RouteKind::kUnroutable);
  EXPECT_EQ(found.explanation.words.key, "route.loopback");
  EXPECT_EQ(route(dns::AnswerStatus::kFound, {{0, "localhost"}, {5, "b.example"}}).targets,
            (std::vector<RouteTarget>{{"b.example", 5}}));
}

TEST(Routing, ABackupServerGoesOnlyToBetterOnes) {
  const std::vector<std::pair<std::uint16_t, std::string>> all = {
      {10, "a.example"}, {20, "MX.alpha.example"}, {20, "equal.example"}, {30, "worse.example"}};
  EXPECT_EQ(route(dns::AnswerStatus::kFound, all).targets, (std::vector<RouteTarget>{{"a.example", 10}}));
  const Route best = route(dns::AnswerStatus::kFound, {{10, "mx.alpha.example"}, {20, "b.example"}});
  EXPECT_EQ(best.kind, RouteKind::kUnroutable);
  EXPECT_EQ(best.reply.substr(0, 9), "554 5.4.6");
}

TEST(Routing, TellsNoSuchDomainFromNoAnswer) {
  EXPECT_EQ(route(dns::AnswerStatus::kNxDomain, {}).kind, RouteKind::kUnroutable);
  EXPECT_EQ(route(dns::AnswerStatus::kNxDomain, {}).reply.substr(0, 9), "550 5.1.2");
  EXPECT_EQ(route(dns::AnswerStatus::kServFail, {}).kind, RouteKind::kUndetermined);
  EXPECT_EQ(route(dns::AnswerStatus::kTimedOut, {}).reply.substr(0, 9), "451 4.4.3");
}

TEST(Routing, AnAddressLiteralIsItsOwnTarget) {
  EXPECT_EQ(route_by_literal("[192.0.2.9]").targets, (std::vector<RouteTarget>{{"[192.0.2.9]", 0}}));
  EXPECT_EQ(literal_address("[IPv6:2001:db8::1]")->to_string(), "2001:db8::1");
  EXPECT_FALSE(literal_address("[2001:db8::1]").has_value());
  EXPECT_EQ(route_by_literal("[x]").kind, RouteKind::kUnroutable);
}

}  // namespace
}  // namespace glasspost::agent
