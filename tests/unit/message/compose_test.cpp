#include "engine/message/compose.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/date_time.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/limits.h"
#include "engine/message/line_ends.h"
#include "engine/message/message_id.h"
#include "engine/message/mime.h"

namespace glasspost::message {
namespace {

Draft korean_draft() {
  Draft draft;
  draft.from = {{"앨리스", {"alice", "alpha.example"}, ""}};
  draft.to = {Mailbox{"밥", {"bob", "beta.example"}, ""},
              Group{"팀", {Mailbox{"", {"c", "d.example"}, ""}}, ""}};
  draft.cc = {Mailbox{"", {"a b", "y.example"}, ""}};
  draft.subject = "안녕하세요, 첫 번째 메일입니다. 이 제목은 한 줄에 다 들어가지 않을 만큼 깁니다.";
  draft.date = *parse_rfc3339("2026-03-02T09:00:00Z");
  draft.offset_minutes = 540;
  draft.message_id = "1@alpha.example";
  draft.in_reply_to = {"0@beta.example"};
  draft.references = {"x@beta.example", "0@beta.example"};
  draft.more_fields = {{"X-Mailer", "Glasspost"}};
  draft.text = "안녕 밥,\n잘 지내지?\n.\nFrom here\n";
  return draft;
}

std::string composed(const Draft& draft) {
  RandomStream random(1, "laptop", "boundaries");
  const auto message = compose(draft, random);
  EXPECT_TRUE(message) << (message ? "" : to_string(message.error()));
  return message.value_or("");
}

void expect_clean(const std::string& message, bool allow_8bit = false) {
  EXPECT_TRUE(has_only_crlf(message));
  if (!allow_8bit) {
    EXPECT_TRUE(is_ascii(message));
  }
  for (const std::string_view line : split(message, '\n'))
    EXPECT_LE(line.size(), kMaxLineLength + 1);
}

TEST(Compose, AKoreanMessageComesBackAsItWasWritten) {
  const Draft draft = korean_draft();
  const std::string message = composed(draft);
  expect_clean(message);
  const Header header = parse_header(message);
  EXPECT_EQ(decode_unstructured(header.find("Subject")->value()), draft.subject);
  EXPECT_EQ(parse_address_list(header.find("From")->value()).mailboxes(), draft.from);
  EXPECT_EQ(parse_address_list(header.find("To")->value()).entries, draft.to);
  EXPECT_EQ(parse_address_list(header.find("Cc")->value()).entries, draft.cc);
  EXPECT_EQ(*parse_date_time(header.find("Date")->value()), (DateTime{draft.date, 540, true}));
  EXPECT_EQ(header.value("Date"), "Mon, 02 Mar 2026 18:00:00 +0900");
  EXPECT_EQ(header.value("Message-ID"), "<1@alpha.example>");
  EXPECT_EQ(parse_message_ids(header.find("References")->value()), draft.references);
  EXPECT_EQ(header.value("X-Mailer"), "Glasspost");
  EXPECT_EQ(header.find("Bcc"), nullptr);
  EXPECT_EQ(readable_text(message), to_crlf(draft.text));
  EXPECT_EQ(composed(draft), message);
}

TEST(Compose, AttachmentsComeBackByteForByte) {
  Draft draft = korean_draft();
  std::string binary;
  for (int i = 0; i < 5000; ++i)
    binary += static_cast<char>(i * 7);
  draft.attachments = {{"사진 (최종).png", "image/png", binary}, {"", "application/octet-stream", ""}};
  const std::string message = composed(draft);
  expect_clean(message);
  const MimeTree tree = parse_mime(message);
  ASSERT_EQ(tree.root.children.size(), 3U);
  EXPECT_TRUE(tree.root.closed);
  EXPECT_EQ(decoded_content(message, tree.root.children[1]), binary);
  EXPECT_EQ(tree.root.children[1].file_name(), "사진 (최종).png");
  EXPECT_EQ(decoded_content(message, tree.root.children[2]), "");
  EXPECT_EQ(readable_text(message), to_crlf(draft.text));
  EXPECT_EQ(view_of(tree).attachments.size(), 2U);
}

TEST(Compose, TextMayStay8bitWhereThatIsAllowed) {
  Draft draft = korean_draft();
  draft.allow_8bit = true;
  draft.attachments = {{"a.bin", "application/octet-stream", "x"}};
  const std::string message = composed(draft);
  expect_clean(message, true);
  EXPECT_NE(message.find("안녕 밥"), std::string::npos);
  EXPECT_EQ(parse_header(message).value("Content-Transfer-Encoding"), "8bit");
}

TEST(Compose, NothingSmugglesAFieldIn) {
  Draft draft = korean_draft();
  draft.subject = "a\r\nBcc: evil@x\r\n\r\nbody";
  draft.from = {{"x\r\nBcc: evil", {"a\r\nb", "alpha.example\r\nEvil: 1"}, ""}};
  draft.message_id = "a>\r\nEvil: 1";
  draft.attachments = {{"a\"\r\nEvil: 1", "text/plain", "x"}};
  const std::string message = composed(draft);
  expect_clean(message);
  const Header header = parse_header(message);
  EXPECT_EQ(header.find("Bcc"), nullptr);
  EXPECT_EQ(header.find("Evil"), nullptr);
  EXPECT_EQ(message.find("\r\nEvil"), std::string::npos);
}

TEST(Compose, RefusesWhatCannotBeAMessage) {
  RandomStream random(1, "", "");
  Draft draft;
  EXPECT_FALSE(compose(draft, random));
  draft = korean_draft();
  draft.from.push_back(draft.from.front());
  EXPECT_FALSE(compose(draft, random));
  draft.sender = draft.from.front();
  EXPECT_TRUE(compose(draft, random));
  for (const char* name : {"", "a b", "a:b", "Subject", "bcc", "X\r\nY"}) {
    draft.more_fields = {{name, "v"}};
    EXPECT_FALSE(compose(draft, random)) << name;
  }
  draft.more_fields.clear();
  for (const char* type : {"", "text", "/x", "text/", "te xt/plain", "text/plain; x=y"}) {
    draft.attachments = {{"f", type, ""}};
    EXPECT_FALSE(compose(draft, random)) << type;
  }
}

TEST(Compose, AnEmptyTextIsAnEmptyBody) {
  Draft draft = korean_draft();
  draft.text.clear();
  draft.subject.clear();
  const std::string message = composed(draft);
  EXPECT_EQ(readable_text(message), "");
  EXPECT_TRUE(parse_header(message).find("Subject") != nullptr);
}

TEST(Compose, ABoundaryNeverOccursInTheContent) {
  RandomStream first(9, "", "b");
  const std::string taken = make_boundary(first, {});
  RandomStream again(9, "", "b");
  const std::string content = "x\r\n--" + taken + "\r\n";
  EXPECT_NE(make_boundary(again, {content}), taken);
}

}  // namespace
}  // namespace glasspost::message
