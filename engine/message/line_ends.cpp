#include "engine/message/line_ends.h"

namespace glasspost::message {

void CrlfConverter::convert(std::string_view chunk, std::string& out) {
  out.reserve(out.size() + chunk.size() + chunk.size() / 32);
  for (const char c : chunk) {
    if (after_cr_) {
      after_cr_ = false;
      out += '\n';
      if (c == '\n') continue;
    }
    if (c == '\r') {
      out += '\r';
      after_cr_ = true;
    } else if (c == '\n') {
      out += "\r\n";
    } else {
      out += c;
    }
  }
}

void CrlfConverter::finish(std::string& out) {
  if (after_cr_) out += '\n';
  after_cr_ = false;
}

std::string to_crlf(std::string_view text) {
  std::string out;
  CrlfConverter converter;
  converter.convert(text, out);
  converter.finish(out);
  return out;
}

bool has_only_crlf(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') return false;
    if (text[i] != '\r') continue;
    ++i;
    if (i == text.size() || text[i] != '\n') return false;
  }
  return true;
}

}  // namespace glasspost::message
