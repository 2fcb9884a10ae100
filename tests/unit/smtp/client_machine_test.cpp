#include "engine/protocol/smtp/client_machine.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "engine/crypto/base64.h"

namespace glasspost::smtp {
namespace {

ClientPolicy policy() {
  ClientPolicy policy;
  policy.helo_name = "mail.alpha.example";
  return policy;
}

Envelope envelope(const std::vector<std::string>& recipients,
                  const std::string& from = "alice@alpha.example") {
  Envelope envelope;
  envelope.reverse_path = *parse_reverse_path(from);
  for (const std::string& recipient : recipients)
    envelope.recipients.push_back(*parse_forward_path(recipient));
  return envelope;
}

// A dialogue: lines of "C: ..." are what the machine must send next, "S: ..." are replies that it gets
// (several lines separated by "|"), "T" the handshake, "." the content. What is left undone fails.
void play(ClientMachine& machine, const std::vector<std::string>& script) {
  for (const std::string& line : script) {
    ClientAction action = machine.next();
    if (line.rfind("C: ", 0) == 0) {
      ASSERT_EQ(action.kind, ClientAction::Kind::kSend) << line << " in " << to_string(machine.state());
      EXPECT_EQ(action.bytes, line.substr(3) + "\r\n");
    } else if (line == "T") {
      ASSERT_EQ(action.kind, ClientAction::Kind::kUpgradeTls) << to_string(machine.state());
      machine.tls_established();
    } else if (line == ".") {
      ASSERT_EQ(action.kind, ClientAction::Kind::kSendContent) << to_string(machine.state());
      machine.content_ending();
    } else {
      ASSERT_EQ(action.kind, ClientAction::Kind::kRead) << line << " in " << to_string(machine.state());
      Reply reply = Reply::make(std::stoi(line.substr(3, 3)), "");
      reply.lines.clear();
      std::string rest = line.substr(7);
      for (std::size_t bar = rest.find('|'); bar != std::string::npos; bar = rest.find('|')) {
        reply.lines.push_back(rest.substr(0, bar));
        rest = rest.substr(bar + 1);
      }
      reply.lines.push_back(rest);
      machine.receive(reply);
    }
  }
}

std::string outcome(const Delivery& delivery) {
  std::string out;
  for (const auto& recipient : delivery.recipients) {
    out += recipient.status == RecipientStatus::kAccepted    ? 'a'
           : recipient.status == RecipientStatus::kPermanent ? 'p'
                                                             : 't';
  }
  return out;
}

TEST(ClientMachine, OneMessageWithoutExtensions) {
  ClientMachine machine(policy(), "");
  play(machine,
       {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 502 what", "C: HELO mail.alpha.example", "S: 250 mx"});
  EXPECT_EQ(machine.next().kind, ClientAction::Kind::kNothing);
  EXPECT_FALSE(machine.capabilities().esmtp);
  machine.begin(envelope({"b@c.example", "d@c.example"}), {5, false});
  play(machine, {"C: MAIL FROM:<alice@alpha.example>", "S: 250 ok", "C: RCPT TO:<b@c.example>", "S: 250 ok",
                 "C: RCPT TO:<d@c.example>", "S: 250 ok", "C: DATA", "S: 354 go", ".", "S: 250 queued"});
  EXPECT_EQ(machine.next().kind, ClientAction::Kind::kNothing);
  EXPECT_EQ(outcome(machine.delivery()), "aa");
  EXPECT_EQ(machine.delivery().transaction, 1u);
  EXPECT_TRUE(machine.delivery().all_accepted());
  machine.quit();
  play(machine, {"C: QUIT", "S: 221 bye"});
  EXPECT_TRUE(machine.closed());
  EXPECT_FALSE(machine.error().has_value());
}

TEST(ClientMachine, GroupsCommandsWherePipeliningIsOffered) {
  ClientMachine machine(policy(), "");
  play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|PIPELINING|SIZE 1000|8BITMIME"});
  machine.begin(envelope({"b@c.example", "d@c.example"}), {5, true});
  play(machine, {"C: MAIL FROM:<alice@alpha.example> SIZE=5 BODY=8BITMIME\r\nRCPT TO:<b@c.example>\r\nRCPT "
                 "TO:<d@c.example>\r\nDATA",
                 "S: 250 ok", "S: 550 no", "S: 250 ok", "S: 354 go", ".", "S: 250 queued"});
  EXPECT_EQ(outcome(machine.delivery()), "pa");
}

TEST(ClientMachine, AnEmptyMessageEndsADataThatNobodyWants) {  // RFC 2920 3.1
  ClientMachine machine(policy(), "");
  play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|PIPELINING"});
  machine.begin(envelope({"b@c.example"}), {});
  play(machine, {"C: MAIL FROM:<alice@alpha.example>\r\nRCPT TO:<b@c.example>\r\nDATA", "S: 250 ok",
                 "S: 450 later", "S: 354 go", "C: .", "S: 554 nobody"});
  EXPECT_EQ(outcome(machine.delivery()), "t");
  EXPECT_FALSE(machine.delivery().final_reply.has_value());
  EXPECT_FALSE(machine.closed());
}

TEST(ClientMachine, LongListsGoInGroups) {
  ClientMachine machine(policy(), "");
  play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|PIPELINING"});
  std::vector<std::string> recipients;
  for (int i = 0; i < 1000; ++i)
    recipients.push_back("u" + std::to_string(i) + "@c.example");
  machine.begin(envelope(recipients), {});
  std::size_t groups = 0;
  while (machine.state() == ClientState::kEnvelope) {
    const ClientAction action = machine.next();
    if (action.kind == ClientAction::Kind::kSend) {
      ++groups;
      EXPECT_LE(std::count(action.bytes.begin(), action.bytes.end(), '\n'), 100);
    } else {
      ASSERT_EQ(action.kind, ClientAction::Kind::kRead);
      const bool data = machine.phase() == Phase::kData;
      machine.receive(Reply::make(data ? 354 : 250, "ok"));
    }
  }
  EXPECT_EQ(groups, 11u);
  play(machine, {".", "S: 250 ok"});
  EXPECT_EQ(outcome(machine.delivery()), std::string(1000, 'a'));
}

// What becomes of two recipients for replies to MAIL, the two RCPTs, DATA and the content ("-": not asked).
TEST(ClientMachine, RepliesDecideOverRecipients) {
  struct Row {
    int mail, first, second, data, content;
    const char* outcome;
  };
  const Row rows[] = {
      {250, 250, 250, 354, 250, "aa"}, {250, 250, 250, 354, 450, "tt"}, {250, 250, 250, 354, 554, "pp"},
      {250, 550, 250, 354, 250, "pa"}, {250, 450, 250, 354, 250, "ta"}, {250, 550, 450, 0, 0, "pt"},
      {250, 550, 250, 354, 451, "pt"}, {250, 250, 250, 451, 0, "tt"},   {250, 250, 550, 554, 0, "pp"},
      {450, 0, 0, 0, 0, "tt"},         {550, 0, 0, 0, 0, "pp"},         {250, 250, 552, 354, 250, "at"},
  };
  for (const Row& row : rows) {
    ClientMachine machine(policy(), "");
    play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
    machine.begin(envelope({"b@c.example", "d@c.example"}), {});
    bool over = false;
    int asked = 0;
    while (!over) {
      const ClientAction action = machine.next();
      switch (action.kind) {
        case ClientAction::Kind::kRead: {
          const Phase phase = machine.phase();
          int code = row.content;
          if (phase == Phase::kMail) code = row.mail;
          if (phase == Phase::kRecipient) code = asked++ == 0 ? row.first : row.second;
          if (phase == Phase::kData) code = row.data;
          ASSERT_NE(code, 0) << "asked although nothing could come of it";
          machine.receive(Reply::make(code, "x"));
          break;
        }
        case ClientAction::Kind::kSendContent:
          machine.content_ending();
          break;
        case ClientAction::Kind::kSend:
          break;
        default:
          over = true;
      }
    }
    EXPECT_EQ(outcome(machine.delivery()), row.outcome) << row.mail << row.first << row.second << row.data;
    EXPECT_FALSE(machine.closed());
  }
}

TEST(ClientMachine, AnOpenTransactionIsResetBeforeTheNext) {
  ClientMachine machine(policy(), "");
  play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
  machine.begin(envelope({"b@c.example"}), {});
  play(machine, {"C: MAIL FROM:<alice@alpha.example>", "S: 250 ok", "C: RCPT TO:<b@c.example>", "S: 550 no"});
  EXPECT_EQ(machine.next().kind, ClientAction::Kind::kNothing);
  EXPECT_EQ(machine.next_transaction(), 2u);
  machine.begin(envelope({"d@c.example"}, ""), {});
  play(machine, {"C: RSET", "S: 250 ok", "C: MAIL FROM:<>", "S: 250 ok", "C: RCPT TO:<d@c.example>",
                 "S: 250 ok", "C: DATA", "S: 354 go", ".", "S: 250 ok"});
  EXPECT_EQ(machine.delivery().transaction, 2u);
  EXPECT_EQ(outcome(machine.delivery()), "a");
}

TEST(ClientMachine, FourTwentyOneEndsItAnywhere) {
  const std::vector<std::vector<std::string>> ways = {
      {"S: 421 busy"},
      {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 421 busy"},
  };
  for (const auto& way : ways) {
    ClientMachine machine(policy(), "");
    play(machine, way);
    ASSERT_TRUE(machine.error().has_value());
    EXPECT_EQ(machine.error()->kind, ClientErrorKind::kRefused);
    EXPECT_TRUE(machine.error()->transient());
  }
  ClientMachine machine(policy(), "");
  play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
  machine.begin(envelope({"b@c.example", "d@c.example"}), {});
  play(machine,
       {"C: MAIL FROM:<alice@alpha.example>", "S: 250 ok", "C: RCPT TO:<b@c.example>", "S: 421 busy"});
  EXPECT_TRUE(machine.closed());
  EXPECT_EQ(outcome(machine.delivery()), "tt");
  EXPECT_EQ(machine.error()->phase, Phase::kRecipient);
}

TEST(ClientMachine, ALostConnectionIsToldBeforeAndAfterTheFinalDot) {
  for (const bool after : {false, true}) {
    ClientMachine machine(policy(), "");
    play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
    machine.begin(envelope({"b@c.example"}), {});
    play(machine, {"C: MAIL FROM:<alice@alpha.example>", "S: 250 ok", "C: RCPT TO:<b@c.example>", "S: 250 ok",
                   "C: DATA", "S: 354 go"});
    EXPECT_EQ(machine.next().kind, ClientAction::Kind::kSendContent);
    if (after) machine.content_ending();
    machine.fail(ClientErrorKind::kLost, "gone");
    EXPECT_EQ(machine.delivery().error->after_final_dot(), after);
    EXPECT_EQ(outcome(machine.delivery()), "t");
  }
}

TEST(ClientMachine, TlsPolicies) {
  ClientPolicy p = policy();
  p.tls = TlsPolicy::kOpportunistic;
  ClientMachine with(p, "");
  play(with, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|STARTTLS|PIPELINING", "C: STARTTLS",
              "S: 220 go", "T", "C: EHLO mail.alpha.example", "S: 250 mx"});
  EXPECT_TRUE(with.tls());
  EXPECT_FALSE(with.capabilities().pipelining) << "what was said in the clear does not count";
  ClientMachine without(p, "");
  play(without, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
  EXPECT_EQ(without.state(), ClientState::kReady);
  ClientMachine refused(p, "");
  play(refused,
       {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|STARTTLS", "C: STARTTLS", "S: 454 no"});
  EXPECT_EQ(refused.state(), ClientState::kReady);
  p.tls = TlsPolicy::kRequired;
  ClientMachine lacking(p, "");
  play(lacking, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
  EXPECT_EQ(lacking.error()->kind, ClientErrorKind::kTls);
  ClientMachine denied(p, "");
  play(denied, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|STARTTLS", "C: STARTTLS", "S: 454 no"});
  EXPECT_EQ(denied.error()->kind, ClientErrorKind::kTls);
  p.tls = TlsPolicy::kImplicit;
  ClientMachine implicit(p, "");
  play(implicit, {"T", "S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
  EXPECT_EQ(implicit.state(), ClientState::kReady);
}

TEST(ClientMachine, Authentication) {
  ClientPolicy p = policy();
  p.credentials = sasl::Credentials{"alice", "secret", ""};
  const std::string plain = crypto::base64_encode(std::string("\0alice\0secret", 13));
  ClientMachine clear(p, "n");
  play(clear, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|AUTH PLAIN LOGIN"});
  EXPECT_EQ(clear.error()->kind, ClientErrorKind::kAuth) << "no password in the clear";
  p.password_without_tls = true;
  ClientMachine at_once(p, "n");
  play(at_once, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|AUTH LOGIN PLAIN",
                 "C: AUTH PLAIN " + plain, "S: 235 ok"});
  EXPECT_EQ(at_once.state(), ClientState::kReady);
  ClientMachine login(p, "n");
  play(login, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|AUTH=LOGIN", "C: AUTH LOGIN",
               "S: 334 VXNlcm5hbWU6", "C: YWxpY2U=", "S: 334 UGFzc3dvcmQ6", "C: c2VjcmV0", "S: 535 wrong"});
  EXPECT_EQ(login.error()->kind, ClientErrorKind::kRefused);
  EXPECT_EQ(login.error()->phase, Phase::kAuth);
  EXPECT_FALSE(login.error()->transient());
  ClientMachine nonsense(p, "n");
  play(nonsense, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|AUTH CRAM-MD5", "C: AUTH CRAM-MD5",
                  "S: 334 ***", "C: *", "S: 501 cancelled"});
  EXPECT_EQ(nonsense.error()->kind, ClientErrorKind::kAuth);
  ClientMachine unproved(p, "abcdefghijklmnop");
  play(unproved,
       {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|AUTH SCRAM-SHA-256 PLAIN",
        "C: AUTH SCRAM-SHA-256 " + crypto::base64_encode("n,,n=alice,r=abcdefghijklmnop"), "S: 235 fine"});
  EXPECT_EQ(unproved.error()->kind, ClientErrorKind::kAuth)
      << "a server must prove that it knows the password";
}

TEST(ClientMachine, WhatTheServerLacksIsNotTried) {
  const auto ready = [](ClientMachine& machine, const std::string& extensions) {
    play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx" + extensions});
  };
  ClientMachine eight(policy(), "");
  ready(eight, "");
  eight.begin(envelope({"b@c.example"}), {5, true});
  EXPECT_EQ(eight.next().kind, ClientAction::Kind::kNothing);
  EXPECT_EQ(outcome(eight.delivery()), "p");
  EXPECT_EQ(eight.delivery().error->kind, ClientErrorKind::kUnsupported);
  EXPECT_FALSE(eight.closed()) << "another message may go";
  ClientMachine size(policy(), "");
  ready(size, "|SIZE 100");
  size.begin(envelope({"b@c.example"}), {101, false});
  EXPECT_EQ(outcome(size.delivery()), "p");
  ClientMachine utf8(policy(), "");
  ready(utf8, "|8BITMIME");
  utf8.begin(envelope({"\xed\x95\x9c@c.example"}), {1, false});
  EXPECT_EQ(outcome(utf8.delivery()), "p");
  ClientMachine able(policy(), "");
  ready(able, "|8BITMIME|SMTPUTF8");
  able.begin(envelope({"\xed\x95\x9c@c.example"}), {1, false});
  play(able, {"C: MAIL FROM:<alice@alpha.example> SMTPUTF8"});
}

TEST(FieldCase, A8_TheClientTakesSizeZeroForNoLimit) {
  ClientMachine machine(policy(), "");
  play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx|SIZE 0"});
  machine.begin(envelope({"b@c.example"}), {5'000'000'000, false});
  play(machine, {"C: MAIL FROM:<alice@alpha.example> SIZE=5000000000", "S: 250 ok"});
}

TEST(ClientMachine, AnAddressCannotSmuggleACommand) {
  ClientMachine machine(policy(), "");
  play(machine, {"S: 220 mx", "C: EHLO mail.alpha.example", "S: 250 mx"});
  Envelope evil = envelope({"b@c.example"});
  evil.recipients[0].mailbox.local_part = "x>\r\nRCPT TO:<y";
  machine.begin(evil, {});
  EXPECT_EQ(machine.next().kind, ClientAction::Kind::kNothing);
  EXPECT_EQ(outcome(machine.delivery()), "p");
  ClientPolicy p = policy();
  p.helo_name = "a\r\nMAIL FROM:<x@y>";
  ClientMachine named(p, "");
  play(named, {"S: 220 mx", "C: EHLO aMAILFROM:<x@y>"});
}

TEST(ClientMachine, TransitionsLeadFromEverywhere) {
  std::set<ClientState> from;
  for (const ClientTransition& t : client_transitions())
    from.insert(t.from);
  EXPECT_EQ(from.size(), kClientStateCount - 1);
}

TEST(ContentFacts, CountWhatWillBeSent) {
  EXPECT_EQ(inspect_content("").size, 0u);
  EXPECT_EQ(inspect_content("a\nb\rc\r\nd").size, 12u);
  EXPECT_EQ(inspect_content(".\r\n").size, 3u) << "stuffed dots do not count";
  EXPECT_TRUE(inspect_content("\xc3\xa9").eight_bit);
}

}  // namespace
}  // namespace glasspost::smtp
