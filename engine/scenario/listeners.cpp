// The ports that a mail server opens when nothing else is said.
#include <utility>

#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

Listener usual_listener(const WrittenServer& policy, Service service, std::uint16_t port,
                        const SourcePlace& place) {
  Listener out;
  out.place = place;
  out.service = service;
  out.port = port;
  out.tls = is_implicit_tls(service) ? TlsPolicy::kRequired : policy.tls.value_or(TlsPolicy::kNone);
  if (service != Service::kSmtp) {
    std::vector<AuthMechanism> usual;
    if (!is_retrieval(service))
      usual = {AuthMechanism::kPlain, AuthMechanism::kLogin, AuthMechanism::kCramMd5,
               AuthMechanism::kScramSha1, AuthMechanism::kScramSha256};
    out.auth = policy.auth.value_or(std::move(usual));
    out.auth_without_tls = policy.auth_without_tls.value_or(out.tls != TlsPolicy::kRequired);
  }
  const auto switches = policy.leniencies.find(port);
  if (switches != policy.leniencies.end()) out.leniencies = switches->second;
  out.max_sessions = policy.sessions.value_or(out.max_sessions);
  return out;
}

}  // namespace

std::vector<Listener> usual_listeners(const std::set<Role>& roles, const WrittenServer& policy,
                                      const SourcePlace& place) {
  std::vector<Listener> out;
  const bool tls = policy.tls.value_or(TlsPolicy::kNone) != TlsPolicy::kNone;
  const auto open = [&](Service service, std::uint16_t port) {
    if (!is_implicit_tls(service) || tls) out.push_back(usual_listener(policy, service, port, place));
  };
  if (roles.contains(Role::kMx) || roles.contains(Role::kMailbox)) open(Service::kSmtp, 25);
  if (roles.contains(Role::kMsa)) {
    open(Service::kSubmission, 587);
    open(Service::kSubmissions, 465);
  }
  if (roles.contains(Role::kMailbox)) {
    open(Service::kImap, 143);
    open(Service::kImaps, 993);
    open(Service::kPop3, 110);
    open(Service::kPop3s, 995);
  }
  return out;
}

}  // namespace glasspost::scenario
