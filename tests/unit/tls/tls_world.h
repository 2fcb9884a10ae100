#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime/task_group.h"
#include "engine/tls/tls.h"
#include "tests/unit/tls/pipe.h"

namespace glasspost::tls::test {

inline const Instant kNow = *parse_rfc3339("2026-03-02T09:00:00Z");

class Notes final : public Observer {
 public:
  void tls_handshake_message(const TlsHandshakeMessage& notice) override {
    lines.push_back((notice.sent ? "> " : "< ") + std::string(notice.name));
  }
  void tls_established(const TlsEstablished& notice) override { established = notice; }
  std::vector<std::string> lines;
  std::optional<TlsEstablished> established;
};

/// A client and a server with a CA between them, a pipe, and what became of the handshake.
class TlsWorld {
 public:
  explicit TlsWorld(std::uint64_t seed = 1, crypto::KeyKind kind = crypto::KeyKind::kEd25519)
      : library(*crypto::Library::seeded()), client_random(seed, "client"), server_random(seed, "server") {
    RandomStream random(seed, "world", "ca");
    const Result<crypto::CertificateAuthority> made = crypto::CertificateAuthority::make(
        library, kind, "Test CA", kNow - Duration::days(1), kNow + Duration::days(365), random);
    authority.emplace(*made);
    crypto::CertificateRequest request;
    request.dns_names = {"mx.beta.example"};
    request.addresses = {*IpAddress::parse("192.0.2.25")};
    request.not_before = kNow - Duration::days(1);
    request.not_after = kNow + Duration::days(90);
    server.identity = *authority->issue(request, kind, random);
    client.authorities = {authority->certificate()};
  }

  /// Builds both upgraders and runs the handshake as far as it goes.
  void connect(const std::string& name = "mx.beta.example", PipeEnd::Shape shape = {}) {
    pipe.emplace(scheduler, clock, shape);
    client_end = pipe->client.get();
    server_end = pipe->server.get();
    client_upgrader = *make_tls_upgrader({scheduler, clock, client_random, client_notes}, library, client);
    server_upgrader = *make_tls_upgrader({scheduler, clock, server_random, server_notes}, library, server);
    tasks.spawn(upgrade(*server_upgrader, std::move(pipe->server), TlsRole::kServer, "", server_result));
    tasks.spawn(upgrade(*client_upgrader, std::move(pipe->client), TlsRole::kClient, name, client_result));
    scheduler.run();
  }

  [[nodiscard]] ByteStream& client_stream() { return *(**client_result).stream; }
  [[nodiscard]] ByteStream& server_stream() { return *(**server_result).stream; }
  [[nodiscard]] bool both_up() const {
    return client_result && server_result && client_result->has_value() && server_result->has_value();
  }
  [[nodiscard]] std::string client_failure() const {
    if (!client_result || client_result->has_value()) return "none";
    return to_string(client_result->error());
  }
  [[nodiscard]] std::string server_failure() const {
    if (!server_result || server_result->has_value()) return "none";
    return to_string(server_result->error());
  }

  static Task<void> upgrade(TlsUpgrader& upgrader, ByteStreamPtr below, TlsRole role, std::string name,
                            std::optional<Result<TlsUpgrade>>& result) {
    Result<TlsUpgrade> upgraded = co_await upgrader.upgrade(std::move(below), role, std::move(name));
    result.emplace(std::move(upgraded));
  }

  QueueScheduler scheduler;
  StillClock clock{kNow};
  crypto::Library library;
  SeededRandom client_random;
  SeededRandom server_random;
  Notes client_notes;
  Notes server_notes;
  std::optional<crypto::CertificateAuthority> authority;
  TlsSettings client;
  TlsSettings server;
  std::optional<Pipe> pipe;
  PipeEnd* client_end = nullptr;
  PipeEnd* server_end = nullptr;
  std::unique_ptr<TlsUpgrader> client_upgrader;
  std::unique_ptr<TlsUpgrader> server_upgrader;
  std::optional<Result<TlsUpgrade>> client_result;
  std::optional<Result<TlsUpgrade>> server_result;
  TaskGroup tasks;
};

/// Writes all of `bytes` and, if asked, closes.
inline Task<void> send(ByteStream& stream, std::string_view bytes, bool close, std::optional<Ok>& result) {
  Ok done = co_await stream.write(bytes);
  if (done.has_value() && close) {
    done = co_await stream.close_write();
  }
  result.emplace(done);
}

/// Reads to the end or to an error.
inline Task<void> collect(ByteStream& stream, std::string& bytes, std::optional<Ok>& result) {
  std::string buffer(5000, '\0');
  for (;;) {
    const Result<std::size_t> got = co_await stream.read(buffer);
    if (!got) {
      result.emplace(fail(got.error()));
      co_return;
    }
    if (*got == 0) break;
    bytes.append(buffer, 0, *got);
  }
  result.emplace(Ok());
}

}  // namespace glasspost::tls::test
