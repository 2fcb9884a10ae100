#include "engine/protocol/smtp/command.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::smtp {
namespace {

Command good(std::string_view line, CommandSyntax syntax = {}) {
  auto command = parse_command(line, syntax);
  EXPECT_TRUE(command.has_value()) << line << ": " << (command ? "" : command.error().reply.to_line());
  return command ? *command : Command{};
}

int code_of(std::string_view line, CommandSyntax syntax = {}) {
  const auto command = parse_command(line, syntax);
  return command ? 0 : command.error().reply.code;
}

TEST(Command, VerbsAreReadInAnyCase) {
  EXPECT_EQ(good("EHLO a.example").verb, Verb::kEhlo);
  EXPECT_EQ(good("ehlo [127.0.0.1]").argument, "[127.0.0.1]");
  EXPECT_EQ(good("mail FROM:<a@b> size=19").mail_parameters.size, 19u);
  EXPECT_EQ(good("Quit").verb, Verb::kQuit);
  EXPECT_EQ(good("rcpt to:<a@b>").forward_path.to_string(), "a@b");
}

TEST(Command, WhiteSpaceAtTheEndIsIgnored) {
  EXPECT_EQ(good("QUIT \t ").verb, Verb::kQuit);
  EXPECT_EQ(good("MAIL FROM:<a@b>  ").reverse_path.to_string(), "a@b");
}

TEST(Command, EveryFaultHasItsReply) {
  struct Case {
    const char* line;
    int code;
  };
  const Case cases[] = {
      {"", 500},
      {"   ", 500},
      {" QUIT", 500},
      {"FOO", 500},
      {"QUITX", 500},
      {"QUIT now", 501},
      {"DATA x", 501},
      {"RSET x", 501},
      {"STARTTLS x", 501},
      {"EHLO", 501},
      {"EHLO a b", 501},
      {"EHLO a_b.example", 501},
      {"HELO -", 501},
      {"MAIL", 501},
      {"MAIL FROM", 501},
      {"MAIL FROM:", 501},
      {"MAIL TO:<a@b>", 501},
      {"MAIL FROM:a@b", 501},
      {"MAIL FROM: <a@b>", 501},
      {"MAIL  FROM:<a@b>", 501},
      {"MAIL FROM:<Postmaster>", 501},
      {"MAIL FROM:<a@b>SIZE=1", 501},
      {"MAIL FROM:<a@b> SIZE=", 501},
      {"MAIL FROM:<a@b> SIZE=1 SIZE=2", 501},
      {"MAIL FROM:<a@b> BODY=9BIT", 501},
      {"MAIL FROM:<a@b> =x", 501},
      {"MAIL FROM:<a@b> NOTIFY=NEVER", 555},
      {"MAIL FROM:<a@b> HELLO=WORLD", 555},
      {"RCPT TO:<>", 501},
      {"RCPT TO:<a@b> FOO=BAR", 555},
      {"VRFY", 501},
      {"AUTH", 501},
      {"AUTH PLAIN a b", 501},
      {"BDAT x", 501},
  };
  for (const Case& c : cases)
    EXPECT_EQ(code_of(c.line), c.code) << c.line;
}

TEST(Command, NulAndEightBitAreRefusedWithTheirPlace) {
  const auto nul = parse_command(std::string_view("NO\0OP", 5), {});
  ASSERT_FALSE(nul.has_value());
  EXPECT_EQ(nul.error().reply.code, 500);
  EXPECT_EQ(nul.error().offset, 2u);
  CommandSyntax ascii;
  ascii.allow_utf8 = false;
  EXPECT_EQ(code_of("MAIL FROM:<\xc3\xa9@b>", ascii), 501);
  EXPECT_EQ(code_of("\xc3\xa9", ascii), 500);
  EXPECT_EQ(code_of("MAIL FROM:<\xc3@b>"), 501) << "not UTF-8";
  EXPECT_EQ(code_of("NOOP a\rb"), 501);
}

TEST(Command, AnOverLongLineIsRefusedByTheLimitOfItsVerb) {
  const std::string fits(kMaxCommandLine - 2 - 5, 'x');
  EXPECT_EQ(code_of("NOOP " + fits), 0);
  EXPECT_EQ(code_of("NOOP " + fits + "x"), 500);
  EXPECT_EQ(code_of("AUTH PLAIN " + std::string(kMaxAuthLine - 2 - 11, 'x')), 0);
  EXPECT_EQ(code_of("AUTH PLAIN " + std::string(kMaxAuthLine - 2 - 10, 'x')), 500);
}

TEST(Command, ParametersKeepTheirMeaning) {
  const Command command =
      good("MAIL FROM:<a@b> BODY=8bitmime SMTPUTF8 AUTH=e+3Dmc2@example.com SIZE=99999999999999999999");
  EXPECT_EQ(command.mail_parameters.body, BodyType::k8BitMime);
  EXPECT_TRUE(command.mail_parameters.smtputf8);
  EXPECT_EQ(command.mail_parameters.auth, "e=mc2@example.com");
  EXPECT_EQ(command.mail_parameters.size, UINT64_MAX);
  EXPECT_EQ(command.mail_parameters.all.size(), 4u);
  EXPECT_EQ(good("MAIL FROM:<> AUTH=<>").mail_parameters.auth, "<>");
}

TEST(Command, AuthKeepsItsInitialResponse) {
  EXPECT_EQ(good("auth plain AGEAYg==").argument, "PLAIN");
  EXPECT_EQ(good("AUTH PLAIN AGEAYg==").initial_response, "AGEAYg==");
  EXPECT_EQ(good("AUTH EXTERNAL =").initial_response, "=");
  EXPECT_FALSE(good("AUTH LOGIN").initial_response.has_value());
}

TEST(Command, ASourceRouteIsReadAndIgnored) {
  const Command command = good("RCPT TO:<@a.example,@b.example:c@d.example>");
  EXPECT_TRUE(command.had_source_route);
  EXPECT_EQ(command.forward_path.to_string(), "c@d.example");
}

TEST(Command, NamedLenienciesAreUsedOnlyWhereTheyAreAllowed) {
  struct Case {
    const char* line;
    bool Leniencies::*switch_on;
    const char* name;
  };
  const Case cases[] = {
      {"MAIL FROM: <a@b>", &Leniencies::space_after_colon, "space-after-colon"},
      {"RCPT TO:  <a@b>", &Leniencies::space_after_colon, "space-after-colon"},
      {"MAIL  FROM:<a@b>", &Leniencies::extra_spaces, "extra-spaces"},
      {"MAIL FROM :<a@b>", &Leniencies::extra_spaces, "extra-spaces"},
      {"MAIL FROM:<a@b>  SIZE=1", &Leniencies::extra_spaces, "extra-spaces"},
      {"RCPT TO:a@b", &Leniencies::missing_angle_brackets, "missing-angle-brackets"},
      {"EHLO my_host", &Leniencies::any_helo_argument, "any-helo-argument"},
      {"EHLO host\r", &Leniencies::extra_cr, "extra-cr"},
      {"RCPT TO:<a@b>\r\r", &Leniencies::extra_cr, "extra-cr"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(code_of(c.line), 501) << c.line;
    CommandSyntax kind;
    kind.leniencies.*c.switch_on = true;
    const Command command = good(c.line, kind);
    ASSERT_EQ(command.leniencies.size(), 1u) << c.line;
    EXPECT_EQ(command.leniencies[0].name, c.name);
  }
}

TEST(FieldCase, A9_MailFromNullIsWellFormed) {
  EXPECT_TRUE(good("MAIL FROM:<>").reverse_path.is_null());
}

TEST(FieldCase, A16_QuotedLocalPartsInCommands) {
  EXPECT_EQ(good("RCPT TO:<\"a b\"@y.example>").forward_path.mailbox.local_part, "a b");
  EXPECT_EQ(encode_rcpt(good("RCPT TO:<\"a b\"@y.example>").forward_path, {}),
            "RCPT TO:<\"a b\"@y.example>\r\n");
  EXPECT_EQ(encode_mail(good("MAIL FROM:<\"x\\\"y\"@z>").reverse_path, {{"SIZE", "5"}}),
            "MAIL FROM:<\"x\\\"y\"@z> SIZE=5\r\n");
}

TEST(Xtext, IsReadAndWritten) {
  EXPECT_EQ(decode_xtext("a+2Bb+3D"), "a+b=");
  EXPECT_EQ(encode_xtext("a+b= \xff"), "a+2Bb+3D+20+FF");
  for (const std::string bad : {"+", "+2", "+2b", "a=b", "a b"})
    EXPECT_FALSE(decode_xtext(bad).has_value()) << bad;
}

}  // namespace
}  // namespace glasspost::smtp
