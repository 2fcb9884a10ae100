#include "engine/auth/author.h"

#include <gtest/gtest.h>

namespace glasspost::auth {
namespace {

using Domains = std::vector<std::string>;

Authors authors(std::string_view fields) {
  return find_authors(message::parse_header(std::string(fields) + "\r\n"));
}

TEST(Author, IsTheDomainOfTheFromFieldAlone) {  // RFC 9989 5.3.1, A.3
  EXPECT_EQ(authors("Sender: s@sender.example\r\nFrom: Alice <alice@Alpha.Example>\r\n").domains,
            Domains{"alpha.example"});
  EXPECT_EQ(authors("From: \"bob@beta.example\" <alice@alpha.example>\r\n").domains,
            Domains{"alpha.example"});
  EXPECT_EQ(authors("From: a@b\xC3\xBC"
                    "cher.example\r\n")
                .domains,
            Domains{"xn--bcher-kva.example"});
  EXPECT_EQ(authors("From: \"a@evil.example\"@alpha.example\r\n").domains, Domains{"alpha.example"});
  EXPECT_EQ(authors("From: a@alpha.example\r\n (comment)\r\n").problem, AuthorProblem::kNone);
}

TEST(Author, TwoAuthorsOfOneDomainAreOneDomain) {
  const Authors found = authors("From: a@alpha.example, b@ALPHA.example., Group: c@alpha.example;\r\n");
  EXPECT_EQ(found.domains.front(), "alpha.example");
  EXPECT_EQ(found.domains.size(), 1u);
  EXPECT_EQ(found.problem, AuthorProblem::kNone);
}

TEST(Author, OddFieldsSayWhatIsOdd) {
  EXPECT_EQ(authors("To: b@beta.example\r\n").problem, AuthorProblem::kNoFrom);
  EXPECT_EQ(authors("From:\r\n").problem, AuthorProblem::kNoDomain);
  EXPECT_EQ(authors("From: undisclosed:;\r\n").problem, AuthorProblem::kNoDomain);
  EXPECT_EQ(authors("From: a@[192.0.2.1]\r\n").problem, AuthorProblem::kNoDomain);
  EXPECT_EQ(authors("From: just a name\r\n").problem, AuthorProblem::kNoDomain);
  const Authors two = authors("From: a@alpha.example, b@beta.example\r\n");
  EXPECT_EQ(two.problem, AuthorProblem::kSeveralDomains);
  EXPECT_EQ(two.domains, (Domains{"alpha.example", "beta.example"}));
  const Authors fields = authors("From: a@alpha.example\r\nFROM : a@alpha.example\r\n");
  EXPECT_EQ(fields.problem, AuthorProblem::kSeveralFields);
  EXPECT_TRUE(fields.domains.empty());
}

}  // namespace
}  // namespace glasspost::auth
