#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/dissect/meaning_parts.h"
#include "engine/protocol/imap/modified_utf7.h"

namespace glasspost::dissect {
namespace {

constexpr MeaningEntry kImapCommands[] = {{"CAPABILITY", "imap.capability", "RFC 3501 6.1.1"},
                                          {"NOOP", "imap.noop", "RFC 3501 6.1.2"},
                                          {"LOGOUT", "imap.logout", "RFC 3501 6.1.3"},
                                          {"ID", "imap.id", "RFC 2971 3.1"},
                                          {"STARTTLS", "imap.starttls", "RFC 3501 6.2.1"},
                                          {"AUTHENTICATE", "imap.authenticate", "RFC 3501 6.2.2"},
                                          {"LOGIN", "imap.login", "RFC 3501 6.2.3"},
                                          {"ENABLE", "imap.enable", "RFC 5161 3.1"},
                                          {"NAMESPACE", "imap.namespace", "RFC 2342 5"},
                                          {"SELECT", "imap.select", "RFC 3501 6.3.1"},
                                          {"EXAMINE", "imap.examine", "RFC 3501 6.3.2"},
                                          {"CREATE", "imap.create", "RFC 3501 6.3.3"},
                                          {"DELETE", "imap.delete", "RFC 3501 6.3.4"},
                                          {"RENAME", "imap.rename", "RFC 3501 6.3.5"},
                                          {"SUBSCRIBE", "imap.subscribe", "RFC 3501 6.3.6"},
                                          {"UNSUBSCRIBE", "imap.unsubscribe", "RFC 3501 6.3.7"},
                                          {"LIST", "imap.list", "RFC 3501 6.3.8"},
                                          {"LSUB", "imap.lsub", "RFC 3501 6.3.9"},
                                          {"STATUS", "imap.status", "RFC 3501 6.3.10"},
                                          {"APPEND", "imap.append", "RFC 3501 6.3.11"},
                                          {"IDLE", "imap.idle", "RFC 2177 3"},
                                          {"DONE", "imap.done", "RFC 2177 3"},
                                          {"CHECK", "imap.check", "RFC 3501 6.4.1"},
                                          {"CLOSE", "imap.close", "RFC 3501 6.4.2"},
                                          {"UNSELECT", "imap.unselect", "RFC 3691 2"},
                                          {"EXPUNGE", "imap.expunge", "RFC 3501 6.4.3"},
                                          {"SEARCH", "imap.search", "RFC 3501 6.4.4"},
                                          {"FETCH", "imap.fetch", "RFC 3501 6.4.5"},
                                          {"STORE", "imap.store", "RFC 3501 6.4.6"},
                                          {"COPY", "imap.copy", "RFC 3501 6.4.7"},
                                          {"MOVE", "imap.move", "RFC 6851 3.1"}};

constexpr MeaningEntry kImapResponses[] = {{"CAPABILITY", "imap.response.capability", "RFC 3501 7.2.1"},
                                           {"LIST", "imap.response.list", "RFC 3501 7.2.2"},
                                           {"LSUB", "imap.response.list", "RFC 3501 7.2.3"},
                                           {"STATUS", "imap.response.status", "RFC 3501 7.2.4"},
                                           {"SEARCH", "imap.response.search", "RFC 3501 7.2.5"},
                                           {"ESEARCH", "imap.response.search", "RFC 4731 3.1"},
                                           {"FLAGS", "imap.response.flags", "RFC 3501 7.2.6"},
                                           {"EXISTS", "imap.response.exists", "RFC 3501 7.3.1"},
                                           {"RECENT", "imap.response.recent", "RFC 3501 7.3.2"},
                                           {"EXPUNGE", "imap.response.expunge", "RFC 3501 7.4.1"},
                                           {"FETCH", "imap.response.fetch", "RFC 3501 7.4.2"},
                                           {"NAMESPACE", "imap.response.namespace", "RFC 2342 5"},
                                           {"ID", "imap.response.id", "RFC 2971 3.2"},
                                           {"ENABLED", "imap.response.enabled", "RFC 5161 3.2"},
                                           {"OK", "imap.response.ok", "RFC 3501 7.1.1"},
                                           {"NO", "imap.response.no", "RFC 3501 7.1.2"},
                                           {"BAD", "imap.response.bad", "RFC 3501 7.1.3"},
                                           {"PREAUTH", "imap.response.preauth", "RFC 3501 7.1.4"},
                                           {"BYE", "imap.response.bye", "RFC 3501 7.1.5"}};

constexpr MeaningEntry kImapCodes[] = {
    {"ALERT", "imap.code.alert", "RFC 3501 7.1"},
    {"BADCHARSET", "imap.code.badcharset", "RFC 3501 7.1"},
    {"CAPABILITY", "imap.response.capability", "RFC 3501 7.1"},
    {"PERMANENTFLAGS", "imap.code.permanentflags", "RFC 3501 7.1"},
    {"READ-ONLY", "imap.code.read-only", "RFC 3501 7.1"},
    {"READ-WRITE", "imap.code.read-write", "RFC 3501 7.1"},
    {"TRYCREATE", "imap.code.trycreate", "RFC 3501 7.1"},
    {"UIDNEXT", "imap.code.uidnext", "RFC 3501 7.1"},
    {"UIDVALIDITY", "imap.code.uidvalidity", "RFC 3501 7.1"},
    {"UNSEEN", "imap.code.unseen", "RFC 3501 7.1"},
    {"APPENDUID", "imap.code.appenduid", "RFC 4315 3"},
    {"COPYUID", "imap.code.copyuid", "RFC 4315 3"},
    {"HIGHESTMODSEQ", "imap.code.highestmodseq", "RFC 7162 3.1.2"},
    {"NOMODSEQ", "imap.code.nomodseq", "RFC 7162 3.1.2"},
    {"MODIFIED", "imap.code.modified", "RFC 7162 3.1.3"},
    {"CLOSED", "imap.code.closed", "RFC 7162 3.2.11"},
    {"AUTHENTICATIONFAILED", "imap.code.authenticationfailed", "RFC 5530 3"},
    {"PRIVACYREQUIRED", "imap.code.privacyrequired", "RFC 5530 3"},
    {"UNAVAILABLE", "imap.code.unavailable", "RFC 5530 3"},
    {"INUSE", "imap.code.inuse", "RFC 5530 3"},
    {"EXPUNGEISSUED", "imap.code.expungeissued", "RFC 5530 3"},
    {"NOPERM", "imap.code.noperm", "RFC 5530 3"},
    {"CANNOT", "imap.code.cannot", "RFC 5530 3"},
    {"LIMIT", "imap.code.limit", "RFC 5530 3"},
    {"OVERQUOTA", "imap.code.overquota", "RFC 5530 3"},
    {"ALREADYEXISTS", "imap.code.alreadyexists", "RFC 5530 3"},
    {"NONEXISTENT", "imap.code.nonexistent", "RFC 5530 3"},
    {"TOOBIG", "imap.code.toobig", "RFC 4469 5"}};

// As people read it; "?" where it stands in a literal.
std::string mailbox_of(const Line& line) {
  const auto label = std::find_if(line.labels.begin(), line.labels.end(),
                                  [](const Label& l) { return l.kind == LabelKind::kMailbox; });
  if (label == line.labels.end() || label->offset >= line.text.size()) return "?";
  std::string name = line.text.substr(label->offset, label->length);
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
    std::string inside;
    for (std::size_t i = 1; i + 1 < name.size(); ++i) {
      if (name[i] == '\\' && i + 2 < name.size()) ++i;
      inside += name[i];
    }
    name = std::move(inside);
  }
  const Result<std::string> decoded = imap::decode_modified_utf7(name);
  return decoded ? *decoded : name;
}

// Which of its faces a command shows.
MeaningEntry imap_command(const Line& line) {
  const MeaningEntry* const known = find_entry(kImapCommands, line.verb);
  if (known == nullptr) return {};
  MeaningEntry entry = *known;
  const std::string argument = to_upper(line.argument);
  const auto has = [&argument](std::string_view word) { return argument.find(word) != std::string::npos; };
  if (line.verb == "FETCH") {
    const bool peek = has("BODY.PEEK[") || has("RFC822.HEADER");
    const bool marks = has("BODY[") || has("RFC822)") || has("RFC822 ") || argument.ends_with("RFC822") ||
                       has("RFC822.TEXT");
    if (marks) {
      entry.key = "imap.fetch-content";
    } else if (peek) {
      entry.key = "imap.fetch-peek";
    }
  } else if (line.verb == "STORE") {
    if (has("\\DELETED") && has("+FLAGS")) {
      entry.key = "imap.store-deleted";
    } else if (has("+FLAGS")) {
      entry.key = "imap.store-add";
    } else if (has("-FLAGS")) {
      entry.key = "imap.store-remove";
    }
  }
  return entry;
}

Meaning imap_reply(const Line& line) {
  if (line.response == "+") {
    if (line.answers == "AUTHENTICATE") return made("imap.challenge", "RFC 3501 6.2.2");
    if (line.answers == "IDLE") return made("imap.idling", "RFC 2177 3");
    return made("imap.continue", "RFC 3501 7.5");
  }
  if (line.answers == "(connect)" && line.response == "OK") return made("imap.greeting", "RFC 3501 7.1.1");
  const bool tagged = line.tag != "*";
  if (tagged && line.response == "OK" && (line.answers == "LOGIN" || line.answers == "AUTHENTICATE"))
    return made("imap.logged-in", "RFC 3501 3.2");
  const MeaningEntry* entry = find_entry(kImapCodes, line.response_code);
  if (entry == nullptr) entry = find_entry(kImapResponses, line.response);
  Meaning found = made(entry);
  if (!found.empty() && line.number &&
      (line.response == "EXISTS" || line.response == "RECENT" || line.response == "EXPUNGE" ||
       line.response == "FETCH")) {
    add(found, "number", std::to_string(*line.number));
  }
  return found;
}

}  // namespace

Meaning imap_meaning(const Line& line) {
  if (line.kind == LineKind::kReply) return imap_reply(line);
  if (line.kind == LineKind::kContent) return made("imap.content", "RFC 3501 4.3");
  if (line.kind != LineKind::kCommand) return {};
  const MeaningEntry entry = imap_command(line);
  Meaning found = made(&entry);
  if (found.empty()) return found;
  if (line.verb == "AUTHENTICATE") add(found, "mechanism", first_word(line.argument));
  static constexpr std::array<std::string_view, 11> kWithMailbox = {
      "SELECT",      "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE",
      "UNSUBSCRIBE", "STATUS",  "APPEND", "COPY",   "MOVE"};
  if (std::find(kWithMailbox.begin(), kWithMailbox.end(), line.verb) != kWithMailbox.end())
    add(found, "mailbox", mailbox_of(line));
  return found;
}

}  // namespace glasspost::dissect
