#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/protocol/imap/response_reader.h"
#include "engine/runtime/signal.h"
#include "engine/runtime/task_group.h"
#include "engine/session/client_wire.h"
#include "engine/session/imap_client.h"

// The loop of an IMAP client session. Private to the session.
namespace glasspost::imap {

struct ClientSession::Dialogue final : ClientWire {
  Dialogue(ClientOptions options_in, ClientContext context_in);

  /// Does what the machine says until it has nothing more to do.
  Task<void> drive();
  Task<Outcome<Answer>> ask(ClientCommand command);
  Task<Outcome<Answer>> answer_of(std::string_view verb);
  Task<Outcome<void>> ask_plainly(ClientCommand command);
  Task<Outcome<std::vector<ListData>>> list(std::string_view verb, std::string pattern);
  Task<Outcome<MovedMessages>> copy(std::string_view verb, std::string set, std::string mailbox);
  Task<void> say(std::string bytes);
  Task<void> read_response();
  Task<void> upgrade();
  Task<void> watch_idle(Instant until);
  void notify();
  void wire_failed(const Error& error) override;
  [[nodiscard]] Instant deadline() const { return context.clock.now() + options.timeout; }

  ClientOptions options;
  ClientContext context;
  ClientMachine machine;
  ResponseReader reader;
  std::size_t answer_octets = 0;  ///< of the responses to the command under way
  Instant idle_until;             ///< what idle() was asked for
  Instant idle_patience;          ///< while it idles, reading ends then
  std::unique_ptr<Timer> idle_timer;
  bool watching = false;   ///< somebody waits for the end of IDLE, or says DONE
  bool idle_stop = false;  ///< IDLE is to end
  Signal watched;
  TaskGroup watchers;
};

}  // namespace glasspost::imap
