#include "engine/protocol/pop3/command.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::pop3 {
namespace {

Command parsed(std::string_view line) {
  const auto command = parse_command(line);
  EXPECT_TRUE(command.has_value()) << line;
  return command.value_or(Command{});
}

std::size_t refused_at(std::string_view line) {
  const auto command = parse_command(line);
  EXPECT_FALSE(command.has_value()) << line;
  return command ? 0 : command.error().offset;
}

TEST(Pop3Command, KeywordsGoWithoutRegardToCase) {
  EXPECT_EQ(parsed("stat").verb, Verb::kStat);
  EXPECT_EQ(parsed("Quit").verb, Verb::kQuit);
  EXPECT_EQ(parsed("CAPA ").verb, Verb::kCapa);
  EXPECT_EQ(parsed("retr 7").message, 7u);
}

TEST(Pop3Command, APasswordMayHoldSpaces) {
  EXPECT_EQ(parsed("PASS open sesame ").argument, "open sesame ");
  EXPECT_EQ(parsed("PASS  x").argument, " x");
  EXPECT_EQ(parsed("USER  bob@beta.example ").argument, "bob@beta.example");
  EXPECT_EQ(refused_at("PASS"), 4u);
  EXPECT_EQ(refused_at("PASS "), 4u);
  EXPECT_EQ(refused_at("USER "), 5u);
}

TEST(Pop3Command, NumbersThatFitNowhereAreTheLargest) {
  EXPECT_EQ(parsed("DELE 4294967295").message, 4294967295u);
  EXPECT_EQ(parsed("DELE 99999999999999999999999").message, 4294967295u);
  EXPECT_EQ(parsed("RETR 0").message, 0u);
  EXPECT_EQ(parsed("RETR 007").message, 7u);
  const Command top = parsed("TOP 3 99999999");
  EXPECT_EQ(top.message, 3u);
  EXPECT_EQ(top.lines, 99'999'999u);
}

TEST(Pop3Command, WhatIsNoNumberIsRefusedWhereItStands) {
  EXPECT_EQ(refused_at("RETR"), 4u);
  EXPECT_EQ(refused_at("RETR x"), 5u);
  EXPECT_EQ(refused_at("RETR -1"), 5u);
  EXPECT_EQ(refused_at("LIST 1 2"), 7u);
  EXPECT_EQ(refused_at("TOP 1"), 5u);
  EXPECT_EQ(refused_at("TOP 1 all"), 6u);
  EXPECT_EQ(refused_at("STAT now"), 5u);
  EXPECT_FALSE(parsed("LIST").message.has_value());
  EXPECT_EQ(parsed("UIDL 2").message, 2u);
}

TEST(Pop3Command, AuthWithAndWithoutInitialResponse) {
  const Command alone = parsed("AUTH plain");
  EXPECT_EQ(alone.argument, "PLAIN");
  EXPECT_FALSE(alone.initial_response.has_value());
  EXPECT_EQ(parsed("AUTH PLAIN =").initial_response, "=");
  EXPECT_EQ(parsed("AUTH scram-sha-256 biws").initial_response, "biws");
  EXPECT_EQ(refused_at("AUTH"), 4u);
  EXPECT_EQ(refused_at("AUTH PLAIN a b"), 13u);
}

TEST(Pop3Command, ApopWantsADigest) {
  const Command apop = parsed("APOP mrose C4C9334BAC560ECC979E58001B3E22FB");
  EXPECT_EQ(apop.argument, "mrose");
  EXPECT_EQ(apop.digest, "c4c9334bac560ecc979e58001b3e22fb");
  EXPECT_EQ(refused_at("APOP mrose 123"), 11u);
  EXPECT_EQ(refused_at("APOP"), 4u);
}

TEST(Pop3Command, OddAndLongLinesAreRefused) {
  EXPECT_EQ(refused_at("HELO x"), 0u);
  EXPECT_EQ(refused_at(""), 0u);
  EXPECT_EQ(refused_at(" STAT"), 0u);
  EXPECT_EQ(refused_at(std::string("PASS a\0b", 8)), 6u);
  EXPECT_EQ(refused_at("PASS " + std::string(kMaxCommandLine, 'x')), kMaxCommandLine - 2);
  EXPECT_EQ(parsed("AUTH PLAIN " + std::string(5000, 'A')).initial_response->size(), 5000u);
}

TEST(Pop3Command, WhatIsWrittenIsReadAlike) {
  for (const std::string line : {"USER bob", "PASS a b ", "APOP bob c4c9334bac560ecc979e58001b3e22fb",
                                 "AUTH PLAIN =", "AUTH LOGIN", "CAPA", "STLS", "STAT", "LIST", "LIST 4",
                                 "UIDL", "UIDL 5", "RETR 1", "TOP 1 0", "DELE 9", "NOOP", "RSET", "QUIT"}) {
    EXPECT_EQ(encode_command(parsed(line)), line + "\r\n");
  }
}

}  // namespace
}  // namespace glasspost::pop3
