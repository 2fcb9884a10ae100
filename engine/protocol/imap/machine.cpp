#include "engine/protocol/imap/machine.h"

#include "engine/base/assert.h"

namespace glasspost::imap {

namespace {

constexpr unsigned kNot = 1;       // not authenticated
constexpr unsigned kAuth = 2 | 4;  // authenticated or selected
constexpr unsigned kSel = 4;       // selected
constexpr unsigned kAny = kNot | kAuth;

struct Rule {
  Verb verb;
  unsigned states;
};

constexpr Rule kRules[kVerbCount] = {
    {Verb::kUnknown, 0},         {Verb::kCapability, kAny},  // RFC 3501 6.1
    {Verb::kNoop, kAny},                                     //
    {Verb::kLogout, kAny},                                   //
    {Verb::kId, kAny},                                       // RFC 2971 3.1
    {Verb::kStartTls, kNot},                                 // RFC 3501 6.2
    {Verb::kAuthenticate, kNot},                             //
    {Verb::kLogin, kNot},                                    //
    {Verb::kEnable, kAuth},                                  // RFC 5161 3.1
    {Verb::kNamespace, kAuth},                               // RFC 2342 5
    {Verb::kSelect, kAuth},                                  // RFC 3501 6.3
    {Verb::kExamine, kAuth},                                 //
    {Verb::kCreate, kAuth},                                  //
    {Verb::kDelete, kAuth},                                  //
    {Verb::kRename, kAuth},                                  //
    {Verb::kSubscribe, kAuth},                               //
    {Verb::kUnsubscribe, kAuth},                             //
    {Verb::kList, kAuth},                                    //
    {Verb::kLsub, kAuth},                                    //
    {Verb::kStatus, kAuth},                                  //
    {Verb::kAppend, kAuth},                                  //
    {Verb::kIdle, kAuth},                                    // RFC 2177 3
    {Verb::kCheck, kSel},                                    // RFC 3501 6.4
    {Verb::kClose, kSel},                                    //
    {Verb::kUnselect, kSel},                                 // RFC 3691 2
    {Verb::kExpunge, kSel},                                  // RFC 3501 6.4
    {Verb::kSearch, kSel},                                   //
    {Verb::kFetch, kSel},                                    //
    {Verb::kStore, kSel},                                    //
    {Verb::kCopy, kSel},                                     //
    {Verb::kMove, kSel},                                     // RFC 6851 3.1
};

using S = ServerState;
constexpr ServerTransition kTransitions[] = {
    {S::kNotAuthenticated, "LOGIN", S::kAuthenticated},
    {S::kNotAuthenticated, "AUTHENTICATE", S::kAuthenticated},
    {S::kNotAuthenticated, "LOGOUT", S::kLogout},
    {S::kAuthenticated, "SELECT", S::kSelected},
    {S::kAuthenticated, "EXAMINE", S::kSelected},
    {S::kAuthenticated, "LOGOUT", S::kLogout},
    {S::kSelected, "CLOSE", S::kAuthenticated},
    {S::kSelected, "UNSELECT", S::kAuthenticated},
    {S::kSelected, "SELECT", S::kAuthenticated},  // one that fails; after that of the folder before
    {S::kSelected, "LOGOUT", S::kLogout},
};

}  // namespace

std::span<const ServerTransition> server_transitions() {
  return kTransitions;
}

std::string_view to_string(ServerState state) {
  constexpr std::string_view kNames[kServerStateCount] = {"not authenticated", "authenticated", "selected",
                                                          "logout"};
  return kNames[static_cast<std::size_t>(state)];
}

bool is_legal(Verb verb, ServerState state) {
  const Rule& rule = kRules[static_cast<std::size_t>(verb)];
  GLASSPOST_ASSERT(rule.verb == verb);
  return state != ServerState::kLogout && (rule.states >> static_cast<unsigned>(state) & 1) != 0;
}

CommandProperties properties_of(Verb verb, bool uid) {
  CommandProperties out;
  switch (verb) {
    case Verb::kFetch:
    case Verb::kStore:
    case Verb::kSearch:
      // RFC 3501 7.4.1: no EXPUNGE while one of these is in progress; their UID forms are other commands.
      out.uses_numbers = !uid;
      out.holds_numbers = !uid;
      break;
    case Verb::kCopy:
      out.uses_numbers = !uid;
      break;
    case Verb::kMove:
      out.uses_numbers = !uid;
      out.breaks_numbers = true;
      break;
    case Verb::kExpunge:
    case Verb::kClose:
      out.breaks_numbers = true;
      break;
    default:
      break;
  }
  return out;
}

void ServerMachine::go(ServerState to, std::string_view trigger) {
  if (to == state_) return;
  changes_.push_back({state_, to, trigger});
  state_ = to;
}

void ServerMachine::authenticate(std::string_view trigger) {
  GLASSPOST_ASSERT(state_ == ServerState::kNotAuthenticated);
  go(ServerState::kAuthenticated, trigger);
}

void ServerMachine::select(std::string_view trigger) {
  GLASSPOST_ASSERT(authenticated());
  go(ServerState::kSelected, trigger);
}

void ServerMachine::deselect(std::string_view trigger) {
  if (selected()) go(ServerState::kAuthenticated, trigger);
}

void ServerMachine::close(std::string_view trigger) {
  go(ServerState::kLogout, trigger);
}

}  // namespace glasspost::imap
