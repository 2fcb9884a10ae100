#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/pop3/pop3_fixture.h"

namespace glasspost::pop3 {
namespace {

using Stored = std::vector<std::string>;

TEST(Pop3MaildropSession, DeleTakesEffectAtQuitAlone) {
  ServerBench bench;
  bench.put("bob", "one\r\n");
  bench.put("bob", "two\r\n");
  bench.put("bob", "three\r\n");
  auto& connection = bench.connect();
  bench.log_in(connection);
  bench.say(connection, "DELE 1\r\nDELE 3\r\n");
  EXPECT_EQ(bench.stored("bob").size(), 3u);
  EXPECT_EQ(bench.say(connection, "QUIT\r\n"), "+OK Goodbye (1 message left)\r\n");
  EXPECT_EQ(bench.stored("bob"), Stored{"two\r\n"});
}

TEST(Pop3MaildropSession, AVanishedClientDeletesNothingAndLetsGo) {
  ServerBench bench;
  bench.put("bob", "one\r\n");
  auto& connection = bench.connect();
  bench.log_in(connection);
  bench.say(connection, "DELE 1\r\n");
  EXPECT_TRUE(bench.locks.is_held("bob"));
  connection.client->abort();
  bench.world.run_ready();
  EXPECT_TRUE(connection.ended);
  EXPECT_FALSE(bench.locks.is_held("bob"));
  EXPECT_EQ(bench.stored("bob").size(), 1u);
  auto& orderly = bench.connect();
  bench.log_in(orderly);
  bench.say(orderly, "DELE 1\r\n");
  bench.half_close(orderly);  // without QUIT
  EXPECT_EQ(bench.stored("bob").size(), 1u);
}

TEST(Pop3MaildropSession, OneSessionAMaildrop) {
  ServerBench bench;
  auto& first = bench.connect();
  auto& second = bench.connect();
  auto& other = bench.connect();
  EXPECT_TRUE(bench.log_in(first).ends_with("+OK 0 messages (0 octets)\r\n"));
  EXPECT_EQ(bench.log_in(second),
            "+OK Now the password\r\n-ERR [IN-USE] Another session holds this maildrop\r\n");
  EXPECT_TRUE(bench.log_in(other, "carol").ends_with("+OK 0 messages (0 octets)\r\n"));
  // The one that was turned away may try again; a wrong password still says so.
  EXPECT_TRUE(bench.say(second, "USER bob\r\nPASS no\r\n").find("[AUTH]") != std::string::npos);
  bench.say(first, "QUIT\r\n");
  EXPECT_TRUE(bench.log_in(second).ends_with("+OK 0 messages (0 octets)\r\n"));
}

TEST(Pop3MaildropSession, TheSnapshotStaysAsItWas) {
  ServerBench bench;
  bench.put("bob", "one\r\n");
  bench.put("bob", "two\r\n");
  auto& connection = bench.connect();
  bench.log_in(connection);
  bench.put("bob", "late\r\n");
  EXPECT_EQ(bench.say(connection, "STAT\r\n"), "+OK 2 10\r\n");
  EXPECT_EQ(bench.say(connection, "RETR 3\r\n"), "-ERR No such message\r\n");
  // Another protocol removes the first meanwhile.
  const auto inbox = bench.now(bench.store->folder("bob", "INBOX"));
  store::FlagChange change;
  change.flags.system = store::flag::kDeleted;
  ASSERT_TRUE(bench.now(bench.store->change_flags(inbox->id, {1}, change)).has_value());
  ASSERT_TRUE(bench.now(bench.store->expunge(inbox->id, std::nullopt)).has_value());
  EXPECT_EQ(bench.say(connection, "RETR 1\r\n"), "-ERR This message is gone\r\n");
  EXPECT_EQ(bench.say(connection, "RETR 2\r\n"), "+OK 5 octets\r\ntwo\r\n.\r\n");
  bench.say(connection, "DELE 1\r\nDELE 2\r\n");
  EXPECT_EQ(bench.say(connection, "QUIT\r\n"), "+OK Goodbye (0 messages left)\r\n");
  EXPECT_EQ(bench.stored("bob"), Stored{"late\r\n"});
}

TEST(Pop3MaildropSession, UniqueIdsStayAcrossSessions) {
  ServerBench bench;
  bench.put("bob", "one\r\n");
  bench.put("bob", "two\r\n");
  auto& first = bench.connect();
  bench.log_in(first);
  const std::string before = bench.say(first, "UIDL 2\r\n");
  bench.say(first, "DELE 1\r\nQUIT\r\n");
  auto& second = bench.connect();
  bench.log_in(second);
  EXPECT_EQ(bench.say(second, "UIDL 1\r\n").substr(6), before.substr(6));
}

// RFC 1939 11: what LIST says is what RETR sends, dots not counted.
TEST(Pop3MaildropSession, SizesAreOctetsAsStored) {
  ServerBench bench;
  const std::string content = ".dot\r\nbare\nlf\xeb\xb0\xa9\r\n";
  bench.put("bob", content);
  auto& connection = bench.connect();
  bench.log_in(connection);
  EXPECT_EQ(bench.say(connection, "LIST 1\r\n"), "+OK 1 " + std::to_string(content.size()) + "\r\n");
  EXPECT_EQ(bench.say(connection, "RETR 1\r\n"),
            "+OK " + std::to_string(content.size()) + " octets\r\n." + content + ".\r\n");
}

TEST(Pop3MaildropSession, ALargeMessageGoesToASlowReaderInPieces) {
  ServerBench bench;
  std::string content;
  for (int i = 0; i < 40'000; ++i)
    content += ". a line of thirty-two octets..\r\n";
  bench.put("bob", content);
  test::MemoryStream::Settings narrow;
  narrow.capacity = 1000;
  auto& connection = bench.connect(true, {}, narrow);
  bench.log_in(connection);
  const std::string heard = bench.say(connection, "RETR 1\r\nNOOP\r\n");
  const std::string first = "+OK " + std::to_string(content.size()) + " octets\r\n";
  const std::string last = ".\r\n+OK\r\n";
  ASSERT_TRUE(heard.starts_with(first + "..") && heard.ends_with(last));
  EXPECT_EQ(heard.size(), first.size() + content.size() + 40'000 + last.size());
}

TEST(Pop3MaildropSession, AClientThatTakesNothingIsGivenUp) {
  ServerBench bench;
  bench.put("bob", std::string(200'000, 'x') + "\r\n");
  test::MemoryStream::Settings narrow;
  narrow.capacity = 1000;
  auto& connection = bench.connect(false, {}, narrow);
  bench.send(connection, "USER bob\r\nPASS secret\r\nDELE 1\r\nRSET\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n");
  bench.world.run_for(Duration::minutes(11));
  EXPECT_TRUE(connection.ended);
  EXPECT_FALSE(bench.locks.is_held("bob"));
  EXPECT_EQ(bench.stored("bob").size(), 1u);
}

}  // namespace
}  // namespace glasspost::pop3
