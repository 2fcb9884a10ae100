#include "engine/protocol/line/content_codec.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost {
namespace {

struct Decoded {
  bool ended = false;
  std::string content;
  std::string rest;
  ContentFindings findings;
};

Decoded decode(std::string_view bytes, std::size_t chunk, ContentDecoder::Options options = {}) {
  ContentDecoder decoder(options);
  Decoded result;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    const std::string block(bytes.substr(at, chunk));
    std::string_view rest = block;
    if (!result.ended) result.ended = decoder.decode(rest, result.content);
    result.rest += rest;
  }
  result.findings = decoder.findings();
  return result;
}

void expect_content(std::string_view bytes, std::string_view content, std::string_view rest,
                    bool ended = true, ContentDecoder::Options options = {}) {
  for (std::size_t chunk = 1; chunk <= bytes.size() + 1; ++chunk) {
    const Decoded result = decode(bytes, chunk, options);
    EXPECT_EQ(result.content, content) << "in blocks of " << chunk;
    EXPECT_EQ(result.rest, rest) << "in blocks of " << chunk;
    EXPECT_EQ(result.ended, ended) << "in blocks of " << chunk;
    EXPECT_EQ(result.findings.size, content.size());
  }
}

TEST(ContentDecoder, EndsAtADotAloneOnALine) {
  expect_content("a\r\nb\r\n.\r\nQUIT\r\n", "a\r\nb\r\n", "QUIT\r\n");
  expect_content(".\r\nMAIL", "", "MAIL");
  expect_content("\r\n.\r\n", "\r\n", "");
}

TEST(ContentDecoder, TakesOneDotFromEveryLineThatBeginsWithOne) {
  expect_content("a\r\n..\r\n...b\r\n.c\r\n.\r\n", "a\r\n.\r\n..b\r\nc\r\n", "");
}

TEST(FieldCase, A2_TheStartOfTheContentIsTheStartOfALine) {
  expect_content("..first\r\nx\r\n.\r\n", ".first\r\nx\r\n", "");
}

// None of these ends the content: a server further down might take them for an end.
TEST(FieldCase, A1_OnlyCrlfDotCrlfEndsTheContent) {
  for (const std::string smuggled : {"x\r\n\n.\r\nMAIL", "x\n.\nMAIL", "x\r.\rMAIL", "x\n.\r\nMAIL",
                                     "x\r\n.\nMAIL", "x\r\n.\rMAIL", "x\r.\r\nMAIL"}) {
    for (std::size_t chunk = 1; chunk <= smuggled.size(); ++chunk) {
      for (const bool kind : {false, true}) {
        ContentDecoder::Options options;
        options.normalise_bare_lf = kind;
        options.normalise_bare_cr = kind;
        const Decoded result = decode(smuggled, chunk, options);
        EXPECT_FALSE(result.ended) << smuggled;
        EXPECT_GT(result.findings.bare_lf + result.findings.bare_cr, 0u) << smuggled;
      }
    }
  }
}

TEST(ContentDecoder, MakesBareLineEndsHarmlessWhereTheyAreTolerated) {
  ContentDecoder::Options options;
  options.normalise_bare_lf = true;
  options.normalise_bare_cr = true;
  expect_content("a\n.\r\nb\rc\r\n.\r\n", "a\r\n.\r\nb c\r\n", "", true, options);
}

TEST(ContentDecoder, KeepsNothingBeyondItsLimitButFindsTheEnd) {
  ContentDecoder::Options options;
  options.max_size = 8;
  for (std::size_t chunk = 1; chunk < 30; ++chunk) {
    const Decoded exact = decode("123456\r\n.\r\n", chunk, options);
    EXPECT_FALSE(exact.findings.too_large);
    const Decoded more = decode("1234567\r\n.\r\nNOOP", chunk, options);
    EXPECT_TRUE(more.findings.too_large);
    EXPECT_TRUE(more.ended);
    EXPECT_LE(more.content.size(), 8u);
    EXPECT_EQ(more.rest, "NOOP");
    EXPECT_EQ(more.findings.size, 9u);
  }
}

TEST(ContentDecoder, CountsWhatItSees) {
  const Decoded result = decode(std::string_view("ab\0\xc3\xa9\r\nlonger\r\n.\r\n", 18), 5);
  EXPECT_EQ(result.findings.nul, 1u);
  EXPECT_EQ(result.findings.eight_bit, 2u);
  EXPECT_EQ(result.findings.longest_line, 6u);
}

std::string encode(std::string_view bytes, std::size_t chunk) {
  ContentEncoder encoder;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    encoder.encode(bytes.substr(at, chunk), out);
  encoder.finish(out);
  return out;
}

void expect_encoding(std::string_view content, std::string_view wire) {
  for (std::size_t chunk = 1; chunk <= content.size() + 1; ++chunk)
    EXPECT_EQ(encode(content, chunk), wire) << "in blocks of " << chunk;
}

TEST(FieldCase, A3_LineEndsAreMadeCrlfBeforeDotsAreStuffed) {
  expect_encoding("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n");
}

TEST(ContentEncoder, DoublesTheDotAtTheStartOfEveryLine) {
  expect_encoding("", ".\r\n");
  expect_encoding(".first\r\n..x\r\n", "..first\r\n...x\r\n.\r\n");
  expect_encoding("a\r.b\r\n\r\n.", "a\r\n..b\r\n\r\n..\r\n.\r\n");
  expect_encoding("a\r\r\nb\n\n", "a\r\n\r\nb\r\n\r\n.\r\n");
}

TEST(FindLineBreak, FindsTheFirstOfBothAnywhere) {
  EXPECT_EQ(find_line_break(""), 0u);
  for (std::size_t at = 0; at < 600; at += 7) {
    EXPECT_EQ(find_line_break(std::string(at, 'x')), at);
    EXPECT_EQ(find_line_break(std::string(at, 'x') + "\rx\n"), at);
    EXPECT_EQ(find_line_break(std::string(at, 'x') + "\nx\r"), at);
  }
}

TEST(ContentCodec, WhatIsEncodedDecodesToItself) {
  for (const std::string content : {"", "\r\n", ".\r\n", "..\r\n.\r\n.a\r\n", "Subject: x\r\n\r\n. .\r\n"}) {
    const Decoded result = decode(encode(content, 3), 4);
    EXPECT_TRUE(result.ended);
    EXPECT_EQ(result.content, content);
    EXPECT_EQ(result.findings.bare_lf + result.findings.bare_cr, 0u);
  }
}

}  // namespace
}  // namespace glasspost
