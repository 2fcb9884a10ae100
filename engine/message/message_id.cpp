#include "engine/message/message_id.h"

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/message/lexer.h"

namespace glasspost::message {

std::vector<std::string> parse_message_ids(std::string_view value) {
  std::vector<std::string> ids;
  bool bracketed = false;
  for (std::size_t i = 0; i < value.size();) {
    if (value[i] == '(') {
      i = read_comment(value, i).end;
    } else if (value[i] == '"') {
      i = read_quoted_string(value, i).end;
    } else if (value[i] == '<') {
      bracketed = true;
      std::string id;
      for (++i; i < value.size() && value[i] != '>'; ++i) {
        if (!is_lwsp(value[i])) id += value[i];
      }
      if (!id.empty()) ids.push_back(std::move(id));
    } else {
      ++i;
    }
  }
  if (bracketed) return ids;
  std::string bare = without_comments(value);
  if (!bare.empty()) ids.push_back(std::move(bare));
  return ids;
}

std::string make_message_id(Instant now, RandomStream& random, std::string_view domain) {
  const CivilTime civil = to_civil(now);
  std::string token = random.token(12);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}.{}@{}", civil.year, civil.month, civil.day, civil.hour,
                     civil.minute, civil.second, token, domain);
}

std::string format_message_ids(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) {
    if (!out.empty()) out += ' ';
    out += '<';
    for (const char c : id) {
      const bool printable = c > ' ' && c != 0x7F && c != '<' && c != '>';
      if (printable || is_non_ascii(c)) out += c;
    }
    out += '>';
  }
  return out;
}

}  // namespace glasspost::message
