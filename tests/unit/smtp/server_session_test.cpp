#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/crypto/base64.h"
#include "engine/crypto/cram_md5.h"
#include "engine/session/smtp_server.h"
#include "tests/unit/smtp/smtp_fixture.h"

namespace glasspost::smtp {
namespace {

// Every octet that goes to the server, in blocks of `chunk`, each of which the server reads by itself.
struct Outcome {
  std::string heard;
  std::vector<RecordingService::Message> messages;
  std::vector<std::uint32_t> resets;
  std::vector<CloseReason> reasons;
  bool closed = false;
};

Outcome run(std::string_view bytes, std::size_t chunk, const ServerOptions& options, bool half_close = true) {
  ServerBench bench(options);
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    bench.send(bytes.substr(at, chunk));
  if (half_close) bench.half_close();
  bench.world.run_ready();
  Outcome outcome;
  outcome.heard = bench.heard();
  outcome.messages = bench.service.messages;
  outcome.resets = bench.service.resets;
  outcome.reasons = bench.service.reasons;
  outcome.closed = bench.server_closed;
  return outcome;
}

// Whole, octet by octet and in every block size: the same replies, the same messages.
Outcome run_in_every_way(std::string_view bytes, const ServerOptions& options = relay_options()) {
  const Outcome whole = run(bytes, bytes.size(), options);
  for (std::size_t chunk = 1; chunk < bytes.size(); ++chunk) {
    const Outcome cut = run(bytes, chunk, options);
    EXPECT_EQ(cut.heard, whole.heard) << "in blocks of " << chunk;
    EXPECT_EQ(cut.messages.size(), whole.messages.size()) << "in blocks of " << chunk;
    EXPECT_EQ(cut.reasons, whole.reasons) << "in blocks of " << chunk;
    for (std::size_t i = 0; i < std::min(cut.messages.size(), whole.messages.size()); ++i) {
      EXPECT_EQ(cut.messages[i].content, whole.messages[i].content);
      EXPECT_EQ(cut.messages[i].recipients, whole.messages[i].recipients);
    }
    if (testing::Test::HasFailure()) break;
  }
  return whole;
}

constexpr const char* kGreeting = "220 mx.beta.example ESMTP\r\n";
const std::string kEhlo =
    "250-mx.beta.example greets a.example\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
    "250 ENHANCEDSTATUSCODES\r\n";
const std::string kOpening = kGreeting + kEhlo;
constexpr const char* kData = "354 Send the message; a dot alone on a line ends it\r\n";

// The codes alone, for scripts whose words do not matter.
std::string codes(std::string_view replies) {
  std::string out;
  std::size_t at = 0;
  while (at < replies.size()) {
    const std::size_t end = replies.find("\r\n", at);
    const std::string_view line = replies.substr(at, end - at);
    if (line.size() == 3 || line[3] == ' ') out += (out.empty() ? "" : " ") + std::string(line.substr(0, 3));
    at = end + 2;
  }
  return out;
}

TEST(ServerSession, TakesAMessage) {
  const Outcome outcome = run_in_every_way(
      "EHLO a.example\r\nMAIL FROM:<x@a.example>\r\nRCPT TO:<bob@beta.example>\r\nDATA\r\nSubject: "
      "Hi\r\n\r\n..dot\r\n"
      ".\r\nQUIT\r\n");
  EXPECT_EQ(outcome.heard, kOpening + "250 2.1.0 OK\r\n250 2.1.5 OK\r\n" + kData +
                               "250 2.0.0 Queued\r\n221 2.0.0 mx.beta.example Goodbye\r\n");
  ASSERT_EQ(outcome.messages.size(), 1u);
  EXPECT_EQ(outcome.messages[0].content, "Subject: Hi\r\n\r\n.dot\r\n");
  EXPECT_EQ(outcome.messages[0].reverse_path, "x@a.example");
  EXPECT_EQ(outcome.messages[0].recipients, std::vector<std::string>{"bob@beta.example"});
  EXPECT_EQ(outcome.reasons, std::vector<CloseReason>{CloseReason::kQuit});
}

TEST(ServerSession, TellsTheObserverEveryMove) {
  ServerBench bench;
  bench.send("HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
  EXPECT_EQ(
      bench.observer.states,
      (std::vector<std::string>{"smtp-server connected>greeted 220", "smtp-server greeted>ready HELO",
                                "smtp-server ready>mail MAIL", "smtp-server mail>recipients RCPT",
                                "smtp-server recipients>content DATA",
                                "smtp-server content>ready end of data", "smtp-server ready>closed QUIT"}));
}

TEST(ServerSession, AnswersCommandsOutOfOrder) {
  const Outcome outcome = run_in_every_way(
      "MAIL FROM:<a@b>\r\nEHLO a.example\r\nRCPT TO:<a@b>\r\nDATA\r\nMAIL FROM:<a@b>\r\nMAIL "
      "FROM:<a@b>\r\nDATA\r\n"
      "RCPT TO:<no@b>\r\nDATA\r\nRSET\r\nDATA\r\nFOO\r\nEXPN x\r\nBDAT 3 LAST\r\nSTARTTLS\r\nAUTH "
      "PLAIN\r\nVRFY x\r\n"
      "HELP\r\nNOOP\r\nQUIT\r\n");
  EXPECT_EQ(codes(outcome.heard),
            "220 503 250 503 503 250 503 503 550 554 250 503 500 502 502 502 502 252 214 250 221");
  EXPECT_EQ(outcome.resets, std::vector<std::uint32_t>{1});
}

TEST(ServerSession, SeveralTransactionsAndARefusedRecipient) {
  const Outcome outcome = run_in_every_way(
      "EHLO a.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<no@c>\r\nRCPT TO:<later@c>\r\nRCPT "
      "TO:<yes@c>\r\nDATA\r\n1\r\n.\r\n"
      "MAIL FROM:<>\r\nRCPT TO:<yes@d>\r\nDATA\r\n2\r\n.\r\nQUIT\r\n");
  EXPECT_EQ(codes(outcome.heard), "220 250 250 550 450 250 354 250 250 250 354 250 221");
  ASSERT_EQ(outcome.messages.size(), 2u);
  EXPECT_EQ(outcome.messages[0].recipients, std::vector<std::string>{"yes@c"});
  EXPECT_EQ(outcome.messages[1].ordinal, 2u);
  EXPECT_EQ(outcome.messages[1].reverse_path, "");
}

TEST(FieldCase, A1_ABareLfInTheContentNeverStartsATransaction) {
  const std::string start = "EHLO a.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n";
  for (const std::string trick : {"\r\n\n.\r\n", "\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r"}) {
    const std::string smuggled =
        "x" + trick + "MAIL FROM:<evil@e>\r\nRCPT TO:<victim@d>\r\nDATA\r\nevil\r\n.\r\n";
    const Outcome strict = run_in_every_way(start + smuggled + "QUIT\r\n");
    EXPECT_EQ(codes(strict.heard), "220 250 250 250 354 550 221") << trick;
    EXPECT_TRUE(strict.messages.empty());
    ServerOptions kind = relay_options();
    kind.leniencies.bare_lf_content = true;
    kind.leniencies.bare_cr_content = true;
    const Outcome lenient = run_in_every_way(start + smuggled + "QUIT\r\n", kind);
    EXPECT_EQ(codes(lenient.heard), "220 250 250 250 354 250 221") << trick;
    ASSERT_EQ(lenient.messages.size(), 1u) << "one message, with the trick as its text";
    EXPECT_NE(lenient.messages[0].content.find("MAIL FROM:<evil@e>"), std::string::npos);
  }
}

TEST(FieldCase, A7_AThousandRecipientsInOneWrite) {
  std::string bytes = "EHLO a.example\r\nMAIL FROM:<a@b>\r\n";
  for (int i = 0; i < 1000; ++i)
    bytes += "RCPT TO:<user" + std::to_string(i) + "@beta.example>\r\n";
  bytes += "DATA\r\nx\r\n.\r\nQUIT\r\n";
  for (const std::size_t chunk :
       {bytes.size(), std::size_t{1}, std::size_t{7}, std::size_t{511}, std::size_t{2048}}) {
    const Outcome outcome = run(bytes, chunk, relay_options());
    ASSERT_EQ(outcome.messages.size(), 1u);
    EXPECT_EQ(outcome.messages[0].recipients.size(), 1000u);
    EXPECT_EQ(outcome.messages[0].recipients[999], "user999@beta.example");
    EXPECT_EQ(codes(outcome.heard).substr(codes(outcome.heard).size() - 11), "354 250 221");
  }
}

TEST(FieldCase, A9_TheNullSenderIsWelcome) {
  const Outcome outcome = run_in_every_way("EHLO a.example\r\nMAIL FROM:<>\r\nQUIT\r\n");
  EXPECT_EQ(codes(outcome.heard), "220 250 250 221");
}

TEST(FieldCase, A16_AQuotedRecipientArrivesAsItWasMeant) {
  const Outcome outcome = run_in_every_way(
      "EHLO a.example\r\nMAIL FROM:<\"x\\\"y\"@z>\r\nRCPT TO:<\"a "
      "b\"@y.example>\r\nDATA\r\n\r\n.\r\nQUIT\r\n");
  ASSERT_EQ(outcome.messages.size(), 1u);
  EXPECT_EQ(outcome.messages[0].recipients, std::vector<std::string>{"\"a b\"@y.example"});
  EXPECT_EQ(outcome.messages[0].reverse_path, "\"x\\\"y\"@z");
}

TEST(ServerSession, HostileLines) {
  const std::string longest(kMaxAuthLine + 10, 'x');
  EXPECT_EQ(codes(run("EHLO a.example\r\n" + longest + "\r\nNOOP\r\nQUIT\r\n", 100, relay_options()).heard),
            "220 250 500 250 221");
  EXPECT_EQ(
      codes(run_in_every_way(std::string("NO\0OP\r\nMAIL FROM:<\xff@b>\r\nEHLO a\rb\r\n\r\nQUIT\r\n", 42))
                .heard),
      "220 500 501 501 500 221");
  const Outcome bare_lf = run_in_every_way("EHLO a.example\nQUIT\r\n");
  EXPECT_EQ(bare_lf.heard,
            std::string(kGreeting) +
                "421 4.5.2 mx.beta.example A line ends with CR LF, not with LF alone; closing\r\n");
  EXPECT_EQ(bare_lf.reasons, std::vector<CloseReason>{CloseReason::kRefused});
  ServerOptions kind = relay_options();
  kind.leniencies.bare_lf_command = true;
  EXPECT_EQ(codes(run_in_every_way("EHLO a.example\nQUIT\n", kind).heard), "220 250 221");
}

TEST(ServerSession, ALineWithoutEndIsGivenUp) {
  ServerBench bench;
  const std::string block(16 * 1024, 'x');
  for (int i = 0; i < 100 && !bench.server_closed; ++i)
    bench.send(block);
  EXPECT_TRUE(bench.server_closed);
  EXPECT_EQ(codes(bench.heard()), "220 421");
}

TEST(ServerSession, TooManyErrorsEndIt) {
  ServerOptions options = relay_options();
  options.max_errors = 3;
  const Outcome outcome = run_in_every_way("FOO\r\nFOO\r\nFOO\r\nFOO\r\nFOO\r\nFOO\r\n", options);
  EXPECT_EQ(codes(outcome.heard), "220 500 500 500 421");
  EXPECT_EQ(outcome.reasons, std::vector<CloseReason>{CloseReason::kTooMany});
}

TEST(ServerSession, ATooLargeMessageIsReadToItsEndAndRefused) {
  ServerOptions options = relay_options();
  options.max_message_size = 100;
  const std::string bytes =
      "EHLO a.example\r\nMAIL FROM:<a@b> SIZE=101\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n" +
      std::string(200, 'x') + "\r\n.\r\nNOOP\r\nQUIT\r\n";
  const Outcome outcome = run_in_every_way(bytes, options);
  EXPECT_EQ(codes(outcome.heard), "220 250 552 250 250 354 552 250 221");
  EXPECT_TRUE(outcome.messages.empty());
}

TEST(ServerSession, AnEndlessMessageEndsTheSession) {
  ServerOptions options = relay_options();
  options.max_message_size = 1000;
  ServerBench bench(options);
  bench.send("EHLO a.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
  const std::string block(64 * 1024, 'x');
  for (int i = 0; i < 100 && !bench.server_closed; ++i)
    bench.send(block);
  EXPECT_TRUE(bench.server_closed);
  EXPECT_EQ(codes(bench.heard()), "220 250 250 250 354 552");
  EXPECT_TRUE(bench.service.messages.empty());
}

TEST(ServerSession, AStalledClientIsToldAndLeft) {
  ServerBench bench;
  bench.send("EHLO a.example\r\nMAIL FROM:<a@b>\r\n");
  bench.world.run_for(Duration::seconds(299));
  EXPECT_FALSE(bench.server_closed);
  bench.world.run_for(Duration::seconds(2));
  EXPECT_TRUE(bench.server_closed);
  EXPECT_EQ(bench.heard(), kOpening + "250 2.1.0 OK\r\n421 4.4.2 mx.beta.example Timeout; closing\r\n");
  EXPECT_EQ(bench.service.reasons, std::vector<CloseReason>{CloseReason::kTimedOut});
  EXPECT_EQ(bench.service.resets, std::vector<std::uint32_t>{1});
}

TEST(ServerSession, AClientThatStallsInTheContentIsLeftToo) {
  ServerBench bench;
  bench.send("EHLO a.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhalf");
  bench.world.run_for(Duration::seconds(301));
  EXPECT_EQ(codes(bench.heard()), "220 250 250 250 354 421");
  EXPECT_TRUE(bench.service.messages.empty());
}

TEST(ServerSession, AClientThatReadsNothingIsLeft) {
  test::MemoryStream::Settings narrow;
  narrow.capacity = 64;
  ServerBench bench(relay_options(), nullptr, narrow, false);
  bench.send("EHLO a.example\r\nQUIT\r\n");
  EXPECT_TRUE(bench.service.reasons.empty());
  bench.world.run_for(Duration::seconds(301));
  EXPECT_EQ(bench.service.reasons, std::vector<CloseReason>{CloseReason::kLost});
}

TEST(ServerSession, ANarrowWindowChangesNothing) {
  test::MemoryStream::Settings narrow;
  narrow.capacity = 5;
  ServerBench bench(relay_options(), nullptr, narrow);
  bench.send("EHLO a.example\r\nQUIT\r\n");
  EXPECT_EQ(bench.heard(), kOpening + "221 2.0.0 mx.beta.example Goodbye\r\n");
}

TEST(ServerSession, AHalfClosedConnectionIsServedToItsEnd) {
  const Outcome outcome = run_in_every_way("EHLO a.example\r\nNOOP\r\n");
  EXPECT_EQ(codes(outcome.heard), "220 250 250");
  EXPECT_EQ(outcome.reasons, std::vector<CloseReason>{CloseReason::kLost});
  const Outcome in_content =
      run_in_every_way("EHLO a.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n");
  EXPECT_EQ(codes(in_content.heard), "220 250 250 250 354");
  EXPECT_TRUE(in_content.messages.empty()) << "without the final dot there is no message";
}

TEST(ServerSession, AServiceMayRefuseTheConnection) {
  ServerOptions options = relay_options();
  test::World world;
  test::SeededRandom random;
  RecordingService service;
  service.greeting = Reply::make(554, {5, 7, 1}, "Go away");
  Observer observer;
  TaskGroup group;
  auto [client, server] = test::connect(world);
  group.spawn(serve(std::move(server), options, service, ServerContext{world, random, observer, nullptr}));
  world.run();
  EXPECT_EQ(service.reasons, std::vector<CloseReason>{CloseReason::kRefused});
}

TEST(ServerSession, StopsPolitely) {
  ServerBench bench;
  bench.send("EHLO a.example\r\n");
  bench.session->request_stop();
  bench.world.run_ready();
  EXPECT_TRUE(bench.server_closed);
  EXPECT_EQ(bench.heard(), kOpening + "421 4.3.2 mx.beta.example Shutting down\r\n");
  EXPECT_EQ(bench.service.reasons, std::vector<CloseReason>{CloseReason::kStopped});
}

TEST(ServerSession, FinishesAMessageBeforeItStops) {
  ServerBench bench;
  bench.service.delay = Duration::seconds(1);
  bench.send("EHLO a.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n");
  bench.session->request_stop();
  bench.world.run();
  EXPECT_EQ(codes(bench.heard()), "220 250 250 250 354 250 421");
}

TEST(ServerSession, AbortEndsItAtOnce) {
  ServerBench bench;
  bench.send("EHLO a.example\r\n");
  bench.session->abort();
  bench.world.run_ready();
  EXPECT_TRUE(bench.reset);
  EXPECT_EQ(bench.service.reasons.size(), 1u);
}

ServerOptions submission() {
  ServerOptions options = ServerOptions::for_profile(Profile::kSubmission587, "mx.beta.example", false);
  options.mechanisms.push_back(sasl::Mechanism::kScramSha256);
  return options;
}

TEST(ServerSession, AuthPlainInBothForms) {
  const std::string right = crypto::base64_encode(std::string("\0alice\0secret", 13));
  const std::string wrong = crypto::base64_encode(std::string("\0alice\0guess", 12));
  const Outcome outcome =
      run_in_every_way("EHLO a.example\r\nMAIL FROM:<a@b>\r\nAUTH PLAIN " + wrong + "\r\nAUTH PLAIN\r\n" +
                           right + "\r\nAUTH PLAIN\r\nMAIL FROM:<a@b>\r\nQUIT\r\n",
                       submission());
  EXPECT_EQ(codes(outcome.heard), "220 250 530 535 334 235 503 250 221");
  ServerBench bench(submission());
  bench.send("EHLO a.example\r\nAUTH PLAIN " + right + "\r\nMAIL FROM:<a@b>\r\n");
  EXPECT_EQ(bench.service.protocol, "ESMTPA");
  EXPECT_EQ(bench.service.user, "alice");
  EXPECT_EQ(bench.observer.decisions, std::vector<std::string>{"pass"});
}

TEST(ServerSession, AuthLoginPromptsToTheLetter) {
  const Outcome outcome = run_in_every_way(
      "EHLO a.example\r\nAUTH LOGIN\r\nYWxpY2U=\r\nZ3Vlc3M=\r\nAUTH LOGIN YWxpY2U=\r\nc2VjcmV0\r\nQUIT\r\n",
      submission());
  EXPECT_NE(outcome.heard.find("334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n535 5.7.8 Authentication failed\r\n"
                               "334 UGFzc3dvcmQ6\r\n235 2.7.0 Authenticated\r\n"),
            std::string::npos)
      << outcome.heard;
}

TEST(ServerSession, AuthCramMd5) {
  ServerBench bench(submission());
  bench.send("EHLO a.example\r\nAUTH CRAM-MD5\r\n");
  const std::string heard = bench.heard();
  const std::size_t at = heard.find("334 ");
  ASSERT_NE(at, std::string::npos);
  const std::string challenge = *crypto::base64_decode(heard.substr(at + 4, heard.size() - at - 6));
  bench.send(crypto::base64_encode("alice " + crypto::cram_md5_digest("secret", challenge)) + "\r\n");
  EXPECT_EQ(bench.heard(), "235 2.7.0 Authenticated\r\n");
}

TEST(ServerSession, AuthGoneWrong) {
  const std::string other = crypto::base64_encode(std::string("bob\0alice\0secret", 16));
  const Outcome outcome = run_in_every_way(
      "EHLO a.example\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN ***\r\nAUTH PLAIN\r\nnot base64\r\nAUTH PLAIN =\r\n"
      "AUTH CRAM-MD5 YQ==\r\nAUTH DIGEST-MD5\r\nAUTH PLAIN " +
          other + "\r\nQUIT\r\n",
      submission());
  EXPECT_EQ(codes(outcome.heard), "220 250 334 501 501 334 501 501 501 504 535 221");
}

TEST(ServerSession, SubmissionToleratesWhatUserAgentsSendAndSaysSo) {
  ServerOptions options = submission();
  options.require_auth = false;
  ServerBench bench(options);
  bench.send("EHLO my_laptop\r\nMAIL FROM: <a@b>\r\nRCPT TO:<c@d>  \r\n");
  EXPECT_EQ(codes(bench.heard()), "220 250 250 250");
  EXPECT_EQ(bench.observer.leniencies, (std::vector<std::string>{"any-helo-argument", "space-after-colon"}));
}

}  // namespace
}  // namespace glasspost::smtp
