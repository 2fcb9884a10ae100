#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/unit/tls/tls_world.h"

namespace glasspost::tls::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(TlsHandshake, Version13WithItsMessagesInView) {
  TlsWorld world;
  world.connect();
  ASSERT_TRUE(world.both_up()) << world.client_failure() << "; " << world.server_failure();
  const TlsFacts& client = (**world.client_result).facts;
  EXPECT_EQ(client.version, "TLSv1.3");
  EXPECT_EQ(client.cipher, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(client.server_name, "mx.beta.example");
  EXPECT_EQ(client.peer_subject, "CN=mx.beta.example");
  EXPECT_TRUE(client.peer_verified);
  const TlsFacts& server = (**world.server_result).facts;
  EXPECT_EQ(server.server_name, "mx.beta.example");
  EXPECT_EQ(server.peer_subject, "");
  EXPECT_FALSE(server.peer_verified);
  EXPECT_THAT(world.client_notes.lines,
              ElementsAre("> ClientHello", "< ServerHello", "< EncryptedExtensions", "< Certificate",
                          "< CertificateVerify", "< Finished", "> Finished"));
  ASSERT_TRUE(world.server_notes.established.has_value());
  EXPECT_TRUE(world.server_notes.established->server);
  EXPECT_EQ(world.server_notes.established->connection, ConnectionId{7});
  ASSERT_TRUE(world.client_notes.established.has_value());
  EXPECT_TRUE(world.client_notes.established->peer_verified);
}

TEST(TlsHandshake, Version12) {
  TlsWorld world;
  world.server.maximum = TlsVersion::k12;
  world.connect();
  ASSERT_TRUE(world.both_up()) << world.client_failure() << "; " << world.server_failure();
  EXPECT_EQ((**world.client_result).facts.version, "TLSv1.2");
  EXPECT_EQ((**world.client_result).facts.cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
  EXPECT_EQ((**world.server_result).facts.server_name, "mx.beta.example");
  EXPECT_THAT(world.server_notes.lines,
              ElementsAre("< ClientHello", "> ServerHello", "> Certificate", "> ServerKeyExchange",
                          "> ServerHelloDone", "< ClientKeyExchange", "< Finished", "> Finished"));
}

TEST(TlsHandshake, EveryKindOfKeyWorksWithBothVersions) {
  for (const crypto::KeyKind kind :
       {crypto::KeyKind::kRsa2048, crypto::KeyKind::kP256, crypto::KeyKind::kEd25519}) {
    for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13}) {
      TlsWorld world(3, kind);
      world.client.maximum = version;
      world.connect();
      EXPECT_TRUE(world.both_up()) << world.client_failure() << "; " << world.server_failure();
    }
  }
}

TEST(TlsHandshake, AnAddressIsVerifiedAsAnAddress) {
  TlsWorld world;
  world.connect("192.0.2.25");
  ASSERT_TRUE(world.both_up()) << world.client_failure();
  EXPECT_EQ((**world.server_result).facts.server_name, "");
  TlsWorld other;
  other.connect("192.0.2.26");
  EXPECT_THAT(other.client_failure(), HasSubstr("IP address mismatch"));
}

TEST(TlsHandshake, AWrongNameIsRefused) {
  TlsWorld world;
  world.connect("mx.alpha.example");
  EXPECT_EQ(world.client_failure(), "TLS: the peer's certificate is refused: hostname mismatch");
  EXPECT_THAT(world.server_failure(), HasSubstr("alert"));
  EXPECT_EQ(world.client_notes.lines.back(), "> Alert: bad_certificate");
  EXPECT_EQ(world.server_notes.lines.back(), "< Alert: bad_certificate");
  EXPECT_FALSE(world.client_notes.established.has_value());
}

TEST(TlsHandshake, TimeIsTheWorlds) {
  TlsWorld expired;
  expired.clock.set(kNow + Duration::days(91));
  expired.connect();
  EXPECT_THAT(expired.client_failure(), HasSubstr("certificate has expired"));
  TlsWorld early;
  early.clock.set(kNow - Duration::days(2));
  early.connect();
  EXPECT_THAT(early.client_failure(), HasSubstr("not yet valid"));
}

TEST(TlsHandshake, AnUnknownAuthorityIsRefused) {
  TlsWorld world;
  world.client.authorities.clear();
  world.connect();
  EXPECT_THAT(world.client_failure(),
              HasSubstr("the peer's certificate is refused: unable to get local issuer"));
  EXPECT_EQ(world.server_notes.lines.back(), "< Alert: unknown_ca");
}

TEST(TlsHandshake, ReportingChecksButGoesOn) {
  TlsWorld world;
  world.client.server_check = PeerCheck::kReport;
  world.connect("mx.alpha.example");
  ASSERT_TRUE(world.both_up()) << world.client_failure();
  EXPECT_FALSE((**world.client_result).facts.peer_verified);
  TlsWorld right;
  right.client.server_check = PeerCheck::kReport;
  right.connect();
  ASSERT_TRUE(right.both_up());
  EXPECT_TRUE((**right.client_result).facts.peer_verified);
  TlsWorld nameless;
  nameless.client.server_check = PeerCheck::kReport;
  nameless.connect("");
  ASSERT_TRUE(nameless.both_up());
  EXPECT_FALSE((**nameless.client_result).facts.peer_verified);
}

TEST(TlsHandshake, RequiringWithoutANameIsRefused) {
  TlsWorld world;
  world.connect("");
  EXPECT_EQ(world.client_failure(), "TLS: there is no name to verify the server against");
}

TEST(TlsHandshake, AServerCanAskForTheClientsCertificate) {
  for (const bool shown : {true, false}) {
    TlsWorld world;
    world.server.client_check = PeerCheck::kRequire;
    world.server.authorities = {world.authority->certificate()};
    if (shown) world.client.identity = world.server.identity;
    world.connect();
    EXPECT_EQ(world.server_result->has_value(), shown) << world.server_failure();
    if (shown) {
      EXPECT_TRUE((**world.server_result).facts.peer_verified);
      EXPECT_EQ((**world.server_result).facts.peer_subject, "CN=mx.beta.example");
    }
  }
}

TEST(TlsHandshake, ALowerVersionThanTheMinimumIsRefused) {
  TlsWorld world;
  world.server.minimum = TlsVersion::k13;
  world.client.maximum = TlsVersion::k12;
  world.connect();
  EXPECT_THAT(world.server_failure(), HasSubstr("unsupported protocol"));
  EXPECT_EQ(world.client_notes.lines.back(), "< Alert: protocol_version");
}

TEST(TlsHandshake, SettingsThatDoNotFitAreErrors) {
  TlsWorld world;
  TlsSettings settings = world.server;
  settings.minimum = TlsVersion::k13;
  settings.maximum = TlsVersion::k12;
  const TlsServices services{world.scheduler, world.clock, world.client_random, world.client_notes};
  EXPECT_FALSE(make_tls_upgrader(services, world.library, settings).has_value());
  TlsSettings mixed = world.server;
  mixed.identity->key = world.authority->key();
  EXPECT_EQ(make_tls_upgrader(services, world.library, mixed).error().code, ErrorCode::kTls);
  world.server.identity.reset();
  world.connect();
  EXPECT_EQ(world.server_failure(), "TLS: a TLS server needs a certificate");
}

TEST(TlsHandshake, GarbageFailsAtEitherEnd) {
  for (const std::string_view garbage :
       {std::string_view("GET / HTTP/1.1\r\n\r\n"), std::string_view("220 mx.beta.example ESMTP\r\n"),
        std::string_view("\x16\x03\x01\xff\xff\x01\x02\x03", 8), std::string_view("\0\0\0\0\0\0\0\0", 8)}) {
    for (const TlsRole role : {TlsRole::kServer, TlsRole::kClient}) {
      TlsWorld world;
      Pipe pipe(world.scheduler, world.clock);
      const TlsServices services{world.scheduler, world.clock, world.server_random, world.server_notes};
      TlsSettings settings = role == TlsRole::kServer ? world.server : world.client;
      world.server_upgrader = *make_tls_upgrader(services, world.library, settings);
      world.tasks.spawn(TlsWorld::upgrade(*world.server_upgrader, std::move(pipe.server), role, "x.example",
                                          world.server_result));
      std::optional<Ok> sent;
      world.tasks.spawn(send(*pipe.client, garbage, false, sent));
      world.scheduler.run();
      ASSERT_TRUE(world.server_result.has_value()) << escaped(garbage);
      ASSERT_FALSE(world.server_result->has_value());
      EXPECT_EQ(world.server_result->error().code, ErrorCode::kTls);
    }
  }
}

TEST(TlsHandshake, AnEndWithinTheHandshakeIsToldAsSuch) {
  TlsWorld world;
  Pipe pipe(world.scheduler, world.clock);
  world.client_upgrader = *make_tls_upgrader(
      {world.scheduler, world.clock, world.client_random, world.client_notes}, world.library, world.client);
  world.tasks.spawn(TlsWorld::upgrade(*world.client_upgrader, std::move(pipe.client), TlsRole::kClient,
                                      "mx.beta.example", world.client_result));
  world.scheduler.run();
  EXPECT_FALSE(world.client_result.has_value());
  pipe.server.reset();
  world.scheduler.run();
  ASSERT_TRUE(world.client_result.has_value());
  EXPECT_EQ(world.client_result->error().code, ErrorCode::kEndOfStream);
}

TEST(TlsHandshake, DeadlineAndAbortEndAStalledHandshake) {
  for (const bool abort : {false, true}) {
    TlsWorld world;
    Pipe pipe(world.scheduler, world.clock);
    PipeEnd* below = pipe.client.get();
    below->set_deadline(kNow + Duration::seconds(30));
    world.client_upgrader = *make_tls_upgrader(
        {world.scheduler, world.clock, world.client_random, world.client_notes}, world.library, world.client);
    world.tasks.spawn(TlsWorld::upgrade(*world.client_upgrader, std::move(pipe.client), TlsRole::kClient,
                                        "mx.beta.example", world.client_result));
    world.scheduler.run();
    ASSERT_FALSE(world.client_result.has_value());
    if (abort) {
      below->abort();
    } else {
      world.clock.set(kNow + Duration::seconds(30));
      below->wake();
    }
    world.scheduler.run();
    ASSERT_TRUE(world.client_result.has_value());
    EXPECT_EQ(world.client_result->error().code, abort ? ErrorCode::kAborted : ErrorCode::kTimedOut);
  }
}

std::string wire_of_a_run(std::uint64_t seed, crypto::KeyKind kind, TlsVersion version) {
  TlsWorld world(seed, kind);
  world.client.maximum = version;
  std::string key_log;
  world.client.key_log = [&key_log](ConnectionId, std::string_view line) {
    key_log.append(line).append("\n");
  };
  world.connect();
  EXPECT_TRUE(world.both_up()) << world.client_failure();
  std::optional<Ok> sent;
  std::optional<Ok> read;
  std::string got;
  world.tasks.spawn(send(world.client_stream(), "MAIL FROM:<alice@alpha.example>\r\n", true, sent));
  world.tasks.spawn(collect(world.server_stream(), got, read));
  world.scheduler.run();
  EXPECT_EQ(got, "MAIL FROM:<alice@alpha.example>\r\n");
  EXPECT_THAT(key_log, HasSubstr(version == TlsVersion::k13 ? "CLIENT_TRAFFIC_SECRET_0" : "CLIENT_RANDOM"));
  return world.pipe->to_server->log + "|" + world.pipe->to_client->log + "|" + key_log;
}

TEST(TlsHandshake, ASeedGivesTheSameBytesOnTheWire) {
  for (const crypto::KeyKind kind :
       {crypto::KeyKind::kEd25519, crypto::KeyKind::kP256, crypto::KeyKind::kRsa2048}) {
    for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13}) {
      const std::string first = wire_of_a_run(11, kind, version);
      EXPECT_EQ(first, wire_of_a_run(11, kind, version));
      EXPECT_NE(first, wire_of_a_run(12, kind, version));
    }
  }
}

}  // namespace
}  // namespace glasspost::tls::test
