#include "engine/dissect/state_diagram.h"

#include <algorithm>

#include "engine/protocol/imap/client_machine.h"
#include "engine/protocol/imap/machine.h"
#include "engine/protocol/pop3/client_machine.h"
#include "engine/protocol/pop3/server_machine.h"
#include "engine/protocol/smtp/client_machine.h"
#include "engine/protocol/smtp/server_machine.h"

namespace glasspost::dissect {
namespace {

template <class State, class Transitions>
StateDiagram made(std::size_t count, const Transitions& transitions) {
  StateDiagram diagram;
  for (std::size_t i = 0; i < count; ++i)
    diagram.states.push_back(to_string(static_cast<State>(i)));
  for (const auto& transition : transitions) {
    diagram.arrows.push_back({static_cast<std::size_t>(transition.from),
                              static_cast<std::size_t>(transition.to), transition.trigger});
  }
  return diagram;
}

}  // namespace

std::optional<std::size_t> StateDiagram::find(std::string_view state) const {
  const auto at = std::find(states.begin(), states.end(), state);
  if (at == states.end()) return std::nullopt;
  return static_cast<std::size_t>(at - states.begin());
}

std::optional<StateDiagram> state_diagram(std::string_view machine) {
  if (machine == "smtp-server")
    return made<smtp::ServerState>(smtp::kServerStateCount, smtp::server_transitions());
  if (machine == "smtp-client")
    return made<smtp::ClientState>(smtp::kClientStateCount, smtp::client_transitions());
  if (machine == "pop3-server")
    return made<pop3::ServerState>(pop3::kServerStateCount, pop3::server_transitions());
  if (machine == "pop3-client")
    return made<pop3::ClientState>(pop3::kClientStateCount, pop3::client_transitions());
  if (machine == "imap-server")
    return made<imap::ServerState>(imap::kServerStateCount, imap::server_transitions());
  if (machine == "imap-client")
    return made<imap::ClientState>(imap::kClientStateCount, imap::client_transitions());
  return std::nullopt;
}

}  // namespace glasspost::dissect
