#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/net/io_world.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task.h"
#include "engine/runtime/task_group.h"

namespace glasspost::cli {

// What the tools for a person's own mail are given: a message, a moment, and a DNS to ask.

/// The DNS of a zone file (RFC 1035 5.1), of a scenario (*.yaml), or with "system" the live one that
/// /etc/resolv.conf names: the only way in which these tools reach the network.
class CheckDns {
 public:
  /// Errors: kInvalidInput (with line and column), kIo, kNotFound (no resolver in /etc/resolv.conf).
  static Result<CheckDns> open(const std::string& source);

  [[nodiscard]] dns::Resolver& resolver() { return *resolver_; }
  /// Runs a task to its end; nothing if it has not ended in a minute.
  template <class T>
  std::optional<T> finish(Task<T> task) {
    std::optional<T> out;
    TaskGroup group;
    group.spawn(keep(std::move(task), out));
    if (!out && world_) wait_for([&out] { return out.has_value(); });
    return out;
  }

 private:
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& out) {
    T value = co_await task;
    out.emplace(std::move(value));
  }
  void wait_for(const std::function<bool()>& done);

  std::unique_ptr<net::IoWorld> world_;  // of the live DNS; outlives the resolver
  std::unique_ptr<dns::Resolver> resolver_;
};

/// A file's bytes; "-" is standard input. At most 64 MiB. Error: kIo, kTooLarge.
[[nodiscard]] Result<std::string> read_input(const std::string& file);
/// A message as it would go over the wire: line ends made CRLF.
[[nodiscard]] Result<std::string> read_message(const std::string& file);
/// A moment as RFC 3339 writes it; empty: now. Error: kInvalidInput.
[[nodiscard]] Result<Instant> moment(const std::string& text);
/// Prints an error as "glasspost COMMAND: ..." and gives kBadInput.
[[nodiscard]] int bad_input(const char* command, const Error& error);

}  // namespace glasspost::cli
