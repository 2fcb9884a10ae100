#include "engine/auth/dkim_canonical.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/crypto/base64.h"

namespace glasspost::auth {
namespace {

std::string body_hash(Canonicalization canonicalization, std::string_view body,
                      std::uint64_t limit = DkimBodyHash::kWhole) {
  DkimBodyHash hash(canonicalization, limit);
  hash.update(body);
  return hash.finish();
}

std::string sha256(std::string_view bytes) {
  return crypto::digest(crypto::HashAlgorithm::kSha256, bytes);
}

const struct {
  std::string body, simple, relaxed;
} kBodies[] = {
    {"", "\r\n", ""},
    {"\r\n", "\r\n", ""},
    {"\r\n\r\n\r\n", "\r\n", ""},
    {" \r\n", " \r\n", ""},
    {"   ", "   \r\n", ""},
    {"a", "a\r\n", "a\r\n"},
    {"a\r\n", "a\r\n", "a\r\n"},
    {"a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
    {"a\r\n \t\r\n\r\n", "a\r\n \t\r\n", "a\r\n"},
    {"\r\n\r\na", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
    {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},  // RFC 6376 3.4.5
    {"a  b\t\tc \t\r\n\r\n  d", "a  b\t\tc \t\r\n\r\n  d\r\n", "a b c\r\n\r\n d\r\n"},
    {"a\rb\nc", "a\rb\nc\r\n", "a\rb\nc\r\n"},
    {"a \rb\r", "a \rb\r\r\n", "a \rb\r\r\n"},
    {"a\r\r\n\r\r\n", "a\r\r\n\r\r\n", "a\r\r\n\r\r\n"},
    {"\xC3\xA4 \x01 x\r\n", "\xC3\xA4 \x01 x\r\n", "\xC3\xA4 \x01 x\r\n"},
    {std::string("a\0 b\r\n", 6), std::string("a\0 b\r\n", 6), std::string("a\0 b\r\n", 6)},
};

TEST(DkimBodyHash, HashesTheCanonicalBody) {
  for (const auto& c : kBodies) {
    EXPECT_EQ(body_hash(Canonicalization::kSimple, c.body), sha256(c.simple)) << c.body;
    EXPECT_EQ(body_hash(Canonicalization::kRelaxed, c.body), sha256(c.relaxed)) << c.body;
  }
}

TEST(DkimBodyHash, EveryCutGivesTheSame) {
  for (const auto& c : kBodies) {
    for (std::size_t size = 1; size <= c.body.size(); ++size) {
      DkimBodyHash simple(Canonicalization::kSimple);
      DkimBodyHash relaxed(Canonicalization::kRelaxed);
      for (std::size_t at = 0; at < c.body.size(); at += size) {
        simple.update(std::string_view(c.body).substr(at, size));
        relaxed.update(std::string_view(c.body).substr(at, size));
      }
      EXPECT_EQ(simple.finish(), sha256(c.simple)) << c.body << " by " << size;
      EXPECT_EQ(relaxed.finish(), sha256(c.relaxed)) << c.body << " by " << size;
      EXPECT_EQ(simple.canonical_size(), c.simple.size());
      EXPECT_EQ(relaxed.canonical_size(), c.relaxed.size());
    }
  }
}

TEST(DkimBodyHash, ALimitCountsCanonicalBytes) {  // RFC 6376 3.4.5
  const std::string canonical = " C\r\nD E\r\n";
  for (std::size_t limit = 0; limit <= canonical.size() + 2; ++limit)
    EXPECT_EQ(body_hash(Canonicalization::kRelaxed, " C \r\nD \t E\r\n\r\n", limit),
              sha256(canonical.substr(0, limit)))
        << limit;
}

TEST(DkimBodyHash, ManyEmptyLinesCountOnlyIfTextFollows) {
  std::string lines;
  for (int i = 0; i < 1'000; ++i)
    lines += "\r\n";
  EXPECT_EQ(body_hash(Canonicalization::kSimple, "a\r\n" + lines + "b"), sha256("a\r\n" + lines + "b\r\n"));
  EXPECT_EQ(body_hash(Canonicalization::kRelaxed, "a\r\n" + lines), sha256("a\r\n"));
}

TEST(FieldCase, A29_AnEmptyBodyHashesDifferentlyUnderEachCanonicalization) {
  EXPECT_EQ(crypto::base64_encode(body_hash(Canonicalization::kRelaxed, "")),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  EXPECT_EQ(crypto::base64_encode(body_hash(Canonicalization::kSimple, "")),
            "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
}

TEST(FieldCase, A30_WhiteSpaceGoesBeforeEmptyLinesAtTheEndDo) {
  EXPECT_EQ(body_hash(Canonicalization::kRelaxed, "Hello\r\n  \r\n\r\n"), sha256("Hello\r\n"));
  EXPECT_EQ(body_hash(Canonicalization::kSimple, "Hello\r\n  \r\n\r\n"), sha256("Hello\r\n  \r\n"));
}

TEST(CanonicalField, IsAsTheRfcShows) {  // RFC 6376 3.4.5
  const struct {
    std::string name, raw, simple, relaxed;
  } cases[] = {
      {"A", "A: X\r\n", "A: X\r\n", "a:X\r\n"},
      {"B", "B : Y\t\r\n\tZ  \r\n", "B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n"},
      {"Empty", "Empty:\r\n", "Empty:\r\n", "empty:\r\n"},
      {"Empty", "Empty: \r\n \r\n", "Empty: \r\n \r\n", "empty:\r\n"},
      {"C", "C: no line end", "C: no line end\r\n", "c:no line end\r\n"},
      {"D", "D: a:b  c\n", "D: a:b  c\r\n", "d:a:b c\r\n"},
  };
  for (const auto& c : cases) {
    std::string simple, relaxed;
    append_canonical_field(Canonicalization::kSimple, c.name, c.raw, simple);
    append_canonical_field(Canonicalization::kRelaxed, c.name, c.raw, relaxed);
    EXPECT_EQ(simple, c.simple);
    EXPECT_EQ(relaxed, c.relaxed);
  }
}

}  // namespace
}  // namespace glasspost::auth
