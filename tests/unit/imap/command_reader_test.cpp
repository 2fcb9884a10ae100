#include "engine/protocol/imap/command_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace glasspost::imap {
namespace {

using Event = CommandReader::Event;

// What a reader makes of a stream that comes in blocks of `chunk` octets.
std::vector<std::string> read_all(std::string_view stream, std::size_t chunk,
                                  CommandReader::Limits limits = {}) {
  CommandReader reader(limits);
  std::vector<std::string> out;
  for (std::size_t at = 0; at < stream.size(); at += chunk) {
    std::string_view block = stream.substr(at, chunk);
    while (const auto event = reader.next(block)) {
      if (*event == Event::kContinue) out.push_back("+");
      if (*event == Event::kTooLarge) out.push_back("too large: " + reader.tag());
      if (*event == Event::kFlood) return out.push_back("flood"), out;
      if (*event != Event::kCommand) continue;
      const RawCommand command = reader.take();
      std::string line = command.text;
      for (const std::string& literal : command.literals)
        line += "|" + literal;
      out.push_back(line);
    }
  }
  return out;
}

void expect_any_chunks(const std::string& stream, const std::vector<std::string>& wanted,
                       CommandReader::Limits limits = {}) {
  for (std::size_t chunk = 1; chunk <= stream.size(); ++chunk)
    EXPECT_EQ(read_all(stream, chunk, limits), wanted) << "in blocks of " << chunk;
}

TEST(ImapCommandReader, LinesAndLiteralsInEveryBlockSize) {
  expect_any_chunks("a NOOP\r\nb LOGIN {3}\r\nbob {6+}\r\nse\r\net\r\n\r\nc {0}\r\n x\r\n",
                    {"a NOOP", "+", "b LOGIN {3}\r\n {6+}\r\n|bob|se\r\net", "", "+", "c {0}\r\n x|"});
}

TEST(ImapCommandReader, WhatIsNoLiteralIsText) {
  expect_any_chunks("a {}\r\nb {x}\r\nc {5 }\r\nd 5}\r\ne {+}\r\n",
                    {"a {}", "b {x}", "c {5 }", "d 5}", "e {+}"});
}

TEST(ImapCommandReader, AHugeSynchronizingLiteralIsRefusedBeforeItComes) {
  CommandReader::Limits limits;
  limits.literal = 10;
  limits.append = 20;
  expect_any_chunks(
      "a LOGIN {11}\r\nb APPEND x {20}\r\n01234567890123456789\r\nc APPEND x {99999999999999999999}\r\nd "
      "NOOP\r\n",
      {"too large: a", "+", "b APPEND x {20}\r\n|01234567890123456789", "too large: c", "d NOOP"}, limits);
}

TEST(ImapCommandReader, ALargeLiteralThatComesAnywayIsReadPast) {
  CommandReader::Limits limits;
  limits.literal = 4;
  expect_any_chunks("a LOGIN {5+}\r\nx\r\nyz {3+}\r\nabc\r\nb NOOP\r\n", {"too large: a", "b NOOP"}, limits);
  expect_any_chunks("a LOGIN {5}\r\nb LOGIN {5}\r\n", {"too large: a", "too large: b"}, limits);
}

TEST(ImapCommandReader, LongLinesAreReadPastAndFloodsEndIt) {
  CommandReader::Limits limits;
  limits.line = 100;
  limits.discard = 1'000;
  const std::string line = "tag1 SEARCH " + std::string(300, 'x') + "\r\nb NOOP\r\n";
  expect_any_chunks(line, {"too large: tag1", "b NOOP"}, limits);
  EXPECT_EQ(read_all("a " + std::string(5'000, 'x'), 64, limits), std::vector<std::string>{"flood"});
  EXPECT_EQ(read_all("a LOGIN {99999+}\r\n" + std::string(99'999, 'x'), 512, limits).back(), "flood");
}

TEST(ImapCommandReader, LiteralsAreCounted) {
  CommandReader::Limits limits;
  limits.literals = 2;
  expect_any_chunks("a X {1+}\r\na {1+}\r\nb {1+}\r\nc\r\nb NOOP\r\n", {"too large: a", "b NOOP"}, limits);
}

TEST(ImapCommandReader, NothingBeyondTheCommandIsTaken) {
  CommandReader reader{{}};
  std::string_view input = "a STARTTLS\r\n\x16\x03\x01";
  ASSERT_EQ(reader.next(input), Event::kCommand);
  EXPECT_EQ(input, "\x16\x03\x01");
  EXPECT_EQ(reader.take().text, "a STARTTLS");
  EXPECT_FALSE(reader.in_command());
}

TEST(ImapCommandReader, ALineFeedAloneIsTold) {
  CommandReader reader{{}};
  std::string_view input = "a NOOP\nb NOOP\r\n";
  ASSERT_EQ(reader.next(input), Event::kCommand);
  EXPECT_TRUE(reader.take().bare_lf);
  ASSERT_EQ(reader.next(input), Event::kCommand);
  EXPECT_FALSE(reader.take().bare_lf);
}

}  // namespace
}  // namespace glasspost::imap
