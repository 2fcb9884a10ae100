#include "tests/conformance/imap/script.h"

#include <algorithm>
#include <cstdlib>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace {

struct Line {
  std::size_t number = 0;
  std::string text;
};

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' && (out.empty() || out.back() != '\r')) out += '\r';
    out += c;
  }
  return out;
}

/// Lines with "{{{" ... "}}}" made literals; comments and what an environment variable would switch on left
/// out.
std::vector<Line> logical_lines(const std::string& text, std::size_t& body) {
  std::vector<Line> out;
  const std::vector<std::string_view> raw = split(text, '\n');
  bool skipping = false;
  body = 0;
  bool in_body = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::string line(raw[i]);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with("!ifenv")) skipping = true;
    if (line.starts_with("!ifnenv") || line.starts_with("!endif")) skipping = false;
    if (line.starts_with("!else")) skipping = !skipping;
    const bool directive = line.starts_with("!if") || line.starts_with("!e");
    if (skipping || directive || line.starts_with("#")) continue;
    if (line.empty() && !in_body) {
      in_body = true;
      body = out.size();
      continue;
    }
    const std::size_t number = i + 1;
    while (line.ends_with("{{{")) {
      std::string literal;
      for (++i; i < raw.size() && !raw[i].starts_with("}}}"); ++i) {
        literal += std::string(raw[i]) + '\n';
      }
      if (!literal.empty()) literal.pop_back();
      literal = with_crlf(literal);
      line.resize(line.size() - 3);
      line += "{" + std::to_string(literal.size()) + "}\r\n" + literal;
      if (i < raw.size()) line += raw[i].substr(3);
    }
    out.push_back({number, line});
  }
  return out;
}

std::string take_word(std::string& text) {
  const std::size_t space = text.find(' ');
  std::string word = text.substr(0, space);
  text = space == std::string::npos ? std::string() : text.substr(space + 1);
  return word;
}

bool is_status(std::string_view word) {
  return iequals(word, "ok") || iequals(word, "no") || iequals(word, "bad") || word == "\"\"";
}
std::string status_of(const std::string& word) {
  return word == "\"\"" ? std::string() : to_lower(word);
}
bool is_tag(std::string_view word) {
  return word.size() > 3 && word.starts_with("tag") && std::all_of(word.begin() + 3, word.end(), is_digit);
}

class StepReader {
 public:
  explicit StepReader(Script& script) : script_(script) {}

  void line(const Line& line) {
    std::string text = line.text;
    if (text.empty()) return;
    if (text.starts_with("* ") || text.starts_with("! ")) {
      if (script_.steps.empty()) return;
      (text[0] == '*' ? step().wanted : step().unwanted).push_back(text.substr(2));
      return;
    }
    std::size_t connection = 0;
    if (script_.connections > 1 || (is_digit(text[0]) && text.size() > 1 && text[1] == ' ')) {
      connection = std::strtoul(take_word(text).c_str(), nullptr, 10) - 1;
    }
    if (connection >= script_.connections) {
      // The format's own examples number connections that were not asked for.
      connection = 0;
    }
    std::string rest = text;
    const std::string first = take_word(rest);
    if (is_tag(first)) {
      tagged(line, connection, first, rest);
    } else if (open_) {
      open_ = false;
      step().commands.back().status = status_of(first);
      step().commands.back().prefix = rest;
      if (!is_status(first))
        script_.fault = "line " + std::to_string(line.number) + ": a status was expected";
    } else if (is_status(first)) {
      begin(line, connection);
      step().commands.push_back({"", rest, status_of(first), ""});
    } else {
      begin(line, connection);
      step().commands.push_back({"", text, "", ""});
      open_ = true;
    }
  }

 private:
  ScriptStep& step() { return script_.steps.back(); }
  void begin(const Line& line, std::size_t connection) {
    ScriptStep step;
    step.line = line.number;
    step.connection = connection;
    script_.steps.push_back(step);
  }
  void tagged(const Line& line, std::size_t connection, const std::string& tag, std::string rest) {
    std::string after = rest;
    const std::string word = take_word(after);
    if (is_status(word)) {
      for (ScriptCommand& command : step().commands) {
        if (command.tag != tag) continue;
        command.status = status_of(word);
        command.prefix = after;
        --waiting_;
      }
      return;
    }
    if (waiting_ == 0) begin(line, connection);
    ++waiting_;
    step().commands.push_back({tag, rest, "", ""});
  }

  Script& script_;
  bool open_ = false;        // a command whose status comes on a later line
  std::size_t waiting_ = 0;  // pipelined commands without their status yet
};

}  // namespace

Script parse_script(const std::string& text) {
  Script script;
  std::size_t body = 0;
  const std::vector<Line> lines = logical_lines(text, body);
  for (std::size_t i = 0; i < body; ++i) {
    const std::string& line = lines[i].text;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = line.substr(0, colon);
    const std::string value(trim_wsp(std::string_view(line).substr(colon + 1)));
    if (key == "capabilities") {
      for (const std::string_view name : split(value, ' '))
        script.capabilities.push_back(to_upper(name));
    } else if (key == "connections") {
      script.connections = std::strtoul(value.c_str(), nullptr, 10);
    } else if (key == "messages") {
      if (value != "all") script.messages = std::strtoul(value.c_str(), nullptr, 10);
    } else if (key == "state") {
      script.state = value;
    }
  }
  StepReader reader(script);
  for (std::size_t i = body; i < lines.size(); ++i)
    reader.line(lines[i]);
  return script;
}

std::vector<std::string> parse_mbox(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end + 1;
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.starts_with("From ")) {
      out.emplace_back();
    } else if (!out.empty()) {
      out.back() += line;
    }
    at = end;
  }
  for (std::string& message : out)
    message = with_crlf(message);
  return out;
}

}  // namespace glasspost::imap
