#include "engine/message/delivery_status.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/limits.h"
#include "engine/message/line_ends.h"
#include "engine/message/mime.h"

namespace glasspost::message {
namespace {

DsnReport report() {
  DsnReport out;
  out.reporting_mta = "mx.beta.example";
  out.envelope_id = "QQ314159";
  out.received_from_mta = "mx.alpha.example";
  out.arrival_date = *parse_rfc3339("2026-03-02T08:59:00Z");
  DsnRecipient failed;
  failed.original_recipient = "rfc822;bob@beta.example";
  failed.final_recipient = {"bob", "beta.example"};
  failed.status = "5.1.1";
  failed.remote_mta = "mda.beta.example";
  failed.diagnostic = "550 5.1.1 no such user\r\nsecond line";
  failed.last_attempt = *parse_rfc3339("2026-03-02T09:00:00Z");
  DsnRecipient delayed;
  delayed.final_recipient = {"a b", "beta.example"};
  delayed.action = DsnAction::kDelayed;
  delayed.status = "4.4.1";
  delayed.will_retry_until = *parse_rfc3339("2026-03-07T09:00:00Z");
  out.recipients = {failed, delayed};
  out.from = {"Mail Delivery Subsystem", {"mailer-daemon", "beta.example"}, ""};
  out.to = {"alice", "alpha.example"};
  out.date = *parse_rfc3339("2026-03-02T09:00:01Z");
  out.message_id = "dsn1@mx.beta.example";
  out.subject = "배달하지 못한 메일";
  out.text = "bob@beta.example: 그런 사용자가 없습니다.\n";
  out.in_reply_to = "1@alpha.example";
  out.returned = "From: alice@alpha.example\r\nSubject: hi\r\n\r\nbody must not be returned\r\n";
  return out;
}

std::string built(const DsnReport& dsn) {
  RandomStream random(1, "mx", "dsn");
  std::string message = build_dsn(dsn, random);
  EXPECT_TRUE(has_only_crlf(message));
  for (const std::string_view line : split(message, '\n'))
    EXPECT_LE(line.size(), kMaxLineLength + 1);
  return message;
}

TEST(DeliveryStatus, AReportHasItsThreePartsAndIsReadBack) {
  const DsnReport dsn = report();
  const std::string message = built(dsn);
  EXPECT_TRUE(is_ascii(message));
  const Header header = parse_header(message);
  EXPECT_EQ(header.value("Auto-Submitted"), "auto-replied");
  EXPECT_EQ(header.value("To"), "alice@alpha.example");
  EXPECT_EQ(header.value("In-Reply-To"), "<1@alpha.example>");
  EXPECT_EQ(decode_unstructured(header.find("Subject")->value()), dsn.subject);
  const MimeTree tree = parse_mime(message);
  EXPECT_TRUE(tree.root.media_type.is("multipart", "report"));
  EXPECT_EQ(*tree.root.media_type.parameters.find("report-type"), "delivery-status");
  ASSERT_EQ(tree.root.children.size(), 3U);
  EXPECT_EQ(decoded_text(message, tree.root.children[0]), to_crlf(dsn.text));
  EXPECT_TRUE(tree.root.children[1].media_type.is("message", "delivery-status"));
  EXPECT_TRUE(tree.root.children[2].media_type.is("text", "rfc822-headers"));
  EXPECT_EQ(message.find("must not be returned"), std::string::npos);

  const std::string status(tree.root.children[1].body(message));
  EXPECT_NE(status.find("Arrival-Date: Mon, 02 Mar 2026 08:59:00 +0000\r\n"), std::string::npos);
  EXPECT_NE(status.find("Will-Retry-Until: Sat, 07 Mar 2026 09:00:00 +0000\r\n"), std::string::npos);
  EXPECT_NE(status.find("Final-Recipient: rfc822;\"a b\"@beta.example\r\n"), std::string::npos) << status;
  const DeliveryStatus read = parse_delivery_status(status);
  EXPECT_EQ(read.reporting_mta, "mx.beta.example");
  EXPECT_EQ(read.envelope_id, "QQ314159");
  ASSERT_EQ(read.recipients.size(), 2U);
  EXPECT_EQ(read.recipients[0].original_recipient, "bob@beta.example");
  EXPECT_EQ(read.recipients[0].final_recipient, "bob@beta.example");
  EXPECT_EQ(read.recipients[0].action, "failed");
  EXPECT_EQ(read.recipients[0].status, "5.1.1");
  EXPECT_EQ(read.recipients[0].remote_mta, "mda.beta.example");
  EXPECT_EQ(read.recipients[0].diagnostic, "550 5.1.1 no such user second line");
  EXPECT_EQ(read.recipients[1].action, "delayed");
}

TEST(DeliveryStatus, SurvivesEightBitAndHostileInput) {
  DsnReport dsn = report();
  dsn.returned = "Subject: \xC7\xD1\xB1\xDB 8-bit\nX: " + std::string(3000, 'x') + "\n\nbody";
  dsn.recipients[0].diagnostic = "550 \xC7\xD1\r\nStatus: 2.0.0\r\n" + std::string(10'000, 'y');
  dsn.recipients[0].final_recipient = {"사용자", "한국.example"};
  dsn.envelope_id = "x\r\nAction: delivered";
  const std::string message = built(dsn);
  EXPECT_TRUE(is_ascii(message));
  const MimeTree tree = parse_mime(message);
  ASSERT_EQ(tree.root.children.size(), 3U);
  EXPECT_EQ(decoded_content(message, tree.root.children[2]),
            "Subject: \xC7\xD1\xB1\xDB 8-bit\r\nX: " + std::string(3000, 'x') + "\r\n");
  const DeliveryStatus read = parse_delivery_status(tree.root.children[1].body(message));
  ASSERT_EQ(read.recipients.size(), 2U);
  EXPECT_EQ(read.recipients[0].status, "5.1.1");
  EXPECT_EQ(read.recipients[0].final_recipient, "\\x{C0AC}\\x{C6A9}\\x{C790}@\\x{D55C}\\x{AD6D}.example");
}

TEST(DeliveryStatus, AFullMessageIsReturnedWhereItFits) {
  DsnReport dsn = report();
  dsn.returned_is_full = true;
  std::string message = built(dsn);
  MimeTree tree = parse_mime(message);
  ASSERT_EQ(tree.root.children.size(), 3U);
  EXPECT_TRUE(tree.root.children[2].is_message());
  EXPECT_EQ(std::string(tree.root.children[2].body(message)), dsn.returned);

  dsn.returned = "Subject: x\r\n\r\n안녕\r\n";
  message = built(dsn);
  EXPECT_EQ(parse_header(message).value("Content-Transfer-Encoding"), "8bit");

  dsn.returned = "Subject: x\r\n\r\n" + std::string(2000, 'x');
  message = built(dsn);
  tree = parse_mime(message);
  EXPECT_TRUE(tree.root.children[2].media_type.is("text", "rfc822-headers"));
}

TEST(DeliveryStatus, NothingReturnedIsTwoParts) {
  DsnReport dsn = report();
  dsn.returned.clear();
  EXPECT_EQ(parse_mime(built(dsn)).root.children.size(), 2U);
}

TEST(DeliveryStatus, ReadsGroupsWithoutAHead) {
  const DeliveryStatus read =
      parse_delivery_status("Final-Recipient: rfc822; a@b\nAction: Failed (x)\n\n\n\nFinal-Recipient: c@d");
  ASSERT_EQ(read.recipients.size(), 2U);
  EXPECT_EQ(read.recipients[0].action, "failed");
  EXPECT_EQ(read.recipients[1].final_recipient, "c@d");
  EXPECT_TRUE(parse_delivery_status("").recipients.empty());
}

}  // namespace
}  // namespace glasspost::message
