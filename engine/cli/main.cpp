#include <clocale>
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "engine/cli/authentication_commands.h"
#include "engine/cli/commands.h"
#include "engine/cli/completion.h"

namespace {

using namespace glasspost;
using namespace glasspost::cli;

constexpr const char* kAbout =
    R"(Glasspost is a mail system made of glass: real mail software in a world that can be watched.

A scenario (a YAML file) says who exists, what happens and what must come true. Running it gives a trace, in
which every command, look-up and decision can be read, at any moment, forwards and backwards.)";

constexpr const char* kExamples = R"(
Examples:
  glasspost run scenarios/first-mail.yaml --ladder              run it, and see how the letter travelled
  glasspost run first-mail --trace first.glasspost              keep the trace
  glasspost show first.glasspost --mailboxes --at 1.2s          the world as it was then
  glasspost show first.glasspost --query 'smtp.verb == "RCPT"'  find events
  glasspost show first.glasspost --why '#120'                   why did that happen?
  glasspost serve                                               the same servers on real ports
  glasspost check scenarios/*.yaml                              what is wrong with a file
  glasspost verify letter.eml --dns system                      SPF, DKIM and DMARC of a letter of your own

It ends with 0 when all is well, 1 when an expectation did not hold or mail did not pass, 2 for bad input.)";

constexpr const char* kRunHelp =
    R"(Runs a scenario on the virtual network: hours pass in a moment, and the same seed gives the same trace.
Then it says which expectations held; of one that did not, where it stands and what was seen instead.

  glasspost run first-mail --ladder                             see how the letter travelled
  glasspost run spoofed-sender --variant none --ladder          the same attack without the defence
  glasspost run first-mail --trace first.glasspost              keep the trace for `glasspost show`)";

constexpr const char* kShowHelp =
    R"(Shows a recorded trace. Without another view it shows the ladder: a sequence diagram, time downwards, one line
a host. `-->` is SMTP, `..>` a DNS question or answer, `*` something decided or done at a host.

  glasspost show first.glasspost                                the ladder
  glasspost show first.glasspost --lang ko --width 120          in Korean, wider
  glasspost show first.glasspost --transcript 2                 connection 2, line by line, explained
  glasspost show first.glasspost --mailboxes --at 1.2s          the world as it was then
  glasspost show first.glasspost --query 'dns.type == "MX"'     find events
  glasspost show first.glasspost --why '#120'                   why did that happen?)";

constexpr const char* kServeHelp =
    R"(Runs the scenario's servers with real sockets on this machine's loopback network, so that your own mail
program can talk to them. It prints hosts, ports, users, passwords and the certificate authority's file; Ctrl-C ends
it. Ports below 1024 are moved up by the offset: 25 is 2025, 587 is 2587, 465 is 2465, 53 is 2053.)";

constexpr const char* kCheckHelp =
    R"(Says what is wrong with scenarios and traces, as file:line:column, several errors at once.)";

constexpr const char* kMailboxHelp =
    R"(Looks into a mail store that `glasspost serve --state DIR` has kept, once the servers have ended. Without an
account it lists accounts and folders; with one, the folder's messages; with a UID it prints the message's bytes.

  glasspost mailbox DIR/mx.beta.example.db
  glasspost mailbox DIR/mx.beta.example.db --check
  glasspost mailbox DIR/mx.beta.example.db --account bob@beta.example
  glasspost mailbox DIR/mx.beta.example.db --account bob@beta.example --uid 1)";

constexpr const char* kCompareHelp =
    R"(Runs the scenario once for each value, with the same seed, and prints after each user's action who holds which
letter, and at the end what the device needed for it. Keys: protocol, policy, leave_for, poll.

  glasspost compare pop3-and-imap --vary bob/phone.protocol=imap,pop3
  glasspost compare leave-on-server --vary bob/laptop.policy=delete,leave)";

constexpr const char* kCompletionHelp =
    R"(Prints a script for the shell: source <(glasspost completion bash))";

void add_language(CLI::App& command, Language& language) {
  const auto choose = [&language](const std::string& tag) { language = *parse_language(tag); };
  command.add_option_function<std::string>("--lang", choose, "Language of the words: en or ko")
      ->check(CLI::IsMember({"en", "ko"}))
      ->option_text("en|ko");
}
void add_width(CLI::App& command, std::size_t& width) {
  command.add_option("--width", width, "Columns of the ladder and other text (60 to 400; 100 without it)")
      ->check(CLI::Range(60, 400))
      ->option_text("N");
}

void add_run(CLI::App& app, RunCommand& options) {
  CLI::App* command = app.add_subcommand("run", "Run a scenario on the virtual network")->footer(kRunHelp);
  command->add_option("SCENARIO", options.scenario, "A scenario file, or the name of one in scenarios/")
      ->required()
      ->type_name("");
  command->add_option("--variant", options.variant, "A switch of the scenario's `variants`")
      ->type_name("NAME");
  command->add_option("--seed", options.seed, "Another seed than the scenario's")->type_name("N");
  command->add_option("--until", options.until, "End the run at the latest then, such as 10s or 5d")
      ->type_name("TIME");
  command->add_option("--trace", options.trace, "Write the trace to this file (*.glasspost)")
      ->type_name("OUT");
  command->add_flag("--ladder", options.ladder, "Print the ladder");
  command->add_flag("--json", options.json, "Print JSON");
  add_language(*command, options.language);
  add_width(*command, options.width);
}

void add_show(CLI::App& app, ShowCommand& options) {
  CLI::App* command = app.add_subcommand("show", "Look into a trace")->footer(kShowHelp);
  command->add_option("TRACE", options.trace, "A file that `run --trace` or `serve --trace` wrote")
      ->required()
      ->type_name("");
  CLI::Option_group* views = command->add_option_group("Views", "One of these; without any, the ladder");
  views->add_flag("--ladder", options.ladder, "Who said what to whom, as a sequence diagram");
  views->add_flag("--events", options.events, "Every event, one a line, with its cause");
  views->add_option("--transcript", options.transcript, "The lines of one connection, explained")
      ->type_name("CONNECTION");
  views->add_option("--message", options.message, "A message's life: a queue id, HOST/QUEUE-ID or Message-ID")
      ->type_name("ID");
  views->add_option("--why", options.why, "Why an event happened (#NUMBER), or all decisions about a message")
      ->type_name("ID");
  views->add_flag("--mailboxes", options.mailboxes, "Who holds which letters");
  views->add_flag("--queues", options.queues, "What waits where, and open connections");
  views->add_option("--query", options.query, "The events that match, such as 'smtp.verb == \"RCPT\"'")
      ->type_name("Q");
  views->require_option(0, 1);
  command->add_option("--at", options.at, "As it was at a moment: 1.2s since the start, or #120 for an event")
      ->type_name("TIME");
  command->add_flag("--json", options.json, "Print JSON");
  add_language(*command, options.language);
  add_width(*command, options.width);
}

void add_compare(CLI::App& app, CompareCommand& options) {
  CLI::App* command =
      app.add_subcommand("compare", "Run a scenario in several ways on one clock")->footer(kCompareHelp);
  command->add_option("SCENARIO", options.scenario, "A scenario file, or the name of one in scenarios/")
      ->required()
      ->type_name("");
  command->add_option("--vary", options.vary, "A device's key, and the values that it takes")
      ->required()
      ->type_name("USER/DEVICE.KEY=VALUE,VALUE");
  command->add_option("--variant", options.variant, "A switch of the scenario's `variants`")
      ->type_name("NAME");
  command->add_option("--seed", options.seed, "Another seed than the scenario's")->type_name("N");
  command->add_option("--until", options.until, "End the runs at the latest then, such as 10s or 5d")
      ->type_name("TIME");
  add_language(*command, options.language);
  add_width(*command, options.width);
}

void add_serve(CLI::App& app, ServeCommand& options) {
  CLI::App* command = app.add_subcommand("serve", "Run the servers on real ports")->footer(kServeHelp);
  command->add_option("SCENARIO", options.scenario, "A scenario file; without it, two domains with TLS")
      ->type_name("");
  command->add_option("--variant", options.variant, "A switch of the scenario's `variants`")
      ->type_name("NAME");
  command->add_option("--port-offset", options.port_offset, "Added to ports below 1024 (2000 without it)")
      ->type_name("N");
  command->add_option("--state", options.state, "Keep spool, mailboxes and the CA here")->type_name("DIR");
  command->add_option("--trace", options.trace, "Write the trace to this file (*.glasspost)")
      ->type_name("OUT");
  command->add_option("--for", options.seconds, "End after so many seconds")
      ->check(CLI::Range(0.0, 1e9))
      ->option_text("SECONDS");
  command->add_flag("--no-script", options.no_script, "Leave out the scenario's script");
  command->add_flag("--keep-secrets", options.keep_secrets, "Keep passwords in the trace");
  command->add_flag("--json", options.json, "Print one line of JSON once all ports are open");
  add_language(*command, options.language);
}

void add_check(CLI::App& app, CheckCommand& options) {
  CLI::App* command = app.add_subcommand("check", "Validate scenarios and traces")->footer(kCheckHelp);
  command->add_option("FILE", options.files, "Scenarios (*.yaml) and traces (*.glasspost)")
      ->required()
      ->type_name("");
  command->add_flag("--json", options.json, "Print JSON");
}

void add_mailbox(CLI::App& app, MailboxCommand& options) {
  CLI::App* command = app.add_subcommand("mailbox", "Look into a kept mail store")->footer(kMailboxHelp);
  command->add_option("FILE", options.file, "HOST.db in the folder of `serve --state`")
      ->required()
      ->type_name("");
  command->add_option("--account", options.account, "Whose mailbox")->type_name("ADDRESS");
  command->add_flag("--check", options.check, "Compare index, contents and counters: is the store whole?");
  command->add_option("--folder", options.folder, "Which folder (INBOX without it)")->type_name("NAME");
  command->add_option("--uid", options.uid, "Print this message as it is stored")->type_name("N");
  command->add_flag("--json", options.json, "Print JSON");
}

int glasspost_main(int argc, char** argv) {
  CLI::App app(kAbout, "glasspost");
  app.footer(kExamples);
  app.set_version_flag("--version", "glasspost 0.1.0");
  app.require_subcommand(1);
  RunCommand run;
  ShowCommand show;
  CompareCommand compare;
  ServeCommand serve;
  CheckCommand check;
  MailboxCommand mailbox;
  AuthenticationCommands authentication;
  std::string shell;
  add_run(app, run);
  add_show(app, show);
  add_compare(app, compare);
  add_serve(app, serve);
  add_check(app, check);
  add_mailbox(app, mailbox);
  add_authentication_commands(app, authentication);
  CLI::App* completion =
      app.add_subcommand("completion", "Print a completion script for bash")->footer(kCompletionHelp);
  completion->add_option("SHELL", shell, "bash")->required()->check(CLI::IsMember({"bash"}))->type_name("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kGood : kBadInput;
  }
  if (app.got_subcommand("run")) return run_command(run);
  if (app.got_subcommand("show")) return show_command(show);
  if (app.got_subcommand("compare")) return compare_command(compare);
  if (app.got_subcommand("serve")) return serve_command(serve);
  if (app.got_subcommand("check")) return check_command(check);
  if (app.got_subcommand("mailbox")) return mailbox_command(mailbox);
  if (const auto code = run_authentication_command(app, authentication)) return *code;
  std::fputs(bash_completion(app).c_str(), stdout);
  return kGood;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return glasspost_main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "glasspost: %s\n", e.what());
    return kBadInput;
  }
}
