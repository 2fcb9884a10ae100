#include "engine/protocol/pop3/client_machine.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace glasspost::pop3 {
namespace {

using Kind = ClientAction::Kind;

ClientPolicy bobs_policy() {
  ClientPolicy policy;
  policy.credentials = {"bob", "secret", {}};
  policy.password_without_tls = true;
  return policy;
}

// What it sends next; empty if it does something else.
std::string sent(ClientMachine& machine) {
  ClientAction action = machine.next();
  return action.kind == Kind::kSend ? action.bytes : std::string();
}

ClientMachine greeted(ClientPolicy policy, std::string_view capabilities) {
  ClientMachine machine(std::move(policy), "0123456789abcdefghijklmn");
  EXPECT_EQ(machine.next().kind, Kind::kRead);
  machine.receive(Response::ok("ready"));
  EXPECT_EQ(sent(machine), "CAPA\r\n");
  machine.receive(Response::ok(""));
  EXPECT_EQ(machine.next().kind, Kind::kReadLines);
  machine.receive_lines(std::string(capabilities));
  return machine;
}

TEST(Pop3ClientMachine, ThePreferredMechanismOfThoseOfferedIsUsed) {
  ClientMachine machine = greeted(bobs_policy(), "USER\r\nSASL PLAIN CRAM-MD5\r\n");
  EXPECT_EQ(sent(machine), "AUTH CRAM-MD5\r\n");
  machine.receive({Status::kChallenge, ResponseCode::kNone, "PDEuMkB4Pg=="});
  EXPECT_FALSE(sent(machine).empty());
  machine.receive(Response::ok(""));
  EXPECT_EQ(machine.state(), ClientState::kReady);
  EXPECT_EQ(machine.next().kind, Kind::kNothing);
}

TEST(Pop3ClientMachine, PlainGoesWithItsInitialResponse) {
  ClientMachine machine = greeted(bobs_policy(), "SASL PLAIN\r\n");
  EXPECT_EQ(sent(machine), "AUTH PLAIN AGJvYgBzZWNyZXQ=\r\n");
}

// RFC 5034 4
TEST(Pop3ClientMachine, ALongInitialResponseWaitsForTheChallenge) {
  ClientPolicy policy = bobs_policy();
  policy.credentials.password = std::string(300, 'x');
  ClientMachine machine = greeted(policy, "SASL PLAIN\r\n");
  EXPECT_EQ(sent(machine), "AUTH PLAIN\r\n");
  machine.receive({Status::kChallenge, ResponseCode::kNone, ""});
  EXPECT_GT(sent(machine).size(), 400u);
}

TEST(Pop3ClientMachine, UserAndPassWhereThereIsNothingElse) {
  for (const bool knows_capa : {true, false}) {
    ClientMachine machine(bobs_policy(), "0123456789abcdefghijklmn");
    machine.receive(Response::ok(""));
    EXPECT_EQ(sent(machine), "CAPA\r\n");
    if (knows_capa) {
      machine.receive(Response::ok(""));
      machine.receive_lines("USER\r\nTOP\r\n");
    } else {
      machine.receive(Response::error("Unknown command"));
    }
    EXPECT_EQ(sent(machine), "USER bob\r\n");
    machine.receive(Response::ok(""));
    EXPECT_EQ(sent(machine), "PASS secret\r\n");
    machine.receive(Response::error(ResponseCode::kInUse, "later"));
    ASSERT_TRUE(machine.error().has_value());
    EXPECT_EQ(machine.error()->kind, ClientErrorKind::kAuth);
    EXPECT_TRUE(machine.error()->in_use());
    EXPECT_TRUE(machine.closed());
  }
}

TEST(Pop3ClientMachine, NoPasswordGoesInTheClearUnlessAllowed) {
  ClientPolicy policy = bobs_policy();
  policy.password_without_tls = false;
  EXPECT_EQ(greeted(policy, "USER\r\nSASL PLAIN LOGIN\r\n").error()->kind, ClientErrorKind::kAuth);
  policy.tls = TlsPolicy::kRequired;
  EXPECT_EQ(greeted(policy, "USER\r\n").error()->kind, ClientErrorKind::kTls);
  policy.credentials.password = "a\r\nDELE 1";
  policy.password_without_tls = true;
  policy.tls = TlsPolicy::kNone;
  EXPECT_EQ(greeted(policy, "USER\r\n").error()->kind, ClientErrorKind::kAuth);
}

TEST(Pop3ClientMachine, StlsThenCapaAgain) {
  ClientPolicy policy = bobs_policy();
  policy.tls = TlsPolicy::kRequired;
  ClientMachine machine = greeted(policy, "STLS\r\nSASL X\r\n");
  EXPECT_EQ(sent(machine), "STLS\r\n");
  machine.receive(Response::ok(""));
  EXPECT_EQ(machine.next().kind, Kind::kUpgradeTls);
  machine.tls_established();
  EXPECT_FALSE(machine.capabilities().told);
  EXPECT_EQ(sent(machine), "CAPA\r\n");
  machine.receive(Response::ok(""));
  machine.receive_lines("SASL PLAIN\r\n");
  EXPECT_EQ(sent(machine), "AUTH PLAIN AGJvYgBzZWNyZXQ=\r\n");

  ClientMachine refused = greeted(policy, "STLS\r\n");
  sent(refused);
  refused.receive(Response::error("no"));
  EXPECT_EQ(refused.error()->kind, ClientErrorKind::kTls);
  policy.tls = TlsPolicy::kOpportunistic;
  ClientMachine goes_on = greeted(policy, "STLS\r\nUSER\r\n");
  sent(goes_on);
  goes_on.receive(Response::error("no"));
  EXPECT_EQ(sent(goes_on), "USER bob\r\n");
}

TEST(Pop3ClientMachine, TlsFromTheFirstByte) {
  ClientPolicy policy = bobs_policy();
  policy.tls = TlsPolicy::kImplicit;
  ClientMachine machine(policy, "0123456789abcdefghijklmn");
  EXPECT_EQ(machine.next().kind, Kind::kUpgradeTls);
  machine.tls_established();
  EXPECT_EQ(machine.next().kind, Kind::kRead);
  machine.receive(Response::ok(""));
  EXPECT_EQ(sent(machine), "CAPA\r\n");
}

// A server that says the wrong thing at any point is a protocol error or a refusal, never more.
TEST(Pop3ClientMachine, OddAnswersEndIt) {
  ClientMachine challenge(bobs_policy(), "0123456789abcdefghijklmn");
  challenge.receive({Status::kChallenge, ResponseCode::kNone, ""});
  EXPECT_EQ(challenge.error()->kind, ClientErrorKind::kProtocol);
  ClientMachine turned_away(bobs_policy(), "0123456789abcdefghijklmn");
  turned_away.receive(Response::error(ResponseCode::kSysTemp, "full"));
  EXPECT_EQ(turned_away.error()->kind, ClientErrorKind::kRefused);
  ClientMachine machine = greeted(bobs_policy(), "SASL CRAM-MD5\r\n");
  sent(machine);
  machine.receive({Status::kChallenge, ResponseCode::kNone, "%%"});
  EXPECT_EQ(sent(machine), "*\r\n");
  machine.receive(Response::error("cancelled"));
  EXPECT_EQ(machine.error()->kind, ClientErrorKind::kAuth);
  machine.receive(Response::ok("late"));  // ignored
  EXPECT_TRUE(machine.closed());
}

// SCRAM's proof of the server is asked for. // RFC 5802 3
TEST(Pop3ClientMachine, AServerThatDoesNotProveItselfIsRefused) {
  ClientMachine machine = greeted(bobs_policy(), "SASL SCRAM-SHA-256\r\n");
  EXPECT_TRUE(sent(machine).starts_with("AUTH SCRAM-SHA-256 "));
  machine.receive(Response::ok("come in"));
  ASSERT_TRUE(machine.error().has_value());
  EXPECT_EQ(machine.error()->kind, ClientErrorKind::kAuth);
}

TEST(Pop3ClientMachine, EveryStateIsInTheTable) {
  std::set<ClientState> seen;
  for (const ClientTransition& transition : client_transitions()) {
    EXPECT_NE(transition.from, ClientState::kClosed);
    seen.insert(transition.from);
    seen.insert(transition.to);
  }
  EXPECT_EQ(seen.size(), kClientStateCount);
}

}  // namespace
}  // namespace glasspost::pop3
