#include "engine/dissect/meaning.h"

#include <array>

namespace glasspost::dissect {
namespace {

struct Entry {
  std::string_view verb;
  std::string_view key;
  std::string_view rule;
};

constexpr std::array<Entry, 12> kSmtpCommands = {{{"EHLO", "smtp.ehlo", "RFC 5321 4.1.1.1"},
                                                  {"HELO", "smtp.helo", "RFC 5321 4.1.1.1"},
                                                  {"MAIL", "smtp.mail", "RFC 5321 4.1.1.2"},
                                                  {"RCPT", "smtp.rcpt", "RFC 5321 4.1.1.3"},
                                                  {"DATA", "smtp.data-asked", "RFC 5321 4.1.1.4"},
                                                  {"RSET", "smtp.rset", "RFC 5321 4.1.1.5"},
                                                  {"NOOP", "smtp.noop", "RFC 5321 4.1.1.9"},
                                                  {"VRFY", "smtp.vrfy", "RFC 5321 4.1.1.6"},
                                                  {"HELP", "smtp.help", "RFC 5321 4.1.1.8"},
                                                  {"QUIT", "smtp.quit", "RFC 5321 4.1.1.10"},
                                                  {"STARTTLS", "smtp.starttls", "RFC 3207 4"},
                                                  {"AUTH", "smtp.auth", "RFC 4954 4"}}};

Meaning made(std::string_view key, std::string_view rule) {
  Meaning meaning;
  meaning.words.key = key;
  meaning.rule = rule;
  return meaning;
}

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
  for (const Entry& entry : kSmtpCommands) {
    if (entry.verb != line.verb) continue;
    Meaning meaning = made(entry.key, entry.rule);
    if (line.verb == "AUTH")
      meaning.words.arguments.push_back(
          Argument::of_text("mechanism", line.argument.substr(0, line.argument.find(' '))));
    return meaning;
  }
  return {};
}

}  // namespace

Meaning meaning_of(const Dialogue& dialogue, const Line& line) {
  return dialogue.protocol == "smtp" ? of_smtp(line) : Meaning{};
}

Meaning meaning_of_content(const Dialogue& dialogue) {
  return dialogue.protocol == "smtp" ? made("smtp.content", "RFC 5322 2.1") : Meaning{};
}

Meaning meaning_of_end(const Dialogue& dialogue) {
  return dialogue.protocol == "smtp" ? made("smtp.final-dot", "RFC 5321 4.1.1.4") : Meaning{};
}

}  // namespace glasspost::dissect
