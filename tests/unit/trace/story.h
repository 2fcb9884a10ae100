#pragma once

// A made-up run that uses every kind of event, as often as a test wants.

#include <string>

#include "engine/base/random.h"
#include "engine/trace/explanation_codec.h"
#include "engine/trace/recorder.h"

namespace glasspost::trace {

class Story {
 public:
  explicit Story(Recorder& recorder) : recorder_(recorder) {}

  // Hosts: 1 laptop, 2 mail server of alpha, 3 of beta.
  void begin() {
    payload::RunStarted run;
    run.seed = 7;
    run.epoch = now_;
    run.title = "First mail";
    run.scenario = "first-mail.yaml";
    run.program = "glasspost";
    add(0, 0, "", run);
    add(0, 0, "", payload::ScenarioSource{"first-mail.yaml", {"glasspost: 1\n"}});
    add(1, 0, "", payload::Host{"laptop.alpha.example", {"mua"}, {"192.0.2.1"}});
    add(2, 0, "", payload::Host{"mx.alpha.example", {"msa\nmta"}, {"192.0.2.2\n2001:db8::2"}});
    add(3, 0, "", payload::Host{"mx.beta.example", {"mta\nmda"}, {"198.51.100.3"}});
    payload::Link link;
    link.from = {2};
    link.to = {3};
    link.latency = Duration::milliseconds(20);
    link.bandwidth = 10'000'000;
    link.name = "mx.alpha.example~mx.beta.example";
    add(0, 0, "", link);
    add(3, 0, "", payload::Zone{"beta.example", {"beta.example. 300 MX 10 mx.beta.example."}});
    add(3, 0, "", payload::Mailbox{77, "bob@beta.example", "INBOX"});
    add(3, 0, "", payload::Mailbox{78, "bob@beta.example", "Archive"});
    add(3, 0, "", payload::Mailbox{79, "bob@beta.example", "Old"});
    add(3, 0, "", payload::Mailbox{80, "bob@beta.example", "Older"});
    add(1, 0, "", payload::Device{"laptop", "alice@alpha.example", "imap"});
    add(1, 0, "", payload::UserAction{"alice", "send", "to bob@beta.example"});
  }

  // One mail from alpha to beta over one connection of its own.
  void mail() {
    ++round_;
    const std::string here = "A" + std::to_string(round_);
    const std::string there = "B" + std::to_string(round_);
    const std::string device = "D" + std::to_string(round_);
    const std::uint32_t c = ++connection_;
    payload::MailSubmitted submitted;
    submitted.size = 300;
    const std::string id = "<" + std::to_string(round_) + "@alpha.example>";
    submitted.message_id = id;
    submitted.reverse_path = "alice@alpha.example";
    submitted.subject = "Hello, 밥";
    submitted.recipients = {"bob@beta.example\ncarol@beta.example"};
    add(1, 0, device, submitted);
    const TextList to{"bob@beta.example\ncarol@beta.example"};
    add(2, 0, here, payload::MailAccepted{1, 310, "alice@alpha.example", to});
    add(2, 0, here, payload::MailAltered{0, 0, "Received", {"Received: from laptop\r\n"}});
    add(2, 0, here, payload::MailQueued{310, "alice@alpha.example", "accepted", to});
    add(2, 0, "", payload::DnsAsked{"beta.example", "MX"});
    payload::DnsAnswered answered;
    answered.asked = recorder_.last_seq();
    answered.name = "beta.example";
    answered.type = "MX";
    answered.status = "found";
    answered.answer = "10 mx.beta.example";
    add(2, 0, "", answered);
    add(2, 0, "",
        payload::DnsCached{now_ + Duration::seconds(300), "r" + std::to_string(round_), "MX", "10 x"});
    add(2, 0, "", payload::DnsCached{now_, "r" + std::to_string(round_), "MX", "10 x"});
    dial(c);
    dialogue(c);
    add(2, c, here, payload::MailAttempted{1, 1, "mx.beta.example", "198.51.100.3:25", to});
    decide(c);
    add(3, c, there, payload::MailAccepted{1, 320, "alice@alpha.example", to});
    payload::MailSettled relayed;
    relayed.outcome = MailOutcome::kRelayed;
    relayed.recipient = "bob@beta.example";
    relayed.reply = "250 2.0.0 Ok";
    add(2, c, here, relayed);
    payload::MailSettled deferred;
    deferred.outcome = MailOutcome::kDeferred;
    deferred.recipient = "carol@beta.example";
    deferred.next_attempt = now_ + Duration::minutes(5);
    deferred.reply = "451 4.2.0 later";
    add(2, c, here, deferred);
    hang_up(c);
    if (round_ % 4 != 0) add(2, 0, here, payload::MailRemoved{});
    mailbox(there);
    trouble();
  }

  void end() {
    add(0, 0, "", payload::LessonCue{"first", "1"});
    add(0, 0, "", payload::Expectation{true, 12, "spf is pass", ""});
    add(0, 0, "", payload::RunEnded{"nothing is left to happen"});
  }

  template <class P>
  std::uint64_t add(std::uint32_t host, std::uint32_t connection, std::string_view message,
                    const P& payload) {
    now_ = now_ + Duration::microseconds(137);
    Header header;
    header.time = now_;
    header.cause = recorder_.last_seq();
    header.host = {host};
    header.connection = {connection};
    header.message = message;
    return recorder_.append(header, payload);
  }

 private:
  void dial(std::uint32_t c) {
    add(2, c, "", payload::ConnectionOpened{{2}, {3}, "192.0.2.2:40000", "198.51.100.3:25"});
    payload::SegmentSent syn;
    syn.segment = 1;
    syn.flags = "SYN";
    syn.arrives = now_ + Duration::milliseconds(20);
    add(2, c, "", syn);
    add(3, c, "", payload::SegmentDelivered{Direction::kToServer, 1});
    add(2, c, "", payload::SegmentLost{Direction::kToServer, 2, "random"});
    add(2, c, "", payload::ConnectionEstablished{false});
    add(3, c, "", payload::ConnectionEstablished{true});
  }
  void dialogue(std::uint32_t c) {
    add(3, c, "", payload::StateChanged{"smtp-server", "connected", "ready", "(connect)"});
    add(3, c, "", payload::StreamBytes{Direction::kToClient, Layer::kWire, 0, 5, {"220 \r"}});
    add(3, c, "", payload::StreamBytes{Direction::kToClient, Layer::kWire, 5, 1, {"\n"}});
    add(2, c, "", payload::LeniencyUsed{"space-after-colon", "MAIL FROM: <a@b>"});
    add(3, c, "", payload::TlsStarted{true, ""});
    add(3, c, "", payload::TlsHandshake{true, 90, "ServerHello"});
    add(3, c, "", payload::TlsEstablished{true, false, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "mx", ""});
    add(2, c, "", payload::TlsFailed{false, "certificate verify failed"});
    payload::TimerSet timer;
    timer.at = now_ + Duration::minutes(5);
    timer.purpose = "deadline";
    add(2, c, "", timer);
    add(2, c, "", payload::TimerFired{"deadline"});
  }
  void decide(std::uint32_t c) {
    Explanation why;
    why.rule = "RFC 7208 4.6.4";
    why.words.key = "spf.pass";
    why.outcome = "pass";
    why.children.emplace_back().outcome = "match";
    why.children.back().ranges.push_back({RangeSource::kDnsRecord, "alpha.example TXT", 7, 2});
    const std::string blob = encode_explanation(why);
    add(3, c, "",
        payload::Decision{DecisionKind::kSpf, "alpha.example", "pass", why.rule, why.words.key, {blob}});
  }
  void hang_up(std::uint32_t c) {
    add(2, c, "", payload::ConnectionClosed{false, true});
    if (round_ % 5 == 0) {
      add(3, c, "", payload::ConnectionReset{true, "aborted here"});
    } else {
      add(2, c, "", payload::ConnectionClosed{false, false});
      add(3, c, "", payload::ConnectionClosed{true, false});
    }
    const std::uint32_t refused = ++connection_;
    add(2, refused, "", payload::ConnectionOpened{{2}, {3}, "192.0.2.2:40001", "198.51.100.3:26"});
    add(2, refused, "", payload::ConnectionFailed{"198.51.100.3:26", "refused"});
  }
  void mailbox(const std::string& message) {
    const std::uint32_t uid = ++uid_;
    payload::MailboxStored stored;
    stored.uid = uid;
    stored.size = 320;
    stored.account = "bob@beta.example";
    stored.folder = "INBOX";
    stored.subject = "Hello";
    add(3, 0, message, stored);
    add(3, 0, "", payload::MailboxFlags{uid, "bob@beta.example", "INBOX", {"\\Seen\n$Junk"}});
    if (round_ % 3 == 0) {
      add(3, 0, "", payload::MailboxMoved{uid, uid + 1000, "bob@beta.example", "INBOX", "Archive"});
    } else if (round_ % 3 == 1) {
      add(3, 0, "", payload::MailboxExpunged{uid, "bob@beta.example", "INBOX"});
    }
    if (round_ == 2) add(3, 0, "", payload::FolderRemoved{"bob@beta.example", "Old"});
    if (round_ == 2) add(3, 0, "", payload::FolderRenamed{"bob@beta.example", "Older", "Oldest"});
  }
  void trouble() {
    add(0, 0, "", payload::FaultBegan{"link-cut x", "x", "cut by the script"});
    add(3, 0, "", payload::HostState{false, 1, "crashed"});
    add(3, 0, "", payload::HostState{true, 2, "started"});
    if (round_ % 2 == 0) add(0, 0, "", payload::FaultEnded{"link-cut x"});
    payload::DatagramSent datagram;
    datagram.datagram = 1;
    datagram.bytes = {std::string_view("\0\1\2", 3)};
    add(2, 0, "", datagram);
    add(3, 0, "", payload::DatagramDelivered{{2}, 1, "192.0.2.2:5353", "198.51.100.3:53", {}});
    add(2, 0, "", payload::DatagramLost{1, {3}, "random"});
  }

  Recorder& recorder_;
  Instant now_{1'772'000'000'000'000'000};
  std::uint32_t round_ = 0;
  std::uint32_t connection_ = 0;
  std::uint32_t uid_ = 0;
};

inline void tell_story(Recorder& recorder, int mails) {
  Story story(recorder);
  story.begin();
  for (int i = 0; i < mails; ++i)
    story.mail();
  story.end();
}

}  // namespace glasspost::trace
