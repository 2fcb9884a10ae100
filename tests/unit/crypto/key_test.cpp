#include "engine/crypto/key.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/crypto/hash.h"

namespace glasspost::crypto {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(hex_value(hex[i]) * 16 + hex_value(hex[i + 1])));
  }
  return bytes;
}

TEST(Ed25519, VectorsOfRfc8032) {
  struct Vector {
    std::string_view seed, key, message, signature;
  };
  const Vector kVectors[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33b"
                              "acc61e39701cf9b46bd25bf5f0595bbe"
                              "24655141438e7a100b"},
                             {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e1599"
                              "6e458f3613d0f11d8c387b2eaeb4302a"
                              "eeb00d291612bb0c00"}};
  for (const Vector& vector : kVectors) {
    const Result<PrivateKey> key = PrivateKey::from_ed25519_seed(from_hex(vector.seed));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->kind(), KeyKind::kEd25519);
    EXPECT_EQ(to_hex(key->public_key().raw_ed25519()), vector.key);
    const Result<std::string> signature = key->sign(from_hex(vector.message));
    ASSERT_TRUE(signature.has_value());
    EXPECT_EQ(to_hex(*signature), vector.signature);
    const Result<PublicKey> public_key = PublicKey::from_ed25519(from_hex(vector.key));
    ASSERT_TRUE(public_key.has_value());
    EXPECT_TRUE(public_key->verify(from_hex(vector.message), *signature));
    EXPECT_FALSE(public_key->verify("other", *signature));
  }
}

class EveryKind : public testing::TestWithParam<KeyKind> {};

TEST_P(EveryKind, SignsAndVerifiesAndComesBackFromPem) {
  const Result<Library> seeded = Library::seeded();
  ASSERT_TRUE(seeded.has_value());
  for (const Library& library : {Library::real(), *seeded}) {
    RandomStream random(1, "host", "key");
    const Result<PrivateKey> key = PrivateKey::generate(library, GetParam(), random);
    ASSERT_TRUE(key.has_value()) << key.error().message;
    EXPECT_EQ(key->kind(), GetParam());
    const RandomScope scope(library, random);
    const Result<std::string> signature = key->sign("bytes");
    ASSERT_TRUE(signature.has_value()) << signature.error().message;
    const PublicKey public_key = key->public_key();
    EXPECT_TRUE(public_key.verify("bytes", *signature));
    EXPECT_FALSE(public_key.verify("Bytes", *signature));
    EXPECT_FALSE(public_key.verify("bytes", ""));
    EXPECT_FALSE(public_key.verify("bytes", "garbage"));

    const Result<PrivateKey> again = PrivateKey::from_pem(key->pem());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->public_key().der(), public_key.der());
    const Result<std::string> second = again->sign("bytes");
    ASSERT_TRUE(second.has_value());
    EXPECT_TRUE(public_key.verify("bytes", *second));

    const Result<PublicKey> parsed = PublicKey::from_der(public_key.der());
    ASSERT_TRUE(parsed.has_value());
    EXPECT_TRUE(parsed->verify("bytes", *signature));
    EXPECT_EQ(parsed->kind(), GetParam());
  }
}

TEST_P(EveryKind, ASeedGivesTheSameKeyAndAnotherSeedAnother) {
  std::string pems[3];
  for (int i = 0; i < 3; ++i) {
    const Result<Library> library = Library::seeded();
    ASSERT_TRUE(library.has_value());
    RandomStream random(i == 2 ? 8 : 7, "host", "key");
    const Result<PrivateKey> key = PrivateKey::generate(*library, GetParam(), random);
    ASSERT_TRUE(key.has_value());
    pems[i] = key->pem();
  }
  EXPECT_EQ(pems[0], pems[1]);
  EXPECT_NE(pems[0], pems[2]);
}

INSTANTIATE_TEST_SUITE_P(Keys, EveryKind,
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

TEST(Key, TwoSeededLibrariesSideBySideDoNotMeet) {
  const Result<Library> first = Library::seeded();
  const Result<Library> second = Library::seeded();
  ASSERT_TRUE(first && second);
  RandomStream a(1, "a", "key");
  RandomStream b(1, "a", "key");
  const RandomScope outer(*first, a);
  const Result<PrivateKey> one = PrivateKey::generate(*first, KeyKind::kEd25519, a);
  const Result<PrivateKey> two = PrivateKey::generate(*second, KeyKind::kEd25519, b);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->pem(), two->pem());
}

TEST(Key, ASeededLibraryWithoutAScopeFailsRatherThanDrawElsewhere) {
  const Result<Library> library = Library::seeded();
  ASSERT_TRUE(library.has_value());
  RandomStream random(1, "host", "key");
  const Result<PrivateKey> key = PrivateKey::generate(*library, KeyKind::kP256, random);
  ASSERT_TRUE(key.has_value());
  const Result<std::string> signature = key->sign("bytes");
  ASSERT_FALSE(signature.has_value());
  EXPECT_EQ(signature.error().code, ErrorCode::kTls);
}

TEST(Key, ARealLibrarysKeysDiffer) {
  RandomStream a(1, "host", "key");
  RandomStream b(1, "host", "key");
  const Result<PrivateKey> one = PrivateKey::generate(Library::real(), KeyKind::kEd25519, a);
  const Result<PrivateKey> two = PrivateKey::generate(Library::real(), KeyKind::kEd25519, b);
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->pem(), two->pem());
}

TEST(Key, AKeyOutlivesItsLibraryObject) {
  std::optional<PrivateKey> key;
  {
    const Result<Library> library = Library::seeded();
    ASSERT_TRUE(library.has_value());
    RandomStream random(1, "host", "key");
    const Result<PrivateKey> made = PrivateKey::generate(*library, KeyKind::kEd25519, random);
    ASSERT_TRUE(made.has_value());
    key = *made;
  }
  EXPECT_TRUE(key->sign("bytes").has_value());
}

TEST(PublicKey, RsaComesInEitherWrapping) {
  RandomStream random(1, "host", "key");
  const Result<PrivateKey> key = PrivateKey::generate(Library::real(), KeyKind::kRsa2048, random);
  ASSERT_TRUE(key.has_value());
  const std::string wrapped = key->public_key().der();
  EXPECT_EQ(key->public_key().bits(), 2048);
  // SubjectPublicKeyInfo of RSA-2048 is 24 bytes of wrapping before the RSAPublicKey.
  const std::string bare = wrapped.substr(24);
  const std::string signature = *key->sign("bytes");
  for (const std::string& der : {wrapped, bare}) {
    const Result<PublicKey> parsed = PublicKey::from_rsa_der(der);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_TRUE(parsed->verify("bytes", signature));
  }
  EXPECT_FALSE(PublicKey::from_rsa_der(bare + "x").has_value());
  EXPECT_FALSE(PublicKey::from_rsa_der("").has_value());
  const Result<PrivateKey> other = PrivateKey::generate(Library::real(), KeyKind::kEd25519, random);
  EXPECT_FALSE(PublicKey::from_rsa_der(other->public_key().der()).has_value());
}

TEST(Key, GarbageIsRefused) {
  EXPECT_EQ(PrivateKey::from_pem("garbage").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(PrivateKey::from_pem("").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(PrivateKey::from_pem(std::string(70000, 'x')).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(PrivateKey::from_ed25519_seed("short").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(PublicKey::from_ed25519(std::string(31, 'x')).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(PublicKey::from_der("garbage").error().code, ErrorCode::kInvalidInput);
  RandomStream random(1, "host", "key");
  EXPECT_EQ(PrivateKey::generate(Library::real(), KeyKind::kOther, random).error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace glasspost::crypto
