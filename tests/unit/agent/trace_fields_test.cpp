#include "engine/agent/mta/trace_fields.h"

#include <gtest/gtest.h>

#include "engine/message/header.h"
#include "engine/message/received.h"

namespace glasspost::agent {
namespace {

ReceivedFacts facts() {
  ReceivedFacts made;
  made.helo_name = "mx.alpha.example";
  made.client_name = "mx.alpha.example";
  made.client = *IpAddress::parse("192.0.2.1");
  made.by = "mx.beta.example";
  made.protocol = "ESMTPS";
  made.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384";
  made.queue_id = "q7";
  made.recipient = "bob@beta.example";
  made.date = Instant{1'772'442'000'000'000'000};
  return made;
}

TEST(TraceFields, ReceivedTellsTheWholeHop) {
  EXPECT_EQ(received_field(facts()),
            "Received: from mx.alpha.example (mx.alpha.example [192.0.2.1])\r\n"
            "\tby mx.beta.example with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384) id q7\r\n"
            "\tfor <bob@beta.example>;\r\n"
            "\tMon, 02 Mar 2026 09:00:00 +0000\r\n");
}

TEST(TraceFields, ReceivedIsReadBackByItsParser) {
  ReceivedFacts given = facts();
  given.client = *IpAddress::parse("2001:db8::5");
  given.authenticated = "alice@alpha.example";
  const message::Header header = message::parse_header(received_field(given) + "\r\n");
  ASSERT_EQ(header.fields.size(), 1u);
  const message::Received read = message::parse_received(header.fields.front().value());
  EXPECT_EQ(read.from, "mx.alpha.example");
  EXPECT_EQ(read.by, "mx.beta.example");
  EXPECT_EQ(read.with, "ESMTPS");
  EXPECT_EQ(read.id, "q7");
  EXPECT_EQ(read.for_mailbox, "bob@beta.example");
  ASSERT_TRUE(read.date.has_value());
  EXPECT_EQ(read.date->instant, given.date);
  EXPECT_NE(received_field(given).find("[IPv6:2001:db8::5]"), std::string::npos);
  EXPECT_NE(received_field(given).find("(authenticated as alice@alpha.example)"), std::string::npos);
}

TEST(TraceFields, WhatAClientSaysCannotBreakOutOfTheField) {
  ReceivedFacts given = facts();
  given.helo_name = "evil)\r\nX-Fake: yes\r\n\r\n(\\";
  given.client_name = "a)(b";
  const std::string field = received_field(given);
  const message::Header header = message::parse_header(field + "\r\n");
  EXPECT_EQ(header.fields.size(), 1u);
  EXPECT_EQ(message::parse_received(header.fields.front().value()).from, "[192.0.2.1]");
  EXPECT_EQ(message::parse_received(header.fields.front().value()).by, "mx.beta.example");
}

TEST(TraceFields, HopsAreCountedInTheHeaderAlone) {
  EXPECT_EQ(count_received(""), 0u);
  EXPECT_EQ(count_received(
                "Received: a\r\nRECEIVED : b\r\n c\r\nReceived-SPF: pass\r\nX: y\r\n\r\nReceived: d\r\n"),
            2u);
  EXPECT_EQ(count_received("\r\nReceived: a\r\n"), 0u);
  EXPECT_EQ(count_received("Received: a"), 1u);
}

}  // namespace
}  // namespace glasspost::agent
