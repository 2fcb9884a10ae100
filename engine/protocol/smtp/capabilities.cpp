#include "engine/protocol/smtp/capabilities.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glasspost::smtp {
namespace {

void take_mechanisms(std::string_view words, Capabilities& found) {
  for (const std::string_view word : split(words, ' ')) {
    if (word.empty()) continue;
    std::string name = to_upper(word);
    if (std::find(found.mechanisms.begin(), found.mechanisms.end(), name) == found.mechanisms.end()) {
      found.mechanisms.push_back(std::move(name));
    }
  }
}

void take_size(std::string_view words, Capabilities& found) {
  found.size = true;
  const std::string_view number = trim_wsp(words);
  if (number.empty() || number.size() > 19 || !std::all_of(number.begin(), number.end(), is_digit)) return;
  std::uint64_t size = 0;
  for (const char c : number)
    size = size * 10 + static_cast<std::uint64_t>(c - '0');
  if (size > 0) found.max_size = size;  // RFC 1870 4: 0 says that no fixed limit is in force
}

void take_line(std::string_view line, Capabilities& found) {
  // Before RFC 2554 some servers wrote "AUTH=LOGIN"; the mechanisms are the same.
  const std::string_view first = line.substr(0, line.find_first_of(" ="));
  if (first.empty()) return;
  const std::string keyword = to_upper(first);
  const std::string_view rest = line.substr(std::min(first.size() + 1, line.size()));
  found.keywords.push_back(keyword);
  if (keyword == "PIPELINING") found.pipelining = true;
  if (keyword == "8BITMIME") found.eight_bit_mime = true;
  if (keyword == "ENHANCEDSTATUSCODES") found.enhanced_codes = true;
  if (keyword == "STARTTLS") found.starttls = true;
  if (keyword == "SMTPUTF8") found.smtputf8 = true;
  if (keyword == "DSN") found.dsn = true;
  if (keyword == "CHUNKING") found.chunking = true;
  if (keyword == "SIZE") take_size(rest, found);
  if (keyword == "AUTH") take_mechanisms(rest, found);
}

}  // namespace

Capabilities parse_ehlo_reply(const Reply& reply) {
  Capabilities found;
  found.esmtp = true;
  for (std::size_t i = 0; i < reply.lines.size(); ++i) {
    if (i == 0) {
      found.domain = reply.lines[0].substr(0, reply.lines[0].find(' '));
    } else {
      take_line(trim_wsp(reply.lines[i]), found);
    }
  }
  return found;
}

}  // namespace glasspost::smtp
