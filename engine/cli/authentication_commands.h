#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/observe/catalogue.h"

namespace CLI {
class App;
}

namespace glasspost::cli {

// The checks of mail as tools of their own, on a person's own input. They end as the other commands do: 0
// when the mail passes, 1 when it does not, 2 for bad input.

struct VerifyCommand {
  std::string message;  ///< a file; "-": standard input
  std::string dns;      ///< a zone file, a scenario, or "system"
  std::string ip;       ///< the client's; empty: SPF is left out
  std::string helo;
  std::optional<std::string> from;  ///< the reverse-path; absent: the Return-Path field's
  std::string profile = "rfc9989";
  std::string time;  ///< RFC 3339; empty: now
  std::string receiver = "localhost";
  bool json = false;
  Language language = Language::kEnglish;
  std::size_t width = 100;
};
/// 0 if DMARC passes, or where no policy covers the author's domain if SPF or some signature passes.
[[nodiscard]] int verify_command(const VerifyCommand& command);

struct SpfCommand {
  std::string dns, ip, helo, from;
  std::string time;
  std::string receiver = "localhost";
  bool json = false;
  Language language = Language::kEnglish;
  std::size_t width = 100;
};
/// 0 if the result is pass.
[[nodiscard]] int spf_command(const SpfCommand& command);

struct SignCommand {
  std::string message;
  std::string key;  ///< a PEM file
  std::string domain, selector;
  std::string canonicalization = "relaxed/relaxed";
  std::string identity;
  std::string fields;  ///< joined by ":"; empty: those worth signing
  bool body_length = false;
  std::string lifetime;  ///< a duration
  std::string time;      ///< RFC 3339; empty: now
  bool field_only = false;
  bool json = false;
};
[[nodiscard]] int sign_command(const SignCommand& command);

struct DkimKeyCommand {
  std::string domain, selector;
  std::string algorithm = "ed25519";
  std::string out;  ///< a PEM file to be made
  std::string key;  ///< a PEM file that exists: its record is printed
  std::string dns;  ///< is that record published there?
  bool json = false;
};
/// 0; with `dns` 1 if the key is not published there.
[[nodiscard]] int dkim_key_command(const DkimKeyCommand& command);

struct AuthenticationCommands {
  VerifyCommand verify;
  SpfCommand spf;
  SignCommand sign;
  DkimKeyCommand dkim_key;
};
/// Adds the four to the program's commands; `commands` outlives `app`.
void add_authentication_commands(CLI::App& app, AuthenticationCommands& commands);
/// Runs the one that was chosen; nothing if it was none of them.
[[nodiscard]] std::optional<int> run_authentication_command(const CLI::App& app,
                                                            const AuthenticationCommands& commands);

}  // namespace glasspost::cli
