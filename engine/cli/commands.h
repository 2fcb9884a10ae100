#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/observe/catalogue.h"

namespace glasspost::cli {

/// How the program ends.
enum ExitCode : int {
  kGood = 0,      ///< all went well, all expectations held
  kNotHeld = 1,   ///< an expectation did not hold
  kBadInput = 2,  ///< options, a scenario or a trace that cannot be used; a port that cannot be opened
};

struct RunCommand {
  std::string scenario;
  std::string variant;
  std::optional<std::uint64_t> seed;
  std::string until;  ///< a duration
  std::string trace;  ///< a file to be written
  bool ladder = false;
  bool json = false;
  Language language = Language::kEnglish;
  std::size_t width = 100;
};
[[nodiscard]] int run_command(const RunCommand& command);

struct ShowCommand {
  std::string trace;
  bool ladder = false;
  bool events = false;
  std::optional<std::uint32_t> transcript;
  std::string message;
  std::string why;
  bool mailboxes = false;
  bool queues = false;
  std::string query;
  std::string at;  ///< a duration since the start, or "#" and an event's number
  bool json = false;
  Language language = Language::kEnglish;
  std::size_t width = 100;
};
[[nodiscard]] int show_command(const ShowCommand& command);

struct CompareCommand {
  std::string scenario;
  std::string variant;
  std::string vary;  ///< "bob/phone.protocol=imap,pop3"
  std::optional<std::uint64_t> seed;
  std::string until;  ///< a duration
  Language language = Language::kEnglish;
  std::size_t width = 100;
};
[[nodiscard]] int compare_command(const CompareCommand& command);

struct ServeCommand {
  std::string scenario;  ///< empty: the one that is built in
  std::string variant;
  std::uint16_t port_offset = 2000;
  std::string state;
  std::string trace;
  std::optional<double> seconds;
  bool no_script = false;
  bool keep_secrets = false;
  bool json = false;
  Language language = Language::kEnglish;
};
[[nodiscard]] int serve_command(const ServeCommand& command);

struct CheckCommand {
  std::vector<std::string> files;
  bool json = false;
};
[[nodiscard]] int check_command(const CheckCommand& command);

struct MailboxCommand {
  std::string file;     ///< a mail store that `serve --state` has kept
  std::string account;  ///< empty: all accounts and folders are listed
  std::string folder = "INBOX";
  std::optional<std::uint32_t> uid;  ///< its bytes are printed as they are stored
  bool check = false;                ///< instead: what contradicts itself in it
  bool json = false;
};
[[nodiscard]] int mailbox_command(const MailboxCommand& command);

}  // namespace glasspost::cli
