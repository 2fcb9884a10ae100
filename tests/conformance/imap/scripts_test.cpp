// The public scripts of dialogues with IMAP servers: every one whose capabilities we offer must run as it
// says.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/conformance/imap/reply_match.h"
#include "tests/conformance/imap/script.h"
#include "tests/unit/imap/imap_fixture.h"

namespace glasspost::imap {
namespace {

std::filesystem::path suite_folder() {
  const char* folder = std::getenv("GLASSPOST_CONFORMANCE_DIR");
  const std::filesystem::path root =
      folder != nullptr ? folder : GLASSPOST_SOURCE_DIR "/../shared/conformance";
  return root / "imap";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What the scripts cannot ask of us, each with its reason.
const std::map<std::string, std::string>& excused() {
  static const std::map<std::string, std::string> known = {
      {"broken/search-intdate",
       "the suite files it as broken: it wants INTERNALDATE in the zone of the server's own country; ours is "
       "UTC"},
  };
  return known;
}

/// Runs one script against a fresh server.
class Runner {
 public:
  Runner(const Script& script, std::vector<std::string> mbox) : script_(script), mbox_(std::move(mbox)) {
    variables_ = {{"user", "bob@beta.example"},
                  {"username", "bob"},
                  {"domain", "beta.example"},
                  {"password", "secret"},
                  {"mailbox", "imaptest"}};
    for (std::size_t i = 0; i < script.connections; ++i)
      lines_.push_back(&bench_.connect());
  }

  /// Empty: it ran as the script says.
  std::string run() {
    prepare();
    for (const ScriptStep& step : script_.steps) {
      std::string fault = run_step(step);
      if (!fault.empty()) return "line " + std::to_string(step.line) + ": " + fault;
    }
    return {};
  }

 private:
  void prepare() {
    if (script_.state == "nonauth") return;
    for (ImapBench::Line* line : lines_)
      line->ask("0 LOGIN bob@beta.example secret");
    if (script_.state == "auth") return;
    lines_[0]->ask("0 CREATE imaptest");
    if (script_.state == "created") return;
    const std::size_t count = script_.messages.value_or(mbox_.size());
    for (std::size_t i = 0; i < count; ++i)
      lines_[0]->ask("0 APPEND imaptest " + next_literal());
    if (script_.state == "appended") return;
    for (ImapBench::Line* line : lines_)
      line->ask("0 SELECT imaptest");
  }

  std::string next_literal() {
    const std::string message = mbox_.empty() ? std::string("A: b\r\n\r\n") : mbox_[next_++ % mbox_.size()];
    return "{" + std::to_string(message.size()) + "+}\r\n" + message;
  }

  std::string command_text(const ScriptCommand& command) {
    std::string text;
    if (!expand(command.text, variables_, text)) return {};
    if (!istarts_with(text, "append") || text.find("}\r\n") != std::string::npos) return text;
    if (iequals(trim_wsp(text), "append")) text = "append imaptest";
    return text + " " + next_literal();
  }

  std::string run_step(const ScriptStep& step) {
    std::string bytes;
    std::vector<std::string> tags;
    for (const ScriptCommand& command : step.commands) {
      const std::string text = command_text(command);
      if (text.empty()) return "a variable has no value: " + command.text;
      tags.push_back("t" + std::to_string(++tag_));
      bytes += tags.back() + " " + text + "\r\n";
    }
    variables_["tag"] = tags.back();
    ImapBench::Line& line = *lines_[step.connection];
    line.heard();
    line.send(bytes);
    const std::string heard = line.heard();
    read_replies(heard);
    for (std::size_t i = 0; i < tags.size(); ++i) {
      const std::string fault = check_tagged(step.commands[i], tags[i]);
      if (!fault.empty()) return fault + "\n" + heard;
    }
    for (const std::string& wanted : step.wanted) {
      const std::vector<Element> elements = parse_elements(wanted);
      const bool found = std::any_of(untagged_.begin(), untagged_.end(), [&](const Reply& reply) {
        return matches(elements, reply, variables_);
      });
      if (!found) return "nothing like: " + wanted + "\n" + heard;
    }
    for (const std::string& unwanted : step.unwanted) {
      const std::vector<Element> elements = parse_elements(unwanted);
      for (const Reply& reply : untagged_) {
        Variables unchanged = variables_;
        if (matches(elements, reply, unchanged)) return "this must not come: " + unwanted + "\n" + heard;
      }
    }
    return {};
  }

  std::string check_tagged(const ScriptCommand& command, const std::string& tag) {
    const auto found = tagged_.find(tag);
    if (found == tagged_.end()) return "no answer to " + command.text;
    std::vector<Element> elements = found->second;
    if (elements.empty()) return "an empty answer to " + command.text;
    const std::string status = to_lower(elements.front().text);
    if (!command.status.empty() && status != command.status) return status + " instead of " + command.status;
    elements.erase(elements.begin());
    if (command.prefix.empty() || begins_with(parse_elements(command.prefix), elements, variables_))
      return {};
    return "the answer does not begin with " + command.prefix;
  }

  void read_replies(std::string_view heard) {
    untagged_.clear();
    tagged_.clear();
    std::vector<std::uint32_t> numbers(1'000);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = static_cast<std::uint32_t>(i + 1);
    while (!heard.empty()) {
      const std::string_view reply = take_reply(heard);
      if (reply.starts_with("* ")) {
        untagged_.push_back({parse_elements(reply.substr(2)), numbers});
        const std::vector<Element>& elements = untagged_.back().elements;
        if (elements.size() == 2 && iequals(elements[1].text, "expunge")) {
          const std::size_t number = std::strtoul(elements[0].text.c_str(), nullptr, 10);
          if (number >= 1 && number <= numbers.size()) {
            numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(number - 1));
          }
        }
      } else if (!reply.starts_with("+")) {
        const std::size_t space = reply.find(' ');
        if (space == std::string_view::npos) continue;
        tagged_[std::string(reply.substr(0, space))] = parse_elements(reply.substr(space + 1));
      }
    }
  }

  // A line with its literals, without the last line end.
  static std::string_view take_reply(std::string_view& heard) {
    std::size_t at = 0;
    while (true) {
      const std::size_t end = heard.find("\r\n", at);
      if (end == std::string_view::npos) return std::exchange(heard, {});
      const std::string_view line = heard.substr(at, end - at);
      const std::size_t brace = line.rfind('{');
      if (!line.ends_with('}') || brace == std::string_view::npos) {
        const std::string_view reply = heard.substr(0, end);
        heard.remove_prefix(end + 2);
        return reply;
      }
      at = std::min(heard.size(),
                    end + 2 + std::strtoul(std::string(line.substr(brace + 1)).c_str(), nullptr, 10));
    }
  }

  const Script& script_;
  std::vector<std::string> mbox_;
  ImapBench bench_;
  std::vector<ImapBench::Line*> lines_;
  Variables variables_;
  std::vector<Reply> untagged_;
  std::map<std::string, std::vector<Element>> tagged_;
  std::size_t next_ = 0;
  std::size_t tag_ = 0;
};

std::string capabilities() {
  ImapBench bench;
  return " " + to_upper(bench.login().ask("1 CAPABILITY")) + " ";
}

std::string missing_capability(const Script& script, const std::string& offered) {
  for (const std::string& name : script.capabilities) {
    if (!name.empty() && offered.find(" " + name + " ") == std::string::npos &&
        offered.find(" " + name + "\r") == std::string::npos) {
      return name;
    }
  }
  return {};
}

std::vector<std::string> script_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    const bool script = entry.is_regular_file() && !entry.path().has_extension();
    if (script) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ImapScripts, EveryScriptThatWeOfferTheCapabilitiesForRunsAsItSays) {
  const std::filesystem::path folder = suite_folder();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no conformance data at " << folder;
  const std::string offered = capabilities();
  std::size_t passed = 0;
  std::size_t total = 0;
  std::size_t skipped = 0;
  for (const std::string& name : script_names(folder)) {
    const Script script = parse_script(read_file(folder / name));
    const std::string missing = missing_capability(script, offered);
    const auto excuse = excused().find(name);
    if (!missing.empty() || excuse != excused().end()) {
      ++skipped;
      std::printf("imap: skipped %s: %s\n", name.c_str(),
                  missing.empty() ? excuse->second.c_str() : ("needs " + missing).c_str());
      continue;
    }
    std::filesystem::path mbox = folder / (name + ".mbox");
    if (!std::filesystem::exists(mbox)) mbox = folder / "default.mbox";
    ++total;
    const std::string fault =
        script.fault.empty() ? Runner(script, parse_mbox(read_file(mbox))).run() : script.fault;
    if (fault.empty()) {
      ++passed;
    } else {
      std::printf("imap: missed %s\n", name.c_str());
      ADD_FAILURE() << name << ": " << fault;
    }
  }
  std::printf("imap: %zu/%zu (%zu skipped)\n", passed, total, skipped);
}

}  // namespace
}  // namespace glasspost::imap
