#include "engine/agent/mta/directory.h"

#include <gtest/gtest.h>

namespace glasspost::agent {
namespace {

Directory make() {
  DirectoryConfig config;
  config.local_domains = {"Beta.example"};
  config.relay_domains = {"backup.example"};
  config.accounts = {{"bob@beta.example", "pw", 0, {"robert@beta.example"}},
                     {"\"a b\"@beta.example", "pw", 0, {}},
                     {"bob@gamma.example", "pw", 0, {}},
                     {"dave@gamma.example", "pw", 0, {}}};
  config.forwards = {{"team@beta.example", {"bob@beta.example", "x@far.example"}}};
  return Directory(config);
}

TEST(Directory, TellsWhoseAnAddressIs) {
  const Directory directory = make();
  EXPECT_EQ(directory.find("BOB@BETA.EXAMPLE").kind, RecipientKind::kMailbox);
  EXPECT_EQ(directory.find("BOB@BETA.EXAMPLE").account, "bob@beta.example");
  EXPECT_EQ(directory.find("eve@beta.example").kind, RecipientKind::kUnknownUser);
  EXPECT_EQ(directory.find("team@beta.example").targets.size(), 2u);
  EXPECT_EQ(directory.find("x@backup.example").kind, RecipientKind::kRelayDomain);
  EXPECT_EQ(directory.find("bob@gamma.example").kind, RecipientKind::kForeign)
      << "may submit, has no mailbox here";
  EXPECT_EQ(directory.find("bob@sub.beta.example").kind, RecipientKind::kForeign);
  EXPECT_EQ(directory.find("no address").kind, RecipientKind::kForeign);
}

TEST(FieldCase, A16_LocalPartsAreComparedAfterUnquoting) {
  const Directory directory = make();
  EXPECT_EQ(directory.find("\"a b\"@beta.example").kind, RecipientKind::kMailbox);
  EXPECT_EQ(directory.find("\"a\\ b\"@beta.example").kind, RecipientKind::kMailbox);
  EXPECT_EQ(directory.find("\"bob\"@beta.example").kind, RecipientKind::kMailbox);
  EXPECT_EQ(directory.find("\"b\\ob\"@beta.example").account, "bob@beta.example");
}

TEST(Directory, ThePostmasterIsAlwaysSomebody) {
  const Directory directory = make();
  EXPECT_EQ(directory.find("postmaster@beta.example").kind, RecipientKind::kMailbox);
  EXPECT_EQ(directory.find("Postmaster").account, "postmaster@beta.example");
  DirectoryConfig config;
  config.local_domains = {"beta.example"};
  config.postmaster = "root@beta.example";
  const Directory other(config);
  EXPECT_EQ(other.find("Postmaster@Beta.Example").targets, std::vector<std::string>{"root@beta.example"});
  EXPECT_EQ(other.postmaster_of("mx.beta.example"), "postmaster@beta.example");
  EXPECT_EQ(Directory({}).postmaster_of("mx.beta.example"), "postmaster@mx.beta.example");
}

TEST(Directory, LoginsAreAddressesOrUnambiguousLocalParts) {
  const Directory directory = make();
  EXPECT_EQ(directory.find_login("bob@beta.example")->address, "bob@beta.example");
  EXPECT_EQ(directory.find_login("dave")->address, "dave@gamma.example");
  EXPECT_EQ(directory.find_login("bob"), nullptr) << "two accounts have that local part";
  EXPECT_EQ(directory.find_login(""), nullptr);
  EXPECT_TRUE(directory.may_send_as("bob@beta.example", "Robert@beta.example"));
  EXPECT_TRUE(directory.may_send_as("bob@beta.example", ""));
  EXPECT_FALSE(directory.may_send_as("bob@beta.example", "bob@gamma.example"));
}

}  // namespace
}  // namespace glasspost::agent
