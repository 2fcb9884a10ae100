#include "engine/agent/mta/greylist.h"

#include <gtest/gtest.h>

namespace glasspost::agent {
namespace {

constexpr std::string_view kAlice = "alice@alpha.example";
constexpr std::string_view kBob = "bob@beta.example";

GreylistPolicy policy() {
  GreylistPolicy out;
  out.on = true;
  out.delay = Duration::minutes(5);
  return out;
}
Instant at(std::int64_t seconds) {
  return Instant{} + Duration::seconds(seconds);
}
IpAddress address(std::string_view text) {
  return IpAddress::parse(text).value();
}

TEST(Greylist, IsOffUnlessAskedFor) {
  Greylist list{GreylistPolicy{}};
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(0)).verdict, GreylistVerdict::kOff);
  EXPECT_EQ(list.size(), 0u);
}

TEST(Greylist, PutsOffUntilTheDelayIsOver) {
  Greylist list(policy());
  GreylistFinding found = list.meet(address("192.0.2.25"), kAlice, kBob, at(0));
  EXPECT_EQ(found.verdict, GreylistVerdict::kNew);
  EXPECT_EQ(found.wait, Duration::minutes(5));
  found = list.meet(address("192.0.2.25"), kAlice, kBob, at(60));
  EXPECT_EQ(found.verdict, GreylistVerdict::kEarly);
  EXPECT_EQ(found.wait, Duration::minutes(4)) << "coming back early does not begin the wait anew";
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(299)).verdict, GreylistVerdict::kEarly);
  found = list.meet(address("192.0.2.25"), kAlice, kBob, at(300));
  EXPECT_EQ(found.verdict, GreylistVerdict::kPassed);
  EXPECT_EQ(found.wait, Duration::minutes(5));
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(301)).verdict, GreylistVerdict::kKnown);
}

TEST(Greylist, ATripletIsNetworkSenderAndRecipient) {
  Greylist list(policy());
  list.meet(address("192.0.2.25"), kAlice, kBob, at(0));
  EXPECT_EQ(list.meet(address("192.0.2.99"), "Alice@ALPHA.example", kBob, at(400)).verdict,
            GreylistVerdict::kPassed)
      << "the machine beside it, and capitals, are the same";
  EXPECT_EQ(list.meet(address("192.0.3.25"), kAlice, kBob, at(400)).verdict, GreylistVerdict::kNew);
  EXPECT_EQ(list.meet(address("192.0.2.25"), "", kBob, at(400)).verdict, GreylistVerdict::kNew);
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, "carol@beta.example", at(400)).verdict,
            GreylistVerdict::kNew);
  EXPECT_EQ(list.meet(address("::ffff:192.0.2.25"), kAlice, kBob, at(400)).verdict, GreylistVerdict::kKnown);
  list.meet(address("2001:db8::1"), kAlice, kBob, at(400));
  EXPECT_EQ(list.meet(address("2001:db8::2:1"), kAlice, kBob, at(800)).verdict, GreylistVerdict::kPassed);
  EXPECT_EQ(list.meet(address("2001:db8:0:1::1"), kAlice, kBob, at(800)).verdict, GreylistVerdict::kNew);
}

TEST(Greylist, WhoStaysAwayTooLongIsAStrangerAgain) {
  Greylist list(policy());
  list.meet(address("192.0.2.25"), kAlice, kBob, at(0));
  const std::int64_t day = 86400;
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(3 * day)).verdict, GreylistVerdict::kNew);
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(4 * day)).verdict, GreylistVerdict::kPassed);
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(30 * day)).verdict, GreylistVerdict::kKnown);
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(60 * day)).verdict, GreylistVerdict::kKnown);
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(100 * day)).verdict, GreylistVerdict::kNew);
}

TEST(Greylist, ForgetsTheLongestUnusedWhenItIsFull) {
  GreylistPolicy small = policy();
  small.most = 100;
  Greylist list(small);
  for (int i = 0; i < 1000; ++i) {
    list.meet(address("192.0.2.25"), "s" + std::to_string(i), kBob, at(i));
    list.meet(address("192.0.2.25"), kAlice, kBob, at(i));  // used all the time
    ASSERT_LE(list.size(), 100u);
  }
  EXPECT_EQ(list.meet(address("192.0.2.25"), kAlice, kBob, at(1001)).verdict, GreylistVerdict::kKnown);
  EXPECT_EQ(list.meet(address("192.0.2.25"), "s1", kBob, at(1001)).verdict, GreylistVerdict::kNew);
}

}  // namespace
}  // namespace glasspost::agent
