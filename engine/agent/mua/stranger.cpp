#include "engine/agent/mua/stranger.h"

#include <utility>

#include "engine/agent/mua/server_dial.h"
#include "engine/message/domain_name.h"
#include "engine/message/header.h"
#include "engine/message/line_ends.h"
#include "engine/message/message_id.h"

namespace glasspost::agent {

namespace {

// A forger wants the letter to look complete.
std::string completed(std::string content, Instant now, RandomStream& ids, const std::string& helo) {
  content = message::to_crlf(content);
  const message::Header header = message::parse_header(content);
  if (header.find("Message-ID") == nullptr) {
    const std::string id = message::make_message_id(now, ids, helo.empty() ? "localhost" : helo);
    message::apply(message::append_field(message::parse_header(content), "Message-ID: <" + id + ">\r\n"),
                   content);
  }
  if (header.find("Date") == nullptr) {
    message::apply(message::append_field(message::parse_header(content), "Date: " + to_rfc5322(now) + "\r\n"),
                   content);
  }
  return content;
}

/// The host that the DNS names for a domain's mail: the first of the least preference, or the domain itself.
Task<std::string> exchanger_of(std::string domain, dns::Resolver& resolver) {
  const Result<dns::Name> name = dns::Name::parse(domain);
  if (!name) co_return domain;
  dns::Question question{*name, dns::RecordType::kMx};
  const dns::Answer answer = co_await resolver.resolve(std::move(question));
  const dns::MxData* best = nullptr;
  for (const dns::Record& record : answer.records) {
    const auto* data = std::get_if<dns::MxData>(&record.data);
    if (data != nullptr && (best == nullptr || data->preference < best->preference)) best = data;
  }
  co_return best == nullptr ? domain : best->exchange.to_string();
}

}  // namespace

Stranger::Stranger(HostServices host, Observer& observer, dns::Resolver& resolver)
    : host_(host), observer_(observer), resolver_(resolver) {}

Task<SubmissionOutcome> Stranger::inject(Injection injection) {
  SubmissionOutcome outcome;
  smtp::Envelope envelope;
  Result<smtp::ReversePath> sender = smtp::parse_reverse_path(injection.mail_from);
  if (!sender) {
    outcome.reply = to_string(sender.error());
    co_return outcome;
  }
  envelope.reverse_path = std::move(*sender);
  for (const std::string& recipient : injection.rcpt_to) {
    Result<smtp::ForwardPath> path = smtp::parse_forward_path(recipient);
    if (!path) {
      outcome.reply = to_string(path.error());
      co_return outcome;
    }
    envelope.recipients.push_back(std::move(*path));
  }
  if (envelope.recipients.empty()) {
    outcome.reply = "there is no recipient";
    co_return outcome;
  }
  if (injection.target.empty()) {
    injection.target = co_await exchanger_of(envelope.recipients.front().mailbox.domain, resolver_);
  }
  ServerDial dial;
  dial.server = injection.target;
  dial.port = injection.port;
  Result<ByteStreamPtr> stream = co_await dial_server(dial, host_, resolver_);
  if (!stream) {
    outcome.reply = to_string(stream.error());
    co_return outcome;
  }
  RandomStream ids = host_.random.stream("message id");
  const std::string content = completed(std::move(injection.content), host_.clock.now(), ids, injection.helo);
  const std::optional<std::string> message_id = message::parse_header(content).value("Message-ID");
  if (message_id) {
    const std::vector<std::string> named = message::parse_message_ids(*message_id);
    if (!named.empty()) outcome.message_id = named.front();
  }
  smtp::ClientOptions options;
  options.helo_name = injection.helo;
  if (injection.helo.empty()) {
    // Whoever has no name says its address. // RFC 5321 4.1.4
    const IpAddress own = host_.network.addresses().front();
    options.helo_name = (own.is_v6() ? "[IPv6:" : "[") + own.to_string() + "]";
  }
  smtp::ClientContext context{host_.clock, host_.random, observer_, nullptr};
  smtp::ClientSession session(std::move(options), context);
  const std::function<void()> untold;
  co_await hand_over(session, std::move(*stream), envelope, content, untold, outcome);
  co_return outcome;
}

}  // namespace glasspost::agent
