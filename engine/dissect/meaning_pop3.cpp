#include "engine/dissect/meaning_parts.h"

namespace glasspost::dissect {
namespace {

constexpr MeaningEntry kPop3Commands[] = {
    {"USER", "pop3.user", "RFC 1939 7"}, {"PASS", "pop3.pass", "RFC 1939 7"},
    {"APOP", "pop3.apop", "RFC 1939 7"}, {"AUTH", "pop3.auth", "RFC 5034 4"},
    {"CAPA", "pop3.capa", "RFC 2449 5"}, {"STLS", "pop3.stls", "RFC 2595 4"},
    {"STAT", "pop3.stat", "RFC 1939 5"}, {"LIST", "pop3.list", "RFC 1939 5"},
    {"UIDL", "pop3.uidl", "RFC 1939 7"}, {"RETR", "pop3.retr", "RFC 1939 5"},
    {"TOP", "pop3.top", "RFC 1939 7"},   {"DELE", "pop3.dele", "RFC 1939 5"},
    {"NOOP", "pop3.noop", "RFC 1939 5"}, {"RSET", "pop3.rset", "RFC 1939 5"},
    {"QUIT", "pop3.quit", "RFC 1939 6"}};

constexpr MeaningEntry kPop3Codes[] = {{"AUTH", "pop3.code.auth", "RFC 3206 4"},
                                       {"IN-USE", "pop3.code.in-use", "RFC 2449 8.1.2"},
                                       {"LOGIN-DELAY", "pop3.code.login-delay", "RFC 2449 8.1.1"},
                                       {"SYS/TEMP", "pop3.code.sys-temp", "RFC 3206 4"},
                                       {"SYS/PERM", "pop3.code.sys-perm", "RFC 3206 4"}};

Meaning pop3_reply(const Line& line) {
  if (line.response.empty()) return {};  // a line of a listing
  if (line.response == "+") return made("pop3.challenge", "RFC 5034 4");
  if (line.response == "-ERR") {
    const Meaning code = made(find_entry(kPop3Codes, line.response_code));
    return code.empty() ? made("pop3.negative", "RFC 1939 3") : code;
  }
  if (line.answers == "(connect)") return made("pop3.greeting", "RFC 1939 4");
  if (line.answers == "PASS" || line.answers == "APOP" || line.answers == "AUTH")
    return made("pop3.logged-in", "RFC 1939 4");
  if (line.answers == "CAPA") return made("pop3.capa-reply", "RFC 2449 5");
  const MeaningEntry* const command = find_entry(kPop3Commands, line.answers);
  return made("pop3.positive", command == nullptr ? "RFC 1939 3" : command->rule);
}

}  // namespace

Meaning pop3_meaning(const Line& line) {
  if (line.kind == LineKind::kReply) return pop3_reply(line);
  if (line.kind == LineKind::kContent) return made("pop3.content", "RFC 1939 3");
  if (line.kind != LineKind::kCommand) return {};
  Meaning found = made(find_entry(kPop3Commands, line.verb));
  if (found.empty()) return found;
  if (line.verb == "AUTH") add(found, "mechanism", first_word(line.argument));
  if (line.verb == "RETR" || line.verb == "TOP" || line.verb == "DELE")
    add(found, "number", line.number ? std::to_string(*line.number) : "?");
  return found;
}

}  // namespace glasspost::dissect
