#pragma once

#include <string>
#include <vector>

#include "engine/trace/explanation_codec.h"
#include "engine/trace/payload.h"
#include "engine/trace/recorder.h"

namespace glasspost::cli {

/// Writes a trace by hand: hosts, dialogues, decisions, each at a moment in milliseconds.
class HandTrace {
 public:
  HandTrace() {
    trace::payload::RunStarted started;
    started.seed = 7;
    started.epoch = epoch_;
    started.title = "First mail";
    started.scenario = "first-mail";
    at(0).add({}, {}, "", started);
  }

  HandTrace& at(std::int64_t ms) {
    time_ = epoch_ + Duration::milliseconds(ms);
    return *this;
  }
  template <class P>
  std::uint64_t add(HostId host, ConnectionId connection, std::string_view message, const P& payload,
                    std::uint64_t cause = 0) {
    trace::Header header;
    header.time = time_;
    header.cause = cause;
    header.host = host;
    header.connection = connection;
    header.message = message;
    return recorder_.append(header, payload);
  }
  HostId host(const std::string& name, const std::vector<std::string>& roles, const std::string& address) {
    const HostId id{++hosts_};
    const std::string role_list = trace::join_list(roles);
    trace::payload::Host payload;
    payload.name = name;
    payload.roles = {role_list};
    payload.addresses = {address};
    add(id, {}, "", payload);
    return id;
  }
  ConnectionId open(HostId client, HostId server, const std::string& from, const std::string& to) {
    const ConnectionId id{++connections_};
    ends_.push_back({client, server});
    logged_.push_back({0, 0});
    trace::payload::ConnectionOpened payload;
    payload.client = client;
    payload.server = server;
    payload.client_endpoint = from;
    payload.server_endpoint = to;
    add(client, id, "", payload);
    return id;
  }
  /// Lines that one side sends, their ends included.
  std::uint64_t says(ConnectionId connection, trace::Direction direction, std::string_view bytes) {
    const bool to_server = direction == trace::Direction::kToServer;
    std::uint64_t& offset = logged_[connection.value - 1][to_server ? 0 : 1];
    trace::payload::StreamBytes payload;
    payload.direction = direction;
    payload.layer = trace::Layer::kWire;
    payload.offset = offset;
    payload.length = bytes.size();
    payload.bytes = {bytes};
    offset += bytes.size();
    const auto& [client, server] = ends_[connection.value - 1];
    return add(to_server ? client : server, connection, "", payload);
  }
  std::uint64_t client(ConnectionId connection, std::string_view bytes) {
    return says(connection, trace::Direction::kToServer, bytes);
  }
  std::uint64_t server(ConnectionId connection, std::string_view bytes) {
    return says(connection, trace::Direction::kToClient, bytes);
  }

  [[nodiscard]] trace::Trace trace() const { return recorder_.snapshot(); }

 private:
  trace::Recorder recorder_;
  Instant epoch_{1'772'442'000'000'000'000};
  Instant time_ = epoch_;
  std::uint32_t hosts_ = 0;
  std::uint32_t connections_ = 0;
  std::vector<std::pair<HostId, HostId>> ends_;
  std::vector<std::array<std::uint64_t, 2>> logged_;
};

/// Alice's letter in a few events: submission, a DNS question, SPF, delivery.
inline trace::Trace first_mail() {
  HandTrace t;
  const HostId laptop = t.host("alice-laptop.alpha.example", {"mua"}, "192.0.2.101");
  const HostId alpha = t.host("mx.alpha.example", {"mta", "msa", "mda"}, "192.0.2.25");
  const HostId beta = t.host("mx.beta.example", {"mta", "msa", "mda"}, "198.51.100.25");
  const HostId resolver = t.host("resolver.example", {"resolver"}, "203.0.113.5");
  const HostId root = t.host("root.example", {"name-server"}, "203.0.113.4");
  trace::payload::Device device;
  device.name = "laptop";
  device.account = "alice@alpha.example";
  t.add(laptop, {}, "", device);
  t.at(1000);
  trace::payload::UserAction action;
  action.who = "alice@alpha.example";
  action.action = "send";
  action.detail = "to bob@beta.example: Hello";
  const std::uint64_t send = t.add(laptop, {}, "", action);
  trace::payload::MailSubmitted submitted;
  submitted.size = 300;
  submitted.message_id = "<1@alpha.example>";
  submitted.reverse_path = "alice@alpha.example";
  submitted.subject = "Hello";
  submitted.recipients = {"bob@beta.example"};
  t.add(laptop, {}, "D1", submitted, send);
  const ConnectionId c1 = t.open(laptop, alpha, "192.0.2.101:50000", "192.0.2.25:587");
  t.at(1040).server(c1, "220 mx.alpha.example ESMTP\r\n");
  t.client(c1, "EHLO alice-laptop.alpha.example\r\n");
  t.at(1060).server(c1, "250-mx.alpha.example\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n");
  t.client(c1, "MAIL FROM:<alice@alpha.example>\r\nRCPT TO:<bob@beta.example>\r\nDATA\r\n");
  t.at(1080).server(c1, "250 2.1.0 fine\r\n250 2.1.5 fine\r\n354 go on\r\n");
  t.client(
      c1,
      "Message-ID: <1@alpha.example>\r\nSubject: Hello\r\nFrom: alice@alpha.example\r\n\r\nHi Bob\r\n.\r\n");
  t.at(1100);
  trace::payload::MailAccepted accepted;
  accepted.transaction = 1;
  accepted.size = 320;
  accepted.reverse_path = "alice@alpha.example";
  accepted.recipients = {"bob@beta.example"};
  t.add(alpha, c1, "Q1", accepted, send);
  trace::payload::MailAltered altered;
  altered.reason = "Received";
  altered.inserted = {"Received: from alice-laptop.alpha.example\r\n\tby mx.alpha.example\r\n"};
  t.add(alpha, {}, "Q1", altered);
  trace::payload::MailQueued queued;
  queued.size = 400;
  queued.reverse_path = "alice@alpha.example";
  queued.origin = "accepted";
  queued.recipients = {"bob@beta.example"};
  t.add(alpha, {}, "Q1", queued);
  t.server(c1, "250 2.0.0 queued as Q1\r\n");
  trace::payload::DnsAsked asked;
  asked.name = "beta.example";
  asked.type = "MX";
  const std::uint64_t question = t.add(alpha, {}, "", asked);
  trace::payload::DatagramSent datagram;
  datagram.datagram = 1;
  datagram.to = root;
  t.add(resolver, {}, "", datagram);
  t.at(1180);
  trace::payload::DnsAnswered answered;
  answered.asked = question;
  answered.name = "beta.example";
  answered.type = "MX";
  answered.status = "found";
  answered.answer = "10 mx.beta.example";
  t.add(alpha, {}, "", answered);
  const ConnectionId c2 = t.open(alpha, beta, "192.0.2.25:50001", "198.51.100.25:25");
  t.at(1220).server(c2, "220 mx.beta.example ESMTP\r\n");
  t.client(c2, "EHLO mx.alpha.example\r\n");
  t.at(1260).server(c2, "250 mx.beta.example\r\n");
  t.client(c2, "MAIL FROM:<alice@alpha.example>\r\n");
  t.at(1280);
  trace::payload::Decision decision;
  decision.kind = DecisionKind::kSpf;
  decision.subject = "alpha.example";
  decision.outcome = "pass";
  decision.rule = "RFC 7208 4.6";
  Explanation root_step;
  root_step.rule = "RFC 7208 4.6";
  root_step.outcome = "pass";
  root_step.words = {"spf.result",
                     {Argument::of_domain("domain", "alpha.example"),
                      Argument::of_text("address", "192.0.2.25"), Argument::of_text("result", "pass")}};
  Explanation child;
  child.rule = "RFC 7208 5.4";
  child.outcome = "match";
  child.words = {
      "spf.mx-match",
      {Argument::of_text("address", "192.0.2.25"), Argument::of_domain("domain", "alpha.example")}};
  child.look_ups.push_back({"alpha.example", "MX", "10 mx.alpha.example", Duration::milliseconds(40), false});
  root_step.children.push_back(child);
  const std::string blob = trace::encode_explanation(root_step);
  decision.explanation = {blob};
  t.add(beta, c2, "", decision, question);
  t.server(c2, "250 2.1.0 fine\r\n");
  t.client(c2, "RCPT TO:<bob@beta.example>\r\n");
  t.at(1300).server(c2, "250 2.1.5 fine\r\n");
  trace::payload::MailboxStored stored;
  stored.uid = 1;
  stored.size = 500;
  stored.account = "bob@beta.example";
  stored.folder = "INBOX";
  stored.subject = "Hello";
  stored.from = "alice@alpha.example";
  stored.message_id = "<1@alpha.example>";
  t.at(1400).add(beta, {}, "Q2", stored);
  return t.trace();
}

}  // namespace glasspost::cli
