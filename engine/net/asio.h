#pragma once

// Inner header of engine/net: the parts of Boost.Asio that it uses, and the adapter from its operations to
// coroutines.

#include <cstddef>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engine/base/assert.h"
#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/runtime/scheduler.h"

namespace glasspost::net {

namespace asio = boost::asio;
using ErrorNumber = boost::system::error_code;

/// What became of one of Asio's operations.
struct Outcome {
  ErrorNumber error;
  std::size_t count = 0;
};

/// Where the coroutine that waits for an operation stands: in the shared state that the operation's
/// completion keeps alive, so that a completion never finds a frame that has gone. Null while nobody waits.
using Waiting = Completion<Outcome>*;

/// One coroutine's wait. It takes itself off when its frame goes; `waiting` outlives it.
class Wait {
 public:
  Wait(Scheduler& scheduler, Waiting& waiting) : outcome_(scheduler), waiting_(waiting) {
    GLASSPOST_ASSERT(waiting_ == nullptr);
    waiting_ = &outcome_;
  }
  ~Wait() {
    if (waiting_ == &outcome_) waiting_ = nullptr;
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  Completion<Outcome>& outcome() { return outcome_; }

 private:
  Completion<Outcome> outcome_;
  Waiting& waiting_;
};

/// Gives the outcome to whoever waits, if anybody still does.
inline void complete(Waiting& waiting, Outcome outcome) {
  Waiting waiter = std::exchange(waiting, nullptr);
  if (waiter != nullptr) waiter->complete(outcome);
}

[[nodiscard]] asio::ip::address to_asio(const IpAddress& address);
[[nodiscard]] IpAddress from_asio(const asio::ip::address& address);

template <class Protocol>
[[nodiscard]] typename Protocol::endpoint to_asio(const Endpoint& endpoint) {
  return {to_asio(endpoint.address), endpoint.port};
}
template <class AsioEndpoint>
[[nodiscard]] Endpoint from_asio(const AsioEndpoint& endpoint) {
  return {from_asio(endpoint.address()), endpoint.port()};
}

/// The Error for a failed system call on a connection or socket.
[[nodiscard]] Error to_error(const ErrorNumber& error, const std::string& what);

}  // namespace glasspost::net
