#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/crypto/base64.h"
#include "tests/unit/imap/imap_fixture.h"

namespace glasspost::imap {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string plain(std::string_view user, std::string_view password) {
  return crypto::base64_encode(std::string(1, '\0') + std::string(user) + std::string(1, '\0') +
                               std::string(password));
}

TEST(ImapSession, GreetingCapabilitiesAndLogout) {
  ImapBench bench;
  auto& line = bench.connect();
  const std::string greeting = line.heard();
  EXPECT_THAT(greeting, StartsWith("* OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE"));
  EXPECT_THAT(greeting, HasSubstr(" AUTH=SCRAM-SHA-256]"));
  EXPECT_THAT(line.ask("1 capability"), EndsWith("\r\n1 OK Capabilities told\r\n"));
  EXPECT_THAT(line.ask("2 SELECT INBOX"), StartsWith("2 BAD "));
  EXPECT_EQ(line.ask("3 LOGOUT"), "* BYE mail.beta.example closes the connection\r\n3 OK Done\r\n");
  EXPECT_TRUE(line.server_closed && line.served);
  EXPECT_THAT(bench.service.reasons, ElementsAre(CloseReason::kLogout));
}

TEST(ImapSession, LoginInAllWays) {
  ImapBench bench;
  auto& line = bench.connect();
  EXPECT_THAT(line.ask("1 LOGIN bob wrong"), StartsWith("1 NO [AUTHENTICATIONFAILED]"));
  EXPECT_THAT(line.ask("1 LOGIN \"\" \"\""), StartsWith("1 NO [AUTHENTICATIONFAILED]"));
  EXPECT_THAT(line.ask("2 login {3}"), StartsWith("+ "));
  EXPECT_THAT(line.ask("bob {6+}\r\nsecret"), StartsWith("2 OK [CAPABILITY IMAP4rev1"));
  EXPECT_THAT(line.ask("3 LOGIN bob secret"), StartsWith("3 BAD "));
  EXPECT_THAT(bench.connect().ask("1 authenticate PLAIN " + plain("bob", "secret")), StartsWith("1 OK "));
  auto& two_step = bench.connect();
  EXPECT_EQ(two_step.ask("1 AUTHENTICATE plain"), "+ \r\n");
  EXPECT_THAT(two_step.ask(plain("bob", "secret")), StartsWith("1 OK "));
  auto& prompts = bench.connect();
  EXPECT_EQ(prompts.ask("1 AUTHENTICATE LOGIN"), "+ VXNlcm5hbWU6\r\n");
  EXPECT_EQ(prompts.ask("Ym9i"), "+ UGFzc3dvcmQ6\r\n");
  EXPECT_THAT(prompts.ask("*"), StartsWith("1 BAD "));
  EXPECT_THAT(prompts.ask("2 AUTHENTICATE PLAIN !"), StartsWith("2 BAD "));
  EXPECT_THAT(prompts.ask("3 AUTHENTICATE GSSAPI"), StartsWith("3 NO "));
  EXPECT_THAT(bench.observer.decisions, ElementsAre("fail", "fail", "pass", "pass", "pass"));
}

TEST(ImapSession, FailedLoginsAndErrorsAreCounted) {
  ImapBench bench;
  auto& guesser = bench.connect();
  for (int i = 0; i < 5; ++i)
    guesser.send("1 LOGIN bob x\r\n");
  EXPECT_TRUE(guesser.server_closed);
  auto& talker = bench.connect();
  for (int i = 0; i < 40; ++i)
    talker.send("GET / HTTP/1.1\r\n");
  EXPECT_THAT(talker.heard(), HasSubstr("* BYE Too many errors"));
  EXPECT_TRUE(talker.server_closed);
}

TEST(ImapSession, NoPasswordInTheClearWhereThatIsForbidden) {
  ImapBench bench;
  bench.options.login_without_tls = false;
  auto& line = bench.connect();
  const std::string greeting = line.heard();
  EXPECT_THAT(greeting, HasSubstr(" LOGINDISABLED"));
  EXPECT_THAT(greeting, Not(HasSubstr("AUTH=PLAIN")));
  EXPECT_THAT(greeting, HasSubstr("AUTH=CRAM-MD5"));
  EXPECT_THAT(line.ask("1 LOGIN bob secret"), StartsWith("1 NO [PRIVACYREQUIRED]"));
  EXPECT_THAT(line.ask("2 AUTHENTICATE PLAIN"), StartsWith("2 NO [PRIVACYREQUIRED]"));
}

TEST(ImapSession, SelectTellsEverything) {
  ImapBench bench;
  store::Flags seen;
  seen.system = store::flag::kSeen;
  seen.keywords = {"$Work"};
  bench.deliver(mail("one"), "INBOX", seen);
  bench.deliver(mail("two"));
  auto& line = bench.login();
  const std::string answer = line.ask("1 SELECT inbox");
  for (const char* wanted :
       {"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)\r\n", "* 2 EXISTS\r\n",
        "* 2 RECENT\r\n", "* OK [UNSEEN 2]", "[UIDNEXT 3]", "[UIDVALIDITY ", "[PERMANENTFLAGS (",
        "[HIGHESTMODSEQ ", "1 OK [READ-WRITE] Selected\r\n"}) {
    EXPECT_THAT(answer, HasSubstr(wanted));
  }
  EXPECT_THAT(line.ask("2 EXAMINE INBOX"), HasSubstr("* 0 RECENT\r\n"));
  EXPECT_THAT(line.ask("3 STORE 1 FLAGS \\Deleted"), StartsWith("3 NO "));
  EXPECT_THAT(line.ask("4 SELECT nowhere"), StartsWith("4 NO [NONEXISTENT]"));
  EXPECT_THAT(line.ask("5 FETCH 1 FLAGS"), StartsWith("5 BAD "));
  EXPECT_THAT(
      bench.observer.states,
      ElementsAre("imap-server not authenticated>authenticated LOGIN",
                  "imap-server authenticated>selected SELECT", "imap-server selected>authenticated EXAMINE",
                  "imap-server authenticated>selected EXAMINE", "imap-server selected>authenticated SELECT"));
}

TEST(ImapSession, FetchAndSeen) {
  ImapBench bench;
  bench.deliver(mail("one"));
  auto& line = bench.login();
  line.ask("1 SELECT INBOX");
  EXPECT_EQ(
      line.ask("2 FETCH 1 (UID RFC822.SIZE BODY.PEEK[TEXT] FLAGS)"),
      "* 1 FETCH (UID 1 RFC822.SIZE 72 BODY[TEXT] {7}\r\nHello\r\n FLAGS (\\Recent))\r\n2 OK Fetched\r\n");
  EXPECT_EQ(
      line.ask("3 FETCH 1 BODY[TEXT]<1.3>"),
      "* 1 FETCH (BODY[TEXT]<1> {3}\r\nell)\r\n* 1 FETCH (FLAGS (\\Seen \\Recent))\r\n3 OK Fetched\r\n");
  EXPECT_EQ(line.ask("4 UID FETCH 1:* (INTERNALDATE)"),
            "* 1 FETCH (UID 1 INTERNALDATE \"02-Mar-2026 09:00:00 +0000\")\r\n4 OK Fetched\r\n");
  EXPECT_THAT(line.ask("5 FETCH 2 FLAGS"), StartsWith("5 BAD "));
  EXPECT_EQ(line.ask("6 UID FETCH 7 FLAGS"), "6 OK Fetched\r\n");
  EXPECT_THAT(line.ask("7 FETCH 1:4294967295 FLAGS"), StartsWith("7 BAD "));
  EXPECT_THAT(line.ask("8 UID FETCH 1:4294967295 FLAGS"), StartsWith("* 1 FETCH (UID 1 FLAGS"));
}

TEST(FieldCase, A24_EachSessionHasItsOwnNumbers) {
  ImapBench bench;
  for (const char* subject : {"1", "2", "3", "4", "5"})
    bench.deliver(mail(subject));
  auto& one = bench.login();
  auto& two = bench.login();
  one.ask("1 SELECT INBOX");
  two.ask("1 SELECT INBOX");
  one.ask("2 STORE 2,4 +FLAGS.SILENT \\Deleted");
  EXPECT_EQ(one.ask("3 EXPUNGE"), "* 2 EXPUNGE\r\n* 3 EXPUNGE\r\n3 OK Expunged\r\n");
  // The numbers of the other session stand still while commands use them.
  EXPECT_EQ(two.ask("2 FETCH 3,5 UID"), "* 3 FETCH (UID 3)\r\n* 5 FETCH (UID 5)\r\n2 OK Fetched\r\n");
  EXPECT_THAT(two.ask("3 STORE 5 +FLAGS.SILENT \\Flagged"), Not(HasSubstr("EXPUNGE")));
  EXPECT_EQ(two.ask("4 SEARCH ALL"), "* SEARCH 1 3 5\r\n4 OK Searched\r\n");
  EXPECT_EQ(two.ask("5 FETCH 4 BODY.PEEK[]"), "5 NO [EXPUNGEISSUED] Some of the messages are gone\r\n");
  EXPECT_EQ(two.ask("6 NOOP"), "* 2 EXPUNGE\r\n* 3 EXPUNGE\r\n6 OK Done\r\n");
  EXPECT_EQ(two.ask("7 FETCH 3 UID"), "* 3 FETCH (UID 5)\r\n7 OK Fetched\r\n");
}

TEST(FieldCase, A25_CopiesAreToldWithTheDestinationsUidValidity) {
  ImapBench bench;
  for (const char* subject : {"1", "2", "3", "4", "5"})
    bench.deliver(mail(subject));
  auto& line = bench.login();
  line.ask("1 CREATE Dest");
  const std::string status = line.ask("2 STATUS Dest (UIDVALIDITY)");
  const std::size_t begin = status.find("UIDVALIDITY ") + 12;
  const std::string validity = status.substr(begin, status.find(')') - begin);
  line.ask("3 SELECT INBOX");
  EXPECT_EQ(line.ask("4 UID COPY 5,1:2 Dest"), "4 OK [COPYUID " + validity + " 1:2,5 1:3] Copied\r\n");
  EXPECT_EQ(line.ask("5 UID MOVE 4 Dest"),
            "* OK [COPYUID " + validity + " 4 4] Moved\r\n* 4 EXPUNGE\r\n5 OK Moved\r\n");
  EXPECT_THAT(line.ask("6 COPY 1 Nowhere"), StartsWith("6 NO [TRYCREATE]"));
  EXPECT_EQ(line.ask("7 UID COPY 99 Dest"), "7 OK Copied\r\n");
  EXPECT_EQ(line.ask("8 APPEND Dest (\\Seen) {5+}\r\nA: b\n"),
            "8 OK [APPENDUID " + validity + " 5] Appended\r\n");
  EXPECT_EQ(bench.faults(), std::vector<std::string>{});
}

TEST(FieldCase, A26_DoneAndTheNextCommandInOnePacket) {
  ImapBench bench;
  auto& line = bench.login();
  line.ask("1 SELECT INBOX");
  EXPECT_EQ(line.ask("2 IDLE"), "+ Idling\r\n");
  bench.deliver(mail("one"));
  EXPECT_EQ(line.heard(), "* 1 EXISTS\r\n* 1 RECENT\r\n");
  EXPECT_EQ(line.ask("DONE\r\n8 NOOP"), "2 OK Done idling\r\n8 OK Done\r\n");
  EXPECT_EQ(line.ask("9 IDLE\r\nDONE\r\n10 IDLE"), "+ Idling\r\n9 OK Done idling\r\n+ Idling\r\n");
  bench.deliver(mail("two"));
  EXPECT_EQ(line.heard(), "* 2 EXISTS\r\n* 2 RECENT\r\n");
  EXPECT_EQ(line.ask("done"), "10 OK Done idling\r\n");
}

TEST(ImapSession, IdleTellsExpungesAndFlagsOfOthers) {
  ImapBench bench;
  bench.deliver(mail("one"));
  bench.deliver(mail("two"));
  auto& phone = bench.login();
  auto& laptop = bench.login();
  phone.ask("1 SELECT INBOX");
  laptop.ask("1 SELECT INBOX");
  phone.ask("2 IDLE");
  laptop.ask("2 STORE 2 +FLAGS \\Flagged");
  EXPECT_EQ(phone.heard(), "* 2 FETCH (FLAGS (\\Flagged \\Recent))\r\n");
  laptop.ask("3 STORE 1 +FLAGS \\Deleted");
  laptop.ask("4 EXPUNGE");
  EXPECT_EQ(phone.heard(), "* 1 FETCH (FLAGS (\\Deleted \\Recent))\r\n* 1 EXPUNGE\r\n");
  phone.send("nonsense\r\n");
  EXPECT_THAT(phone.heard(), StartsWith("2 BAD "));
  EXPECT_THAT(phone.ask("3 NOOP"), StartsWith("3 OK "));
}

TEST(ImapSession, AnIdleClientThatVanishesLeavesNothing) {
  ImapBench bench;
  auto& line = bench.login();
  line.ask("1 SELECT INBOX");
  line.ask("2 IDLE");
  line.client->abort();
  bench.world.run_ready();
  EXPECT_TRUE(line.served);
  bench.deliver(mail("one"));
  auto& slow = bench.login();
  slow.ask("1 IDLE");
  bench.world.run_for(Duration::minutes(31));
  EXPECT_THAT(slow.heard(), HasSubstr("* BYE "));
  EXPECT_TRUE(slow.served);
}

TEST(ImapSession, MailboxesAreListedCreatedRenamedDeleted) {
  ImapBench bench;
  auto& line = bench.login();
  EXPECT_EQ(line.ask("1 LIST \"\" \"\""), "* LIST (\\Noselect) \"/\" \"\"\r\n1 OK Separator told\r\n");
  EXPECT_EQ(line.ask("2 LIST \"\" %"),
            "* LIST (\\HasNoChildren \\Drafts) \"/\" Drafts\r\n* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
            "* LIST (\\HasNoChildren \\Junk) \"/\" Junk\r\n* LIST (\\HasNoChildren \\Sent) \"/\" Sent\r\n"
            "* LIST (\\HasNoChildren \\Trash) \"/\" Trash\r\n2 OK Listed\r\n");
  EXPECT_THAT(line.ask("3 CREATE a/b/"), StartsWith("3 OK "));
  EXPECT_EQ(line.ask("4 LIST \"\" a%"), "* LIST (\\Noselect \\HasChildren) \"/\" a\r\n4 OK Listed\r\n");
  EXPECT_THAT(line.ask("5 CREATE a/b"), StartsWith("5 NO [ALREADYEXISTS]"));
  EXPECT_THAT(line.ask("6 CREATE \"a//b\""), StartsWith("6 NO [CANNOT]"));
  EXPECT_THAT(line.ask("7 CREATE &-&2D3eAA-"), StartsWith("7 OK "));
  EXPECT_EQ(line.ask("8 LIST \"\" &-*"), "* LIST (\\HasNoChildren) \"/\" &-&2D3eAA-\r\n8 OK Listed\r\n");
  EXPECT_THAT(line.ask("9 RENAME a/b c/d"), StartsWith("9 OK "));
  EXPECT_EQ(line.ask("10 LIST c/ *"), "* LIST (\\HasNoChildren) \"/\" c/d\r\n10 OK Listed\r\n");
  EXPECT_THAT(line.ask("11 DELETE c/d"), StartsWith("11 OK "));
  EXPECT_THAT(line.ask("12 DELETE INBOX"), StartsWith("12 NO "));
  EXPECT_THAT(line.ask("13 SELECT \"bad\xff\""), StartsWith("13 NO "));
  EXPECT_EQ(line.ask("14 list (subscribed) \"\" \"S*\" return (special-use status (messages size))"),
            "* LIST (\\Subscribed \\HasNoChildren \\Sent) \"/\" Sent\r\n* STATUS Sent (MESSAGES 0 SIZE 0)\r\n"
            "14 OK Listed\r\n");
  line.ask("15 UNSUBSCRIBE Sent");
  EXPECT_EQ(line.ask("16 LSUB \"\" S*"), "16 OK Listed\r\n");
  bench.deliver(mail("x"));
  EXPECT_THAT(line.ask("17 RENAME INBOX old"), StartsWith("17 OK "));
  EXPECT_EQ(line.ask("18 STATUS old (MESSAGES)"), "* STATUS old (MESSAGES 1)\r\n18 OK Status told\r\n");
}

TEST(ImapSession, TheMailboxIsDeletedByAnother) {
  ImapBench bench;
  auto& one = bench.login();
  auto& two = bench.login();
  one.ask("1 CREATE gone");
  bench.deliver(mail("x"), "gone");
  one.ask("2 SELECT gone");
  two.ask("1 DELETE gone");
  EXPECT_THAT(one.ask("3 FETCH 1 BODY[]"), StartsWith("3 NO [EXPUNGEISSUED]"));
  EXPECT_THAT(one.ask("4 STORE 1 FLAGS \\Seen"), StartsWith("4 NO "));
  EXPECT_THAT(one.ask("5 NOOP"), StartsWith("* 1 EXPUNGE\r\n5 OK"));
}

TEST(ImapSession, Condstore) {
  ImapBench bench;
  for (const char* subject : {"1", "2"})
    bench.deliver(mail(subject));
  auto& line = bench.login();
  EXPECT_EQ(line.ask("1 ENABLE UTF8=ACCEPT CONDSTORE"), "* ENABLED CONDSTORE\r\n1 OK Done\r\n");
  line.ask("2 SELECT INBOX");
  EXPECT_EQ(line.ask("3 STORE 1 +FLAGS.SILENT \\Seen"), "* 1 FETCH (MODSEQ (4))\r\n3 OK Stored\r\n");
  EXPECT_EQ(
      line.ask("4 STORE 1:2 (UNCHANGEDSINCE 3) +FLAGS \\Flagged"),
      "* 2 FETCH (MODSEQ (5) FLAGS (\\Flagged \\Recent))\r\n4 OK [MODIFIED 1] Some messages had changed\r\n");
  EXPECT_EQ(line.ask("5 FETCH 1:* (FLAGS) (CHANGEDSINCE 4)"),
            "* 2 FETCH (FLAGS (\\Flagged \\Recent) MODSEQ (5))\r\n5 OK Fetched\r\n");
  EXPECT_EQ(line.ask("6 SEARCH MODSEQ 5"), "* SEARCH 2 (MODSEQ 5)\r\n6 OK Searched\r\n");
  EXPECT_EQ(line.ask("7 SEARCH RETURN (MIN COUNT) ALL"),
            "* ESEARCH (TAG \"7\") MIN 1 COUNT 2\r\n7 OK Searched\r\n");
}

TEST(ImapSession, SearchInKoreanWithAndWithoutCharset) {
  ImapBench bench;
  bench.deliver(mail("=?utf-8?b?7ZWc6riA?="));
  auto& line = bench.login();
  line.ask("1 SELECT INBOX");
  EXPECT_THAT(line.ask("2 SEARCH CHARSET UTF-8 SUBJECT {6+}\r\n한글"), StartsWith("* SEARCH 1\r\n"));
  EXPECT_THAT(line.ask("3 SEARCH CHARSET EUC-KR SUBJECT {4+}\r\n\xc7\xd1\xb1\xdb"),
              StartsWith("* SEARCH 1\r\n"));
  EXPECT_THAT(line.ask("4 SEARCH CHARSET KLINGON SUBJECT x"), StartsWith("4 NO [BADCHARSET"));
  EXPECT_THAT(line.ask("5 SEARCH BODY hELLO NOT SUBJECT x OR FROM alice SEEN"), StartsWith("* SEARCH 1\r\n"));
}

TEST(ImapSession, HostileLiteralsAndLines) {
  ImapBench bench;
  bench.options.limits.append = 1'000;
  auto& stranger = bench.connect();
  EXPECT_THAT(stranger.ask("1 LOGIN {99999999}"), StartsWith("1 NO [TOOBIG]"));
  EXPECT_THAT(stranger.ask("2 APPEND x {1}"), StartsWith("2 NO [TOOBIG]"));
  auto& line = bench.login();
  EXPECT_THAT(line.ask("1 APPEND INBOX {1001}"), StartsWith("1 NO [TOOBIG]"));
  EXPECT_THAT(line.ask("2 APPEND INBOX {1001+}\r\n" + std::string(1001, 'x')), StartsWith("2 NO [TOOBIG]"));
  EXPECT_THAT(line.ask("3 NOOP " + std::string(100'000, 'x')), StartsWith("3 NO [TOOBIG]"));
  EXPECT_THAT(line.ask(std::string("4 APPEND INBOX {3+}\r\na\0b", 24)), StartsWith("4 BAD "));
  EXPECT_THAT(line.ask("5 NOOP\n"), StartsWith("5 OK "));
  EXPECT_THAT(bench.observer.leniencies, testing::Contains("bare-lf-command"));
}

TEST(ImapSession, PoliteStopAndSlowStrangers) {
  ImapBench bench;
  auto& line = bench.login();
  line.session->request_stop();
  bench.world.run_ready();
  EXPECT_THAT(line.heard(), StartsWith("* BYE The server shuts down"));
  EXPECT_TRUE(line.served);
  auto& stranger = bench.connect();
  bench.world.run_for(Duration::minutes(4));
  EXPECT_THAT(stranger.heard(), HasSubstr("* BYE "));
  EXPECT_TRUE(stranger.served);
}

TEST(ImapSession, TheSameAnswersInEveryBlockSize) {
  const std::string dialogue =
      "1 LOGIN {3+}\r\nbob {6+}\r\nsecret\r\n2 SELECT INBOX\r\n3 APPEND INBOX (\\Seen) {8+}\r\nA: "
      "b\r\n\r\n\r\n"
      "4 FETCH 1 (FLAGS BODY[])\r\n5 IDLE\r\nDONE\r\n6 SEARCH SEEN\r\n7 LOGOUT\r\n";
  std::string whole;
  for (const std::size_t chunk :
       {std::size_t{10'000}, std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}}) {
    ImapBench bench;
    auto& line = bench.connect();
    for (std::size_t at = 0; at < dialogue.size(); at += chunk)
      line.send(std::string_view(dialogue).substr(at, chunk));
    const std::string heard = line.heard();
    if (whole.empty()) whole = heard;
    EXPECT_EQ(heard, whole) << chunk;
    EXPECT_TRUE(line.served);
  }
  EXPECT_THAT(whole, HasSubstr("* 1 FETCH (FLAGS (\\Seen \\Recent) BODY[] {8}\r\nA: b\r\n\r\n)"));
}

}  // namespace
}  // namespace glasspost::imap
