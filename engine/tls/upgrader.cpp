#include <utility>

#include "engine/tls/context.h"
#include "engine/tls/stream.h"
#include "engine/tls/tls.h"

namespace glasspost::tls {
namespace {

class Upgrader final : public TlsUpgrader {
 public:
  Upgrader(const TlsServices& services, std::shared_ptr<const Context> context)
      : services_(services), context_(std::move(context)) {}

  Task<Result<TlsUpgrade>> upgrade(ByteStreamPtr below, TlsRole role, std::string server_name) override {
    Session::Peer peer;
    peer.connection = below->connection();
    peer.role = role;
    peer.server_name = std::move(server_name);
    peer.now = services_.clock.now();
    Result<std::unique_ptr<Session>> session =
        Session::start(context_, services_.random.stream("tls"), services_.observer, std::move(peer));
    if (!session) co_return fail(session.error());
    auto stream = std::make_unique<TlsStream>(services_.scheduler, std::move(below), std::move(*session));
    const Ok done = co_await stream->handshake();
    if (!done) co_return fail(done.error());
    TlsUpgrade upgrade;
    upgrade.facts = stream->facts();
    upgrade.stream = std::move(stream);
    co_return upgrade;
  }

 private:
  TlsServices services_;
  std::shared_ptr<const Context> context_;
};

}  // namespace

Result<std::unique_ptr<TlsUpgrader>> make_tls_upgrader(const TlsServices& services,
                                                       const crypto::Library& library, TlsSettings settings) {
  RandomStream random = services.random.stream("tls context");
  Result<std::shared_ptr<const Context>> context = make_context(library, std::move(settings), random);
  if (!context) return fail(context.error());
  return std::make_unique<Upgrader>(services, std::move(*context));
}

}  // namespace glasspost::tls
