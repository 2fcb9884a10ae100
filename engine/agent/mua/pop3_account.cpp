#include "engine/agent/mua/pop3_account.h"

#include <algorithm>
#include <utility>

#include "engine/agent/mua/server_dial.h"
#include "engine/agent/mua/server_login.h"

namespace glasspost::agent {

Pop3Account::Pop3Account(const DeviceConfig& config, const DeviceGround& ground, DeviceMemory& memory,
                         OwnMailboxes& own)
    : config_(config), ground_(ground), memory_(memory), own_(own) {}

Pop3Account::~Pop3Account() = default;

void Pop3Account::abort() {
  aborted_ = true;
  if (session_) session_->abort();
}

Task<Result<SyncCount>> Pop3Account::sync() {
  ServerDial dial;
  dial.server = config_.server;
  dial.port = config_.port;
  dial.timeout = config_.mail.timeout;
  Result<ByteStreamPtr> stream = co_await dial_server(dial, ground_.host, ground_.resolver);
  if (!stream) co_return fail(stream.error());
  if (aborted_) co_return fail(ErrorCode::kAborted, "the device stops");
  pop3::ClientOptions options;
  set_login(config_, options);
  const pop3::ClientContext context{ground_.host.clock, ground_.host.random, ground_.observer, ground_.tls};
  session_ = std::make_unique<pop3::ClientSession>(std::move(options), context);
  const auto opened = co_await session_->connect(std::move(*stream));
  if (!opened) {
    const Error error = error_of(opened.error());
    const auto left = co_await session_->quit();
    static_cast<void>(left);
    session_.reset();
    co_return fail(error);
  }
  Result<SyncCount> count = co_await exchange(*session_);
  session_.reset();
  co_return count;
}

Task<Result<std::vector<Pop3Account::Listed>>> Pop3Account::look(pop3::ClientSession& session) {
  std::vector<Listed> out;
  const auto ids = co_await session.uidl();
  if (ids) {
    for (const pop3::UniqueIdListing& one : *ids)
      out.push_back({one.number, one.unique_id});
    co_return out;
  }
  if (ids.error().kind != pop3::ClientErrorKind::kRefused) co_return fail(error_of(ids.error()));
  if (config_.policy == DevicePolicy::kLeave) {
    co_return fail(ErrorCode::kUnsupported,
                   "the server does not tell messages apart (UIDL), so none can be left there");
  }
  const auto listed = co_await session.list();
  if (!listed) co_return fail(error_of(listed.error()));
  for (const pop3::ScanListing& one : *listed)
    out.push_back({one.number, {}});
  co_return out;
}

// It is here and its time on the server is over.
bool Pop3Account::due(const Listed& listed) const {
  if (config_.policy == DevicePolicy::kDelete) return true;
  if (config_.leave_for.ns == 0) return false;
  const auto fetched = memory_.fetched().find(listed.unique_id);
  return fetched != memory_.fetched().end() &&
         ground_.host.clock.now() - fetched->second >= config_.leave_for;
}

void Pop3Account::forget_gone(const std::vector<Listed>& listed) {
  std::vector<std::string> gone;
  for (const auto& [id, when] : memory_.fetched()) {
    const bool there = std::any_of(listed.begin(), listed.end(),
                                   [&id = id](const Listed& one) { return one.unique_id == id; });
    if (!there) gone.push_back(id);
  }
  for (const std::string& id : gone)
    memory_.drop_fetched(id);
}

Task<Ok> Pop3Account::fetch(pop3::ClientSession& session, Listed listed) {
  auto letter = co_await session.retr(listed.number);
  if (!letter) co_return fail(error_of(letter.error()));
  if (listed.unique_id.empty()) {
    const Instant now = ground_.host.clock.now();
    const Result<store::Uid> stored = co_await own_.add("INBOX", std::move(*letter), store::Flags(), now);
    if (!stored) co_return fail(stored.error());
    co_return Ok();
  }
  const Ok stored = co_await own_.deliver_once("pop3 " + listed.unique_id, std::move(*letter));
  if (!stored) co_return stored;
  memory_.set_fetched(listed.unique_id, ground_.host.clock.now());
  co_return co_await memory_.commit();
}

Task<Result<SyncCount>> Pop3Account::exchange(pop3::ClientSession& session) {
  SyncCount count;
  const Result<std::vector<Listed>> listed = co_await look(session);
  if (!listed) {
    const auto left = co_await session.quit();
    static_cast<void>(left);
    co_return fail(listed.error());
  }
  forget_gone(*listed);
  for (const Listed& one : *listed) {
    if (!one.unique_id.empty() && memory_.fetched().contains(one.unique_id)) continue;
    const Ok fetched = co_await fetch(session, one);
    // What is not here stays there.
    if (!fetched) {
      session.abort();
      const auto left = co_await session.quit();
      static_cast<void>(left);
      co_return fail(fetched.error());
    }
    ++count.fetched;
  }
  std::size_t marked = 0;
  for (const Listed& one : *listed) {
    if (!due(one)) continue;
    const auto done = co_await session.dele(one.number);
    if (done) ++marked;
  }
  const auto left = co_await session.quit();
  if (left) {
    count.deleted_there = marked;  // RFC 1939 6: only now they are gone
  }
  const Ok noted = co_await memory_.commit();
  if (!noted) co_return fail(noted.error());
  if (!left) co_return fail(error_of(left.error()));
  co_return count;
}

}  // namespace glasspost::agent
