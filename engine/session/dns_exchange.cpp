#include "engine/session/dns_exchange.h"

#include <memory>
#include <optional>
#include <utility>

#include "engine/session/dns_wire.h"

namespace glasspost::dns {
namespace {

// Datagrams that are looked at while waiting for one answer.
constexpr int kMaxDatagrams = 64;
constexpr int kPortDraws = 8;

Result<std::unique_ptr<DatagramSocket>> bind_random(Network& network, RandomStream& ids, bool v6) {
  for (const IpAddress& address : network.addresses()) {
    if (address.is_v6() != v6) continue;
    for (int draw = 0; draw < kPortDraws; ++draw) {
      const auto port = static_cast<std::uint16_t>(1024 + ids.below(65'536 - 1024));  // RFC 5452 9.2
      auto socket = network.bind({address, port});
      if (socket || socket.error().code != ErrorCode::kConflict) return socket;
    }
    return network.bind({address, 0});
  }
  return fail(ErrorCode::kUnreachable, "this host has no address of the server's family");
}

// A server that could not even read the question may leave it out.
bool is_bare_failure(const Message& query, const Message& response) {
  return response.response && response.id == query.id && response.questions.empty() &&
         response.code != ResponseCode::kNoError;
}

std::optional<Result<Message>> judge(const Message& query, std::string_view bytes) {
  Result<Message> response = decode_message(bytes);
  if (response) {
    if (answers_query(query, *response) || is_bare_failure(query, *response)) return response;
    return std::nullopt;
  }
  const std::optional<Message> header = decode_header(bytes);
  if (header && header->response && header->id == query.id) return response;
  return std::nullopt;
}

Task<Result<Message>> ask_over_udp(HostServices host, RandomStream& ids, Endpoint server, Message query,
                                   Instant deadline) {
  auto socket = bind_random(host.network, ids, server.address.is_v6());
  if (!socket) co_return fail(socket.error());
  const std::string bytes = encode_message(query);
  const Ok sent = co_await (*socket)->send(server, bytes);
  if (!sent) co_return fail(sent.error());
  for (int i = 0; i < kMaxDatagrams; ++i) {
    const Result<ReceivedDatagram> got = co_await (*socket)->receive(deadline);
    if (!got) co_return fail(got.error());
    if (got->from != server) continue;  // RFC 5452 9.1
    std::optional<Result<Message>> verdict = judge(query, got->bytes);
    if (verdict) co_return std::move(*verdict);
  }
  co_return fail(ErrorCode::kTimedOut, "only unrelated datagrams came instead of an answer");
}

// A stream that the server reset is the server's refusal, not the end of this host.
Error as_seen_by_asker(Error error) {
  if (error.code == ErrorCode::kAborted) error.code = ErrorCode::kRefused;
  return error;
}

Task<Result<Message>> ask_over_tcp(HostServices host, Endpoint server, Message query, Instant deadline) {
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, deadline);
  if (!stream) co_return fail(stream.error());
  (*stream)->set_deadline(deadline);
  const Ok written = co_await write_tcp_message(**stream, encode_message(query));
  if (!written) co_return fail(as_seen_by_asker(written.error()));
  const Result<std::optional<std::string>> got = co_await read_tcp_message(**stream);
  if (!got) co_return fail(as_seen_by_asker(got.error()));
  if (!*got) co_return fail(ErrorCode::kEndOfStream, "the DNS server closed without an answer");
  std::optional<Result<Message>> verdict = judge(query, **got);
  if (verdict) co_return std::move(*verdict);
  co_return fail(ErrorCode::kInvalidInput, "the DNS server answered another question");
}

bool rejects_edns(const Message& response) {
  return !response.edns &&
         (response.code == ResponseCode::kFormErr || response.code == ResponseCode::kNotImp);
}

}  // namespace

Task<Result<Message>> ask_server(HostServices host, RandomStream& ids, Endpoint server, Question question,
                                 bool recursion_desired, Instant deadline) {
  Message query = make_query(static_cast<std::uint16_t>(ids.below(65'536)), question, recursion_desired);
  Result<Message> response = co_await ask_over_udp(host, ids, server, query, deadline);
  if (!response) co_return response;
  if (rejects_edns(*response)) {  // RFC 6891 7: once more, as in the days before EDNS
    query.edns.reset();
    query.id = static_cast<std::uint16_t>(ids.below(65'536));
    response = co_await ask_over_udp(host, ids, server, query, deadline);
    if (!response) co_return response;
  }
  if (!response->truncated) co_return response;
  query.id = static_cast<std::uint16_t>(ids.below(65'536));
  co_return co_await ask_over_tcp(host, server, query, deadline);
}

}  // namespace glasspost::dns
