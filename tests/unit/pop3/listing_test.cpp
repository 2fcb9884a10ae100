#include "engine/protocol/pop3/listing.h"

#include <gtest/gtest.h>

namespace glasspost::pop3 {
namespace {

TEST(Pop3Listing, NumbersAreReadAndWhatStandsBehindThemPassedOver) {
  EXPECT_EQ(*parse_drop_listing("2 320"), (DropListing{2, 320}));
  EXPECT_EQ(*parse_drop_listing("0 0 and more"), (DropListing{0, 0}));
  EXPECT_FALSE(parse_drop_listing("two 320").has_value());
  EXPECT_FALSE(parse_drop_listing("2").has_value());
  EXPECT_FALSE(parse_drop_listing("99999999999 1").has_value());
  const auto listed = parse_scan_listings("1 120\r\n2 200 x\r\n");
  EXPECT_EQ(*listed, (std::vector<ScanListing>{{1, 120}, {2, 200}}));
  EXPECT_TRUE(parse_scan_listings("")->empty());
  EXPECT_EQ(parse_scan_listings("1 120\r\nx\r\n").error().offset, 7u);
}

TEST(Pop3Listing, UniqueIdsKeepToTheirAlphabet) {
  EXPECT_EQ(*parse_unique_ids("1 whqtswO00WBw418f9t5JxYwZ\r\n2 4.7\r\n"),
            (std::vector<UniqueIdListing>{{1, "whqtswO00WBw418f9t5JxYwZ"}, {2, "4.7"}}));
  EXPECT_FALSE(parse_unique_ids("1 " + std::string(71, 'x') + "\r\n").has_value());
  EXPECT_FALSE(parse_unique_ids("1 \r\n").has_value());
  EXPECT_FALSE(parse_unique_ids("1 a\x01\r\n").has_value());
}

TEST(Pop3Listing, CapabilitiesAreReadInAnyCase) {
  const Capabilities found =
      parse_capabilities("top\r\nUIDL\r\nSASL plain X-ODD\r\nSTLS\r\nEXPIRE 60\r\n\r\n");
  EXPECT_TRUE(found.told && found.top && found.uidl && found.stls);
  EXPECT_FALSE(found.user || found.pipelining);
  EXPECT_TRUE(found.offers(sasl::Mechanism::kPlain));
  EXPECT_FALSE(found.offers(sasl::Mechanism::kLogin));
}

}  // namespace
}  // namespace glasspost::pop3
