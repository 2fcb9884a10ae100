#include "engine/protocol/dns/cache.h"

#include <gtest/gtest.h>

namespace glasspost::dns {
namespace {

Name name(std::string_view text) {
  return *Name::parse(text);
}
Instant at(std::int64_t seconds) {
  return Instant{} + Duration::seconds(seconds);
}
Record address(std::string_view owner, std::uint32_t ttl) {
  return make_address(name(owner), *IpAddress::parse("192.0.2.1"), ttl);
}
Record soa(std::string_view zone, std::uint32_t ttl, std::uint32_t minimum) {
  SoaData data;
  data.minimum = minimum;
  return make_soa(name(zone), data, ttl);
}

const Question kHost{*Name::parse("host.alpha.example"), RecordType::kA};

TEST(Cache, KeepsASetForItsLeastTtl) {
  Cache cache({});
  ASSERT_TRUE(cache.put(kHost, {address("host.alpha.example", 60), address("host.alpha.example", 30)},
                        Trust::kAnswer, at(100)));
  EXPECT_NE(cache.find(kHost, Trust::kAnswer, at(129)), nullptr);
  EXPECT_EQ(cache.find(kHost, Trust::kAnswer, at(130)), nullptr);
  EXPECT_EQ(seconds_left(at(130), at(100)), 30u);
  EXPECT_EQ(seconds_left(at(130), at(131)), 0u);
  EXPECT_FALSE(cache.put(kHost, {address("host.alpha.example", 0)}, Trust::kAnswer, at(200)));
}

TEST(Cache, GlueIsNoAnswerAndDoesNotReplaceOne) {
  Cache cache({});
  cache.put(kHost, {address("host.alpha.example", 60)}, Trust::kReferral, at(0));
  EXPECT_EQ(cache.find(kHost, Trust::kAnswer, at(1)), nullptr);
  EXPECT_NE(cache.find(kHost, Trust::kReferral, at(1)), nullptr);
  EXPECT_TRUE(cache.put(kHost, {address("host.alpha.example", 90)}, Trust::kAnswer, at(1)));
  EXPECT_FALSE(cache.put(kHost, {address("host.alpha.example", 900)}, Trust::kReferral, at(2)));
  EXPECT_EQ(cache.find(kHost, Trust::kReferral, at(2))->expires, at(91));
}

TEST(Cache, NxDomainHoldsForEveryTypeAndNoDataForOne) {
  Cache cache({});
  cache.put_negative(kHost, AnswerStatus::kNxDomain, soa("alpha.example", 600, 40), at(0));
  const CachedSet* set = cache.find({kHost.name, RecordType::kMx}, Trust::kAnswer, at(39));
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->status, AnswerStatus::kNxDomain);
  EXPECT_EQ(cache.find(kHost, Trust::kAnswer, at(40)), nullptr);
  cache.put_negative(kHost, AnswerStatus::kNoData, soa("alpha.example", 20, 40), at(50));
  EXPECT_EQ(cache.find({kHost.name, RecordType::kMx}, Trust::kAnswer, at(51)), nullptr);
  EXPECT_NE(cache.find(kHost, Trust::kAnswer, at(69)), nullptr);
  EXPECT_EQ(cache.find(kHost, Trust::kAnswer, at(70)), nullptr);
  EXPECT_FALSE(cache.put_negative(kHost, AnswerStatus::kNoData, std::nullopt, at(80)));
}

TEST(Cache, AFailureIsShortAndHidesNothing) {
  Cache cache({});
  cache.put_failure(kHost, at(0));
  EXPECT_NE(cache.find(kHost, Trust::kAnswer, at(4)), nullptr);
  EXPECT_EQ(cache.find(kHost, Trust::kAnswer, at(5)), nullptr);
  cache.put(kHost, {address("host.alpha.example", 60)}, Trust::kAnswer, at(10));
  EXPECT_FALSE(cache.put_failure(kHost, at(11)));
  EXPECT_EQ(cache.find(kHost, Trust::kAnswer, at(12))->status, AnswerStatus::kFound);
}

TEST(Cache, WhatExpiresFirstMakesRoom) {
  Cache::Limits limits;
  limits.entries = 2;
  Cache cache(limits);
  const Question a{name("a.example"), RecordType::kA}, b{name("b.example"), RecordType::kA},
      c{name("c.example"), RecordType::kA};
  cache.put(a, {address("a.example", 100)}, Trust::kAnswer, at(0));
  cache.put(b, {address("b.example", 50)}, Trust::kAnswer, at(0));
  const auto stored = cache.put(c, {address("c.example", 70)}, Trust::kAnswer, at(0));
  ASSERT_TRUE(stored && stored->dropped);
  EXPECT_EQ(*stored->dropped, b);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_NE(cache.find(a, Trust::kAnswer, at(1)), nullptr);
  for (int i = 0; i < 100; ++i)
    cache.put(a, {address("a.example", 100)}, Trust::kAnswer, at(i));
  EXPECT_EQ(cache.size(), 2u);
}

TEST(Cache, TtlsAreCapped) {
  Cache::Limits limits;
  limits.max_ttl = 10;
  limits.max_negative_ttl = 5;
  Cache cache(limits);
  EXPECT_EQ(cache.put(kHost, {address("host.alpha.example", 9999)}, Trust::kAnswer, at(0))->expires, at(10));
  EXPECT_EQ(cache
                .put_negative({name("x.example"), RecordType::kA}, AnswerStatus::kNoData,
                              soa("example", 99, 99), at(0))
                ->expires,
            at(5));
}

}  // namespace
}  // namespace glasspost::dns
