#include "engine/agent/mta/mailing_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/auth/dkim.h"
#include "tests/unit/agent/mail_world.h"

namespace glasspost::agent {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kLetter =
    "From: Alice <alice@alpha.example>\r\nTo: class@lists.example\r\nSubject: Exam\r\n\r\nBring a pencil\r\n";

MailingList list_of_two() {
  return {
      "class@lists.example", {"bob@beta.example", "eve@gamma.example"}, "[class]", "--\nThe class", false};
}

ListPost post(const MailingList& list, const std::string& content,
              const std::string& reverse_path = "alice@alpha.example") {
  store::SpoolEntry original;
  original.queue_id = "q1";
  original.reverse_path = reverse_path;
  original.eight_bit = true;
  const Instant now = Instant{1'772'442'000'000'000'000};
  ListPost made = post_to_list(list, {"mx.lists.example", "q2", now, original, content});
  std::string altered = content;
  for (const ListChange& change : made.changes)
    message::apply(change.alteration, altered);
  EXPECT_EQ(altered, made.refusal.empty() ? made.content : content) << "the changes tell the whole story";
  return made;
}

TEST(MailingList, SendsOnInItsOwnName) {
  const ListPost made = post(list_of_two(), kLetter);
  EXPECT_EQ(made.entry.reverse_path, "class-bounces@lists.example");
  EXPECT_EQ(made.entry.queue_id, "q2");
  EXPECT_EQ(made.entry.origin, "list");
  EXPECT_EQ(made.entry.size, made.content.size());
  EXPECT_TRUE(made.entry.eight_bit);
  ASSERT_EQ(made.entry.recipients.size(), 2u);
  EXPECT_EQ(made.entry.recipients[1].address, "eve@gamma.example");
  const message::Header header = message::parse_header(made.content);
  EXPECT_EQ(header.value("Subject"), "[class] Exam");
  EXPECT_EQ(header.value("From"), "Alice <alice@alpha.example>");
  EXPECT_EQ(header.value("List-Id"), "<class.lists.example>");
  EXPECT_EQ(header.value("List-Post"), "<mailto:class@lists.example>");
  EXPECT_THAT(header.value("Received").value_or(""), StartsWith("by mx.lists.example (list class@lists"));
  EXPECT_THAT(made.content, EndsWith("Bring a pencil\r\n--\r\nThe class\r\n"));
  EXPECT_EQ(made.explanation.words.key, "route.list");
}

TEST(MailingList, AnAnswerKeepsItsOnePrefix) {
  const std::string answer = "From: b@beta.example\r\nSubject: Re: [class] Exam\r\n\r\nyes\r\n";
  EXPECT_EQ(message::parse_header(post(list_of_two(), answer).content).value("Subject"), "Re: [class] Exam");
}

TEST(MailingList, TakesTheAuthorsPlaceInFromWhereItShould) {
  MailingList list = list_of_two();
  list.rewrite_from = true;
  const message::Header header = message::parse_header(post(list, kLetter).content);
  EXPECT_EQ(header.count("From"), 1u);
  EXPECT_EQ(header.value("From"), "Alice via class <class@lists.example>");
  EXPECT_EQ(header.value("Reply-To"), "Alice <alice@alpha.example>");
}

TEST(MailingList, ChangesNothingThatIsSignedIfItShallNot) {
  MailingList list = list_of_two();
  list.prefix = list.footer = "";
  EXPECT_THAT(post(list, kLetter).content, EndsWith("\r\n\r\nBring a pencil\r\n"));
}

TEST(MailingList, TheFooterFitsTheBody) {
  const std::string type = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  const std::string parts = "--b\r\n\r\none\r\n--b--\r\n";
  EXPECT_THAT(post(list_of_two(), type + parts).content,
              EndsWith("one\r\n--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n--\r\nThe "
                       "class\r\n\r\n--b--\r\n"));
  const std::string base64 = "Content-Transfer-Encoding: base64\r\n\r\naGk=\r\n";
  EXPECT_THAT(post(list_of_two(), base64).content, EndsWith("aGk=\r\n")) << "left as it is";
  MailingList sums = list_of_two();
  sums.footer = "1+1=2";
  EXPECT_THAT(post(sums, "Content-Transfer-Encoding: Quoted-Printable\r\n\r\nx").content,
              EndsWith("x\r\n1+1=3D2\r\n"));
  EXPECT_THAT(post(list_of_two(), "Subject: no body\r\n").content, EndsWith("\r\n\r\n--\r\nThe class\r\n"));
}

TEST(MailingList, DoesNotGoRoundInCircles) {
  const ListPost once = post(list_of_two(), kLetter);
  EXPECT_THAT(post(list_of_two(), once.content).refusal, StartsWith("554 5.4.6"));
  EXPECT_THAT(post(list_of_two(), "list-id: The class <CLASS.lists.example>\r\n\r\n").refusal,
              StartsWith("554 5.4.6"));
  EXPECT_THAT(post(list_of_two(), kLetter, "").refusal, StartsWith("550 5.7.1")) << "a notification";
}

class ListWorld : public testing::Test {
 protected:
  ListWorld() {
    world_.add_alpha_and_beta();
    MailServerConfig config = MailWorld::server_config("mx.lists.example", "lists.example", {});
    config.directory.lists = {{"class@lists.example", {"bob@beta.example"}, "[class]", "--\nbye", false}};
    config.signing = {{{"lists.example", "k", key()}, {}, false, {}, true}};
    world_.add_server(config, "192.0.2.9");
  }
  static crypto::PrivateKey key() {
    return *crypto::PrivateKey::from_ed25519_seed("0123456789abcdef0123456789abcdef");
  }
  MailWorld world_;
};

TEST_F(ListWorld, ALetterReachesTheMembersSignedByTheList) {
  world_.send_plain("client.example", "mx.lists.example", "alice@else.example", {"class@lists.example"},
                    kLetter);
  world_.settle();
  const auto stored = world_.mailbox("mx.beta.example", "bob@beta.example");
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_THAT(stored[0].content, StartsWith("Return-Path: <class-bounces@lists.example>\r\n"));
  EXPECT_THAT(stored[0].content, HasSubstr("DKIM-Signature: a=ed25519-sha256;"));
  EXPECT_THAT(stored[0].content, HasSubstr("d=lists.example;"));
  RecordingObserver& seen = world_.seen("mx.lists.example");
  const auto delivered = seen.settled_as(MailOutcome::kDelivered);
  ASSERT_EQ(delivered.size(), 1u);
  EXPECT_EQ(delivered[0].related, seen.queued.at(1).message) << "what became of it";
  EXPECT_EQ(seen.queued.at(1).origin, "list");
  EXPECT_EQ(seen.altered.back().reason, "DKIM-Signature");
}

TEST_F(ListWorld, BouncesOfMembersGoToTheListsPostmaster) {
  world_.send_plain("client.example", "mx.lists.example", "", {"class-bounces@lists.example"}, "\r\nx");
  world_.settle();
  EXPECT_EQ(world_.mailbox("mx.lists.example", "postmaster@lists.example").size(), 1u);
}

}  // namespace
}  // namespace glasspost::agent
