#include "engine/crypto/base64.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::crypto {
namespace {

TEST(Base64, VectorsOfRfc4648) {
  const std::pair<std::string, std::string> kVectors[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"},
                                                          {std::string("\0\xff\xfb", 3), "AP/7"}};
  for (const auto& [plain, encoded] : kVectors) {
    EXPECT_EQ(base64_encode(plain), encoded);
    const Result<std::string> decoded = base64_decode(encoded);
    ASSERT_TRUE(decoded.has_value()) << encoded;
    EXPECT_EQ(*decoded, plain);
    EXPECT_EQ(base64_decode_tolerant(encoded), plain);
  }
}

TEST(Base64, EveryLengthComesBack) {
  std::string bytes;
  for (int i = 0; i < 200; ++i) {
    const Result<std::string> decoded = base64_decode(base64_encode(bytes));
    ASSERT_TRUE(decoded.has_value());
    ASSERT_EQ(*decoded, bytes);
    bytes.push_back(static_cast<char>(i * 37));
  }
}

TEST(Base64, StrictRefusesWithTheOffset) {
  const std::pair<std::string_view, std::size_t> kWrong[] = {
      {"Zg=", 3},  {"Zg", 2},       {"Z===", 1}, {"====", 0}, {"Zm9v\r\n", 4}, {"Zm 9", 2}, {"Zh==", 1},
      {"Zm9=", 2}, {"Zg==Zg==", 2}, {"=Zg=", 0}, {"Zm9-", 3}, {"*", 0},        {"Zm9vY", 5}};
  for (const auto& [text, offset] : kWrong) {
    const Result<std::string> decoded = base64_decode(text);
    ASSERT_FALSE(decoded.has_value()) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(decoded.error().offset, offset) << text;
  }
}

TEST(Base64, TolerantReadsWhatItCan) {
  EXPECT_EQ(base64_decode_tolerant("Zm9v\r\n Ym\tFy"), "foobar");
  EXPECT_EQ(base64_decode_tolerant("Zg"), "f");
  EXPECT_EQ(base64_decode_tolerant("Zh=="), "f");
  EXPECT_EQ(base64_decode_tolerant("Zg==Zg=="), "f");
  EXPECT_EQ(base64_decode_tolerant("Z"), "");
  EXPECT_EQ(base64_decode_tolerant("\xff\xfe-_"), "");
}

}  // namespace
}  // namespace glasspost::crypto
