#include "engine/auth/dmarc_discovery.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

using Names = std::vector<std::string>;

TEST(DmarcWalk, AsksEightNamesAtMost) {  // RFC 9989 4.10
  EXPECT_EQ(dmarc_walk_names("example"), Names{"example"});
  EXPECT_EQ(dmarc_walk_names("a.b.example"), (Names{"a.b.example", "b.example", "example"}));
  EXPECT_EQ(dmarc_walk_names("1.2.3.4.5.6.7.8").size(), 8u);
  EXPECT_EQ(dmarc_walk_names("1.2.3.4.5.6.7.8")[1], "2.3.4.5.6.7.8");
  EXPECT_EQ(dmarc_walk_names("0.1.2.3.4.5.6.7.8")[1], "2.3.4.5.6.7.8");
  EXPECT_EQ(dmarc_walk_names("a.b.c.d.e.1.2.3.4.5.6.7.8").size(), 8u);
  EXPECT_TRUE(dmarc_walk_names("").empty());
}

DmarcFound found(std::string name, DmarcPsd psd) {
  DmarcRecord record;
  record.psd = psd;
  return {std::move(name), "", record};
}

TEST(DmarcWalk, TheOrganizationalDomainFollowsFromWhatWasFound) {  // RFC 9989 4.10.2
  const auto org = [](const std::string& domain, std::vector<DmarcFound> entries) {
    return organizational_domain(domain, {std::move(entries), ""});
  };
  using enum DmarcPsd;
  EXPECT_EQ(org("a.b.example", {}), "a.b.example");
  EXPECT_EQ(org("a.b.example", {found("a.b.example", kUnknown), found("b.example", kUnknown)}), "b.example");
  EXPECT_EQ(org("a.b.example", {found("a.b.example", kUnknown)}), "a.b.example");
  EXPECT_EQ(org("a.b.example", {found("b.example", kNo)}), "b.example");
  EXPECT_EQ(org("a.b.c.example", {found("a.b.c.example", kUnknown), found("c.example", kYes)}),
            "b.c.example");
  EXPECT_EQ(org("a.b.example", {found("example", kYes)}), "b.example");
  EXPECT_EQ(org("example", {found("example", kYes)}), "example");
  EXPECT_EQ(org("a.example", {found("a.example", kYes)}), "a.example");
}

}  // namespace
}  // namespace glasspost::auth
