#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/crypto/base64.h"
#include "engine/crypto/cram_md5.h"
#include "engine/crypto/hash.h"
#include "tests/unit/pop3/pop3_fixture.h"

namespace glasspost::pop3 {
namespace {

constexpr std::string_view kGreeting = "+OK mx.beta.example POP3 server ready\r\n";

// What a server with two messages for bob says to these bytes, in blocks of `chunk`.
std::string dialogue(std::string_view bytes, std::size_t chunk,
                     const ServerOptions& options = plain_options()) {
  ServerBench bench(options);
  bench.put("bob", ".first\r\n..x\r\n");
  bench.put("bob", "Subject: two\r\n\r\nline\r\n.\r\nend");
  auto& connection = bench.connect();
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    bench.send(connection, bytes.substr(at, chunk));
  bench.half_close(connection);
  EXPECT_TRUE(connection.server_closed);
  return connection.received;
}

TEST(Pop3ServerSession, ADialogueIsTheSameInEveryBlockSize) {
  const std::string bytes =
      "CAPA\r\nuser bob\r\nPASS secret\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 2 1\r\nDELE 1\r\nRETR "
      "1\r\nNOOP\r\n"
      "RSET\r\nLIST 1\r\nQUIT\r\n";
  const std::string whole = dialogue(bytes, bytes.size());
  EXPECT_TRUE(whole.starts_with(std::string(kGreeting) + "+OK Capabilities follow\r\nTOP\r\n"));
  const std::size_t login = whole.find("+OK Now the password");
  ASSERT_NE(login, std::string::npos);
  std::string rest = whole.substr(login);
  // UIDVALIDITY is the store's affair.
  const std::size_t uid = rest.find("\r\n1 ", rest.find("1 13\r\n") + 6);
  const std::string validity = rest.substr(uid + 4, rest.find('.', uid) - uid - 4);
  EXPECT_EQ(rest,
            "+OK Now the password\r\n+OK 2 messages (41 octets)\r\n+OK 2 41\r\n"
            "+OK 2 messages\r\n1 13\r\n2 28\r\n.\r\n"
            "+OK 2 messages\r\n1 " +
                validity + ".1\r\n2 " + validity +
                ".2\r\n.\r\n"
                "+OK 13 octets\r\n..first\r\n...x\r\n.\r\n"
                "+OK The top follows\r\nSubject: two\r\n\r\nline\r\n.\r\n"
                "+OK Message 1 marked\r\n-ERR No such message\r\n+OK\r\n+OK 2 messages\r\n+OK 1 13\r\n"
                "+OK Goodbye (2 messages left)\r\n");
  for (std::size_t chunk = 1; chunk < bytes.size(); chunk += chunk < 12 ? 1 : 17)
    EXPECT_EQ(dialogue(bytes, chunk), whole) << "in blocks of " << chunk;
}

TEST(Pop3ServerSession, StatesAreTold) {
  ServerBench bench;
  auto& connection = bench.connect();
  bench.log_in(connection);
  bench.say(connection, "QUIT\r\n");
  EXPECT_EQ(bench.observer.states,
            (std::vector<std::string>{
                "pop3-server connected>authorization +OK", "pop3-server authorization>transaction PASS",
                "pop3-server transaction>update QUIT", "pop3-server update>closed +OK"}));
  EXPECT_EQ(bench.observer.decisions, std::vector<std::string>{"bob pass"});
  EXPECT_EQ(bench.service.reasons, std::vector<CloseReason>{CloseReason::kQuit});
}

TEST(Pop3ServerSession, WrongPasswordsSayAuth) {
  ServerBench bench;
  auto& connection = bench.connect();
  EXPECT_EQ(bench.say(connection, "USER bob\r\nPASS wrong\r\n"),
            "+OK Now the password\r\n-ERR [AUTH] Authentication failed\r\n");
  EXPECT_EQ(bench.say(connection, "USER nobody\r\nPASS secret\r\n"),
            "+OK Now the password\r\n-ERR [AUTH] Authentication failed\r\n");
  // Who has no password cannot log in, not even with none.
  EXPECT_EQ(bench.say(connection, "USER dora\r\nPASS  \r\n"),
            "+OK Now the password\r\n-ERR [AUTH] Authentication failed\r\n");
  EXPECT_EQ(bench.observer.decisions, (std::vector<std::string>{"bob fail", "nobody fail", "dora fail"}));
}

TEST(Pop3ServerSession, PlainWithAndWithoutInitialResponse) {
  const std::string token = crypto::base64_encode(std::string("\0bob\0secret", 11));
  ServerBench bench;
  auto& one = bench.connect();
  EXPECT_EQ(bench.say(one, "AUTH PLAIN " + token + "\r\n"), "+OK 0 messages (0 octets)\r\n");
  bench.say(one, "QUIT\r\n");
  auto& two = bench.connect();
  EXPECT_EQ(bench.say(two, "auth plain\r\n"), "+ \r\n");
  EXPECT_EQ(bench.say(two, token + "\r\n"), "+OK 0 messages (0 octets)\r\n");
}

TEST(Pop3ServerSession, LoginPromptsAreTheUsualOnes) {
  ServerBench bench;
  auto& connection = bench.connect();
  EXPECT_EQ(bench.say(connection, "AUTH LOGIN\r\n"), "+ VXNlcm5hbWU6\r\n");
  EXPECT_EQ(bench.say(connection, crypto::base64_encode("bob") + "\r\n"), "+ UGFzc3dvcmQ6\r\n");
  EXPECT_EQ(bench.say(connection, crypto::base64_encode("secret") + "\r\n"), "+OK 0 messages (0 octets)\r\n");
}

TEST(Pop3ServerSession, ExchangesThatGoWrongLeadBack) {
  ServerBench bench;
  auto& connection = bench.connect();
  bench.say(connection, "AUTH PLAIN\r\n");
  EXPECT_EQ(bench.say(connection, "*\r\n"), "-ERR Authentication cancelled\r\n");
  bench.say(connection, "AUTH LOGIN\r\n");
  EXPECT_EQ(bench.say(connection, "%%%\r\n"), "-ERR That is not base64\r\n");
  EXPECT_EQ(bench.say(connection, "AUTH PLAIN ???\r\n"), "-ERR That is not base64\r\n");
  EXPECT_EQ(bench.say(connection, "AUTH PLAIN =\r\n"), "-ERR The mechanism does not allow that response\r\n");
  EXPECT_EQ(bench.say(connection, "AUTH KERBEROS_V4\r\n"), "-ERR Mechanism not supported\r\n");
  const std::string other = crypto::base64_encode(std::string("carol\0bob\0secret", 16));
  EXPECT_EQ(bench.say(connection, "AUTH PLAIN " + other + "\r\n"), "-ERR [AUTH] Authentication failed\r\n");
  EXPECT_EQ(bench.log_in(connection), "+OK Now the password\r\n+OK 0 messages (0 octets)\r\n");
}

TEST(Pop3ServerSession, ApopWhereItIsAskedFor) {
  ServerBench closed;
  auto& refused = closed.connect();
  EXPECT_TRUE(closed.say(refused, "APOP bob c4c9334bac560ecc979e58001b3e22fb\r\n").starts_with("-ERR"));
  ServerOptions options = plain_options();
  options.apop = true;
  ServerBench bench(options);
  auto& connection = bench.connect();
  const std::string timestamp = connection.received.substr(
      connection.received.find('<'), connection.received.find('>') - connection.received.find('<') + 1);
  const std::string digest =
      crypto::to_hex(crypto::digest(crypto::HashAlgorithm::kMd5, timestamp + "secret"));
  EXPECT_TRUE(bench.say(connection, "APOP bob " + std::string(32, '0') + "\r\n").starts_with("-ERR [AUTH]"));
  EXPECT_EQ(bench.say(connection, "APOP bob " + digest + "\r\n"), "+OK 0 messages (0 octets)\r\n");
}

TEST(Pop3ServerSession, HostileLinesEndOrAreRefused) {
  ServerBench bench;
  auto& bare = bench.connect();
  EXPECT_EQ(bench.say(bare, "CAPA\nUSER bob\r\n"), "-ERR A line ends with CR LF; closing\r\n");
  EXPECT_TRUE(bare.server_closed);
  auto& flood = bench.connect();
  EXPECT_EQ(bench.say(flood, std::string(200'000, 'x')), "-ERR Line without end; closing\r\n");
  EXPECT_TRUE(flood.server_closed);
  auto& long_line = bench.connect();
  EXPECT_EQ(bench.say(long_line, "USER " + std::string(20'000, 'x') + "\r\n"), "-ERR Line too long\r\n");
  EXPECT_EQ(bench.say(long_line, "USER " + std::string(1'000, 'x') + "\r\n"), "-ERR Line too long\r\n");
  EXPECT_EQ(bench.say(long_line, std::string("\0\xff\x01\r\n", 5)), "-ERR Unknown command\r\n");
  std::string noise;
  for (int i = 0; i < 200; ++i)
    noise += "NONSENSE\r\n";
  EXPECT_TRUE(bench.say(long_line, noise).ends_with("-ERR Too many errors; closing\r\n"));
  EXPECT_TRUE(long_line.server_closed);
}

// No handshake succeeds: what matters is what is said before it.
class NoTls final : public TlsUpgrader {
 public:
  Task<Result<TlsUpgrade>> upgrade(ByteStreamPtr, TlsRole, std::string) override {
    ++asked;
    co_return fail(ErrorCode::kTls, "no");
  }
  int asked = 0;
};

TEST(Pop3ServerSession, OctetsBehindStlsAreAnInjection) {
  NoTls tls;
  ServerOptions options = plain_options();
  options.stls = true;
  ServerBench bench(options, &tls);
  auto& injected = bench.connect();
  EXPECT_EQ(bench.say(injected, "STLS\r\nUSER bob\r\n"), "-ERR STLS must come last; closing\r\n");
  EXPECT_TRUE(injected.server_closed);
  EXPECT_EQ(tls.asked, 0);
  auto& proper = bench.connect();
  EXPECT_EQ(bench.say(proper, "STLS\r\n"), "+OK Begin TLS now\r\n");
  EXPECT_EQ(tls.asked, 1);
  EXPECT_EQ(bench.service.reasons.back(), CloseReason::kTls);
}

TEST(Pop3ServerSession, TheServiceMayTurnAway) {
  ServerBench bench;
  bench.service.greeting = Response::error(ResponseCode::kSysTemp, "Too many connections");
  auto& connection = bench.connect();
  EXPECT_EQ(connection.received, "-ERR [SYS/TEMP] Too many connections\r\n");
  EXPECT_TRUE(connection.server_closed);
}

TEST(Pop3ServerSession, AStopIsSaid) {
  ServerBench bench;
  auto& connection = bench.connect();
  bench.log_in(connection);
  connection.received.clear();
  connection.session->request_stop();
  bench.world.run_ready();
  EXPECT_EQ(connection.received, "-ERR [SYS/TEMP] Shutting down\r\n");
  EXPECT_FALSE(bench.locks.is_held("bob"));
}

// RFC 1939 3: no response when the timer runs out.
TEST(Pop3ServerSession, AnIdleClientIsClosedWithoutAWordAfterTenMinutes) {
  ServerBench bench;
  bench.put("bob", "a\r\n");
  auto& connection = bench.connect();
  bench.log_in(connection);
  bench.say(connection, "DELE 1\r\n");
  connection.received.clear();
  bench.world.run_for(Duration::seconds(599));
  EXPECT_FALSE(connection.server_closed);
  bench.world.run_for(Duration::seconds(2));
  EXPECT_TRUE(connection.server_closed);
  EXPECT_EQ(connection.received, "");
  EXPECT_FALSE(bench.locks.is_held("bob"));
  EXPECT_EQ(bench.stored("bob").size(), 1u);
  EXPECT_EQ(bench.service.reasons, std::vector<CloseReason>{CloseReason::kTimedOut});
}

}  // namespace
}  // namespace glasspost::pop3
