#include "engine/message/received.h"

#include <gtest/gtest.h>

namespace glasspost::message {
namespace {

TEST(Received, ReadsTheClausesOfTheStandard) {
  const Received read = parse_received(
      " from mx.alpha.example (mx.alpha.example [192.0.2.1])\r\n\tby mx.beta.example (Glasspost) with "
      "ESMTPS\r\n"
      "\t(TLS1.3 with cipher TLS_AES_256_GCM_SHA384)\r\n\tid <q1.x> for <bob@beta.example>;\r\n\tMon, 02 Mar "
      "2026 09:00:00 +0000");
  EXPECT_EQ(read.from, "mx.alpha.example");
  EXPECT_EQ(read.from_host, "mx.alpha.example");
  EXPECT_EQ(read.from_address, *IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(read.by, "mx.beta.example");
  EXPECT_EQ(read.with, "ESMTPS");
  EXPECT_EQ(read.id, "q1.x");
  EXPECT_EQ(read.for_mailbox, "bob@beta.example");
  EXPECT_EQ(read.tls_version, "1.3");
  EXPECT_EQ(read.tls_cipher, "TLS_AES_256_GCM_SHA384");
  ASSERT_TRUE(read.date);
  EXPECT_EQ(to_rfc3339(read.date->instant), "2026-03-02T09:00:00Z");
}

TEST(Received, ReadsWhatRealServersAdd) {
  const Received qmail = parse_received(
      "from unknown (HELO x.example) (joe@[192.0.2.7]) by y with SMTP; 1 Jan 2026 00:00:00 -0000");
  EXPECT_EQ(qmail.helo, "x.example");
  EXPECT_EQ(qmail.helo_verb, "HELO");
  EXPECT_EQ(qmail.ident, "joe");
  EXPECT_EQ(qmail.from_address, *IpAddress::parse("192.0.2.7"));
  EXPECT_FALSE(qmail.date->offset_known);
  const Received local =
      parse_received("(from user@localhost) by a.example id x1; 1 Jan 2026 00:00:00 +0000");
  EXPECT_EQ(local.from, "user@localhost");
  EXPECT_EQ(local.by, "a.example");
  const Received v6 = parse_received("from a (b.c [IPv6:2001:db8::1]) by d");
  EXPECT_EQ(v6.from_address, *IpAddress::parse("2001:db8::1"));
  EXPECT_FALSE(v6.date);
}

TEST(Received, IsTotalAndLinear) {
  EXPECT_EQ(parse_received("").by, "");
  for (const char* piece : {"from ", "(", "by a ", "a", ";", "(from ", "with x ", "[", "TLS-"}) {
    std::string text;
    while (text.size() < 1'000'000)
      text += piece;
    EXPECT_FALSE(parse_received(text).date);
  }
}

}  // namespace
}  // namespace glasspost::message
