#include "tests/unit/scenario/loading.h"

namespace glasspost::scenario {
namespace {

const std::string kWorld =
    "glasspost: 1\ntitle: x\nnetwork: {links: {sea: {between: [alpha.example, beta.example], loss: "
    "1%}}}\ndomains:\n"
    "  alpha.example: {users: {alice: {devices: [laptop, {phone: imap}]}, sam: }}\n"
    "  beta.example: {users: {bob: , sam: }}\nhosts:\n  thief.example:\n";

std::string script_errors(const std::string& action) {
  return errors_of(kWorld + "script:\n  - " + action + "\n");
}
Action only_action(const std::string& action) {
  const Scenario scenario = loaded(kWorld + "script:\n  - " + action + "\n");
  return scenario.script.empty() ? Action{} : scenario.script.front();
}
std::string expect_errors(const std::string& expectation) {
  return errors_of(kWorld + "expect:\n  - " + expectation + "\n");
}
Expectation only_expectation(const std::string& expectation) {
  const Scenario scenario = loaded(kWorld + "expect:\n  - " + expectation + "\n");
  return scenario.expectations.empty() ? Expectation{} : scenario.expectations.front();
}

TEST(Script, AUserSends) {
  const Scenario scenario = loaded(kFirstMail);
  ASSERT_EQ(scenario.script.size(), 1u);
  EXPECT_EQ(scenario.script[0].at, Duration::seconds(1));
  EXPECT_EQ(scenario.script[0].place.line, 12u);
  const SendMail& mail = std::get<SendMail>(scenario.script[0].what);
  EXPECT_EQ(mail.account, "alice@alpha.example");
  EXPECT_EQ(mail.device, "alice-laptop.alpha.example");
  EXPECT_EQ(mail.to, std::vector<std::string>{"bob@beta.example"});
  EXPECT_EQ(mail.from, "alice@alpha.example");
  EXPECT_EQ(mail.envelope_from, "alice@alpha.example");
  EXPECT_EQ(mail.text, "Hi Bob");
}

TEST(Script, ChoosesUserAndDevice) {
  EXPECT_EQ(
      std::get<SendMail>(only_action("{at: 1s, alice/phone: {send: {to: bob@beta.example}}}").what).device,
      "alice-phone.alpha.example");
  EXPECT_EQ(
      std::get<SendMail>(only_action("{at: 1s, sam@beta.example: {send: {bcc: bob@beta.example}}}").what)
          .account,
      "sam@beta.example");
  EXPECT_NE(script_errors("{at: 1s, sam: {send: {to: bob@beta.example}}}")
                .find("is a user of two domains: write `sam@beta.example`"),
            std::string::npos);
  EXPECT_NE(script_errors("{at: 1s, alcie: {send: {to: bob@beta.example}}}")
                .find("no user `alcie`; did you mean `alice`?"),
            std::string::npos);
  EXPECT_NE(script_errors("{at: 1s, alice/tablet: {send: {to: bob@beta.example}}}")
                .find("no device `tablet`; devices: laptop, phone"),
            std::string::npos);
}

TEST(Script, DevicesDoMoreThanSend) {
  const UseDevice sync = std::get<UseDevice>(only_action("{at: 1s, alice/phone: sync}").what);
  EXPECT_EQ(sync.deed, DeviceDeed::kSync);
  EXPECT_EQ(sync.device, "alice-phone.alpha.example");
  EXPECT_EQ(std::get<UseDevice>(only_action("{at: 1s, alice/phone: {go_online: }}").what).deed,
            DeviceDeed::kGoOnline);
  const UseDevice read = std::get<UseDevice>(only_action("{at: 1s, alice/phone: {read: Hello}}").what);
  EXPECT_EQ(read.subject, "Hello");
  EXPECT_EQ(read.folder, "INBOX");
  const UseDevice move = std::get<UseDevice>(
      only_action("{at: 1s, alice/phone: {move: {subject: Hello, folder: Work, to: inbox}}}").what);
  EXPECT_EQ(move.folder, "Work");
  EXPECT_EQ(move.target, "INBOX");
  const UseDevice forward = std::get<UseDevice>(
      only_action("{at: 1s, alice/phone: {forward: {subject: Hello, to: bob@beta.example, text: Look}}}")
          .what);
  EXPECT_EQ(forward.to, std::vector<std::string>{"bob@beta.example"});
  EXPECT_EQ(forward.text, "Look");
}

TEST(Script, DeedsThatCannotBeAreReported) {
  const auto has = [](const std::string& action, std::string_view what) {
    const std::string errors = script_errors(action);
    EXPECT_NE(errors.find(what), std::string::npos) << errors;
  };
  has("{at: 1s, alice/laptop: sync}",
      "`alice/laptop` only sends: give it a protocol, such as `{laptop: imap}`");
  has("{at: 1s, alice/phone: {sync: now}}", "`sync` takes no value");
  has("{at: 1s, alice/phone: {read: }}", "key `read` has no value");
  has("{at: 1s, alice/phone: {read: Hello, flag: Hello}}", "only one thing is done in an action");
  has("{at: 1s, alice/phone: {move: {subject: Hello}}}", "`to`");
  has("{at: 1s, alice/phone: {raed: Hello}}", "expected `alice/phone` to do something");
}

TEST(Script, AttachmentsAndForgedFields) {
  const SendMail mail =
      std::get<SendMail>(only_action("{at: 1s, alice: {send: {to: [bob@beta.example, Carol "
                                     "<c@beta.example>], from: Boss <boss@alpha.example>, "
                                     "envelope_from: \"\", attachments: [{name: a.bin, base64: AAEC}, {name: "
                                     "b.txt, text: hi, type: text/x-b}]}}}")
                             .what);
  EXPECT_EQ(mail.to.size(), 2u);
  EXPECT_EQ(mail.from, "Boss <boss@alpha.example>");
  EXPECT_EQ(mail.envelope_from, "");
  ASSERT_EQ(mail.attachments.size(), 2u);
  EXPECT_EQ(mail.attachments[0].bytes, std::string("\0\1\2", 3));
  EXPECT_EQ(mail.attachments[0].media_type, "application/octet-stream");
  EXPECT_EQ(mail.attachments[1].media_type, "text/x-b");
  EXPECT_NE(script_errors("{at: 1s, alice: {send: {to: bob}}}").find("expected an address"),
            std::string::npos);
  EXPECT_NE(script_errors("{at: 1s, alice: {send: {subject: x}}}").find("key `to` is missing"),
            std::string::npos);
  EXPECT_NE(script_errors("{at: 1s, alice: {send: {to: b@c.example, attachments: [{name: a, base64: '?'}]}}}")
                .find("expected base64"),
            std::string::npos);
}

TEST(Script, AStrangerInjects) {
  const InjectMail mail =
      std::get<InjectMail>(only_action("{at: 1s, thief.example: {inject: {to_host: beta.example, mail_from: "
                                       "a@alpha.example, rcpt_to: [b@beta.example]}}}")
                               .what);
  EXPECT_EQ(mail.host, "thief.example");
  EXPECT_EQ(mail.target, "mx.beta.example");
  EXPECT_EQ(mail.port, 25);
  EXPECT_EQ(mail.helo, "thief.example");
  EXPECT_EQ(mail.from, "a@alpha.example");
  EXPECT_EQ(mail.to, "b@beta.example");
  EXPECT_FALSE(mail.raw.has_value());
  EXPECT_NE(script_errors("{at: 1s, theif.example: {inject: {to_host: beta.example, mail_from: a@b.example, "
                          "rcpt_to: b@b.example}}}")
                .find("did you mean `thief.example`?"),
            std::string::npos);
}

TEST(Script, FaultsNameHostsAndLinks) {
  EXPECT_EQ(std::get<StopHost>(only_action("{at: 1s, stop: beta.example}").what).host, "mx.beta.example");
  EXPECT_EQ(std::get<CrashHost>(only_action("{at: 1s, crash: mx.beta.example}").what).host,
            "mx.beta.example");
  const CutLink sea = std::get<CutLink>(only_action("{at: 1s, cut: sea}").what);
  EXPECT_EQ(sea.pairs, (std::vector<HostPair>{{"mx.alpha.example", "mx.beta.example"}}));
  const CutLink all = std::get<CutLink>(only_action("{at: 1s, cut: thief.example}").what);
  EXPECT_EQ(all.pairs.size(), 8u);
  const RestoreLink two =
      std::get<RestoreLink>(only_action("{at: 1s, restore: [thief.example, beta.example]}").what);
  EXPECT_EQ(two.pairs, (std::vector<HostPair>{{"thief.example", "mx.beta.example"}}));
  const ChangeLink change =
      std::get<ChangeLink>(only_action("{at: 1s, change: {link: sea, latency: 1s}}").what);
  EXPECT_EQ(change.profile.latency, Duration::seconds(1));
  EXPECT_EQ(change.profile.loss, 10'000u);
  EXPECT_NE(script_errors("{at: 1s, stpo: mx.beta.example}")
                .find("unknown key `stpo` in action; did you mean `stop`?"),
            std::string::npos);
  EXPECT_NE(script_errors("{at: 1s, stop: mx.betta.example}").find("did you mean `mx.beta.example`?"),
            std::string::npos);
  EXPECT_NE(script_errors("{at: 1s}").find("expected something that happens"), std::string::npos);
  EXPECT_NE(script_errors("{at: 1s, stop: a.example, crash: a.example}").find("only one thing happens"),
            std::string::npos);
}

TEST(Script, RecordsAreReplaced) {
  const SetRecord set = std::get<SetRecord>(
      only_action("{at: 1s, set_record: {zone: alpha.example, type: TXT, value: v=spf1 -all, ttl: 1m}}")
          .what);
  EXPECT_EQ(set.name, "alpha.example");
  ASSERT_EQ(set.records.size(), 1u);
  EXPECT_EQ(set.records[0].ttl, 60u);
  EXPECT_TRUE(
      std::get<SetRecord>(only_action("{at: 1s, set_record: {zone: alpha.example, name: www, type: A}}").what)
          .records.empty());
  EXPECT_NE(script_errors("{at: 1s, set_record: {zone: gamma.example, type: A}}")
                .find("there is no zone `gamma.example`"),
            std::string::npos);
}

TEST(Script, IsSortedByTimeAndOtherwiseAsWritten) {
  const Scenario scenario =
      loaded(kWorld +
             "script:\n  - {at: 2s, stop: thief.example}\n  - {at: 1s, crash: thief.example}\n"
             "  - {at: 1s, restart: thief.example}\n");
  ASSERT_EQ(scenario.script.size(), 3u);
  EXPECT_TRUE(std::holds_alternative<CrashHost>(scenario.script[0].what));
  EXPECT_TRUE(std::holds_alternative<RestartHost>(scenario.script[1].what));
  EXPECT_TRUE(std::holds_alternative<StopHost>(scenario.script[2].what));
}

TEST(Expectations, SayThemselvesInWords) {
  EXPECT_EQ(only_expectation("{by: 5s, check: spf, result: pass, host: beta.example}").text,
            "spf is pass at host mx.beta.example by 5s");
  EXPECT_EQ(only_expectation("{mailbox: bob@beta.example, count: 0}").text,
            "mailbox bob@beta.example/INBOX on mx.beta.example has 0 messages at the end");
  EXPECT_EQ(only_expectation("{never: true, reply: {code: 354, to: DATA}}").text,
            "never: reply 354 to DATA at the end");
  EXPECT_EQ(only_expectation("{at: 3s, queue: alpha.example, count: 1}").text,
            "queue of mx.alpha.example has 1 message at 3s");
  EXPECT_EQ(only_expectation("{query: kind == x, at_most: 2}").text,
            "query `kind == x` finds 0 to 2 events at the end");
  EXPECT_EQ(only_expectation("{by: 1m, bounced: x@beta.example, status: 5.1.1}").text,
            "x@beta.example is bounced with 5.1.1 by 1m");
}

TEST(Expectations, MailboxesOnDevices) {
  const Expectation phone =
      only_expectation("{mailbox: alice@alpha.example/Sent/2026, on: phone, holds: Hi}");
  const ExpectMailbox& what = std::get<ExpectMailbox>(phone.what);
  EXPECT_EQ(what.host, "alice-phone.alpha.example");
  EXPECT_EQ(what.mailbox, "Sent/2026");
  EXPECT_EQ(what.holds, "Hi");
  EXPECT_NE(expect_errors("{mailbox: carol@beta.example}").find("there is no user `carol@beta.example`"),
            std::string::npos);
  EXPECT_NE(expect_errors("{mailbox: alice@alpha.example, on: watch}").find("has no device `watch`"),
            std::string::npos);
  EXPECT_NE(expect_errors("{mailbox: alice}").find("expected an address and a folder"), std::string::npos);
}

TEST(Expectations, KeysMustBelongTogether) {
  EXPECT_NE(
      expect_errors("{by: 5s}").find("expected one of the keys check, mailbox, query, bounced, reply, queue"),
      std::string::npos);
  EXPECT_NE(expect_errors("{check: spf}").find("key `result` is missing beside `check`"), std::string::npos);
  EXPECT_NE(
      expect_errors("{check: spf, result: pass, holds: x}").find("key `holds` says nothing about `check`"),
      std::string::npos);
  EXPECT_NE(expect_errors("{check: spff, result: pass}").find("did you mean `spf`?"), std::string::npos);
  EXPECT_NE(expect_errors("{at: 1s, by: 2s, check: spf, result: pass}").find("either `at` or `by`"),
            std::string::npos);
  EXPECT_NE(expect_errors("{by: 2h, check: spf, result: pass}").find("the run ends before that, at 1h"),
            std::string::npos);
  EXPECT_NE(expect_errors("{reply: {code: 550, enhanced: 5.7}}").find("expected an enhanced status code"),
            std::string::npos);
  EXPECT_NE(expect_errors("{query: x, count: 1, at_most: 2}").find("either `count`"), std::string::npos);
  EXPECT_NE(expect_errors("{queue: alpha.example}").find("key `count` is missing beside `queue`"),
            std::string::npos);
}

TEST(Variants, ReplaceAddAndTakeOut) {
  const std::string text = kFirstMail +
                           "variants:\n  open: {title: {en: Open, ko: 열림}, set: "
                           "{domains/alpha.example/spf: none, script/0/at: 2s, "
                           "domains/gamma.example/users/eve: {password: x}, expect: }}\n";
  const Scenario plain = loaded(text);
  ASSERT_EQ(plain.variants.size(), 1u);
  EXPECT_EQ(plain.variants[0].title.ko, "열림");
  ASSERT_EQ(plain.variants[0].patches.size(), 4u);
  EXPECT_EQ(plain.variants[0].patches[0].path, (std::vector<std::string>{"domains", "alpha.example", "spf"}));
  EXPECT_EQ(plain.variants[0].patches[2].value, "{password: x}");
  const Scenario open = loaded(text, {"open"});
  EXPECT_FALSE(open.find_domain("alpha.example")->spf.has_value());
  EXPECT_EQ(open.script[0].at, Duration::seconds(2));
  ASSERT_NE(open.find_domain("gamma.example"), nullptr);
  EXPECT_TRUE(open.expectations.empty());
  EXPECT_NE(errors_of(text, {"opne"}).find("there is no variant `opne`; variants: open"), std::string::npos);
}

TEST(Variants, RefusePathsThatLeadNowhere) {
  const auto error = [](const std::string& set) {
    return errors_of(kFirstMail + "variants: {v: {set: {" + set + "}}}\n", {"v"});
  };
  EXPECT_NE(error("script/7/at: 2s").find("leads nowhere at `7`"), std::string::npos);
  EXPECT_NE(error("seed/x: 1").find("leads nowhere at `x`"), std::string::npos);
  EXPECT_NE(error("variants/w: 1").find("cannot change `variants`"), std::string::npos);
}

}  // namespace
}  // namespace glasspost::scenario
