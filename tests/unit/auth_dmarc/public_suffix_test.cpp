#include "engine/auth/public_suffix.h"

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

TEST(PublicSuffix, TheOrganizationIsOneLabelBelowIt) {  // RFC 7489 3.2
  EXPECT_EQ(organizational_domain_by_list("a.b.Example.CO.uk."), "example.co.uk");
  EXPECT_EQ(organizational_domain_by_list("mail.alpha.example"), "alpha.example");
  EXPECT_EQ(organizational_domain_by_list("co.uk"), "co.uk");
  EXPECT_FALSE(registrable_domain("co.uk"));
  EXPECT_FALSE(registrable_domain(""));
  EXPECT_EQ(registrable_domain("b\xC3\xBC"
                               "cher.example"),
            "xn--bcher-kva.example");
}

TEST(PublicSuffix, DomainsAreComparedInOneForm) {
  EXPECT_EQ(comparable_domain("..Alpha.Example.."), "alpha.example");
  EXPECT_EQ(comparable_domain("a..b"), "");
  EXPECT_EQ(comparable_domain("[192.0.2.1]"), "");
  EXPECT_EQ(comparable_domain(std::string(300, 'a')), "");
}

}  // namespace
}  // namespace glasspost::auth
