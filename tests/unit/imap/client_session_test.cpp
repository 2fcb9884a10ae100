// Our IMAP client and our IMAP server over streams in memory, and the client before servers played by hand.
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/protocol/imap/response_reader.h"
#include "engine/session/imap_client.h"
#include "tests/unit/imap/imap_fixture.h"

namespace glasspost::imap {
namespace {

ClientOptions bobs_options(std::vector<sasl::Mechanism> mechanisms = {}) {
  ClientOptions options;
  options.credentials = {"bob", "secret", {}};
  options.password_without_tls = true;
  options.mechanisms = std::move(mechanisms);
  return options;
}

class ImapBothSessions : public testing::Test {
 protected:
  ~ImapBothSessions() override {
    for (const auto& session : servers_)
      session->abort();
    bench.world.run();
  }
  ByteStreamPtr dial() {
    auto [client_end, server_end] =
        test::connect(bench.world, ConnectionId{static_cast<std::uint32_t>(servers_.size() + 100)});
    servers_.push_back(std::make_unique<ServerSession>(
        std::move(server_end), bench.options, bench.service,
        ServerContext{bench.world, bench.random, bench.observer, *bench.mailboxes, bench.recents, nullptr}));
    group_.spawn(servers_.back()->serve());
    return std::move(client_end);
  }
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& result) {
    T value = co_await task;
    result.emplace(std::move(value));
  }
  template <class T>
  T finished(Task<T> task) {
    std::optional<T> result;
    group_.spawn(keep(std::move(task), result));
    bench.world.run_for(Duration::seconds(1));
    GLASSPOST_ASSERT(result.has_value());
    return std::move(*result);
  }
  ClientContext context() { return {bench.world, bench.random, observer, nullptr}; }
  void log_in(ClientSession& client) {
    const auto opened = finished(client.connect(dial()));
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
  }

  ImapBench bench;
  RecordingObserver observer;
  TaskGroup group_;
  std::vector<std::unique_ptr<ServerSession>> servers_;
};

TEST_F(ImapBothSessions, EveryMechanismLogsIn) {
  for (const sasl::Mechanism mechanism :
       {sasl::Mechanism::kPlain, sasl::Mechanism::kLogin, sasl::Mechanism::kCramMd5,
        sasl::Mechanism::kScramSha1, sasl::Mechanism::kScramSha256}) {
    ClientSession client(bobs_options({mechanism}), context());
    log_in(client);
    EXPECT_EQ(client.mechanism(), mechanism);
    EXPECT_TRUE(client.usable());
    EXPECT_TRUE(client.offers("IDLE"));
    EXPECT_TRUE(finished(client.logout()).has_value());
    EXPECT_FALSE(client.usable());
    ClientOptions wrong = bobs_options({mechanism});
    wrong.credentials.password = "wrong";
    ClientSession refused(wrong, context());
    const auto failed = finished(refused.connect(dial()));
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().kind, ClientErrorKind::kAuth);
  }
  ClientSession client(bobs_options(), context());
  log_in(client);
  EXPECT_FALSE(client.mechanism().has_value());
  EXPECT_EQ(observer.states.back(), "imap-client login>authenticated OK");
}

TEST_F(ImapBothSessions, MessagesComeAsTheyAreStored) {
  const std::vector<std::string> contents = {mail("one"), mail("two", "x\r\n.\r\n"), std::string("\0a", 2)};
  for (const std::string& content : contents)
    bench.deliver(content);
  ClientSession client(bobs_options(), context());
  log_in(client);
  ASSERT_TRUE(finished(client.select("INBOX", false)).has_value());
  EXPECT_EQ(client.mailbox().uids.size(), 3u);
  EXPECT_GT(client.mailbox().uid_validity, 0u);
  EXPECT_EQ(client.mailbox().uid_next, 4u);
  const auto fetched = finished(client.uid_fetch("1:*", "(FLAGS RFC822.SIZE ENVELOPE BODY.PEEK[])", {}));
  ASSERT_TRUE(fetched.has_value());
  ASSERT_EQ(fetched->size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(*fetched->at(i).section("BODY[]"), contents[i]);
    EXPECT_EQ(fetched->at(i).size, contents[i].size());
    EXPECT_EQ(fetched->at(i).uid, i + 1);
  }
  EXPECT_EQ(fetched->at(1).envelope->subject, "two");
  EXPECT_EQ(client.mailbox().uids, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST_F(ImapBothSessions, FoldersFlagsMovesAndAppends) {
  bench.deliver(mail("one"));
  bench.deliver(mail("two"));
  ClientSession client(bobs_options(), context());
  log_in(client);
  ASSERT_TRUE(finished(client.create("한글/둘")).has_value());
  ASSERT_TRUE(finished(client.subscribe("한글/둘")).has_value());
  EXPECT_EQ(finished(client.create("한글/둘")).error().kind, ClientErrorKind::kRefused);
  EXPECT_TRUE(client.usable());
  std::vector<std::string> names;
  const auto listed = finished(client.list("*"));
  ASSERT_TRUE(listed.has_value());
  for (const ListData& folder : *listed)
    names.push_back(folder.mailbox);
  EXPECT_EQ(names, (std::vector<std::string>{"Drafts", "INBOX", "Junk", "Sent", "Trash", "한글", "한글/둘"}));
  EXPECT_FALSE(finished(client.lsub("*"))->empty());
  ASSERT_TRUE(finished(client.select("INBOX", false)).has_value());
  FlagList flags;
  flags.system = system_flag::kSeen;
  flags.keywords = {"$Work"};
  ASSERT_TRUE(finished(client.uid_store("2", StoreOperation::kAdd, flags)).has_value());
  const auto moved = finished(client.uid_move("2", "한글/둘"));
  ASSERT_TRUE(moved.has_value());
  EXPECT_EQ(moved->source.ranges.front().first, 2u);
  EXPECT_EQ(moved->destination.ranges.front().first, 1u);
  EXPECT_EQ(client.mailbox().uids.size(), 1u);
  const auto appended = finished(client.append("Sent", flags, bench.world.now(), mail("sent")));
  ASSERT_TRUE(appended.has_value());
  EXPECT_EQ(appended->uid, 1u);
  EXPECT_EQ(*finished(client.uid_search_text("ONE")), (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(finished(client.status("한글/둘"))->messages, 1u);
  const auto copied = finished(client.uid_copy("1", "Trash"));
  EXPECT_EQ(copied->destination.ranges.front().first, 1u);
  flags.system = system_flag::kDeleted;
  ASSERT_TRUE(finished(client.uid_store("1", StoreOperation::kAdd, flags)).has_value());
  ASSERT_TRUE(finished(client.uid_expunge("1")).has_value());
  EXPECT_TRUE(client.mailbox().uids.empty());
  ASSERT_TRUE(finished(client.noop()).has_value());
  EXPECT_EQ(bench.faults(), std::vector<std::string>());
}

TEST_F(ImapBothSessions, OnlyWhatChangedIsFetched) {
  bench.deliver(mail("one"));
  bench.deliver(mail("two"));
  ClientSession client(bobs_options(), context());
  log_in(client);
  ASSERT_TRUE(finished(client.select("INBOX", false)).has_value());
  const std::uint64_t before = client.mailbox().highest_mod_sequence;
  EXPECT_GT(before, 0u);
  FlagList flags;
  flags.system = system_flag::kFlagged;
  ASSERT_TRUE(finished(client.uid_store("2", StoreOperation::kAdd, flags)).has_value());
  const auto changed = finished(client.uid_fetch("1:*", "(FLAGS)", before));
  ASSERT_EQ(changed->size(), 1u);
  EXPECT_EQ(changed->at(0).uid, 2u);
}

TEST_F(ImapBothSessions, IdleEndsWithNewsWithTimeAndWithAWord) {
  bench.deliver(mail("one"));
  ClientSession client(bobs_options(), context());
  log_in(client);
  ASSERT_TRUE(finished(client.select("INBOX", false)).has_value());
  ASSERT_TRUE(finished(client.uid_fetch("1:*", "(FLAGS)", {})).has_value());
  client.take_news();

  std::optional<ClientSession::Outcome<void>> ended;
  group_.spawn(keep(client.idle(bench.world.now() + Duration::minutes(20)), ended));
  bench.world.run_for(Duration::minutes(10));
  EXPECT_FALSE(ended.has_value());
  bench.deliver(mail("two"));
  bench.world.run_for(Duration::seconds(1));
  ASSERT_TRUE(ended.has_value() && ended->has_value());
  EXPECT_TRUE(client.take_news().arrivals);
  EXPECT_EQ(client.mailbox().uids.size(), 2u);

  ended.reset();
  group_.spawn(keep(client.idle(bench.world.now() + Duration::minutes(20)), ended));
  bench.world.run_for(Duration::minutes(19));
  EXPECT_FALSE(ended.has_value());
  bench.world.run_for(Duration::minutes(2));
  ASSERT_TRUE(ended.has_value() && ended->has_value());

  ended.reset();
  group_.spawn(keep(client.idle(Instant::never()), ended));
  client.end_idle();  // before the server has said "+"
  bench.world.run_for(Duration::seconds(1));
  ASSERT_TRUE(ended.has_value() && ended->has_value());
  EXPECT_TRUE(client.usable());
}

TEST_F(ImapBothSessions, WhatOthersDoIsNews) {
  bench.deliver(mail("one"));
  bench.deliver(mail("two"));
  ClientSession client(bobs_options(), context());
  log_in(client);
  ASSERT_TRUE(finished(client.select("INBOX", false)).has_value());
  ASSERT_TRUE(finished(client.uid_fetch("1:*", "(FLAGS)", {})).has_value());
  client.take_news();
  ClientSession other(bobs_options(), context());
  log_in(other);
  ASSERT_TRUE(finished(other.select("INBOX", false)).has_value());
  FlagList flags;
  flags.system = system_flag::kSeen;
  ASSERT_TRUE(finished(other.uid_store("2", StoreOperation::kAdd, flags)).has_value());
  ASSERT_TRUE(finished(other.uid_move("1", "Trash")).has_value());
  ASSERT_TRUE(finished(client.noop()).has_value());
  const MailboxNews news = client.take_news();
  EXPECT_EQ(news.gone, (std::vector<std::uint32_t>{1}));
  ASSERT_TRUE(news.flags.contains(2));
  EXPECT_EQ(news.flags.at(2).flags.system, system_flag::kSeen);
  EXPECT_EQ(client.mailbox().uids, (std::vector<std::uint32_t>{2}));
}

TEST_F(ImapBothSessions, AServerWithoutExtensionsWillDo) {
  // Everything that a client may take for granted is what RFC 3501 has: synchronizing literals among it.
  ClientPolicy policy = bobs_options();
  ClientMachine machine(policy, "nonce");
  const auto feed = [&](const std::string& bytes) {
    ResponseReader reader({});
    std::string_view input = bytes;
    while (reader.next(input) == ResponseReader::Event::kResponse)
      machine.receive(std::move(*parse_response(reader.take())));
  };
  feed("* OK hello\r\n");
  EXPECT_EQ(machine.next().bytes, "g1 CAPABILITY\r\n");
  feed("* CAPABILITY IMAP4rev1\r\ng1 OK done\r\n");
  EXPECT_EQ(machine.next().bytes, "g2 LOGIN bob secret\r\n");
  feed("g2 OK done\r\n");
  EXPECT_EQ(machine.next().bytes, "g3 CAPABILITY\r\n");
  feed("* CAPABILITY IMAP4rev1\r\ng3 OK done\r\n");
  ASSERT_TRUE(machine.ready());
  ClientCommand append("APPEND");
  append.mailbox("Sent").literal("abc");
  machine.begin(append);
  EXPECT_EQ(machine.next().bytes, "g4 APPEND Sent {3}\r\n");
  EXPECT_EQ(machine.next().kind, ClientAction::Kind::kRead);
  feed("+ go on\r\n");
  EXPECT_EQ(machine.next().bytes, "abc\r\n");
  feed("g4 OK done\r\n");
  EXPECT_EQ(machine.take_answer().status.status, ResponseStatus::kOk);
  machine.begin(append);
  machine.next();
  feed("g5 NO too large\r\n");  // the literal is not sent
  EXPECT_TRUE(machine.ready());
  EXPECT_EQ(machine.take_answer().status.status, ResponseStatus::kNo);
}

// A server that is played by hand.
std::string told_by(std::string bytes, ClientOptions options = bobs_options()) {
  test::World world;
  test::SeededRandom random;
  Observer observer;
  ClientSession client(std::move(options), {world, random, observer, nullptr});
  auto [client_end, server_end] = test::connect(world);
  TaskGroup group;
  std::string result = "nothing";
  struct Play {
    static Task<void> server(ByteStream& stream, std::string bytes_in) {
      const Ok written = co_await stream.write(bytes_in);
      static_cast<void>(written);
    }
    static Task<void> user(ClientSession& session, ByteStreamPtr stream, std::string& into) {
      auto opened = co_await session.connect(std::move(stream));
      if (opened) {
        opened = co_await session.select("INBOX", false);
      }
      into = opened ? std::string("opened") : opened.error().message;
    }
  };
  group.spawn(Play::server(*server_end, std::move(bytes)));
  group.spawn(Play::user(client, std::move(client_end), result));
  world.run_for(Duration::minutes(6));
  return result;
}

TEST(ImapClientSession, HostileServersEndInAnError) {
  const std::string in = "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n";
  EXPECT_EQ(told_by(""), "no octet came in time");
  EXPECT_EQ(told_by("* BYE go away\r\n"), "the server turns us away");
  EXPECT_EQ(told_by("* OK\n"), "a line of the server's does not end with CR LF");
  EXPECT_EQ(told_by("220 hello\r\n"), "OK, NO or BAD was expected: 220 hello");
  EXPECT_EQ(told_by(in + "* 3 EXISTS\r\ng1 OK [READ-WRITE] done\r\n"), "opened");
  EXPECT_EQ(told_by(in + "* 4000000000 EXISTS\r\ng1 OK done\r\n"),
            "the mailbox holds more messages than this client takes");
  EXPECT_EQ(told_by(in + "* 3 EXPUNGE\r\ng1 OK done\r\n"),
            "the server removes a message that does not exist");
  EXPECT_EQ(told_by(in + "g9 OK done\r\n"), "a response came that nothing had asked for");
  EXPECT_EQ(told_by(in + "+ more\r\n"), "the server asks for more where nothing is left");
  EXPECT_EQ(told_by(in + "* BYE crash\r\n"), "the server says goodbye");
  EXPECT_EQ(told_by(in + "g1 NO no such mailbox\r\n"), "the server refused SELECT: no such mailbox");
  ClientOptions small = bobs_options();
  small.max_answer_bytes = 1000;
  std::string flood = in;
  for (int i = 0; i < 100; ++i)
    flood += "* OK still going\r\n";
  EXPECT_EQ(told_by(flood, small), "the server's answer is larger than this client takes");
  EXPECT_EQ(told_by(in + "* 1 FETCH (BODY[] {2000}\r\n", small),
            "the server's response is larger than this client takes");
  ClientOptions secure = bobs_options();
  secure.tls = TlsPolicy::kRequired;
  EXPECT_EQ(told_by(in, secure), "the server takes us as somebody without TLS");
  EXPECT_EQ(told_by("* OK [CAPABILITY IMAP4rev1] hi\r\n", secure), "the server does not offer STARTTLS");
  EXPECT_EQ(told_by("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\ng1 OK begin\r\n* OK injected\r\n", secure),
            "this host has no TLS");
}

}  // namespace
}  // namespace glasspost::imap
