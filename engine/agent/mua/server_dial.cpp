#include "engine/agent/mua/server_dial.h"

#include <utility>
#include <vector>

#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

Task<std::vector<IpAddress>> addresses_of(std::string server, HostServices host, dns::Resolver& resolver) {
  std::vector<IpAddress> found;
  if (const Result<IpAddress> literal = IpAddress::parse(server); literal) {
    found.push_back(*literal);
    co_return found;
  }
  const Result<dns::Name> name = dns::Name::parse(server);
  if (!name) co_return found;
  bool speaks_v4 = false;
  bool speaks_v6 = false;
  for (const IpAddress& own : host.network.addresses())
    (own.is_v6() ? speaks_v6 : speaks_v4) = true;
  std::vector<dns::RecordType> types;
  if (speaks_v4) types.push_back(dns::RecordType::kA);
  if (speaks_v6) types.push_back(dns::RecordType::kAaaa);
  for (const dns::RecordType type : types) {
    dns::Question question{*name, type};
    const dns::Answer answer = co_await resolver.resolve(std::move(question));
    for (const dns::Record& record : answer.records) {
      if (const auto* data = std::get_if<dns::AddressData>(&record.data)) found.push_back(data->address);
    }
  }
  co_return found;
}

}  // namespace

Task<Result<ByteStreamPtr>> dial_server(ServerDial dial, HostServices host, dns::Resolver& resolver) {
  const std::vector<IpAddress> addresses = co_await addresses_of(dial.server, host, resolver);
  Result<ByteStreamPtr> stream =
      fail(ErrorCode::kNotFound, escaped(dial.server) + " has no address in the DNS");
  for (const IpAddress& address : addresses) {
    const Endpoint remote{address, dial.port};
    const Instant deadline = host.clock.now() + dial.timeout;
    stream = co_await host.network.dial(remote, deadline);
    if (stream) co_return stream;
  }
  co_return stream;
}

Task<void> hand_over(smtp::ClientSession& session, ByteStreamPtr stream, const smtp::Envelope& envelope,
                     const std::string& content, const std::function<void()>& begins,
                     SubmissionOutcome& outcome) {
  const tl::expected<void, smtp::ClientError> connected = co_await session.connect(std::move(stream));
  if (!connected) {
    outcome.reply = connected.error().to_line();
    if (session.usable()) {
      co_await session.quit();
    }
    co_return;
  }
  outcome.reached = true;
  if (begins) begins();
  const smtp::Delivery delivery = co_await session.send(envelope, content);
  for (const smtp::Delivery::RecipientResult& result : delivery.recipients) {
    if (result.status == smtp::RecipientStatus::kAccepted) {
      outcome.accepted = true;
      outcome.taken.push_back(result.path.to_string());
    } else {
      const bool permanent = result.status == smtp::RecipientStatus::kPermanent;
      outcome.refused.push_back({result.path.to_string(), result.text, permanent});
    }
  }
  if (delivery.final_reply) {
    outcome.reply = delivery.final_reply->to_line();
  } else if (delivery.error) {
    outcome.reply = delivery.error->to_line();
  } else if (!delivery.recipients.empty()) {
    outcome.reply = delivery.recipients.front().text;
  }
  if (session.usable()) {
    co_await session.quit();
  }
}

}  // namespace glasspost::agent
