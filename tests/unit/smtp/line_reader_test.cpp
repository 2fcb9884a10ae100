#include "engine/protocol/line/line_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace glasspost {
namespace {

std::string describe(const Line& line) {
  std::string text = "[" + std::string(line.text) + "]";
  if (line.too_long) text += " too-long";
  if (line.bare_lf) text += " bare-lf";
  if (line.bare_cr) text += " bare-cr";
  if (line.flood) text += " flood";
  return text;
}

std::vector<std::string> read_all(std::string_view bytes, std::size_t chunk, LineReader::Limits limits) {
  LineReader reader(limits);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    const std::string block(
        bytes.substr(at, chunk));  // a copy, so that a view kept too long is found by ASan
    std::string_view rest = block;
    while (const auto line = reader.next(rest))
      lines.push_back(describe(*line));
    EXPECT_TRUE(rest.empty());
  }
  return lines;
}

void expect_lines(std::string_view bytes, const std::vector<std::string>& expected,
                  LineReader::Limits limits = {20, 40}) {
  for (std::size_t chunk = 1; chunk <= bytes.size() + 1; ++chunk)
    EXPECT_EQ(read_all(bytes, chunk, limits), expected) << "in blocks of " << chunk;
}

TEST(LineReader, CutsAtCrlfWhateverTheBlocks) {
  expect_lines("EHLO a\r\n\r\nQUIT\r\npart", {"[EHLO a]", "[]", "[QUIT]"});
}

TEST(LineReader, TellsALoneLf) {
  expect_lines("a\nb\r\n\n", {"[a] bare-lf", "[b]", "[] bare-lf"});
}

TEST(LineReader, TellsALoneCrAndNeverEndsALineThere) {
  expect_lines("a\rb\r\nc\r\r\n\rd\n", {"[a\rb] bare-cr", "[c\r] bare-cr", "[\rd] bare-lf bare-cr"});
}

TEST(LineReader, KeepsNulAndEightBit) {
  expect_lines(std::string_view("a\0b\xff\r\n", 6), {std::string("[a\0b\xff]", 6)});
}

TEST(LineReader, ThrowsAwayAnOverLongLineAndGoesOn) {
  const std::string exact(18, 'x');  // 20 octets with CRLF
  expect_lines(exact + "\r\n" + exact + "y\r\nNOOP\r\n", {"[" + exact + "]", "[] too-long", "[NOOP]"});
}

TEST(LineReader, GivesUpOnALineWithoutEnd) {
  LineReader reader({20, 40});
  std::string_view input;
  std::optional<Line> line;
  std::size_t fed = 0;
  while (!line && fed < 1000) {
    input = "x";
    line = reader.next(input);
    ++fed;
  }
  ASSERT_TRUE(line.has_value());
  EXPECT_TRUE(line->flood);
  EXPECT_EQ(fed, 61u);
}

TEST(LineReader, TakesNothingBeyondTheLine) {
  LineReader reader({512, 0});
  std::string_view input = "STARTTLS\r\nrest";
  ASSERT_TRUE(reader.next(input).has_value());
  EXPECT_EQ(input, "rest");
}

}  // namespace
}  // namespace glasspost
