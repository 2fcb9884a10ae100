#include "engine/protocol/pop3/response.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"

namespace glasspost::pop3 {
namespace {

constexpr std::array<std::string_view, 7> kCodeNames = {"",         "AUTH",     "IN-USE", "LOGIN-DELAY",
                                                        "SYS/TEMP", "SYS/PERM", ""};

// Takes "[CODE] " from the front of the text.
ResponseCode take_code(std::string_view& text) {
  if (text.empty() || text.front() != '[') return ResponseCode::kNone;
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return ResponseCode::kNone;
  const std::string_view name = text.substr(1, end - 1);
  for (std::size_t i = 1; i + 1 < kCodeNames.size(); ++i) {
    if (!iequals(name, kCodeNames[i])) continue;
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return static_cast<ResponseCode>(i);
  }
  return ResponseCode::kUnknown;
}

}  // namespace

std::string_view to_string(ResponseCode code) {
  return kCodeNames[static_cast<std::size_t>(code)];
}

void encode_response(const Response& response, std::string& out) {
  const std::size_t begin = out.size();
  std::size_t most = kMaxResponseLine - 2;
  switch (response.status) {
    case Status::kOk:
      out += "+OK";
      break;
    case Status::kError:
      out += "-ERR";
      break;
    case Status::kChallenge:
      out += "+ ";
      most = std::string::npos;
      break;
  }
  const std::string_view code = to_string(response.code);
  if (!code.empty()) {
    out += " [";
    out += code;
    out += ']';
  }
  if (!response.text.empty() && response.status != Status::kChallenge) out += ' ';
  for (const char c : response.text)
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  if (out.size() - begin > most) out.resize(begin + most);
  out += "\r\n";
}

Result<Response> parse_response(std::string_view line) {
  Response response;
  std::string_view text = line;
  if (line.starts_with("+OK")) {
    text.remove_prefix(3);
  } else if (line.starts_with("-ERR")) {
    response.status = Status::kError;
    text.remove_prefix(4);
  } else if (line == "+" || line.starts_with("+ ")) {
    response.status = Status::kChallenge;
    response.text = std::string(line.substr(std::min<std::size_t>(2, line.size())));
    return response;
  } else {
    return fail_at(ErrorCode::kInvalidInput, 0, "a response begins with +OK, -ERR or +");
  }
  if (!text.empty() && text.front() != ' ') {
    return fail_at(ErrorCode::kInvalidInput, line.size() - text.size(),
                   "a space stands behind a status indicator");
  }
  if (!text.empty()) text.remove_prefix(1);
  response.code = take_code(text);
  response.text = std::string(text);
  return response;
}

void MultiLineEncoder::step(char c, std::string& out) {
  if (state_ == State::kBareLf) {
    out += c == '.' ? "\r\n" : "\n";
    state_ = c == '.' ? State::kLineStart : State::kInLine;
  }
  if (c == '\n') {
    if (state_ == State::kCr) {
      out += c;
      state_ = State::kLineStart;
    } else {
      state_ = State::kBareLf;
    }
    return;
  }
  if (c == '.' && state_ == State::kLineStart) out += '.';
  out += c;
  state_ = c == '\r' ? State::kCr : State::kInLine;
}

void MultiLineEncoder::encode(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    // Whole runs at once: within a line only CR and LF matter.
    if (state_ == State::kInLine) {
      const std::size_t run = std::min(bytes.find_first_of("\r\n"), bytes.size());
      out.append(bytes.substr(0, run));
      bytes.remove_prefix(run);
      if (bytes.empty()) return;
    }
    step(bytes.front(), out);
    bytes.remove_prefix(1);
  }
}

void MultiLineEncoder::finish(std::string& out) {
  if (state_ == State::kBareLf) {
    // The last line's LF becomes the CRLF that must stand before the lone dot.
    out += "\r\n";
    state_ = State::kLineStart;
  }
  if (state_ != State::kLineStart) out += "\r\n";
  out += ".\r\n";
  state_ = State::kLineStart;
}

std::size_t top_length(std::string_view content, std::uint32_t lines) {
  std::size_t at = 0;
  bool in_body = false;
  std::uint64_t left = lines;
  while (at < content.size()) {
    if (in_body && left == 0) return at;
    const std::size_t end = content.find('\n', at);
    const std::size_t next = end == std::string_view::npos ? content.size() : end + 1;
    const std::string_view line = content.substr(at, next - at);
    if (in_body) {
      --left;
    } else if (line == "\r\n" || line == "\n") {
      in_body = true;
    }
    at = next;
  }
  return content.size();
}

}  // namespace glasspost::pop3
