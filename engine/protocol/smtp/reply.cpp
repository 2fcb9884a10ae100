#include "engine/protocol/smtp/reply.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::smtp {
namespace {

constexpr std::size_t kMaxReplyLine = 512;  // RFC 5321 4.5.3.1.5, CRLF included

// 1*3DIGIT without a needless zero before it. // RFC 3463 2
std::optional<std::uint16_t> read_number(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  std::uint16_t value = 0;
  while (at < text.size() && at - start < 3 && is_digit(text[at])) {
    value = static_cast<std::uint16_t>(value * 10 + (text[at] - '0'));
    ++at;
  }
  if (at == start) return std::nullopt;
  return value;
}

}  // namespace

std::string EnhancedStatusCode::to_string() const {
  return std::to_string(status_class) + "." + std::to_string(subject) + "." + std::to_string(detail);
}

std::optional<EnhancedStatusCode> EnhancedStatusCode::parse_prefix(std::string_view text,
                                                                   std::size_t* length) {
  if (text.size() < 5 || text[1] != '.') return std::nullopt;
  if (text[0] != '2' && text[0] != '4' && text[0] != '5') return std::nullopt;
  EnhancedStatusCode code;
  code.status_class = static_cast<std::uint16_t>(text[0] - '0');
  std::size_t at = 2;
  const auto subject = read_number(text, at);
  if (!subject || at >= text.size() || text[at] != '.') return std::nullopt;
  ++at;
  const auto detail = read_number(text, at);
  if (!detail || (at < text.size() && !is_wsp(text[at]))) return std::nullopt;
  code.subject = *subject;
  code.detail = *detail;
  if (length != nullptr) *length = at;
  return code;
}

Reply Reply::make(int code, std::string text) {
  Reply reply;
  reply.code = code;
  reply.lines.push_back(std::move(text));
  return reply;
}

Reply Reply::make(int code, EnhancedStatusCode enhanced, std::string text) {
  Reply reply = make(code, std::move(text));
  reply.enhanced = enhanced;
  return reply;
}

std::string Reply::to_line() const {
  std::string line = std::to_string(code);
  if (enhanced) line += " " + enhanced->to_string();
  for (const std::string& text : lines) {
    if (!text.empty()) line += " " + text;
  }
  return line;
}

void encode_reply(const Reply& reply, bool with_enhanced_codes, std::string& out) {
  std::string prefix;
  if (with_enhanced_codes && reply.enhanced) prefix = reply.enhanced->to_string() + " ";
  const std::size_t count = std::max<std::size_t>(reply.lines.size(), 1);
  for (std::size_t i = 0; i < count; ++i) {
    std::string_view text = i < reply.lines.size() ? std::string_view(reply.lines[i]) : std::string_view();
    text = text.substr(0, kMaxReplyLine - 6 - prefix.size());
    out += std::to_string(reply.code);
    out += i + 1 < count ? '-' : ' ';
    out += prefix;
    for (const char c : text) {
      const bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
      out += control ? '?' : c;
    }
    out += "\r\n";
  }
}

Result<std::optional<Reply>> ReplyParser::feed(std::string_view line) {
  const auto refuse = [this](ErrorCode code, std::size_t offset, std::string message) {
    reply_ = {};
    return fail_at(code, offset, std::move(message));
  };
  // RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39; the second digit is not checked so narrowly.
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) || !is_digit(line[2])) {
    return refuse(ErrorCode::kInvalidInput, 0, "a reply begins with a code from 200 to 599");
  }
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') {
    return refuse(ErrorCode::kInvalidInput, 3, "a space or a hyphen follows the code of a reply");
  }
  if (in_reply() && code != reply_.code) {
    return refuse(ErrorCode::kInvalidInput, 0, "all lines of a reply bear one code");
  }
  if (reply_.lines.size() >= kMaxLines) return refuse(ErrorCode::kTooLarge, 0, "a reply has too many lines");
  const bool last = line.size() == 3 || line[3] == ' ';  // RFC 5321 4.2.1: the text may be missing
  std::string_view text = line.size() > 4 ? line.substr(4) : std::string_view();
  std::size_t length = 0;
  const auto enhanced = EnhancedStatusCode::parse_prefix(text, &length);
  // RFC 2034 4: its class is the reply's first digit; otherwise it is text that looks like one.
  if (enhanced && enhanced->status_class == code / 100) {
    if (reply_.lines.empty()) reply_.enhanced = enhanced;
    if (reply_.enhanced == enhanced) text.remove_prefix(std::min(length + 1, text.size()));
  }
  reply_.code = code;
  reply_.lines.emplace_back(text);
  if (!last) return std::optional<Reply>();
  return std::optional<Reply>(std::exchange(reply_, Reply{}));
}

}  // namespace glasspost::smtp
