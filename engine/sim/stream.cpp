#include "engine/sim/network.h"
#include "engine/sim/wait.h"
#include "engine/sim/world.h"

namespace glasspost::sim {
namespace {

constexpr std::string_view kDeadline = "deadline";

tl::unexpected<Error> timed_out() {
  return fail(ErrorCode::kTimedOut, "the deadline passed");
}
tl::unexpected<Error> aborted() {
  return fail(ErrorCode::kAborted, "the connection was aborted");
}

}  // namespace

Stream::~Stream() {
  incarnation_.world().tcp().release(end_);
}

bool Stream::past_deadline() const {
  return deadline_ != Instant::never() && incarnation_.host().now() >= deadline_;
}

Task<Ok> Stream::wait_established(Instant deadline) {
  while (end_.state == End::State::kSynSent) {
    Wait wait(incarnation_, end_.reader, "dial", end_.connection->id);
    wait.set_deadline(deadline);
    const Wait::Outcome outcome = co_await wait;
    if (outcome == Wait::Outcome::kTimedOut) {
      incarnation_.world().tcp().abort(end_, ResetReason::kTimedOut);
      co_return fail(ErrorCode::kTimedOut, end_.peer().local.to_string() + " does not answer");
    }
  }
  if (end_.failure) co_return fail(*end_.failure);
  co_return Ok{};
}

Task<Result<std::size_t>> Stream::read(std::span<char> into) {
  for (;;) {
    if (past_deadline()) co_return timed_out();
    const std::size_t taken = incarnation_.world().tcp().take(end_, into.data(), into.size());
    if (taken != 0) co_return taken;
    if (end_.failure) co_return fail(*end_.failure);
    if (end_.fin_received) co_return std::size_t{0};
    Wait wait(incarnation_, end_.reader, kDeadline, end_.connection->id);
    wait.set_deadline(deadline_);
    const Wait::Outcome outcome = co_await wait;
    if (outcome == Wait::Outcome::kTimedOut) co_return timed_out();
    if (outcome == Wait::Outcome::kAborted) co_return aborted();
  }
}

Task<Ok> Stream::write(std::string_view bytes) {
  for (;;) {
    if (past_deadline()) co_return timed_out();
    if (end_.failure) co_return fail(*end_.failure);
    if (end_.fin_wanted) co_return fail(ErrorCode::kEndOfStream, "the stream is closed for writing");
    const std::uint64_t kept = end_.out.end() + 1 - end_.unacknowledged;
    const std::uint64_t room = kept < Tcp::kSendBuffer ? Tcp::kSendBuffer - kept : 0;
    const std::string_view part = bytes.substr(0, static_cast<std::size_t>(room));
    if (!part.empty()) {
      end_.out.append(part);
      bytes.remove_prefix(part.size());
      incarnation_.world().tcp().pump(end_);
    }
    if (bytes.empty()) co_return Ok{};
    Wait wait(incarnation_, end_.writer, kDeadline, end_.connection->id);
    wait.set_deadline(deadline_);
    const Wait::Outcome outcome = co_await wait;
    if (outcome == Wait::Outcome::kTimedOut) co_return timed_out();
    if (outcome == Wait::Outcome::kAborted) co_return aborted();
  }
}

Ok Stream::close_write_now() {
  if (end_.failure) return fail(*end_.failure);
  end_.fin_wanted = true;
  incarnation_.world().tcp().pump(end_);
  return Ok{};
}

Task<Ok> Stream::close_write() {
  co_return close_write_now();
}

void Stream::abort() {
  incarnation_.world().tcp().abort(end_, ResetReason::kAbortedHere);
}

void Stream::set_deadline(Instant deadline) {
  deadline_ = deadline;
  for (Wait* wait : {end_.reader, end_.writer})
    if (wait != nullptr) wait->set_deadline(deadline);
}

ListeningPort::ListeningPort(Incarnation& incarnation, Endpoint local)
    : incarnation_(incarnation), local_(local) {
  incarnation_.add_listener(*this);
}

ListeningPort::~ListeningPort() {
  close();
  if (acceptor_ != nullptr) acceptor_->detach();
}

Task<Result<ByteStreamPtr>> ListeningPort::accept() {
  for (;;) {
    if (closed_) co_return fail(ErrorCode::kAborted, "the listener is closed");
    if (!arrived_.empty()) {
      ByteStreamPtr stream = std::move(arrived_.front());
      arrived_.pop_front();
      co_return stream;
    }
    Wait wait(incarnation_, acceptor_, "accept");
    co_await wait;
  }
}

void ListeningPort::deliver(ByteStreamPtr stream) {
  arrived_.push_back(std::move(stream));
  if (acceptor_ != nullptr) acceptor_->wake(Wait::Outcome::kNotified);
}

void ListeningPort::close() {
  if (std::exchange(closed_, true)) return;
  incarnation_.remove_listener(*this);
  for (const ByteStreamPtr& stream : arrived_)
    stream->abort();
  arrived_.clear();
  if (acceptor_ != nullptr) acceptor_->wake(Wait::Outcome::kNotified);
}

HostTimer::~HostTimer() {
  if (waiter_ != nullptr) waiter_->detach();
}

Task<Ok> HostTimer::wait_until(Instant moment) {
  if (!incarnation_.alive()) co_return fail(ErrorCode::kAborted, "the host went down");
  if (moment <= incarnation_.host().now()) co_return Ok{};
  Wait wait(incarnation_, waiter_, purpose_);
  if (moment != Instant::never()) {
    World& world = incarnation_.world();
    const TimerNotice notice{incarnation_.host().id(), purpose_, moment, {}};
    wait.set_cause(world.tap().timer_set(world.occasion(), notice));
    wait.set_deadline(moment);
  }
  const Wait::Outcome outcome = co_await wait;
  if (outcome == Wait::Outcome::kTimedOut) co_return Ok{};
  co_return fail(ErrorCode::kAborted, "the wait was cancelled");
}

void HostTimer::cancel() {
  if (waiter_ != nullptr) waiter_->wake(Wait::Outcome::kAborted);
}

}  // namespace glasspost::sim
