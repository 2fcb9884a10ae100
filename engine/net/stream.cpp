#include "engine/net/stream.h"

#include <utility>

namespace glasspost::net {

void StreamState::watch_deadline() {
  if (deadline == Instant::never()) return;
  if (reading == nullptr && writing == nullptr) return;
  // A timer that rings too early looks again: a deadline that moves on with every command costs nothing.
  if (timer_is_set && timer_set_for <= deadline) return;
  set_timer();
}

void StreamState::set_timer() {
  timer_is_set = true;
  timer_set_for = deadline;
  expire_near(timer, deadline, world.wall.now());
  timer.async_wait([self = shared_from_this()](const ErrorNumber& error) {
    if (error) return;
    self->timer_is_set = false;
    self->look_at_deadline();
  });
}

void StreamState::look_at_deadline() {
  if (deadline == Instant::never() || (reading == nullptr && writing == nullptr)) return;
  if (!expired()) {
    set_timer();
    return;
  }
  world.tap->timer_fired({world.wall.now(), {}}, {host, "deadline", deadline, connection});
  ErrorNumber ignored;
  socket.cancel(ignored);
}

void StreamState::set_deadline(Instant moment) {
  deadline = moment;
  if (reading == nullptr && writing == nullptr) return;
  if (expired()) {
    look_at_deadline();
  } else {
    watch_deadline();
  }
}

void StreamState::start_read(std::span<char> into) {
  socket.async_read_some(asio::buffer(into.data(), into.size()),
                         [self = shared_from_this()](const ErrorNumber& error, std::size_t count) {
                           complete(self->reading, {error, count});
                         });
  watch_deadline();
}

void StreamState::wait_writable() {
  socket.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](const ErrorNumber& error) {
    complete(self->writing, {error, 0});
  });
  watch_deadline();
}

void StreamState::start_connect(const Endpoint& real) {
  socket.async_connect(to_asio<asio::ip::tcp>(real), [self = shared_from_this()](const ErrorNumber& error) {
    complete(self->reading, {error, 0});
  });
  watch_deadline();
}

Error StreamState::error_of(const ErrorNumber& error) {
  if (aborted) return {ErrorCode::kAborted, "the connection was aborted", std::nullopt};
  if (error == asio::error::operation_aborted) {
    return {ErrorCode::kTimedOut, "the deadline passed: " + remote.to_string(), std::nullopt};
  }
  Error result = to_error(error, remote.to_string());
  if (result.code == ErrorCode::kAborted) tell_reset(ResetReason::kByPeer);
  if (error == asio::error::timed_out) tell_reset(ResetReason::kTimedOut);
  return result;
}

void StreamState::tell_reset(ResetReason reason) {
  if (std::exchange(through, true)) return;
  world.tap->connection_reset(world.occasion(), end(), reason);
}

IoStream::IoStream(std::shared_ptr<StreamState> state) : state_(std::move(state)) {
  ErrorNumber ignored;
  state_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  state_->socket.non_blocking(true, ignored);
}

IoStream::~IoStream() {
  StreamState& state = *state_;
  if (!std::exchange(state.through, true))
    state.world.tap->connection_closed(state.world.occasion(), state.end());
  // Nobody may be waiting; if somebody's frame was destroyed in the middle, it is not resumed.
  state.reading = nullptr;
  state.writing = nullptr;
  state.timer.cancel();
  ErrorNumber ignored;
  state.socket.close(ignored);
}

Task<Result<std::size_t>> IoStream::read(std::span<char> into) {
  GLASSPOST_ASSERT(!into.empty());
  const std::shared_ptr<StreamState> state = state_;
  if (state->aborted) co_return fail(ErrorCode::kAborted, "the connection was aborted");
  if (read_error_) co_return fail(*read_error_);
  if (at_end_) co_return std::size_t{0};
  if (state->expired()) co_return fail(ErrorCode::kTimedOut, "the deadline has passed");
  Wait wait(state->world.scheduler, state->reading);
  state->start_read(into);
  Completion<Outcome>& done = wait.outcome();
  const Outcome outcome = co_await done;
  if (!outcome.error) co_return outcome.count;
  if (outcome.error == asio::error::eof) {
    at_end_ = true;
    co_return std::size_t{0};
  }
  const Error error = state->error_of(outcome.error);
  // A deadline that is lifted or moved lets reading go on: nothing was lost.
  if (error.code != ErrorCode::kTimedOut) read_error_ = error;
  co_return fail(error);
}

Task<Ok> IoStream::write(std::string_view bytes) {
  const std::shared_ptr<StreamState> state = state_;
  if (state->aborted) co_return fail(ErrorCode::kAborted, "the connection was aborted");
  if (write_closed_) co_return fail(ErrorCode::kEndOfStream, "writing after close_write");
  if (write_error_) co_return fail(*write_error_);
  if (state->expired()) co_return fail(ErrorCode::kTimedOut, "the deadline has passed");
  while (!bytes.empty()) {
    ErrorNumber error;
    const std::size_t count = state->socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(count);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      Wait wait(state->world.scheduler, state->writing);
      state->wait_writable();
      Completion<Outcome>& done = wait.outcome();
      const Outcome outcome = co_await done;
      error = outcome.error;
    }
    if (error) {
      // Nobody knows how much of it arrived: nothing may follow.
      write_error_ = state->error_of(error);
      co_return fail(*write_error_);
    }
  }
  co_return Ok();
}

Task<Ok> IoStream::close_write() {
  const std::shared_ptr<StreamState> state = state_;
  if (state->aborted) co_return fail(ErrorCode::kAborted, "the connection was aborted");
  if (write_error_) co_return fail(*write_error_);
  if (std::exchange(write_closed_, true)) co_return Ok();
  ErrorNumber error;
  state->socket.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  if (error) {
    write_error_ = state->error_of(error);
    co_return fail(*write_error_);
  }
  co_return Ok();
}

void IoStream::abort() {
  StreamState& state = *state_;
  if (std::exchange(state.aborted, true)) return;
  state.tell_reset(ResetReason::kAbortedHere);
  ErrorNumber ignored;
  state.socket.set_option(asio::socket_base::linger(true, 0), ignored);
  state.socket.close(ignored);
}

}  // namespace glasspost::net
