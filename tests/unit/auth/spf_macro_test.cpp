#include "engine/auth/spf_macro.h"

#include <string>

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

// The example of RFC 7208 7.4.
SpfMacroValues values(std::string_view client) {
  SpfMacroValues v;
  v.sender = "strong-bad@email.example.com";
  v.domain = "email.example.com";
  v.client = *IpAddress::parse(client);
  v.validated_name = "mx.example.org";
  v.helo = "mail.example.org";
  v.now = Instant{1'700'000'000'000'000'000};
  return v;
}

TEST(SpfMacro, ExpandsAsInTheRfcsExamples) {
  const struct {
    const char* macro;
    const char* expansion;
  } cases[] = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
      {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
      {"%{S}%%%_%-", "strong-bad%40email.example.com% %20"},
      {"%{p}|%{h}|%{c}|%{r}|%{t}", "mx.example.org|mail.example.org|192.0.2.3|unknown|1700000000"},
  };
  for (const auto& c : cases) {
    ASSERT_TRUE(is_macro_string(c.macro, SpfMacroPlace::kExplanation)) << c.macro;
    EXPECT_EQ(expand_macros(c.macro, values("192.0.2.3")), c.expansion) << c.macro;
  }
  EXPECT_EQ(expand_macros("%{ir}.%{v}", values("2001:db8::cb01")),
            "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6");
}

TEST(SpfMacro, KnowsWhatIsWellFormedWhere) {
  for (const char* bad :
       {"%", "%x", "%{", "%{}", "%{x}", "%{d", "%{d0}", "%{d2", "%{dr2}", "%{d.2}", "%(d)", "a%", "\x7F"})
    EXPECT_FALSE(is_macro_string(bad, SpfMacroPlace::kExplanation)) << bad;
  EXPECT_TRUE(is_macro_string("two words", SpfMacroPlace::kExplanation));
  EXPECT_FALSE(is_macro_string("two words", SpfMacroPlace::kDomainSpec));
  EXPECT_FALSE(is_macro_string("%{T}", SpfMacroPlace::kDomainSpec));
  EXPECT_TRUE(is_macro_string("%{d99999999999999999999R-+,/_=.}", SpfMacroPlace::kDomainSpec));
  EXPECT_TRUE(uses_validated_name("a.%{P2}.x"));
  EXPECT_FALSE(uses_validated_name("%%{p}"));
}

TEST(SpfMacro, LongDomainsLoseLabelsFromTheLeft) {  // RFC 7208 7.3
  SpfMacroValues v = values("192.0.2.3");
  v.domain = std::string(60, 'a') + "." + std::string(60, 'b') + "." + std::string(60, 'c') + ".example";
  const std::string domain = expand_domain("%{d}.%{d}.", v);
  EXPECT_LE(domain.size(), 253u);
  EXPECT_EQ(domain, "example." + v.domain);
}

TEST(SpfMacro, SendersWithoutALocalPartAreThePostmaster) {  // RFC 7208 4.3
  EXPECT_EQ(split_sender("alpha.example").local_part, "postmaster");
  EXPECT_EQ(split_sender("@alpha.example").local_part, "postmaster");
  EXPECT_EQ(split_sender("\"a@b\"@alpha.example").local_part, "\"a@b\"");
  EXPECT_EQ(split_sender("a@alpha.example").domain, "alpha.example");
}

}  // namespace
}  // namespace glasspost::auth
