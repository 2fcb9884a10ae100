#include "engine/agent/mua/server_login.h"

#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

template <class Policy>
Policy policy_of(MuaTls tls) {
  switch (tls) {
    case MuaTls::kNone:
      return Policy::kNone;
    case MuaTls::kOffered:
      return Policy::kOpportunistic;
    case MuaTls::kRequired:
      return Policy::kRequired;
    case MuaTls::kImplicit:
      break;
  }
  return Policy::kImplicit;
}

template <class Options>
void set(const DeviceConfig& config, Options& options) {
  options.tls_server_name = config.server;
  options.credentials.user = config.mail.user_name.empty() ? config.mail.address : config.mail.user_name;
  options.credentials.password = config.mail.password;
  options.mechanisms = {mechanism_of(config.mail.auth)};
  // Where the user chose to go without TLS, the password goes without it too.
  options.password_without_tls = config.tls == MuaTls::kNone || config.tls == MuaTls::kOffered;
  options.timeout = config.mail.timeout;
}

template <class Kind>
ErrorCode code_of(Kind kind) {
  switch (kind) {
    case Kind::kRefused:
      return ErrorCode::kRefused;
    case Kind::kTimedOut:
      return ErrorCode::kTimedOut;
    case Kind::kTooLarge:
      return ErrorCode::kTooLarge;
    case Kind::kTls:
      return ErrorCode::kTls;
    case Kind::kLost:
    case Kind::kProtocol:
    case Kind::kAuth:
      break;
  }
  return ErrorCode::kEndOfStream;
}

}  // namespace

void set_login(const DeviceConfig& config, imap::ClientOptions& options) {
  set(config, options);
  options.tls = policy_of<imap::TlsPolicy>(config.tls);
  options.login = config.mail.auth == MuaAuth::kPlain || config.mail.auth == MuaAuth::kLogin;
}

void set_login(const DeviceConfig& config, pop3::ClientOptions& options) {
  set(config, options);
  options.tls = policy_of<pop3::TlsPolicy>(config.tls);
  options.user = config.mail.auth == MuaAuth::kPlain || config.mail.auth == MuaAuth::kLogin;
}

Error error_of(const imap::ClientError& error) {
  return {code_of(error.kind), error.message, std::nullopt};
}

Error error_of(const pop3::ClientError& error) {
  std::string message = error.message;
  if (error.response && !error.response->text.empty()) message += ": " + escaped(error.response->text);
  return {code_of(error.kind), std::move(message), std::nullopt};
}

}  // namespace glasspost::agent
