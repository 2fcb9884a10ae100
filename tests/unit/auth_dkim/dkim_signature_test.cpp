#include "engine/auth/dkim_signature.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

constexpr std::string_view kGood =
    " v=1; a=rsa-sha256; c=relaxed; d=Alpha.Example; s=s1.k;\r\n h=From : To:from;"
    " bh=AA==; l=12; t=10; x=20; q=other:dns/txt; i=a=20b@sub.alpha.example; z=x; b=A\r\n A==";

TEST(DkimSignature, ReadsEveryTag) {
  const ReadDkimSignature read = read_dkim_signature(kGood);
  ASSERT_TRUE(read.signature) << read.problem->text;
  const DkimSignature& s = *read.signature;
  EXPECT_EQ(s.header, Canonicalization::kRelaxed);
  EXPECT_EQ(s.body, Canonicalization::kSimple);  // RFC 6376 3.5: c=relaxed is relaxed/simple
  EXPECT_EQ(s.domain, "Alpha.Example");
  EXPECT_EQ(s.selector, "s1.k");
  EXPECT_EQ(s.fields, (std::vector<std::string>{"From", "To", "from"}));
  EXPECT_EQ(s.body_length, 12u);
  EXPECT_EQ(s.time, 10u);
  EXPECT_EQ(s.expires, 20u);
  EXPECT_EQ(s.identity, "a b@sub.alpha.example");
  EXPECT_EQ(s.signature, std::string(1, '\0'));
  EXPECT_EQ(kGood.substr(s.b_value.offset, s.b_value.length), "A\r\n A==");
  EXPECT_EQ(read.names.b_prefix, "AA==");
}

std::string result_of(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const ReadDkimSignature read = read_dkim_signature(text);
  EXPECT_NE(read.signature.has_value(), read.problem.has_value());
  if (read.signature) return "good";
  EXPECT_LE(read.problem->place.offset + read.problem->place.length, text.size());
  return std::string(to_string(read.problem->result));
}

TEST(DkimSignature, RefusesWhatTheRfcRefuses) {
  for (const char* tag : {"v=1; ", "a=rsa-sha256; ", "d=Alpha.Example; ", "bh=AA==; "})
    EXPECT_EQ(result_of(tag, ""), "permerror") << tag;  // RFC 6376 6.1.1: a required tag is missing
  const struct {
    std::string_view from, to, result;
  } cases[] = {
      {"v=1", "v=2", "neutral"},
      {"v=1", "v=1 0", "neutral"},
      {"v=1", "v=", "neutral"},
      {"rsa-sha256", "rsa-sha1", "permerror"},  // RFC 8301 3.1
      {"rsa-sha256", "rsa-md5", "neutral"},
      {"rsa-sha256", "RSA-SHA256", "neutral"},  // RFC 6376 3.2: values are case-sensitive
      {"rsa-sha256", "ed25519-sha256", "good"},
      {"c=relaxed", "c=relaxed/relaxed", "good"},
      {"c=relaxed", "c=future", "neutral"},
      {"c=relaxed", "c=", "neutral"},
      {"c=relaxed", "c=simple/", "neutral"},
      {"d=Alpha.Example", "d=example", "neutral"},  // RFC 6376 3.5: at least two labels
      {"d=Alpha.Example", "d=a..example", "neutral"},
      {"d=Alpha.Example", "d=other.example", "permerror"},  // i= is not below it
      {"s=s1.k", "s=", "neutral"},
      {"s=s1.k", "s=a b", "neutral"},
      {"From : To:from", "To", "permerror"},
      {"From : To:from", "", "neutral"},
      {"From : To:from", "From::To", "neutral"},
      {"From : To:from", "FROM", "good"},
      {"l=12", "l=-1", "neutral"},
      {"l=12", "l=99999999999999999999999999", "neutral"},
      {"x=20", "x=10", "permerror"},
      {"t=10", "t=soon", "neutral"},
      {"q=other:dns/txt", "q=", "neutral"},
      {"q=other:dns/txt", "q=http", "neutral"},
      {"i=a=20b@sub.alpha.example", "i=a=2@alpha.example", "neutral"},
      {"i=a=20b@sub.alpha.example", "i=nobody", "neutral"},
      {"i=a=20b@sub.alpha.example", "i=@xalpha.example", "permerror"},
      {"i=a=20b@sub.alpha.example", "i=@ALPHA.example", "good"},
      {"bh=AA==", "bh=!", "neutral"},
      {"b=A\r\n A==", "b=", "neutral"},
      {"z=x", "z=x; v=1", "neutral"},  // RFC 6376 3.2: a tag twice
  };
  for (const auto& c : cases)
    EXPECT_EQ(result_of(c.from, c.to), c.result) << c.to;
}

TEST(DkimSignature, EveryTruncationGivesOneOfBoth) {
  for (std::size_t size = 0; size < kGood.size(); ++size) {
    const ReadDkimSignature read = read_dkim_signature(kGood.substr(0, size));
    EXPECT_NE(read.signature.has_value(), read.problem.has_value()) << size;
  }
}

TEST(DkimSignature, TooManyNamesAreRefused) {
  std::string names = "From";
  for (int i = 0; i < 2'000; ++i)
    names += ":x";
  EXPECT_EQ(result_of("From : To:from", names), "permerror");
}

TEST(DkimQuoted, GoesThereAndBack) {  // RFC 6376 2.11
  std::string all;
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  EXPECT_EQ(decode_dkim_quoted(encode_dkim_quoted(all)), all);
  EXPECT_EQ(encode_dkim_quoted("a b;c=d"), "a=20b=3Bc=3Dd");
  EXPECT_FALSE(decode_dkim_quoted("a="));
  EXPECT_FALSE(decode_dkim_quoted("a=4"));
}

}  // namespace
}  // namespace glasspost::auth
