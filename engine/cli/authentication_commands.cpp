#include "engine/cli/authentication_commands.h"

#include <CLI/CLI.hpp>

namespace glasspost::cli {
namespace {

constexpr const char* kVerifyHelp =
    R"(Judges one message as a receiving server would: SPF for the client that brought it, each DKIM signature, and
DMARC over both. It prints the verdicts, each with the tree of steps that led to it, and the field that a server
would write. Nothing is asked of the network unless you say `--dns system`.

  glasspost verify letter.eml --ip 192.0.2.25 --helo mx.alpha.example --from alice@alpha.example --dns zone.txt
  glasspost verify letter.eml --dns system                      the signatures of a letter that you saved
  glasspost verify - --dns zone.txt --json < letter.eml         for machines

A zone file says, line by line: NAME [TTL] [IN] TYPE DATA, such as
  alpha.example TXT "v=spf1 ip4:192.0.2.25 -all"
  _dmarc.alpha.example TXT "v=DMARC1; p=reject"
A scenario (*.yaml) does as well. A file saved by a mail program often has other line ends than were sent: they are
made CRLF. It ends with 0 if the message passes, 1 if it does not, 2 for bad input.)";

constexpr const char* kSpfHelp =
    R"(Asks whether a machine may send for a domain (RFC 7208), and shows each step: which record, which mechanism
matched, which look-ups were counted. Without --from the HELO name is judged.

  glasspost spf --ip 192.0.2.25 --from alice@alpha.example --dns zone.txt
  glasspost spf --ip 192.0.2.25 --from alice@alpha.example --dns system

It ends with 0 for pass, 1 for every other result, 2 for bad input.)";

constexpr const char* kSignHelp =
    R"(Signs a message with DKIM (RFC 6376) and prints it, the signature on top, lines ending with CRLF.

  glasspost dkim-key --domain alpha.example --selector s1 --out s1.pem
  glasspost sign letter.eml --key s1.pem --domain alpha.example --selector s1 > signed.eml)";

constexpr const char* kDkimKeyHelp =
    R"(Makes a DKIM key: the private half goes into a file that only you can read, the line for the zone file is
printed. With --key it prints the line of a key that you have; with --dns it asks whether that is published.

  glasspost dkim-key --domain alpha.example --selector s1 --out s1.pem >> zone.txt
  glasspost dkim-key --domain alpha.example --selector s1 --key s1.pem --dns system

It ends with 0; with 1 if --dns does not have the key; with 2 for bad input.)";

void add_output(CLI::App& command, bool& json, Language& language, std::size_t& width) {
  command.add_flag("--json", json, "Print JSON");
  const auto choose = [&language](const std::string& tag) { language = *parse_language(tag); };
  command.add_option_function<std::string>("--lang", choose, "Language of the words: en or ko")
      ->check(CLI::IsMember({"en", "ko"}))
      ->option_text("en|ko");
  command.add_option("--width", width, "Columns of the text (60 to 400; 100 without it)")
      ->check(CLI::Range(60, 400))
      ->option_text("N");
}

CLI::Option* add_dns(CLI::App& command, std::string& dns) {
  return command
      .add_option("--dns", dns, "A zone file, a scenario, or `system`: the live DNS of this machine")
      ->type_name("ZONEFILE|system");
}

void add_message(CLI::App& command, std::string& message) {
  command.add_option("MESSAGE", message, "The message as a file; - is standard input")
      ->required()
      ->type_name("");
}

void add_time(CLI::App& command, std::string& time) {
  command.add_option("--time", time, "Judge as of then, such as 2026-03-02T09:00:00Z (now without it)")
      ->type_name("TIME");
}

void add_verify(CLI::App& app, VerifyCommand& options) {
  CLI::App* command =
      app.add_subcommand("verify", "Judge a message: SPF, DKIM, DMARC, and why")->footer(kVerifyHelp);
  add_message(*command, options.message);
  add_dns(*command, options.dns)->required();
  command->add_option("--ip", options.ip, "The client that brought it; without it SPF is left out")
      ->type_name("ADDRESS");
  command->add_option("--helo", options.helo, "What the client said in HELO or EHLO")->type_name("NAME");
  command->add_option("--from", options.from, "MAIL FROM, empty for <> (the Return-Path field without it)")
      ->type_name("ADDRESS");
  command->add_option("--profile", options.profile, "DMARC by rfc9989 or by rfc7489")
      ->check(CLI::IsMember({"rfc9989", "rfc7489"}))
      ->option_text("rfc9989|rfc7489");
  command->add_option("--receiver", options.receiver, "The name in the field that a server would write")
      ->type_name("NAME");
  add_time(*command, options.time);
  add_output(*command, options.json, options.language, options.width);
}

void add_spf(CLI::App& app, SpfCommand& options) {
  CLI::App* command =
      app.add_subcommand("spf", "Ask whether a machine may send for a domain")->footer(kSpfHelp);
  command->add_option("--ip", options.ip, "The machine's address")->required()->type_name("ADDRESS");
  add_dns(*command, options.dns)->required();
  command->add_option("--from", options.from, "MAIL FROM")->type_name("ADDRESS");
  command->add_option("--helo", options.helo, "What it said in HELO or EHLO")->type_name("NAME");
  command->add_option("--receiver", options.receiver, "Who asks, for the macro %{r}")->type_name("NAME");
  add_time(*command, options.time);
  add_output(*command, options.json, options.language, options.width);
}

void add_sign(CLI::App& app, SignCommand& options) {
  CLI::App* command = app.add_subcommand("sign", "Sign a message with DKIM")->footer(kSignHelp);
  add_message(*command, options.message);
  command->add_option("--key", options.key, "The private key, a PEM file")->required()->type_name("FILE");
  command->add_option("--domain", options.domain, "Who signs: d=")->required()->type_name("NAME");
  command->add_option("--selector", options.selector, "Which key: s=")->required()->type_name("NAME");
  const CLI::IsMember forms({"relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"});
  command->add_option("--canonicalization", options.canonicalization, "Of header and body: c= (both relaxed)")
      ->check(forms)
      ->option_text("FORM/FORM");
  command->add_option("--fields", options.fields, "Header fields to sign, as From:To:Subject")
      ->type_name("NAMES");
  command->add_option("--identity", options.identity, "On whose behalf: i=")->type_name("ADDRESS");
  command->add_flag("--body-length", options.body_length, "Cover only the bytes that are there now: l=");
  command->add_option("--lifetime", options.lifetime, "How long it holds, such as 7d: x=")->type_name("TIME");
  command->add_option("--time", options.time, "Signed then: t= (now without it)")->type_name("TIME");
  command->add_flag("--field-only", options.field_only, "Print the DKIM-Signature field alone");
  command->add_flag("--json", options.json, "Print JSON: the field and its tags");
}

void add_dkim_key(CLI::App& app, DkimKeyCommand& options) {
  CLI::App* command =
      app.add_subcommand("dkim-key", "Make a DKIM key, or show its DNS record")->footer(kDkimKeyHelp);
  command->add_option("--domain", options.domain, "Whose key")->required()->type_name("NAME");
  command->add_option("--selector", options.selector, "The key's name")->required()->type_name("NAME");
  command->add_option("--algorithm", options.algorithm, "ed25519 (without it) or rsa-2048")
      ->check(CLI::IsMember({"ed25519", "rsa-2048"}))
      ->option_text("ed25519|rsa-2048");
  CLI::Option* out =
      command->add_option("--out", options.out, "The file for the private key; must not exist yet")
          ->type_name("FILE");
  command->add_option("--key", options.key, "A private key that you have")->type_name("FILE")->excludes(out);
  add_dns(*command, options.dns);
  command->add_flag("--json", options.json, "Print JSON");
}

}  // namespace

void add_authentication_commands(CLI::App& app, AuthenticationCommands& commands) {
  add_verify(app, commands.verify);
  add_spf(app, commands.spf);
  add_sign(app, commands.sign);
  add_dkim_key(app, commands.dkim_key);
}

std::optional<int> run_authentication_command(const CLI::App& app, const AuthenticationCommands& commands) {
  if (app.got_subcommand("verify")) return verify_command(commands.verify);
  if (app.got_subcommand("spf")) return spf_command(commands.spf);
  if (app.got_subcommand("sign")) return sign_command(commands.sign);
  if (app.got_subcommand("dkim-key")) return dkim_key_command(commands.dkim_key);
  return std::nullopt;
}

}  // namespace glasspost::cli
