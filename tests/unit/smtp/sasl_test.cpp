#include "engine/protocol/sasl/sasl.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/crypto/base64.h"

namespace glasspost::sasl {
namespace {

constexpr std::string_view kUser("\0alice\0secret", 13);

Nonces nonces() {
  return {"fyko+d2lbbFgONRv9qkxdawL", "0123456789abcdef", "mx.beta.example", 1772442000};
}

// Lets both machines talk; the server knows alice with the password "secret".
ServerStep talk(Mechanism mechanism, const Credentials& credentials, bool initial,
                bool* client_satisfied = nullptr) {
  auto server = make_server(mechanism, nonces());
  auto client = make_client(mechanism, credentials, "rOprNGfwEbeRWgbNEkqO");
  std::optional<std::string> first = initial ? client->initial_response() : std::nullopt;
  ServerStep step = server->start(first ? std::optional<std::string_view>(*first) : std::nullopt);
  for (int i = 0; i < 10 && (step == ServerStep::kChallenge || step == ServerStep::kNeedSecret); ++i) {
    if (step == ServerStep::kNeedSecret) {
      const bool known = server->user() == "alice" || server->user() == "a,b=c";
      step = server->secret(known ? std::optional<Secret>(Secret{"secret"}) : std::nullopt);
      continue;
    }
    const auto answer = client->respond(server->challenge());
    if (!answer) return ServerStep::kMalformed;
    step = server->respond(*answer);
  }
  if (client_satisfied != nullptr) *client_satisfied = client->finish().has_value();
  return step;
}

constexpr Mechanism kAll[] = {Mechanism::kPlain, Mechanism::kLogin, Mechanism::kCramMd5,
                              Mechanism::kScramSha1, Mechanism::kScramSha256};

TEST(Sasl, EveryMechanismKnowsTheRightPasswordFromTheWrong) {
  for (const Mechanism mechanism : kAll) {
    for (const bool initial : {false, true}) {
      bool satisfied = false;
      EXPECT_EQ(talk(mechanism, {"alice", "secret", ""}, initial, &satisfied), ServerStep::kSuccess)
          << to_string(mechanism);
      EXPECT_TRUE(satisfied) << to_string(mechanism);
      EXPECT_EQ(talk(mechanism, {"alice", "Secret", ""}, initial), ServerStep::kFailure)
          << to_string(mechanism);
      EXPECT_EQ(talk(mechanism, {"nobody", "secret", ""}, initial), ServerStep::kFailure)
          << to_string(mechanism);
    }
    EXPECT_EQ(talk(mechanism, {"a,b=c", "secret", ""}, true), ServerStep::kSuccess) << to_string(mechanism);
    EXPECT_EQ(parse_mechanism(to_string(mechanism)), mechanism);
  }
}

TEST(Plain, ReadsItsThreeParts) {
  auto server = make_server(Mechanism::kPlain, nonces());
  EXPECT_EQ(server->start(kUser), ServerStep::kNeedSecret);
  EXPECT_EQ(server->user(), "alice");
  EXPECT_EQ(server->authorize_as(), "");
  for (const std::string_view bad :
       {std::string_view(""), std::string_view("\0", 1), std::string_view("a\0b", 3),
        std::string_view("\0\0p", 3), std::string_view("\0u\0", 3), std::string_view("\0u\0p\0", 5),
        std::string_view("\0\xff\0p", 4)}) {
    EXPECT_EQ(make_server(Mechanism::kPlain, nonces())->start(bad), ServerStep::kMalformed);
  }
}

TEST(Login, PromptsToTheLetterAndTakesTheUserAtOnce) {
  auto server = make_server(Mechanism::kLogin, nonces());
  EXPECT_EQ(server->start(std::nullopt), ServerStep::kChallenge);
  EXPECT_EQ(crypto::base64_encode(server->challenge()), "VXNlcm5hbWU6");
  EXPECT_EQ(server->respond("alice"), ServerStep::kChallenge);
  EXPECT_EQ(crypto::base64_encode(server->challenge()), "UGFzc3dvcmQ6");
  EXPECT_EQ(server->respond("secret"), ServerStep::kNeedSecret);
  auto short_way = make_server(Mechanism::kLogin, nonces());
  EXPECT_EQ(short_way->start("alice"), ServerStep::kChallenge);
  EXPECT_EQ(crypto::base64_encode(short_way->challenge()), "UGFzc3dvcmQ6");
}

TEST(CramMd5, ChallengeIsLikeAMessageIdAndTakesNoInitialResponse) {
  auto server = make_server(Mechanism::kCramMd5, nonces());
  EXPECT_EQ(server->start(std::nullopt), ServerStep::kChallenge);
  EXPECT_EQ(server->challenge(), "<fyko+d2lbbFgONRv9qkxdawL.1772442000@mx.beta.example>");
  EXPECT_EQ(server->respond("alice short"), ServerStep::kMalformed);
  EXPECT_EQ(make_server(Mechanism::kCramMd5, nonces())->start("x"), ServerStep::kMalformed);
}

// The exchange of RFC 5802 5 as the client's side sees it.
TEST(Scram, TheClientAgreesWithTheRfc) {
  auto client = make_client(Mechanism::kScramSha1, {"user", "pencil", ""}, "fyko+d2lbbFgONRv9qkxdawL");
  EXPECT_EQ(client->initial_response(), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  const auto answer =
      client->respond("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(*answer, "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
  EXPECT_FALSE(client->finish().has_value());
  EXPECT_TRUE(client->respond("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").has_value());
  EXPECT_TRUE(client->finish().has_value());
}

TEST(Scram, TheClientDistrustsAServerThatCannotProveItself) {
  auto client = make_client(Mechanism::kScramSha256, {"user", "pencil", ""}, "abc");
  ASSERT_TRUE(client->initial_response().has_value());
  EXPECT_FALSE(client->respond("r=other,s=QSXCR+Q6sek8bf92,i=4096").has_value());
  EXPECT_FALSE(client->respond("r=abc,s=QSXCR+Q6sek8bf92,i=4096").has_value()) << "adds no nonce of its own";
  EXPECT_FALSE(client->respond("r=abcd,s=QSXCR+Q6sek8bf92,i=99999999").has_value()) << "too much work";
  ASSERT_TRUE(client->respond("r=abcd,s=QSXCR+Q6sek8bf92,i=4096").has_value());
  EXPECT_FALSE(client->respond("v=AAAA").has_value());
  EXPECT_FALSE(client->finish().has_value());
}

TEST(Scram, TheServerRefusesMalformedMessages) {
  for (const std::string_view bad :
       {"", "n", "n,,", "n,,n=u", "p=tls-unique,,n=u,r=x", "n,x,n=u,r=x", "n,,m=x,n=u,r=x", "n,,n=,r=x",
        "n,,n=u=20,r=x", "n,,n=u,r=", "n,,r=x,n=u"}) {
    EXPECT_EQ(make_server(Mechanism::kScramSha256, nonces())->start(bad), ServerStep::kMalformed) << bad;
  }
  auto server = make_server(Mechanism::kScramSha256, nonces());
  ASSERT_EQ(server->start("n,,n=alice,r=abc"), ServerStep::kNeedSecret);
  ASSERT_EQ(server->secret(Secret{"secret"}), ServerStep::kChallenge);
  EXPECT_EQ(server->respond("c=biws,r=abc"), ServerStep::kMalformed);
  EXPECT_EQ(server->respond("c=biws,r=abc,p=AAAA"), ServerStep::kFailure) << "another nonce";
}

}  // namespace
}  // namespace glasspost::sasl
