#include "engine/protocol/dns/zone.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/protocol/dns/static_resolver.h"
#include "engine/protocol/dns/zone_file.h"

namespace glasspost::dns {
namespace {

Name name(std::string_view text) {
  return *Name::parse(text);
}

Zone zone(std::string_view text, std::string_view origin) {
  auto parsed = parse_zone_file(text, name(origin));
  EXPECT_TRUE(parsed) << parsed.error().line << ":" << parsed.error().column << " " << parsed.error().message;
  return *parsed;
}

Zone alpha() {
  return zone(R"(
$TTL 600
@       SOA ns hostmaster 1 7200 900 1209600 300
        NS  ns
        MX  10 mx1
        MX  20 mx2.beta.example.
        TXT "v=spf1 mx -all"
ns      A   192.0.2.53
mx1     A   192.0.2.1
        AAAA 2001:db8::1
www     CNAME web
web     CNAME mx1
out     CNAME host.beta.example.
loop    CNAME loop2
loop2   CNAME loop
gone    CNAME nothing
a.deep.tree A 192.0.2.9
*.wild  TXT "star"
        MX 5 mx1
known.wild A 192.0.2.10
sub.below.wild A 192.0.2.11
child   NS  ns.child
        NS  ns.beta.example.
ns.child A  192.0.2.54
x.child TXT "hidden"
)",
              "alpha.example");
}

struct Case {
  const char* name;
  RecordType type;
  ZoneOutcome outcome;
  const char* answers;  // data joined by "; "
};

std::string data(const std::vector<Record>& records) {
  std::string out;
  for (const Record& record : records)
    out += (out.empty() ? "" : "; ") + to_string(record.data);
  return out;
}

TEST(Zone, AnswersAsRfc1034Says) {
  const Zone z = alpha();
  const Case cases[] = {
      {"mx1.alpha.example", RecordType::kA, ZoneOutcome::kAnswer, "192.0.2.1"},
      {"MX1.Alpha.Example", RecordType::kAaaa, ZoneOutcome::kAnswer, "2001:db8::1"},
      {"mx1.alpha.example", RecordType::kTxt, ZoneOutcome::kNoData, ""},
      {"www.alpha.example", RecordType::kA, ZoneOutcome::kAnswer,
       "web.alpha.example; mx1.alpha.example; 192.0.2.1"},
      {"www.alpha.example", RecordType::kCname, ZoneOutcome::kAnswer, "web.alpha.example"},
      {"www.alpha.example", RecordType::kTxt, ZoneOutcome::kNoData, "web.alpha.example; mx1.alpha.example"},
      {"out.alpha.example", RecordType::kA, ZoneOutcome::kAlias, "host.beta.example"},
      {"gone.alpha.example", RecordType::kA, ZoneOutcome::kNxDomain, "nothing.alpha.example"},
      {"nothing.alpha.example", RecordType::kA, ZoneOutcome::kNxDomain, ""},
      {"deep.tree.alpha.example", RecordType::kA, ZoneOutcome::kNoData, ""},
      {"tree.alpha.example", RecordType::kA, ZoneOutcome::kNoData, ""},
      {"b.tree.alpha.example", RecordType::kA, ZoneOutcome::kNxDomain, ""},
      {"any.wild.alpha.example", RecordType::kTxt, ZoneOutcome::kAnswer, "\"star\""},
      {"more.any.wild.alpha.example", RecordType::kTxt, ZoneOutcome::kAnswer, "\"star\""},
      {"any.wild.alpha.example", RecordType::kA, ZoneOutcome::kNoData, ""},
      {"known.wild.alpha.example", RecordType::kTxt, ZoneOutcome::kNoData, ""},
      {"x.known.wild.alpha.example", RecordType::kTxt, ZoneOutcome::kNxDomain, ""},
      {"below.wild.alpha.example", RecordType::kTxt, ZoneOutcome::kNoData, ""},
      {"*.wild.alpha.example", RecordType::kTxt, ZoneOutcome::kAnswer, "\"star\""},
      {"wild.alpha.example", RecordType::kTxt, ZoneOutcome::kNoData, ""},
      {"child.alpha.example", RecordType::kA, ZoneOutcome::kReferral, ""},
      {"child.alpha.example", RecordType::kNs, ZoneOutcome::kReferral, ""},
      {"x.child.alpha.example", RecordType::kTxt, ZoneOutcome::kReferral, ""},
      {"alpha.example", RecordType::kNs, ZoneOutcome::kAnswer, "ns.alpha.example"},
      {"beta.example", RecordType::kA, ZoneOutcome::kOutside, ""},
      {"example", RecordType::kA, ZoneOutcome::kOutside, ""},
  };
  for (const Case& c : cases) {
    const ZoneLookup found = z.lookup({name(c.name), c.type});
    EXPECT_EQ(found.outcome, c.outcome) << c.name << " " << to_string(c.type);
    EXPECT_EQ(data(found.answers), c.answers) << c.name << " " << to_string(c.type);
  }
}

TEST(Zone, NegativeAnswersBearTheSoaWithTheNegativeTtl) {  // RFC 2308 3
  const Zone z = alpha();
  for (const char* asked : {"nothing.alpha.example", "tree.alpha.example"}) {
    const ZoneLookup found = z.lookup({name(asked), RecordType::kA});
    ASSERT_EQ(found.authority.size(), 1u);
    EXPECT_EQ(found.authority[0].type, RecordType::kSoa);
    EXPECT_EQ(found.authority[0].ttl, 300u);
  }
}

TEST(Zone, ReferralsBringGlueAndMxBringsAddresses) {
  const Zone z = alpha();
  const ZoneLookup referral = z.lookup({name("x.child.alpha.example"), RecordType::kA});
  EXPECT_EQ(data(referral.authority), "ns.child.alpha.example; ns.beta.example");
  EXPECT_EQ(data(referral.additional), "192.0.2.54");
  const ZoneLookup mx = z.lookup({name("alpha.example"), RecordType::kMx});
  EXPECT_EQ(data(mx.additional), "192.0.2.1; 2001:db8::1");
}

TEST(Zone, AWildcardsRecordsBearTheAskedName) {
  const ZoneLookup found = alpha().lookup({name("Any.wild.alpha.example"), RecordType::kTxt});
  EXPECT_TRUE(found.wildcard);
  EXPECT_EQ(found.answers.at(0).owner.to_string(), "Any.wild.alpha.example");
}

TEST(Zone, AliasLoopsEnd) {
  EXPECT_EQ(alpha().lookup({name("loop.alpha.example"), RecordType::kA}).outcome, ZoneOutcome::kLoop);
}

TEST(Zone, AddKeepsTheRulesOfSets) {
  Zone z = alpha();
  const auto address = *IpAddress::parse("192.0.2.77");
  EXPECT_EQ(z.add(make_address(name("beta.example"), address, 60)).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(z.add(make_address(name("www.alpha.example"), address, 60)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(z.add(make_cname(name("mx1.alpha.example"), name("x.example"), 60)).error().code,
            ErrorCode::kConflict);
  EXPECT_TRUE(z.add(make_cname(name("www.alpha.example"), name("web.alpha.example"), 60)));
  EXPECT_FALSE(z.add(make_cname(name("www.alpha.example"), name("ns.alpha.example"), 60)));
  EXPECT_FALSE(z.add(make_soa(name("x.alpha.example"), z.soa(), 60)));
  EXPECT_FALSE(z.add({name("x.alpha.example"), RecordType::kMx, 60, NameData{}}));
  ASSERT_TRUE(z.add(make_address(name("mx1.alpha.example"), address, 60)));
  const ZoneLookup found = z.lookup({name("mx1.alpha.example"), RecordType::kA});
  ASSERT_EQ(found.answers.size(), 2u);
  EXPECT_EQ(found.answers[0].ttl, 60u);
  EXPECT_TRUE(z.remove(name("mx1.alpha.example"), RecordType::kA));
  EXPECT_FALSE(z.remove(name("mx1.alpha.example"), RecordType::kA));
  EXPECT_FALSE(z.remove(name("alpha.example"), RecordType::kSoa));
  EXPECT_EQ(z.lookup({name("mx1.alpha.example"), RecordType::kA}).outcome, ZoneOutcome::kNoData);
  const std::uint32_t serial = z.soa().serial;
  z.bump_serial();
  EXPECT_EQ(z.soa().serial, serial + 1);
}

TEST(ZoneSet, TheLongestOriginAnswersAndAliasesCrossZones) {
  ZoneSet zones;
  zones.set(alpha());
  zones.set(zone("@ NS ns\nns A 192.0.2.54\nx TXT \"inside\"\n", "child.alpha.example"));
  zones.set(zone("host A 198.51.100.7\nback CNAME out.alpha.example.\n", "beta.example"));
  EXPECT_EQ(data(zones.lookup({name("x.child.alpha.example"), RecordType::kTxt}).answers), "\"inside\"");
  const Answer answer = resolve_in(zones, {name("out.alpha.example"), RecordType::kA});
  EXPECT_EQ(answer.status, AnswerStatus::kFound);
  EXPECT_EQ(data(answer.records), "198.51.100.7");
  EXPECT_EQ(answer.aliases.size(), 1u);
  EXPECT_EQ(answer.ttl, 600u);
  EXPECT_EQ(zones.lookup({name("gamma.example"), RecordType::kA}).outcome, ZoneOutcome::kOutside);
}

Message ask(const ZoneSet& zones, std::string_view asked, RecordType type) {
  return answer_from_zones(zones, make_query(1, {name(asked), type}, true));
}

TEST(NameServerAnswer, SetsCodeAndFlags) {
  ZoneSet zones;
  zones.set(alpha());
  const Message found = ask(zones, "mx1.alpha.example", RecordType::kA);
  EXPECT_TRUE(found.response && found.authoritative && found.recursion_desired);
  EXPECT_FALSE(found.recursion_available);
  EXPECT_EQ(found.code, ResponseCode::kNoError);
  EXPECT_EQ(ask(zones, "no.alpha.example", RecordType::kA).code, ResponseCode::kNxDomain);
  EXPECT_EQ(ask(zones, "gone.alpha.example", RecordType::kA).code, ResponseCode::kNxDomain);
  EXPECT_EQ(ask(zones, "beta.example", RecordType::kA).code, ResponseCode::kRefused);
  EXPECT_EQ(ask(zones, "alpha.example", static_cast<RecordType>(252)).code, ResponseCode::kRefused);
  EXPECT_EQ(ask(zones, "loop.alpha.example", RecordType::kA).code, ResponseCode::kServFail);
  EXPECT_FALSE(ask(zones, "x.child.alpha.example", RecordType::kA).authoritative);
  EXPECT_GE(ask(zones, "alpha.example", RecordType::kAny).answers.size(), 5u);
  Message query = make_query(1, {name("alpha.example"), RecordType::kA}, false);
  query.opcode = Opcode::kNotify;
  EXPECT_EQ(answer_from_zones(zones, query).code, ResponseCode::kNotImp);
  query.opcode = Opcode::kQuery;
  query.question_class = 3;
  EXPECT_EQ(answer_from_zones(zones, query).code, ResponseCode::kRefused);
  query.question_class = kClassIn;
  query.edns->version = 1;
  EXPECT_EQ(answer_from_zones(zones, query).code, ResponseCode::kBadVers);
  query.edns.reset();
  EXPECT_FALSE(answer_from_zones(zones, query).edns);
  query.questions.clear();
  EXPECT_EQ(answer_from_zones(zones, query).code, ResponseCode::kFormErr);
}

}  // namespace
}  // namespace glasspost::dns
