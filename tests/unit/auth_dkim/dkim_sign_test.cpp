#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "engine/auth/dkim.h"
#include "engine/auth/dkim_signature.h"
#include "tests/unit/auth_dkim/dkim_world.h"

namespace glasspost::auth {
namespace {

using test::DkimWorld;
using test::kMessage;

Result<std::string> sign(std::string_view message, const DkimSigner& signer,
                         const DkimSignOptions& options = {}) {
  const message::Header header = message::parse_header(message);
  return sign_dkim(header, message, signer, options);
}

TEST(DkimSign, WritesOneFieldThatItsReaderReads) {
  DkimSignOptions options;
  options.time = Instant{1'772'442'000'000'000'000};
  options.expires = *options.time + Duration::days(7);
  options.identity = "alice@mail.alpha.example";
  options.body_length = 5;
  const Result<std::string> field = sign(kMessage, DkimWorld().rsa, options);
  ASSERT_TRUE(field) << field.error().message;
  const message::Header header = message::parse_header(*field);
  ASSERT_EQ(header.fields.size(), 1u);
  const ReadDkimSignature read = read_dkim_signature(header.fields[0].value());
  ASSERT_TRUE(read.signature) << read.problem->text;
  EXPECT_EQ(read.signature->fields,
            (std::vector<std::string>{"From", "To", "Subject", "Date", "Message-ID", "From", "To", "Cc",
                                      "Subject", "Date", "Reply-To", "Message-ID"}));
  EXPECT_EQ(read.signature->time, 1'772'442'000u);
  EXPECT_EQ(read.signature->expires, 1'772'442'000u + 7 * 86'400);
  EXPECT_EQ(read.signature->identity, "alice@mail.alpha.example");
  EXPECT_EQ(read.signature->body_length, 5u);
  for (std::size_t at = 0; at < field->size();) {
    const std::size_t end = field->find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 90u);
    at = end + 2;
  }
}

TEST(DkimSign, TheSameInputGivesTheSameBytes) {
  DkimWorld world;
  for (const DkimSigner& signer : {world.rsa, world.ed25519})
    EXPECT_EQ(*sign(kMessage, signer), *sign(kMessage, signer));
}

TEST(DkimSign, RefusesWhatCouldNotBeVerified) {
  DkimWorld world;
  const auto error = [&](std::string_view message, const DkimSigner& signer,
                         const DkimSignOptions& options = {}) {
    const Result<std::string> field = sign(message, signer, options);
    return field ? std::string() : std::string(to_string(field.error().code));
  };
  EXPECT_EQ(error("To: b@beta.example\r\n\r\n", world.rsa), "invalid input");
  for (const char* domain :
       {"", "example", "a..example", "a b.example", "a.example;x=1", "a.example\r\nX: y"})
    EXPECT_EQ(error(kMessage, {domain, "s1", test::rsa_key()}), "invalid input") << domain;
  for (const char* selector : {"", "a;b", "a b", "a..b", "\r\n"})
    EXPECT_EQ(error(kMessage, {"alpha.example", selector, test::rsa_key()}), "invalid input") << selector;
  DkimSignOptions options;
  options.body_length = 10'000;
  EXPECT_EQ(error(kMessage, world.rsa, options), "invalid input");
  options = {};
  options.time = Instant{5'000'000'000};
  options.expires = options.time;
  EXPECT_EQ(error(kMessage, world.rsa, options), "invalid input");
  options = {};
  options.identity = "a@other.example";
  EXPECT_EQ(error(kMessage, world.rsa, options), "invalid input");
  options = {};
  options.oversign = {"From:To", "a\r\nb"};
  EXPECT_EQ(error(kMessage, world.rsa, options), "invalid input");
}

TEST(FieldCase, A14_ALineThatALaterHopWouldFoldIsNotSigned) {
  std::string references = "References: <" + std::string(1'090, 'a') + "@x>\r\n";
  const std::string message = references + std::string(kMessage);
  const Result<std::string> field = sign(message, DkimWorld().rsa);
  ASSERT_FALSE(field);
  EXPECT_EQ(field.error().offset, 0u);
  // Folded first, it is signed, and holds.
  references = "References: <" + std::string(500, 'a') + "@x>\r\n <" + std::string(500, 'b') + "@x>\r\n";
  DkimWorld world;
  EXPECT_EQ(world.result(DkimWorld::sign(references + std::string(kMessage), world.rsa)), "pass");
}

}  // namespace
}  // namespace glasspost::auth
