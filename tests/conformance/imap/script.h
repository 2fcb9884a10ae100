#pragma once

#include <optional>
#include <string>
#include <vector>

namespace glasspost::imap {

/// One command with what may and must come back.
struct ScriptCommand {
  std::string tag;     ///< of pipelined ones; else empty
  std::string text;    ///< without tag and connection
  std::string status;  ///< "ok", "no", "bad", or empty for any
  std::string prefix;  ///< of the tagged answer's text
};
/// Commands that are sent at once on one connection.
struct ScriptStep {
  std::size_t line = 0;
  std::size_t connection = 0;  ///< from 0
  std::vector<ScriptCommand> commands;
  std::vector<std::string> wanted;
  std::vector<std::string> unwanted;
};
struct Script {
  std::vector<std::string> capabilities;  ///< in upper case
  std::size_t connections = 1;
  std::optional<std::size_t> messages;
  std::string state = "selected";
  std::vector<ScriptStep> steps;
  std::string fault;  ///< why the script could not be read
};

/// The format is that of the suite's FORMAT.md.
Script parse_script(const std::string& text);
/// The messages of an mbox file with CRLF line ends.
std::vector<std::string> parse_mbox(const std::string& text);

}  // namespace glasspost::imap
