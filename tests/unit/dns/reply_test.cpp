#include "engine/protocol/dns/reply.h"

#include <gtest/gtest.h>

namespace glasspost::dns {
namespace {

Name name(std::string_view text) {
  return *Name::parse(text);
}
Record address(std::string_view owner, std::string_view value) {
  return make_address(name(owner), *IpAddress::parse(value), 60);
}
Record soa(std::string_view zone) {
  SoaData data;
  data.minimum = 30;
  return make_soa(name(zone), data, 600);
}

const Question kQuestion{*Name::parse("www.alpha.example"), RecordType::kA};

Message response(ResponseCode code = ResponseCode::kNoError, bool authoritative = true) {
  Message message = make_response(make_query(1, kQuestion, false), code);
  message.authoritative = authoritative;
  return message;
}

TEST(ReadAnswer, PutsTheChainInOrder) {
  Message message = response();
  message.answers = {address("host.beta.example", "192.0.2.1"),
                     make_cname(name("b.alpha.example"), name("host.beta.example"), 50),
                     address("other.example", "192.0.2.2"),
                     make_cname(name("www.alpha.example"), name("b.alpha.example"), 40)};
  const Answer answer = read_answer(kQuestion, message);
  EXPECT_EQ(answer.status, AnswerStatus::kFound);
  ASSERT_EQ(answer.records.size(), 1u);
  EXPECT_EQ(answer.records[0].owner, name("host.beta.example"));
  ASSERT_EQ(answer.aliases.size(), 2u);
  EXPECT_EQ(answer.aliases[0].owner, name("www.alpha.example"));
  EXPECT_EQ(answer.ttl, 40u);
}

TEST(ReadAnswer, TellsNxDomainNoDataAndFailureApart) {
  Message message = response(ResponseCode::kNxDomain);
  message.authority = {soa("alpha.example")};
  EXPECT_EQ(read_answer(kQuestion, message).status, AnswerStatus::kNxDomain);
  EXPECT_EQ(read_answer(kQuestion, message).ttl, 30u);
  message.code = ResponseCode::kNoError;
  EXPECT_EQ(read_answer(kQuestion, message).status, AnswerStatus::kNoData);
  message.authority.clear();
  EXPECT_EQ(read_answer(kQuestion, message).ttl, 0u);
  EXPECT_EQ(read_answer(kQuestion, response(ResponseCode::kRefused)).status, AnswerStatus::kServFail);
}

TEST(ReadAnswer, AnAliasLoopEndsWithoutData) {
  Message message = response();
  message.answers = {make_cname(kQuestion.name, name("b.example"), 50),
                     make_cname(name("b.example"), kQuestion.name, 50)};
  EXPECT_EQ(read_answer(kQuestion, message).status, AnswerStatus::kNoData);
}

TEST(ReadReply, TakesAnswersOfTheZoneOnly) {
  Message message = response();
  message.answers = {make_cname(kQuestion.name, name("host.beta.example"), 60),
                     address("host.beta.example", "203.0.113.66")};
  const Reply outside = read_reply(kQuestion, message, name("alpha.example"));
  EXPECT_EQ(outside.kind, ReplyKind::kAlias) << "beta is not alpha's to tell";
  EXPECT_TRUE(outside.records.empty());
  const Reply inside = read_reply(kQuestion, message, name("example"));
  EXPECT_EQ(inside.kind, ReplyKind::kAnswer);
  EXPECT_EQ(inside.records.size(), 1u);
  message.authoritative = false;
  EXPECT_EQ(read_reply(kQuestion, message, name("example")).kind, ReplyKind::kLame);
}

TEST(ReadReply, ReferralsLeadDownAndGlueStaysInTheBailiwick) {
  Message message = response(ResponseCode::kNoError, false);
  message.authority = {make_ns(name("alpha.example"), name("ns.alpha.example"), 60),
                       make_ns(name("alpha.example"), name("ns.evil.test"), 60)};
  message.additional = {address("ns.alpha.example", "192.0.2.53"), address("ns.evil.test", "192.0.2.66"),
                        address("bank.example", "192.0.2.67")};
  const Reply reply = read_reply(kQuestion, message, name("example"));
  EXPECT_EQ(reply.kind, ReplyKind::kReferral);
  EXPECT_EQ(reply.zone, name("alpha.example"));
  EXPECT_EQ(reply.records.size(), 2u);
  ASSERT_EQ(reply.glue.size(), 1u);
  EXPECT_EQ(reply.glue[0].owner, name("ns.alpha.example"));
  EXPECT_EQ(read_reply(kQuestion, message, name("alpha.example")).kind, ReplyKind::kLame) << "to itself";
  EXPECT_EQ(read_reply(kQuestion, message, name("www.alpha.example")).kind, ReplyKind::kLame) << "upwards";
  EXPECT_EQ(read_reply(kQuestion, message, name("beta.example")).kind, ReplyKind::kLame) << "sideways";
}

TEST(ReadReply, NegativeAnswersNeedAnAuthority) {
  Message message = response(ResponseCode::kNxDomain);
  message.authority = {soa("alpha.example")};
  const Reply reply = read_reply(kQuestion, message, name("alpha.example"));
  EXPECT_EQ(reply.kind, ReplyKind::kNxDomain);
  EXPECT_TRUE(reply.soa);
  EXPECT_FALSE(read_reply(kQuestion, message, name("www.alpha.example")).soa) << "the SOA of another zone";
  message.authoritative = false;
  EXPECT_EQ(read_reply(kQuestion, message, name("alpha.example")).kind, ReplyKind::kLame);
  EXPECT_EQ(read_reply(kQuestion, response(ResponseCode::kServFail), Name()).kind, ReplyKind::kFailure);
  EXPECT_EQ(read_reply(kQuestion, response(), Name()).kind, ReplyKind::kNoData);
}

}  // namespace
}  // namespace glasspost::dns
