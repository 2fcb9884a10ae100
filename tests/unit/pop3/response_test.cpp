#include "engine/protocol/pop3/response.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/protocol/line/content_codec.h"

namespace glasspost::pop3 {
namespace {

std::string encoded(const Response& response) {
  std::string out;
  encode_response(response, out);
  return out;
}

// The encoding, whole and in every chunk size; all must be the same.
std::string stuffed(std::string_view content) {
  std::string whole;
  MultiLineEncoder encoder;
  encoder.encode(content, whole);
  encoder.finish(whole);
  for (std::size_t chunk = 1; chunk <= content.size(); ++chunk) {
    std::string cut;
    MultiLineEncoder piecewise;
    for (std::size_t at = 0; at < content.size(); at += chunk)
      piecewise.encode(content.substr(at, chunk), cut);
    piecewise.finish(cut);
    EXPECT_EQ(cut, whole) << "in pieces of " << chunk;
  }
  return whole;
}

std::string unstuffed(std::string_view lines) {
  ContentDecoder decoder({});
  std::string out;
  EXPECT_TRUE(decoder.decode(lines, out));
  EXPECT_TRUE(lines.empty());
  return out;
}

TEST(Pop3Response, CodesStandInBrackets) {
  EXPECT_EQ(encoded(Response::ok("")), "+OK\r\n");
  EXPECT_EQ(encoded(Response::ok("2 320")), "+OK 2 320\r\n");
  EXPECT_EQ(encoded(Response::error(ResponseCode::kInUse, "Later")), "-ERR [IN-USE] Later\r\n");
  EXPECT_EQ(encoded({Status::kChallenge, ResponseCode::kNone, ""}), "+ \r\n");
  EXPECT_EQ(encoded({Status::kChallenge, ResponseCode::kNone, "eA=="}), "+ eA==\r\n");
}

TEST(Pop3Response, ALineStaysALine) {
  EXPECT_EQ(encoded(Response::error("a\r\n.\r\nb")), "-ERR a  .  b\r\n");
  EXPECT_EQ(encoded(Response::ok(std::string(2000, 'x'))).size(), kMaxResponseLine);
}

TEST(Pop3Response, AreReadWithTheirCodes) {
  EXPECT_EQ(parse_response("+OK")->text, "");
  EXPECT_EQ(parse_response("-ERR [in-use] busy")->code, ResponseCode::kInUse);
  EXPECT_EQ(parse_response("-ERR [SYS/TEMP] x"), Response::error(ResponseCode::kSysTemp, "x"));
  EXPECT_EQ(parse_response("-ERR [AUTH]"), Response::error(ResponseCode::kAuth, ""));
  const auto other = parse_response("-ERR [X-THING] y");
  EXPECT_EQ(other->code, ResponseCode::kUnknown);
  EXPECT_EQ(other->text, "[X-THING] y");
  EXPECT_EQ(parse_response("+ abc"), (Response{Status::kChallenge, ResponseCode::kNone, "abc"}));
  EXPECT_EQ(parse_response("+")->status, Status::kChallenge);
}

TEST(Pop3Response, WhatIsNoneIsRefused) {
  for (const std::string_view line : {"", "+ok", "+OKAY", "-ERRx", "220 hello", "* OK", "-"})
    EXPECT_FALSE(parse_response(line).has_value()) << line;
  EXPECT_EQ(parse_response("+OKAY").error().offset, 3u);
}

// Mailpit and GreenMail lost these dots, or ended early.
TEST(FieldCase, A28_EveryLineThatBeginsWithADotIsStuffedTheFirstToo) {
  EXPECT_EQ(stuffed(".first\r\n..x\r\n"), "..first\r\n...x\r\n.\r\n");
  EXPECT_EQ(unstuffed(stuffed(".first\r\n..x\r\n")), ".first\r\n..x\r\n");
  EXPECT_EQ(stuffed("."), "..\r\n.\r\n");
  EXPECT_EQ(stuffed(".\r\n"), "..\r\n.\r\n");
  EXPECT_EQ(stuffed(".\r\n.\r\n"), "..\r\n..\r\n.\r\n");
}

TEST(Pop3MultiLine, TheEndStandsOnALineOfItsOwn) {
  EXPECT_EQ(stuffed(""), ".\r\n");
  EXPECT_EQ(stuffed("no line end"), "no line end\r\n.\r\n");
  EXPECT_EQ(stuffed("a\r\n"), "a\r\n.\r\n");
  EXPECT_EQ(stuffed("a\r"), "a\r\r\n.\r\n");
  EXPECT_EQ(stuffed("a\n"), "a\r\n.\r\n");
}

TEST(Pop3MultiLine, OctetsGoAsTheyAreStored) {
  const std::string odd = std::string("a\nb\rc\r\rd\r\n\n\ne\0f\xff\r\n", 18);
  EXPECT_EQ(stuffed(odd), odd + ".\r\n");
  EXPECT_EQ(unstuffed(stuffed(odd)), odd);
}

// A client that takes LF for a line's end must not see the end of the response inside a message.
TEST(Pop3MultiLine, NoLoneDotStandsBehindABareLf) {
  EXPECT_EQ(stuffed("a\n.\r\nb\r\n"), "a\r\n..\r\nb\r\n.\r\n");
  EXPECT_EQ(stuffed("a\n.\nb\n"), "a\r\n..\nb\r\n.\r\n");
  EXPECT_EQ(stuffed("\n."), "\r\n..\r\n.\r\n");
  EXPECT_EQ(stuffed("a\r.\r\n"), "a\r.\r\n.\r\n");
}

TEST(Pop3Top, IsHeaderEmptyLineAndSomeLines) {
  const std::string message = "A: 1\r\nB: 2\r\n\r\none\r\ntwo\r\nthree";
  const auto top = [&](std::uint32_t lines) { return message.substr(0, top_length(message, lines)); };
  EXPECT_EQ(top(0), "A: 1\r\nB: 2\r\n\r\n");
  EXPECT_EQ(top(1), "A: 1\r\nB: 2\r\n\r\none\r\n");
  EXPECT_EQ(top(2), "A: 1\r\nB: 2\r\n\r\none\r\ntwo\r\n");
  EXPECT_EQ(top(3), message);
  EXPECT_EQ(top(99'999'999), message);
  EXPECT_EQ(top_length("A: 1\r\n", 0), 6u);
  EXPECT_EQ(top_length("", 5), 0u);
  EXPECT_EQ(top_length("\r\nbody\r\n", 0), 2u);
  EXPECT_EQ(top_length("A: 1\n\nbody\nmore\n", 1), 11u);
}

}  // namespace
}  // namespace glasspost::pop3
