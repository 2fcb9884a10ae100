#include "engine/dissect/meaning.h"

#include <algorithm>

#include "engine/dissect/meaning_parts.h"

namespace glasspost::dissect {
namespace {

constexpr MeaningEntry kSmtpCommands[] = {
    {"EHLO", "smtp.ehlo", "RFC 5321 4.1.1.1"},       {"HELO", "smtp.helo", "RFC 5321 4.1.1.1"},
    {"MAIL", "smtp.mail", "RFC 5321 4.1.1.2"},       {"RCPT", "smtp.rcpt", "RFC 5321 4.1.1.3"},
    {"DATA", "smtp.data-asked", "RFC 5321 4.1.1.4"}, {"RSET", "smtp.rset", "RFC 5321 4.1.1.5"},
    {"NOOP", "smtp.noop", "RFC 5321 4.1.1.9"},       {"VRFY", "smtp.vrfy", "RFC 5321 4.1.1.6"},
    {"HELP", "smtp.help", "RFC 5321 4.1.1.8"},       {"QUIT", "smtp.quit", "RFC 5321 4.1.1.10"},
    {"STARTTLS", "smtp.starttls", "RFC 3207 4"},     {"AUTH", "smtp.auth", "RFC 4954 4"}};

Meaning of_smtp_reply(const Line& line) {
  if (!line.last_of_reply) return {};
  if (line.code == 354) return made("smtp.data", "RFC 5321 4.1.1.4");
  if (line.code == 334) return made("smtp.challenge", "RFC 4954 4");
  if (line.code == 235) return made("smtp.authenticated", "RFC 4954 6");
  if (line.code == 503) return made("smtp.out-of-sequence", "RFC 5321 4.1.4");
  if (line.code / 100 == 2) {
    if (line.answers == "(connect)") return made("smtp.greeting", "RFC 5321 3.1");
    if (line.answers == "(content)") return made("smtp.accepted", "RFC 5321 4.2.5");
    if (line.answers == "EHLO") return made("smtp.ehlo-reply", "RFC 5321 4.1.1.1");
    return made("smtp.positive", "RFC 5321 4.2.1");
  }
  if (line.code / 100 == 3) return made("smtp.intermediate", "RFC 5321 4.2.1");
  if (line.code / 100 == 4) return made("smtp.transient", "RFC 5321 4.2.1");
  return line.code / 100 == 5 ? made("smtp.permanent", "RFC 5321 4.2.1") : Meaning{};
}

Meaning of_smtp(const Line& line) {
  if (line.kind == LineKind::kReply) return of_smtp_reply(line);
  if (line.kind != LineKind::kCommand) return {};
  if (line.verb == "MAIL" && line.argument.find("<>") != std::string::npos)
    return made("smtp.mail-null", "RFC 5321 4.5.5");
  Meaning meaning = made(find_entry(kSmtpCommands, line.verb));
  if (line.verb == "AUTH") add(meaning, "mechanism", first_word(line.argument));
  return meaning;
}

}  // namespace

Meaning meaning_of(const Dialogue& dialogue, const Line& line) {
  if (dialogue.protocol == "smtp") return of_smtp(line);
  if (dialogue.protocol == "pop3") return pop3_meaning(line);
  if (dialogue.protocol == "imap") return imap_meaning(line);
  return {};
}

Meaning meaning_of_content(const Dialogue& dialogue) {
  if (dialogue.protocol == "smtp") return made("smtp.content", "RFC 5322 2.1");
  if (dialogue.protocol == "pop3") return made("pop3.content", "RFC 1939 3");
  if (dialogue.protocol == "imap") return made("imap.content", "RFC 3501 4.3");
  return {};
}

Meaning meaning_of_end(const Dialogue& dialogue) {
  if (dialogue.protocol == "smtp") return made("smtp.final-dot", "RFC 5321 4.1.1.4");
  if (dialogue.protocol == "pop3") return made("smtp.final-dot", "RFC 1939 3");
  return {};
}

std::string state_key(std::string_view machine, std::string_view state) {
  std::string key(machine);
  std::replace(key.begin(), key.end(), '-', '.');
  key += '.';
  for (const char c : state)
    key += c == ' ' ? '-' : c;
  return key;
}

}  // namespace glasspost::dissect
