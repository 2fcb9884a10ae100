#include "engine/protocol/pop3/server_machine.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace glasspost::pop3 {
namespace {

ServerPolicy open_policy() {
  ServerPolicy policy;
  policy.host_name = "mx.beta.example";
  policy.mechanisms = {sasl::Mechanism::kPlain, sasl::Mechanism::kCramMd5};
  return policy;
}

Maildrop two_messages() {
  return Maildrop(44, {{7, 120, false}, {9, 200, false}});
}

Command command(std::string_view line) {
  return *parse_command(line);
}

// A machine after login, with its state changes forgotten.
class Pop3Transaction : public testing::Test {
 protected:
  Pop3Transaction() : machine(policy) {
    machine.greet({});
    machine.receive(command("USER bob"));
    machine.receive(command("PASS x"));
    machine.opened("bob", two_messages());
    machine.clear_changes();
  }
  Response say(std::string_view line) { return machine.receive(command(line)).response; }
  std::string listing(Verb verb) {
    std::string out;
    EXPECT_EQ(machine.listing(verb, 1, SIZE_MAX, out), 0u);
    return out;
  }

  ServerPolicy policy = open_policy();
  ServerMachine machine;
};

TEST(Pop3ServerMachine, EveryVerbHasItsStates) {
  const auto states = [](Verb verb) {
    std::string out;
    for (std::size_t i = 0; i < kServerStateCount; ++i) {
      if (is_legal(static_cast<ServerState>(i), verb))
        out += std::string(to_string(static_cast<ServerState>(i))) + " ";
    }
    return out;
  };
  for (const Verb verb : {Verb::kUser, Verb::kPass, Verb::kApop, Verb::kAuth, Verb::kStls})
    EXPECT_EQ(states(verb), "authorization ");
  for (const Verb verb : {Verb::kStat, Verb::kList, Verb::kUidl, Verb::kRetr, Verb::kTop, Verb::kDele,
                          Verb::kNoop, Verb::kRset}) {
    EXPECT_EQ(states(verb), "transaction ");
  }
  for (const Verb verb : {Verb::kCapa, Verb::kQuit})
    EXPECT_EQ(states(verb), "authorization transaction ");
  EXPECT_EQ(states(Verb::kUnknown), "");
}

TEST(Pop3ServerMachine, EveryStateIsReachedAndLeftByTheTable) {
  std::set<ServerState> left;
  std::set<ServerState> reached;
  for (const ServerTransition& transition : server_transitions()) {
    EXPECT_NE(transition.from, transition.to);
    left.insert(transition.from);
    reached.insert(transition.to);
  }
  EXPECT_EQ(left.size(), kServerStateCount - 1);  // nothing leaves closed
  EXPECT_EQ(reached.size(), kServerStateCount - 1);
  EXPECT_FALSE(left.contains(ServerState::kClosed));
}

// Each command in each state: only legal ones do more than say -ERR, and none breaks the table.
TEST(Pop3ServerMachine, CommandsInWrongStatesSayErrAndMoveNothing) {
  const std::vector<std::string> lines = {"USER bob", "PASS x", "AUTH PLAIN", "CAPA",   "STLS",
                                          "STAT",     "LIST",   "UIDL",       "RETR 1", "TOP 1 1",
                                          "DELE 1",   "NOOP",   "RSET",       "QUIT"};
  for (const bool logged_in : {false, true}) {
    for (const std::string& line : lines) {
      ServerPolicy policy = open_policy();
      ServerMachine machine(policy);
      machine.greet({});
      if (logged_in) {
        machine.receive(command("USER bob"));
        machine.receive(command("PASS x"));
        machine.opened("bob", two_messages());
      }
      const ServerState before = machine.state();
      const ServerStep step = machine.receive(command(line));
      if (is_legal(before, command(line).verb)) continue;
      EXPECT_EQ(step.question, ServerQuestion::kNone) << line;
      EXPECT_EQ(step.response.status, Status::kError) << line;
      EXPECT_EQ(machine.state(), before) << line;
    }
  }
}

TEST(Pop3ServerMachine, PassFollowsUserAtOnce) {
  ServerPolicy policy = open_policy();
  ServerMachine machine(policy);
  EXPECT_EQ(machine.greet({}).text, "mx.beta.example POP3 server ready");
  EXPECT_FALSE(machine.receive(command("PASS x")).response.positive());
  EXPECT_TRUE(machine.receive(command("USER nobody")).response.positive());  // whoever it is
  machine.receive(command("CAPA"));
  EXPECT_FALSE(machine.receive(command("PASS x")).response.positive());
  machine.receive(command("USER bob"));
  EXPECT_EQ(machine.receive(command("PASS x")).question, ServerQuestion::kLogIn);
  EXPECT_EQ(machine.user(), "bob");
  EXPECT_EQ(machine.refused(Response::error(ResponseCode::kAuth, "no")).code, ResponseCode::kAuth);
  EXPECT_FALSE(machine.receive(command("PASS x")).response.positive());
}

TEST(Pop3ServerMachine, ManyFailedLoginsCloseIt) {
  ServerPolicy policy = open_policy();
  policy.max_failed_logins = 2;
  ServerMachine machine(policy);
  machine.greet({});
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(machine.closed());
    machine.receive(command("USER bob"));
    machine.receive(command("PASS x"));
    machine.refused(Response::error(ResponseCode::kAuth, "no"));
  }
  EXPECT_TRUE(machine.closed());
}

TEST(Pop3ServerMachine, ManyErrorsCloseIt) {
  ServerPolicy policy = open_policy();
  policy.max_errors = 3;
  ServerMachine machine(policy);
  machine.greet({});
  for (int i = 0; i < 4; ++i)
    machine.refuse({Verb::kUnknown, "Unknown command", 0});
  EXPECT_TRUE(machine.closed());
}

TEST(Pop3ServerMachine, CapabilitiesFollowTlsAndState) {
  ServerPolicy policy = open_policy();
  policy.stls = true;
  policy.auth_needs_tls = true;
  ServerMachine machine(policy);
  machine.greet({});
  EXPECT_EQ(machine.capabilities(),
            "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nSASL CRAM-MD5\r\n"
            "STLS\r\nIMPLEMENTATION Glasspost\r\n");
  EXPECT_FALSE(machine.receive(command("USER bob")).response.positive());
  EXPECT_FALSE(machine.receive(command("AUTH PLAIN")).response.positive());
  EXPECT_EQ(machine.receive(command("STLS")).question, ServerQuestion::kStls);
  machine.tls_established();
  EXPECT_NE(machine.capabilities().find("USER\r\nSASL PLAIN CRAM-MD5\r\n"), std::string::npos);
  EXPECT_EQ(machine.capabilities().find("STLS"), std::string::npos);
  EXPECT_FALSE(machine.receive(command("STLS")).response.positive());
  policy.require_tls = true;
  ServerMachine strict(policy);
  strict.greet({});
  EXPECT_FALSE(strict.receive(command("AUTH CRAM-MD5")).response.positive());
}

TEST_F(Pop3Transaction, StatListUidlAndDele) {
  EXPECT_EQ(say("STAT").text, "2 320");
  EXPECT_EQ(say("LIST 2").text, "2 200");
  EXPECT_EQ(say("UIDL 1").text, "1 44.7");
  EXPECT_EQ(listing(Verb::kList), "1 120\r\n2 200\r\n");
  EXPECT_EQ(listing(Verb::kUidl), "1 44.7\r\n2 44.9\r\n");
  EXPECT_TRUE(say("DELE 1").positive());
  EXPECT_EQ(say("STAT").text, "1 200");
  EXPECT_EQ(listing(Verb::kList), "2 200\r\n");  // numbers stay
  for (const char* line :
       {"DELE 1", "LIST 1", "UIDL 1", "RETR 1", "TOP 1 0", "RETR 0", "RETR 3", "DELE 4294967295"})
    EXPECT_FALSE(say(line).positive()) << line;
  EXPECT_TRUE(say("RSET").positive());
  EXPECT_EQ(say("STAT").text, "2 320");
}

TEST_F(Pop3Transaction, OnlyQuitLeadsToUpdate) {
  say("DELE 2");
  EXPECT_EQ(machine.receive(command("QUIT")).question, ServerQuestion::kUpdate);
  EXPECT_EQ(machine.state(), ServerState::kUpdate);
  EXPECT_EQ(machine.maildrop().marked(), std::vector<std::uint32_t>{9});
  EXPECT_EQ(machine.updated(true).text, "Goodbye (1 message left)");
  EXPECT_TRUE(machine.closed());
}

TEST_F(Pop3Transaction, AnUpdateThatFailedSaysSo) {
  say("DELE 2");
  machine.receive(command("QUIT"));
  EXPECT_EQ(machine.updated(false).code, ResponseCode::kSysTemp);
  EXPECT_TRUE(machine.closed());
}

TEST_F(Pop3Transaction, ALostClientLeavesNothingMarked) {
  say("DELE 1");
  machine.close("lost");
  EXPECT_TRUE(machine.maildrop().marked().empty());
  ASSERT_EQ(machine.changes().size(), 1u);
  EXPECT_EQ(to_string(machine.changes()[0].from), "transaction");
  EXPECT_EQ(machine.changes()[0].trigger, "lost");
}

TEST(Pop3Maildrop, ALongListingComesInPieces) {
  std::vector<MaildropMessage> messages;
  for (std::uint32_t uid = 1; uid <= 1000; ++uid)
    messages.push_back({uid, 10, false});
  ServerPolicy policy = open_policy();
  ServerMachine machine(policy);
  machine.greet({});
  machine.receive(command("USER bob"));
  machine.receive(command("PASS x"));
  machine.opened("bob", Maildrop(1, messages));
  std::string whole;
  std::uint32_t number = 1;
  int pieces = 0;
  while (number != 0) {
    std::string piece;
    number = machine.listing(Verb::kUidl, number, 512, piece);
    EXPECT_LT(piece.size(), 600u);
    whole += piece;
    ++pieces;
  }
  EXPECT_GT(pieces, 10);
  EXPECT_TRUE(whole.ends_with("999 1.999\r\n1000 1.1000\r\n"));
}

}  // namespace
}  // namespace glasspost::pop3
