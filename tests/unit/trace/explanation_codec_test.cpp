#include "engine/trace/explanation_codec.h"

#include <gtest/gtest.h>

namespace glasspost::trace {
namespace {

Explanation example() {
  Explanation root;
  root.rule = "RFC 7208 4.6";
  root.words = {"spf.result", {Argument::of_domain("domain", "alpha.example"), Argument::of_number("n", -3)}};
  root.outcome = "fail";
  root.inputs = {Argument::of_text("ip", "192.0.2.1"), Argument::of_duration("took", Duration{-5})};
  root.ranges = {{RangeSource::kDnsRecord, "alpha.example TXT", 7, 3},
                 {RangeSource::kMessage, "", 1u << 31, 9}};
  root.look_ups = {{"alpha.example", "TXT", "v=spf1 -all", Duration{-1}, true},
                   {"x", "MX", "NXDOMAIN", Duration::seconds(3), false}};
  root.children.resize(3);
  root.children[1].outcome = std::string("\0\xff", 2);
  root.children[1].children.resize(1);
  return root;
}

TEST(ExplanationCodec, RoundTrip) {
  const auto back = decode_explanation(encode_explanation(example()));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(*back, example());
  EXPECT_EQ(*decode_explanation(encode_explanation({})), Explanation{});
}

TEST(ExplanationCodec, EveryTruncationIsAnError) {
  const std::string bytes = encode_explanation(example());
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_explanation(bytes.substr(0, n))) << n;
  EXPECT_FALSE(decode_explanation(bytes + "x"));
}

TEST(ExplanationCodec, EveryFlippedByteIsReadOrRefused) {
  const std::string bytes = encode_explanation(example());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    for (const int mask : {1, 0x80, 0xFF}) {
      std::string flipped = bytes;
      flipped[n] = static_cast<char>(flipped[n] ^ mask);
      static_cast<void>(decode_explanation(flipped));
    }
  }
}

TEST(ExplanationCodec, DepthIsBounded) {
  Explanation deep;
  Explanation* at = &deep;
  for (int i = 0; i < 500; ++i)
    at = &at->children.emplace_back();
  const auto back = decode_explanation(encode_explanation(deep));
  ASSERT_TRUE(back);
  std::size_t depth = 0;
  for (const Explanation* e = &*back; !e->children.empty(); e = &e->children[0])
    ++depth;
  EXPECT_EQ(depth, kMaxExplanationDepth);
}

}  // namespace
}  // namespace glasspost::trace
