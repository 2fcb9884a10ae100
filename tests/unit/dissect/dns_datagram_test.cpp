#include "engine/dissect/dns_datagram.h"

#include <gtest/gtest.h>

#include "engine/protocol/dns/message.h"

namespace glasspost::dissect {
namespace {

TEST(DnsDatagram, LabelsAnAnswer) {
  const dns::Question question{dns::Name::parse("beta.example").value(), dns::RecordType::kMx};
  dns::Message message = dns::make_response(dns::make_query(7, question, true), dns::ResponseCode::kNoError);
  dns::Record record;
  record.owner = question.name;
  record.type = dns::RecordType::kMx;
  record.ttl = 300;
  record.data = dns::MxData{10, dns::Name::parse("mx.beta.example").value()};
  message.answers.push_back(record);
  const std::string bytes = dns::encode_message(message);
  const auto labels = dissect_dns(bytes);
  ASSERT_TRUE(labels);
  EXPECT_EQ(labels->id, 7u);
  EXPECT_TRUE(labels->response);
  EXPECT_EQ(labels->name, "beta.example");
  EXPECT_EQ(labels->type, "MX");
  EXPECT_EQ(labels->code, "NOERROR");
  EXPECT_EQ(labels->answer, "10 mx.beta.example");
  ASSERT_GE(labels->parts.size(), 3u);
  EXPECT_EQ(labels->parts[0].name, "header");
  EXPECT_EQ(labels->parts[0].length, 12u);
  EXPECT_EQ(labels->parts[1].text, "beta.example MX");
  EXPECT_EQ(labels->parts[2].name, "answer");
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(dissect_dns(bytes.substr(0, n)));
}

}  // namespace
}  // namespace glasspost::dissect
