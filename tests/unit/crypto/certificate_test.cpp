#include "engine/crypto/certificate.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glasspost::crypto {
namespace {

const Instant kStart = *parse_rfc3339("2026-03-02T09:00:00Z");
const Instant kEnd =
    *parse_rfc3339("2060-01-01T00:00:00Z");  // past 2049, where X.509 changes its form of time

CertificateRequest request_for(std::vector<std::string> names) {
  CertificateRequest request;
  request.dns_names = std::move(names);
  request.not_before = kStart;
  request.not_after = kEnd;
  return request;
}

CertificateAuthority make_authority(const Library& library, KeyKind kind, RandomStream& random) {
  Result<CertificateAuthority> authority =
      CertificateAuthority::make(library, kind, "Glasspost 연습 CA", kStart, kEnd, random);
  EXPECT_TRUE(authority.has_value()) << authority.error().message;
  return *authority;
}

class EveryAuthority : public testing::TestWithParam<KeyKind> {};

TEST_P(EveryAuthority, IssuesWhatWasAskedFor) {
  const Result<Library> library = Library::seeded();
  ASSERT_TRUE(library.has_value());
  RandomStream random(1, "world", "ca");
  const CertificateAuthority authority = make_authority(*library, GetParam(), random);
  EXPECT_TRUE(authority.certificate().is_authority());
  EXPECT_EQ(authority.certificate().subject(), "CN=Glasspost 연습 CA");
  EXPECT_EQ(authority.certificate().issuer(), authority.certificate().subject());
  EXPECT_TRUE(authority.certificate().signed_by(authority.certificate()));

  CertificateRequest request = request_for({"mx.alpha.example", "localhost", "*.alpha.example"});
  request.addresses = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::25")};
  const Result<Identity> identity = authority.issue(request, GetParam(), random);
  ASSERT_TRUE(identity.has_value()) << identity.error().message;
  const Certificate& certificate = identity->certificate;
  EXPECT_EQ(certificate.subject(), "CN=mx.alpha.example");
  EXPECT_EQ(certificate.issuer(), "CN=Glasspost 연습 CA");
  EXPECT_EQ(certificate.dns_names(), request.dns_names);
  EXPECT_EQ(certificate.addresses(), request.addresses);
  EXPECT_EQ(certificate.not_before(), kStart);
  EXPECT_EQ(certificate.not_after(), kEnd);
  EXPECT_FALSE(certificate.is_authority());
  EXPECT_TRUE(certificate.signed_by(authority.certificate()));
  EXPECT_FALSE(authority.certificate().signed_by(certificate));
  EXPECT_EQ(certificate.serial().size(), 32u);
  EXPECT_NE(certificate.serial(), authority.certificate().serial());
  EXPECT_EQ(certificate.public_key()->der(), identity->key.public_key().der());

  for (const Result<Certificate>& again :
       {Certificate::from_pem(certificate.pem()), Certificate::from_der(certificate.der())}) {
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->der(), certificate.der());
  }
}

TEST_P(EveryAuthority, IsRepeatableFromItsSeed) {
  std::string texts[2];
  for (std::string& text : texts) {
    const Result<Library> library = Library::seeded();
    ASSERT_TRUE(library.has_value());
    RandomStream random(5, "world", "ca");
    const CertificateAuthority authority = make_authority(*library, GetParam(), random);
    RandomStream host(5, "mx", "certificate");
    const Result<Identity> identity = authority.issue(request_for({"mx.alpha.example"}), GetParam(), host);
    ASSERT_TRUE(identity.has_value());
    text = authority.certificate().pem() + identity->certificate.pem() + identity->key.pem();
  }
  EXPECT_EQ(texts[0], texts[1]);
}

INSTANTIATE_TEST_SUITE_P(Keys, EveryAuthority,
                         testing::Values(KeyKind::kRsa2048, KeyKind::kP256, KeyKind::kEd25519),
                         [](const testing::TestParamInfo<KeyKind>& kind) {
                           switch (kind.param) {
                             case KeyKind::kRsa2048:
                               return "Rsa2048";
                             case KeyKind::kP256:
                               return "P256";
                             default:
                               return "Ed25519";
                           }
                         });

TEST(CertificateAuthority, RefusesWhatCannotStandInACertificate) {
  const Library library = Library::real();
  RandomStream random(1, "world", "ca");
  const CertificateAuthority authority = make_authority(library, KeyKind::kEd25519, random);
  for (const std::string& name :
       {std::string(), std::string("a..b"), std::string("한국.example"), std::string("a b"),
        std::string("a\0b", 3), std::string(64, 'x'), std::string(".example")}) {
    const Result<Identity> identity = authority.issue(request_for({name}), KeyKind::kEd25519, random);
    ASSERT_FALSE(identity.has_value()) << name;
    EXPECT_EQ(identity.error().code, ErrorCode::kInvalidInput);
  }
  EXPECT_FALSE(authority.issue(request_for({}), KeyKind::kEd25519, random).has_value());
  CertificateRequest backwards = request_for({"a.example"});
  std::swap(backwards.not_before, backwards.not_after);
  EXPECT_FALSE(authority.issue(backwards, KeyKind::kEd25519, random).has_value());
  EXPECT_FALSE(
      CertificateAuthority::make(library, KeyKind::kEd25519, std::string(65, 'x'), kStart, kEnd, random)
          .has_value());
}

TEST(CertificateAuthority, ALongNameStandsInTheAlternativesAlone) {
  RandomStream random(1, "world", "ca");
  const CertificateAuthority authority = make_authority(Library::real(), KeyKind::kEd25519, random);
  const std::string name = std::string(60, 'm') + ".alpha.example";
  const Result<Identity> identity = authority.issue(request_for({name}), KeyKind::kEd25519, random);
  ASSERT_TRUE(identity.has_value());
  EXPECT_EQ(identity->certificate.subject(), "");
  EXPECT_THAT(identity->certificate.dns_names(), testing::ElementsAre(name));
}

TEST(CertificateAuthority, ComesBackFromDisk) {
  RandomStream random(1, "world", "ca");
  const CertificateAuthority authority = make_authority(Library::real(), KeyKind::kP256, random);
  const Result<Certificate> certificate = Certificate::from_pem(authority.certificate().pem());
  const Result<PrivateKey> key = PrivateKey::from_pem(authority.key().pem());
  ASSERT_TRUE(certificate && key);
  const Result<CertificateAuthority> again =
      CertificateAuthority::from_identity(Library::real(), Identity{*certificate, *key});
  ASSERT_TRUE(again.has_value());
  const Result<Identity> identity = again->issue(request_for({"mx.alpha.example"}), KeyKind::kP256, random);
  ASSERT_TRUE(identity.has_value());
  EXPECT_TRUE(identity->certificate.signed_by(authority.certificate()));
  const Result<CertificateAuthority> mixed =
      CertificateAuthority::from_identity(Library::real(), Identity{*certificate, identity->key});
  ASSERT_FALSE(mixed.has_value());
  EXPECT_EQ(mixed.error().code, ErrorCode::kConflict);
  EXPECT_FALSE(CertificateAuthority::from_identity(Library::real(), *identity).has_value());
}

TEST(Certificate, EveryTruncationIsRefused) {
  RandomStream random(1, "world", "ca");
  const CertificateAuthority authority = make_authority(Library::real(), KeyKind::kEd25519, random);
  const std::string der = authority.certificate().der();
  for (std::size_t length = 0; length < der.size(); ++length) {
    ASSERT_FALSE(Certificate::from_der(der.substr(0, length)).has_value()) << length;
  }
  EXPECT_FALSE(Certificate::from_der(der + "x").has_value());
  EXPECT_EQ(Certificate::from_pem("-----BEGIN CERTIFICATE-----\n").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(Certificate::from_pem(std::string(70000, '-')).error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace glasspost::crypto
