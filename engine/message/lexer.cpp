#include "engine/message/lexer.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glasspost::message {

bool is_atext(char c) {
  if (is_alnum(c) || is_non_ascii(c)) return true;
  return c > ' ' && c < 0x7F && std::string_view("()<>[]:;@\\,.\"").find(c) == std::string_view::npos;
}

bool is_token_char(char c) {
  return c > ' ' && c < 0x7F && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

bool is_lwsp(char c) {
  return is_wsp(c) || c == '\r' || c == '\n';
}

Lexeme read_quoted_string(std::string_view text, std::size_t begin) {
  Lexeme out;
  std::size_t i = begin + 1;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      out.end = i + 1;
      return out;
    }
    if (c == '\r' || c == '\n') continue;
    if (c == '\\' && i + 1 < text.size()) ++i;
    if (text[i] != '\r' && text[i] != '\n') out.text += text[i];
  }
  out.end = text.size();
  out.closed = false;
  return out;
}

Lexeme read_comment(std::string_view text, std::size_t begin) {
  Lexeme out;
  std::size_t depth = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    char c = text[i];
    if (is_lwsp(c)) {
      const std::size_t end = std::min(text.find_first_not_of(" \t\r\n", i), text.size());
      const std::string_view run = text.substr(i, end - i);
      const bool folded = run.find_first_of("\r\n") != std::string_view::npos;
      out.text += folded ? std::string_view(" ") : run;
      i = end - 1;
      continue;
    }
    if (c == '(') {
      if (depth++ == 0) continue;
    } else if (c == ')') {
      if (--depth == 0) {
        out.end = i + 1;
        out.text = std::string(trim_wsp(out.text));
        return out;
      }
    } else if (c == '\\' && i + 1 < text.size()) {
      if (is_lwsp(text[i + 1])) continue;  // the white space follows as it is
      c = text[++i];
    }
    out.text += c;
  }
  out.end = text.size();
  out.closed = false;
  out.text = std::string(trim_wsp(out.text));
  return out;
}

std::size_t skip_cfws(std::string_view text, std::size_t begin) {
  while (begin < text.size()) {
    if (is_lwsp(text[begin])) {
      ++begin;
    } else if (text[begin] == '(') {
      begin = read_comment(text, begin).end;
    } else {
      break;
    }
  }
  return begin;
}

std::string without_comments(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '(') {
      i = read_comment(text, i).end;
      out += ' ';
    } else if (text[i] == '"') {
      const std::size_t end = read_quoted_string(text, i).end;
      out += text.substr(i, end - i);
      i = end;
    } else {
      out += is_lwsp(text[i]) ? ' ' : text[i];
      ++i;
    }
  }
  return std::string(trim_wsp(out));
}

}  // namespace glasspost::message
