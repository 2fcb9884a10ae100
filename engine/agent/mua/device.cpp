#include "engine/agent/mua/device.h"

#include <algorithm>
#include <utility>

#include "engine/agent/mua/device_parts.h"
#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

constexpr Duration kLongestRetry = Duration::minutes(10);

}  // namespace

std::string named(std::string_view subject) {
  return "\"" + escaped(subject) + "\"";
}

Device::Parts::Parts(DeviceConfig given, DeviceGround on)
    : config(std::move(given)),
      ground(on),
      mua(config.mail, on.host, on.observer, on.resolver, on.tls),
      own(on.mailboxes, on.host.clock, config.mail.address),
      memory(on.notes),
      imap_account(config, ground, memory, own),
      pop3_account(config, ground, memory, own),
      wake(on.host.clock, "device"),
      gone(on.host.clock, "device"),
      retry_wait(config.retry) {}

Device::Device(DeviceConfig config, DeviceGround ground)
    : parts_(std::make_unique<Parts>(std::move(config), ground)) {}

Device::~Device() = default;

void Device::start(std::function<void(Error)> failed) {
  GLASSPOST_ASSERT(!parts_->started);
  parts_->started = true;
  parts_->failed = std::move(failed);
  parts_->tasks.spawn(parts_->run());
}

void Device::order(DeviceOrder order, std::function<void(const DeviceOutcome&)> done) {
  Parts& p = *parts_;
  if (p.stopping || p.ended) return;
  p.agenda.push_back({std::move(order), std::move(done), p.ground.host.scheduler.cause()});
  if (p.idling) p.imap_account.end_idle();
  p.wake.notify();
}

bool Device::at_rest() const {
  return parts_->agenda.empty() && !parts_->busy;
}

Task<void> Device::stop() {
  Parts& p = *parts_;
  p.stopping = true;
  p.imap_account.abort();
  p.pop3_account.abort();
  p.wake.notify();
  while (p.started && !p.ended) {
    const Signal::Woken woken = co_await p.gone.wait();
    if (woken == Signal::Woken::kAborted) break;
  }
}

Task<Ok> Device::Parts::prepare() {
  Ok ok = co_await own.prepare();
  if (ok) {
    ok = co_await memory.load();
  }
  if (ok) {
    ok = co_await tidy_letters();
  }
  if (ok && imap()) {
    ok = co_await imap_account.tidy_up();
  }
  co_return ok;
}

Task<void> Device::Parts::run() {
  const Ok ready = co_await prepare();
  busy = false;
  if (!ready) {
    if (!stopping) failed(ready.error());
    stopping = true;
  }
  next_poll = ground.host.clock.now() + config.poll;
  while (!stopping) {
    if (!agenda.empty()) {
      co_await next_order();
    } else if (config.policy == DevicePolicy::kIdle && !offline) {
      co_await stay_connected();
    } else {
      co_await rest();
    }
  }
  ended = true;
  gone.notify();
}

Task<void> Device::Parts::next_order() {
  Entry entry = std::move(agenda.front());
  agenda.pop_front();
  busy = true;
  ground.host.scheduler.set_cause(entry.cause);
  DeviceOutcome outcome = co_await perform(std::move(entry.order));
  if (stopping) co_return;
  const bool keeps = config.policy == DevicePolicy::kIdle && !offline;
  if (imap() && !keeps && agenda.empty()) {
    co_await imap_account.disconnect();
  }
  busy = false;
  entry.done(outcome);
}

// Until an order comes, or the time to look for mail.
Task<void> Device::Parts::rest() {
  const bool polls = config.poll.ns > 0 && !offline;
  const Instant until = polls ? next_poll : Instant::never();
  const Signal::Woken woken = co_await wake.wait_until(until);
  if (woken == Signal::Woken::kAborted) stopping = true;
  if (woken != Signal::Woken::kTime || stopping) co_return;
  busy = true;
  const DeviceOutcome outcome = co_await sync();
  static_cast<void>(outcome);
  if (imap() && !stopping) {
    co_await imap_account.disconnect();
  }
  next_poll = ground.host.clock.now() + config.poll;
  busy = false;
}

// IDLE in INBOX until something comes, here or there. // RFC 2177
Task<void> Device::Parts::stay_connected() {
  const Instant now = ground.host.clock.now();
  bool well = true;
  if (!imap_account.connected()) {
    busy = true;
    const DeviceOutcome outcome = co_await sync();
    busy = false;
    well = outcome.done;
  }
  if (well && agenda.empty() && !stopping) {
    retry_wait = config.retry;
    idling = true;
    const Result<SyncCount> changed = co_await imap_account.idle(now + config.idle_limit);
    idling = false;
    well = changed.has_value();
    if (well && ground.host.clock.now() >= now + config.idle_limit && agenda.empty()) {
      const DeviceOutcome outcome = co_await sync();  // the other folders
      well = outcome.done;
    }
  }
  if (well || stopping || !agenda.empty()) co_return;
  const Signal::Woken woken = co_await wake.wait_until(ground.host.clock.now() + retry_wait);
  if (woken == Signal::Woken::kAborted) stopping = true;
  retry_wait = std::min(retry_wait * 2, kLongestRetry);
}

Task<DeviceOutcome> Device::Parts::perform(DeviceOrder order) {
  switch (order.deed) {
    case DeviceDeed::kSend:
      co_return co_await send(std::move(order.draft));
    case DeviceDeed::kSync:
      co_return co_await sync();
    case DeviceDeed::kRead:
      co_return co_await read(std::move(order));
    case DeviceDeed::kReply:
    case DeviceDeed::kReplyAll:
    case DeviceDeed::kForward:
      co_return co_await answer(std::move(order));
    case DeviceDeed::kDraft:
      co_return co_await keep_draft(std::move(order.draft));
    case DeviceDeed::kFlag:
      co_return co_await set_flag(std::move(order), true);
    case DeviceDeed::kUnflag:
      co_return co_await set_flag(std::move(order), false);
    case DeviceDeed::kMove:
      co_return co_await move(std::move(order));
    case DeviceDeed::kDelete:
      co_return co_await remove(std::move(order));
    case DeviceDeed::kSearch:
      co_return co_await search(std::move(order));
    case DeviceDeed::kCreateFolder:
      co_return co_await create_folder(std::move(order));
    case DeviceDeed::kGoOffline:
      co_return co_await go_offline();
    case DeviceDeed::kGoOnline:
      break;
  }
  co_return co_await go_online();
}

Task<DeviceOutcome> Device::Parts::sync() {
  if (offline) co_return DeviceOutcome{false, "the device is offline"};
  std::string words;
  const Ok sent = co_await carry_letters(words);
  Result<SyncCount> count = fail(ErrorCode::kAborted, "");
  if (imap()) {
    count = co_await imap_account.sync();
  } else {
    count = co_await pop3_account.sync();
  }
  if (!count) co_return failure(count.error());
  co_return success(count->words());
}

Task<DeviceOutcome> Device::Parts::go_offline() {
  offline = true;
  co_await imap_account.disconnect();
  co_return success("offline");
}

Task<DeviceOutcome> Device::Parts::go_online() {
  offline = false;
  next_poll = ground.host.clock.now() + config.poll;
  if (imap()) {
    co_return co_await sync();
  }
  co_return co_await carried_out(success("online"));
}

Task<DeviceOutcome> Device::Parts::carried_out(DeviceOutcome outcome) {
  const Ok noted = co_await memory.commit();
  if (!noted) co_return failure(noted.error());
  if (memory.waiting().empty()) co_return outcome;
  if (offline) {
    outcome.words += "; waits until the device is online";
    co_return outcome;
  }
  std::string letters;
  Ok done = co_await carry_letters(letters);
  std::vector<std::string> refused;
  if (done && imap()) {
    done = co_await imap_account.carry_out(refused);
  }
  if (!letters.empty()) outcome.words += "; " + letters;
  for (const std::string& refusal : refused)
    outcome.words += "; " + refusal;
  if (!done) outcome.words += "; waits: " + done.error().message;
  if (!refused.empty()) outcome.done = false;
  co_return outcome;
}

}  // namespace glasspost::agent
