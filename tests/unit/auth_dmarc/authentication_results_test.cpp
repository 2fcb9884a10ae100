#include "engine/auth/authentication_results.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/auth/dkim.h"

namespace glasspost::auth {
namespace {

TEST(AuthenticationResults, AreWrittenAndReadBack) {  // RFC 8601 2.2
  const AuthenticationResult dkim{"dkim",
                                  "fail",
                                  "the \"body\" was changed",
                                  {{"header", "d", "alpha.example"}, {"header", "b", "a/b+c=="}}};
  EXPECT_EQ(to_string(dkim),
            "dkim=fail reason=\"the \\\"body\\\" was changed\" header.d=alpha.example header.b=\"a/b+c==\"");
  const AuthenticationResult spf{"spf", "pass", "", {{"smtp", "mailfrom", "a.b@alpha.example"}}};
  const std::string field =
      authentication_results_field("mx.beta.example", {to_string(dkim), to_string(spf)});
  EXPECT_TRUE(field.starts_with("Authentication-Results: mx.beta.example;"));
  EXPECT_TRUE(field.ends_with("\r\n"));
  const message::Header header = message::parse_header(field);
  ASSERT_EQ(header.fields.size(), 1u);
  const auto read = parse_authentication_results(header.fields[0].value());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->authserv_id, "mx.beta.example");
  EXPECT_EQ(read->results, (std::vector<AuthenticationResult>{dkim, spf}));
}

TEST(AuthenticationResults, WithoutResultsSayNone) {
  const std::string field = authentication_results_field("mx.beta.example", {});
  EXPECT_EQ(field, "Authentication-Results: mx.beta.example; none\r\n");
  EXPECT_TRUE(parse_authentication_results("mx.beta.example; none")->results.empty());
}

TEST(AuthenticationResults, NoStrangersValueCanSmuggleAFieldIn) {
  const std::string evil = "x\r\nX-Evil: 1\r\n\"; spf=pass";
  const AuthenticationResult result{"dkim", "fail", evil, {{"header", "s", evil}}};
  const std::string field = authentication_results_field("mx.beta.example", {to_string(result)});
  const message::Header header = message::parse_header(field + "\r\n");
  ASSERT_EQ(header.fields.size(), 1u) << field;
  const auto read = parse_authentication_results(header.fields[0].value());
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->results.size(), 1u);
  EXPECT_EQ(read->results[0].result, "fail");
  EXPECT_LT(
      to_string({"dkim", "fail", std::string(9'000, 'x'), {{"header", "s", std::string(9'000, 'y')}}}).size(),
      600u);
}

TEST(AuthenticationResults, ReadsWhatOthersWrite) {
  const auto read = parse_authentication_results(
      " (a) \"mx.beta.example\" (b) 1 (c);\r\n dkim/1 (d) = Pass reason=ok (good) header.d=@a.example "
      "header.b=a/b+=;"
      " spf=pass smtp.mailfrom=\"a b\"@alpha.example ; none;");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->authserv_id, "mx.beta.example");
  ASSERT_EQ(read->results.size(), 2u);
  EXPECT_EQ(read->results[0].result, "pass");
  EXPECT_EQ(read->results[0].reason, "ok");
  EXPECT_EQ(read->results[0].properties[1].value, "a/b+=");
  EXPECT_EQ(read->results[1].properties[0].value, "a b@alpha.example");
  for (const char* bad : {"", "; none", "id spf=pass", "id; spf", "id; =pass", "id; spf=", "id; spf=pass x",
                          "id; \"", "\"id; none", "id; spf=pass x="})
    EXPECT_FALSE(parse_authentication_results(bad)) << bad;
}

std::string stripped(std::string message) {
  for (const auto& alteration : remove_forged_results(message::parse_header(message), {"mx.beta.example"}))
    message::apply(alteration, message);
  return message;
}

TEST(AuthenticationResults, FieldsThatSpeakForUsAreRemoved) {  // RFC 8601 5
  for (const char* forged :
       {"mx.beta.example; spf=pass", " MX.Beta.Example ; none", " (x) \"mx.beta.example\" 1; spf=pass",
        "\r\n\tmx.beta.example;\r\n\tdkim=pass", "mx.beta.example junk junk", "other.example 2; spf=pass", "",
        "; x", "\"mx.beta.example"})
    EXPECT_EQ(stripped("Authentication-results:" + std::string(forged) + "\r\nFrom: a\r\n\r\nb"),
              "From: a\r\n\r\nb")
        << forged;
  for (const char* kept :
       {"other.example; spf=pass", "mx.beta.example.org; spf=pass", "other.example; junk"}) {
    const std::string message = "Authentication-Results: " + std::string(kept) + "\r\n\r\nb";
    EXPECT_EQ(stripped(message), message);
  }
  const std::string arc = "ARC-Authentication-Results: i=1; mx.beta.example; spf=pass\r\n\r\n";
  EXPECT_EQ(stripped(arc), arc);
}

TEST(AuthenticationResults, DkimTellsItsSignaturesApart) {  // RFC 6008
  DkimSignatureVerdict verdict;
  verdict.result = DkimResult::kPass;
  verdict.domain = "alpha.example";
  verdict.selector = "s1";
  verdict.algorithm = "rsa-sha256";
  verdict.b_prefix = "AbCdEfGh";
  EXPECT_EQ(authentication_result(verdict),
            "dkim=pass header.d=alpha.example header.s=s1 header.a=rsa-sha256 header.b=AbCdEfGh");
}

}  // namespace
}  // namespace glasspost::auth
