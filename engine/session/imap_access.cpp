#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/session/authentication.h"
#include "engine/session/imap_dialogue.h"

// CAPABILITY, STARTTLS, LOGIN, AUTHENTICATE, ENABLE.
namespace glasspost::imap {

std::string Dialogue::capabilities() const {
  // RFC 3501 7.2.1. STARTTLS and AUTH= only while they can be used.
  std::string list = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE CHILDREN";
  if (machine.authenticated()) {
    return list +
           " UIDPLUS UNSELECT MOVE SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE ESEARCH STATUS=SIZE";
  }
  list += " UIDPLUS UNSELECT MOVE SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE ESEARCH STATUS=SIZE";
  if (options.starttls && !client.tls) list += " STARTTLS";
  if ((!options.login_without_tls || options.require_tls) && !client.tls) list += " LOGINDISABLED";
  for (const sasl::Mechanism mechanism : options.mechanisms) {
    if (mechanism_allowed(mechanism)) list += " AUTH=" + std::string(sasl::to_string(mechanism));
  }
  return list;
}

bool Dialogue::mechanism_allowed(sasl::Mechanism mechanism) const {
  const bool offered =
      std::find(options.mechanisms.begin(), options.mechanisms.end(), mechanism) != options.mechanisms.end();
  if (!offered || client.tls) return offered;
  return !options.require_tls && (options.login_without_tls || !sasl::sends_password(mechanism));
}

Task<Outcome> Dialogue::log_in(LoginArguments arguments) {
  if (!client.tls && (!options.login_without_tls || options.require_tls)) {
    co_return Outcome::no("The password would cross the network in the clear: use TLS", "PRIVACYREQUIRED");
  }
  // The same check as AUTHENTICATE PLAIN: the password is compared in one place.
  std::unique_ptr<sasl::ServerMachine> sasl = sasl::make_server(
      sasl::Mechanism::kPlain, make_nonces(context.random, context.clock, options.host_name));
  const std::string response =
      std::string(1, '\0') + arguments.user + std::string(1, '\0') + arguments.password;
  const sasl::ServerStep step = sasl->start(response);
  co_return co_await exchange(std::move(sasl), step, "LOGIN");
}

Task<Outcome> Dialogue::authenticate(AuthenticateArguments arguments) {
  const std::optional<sasl::Mechanism> mechanism = sasl::parse_mechanism(arguments.mechanism);
  if (!mechanism) co_return Outcome::no("There is no such mechanism here");
  if (!mechanism_allowed(*mechanism)) {
    const bool wants_tls = !client.tls && (options.require_tls || sasl::sends_password(*mechanism));
    co_return Outcome::no("The mechanism is not possible now", wants_tls ? "PRIVACYREQUIRED" : "");
  }
  std::optional<std::string> initial;
  if (arguments.initial_response) {  // RFC 4959 3: "=" is an empty one
    const bool empty = *arguments.initial_response == "=";
    Result<std::string> decoded =
        crypto::base64_decode(empty ? std::string_view() : std::string_view(*arguments.initial_response));
    if (!decoded) co_return Outcome::bad("That is not base64");
    initial = std::move(*decoded);
  }
  std::unique_ptr<sasl::ServerMachine> sasl =
      sasl::make_server(*mechanism, make_nonces(context.random, context.clock, options.host_name));
  if (sasl == nullptr) co_return Outcome::no("There is no such mechanism here");
  const sasl::ServerStep step =
      sasl->start(initial ? std::optional<std::string_view>(*initial) : std::nullopt);
  co_return co_await exchange(std::move(sasl), step, arguments.mechanism);
}

Task<Outcome> Dialogue::exchange(std::unique_ptr<sasl::ServerMachine> sasl, sasl::ServerStep step,
                                 std::string mechanism) {
  while (step == sasl::ServerStep::kChallenge || step == sasl::ServerStep::kNeedSecret) {
    if (step == sasl::ServerStep::kNeedSecret) {
      std::optional<sasl::Secret> secret = co_await service.secret(client, sasl->user());
      step = sasl->secret(std::move(secret));
      continue;
    }
    say("+ " + crypto::base64_encode(sasl->challenge()));
    const std::optional<RawCommand> line = co_await next_command();
    if (!line) co_return Outcome::none();
    if (line->text == "*") co_return Outcome::bad("Authentication cancelled");  // RFC 3501 6.2.2
    const Result<std::string> response = crypto::base64_decode(line->text);
    if (!response) co_return Outcome::bad("That is not base64");
    step = sasl->respond(*response);
  }
  co_return co_await authenticated(*sasl, step, mechanism);
}

Task<Outcome> Dialogue::authenticated(sasl::ServerMachine& sasl, sasl::ServerStep step,
                                      std::string mechanism) {
  if (step == sasl::ServerStep::kMalformed && mechanism != "LOGIN") {
    co_return Outcome::bad("The mechanism does not allow that response");
  }
  // Nobody here may act for another. // RFC 4422 3.4.1
  const bool itself = sasl.authorize_as().empty() || sasl.authorize_as() == sasl.user();
  const bool passed = step == sasl::ServerStep::kSuccess && itself;
  tell_authentication(context.observer, {client.connection, "RFC 3501 6.2", sasl.user(), mechanism, passed});
  if (!passed) {
    ++failed_logins;
    if (failed_logins >= options.max_failed_logins) {
      bye("Too many failed logins", CloseReason::kTooMany);
    }
    co_return Outcome::no("Authentication failed", "AUTHENTICATIONFAILED");
  }
  client.user = sasl.user();
  client.account = co_await service.account(client, client.user);
  client.mechanism = mechanism;
  machine.authenticate(mechanism == "LOGIN" ? "LOGIN" : "AUTHENTICATE");
  reader.set_limits(options.limits);
  co_return Outcome::ok("Authenticated", "CAPABILITY " + capabilities());
}

Task<Outcome> Dialogue::start_tls() {
  if (!options.starttls || context.tls == nullptr) co_return Outcome::bad("TLS is not offered here");
  if (client.tls) co_return Outcome::bad("TLS is there already");
  if (!unread.empty()) {
    // Whoever put these octets behind STARTTLS in the clear hopes that they count after the handshake.
    unread = {};
    bye("STARTTLS must come last", CloseReason::kTls);
    co_return Outcome::none();
  }
  co_return Outcome::ok("Begin the handshake");
}

Outcome Dialogue::enable(const EnableArguments& arguments) {  // RFC 5161 3.1, 3.2
  std::string enabled;
  for (const std::string& capability : arguments.capabilities) {
    if (capability != "CONDSTORE" || condstore) continue;
    condstore = true;
    enabled += " CONDSTORE";
  }
  say("* ENABLED" + enabled);
  return Outcome::ok("Done");
}

}  // namespace glasspost::imap
