#include "engine/protocol/smtp/server_machine.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace glasspost::smtp {
namespace {

const Reply kYes = Reply::make(250, {2, 0, 0}, "OK");
const Reply kNo = Reply::make(550, {5, 7, 1}, "No");

ServerPolicy policy() {
  ServerPolicy policy;
  policy.host_name = "mx.beta.example";
  policy.starttls = true;
  policy.mechanisms = {sasl::Mechanism::kPlain, sasl::Mechanism::kCramMd5};
  return policy;
}

// Feeds one line, answers every question with `answer`, and gives the reply's code.
int say(ServerMachine& machine, std::string_view line, const Reply& answer = kYes) {
  const auto command = parse_command(line, {});
  if (!command) return machine.refuse(command.error()).code;
  const ServerStep step = machine.receive(*command);
  switch (step.question) {
    case ServerQuestion::kHello:
      return machine.hello_answered(answer).code;
    case ServerQuestion::kMail:
      return machine.mail_answered(answer).code;
    case ServerQuestion::kRecipient:
      return machine.recipient_answered(answer).code;
    case ServerQuestion::kVerify:
      return machine.verify_answered(answer).code;
    default:
      return step.reply.code;
  }
}

// Leads a fresh machine to a state.
ServerMachine machine_in(ServerState state, const ServerPolicy& p) {
  ServerMachine machine(p);
  if (state == ServerState::kConnected) return machine;
  machine.greet(Reply::make(220, ""));
  if (state == ServerState::kGreeted) return machine;
  if (state == ServerState::kClosed) {
    say(machine, "QUIT");
    return machine;
  }
  say(machine, "EHLO a.example");
  if (state == ServerState::kReady) return machine;
  if (state == ServerState::kAuth) say(machine, "AUTH PLAIN");
  if (state == ServerState::kTls) say(machine, "STARTTLS");
  if (state == ServerState::kAuth || state == ServerState::kTls) return machine;
  say(machine, "MAIL FROM:<a@b.example>");
  if (state == ServerState::kMail) return machine;
  say(machine, "RCPT TO:<c@d.example>");
  if (state == ServerState::kContent) say(machine, "DATA");
  return machine;
}

TEST(ServerMachine, EveryStateCanBeReached) {
  const ServerPolicy p = policy();
  for (std::size_t i = 0; i < kServerStateCount; ++i) {
    const auto state = static_cast<ServerState>(i);
    EXPECT_EQ(machine_in(state, p).state(), state) << to_string(state);
  }
}

// The reply and the next state for each command in each state that reads commands.
TEST(ServerMachine, CommandsByState) {
  using S = ServerState;
  struct Row {
    const char* line;
    int greeted, ready, mail, recipients;
    S after_greeted, after_ready, after_mail, after_recipients;
  };
  const Row rows[] = {
      {"EHLO a.example", 250, 250, 250, 250, S::kReady, S::kReady, S::kReady, S::kReady},
      {"HELO a.example", 250, 250, 250, 250, S::kReady, S::kReady, S::kReady, S::kReady},
      {"MAIL FROM:<>", 503, 250, 503, 503, S::kGreeted, S::kMail, S::kMail, S::kRecipients},
      {"RCPT TO:<x@y>", 503, 503, 250, 250, S::kGreeted, S::kReady, S::kRecipients, S::kRecipients},
      {"DATA", 503, 503, 503, 354, S::kGreeted, S::kReady, S::kMail, S::kContent},
      {"RSET", 250, 250, 250, 250, S::kGreeted, S::kReady, S::kReady, S::kReady},
      {"NOOP", 250, 250, 250, 250, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"HELP", 214, 214, 214, 214, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"VRFY a", 250, 250, 250, 250, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"EXPN a", 502, 502, 502, 502, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"BDAT 5 LAST", 502, 502, 502, 502, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"FOO", 500, 500, 500, 500, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"MAIL FROM:<", 501, 501, 501, 501, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"STARTTLS", 503, 220, 503, 503, S::kGreeted, S::kTls, S::kMail, S::kRecipients},
      {"AUTH GSSAPI", 503, 504, 503, 503, S::kGreeted, S::kReady, S::kMail, S::kRecipients},
      {"QUIT", 221, 221, 221, 221, S::kClosed, S::kClosed, S::kClosed, S::kClosed},
  };
  const ServerPolicy p = policy();
  for (const Row& row : rows) {
    const auto check = [&](S from, int code, S after) {
      ServerMachine machine = machine_in(from, p);
      EXPECT_EQ(say(machine, row.line), code) << row.line << " in " << to_string(from);
      EXPECT_EQ(machine.state(), after) << row.line << " in " << to_string(from);
      const auto command = parse_command(row.line, {});
      if (command && code != 504) {
        EXPECT_EQ(is_legal(from, command->verb), code != 503 && code != 502) << row.line;
      }
    };
    check(S::kGreeted, row.greeted, row.after_greeted);
    check(S::kReady, row.ready, row.after_ready);
    check(S::kMail, row.mail, row.after_mail);
    check(S::kRecipients, row.recipients, row.after_recipients);
  }
}

TEST(ServerMachine, TransitionsLeadSomewhereAndFromEverywhere) {
  std::set<ServerState> from;
  for (const ServerTransition& t : server_transitions()) {
    EXPECT_NE(t.from, t.to);
    EXPECT_FALSE(t.trigger.empty());
    from.insert(t.from);
  }
  EXPECT_EQ(from.size(), kServerStateCount - 1) << "only closed has no way out";
}

TEST(ServerMachine, ARefusalChangesNothing) {
  const ServerPolicy p = policy();
  ServerMachine machine = machine_in(ServerState::kReady, p);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b>", kNo), 550);
  EXPECT_EQ(machine.state(), ServerState::kReady);
  EXPECT_FALSE(machine.transaction().has_value());
  ServerMachine open = machine_in(ServerState::kMail, p);
  EXPECT_EQ(say(open, "RCPT TO:<a@b>", kNo), 550);
  EXPECT_EQ(open.state(), ServerState::kMail);
  EXPECT_EQ(say(open, "DATA"), 554) << "every recipient was refused";
}

TEST(ServerMachine, ATransactionIsDroppedWhole) {
  const ServerPolicy p = policy();
  for (const char* line : {"RSET", "EHLO again.example"}) {
    ServerMachine machine = machine_in(ServerState::kRecipients, p);
    EXPECT_EQ(say(machine, line), 250);
    EXPECT_FALSE(machine.transaction().has_value());
    const auto dropped = machine.take_dropped();
    ASSERT_TRUE(dropped.has_value());
    EXPECT_EQ(dropped->recipients.size(), 1u);
    EXPECT_FALSE(machine.take_dropped().has_value());
    EXPECT_EQ(say(machine, "DATA"), 503);
  }
}

TEST(ServerMachine, TransactionsAreCountedWhenMailIsAccepted) {
  const ServerPolicy p = policy();
  ServerMachine machine = machine_in(ServerState::kReady, p);
  say(machine, "MAIL FROM:<a@b>", kNo);
  say(machine, "MAIL FROM:<a@b>");
  EXPECT_EQ(machine.transaction()->ordinal, 1u);
  say(machine, "RSET");
  EXPECT_EQ(machine.take_dropped()->ordinal, 1u);
  say(machine, "MAIL FROM:<a@b>");
  EXPECT_EQ(machine.transaction()->ordinal, 2u);
  say(machine, "RCPT TO:<c@d>");
  say(machine, "DATA");
  EXPECT_FALSE(machine.content_received({}).has_value());
  EXPECT_EQ(machine.message_answered(kYes).code, 250);
  EXPECT_EQ(machine.state(), ServerState::kReady);
  EXPECT_FALSE(machine.take_dropped().has_value()) << "it became a message";
  say(machine, "MAIL FROM:<a@b>");
  EXPECT_EQ(machine.transaction()->ordinal, 3u);
}

TEST(ServerMachine, EhloOffersWhatThePolicySays) {
  ServerPolicy p = policy();
  p.max_message_size = 1000;
  p.auth_needs_tls = true;
  const auto ehlo = [&](bool tls, std::string_view verb) {
    ServerMachine machine(p);
    if (tls) machine.tls_implicit();
    machine.greet(Reply::make(220, ""));
    const ServerStep step = machine.receive(*parse_command(std::string(verb) + " a.example", {}));
    EXPECT_EQ(step.question, ServerQuestion::kHello);
    const Reply reply = machine.hello_answered(kYes);
    std::string all;
    for (const std::string& line : reply.lines)
      all += line + ";";
    return all;
  };
  EXPECT_EQ(
      ehlo(false, "EHLO"),
      "mx.beta.example greets a.example;PIPELINING;SIZE 1000;8BITMIME;ENHANCEDSTATUSCODES;STARTTLS;AUTH "
      "CRAM-MD5;");
  EXPECT_EQ(ehlo(true, "EHLO"),
            "mx.beta.example greets a.example;PIPELINING;SIZE 1000;8BITMIME;ENHANCEDSTATUSCODES;AUTH PLAIN "
            "CRAM-MD5;");
  EXPECT_EQ(ehlo(false, "HELO"), "mx.beta.example greets a.example;");
}

TEST(ServerMachine, AccessRules) {
  ServerPolicy p = policy();
  p.require_tls = true;
  ServerMachine machine = machine_in(ServerState::kReady, p);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b>"), 530);
  EXPECT_EQ(say(machine, "AUTH PLAIN"), 530);
  EXPECT_EQ(say(machine, "NOOP"), 250);
  EXPECT_EQ(say(machine, "STARTTLS"), 220);
  machine.tls_established();
  EXPECT_EQ(machine.state(), ServerState::kGreeted);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b>"), 503) << "the EHLO of before does not count";
  EXPECT_EQ(say(machine, "EHLO a.example"), 250);
  EXPECT_EQ(say(machine, "STARTTLS"), 503);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b>"), 250);

  p = policy();
  p.require_auth = true;
  p.auth_needs_tls = true;
  ServerMachine submission = machine_in(ServerState::kReady, p);
  EXPECT_EQ(say(submission, "MAIL FROM:<a@b>"), 530);
  EXPECT_EQ(say(submission, "AUTH PLAIN"), 538);
  const ServerStep step = submission.receive(*parse_command("AUTH CRAM-MD5", {}));
  EXPECT_EQ(step.question, ServerQuestion::kAuthenticate);
  EXPECT_EQ(submission.auth_finished(Reply::make(235, "ok"), "alice", sasl::Mechanism::kCramMd5).code, 235);
  EXPECT_EQ(submission.authenticated_user(), "alice");
  EXPECT_EQ(say(submission, "AUTH CRAM-MD5"), 503);
  EXPECT_EQ(say(submission, "MAIL FROM:<a@b>"), 250);
}

TEST(ServerMachine, ParametersThatWereNotOfferedAreRefused) {
  ServerPolicy p = policy();
  p.max_message_size = 100;
  ServerMachine machine = machine_in(ServerState::kReady, p);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b> SMTPUTF8"), 555);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b> BODY=BINARYMIME"), 555);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b> RET=FULL"), 555);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b> SIZE=101"), 552);
  EXPECT_EQ(say(machine, "MAIL FROM:<\xc3\xa9@b>"), 553);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b> SIZE=100 BODY=8BITMIME AUTH=<>"), 250);
  EXPECT_EQ(say(machine, "RCPT TO:<c@d> NOTIFY=NEVER"), 555);
  EXPECT_EQ(say(machine, "RCPT TO:<\xc3\xa9@b>"), 553);
  ServerMachine old = machine_in(ServerState::kGreeted, p);
  say(old, "HELO a.example");
  EXPECT_EQ(say(old, "MAIL FROM:<a@b> SIZE=1"), 555) << "after HELO there are no extensions";
}

TEST(FieldCase, A8_AServerWithoutALimitTakesAnySize) {
  ServerPolicy p = policy();
  p.max_message_size = 0;
  ServerMachine machine = machine_in(ServerState::kReady, p);
  EXPECT_EQ(say(machine, "MAIL FROM:<a@b> SIZE=99999999999"), 250);
}

TEST(FieldCase, A6_AfterAFailedCommandNothingOfATransactionIsLeft) {
  const ServerPolicy p = policy();
  ServerMachine machine = machine_in(ServerState::kRecipients, p);
  EXPECT_EQ(say(machine, "DATA"), 354);
  ContentFindings findings;
  findings.bare_lf = 1;
  EXPECT_EQ(machine.content_received(findings)->code, 550);
  EXPECT_EQ(machine.state(), ServerState::kReady);
  EXPECT_EQ(say(machine, "DATA"), 503);
  EXPECT_EQ(say(machine, "RCPT TO:<c@d>"), 503);
}

TEST(ServerMachine, LimitsEndInA421) {
  ServerPolicy p = policy();
  p.max_errors = 2;
  ServerMachine errors = machine_in(ServerState::kReady, p);
  EXPECT_EQ(say(errors, "FOO"), 500);
  EXPECT_EQ(say(errors, "RCPT TO:<a@b>"), 503);
  EXPECT_EQ(say(errors, "FOO"), 421);
  EXPECT_TRUE(errors.closed());

  p = policy();
  p.max_commands = 3;
  ServerMachine commands = machine_in(ServerState::kReady, p);
  EXPECT_EQ(say(commands, "NOOP"), 250);
  EXPECT_EQ(say(commands, "NOOP"), 250);
  EXPECT_EQ(say(commands, "NOOP"), 421);

  p = policy();
  p.max_recipients = 1;
  p.max_refused_recipients = 1;
  ServerMachine recipients = machine_in(ServerState::kRecipients, p);
  EXPECT_EQ(say(recipients, "RCPT TO:<e@f>"), 452);
  say(recipients, "RSET");
  say(recipients, "MAIL FROM:<a@b>");
  EXPECT_EQ(say(recipients, "RCPT TO:<e@f>", kNo), 550);
  EXPECT_EQ(say(recipients, "RCPT TO:<e@f>", kNo), 421);

  p = policy();
  p.max_transactions = 1;
  ServerMachine transactions = machine_in(ServerState::kMail, p);
  say(transactions, "RSET");
  EXPECT_EQ(say(transactions, "MAIL FROM:<a@b>"), 421);
}

TEST(ServerMachine, AServiceThatSays421EndsTheDialogue) {
  const ServerPolicy p = policy();
  const Reply bye = Reply::make(421, {4, 3, 0}, "Going down");
  for (const auto& [state, line] : {std::pair{ServerState::kGreeted, "EHLO a"},
                                    {ServerState::kReady, "MAIL FROM:<>"},
                                    {ServerState::kMail, "RCPT TO:<a@b>"},
                                    {ServerState::kReady, "VRFY x"}}) {
    ServerMachine machine = machine_in(state, p);
    EXPECT_EQ(say(machine, line, bye), 421);
    EXPECT_TRUE(machine.closed()) << line;
  }
}

}  // namespace
}  // namespace glasspost::smtp
