// What a hostile client may say: each command gets its tagged answer (or the connection ends), the session
// goes on, and the store is whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/imap/imap_fixture.h"

namespace glasspost::imap {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ImapHostile : public testing::Test {
 protected:
  ImapHostile() {
    bench_.options.max_errors = 1'000;  // how many end a session is another test's matter
    for (int i = 0; i < 3; ++i)
      bench_.deliver(mail("letter " + std::to_string(i)));
    line_ = &bench_.login();
    line_->ask("s SELECT INBOX");
  }
  ~ImapHostile() override {
    EXPECT_THAT(line_->ask("z UID FETCH 1:* (UID)"), HasSubstr("z OK")) << "the session goes on";
    EXPECT_EQ(bench_.faults(), std::vector<std::string>{});
  }
  /// The last line of the answer.
  std::string status(const std::string& command) {
    const std::string answer = line_->ask("x " + command);
    const std::size_t tagged = answer.rfind("\r\nx ", answer.size());
    return answer.starts_with("x ")      ? answer
           : tagged == std::string::npos ? answer
                                         : answer.substr(tagged + 2);
  }

  ImapBench bench_;
  ImapBench::Line* line_ = nullptr;
};

TEST_F(ImapHostile, TenThousandParentheses) {
  const std::string open(10'000, '(');
  const std::string both = open + std::string(10'000, ')');
  for (const char* before : {"FETCH 1 ", "FETCH 1 (BODY[HEADER.FIELDS ", "STORE 1 FLAGS ", "SEARCH ",
                             "SEARCH NOT ", "ID ", "LIST ", "LIST \"\" * RETURN ", "STATUS INBOX ",
                             "APPEND INBOX ", "SELECT INBOX ", "ENABLE ", "CREATE x "}) {
    EXPECT_THAT(status(before + open), StartsWith("x BAD")) << before;
    EXPECT_THAT(status(before + both), StartsWith("x BAD")) << before;
  }
  std::string nots;
  for (int i = 0; i < 10'000; ++i)
    nots += "NOT ";
  EXPECT_THAT(status("SEARCH " + nots + "ALL"), AnyOf(StartsWith("x BAD"), StartsWith("x NO")));
  std::string ors;
  for (int i = 0; i < 5'000; ++i)
    ors += "OR ALL ";
  EXPECT_THAT(status("SEARCH " + ors + "ALL"), AnyOf(StartsWith("x BAD"), StartsWith("x NO")));
}

TEST_F(ImapHostile, LiteralsThatLie) {
  // Longer than announced: what is too much is a command of its own, and none that makes sense.
  EXPECT_THAT(line_->ask("a CREATE {3+}\r\nlonger"), HasSubstr("a BAD"));
  // Shorter: the next line belongs to it.
  EXPECT_THAT(line_->ask("b CREATE {12+}\r\nshort\r\nc NOOP"), Not(HasSubstr("c OK")));
  line_->ask("");
  EXPECT_THAT(status("CREATE {99999999999999999999}"), AnyOf(StartsWith("x BAD"), StartsWith("x NO")));
  EXPECT_THAT(status("CREATE {-1}"), StartsWith("x BAD"));
  EXPECT_THAT(status("CREATE {1e3}"), StartsWith("x BAD"));
  EXPECT_THAT(line_->ask("d APPEND INBOX {0+}\r\n"),
              AnyOf(HasSubstr("d OK"), HasSubstr("d NO"), HasSubstr("d BAD")));
  std::string many = "e LIST \"\" (";
  for (int i = 0; i < 500; ++i)
    many += "{1+}\r\na ";
  EXPECT_THAT(line_->ask(many + ")"), HasSubstr("e NO"));
  // One that is announced and never comes, on a connection of its own.
  auto& other = bench_.login();
  other.ask("f APPEND INBOX {1000}");
  other.send("only this");
  other.half_close();
  bench_.world.run_ready();
  EXPECT_TRUE(other.served);
}

TEST_F(ImapHostile, Sections) {
  for (const char* section : {"BODY[",
                              "BODY[]]",
                              "BODY[0]",
                              "BODY[1.]",
                              "BODY[.1]",
                              "BODY[1..2]",
                              "BODY[4294967296]",
                              "BODY[1.MIME.2]",
                              "BODY[MIME]",
                              "BODY[HEADER.FIELDS]",
                              "BODY[HEADER.FIELDS ()]",
                              "BODY[HEADER.FIELDS (]",
                              "BODY[TEXT.HEADER]",
                              "BODY[]<>",
                              "BODY[]<1>",
                              "BODY[]<1.0>",
                              "BODY[]<-1.5>",
                              "BODY[]<1.99999999999>",
                              "BODY.PEEK",
                              "RFC822.",
                              "BINARY[1]",
                              "BODY[]<1.2",
                              "MODSEQ[]"}) {
    EXPECT_THAT(status(std::string("FETCH 1 ") + section), StartsWith("x BAD")) << section;
  }
  std::string deep = "1";
  for (int i = 0; i < 20'000; ++i)
    deep += ".1";
  EXPECT_THAT(status("FETCH 1 BODY.PEEK[" + deep + "]"),
              AnyOf(StartsWith("x BAD"), StartsWith("x NO"), StartsWith("x OK")));
  std::string fields;
  for (int i = 0; i < 5'000; ++i)
    fields += "F" + std::to_string(i) + " ";
  fields += "Subject";
  EXPECT_THAT(status("FETCH 1 BODY.PEEK[HEADER.FIELDS (" + fields + ")]"), Not(testing::IsEmpty()));
  EXPECT_THAT(line_->ask("y FETCH 1 BODY.PEEK[]<4294967295.4294967295>"),
              HasSubstr("BODY[]<4294967295> {0}\r\n)"));
  EXPECT_THAT(line_->ask("y FETCH 1 BODY.PEEK[77.3.HEADER]"), HasSubstr("y OK"));
}

TEST_F(ImapHostile, SequenceSetsOfMillions) {
  EXPECT_THAT(line_->ask("a UID FETCH 1:4294967295 UID"), HasSubstr("* 3 FETCH (UID 3)"));
  EXPECT_THAT(line_->ask("b UID FETCH 4294967295:1 UID"), HasSubstr("b OK"));
  EXPECT_THAT(line_->ask("c UID STORE 1:4294967295 +FLAGS (\\Flagged)"), HasSubstr("c OK"));
  EXPECT_THAT(line_->ask("d UID COPY 1:4294967295 Sent"), HasSubstr("d OK [COPYUID"));
  EXPECT_THAT(line_->ask("e SEARCH UID 1:4294967295"), HasSubstr("* SEARCH 1 2 3"));
  EXPECT_THAT(status("FETCH 1:4294967295 UID"),
              AnyOf(StartsWith("x BAD"), StartsWith("x OK"), StartsWith("x NO")));
  EXPECT_THAT(status("FETCH 4294967296 UID"), StartsWith("x BAD"));
  EXPECT_THAT(status("FETCH 0 UID"), StartsWith("x BAD"));
  std::string many = "1";
  for (int i = 0; i < 15'000; ++i)
    many += i % 2 == 0 ? ",3" : ",1:*";
  const std::string answer = line_->ask("f UID FETCH " + many + " UID");
  EXPECT_THAT(answer, HasSubstr("f OK"));
  EXPECT_EQ(answer.find("* 1 FETCH"), answer.rfind("* 1 FETCH")) << "each message is told once";
  std::string odd;
  for (int i = 1; i < 20'000; i += 2)
    odd += std::to_string(i) + ",";
  EXPECT_THAT(line_->ask("g UID FETCH " + odd + "* UID"),
              AnyOf(HasSubstr("g OK"), HasSubstr("g NO [TOOBIG]")));
}

TEST_F(ImapHostile, EveryKindOfMailboxName) {
  const std::string long_name(2'000, 'n');
  std::string deep = "a";
  for (int i = 0; i < 300; ++i)
    deep += "/a";
  for (const std::string& name : {std::string("\"\""),
                                  std::string("/"),
                                  std::string("//"),
                                  std::string("a//b"),
                                  std::string("/a"),
                                  long_name,
                                  deep,
                                  std::string("\"a\\\\b\\\"c\""),
                                  std::string("..") + "/..",
                                  std::string("\"&\""),
                                  std::string("\"&AGE-\""),
                                  std::string("\"&2D0-\""),
                                  std::string("\"&-\""),
                                  std::string("\"a b\""),
                                  std::string("INBOX/x"),
                                  std::string("inbox"),
                                  std::string("iNbOx/"),
                                  std::string("\"%\""),
                                  std::string("\"*\""),
                                  std::string("{3+}\r\n\x01\x02\x03"),
                                  std::string("{2+}\r\n\r\n"),
                                  std::string("{2+}\r\n\xc3\xa4"),
                                  std::string("{1+}\r\n\xff"),
                                  std::string("NIL"),
                                  std::string("\"~\""),
                                  std::string("\".\""),
                                  std::string("\"'; DROP TABLE folder; --\"")}) {
    for (const char* verb : {"CREATE ", "SUBSCRIBE ", "EXAMINE ", "UNSUBSCRIBE ", "DELETE "}) {
      EXPECT_THAT(status(verb + name), AnyOf(StartsWith("x OK"), StartsWith("x NO"), StartsWith("x BAD")))
          << verb << name;
    }
    EXPECT_THAT(status("STATUS " + name + " (MESSAGES)"),
                AnyOf(StartsWith("x OK"), StartsWith("x NO"), StartsWith("x BAD")));
    EXPECT_THAT(status("LIST \"\" " + name), AnyOf(StartsWith("x OK"), StartsWith("x BAD")));
    EXPECT_THAT(status("RENAME " + name + " other"),
                AnyOf(StartsWith("x OK"), StartsWith("x NO"), StartsWith("x BAD")));
    EXPECT_THAT(status("DELETE other"), AnyOf(StartsWith("x OK"), StartsWith("x NO")));
  }
  std::string stars;
  for (int i = 0; i < 5'000; ++i)
    stars += "*%";
  EXPECT_THAT(status("LIST \"\" " + stars), StartsWith("x OK"));
  line_->ask("r SELECT INBOX");
}

TEST_F(ImapHostile, VanishedClientsChangeNothingHalf) {
  for (const char* command :
       {"a UID MOVE 1 Sent\r\n", "a APPEND INBOX {3+}\r\nab", "a UID STORE 1:3 +FLAGS (\\Deleted)\r\nb EXPUN",
        "a IDLE\r\n", "a UID FETCH 1:* BODY[]\r\n"}) {
    auto& other = bench_.login();
    other.ask("s SELECT INBOX");
    other.send(command);
    other.client->abort();
    bench_.world.run_ready();
    EXPECT_TRUE(other.served) << command;
    EXPECT_EQ(bench_.faults(), std::vector<std::string>{}) << command;
  }
}

}  // namespace
}  // namespace glasspost::imap
