#include "engine/auth/dkim_key.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/auth_dkim/dkim_world.h"

namespace glasspost::auth {
namespace {

std::string good() {
  return dkim_key_record_text(test::rsa_key().public_key());
}

TEST(DkimKey, ReadsWhatItWrites) {
  const Result<DkimKeyRecord> rsa = parse_dkim_key_record(good());
  ASSERT_TRUE(rsa) << rsa.error().message;
  EXPECT_EQ(rsa->bits, 1'024);
  EXPECT_TRUE(rsa->key);
  EXPECT_TRUE(rsa->allows_sha256());
  EXPECT_TRUE(rsa->allows_email());
  const std::string text = dkim_key_record_text(test::ed25519_key().public_key());
  const Result<DkimKeyRecord> ed25519 = parse_dkim_key_record(text);
  ASSERT_TRUE(ed25519) << ed25519.error().message;
  EXPECT_EQ(ed25519->kind, "ed25519");
  EXPECT_EQ(text.substr(ed25519->key_place.offset, 2), "p=");
}

TEST(DkimKey, QuirksAreRead) {  // RFC 6376 3.6.1
  std::string p = good().substr(good().find("p="));
  const Result<DkimKeyRecord> bare = parse_dkim_key_record(p);
  ASSERT_TRUE(bare);
  p.insert(40, " \t");
  const auto folded =
      parse_dkim_key_record("k=rsa; h=sha1 : sha256:new; s=x:email; t=y:s:z; n=a note; g=*; " + p + ";");
  ASSERT_TRUE(folded) << folded.error().message;
  EXPECT_TRUE(folded->allows_sha256());
  EXPECT_TRUE(folded->allows_email());
  EXPECT_TRUE(folded->testing);
  EXPECT_TRUE(folded->strict_identity);
  EXPECT_FALSE(parse_dkim_key_record("h=sha1; " + p)->allows_sha256());
  EXPECT_FALSE(parse_dkim_key_record("s=tlsrpt; " + p)->allows_email());
  EXPECT_TRUE(parse_dkim_key_record("s=*; " + p)->allows_email());
  EXPECT_FALSE(parse_dkim_key_record("h=; " + p)->allows_sha256());  // RFC 6376 3.2: empty is not absent
}

TEST(DkimKey, AnEmptyKeyIsRevoked) {
  const Result<DkimKeyRecord> record = parse_dkim_key_record("v=DKIM1; p=");
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->key);
}

TEST(DkimKey, RefusesWhatIsNone) {
  const std::string p = good().substr(good().find("p="));
  for (const std::string& bad : {std::string(), std::string("v=DKIM1"), "v=dkim1; " + p, "v=DKIM10; " + p,
                                 p + "; v=DKIM1", "k=x; " + p, p + "; " + p, std::string("p=MFww!"),
                                 std::string("p=AAAA"), std::string("k=ed25519; p=AAAA"),
                                 std::string("v=spf1 -all"), "k=ed25519; " + p, std::string("just words")}) {
    const Result<DkimKeyRecord> record = parse_dkim_key_record(bad);
    ASSERT_FALSE(record) << bad;
    EXPECT_LE(record.error().offset.value_or(0), bad.size());
  }
}

TEST(DkimKey, EveryTruncationGivesARecordOrAnError) {
  const std::string text = "v=DKIM1; k=rsa; h=sha256; t=y:s; " + good().substr(good().find("p="));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Result<DkimKeyRecord> record = parse_dkim_key_record(std::string_view(text).substr(0, size));
    EXPECT_FALSE(record && record->key) << size;  // "p=" alone
  }
}

TEST(DkimKey, TheCacheIsBoundedAndChangesNothing) {
  DkimKeyCache cache(2);
  const auto first = cached_dkim_key_record(&cache, good());
  EXPECT_EQ(cached_dkim_key_record(&cache, good()), first);
  (void)cached_dkim_key_record(&cache, "p=a");
  (void)cached_dkim_key_record(&cache, "p=b");
  const auto again = cached_dkim_key_record(&cache, good());
  EXPECT_NE(again, first);
  EXPECT_EQ((*again)->bits, 1'024);
}

}  // namespace
}  // namespace glasspost::auth
