#include "engine/tap/tap.h"

#include <utility>

#include "engine/tap/state.h"

namespace glasspost::tap {

namespace {

class HostTapOfIncarnation final : public HostTap {
 public:
  HostTapOfIncarnation(IncarnationPtr incarnation, const HostServices& services)
      : incarnation_(std::move(incarnation)),
        inner_(services),
        observer_(make_observer(incarnation_)),
        network_(make_network(incarnation_, services.network)) {}

  Observer& observer() override { return *observer_; }
  HostServices services() override { return {inner_.scheduler, inner_.clock, inner_.random, *network_}; }
  std::unique_ptr<TlsUpgrader> tapped(TlsUpgrader& inner) override { return make_tls(incarnation_, inner); }
  std::unique_ptr<dns::Resolver> tapped(dns::Resolver& inner) override {
    return make_resolver(incarnation_, inner);
  }
  std::unique_ptr<MailboxStoreTap> tapped(store::MailboxStore& inner) override {
    return make_mailbox_store(incarnation_, inner);
  }

 private:
  IncarnationPtr incarnation_;
  HostServices inner_;
  std::unique_ptr<Observer> observer_;
  std::unique_ptr<Network> network_;
};

}  // namespace

Tap::Tap(trace::Recorder& recorder, Scheduler& scheduler, std::function<Instant()> now, TapOptions options)
    : recorder_(recorder), scheduler_(scheduler), now_(std::move(now)), state_(std::make_unique<State>()) {
  state_->options = options;
  state_->wire = make_wire_tap(*this, *state_, recorder_);
}

Tap::~Tap() = default;

WireTap& Tap::wire() {
  return *state_->wire;
}

std::unique_ptr<HostTap> Tap::host(HostId host, const HostServices& services) {
  const auto downs = state_->downs.find(host);
  const std::uint32_t count = downs == state_->downs.end() ? 0 : downs->second;
  auto incarnation =
      std::make_shared<const Incarnation>(Incarnation{*this, *state_, services.scheduler, host, count});
  return std::make_unique<HostTapOfIncarnation>(std::move(incarnation), services);
}

}  // namespace glasspost::tap
