#include "engine/crypto/hash.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/crypto/cram_md5.h"

namespace glasspost::crypto {
namespace {

std::string hex_digest(HashAlgorithm algorithm, std::string_view bytes) {
  return to_hex(digest(algorithm, bytes));
}

TEST(Hash, KnownDigests) {
  // RFC 1321 A.5, FIPS 180-4 examples.
  EXPECT_EQ(hex_digest(HashAlgorithm::kMd5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex_digest(HashAlgorithm::kMd5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex_digest(HashAlgorithm::kSha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_digest(HashAlgorithm::kSha256, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_digest(HashAlgorithm::kSha256, ""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_digest(HashAlgorithm::kSha512, "abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Hash, PiecesOfEverySizeGiveTheSameDigest) {
  std::string bytes;
  for (int i = 0; i < 300; ++i)
    bytes.push_back(static_cast<char>(i * 7));
  const std::string whole = digest(HashAlgorithm::kSha256, bytes);
  Hash hash(HashAlgorithm::kSha256);
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    for (std::size_t at = 0; at < bytes.size(); at += size)
      hash.update(std::string_view(bytes).substr(at, size));
    ASSERT_EQ(hash.finish(), whole) << size;
  }
}

TEST(Hmac, VectorsOfRfc2202AndRfc4231) {
  EXPECT_EQ(to_hex(hmac(HashAlgorithm::kMd5, std::string(16, '\x0b'), "Hi There")),
            "9294727a3638bb1c13f48ef8158bfc9d");
  EXPECT_EQ(to_hex(hmac(HashAlgorithm::kSha1, "Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(to_hex(hmac(HashAlgorithm::kSha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // A key longer than a block is hashed first.
  EXPECT_EQ(to_hex(hmac(HashAlgorithm::kSha256, std::string(131, '\xaa'),
                        "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Pbkdf2, VectorsOfRfc6070) {
  EXPECT_EQ(to_hex(pbkdf2(HashAlgorithm::kSha1, "password", "salt", 1, 20)),
            "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  EXPECT_EQ(to_hex(pbkdf2(HashAlgorithm::kSha1, "password", "salt", 2, 20)),
            "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
}

TEST(CramMd5, TheExampleOfRfc2195) {
  EXPECT_EQ(cram_md5_digest("tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>"),
            "b913a602c7eda7a495b4e6e7334d3890");
}

TEST(Compare, TellsEqualFromUnequal) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secre"));
}

}  // namespace
}  // namespace glasspost::crypto
