#include "engine/scenario/vary.h"

#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

const std::string kWorld =
    "glasspost: 1\ntitle: x\ndomains:\n"
    "  alpha.example: {users: {sam: {devices: [{phone: imap}]}}}\n"
    "  beta.example: {server: {tls: offered}, users: {bob: {devices: [{phone: imap}, {laptop: {protocol: "
    "pop3, "
    "policy: leave, leave_for: 3d, security: tls}}, pad]}, sam: {devices: [{phone: pop3}]}}}\n";

std::string problem(std::string_view text) {
  Scenario scenario = loaded(kWorld);
  const auto variation = parse_variation(text);
  if (!variation) return variation.error().message;
  const Ok varied = vary(scenario, *variation, variation->values.front());
  return varied ? std::string() : varied.error().message;
}

Device varied(std::string_view text) {
  Scenario scenario = loaded(kWorld);
  const auto variation = parse_variation(text);
  EXPECT_TRUE(variation.has_value());
  EXPECT_TRUE(vary(scenario, *variation, variation->values.front()).has_value());
  return *varied_host(scenario, *variation)->device;
}

TEST(Vary, AProtocolBringsItsPolicyAndItsPort) {
  const Device phone = varied("bob/phone.protocol=pop3,imap");
  EXPECT_EQ(phone.protocol, RetrievalProtocol::kPop3);
  EXPECT_EQ(phone.policy, RetrievalPolicy::kDelete);
  EXPECT_EQ(phone.retrieval_port, 110);
  const Device laptop = varied("bob/laptop.protocol=imap,pop3");
  EXPECT_EQ(laptop.policy, RetrievalPolicy::kCached);
  EXPECT_EQ(laptop.retrieval_port, 993);
  EXPECT_EQ(laptop.leave_for, Duration{});
  // What it is already stays as it is written.
  EXPECT_EQ(varied("bob/laptop.protocol=pop3,imap").leave_for, Duration::days(3));
  EXPECT_EQ(varied("bob/pad.protocol=imap,pop3").retrieval_host, "mx.beta.example");
}

TEST(Vary, OtherKeysToo) {
  EXPECT_EQ(varied("bob/phone.policy=idle,cached").policy, RetrievalPolicy::kIdle);
  EXPECT_EQ(varied("bob/phone.poll=5m,1h").poll, Duration::minutes(5));
  EXPECT_EQ(varied("sam@beta.example/phone.policy=leave,delete").policy, RetrievalPolicy::kLeave);
}

TEST(Vary, SaysWhatIsWrong) {
  EXPECT_NE(problem("bob.protocol=imap,pop3"), "");
  EXPECT_NE(problem("bob/phone=imap,pop3"), "");
  EXPECT_EQ(problem("bob/phone.protocol=imap"), "expected two to four values, separated by commas");
  EXPECT_EQ(problem("bob/tablet.protocol=imap,pop3"), "there is no device `bob/tablet`");
  EXPECT_NE(problem("sam/phone.protocol=imap,pop3"), "") << "there are two";
  EXPECT_EQ(problem("bob/phone.protocol=pop4,imap"),
            "`pop4` is no value of `protocol`; expected imap or pop3");
  EXPECT_EQ(problem("bob/phone.policy=leave,idle"), "policy `leave` belongs to POP3");
  EXPECT_NE(problem("bob/phone.colour=red,blue"), "");
}

}  // namespace
}  // namespace glasspost::scenario
