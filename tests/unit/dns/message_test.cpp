#include "engine/protocol/dns/message.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::dns {
namespace {

Name name(std::string_view text) {
  return *Name::parse(text);
}

SoaData soa() {
  return {name("ns.alpha.example"), name("hostmaster.alpha.example"), 7, 7200, 900, 1'209'600, 300};
}

Message rich_message() {
  Message message = make_response(make_query(0xBEEF, {name("Alpha.Example"), RecordType::kMx}, true),
                                  ResponseCode::kNoError);
  message.authoritative = true;
  message.recursion_available = true;
  message.answers = {
      make_mx(name("Alpha.Example"), 10, name("mx1.Alpha.Example"), 3600),
      make_cname(name("www.alpha.example"), name("alpha.example"), 60),
      make_txt(name("alpha.example"), std::string(300, 't'), 60),
      {name("_smtp._tcp.alpha.example"), RecordType::kSrv, 60, SrvData{1, 2, 25, name("mx1.alpha.example")}},
      {name("_25._tcp.mx1.alpha.example"), RecordType::kTlsa, 60,
       OpaqueData{std::string("\x03\x01\x00\x01", 4)}},
  };
  message.authority = {make_ns(name("alpha.example"), name("ns.alpha.example"), 60),
                       make_soa(name("alpha.example"), soa(), 60)};
  message.additional = {make_address(name("mx1.alpha.example"), *IpAddress::parse("192.0.2.1"), 60),
                        make_address(name("mx1.alpha.example"), *IpAddress::parse("2001:db8::1"), 60),
                        make_ptr(name("1.2.0.192.in-addr.arpa"), name("mx1.alpha.example"), 60)};
  return message;
}

TEST(Message, ComesBackAsItWasWithItsCase) {
  const Message message = rich_message();
  const std::string bytes = encode_message(message);
  const Result<Message> back = decode_message(bytes);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(*back, message);
  EXPECT_EQ(back->questions[0].name.to_string(), "Alpha.Example");
  EXPECT_EQ(back->answers[0].owner.to_string(), "Alpha.Example");
  EXPECT_EQ(back->answers[2].owner.to_string(), "alpha.example");
}

TEST(Message, NamesAreCompressed) {
  Message message;
  message.questions = {{name("alpha.example"), RecordType::kMx}};
  message.answers = {make_mx(name("alpha.example"), 10, name("mx.alpha.example"), 60)};
  const std::string bytes = encode_message(message);
  // Header, question (15 + 4), answer: pointer 2 + fixed 10 + preference 2 + "mx" 3 + pointer 2.
  EXPECT_EQ(bytes.size(), 12u + 19 + 2 + 10 + 2 + 3 + 2);
  EXPECT_EQ(bytes.substr(31, 2), std::string("\xC0\x0C", 2));
}

TEST(Message, EveryTruncationIsAnErrorAndNothingWorse) {
  const std::string bytes = encode_message(rich_message());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<Message> message = decode_message(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(message) << size;
    EXPECT_EQ(message.error().code, ErrorCode::kInvalidInput);
    EXPECT_LE(*message.error().offset, size);
  }
  EXPECT_FALSE(decode_message(bytes + "x"));
}

TEST(Message, EveryFlippedByteGivesAMessageOrAnError) {
  const std::string bytes = encode_message(rich_message());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int flip : {0x01, 0x40, 0x80, 0xC0, 0xFF}) {
      std::string broken = bytes;
      broken[i] = static_cast<char>(broken[i] ^ flip);
      const Result<Message> message = decode_message(broken);
      if (!message) continue;
      const Result<Message> again = decode_message(encode_message(*message));
      ASSERT_TRUE(again) << i;
      EXPECT_EQ(*again, *message) << i;
    }
  }
}

std::string header(int questions, int answers = 0) {
  std::string bytes(12, '\0');
  bytes[5] = static_cast<char>(questions);
  bytes[7] = static_cast<char>(answers);
  return bytes;
}

TEST(Message, PointersMustLeadBackwards) {
  const std::string tail("\0\x01\0\x01", 4);
  EXPECT_FALSE(decode_message(header(1) + std::string("\xC0\x0C", 2) + tail)) << "to itself";
  EXPECT_FALSE(decode_message(header(1) +
                              std::string("\x01"
                                          "a\xC0\x0C",
                                          4) +
                              tail))
      << "to its own start";
  EXPECT_FALSE(decode_message(header(1) + std::string("\xC0\x0E\0", 3) + tail)) << "forwards";
  EXPECT_FALSE(
      decode_message(header(2) + std::string("\xC0\x12", 2) + tail + std::string("\xC0\x0C", 2) + tail))
      << "to each other";
  const std::string first = std::string(
                                "\x01"
                                "a\0",
                                3) +
                            tail;
  const Result<Message> good = decode_message(header(2) + first +
                                              std::string("\x01"
                                                          "b\xC0\x0C",
                                                          4) +
                                              tail);
  ASSERT_TRUE(good);
  EXPECT_EQ(good->questions[1].name.to_string(), "b.a");
}

TEST(Message, AChainOfPointersEndsAtThe255ByteLimit) {
  // Each question's name is a label and a pointer to the name before it.
  std::string bytes = header(200);
  const std::string tail("\0\x01\0\x01", 4);
  std::size_t before = 0;
  for (int i = 0; i < 200; ++i) {
    const std::size_t here = bytes.size();
    bytes += std::string(
        "\x01"
        "a",
        2);
    if (i == 0) {
      bytes += '\0';
    } else {
      bytes += static_cast<char>(0xC0 | before >> 8);
      bytes += static_cast<char>(before & 0xFF);
    }
    bytes += tail;
    before = here;
  }
  const Result<Message> message = decode_message(bytes);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().message, "a name is longer than 255 bytes");
}

TEST(Message, RecordDataMustMatchItsLength) {
  const auto with_data = [](std::string_view type, std::string_view data) {
    std::string bytes = header(0, 1) + std::string(1, '\0') + std::string(1, '\0') + std::string(type);
    bytes += std::string("\0\x01\0\0\0\x3C", 6);
    bytes += static_cast<char>(data.size() >> 8);
    bytes += static_cast<char>(data.size());
    return bytes + std::string(data);
  };
  EXPECT_TRUE(decode_message(with_data("\x01", "abcd")));
  EXPECT_FALSE(decode_message(with_data("\x01", "abc")));
  EXPECT_FALSE(decode_message(with_data("\x01", "abcde")));
  EXPECT_FALSE(decode_message(with_data("\x10", ""))) << "TXT without a string";
  EXPECT_FALSE(decode_message(with_data("\x10",
                                        "\x05"
                                        "ab")));
  EXPECT_TRUE(decode_message(with_data("\x10", std::string_view("\0", 1))));
  EXPECT_FALSE(decode_message(with_data("\x0F", std::string_view("\0\x0A\0\0", 4))));
}

TEST(Message, HighBitOfATtlMeansZero) {  // RFC 2181 8
  Message message;
  message.answers = {make_address(name("a.example"), *IpAddress::parse("192.0.2.1"), 0x80000001u)};
  EXPECT_EQ(decode_message(encode_message(message))->answers[0].ttl, 0u);
}

TEST(Message, RecordsOfOtherClassesAreLeftOut) {
  std::string bytes = encode_message(rich_message());
  Message message;
  message.additional = {make_address(name("a.example"), *IpAddress::parse("192.0.2.1"), 60)};
  bytes = encode_message(message);
  bytes[12 + 11 + 3] = 3;  // CHAOS
  const Result<Message> back = decode_message(bytes);
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->additional.empty());
}

TEST(Message, EdnsCarriesSizeVersionAndTheUpperBitsOfTheCode) {
  Message message = make_query(1, {name("a.example"), RecordType::kA}, true);
  message.edns->udp_size = 4096;
  message.edns->dnssec_ok = true;
  message.edns->options = "\x01\x02";
  message.response = true;
  message.code = ResponseCode::kBadVers;
  const Result<Message> back = decode_message(encode_message(message));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, message);
  EXPECT_TRUE(back->additional.empty());
}

TEST(Message, OptStandsOnce) {
  const Message message = make_query(1, {name("a.example"), RecordType::kA}, true);
  std::string bytes = encode_message(message);
  const std::string opt = bytes.substr(bytes.size() - 11);
  bytes += opt;
  bytes[11] = 2;
  EXPECT_FALSE(decode_message(bytes));
}

TEST(Message, TruncationLeavesWholeSetsAndSetsTc) {
  Message message =
      make_response(make_query(1, {name("a.example"), RecordType::kTxt}, true), ResponseCode::kNoError);
  for (int i = 0; i < 8; ++i)
    message.answers.push_back(make_txt(name("a.example"), std::string(100, static_cast<char>('a' + i)), 60));
  for (std::size_t limit = kPlainUdpSize; limit < 1200; ++limit) {
    const std::string bytes = encode_message(message, limit);
    ASSERT_LE(bytes.size(), limit);
    const Result<Message> back = decode_message(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->truncated, back->answers.empty());
    EXPECT_TRUE(back->answers.empty() || back->answers.size() == 8);
    EXPECT_TRUE(back->edns);
  }
}

TEST(Message, NothingMakesAMessageLargerThanItsLimit) {
  Message message;
  message.edns.emplace();
  message.edns->options = std::string(60'000, 'o');
  for (int i = 0; i < 3'000; ++i)
    message.questions.push_back({name("x" + std::to_string(i) + ".example"), RecordType::kA});
  for (const std::size_t limit : {kPlainUdpSize, kMaxMessageSize}) {
    const std::string bytes = encode_message(message, limit);
    EXPECT_LE(bytes.size(), limit);
    const Result<Message> back = decode_message(bytes);
    ASSERT_TRUE(back);
    EXPECT_TRUE(back->truncated);
    EXPECT_TRUE(back->edns);
  }
  EXPECT_TRUE(make_response(message, ResponseCode::kFormErr).questions.empty());
}

TEST(Message, OnlyMissingGlueSetsTc) {  // RFC 9471 2.1
  Message referral =
      make_response(make_query(1, {name("a.b.example"), RecordType::kA}, false), ResponseCode::kNoError);
  referral.authority = {make_ns(name("b.example"), name("ns.b.example"), 60)};
  for (int i = 1; i < 50; ++i)
    referral.additional.push_back(
        make_address(name("ns.b.example"), *IpAddress::parse("192.0.2." + std::to_string(i)), 60));
  EXPECT_TRUE(decode_message(encode_message(referral, 512))->truncated);
  Message answer = referral;
  answer.authority.clear();
  answer.answers = {make_mx(name("a.b.example"), 10, name("ns.b.example"), 60)};
  const Result<Message> back = decode_message(encode_message(answer, 512));
  EXPECT_FALSE(back->truncated);
  EXPECT_TRUE(back->additional.empty());
}

TEST(Message, LayoutCoversEveryByteOnce) {
  const std::string bytes = encode_message(rich_message());
  MessageLayout layout;
  ASSERT_TRUE(decode_message(bytes, &layout));
  std::size_t at = 0;
  for (const MessageLayout::Span& span : layout.spans) {
    EXPECT_EQ(span.offset, at);
    at += span.length;
  }
  EXPECT_EQ(at, bytes.size());
  EXPECT_EQ(layout.spans.back().part, MessageLayout::Part::kOpt);
}

TEST(Message, AnAnswerIsMatchedByIdAndQuestion) {
  const Message query = make_query(7, {name("a.example"), RecordType::kA}, true);
  Message response = make_response(query, ResponseCode::kNoError);
  response.questions[0].name = name("A.EXAMPLE");
  EXPECT_TRUE(answers_query(query, response));
  response.id = 8;
  EXPECT_FALSE(answers_query(query, response));
  response.id = 7;
  response.questions[0].type = RecordType::kMx;
  EXPECT_FALSE(answers_query(query, response));
  EXPECT_FALSE(answers_query(query, query));
}

TEST(Message, UdpLimitsFollowEdns) {
  Message query = make_query(7, {name("a.example"), RecordType::kA}, true);
  EXPECT_EQ(udp_limit(query), 1232u);
  query.edns->udp_size = 100;
  EXPECT_EQ(udp_limit(query), 512u);
  query.edns->udp_size = 65'000;
  EXPECT_EQ(udp_limit(query), 1232u);
  query.edns.reset();
  EXPECT_EQ(udp_limit(query), 512u);
}

}  // namespace
}  // namespace glasspost::dns
