#include "engine/agent/mta/bounce.h"

#include <gtest/gtest.h>

#include "engine/message/delivery_status.h"
#include "engine/message/header.h"
#include "engine/message/mime.h"

namespace glasspost::agent {
namespace {

TEST(Bounce, IsAReportFromTheNullReversePath) {
  store::SpoolEntry failed;
  failed.queue_id = "q1";
  failed.reverse_path = "alice@alpha.example";
  failed.envelope_id = "env7";
  failed.accepted = Instant{1'000'000'000};
  const std::string content = "Message-ID: <m1@alpha.example>\r\nSubject: Hello\r\n\r\nthe secret body\r\n";
  BounceFacts facts{
      "mx.alpha.example",
      "postmaster@alpha.example",
      "q2",
      Instant{9'000'000'000},
      failed,
      content,
      {{"bob@beta.example", "", "550 5.1.1 no such user", "mx.beta.example", Instant{9'000'000'000}},
       {"c@gamma.example", "team@alpha.example", "451 4.4.1 unreachable", "", Instant{9'000'000'000}}}};
  RandomStream random(1, "mx.alpha.example", "bounce");
  const store::SpoolChange::Put put = build_bounce(facts, random);
  EXPECT_EQ(put.entry.reverse_path, "");
  EXPECT_EQ(put.entry.origin, "dsn");
  EXPECT_EQ(put.entry.queue_id, "q2");
  ASSERT_EQ(put.entry.recipients.size(), 1u);
  EXPECT_EQ(put.entry.recipients.front().address, "alice@alpha.example");
  EXPECT_EQ(put.entry.size, put.content->size());

  const message::Header header = message::parse_header(*put.content);
  EXPECT_EQ(header.value("To"), "alice@alpha.example");
  EXPECT_NE(header.value("From").value_or("").find("postmaster@alpha.example"), std::string::npos);
  EXPECT_NE(header.value("In-Reply-To").value_or("").find("m1@alpha.example"), std::string::npos);
  const message::MimeTree tree = message::parse_mime(*put.content);
  ASSERT_TRUE(tree.root.media_type.is("multipart", "report"));
  ASSERT_EQ(tree.root.children.size(), 3u);
  const message::DeliveryStatus status =
      message::parse_delivery_status(tree.root.children[1].body(*put.content));
  EXPECT_EQ(status.reporting_mta, "mx.alpha.example");
  EXPECT_EQ(status.envelope_id, "env7");
  ASSERT_EQ(status.recipients.size(), 2u);
  EXPECT_EQ(status.recipients[0].final_recipient, "bob@beta.example");
  EXPECT_EQ(status.recipients[0].action, "failed");
  EXPECT_EQ(status.recipients[0].status, "5.1.1");
  EXPECT_EQ(status.recipients[0].remote_mta, "mx.beta.example");
  EXPECT_EQ(status.recipients[1].status, "5.4.1") << "given up: permanent now";
  EXPECT_EQ(status.recipients[1].original_recipient, "team@alpha.example");
  EXPECT_EQ(put.content->find("the secret body"), std::string::npos) << "the header alone goes back";
  EXPECT_NE(put.content->find("Subject: Hello"), std::string::npos);
}

TEST(Bounce, FindsTheStatusInAReply) {
  EXPECT_EQ(status_of("550 5.7.23 SPF"), "5.7.23");
  EXPECT_EQ(status_of("452 4.2.2 full"), "5.2.2");
  EXPECT_EQ(status_of("550 no"), "5.0.0");
  EXPECT_EQ(status_of(""), "5.0.0");
}

}  // namespace
}  // namespace glasspost::agent
