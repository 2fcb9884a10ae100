#include "engine/dissect/meaning.h"

#include <gtest/gtest.h>

#include "engine/observe/catalogue.h"
#include "engine/protocol/imap/client_machine.h"
#include "engine/protocol/imap/command.h"
#include "engine/protocol/imap/machine.h"
#include "engine/protocol/pop3/client_machine.h"
#include "engine/protocol/pop3/server_machine.h"
#include "engine/protocol/smtp/client_machine.h"
#include "engine/protocol/smtp/server_machine.h"

namespace glasspost::dissect {
namespace {

Line command(std::string_view verb, std::string_view argument = {}) {
  Line line;
  line.kind = LineKind::kCommand;
  line.verb = verb;
  line.argument = argument;
  line.text = argument;
  return line;
}
Line response(std::string_view word, std::string_view answers, std::string_view code = {}) {
  Line line;
  line.kind = LineKind::kReply;
  line.response = word;
  line.answers = answers;
  line.response_code = code;
  line.tag = "*";
  return line;
}

Meaning of(std::string_view protocol, const Line& line) {
  Dialogue dialogue;
  dialogue.protocol = protocol;
  return meaning_of(dialogue, line);
}

std::string english(std::string_view protocol, const Line& line) {
  const Meaning meaning = of(protocol, line);
  if (meaning.empty()) return "";
  EXPECT_TRUE(in_catalogue(meaning.words.key)) << meaning.words.key;
  EXPECT_TRUE(meaning.rule.starts_with("RFC "));
  const std::string korean = render(meaning.words, Language::kKorean);
  EXPECT_EQ(korean.find('{'), std::string::npos) << korean;
  return render(meaning.words, Language::kEnglish);
}

TEST(Meaning, EveryCommandHasWordsAndARule) {
  for (std::size_t verb = 1; verb < imap::kVerbCount; ++verb) {
    const std::string_view name = imap::to_string(static_cast<imap::Verb>(verb));
    const std::string words = english("imap", command(name, "INBOX"));
    EXPECT_FALSE(words.empty()) << name;
    EXPECT_EQ(words.find('{'), std::string::npos) << words;
  }
  for (std::size_t verb = 0; verb + 1 < pop3::kVerbCount; ++verb) {
    const std::string_view name = pop3::to_string(static_cast<pop3::Verb>(verb));
    EXPECT_FALSE(english("pop3", command(name, "1")).empty()) << name;
  }
  for (const std::string_view name : {"EHLO", "HELO", "MAIL", "RCPT", "RSET", "QUIT", "STARTTLS", "AUTH"})
    EXPECT_FALSE(english("smtp", command(name)).empty()) << name;
  EXPECT_EQ(english("imap", command("XYZZY")), "");
  EXPECT_EQ(english("gopher", command("LIST")), "");
}

TEST(Meaning, WhatACommandAsksForIsSaid) {
  Line select = command("SELECT", "\"&vBvHQA-\"");
  select.labels = {{LabelKind::kMailbox, 0, 10}};
  EXPECT_EQ(english("imap", select), "Open 받은: I want to read it and change marks.");
  EXPECT_EQ(of("imap", command("FETCH", "1 (FLAGS UID)")).words.key, "imap.fetch");
  EXPECT_EQ(of("imap", command("FETCH", "1 (UID BODY.PEEK[])")).words.key, "imap.fetch-peek");
  EXPECT_EQ(of("imap", command("FETCH", "1 BODY[]")).words.key, "imap.fetch-content");
  EXPECT_EQ(of("imap", command("FETCH", "1 (RFC822)")).words.key, "imap.fetch-content");
  EXPECT_EQ(of("imap", command("FETCH", "1 RFC822.SIZE")).words.key, "imap.fetch");
  EXPECT_EQ(of("imap", command("STORE", "1 +FLAGS (\\Deleted)")).words.key, "imap.store-deleted");
  EXPECT_EQ(of("imap", command("STORE", "1 -FLAGS.SILENT (\\Seen)")).words.key, "imap.store-remove");
  Line retr = command("RETR", "3");
  retr.number = 3;
  EXPECT_EQ(english("pop3", retr), "Give me a copy of letter 3; nothing is deleted by that.");
  EXPECT_EQ(english("smtp", command("AUTH", "PLAIN ***")), "I prove who I am with PLAIN.");
}

TEST(Meaning, ResponsesAndTheirCodes) {
  EXPECT_EQ(english("pop3", response("-ERR", "PASS", "IN-USE")),
            "Another session holds this mailbox; try again soon.");
  EXPECT_EQ(english("pop3", response("+OK", "PASS")),
            "The mailbox is open, and nobody else's until you leave.");
  EXPECT_EQ(english("pop3", response("", "LIST")), "");
  Line exists = response("EXISTS", "SELECT");
  exists.number = 3;
  EXPECT_EQ(english("imap", exists), "The folder holds 3 now.");
  EXPECT_EQ(english("imap", response("OK", "SELECT", "READ-ONLY")), "Open, only to look.");
  for (const std::string_view code :
       {"ALERT", "TRYCREATE", "UIDNEXT", "UIDVALIDITY", "APPENDUID", "COPYUID", "MODIFIED",
        "AUTHENTICATIONFAILED", "PRIVACYREQUIRED", "NONEXISTENT", "OVERQUOTA"}) {
    EXPECT_NE(english("imap", response("NO", "SELECT", code)), "No.") << code;
  }
  Line reply = response("", "EHLO");
  reply.code = 250;
  reply.last_of_reply = true;
  EXPECT_EQ(english("smtp", reply), "This is what I support.");
}

template <class State>
void check_states(std::string_view machine, std::size_t count) {
  for (std::size_t state = 0; state < count; ++state) {
    const std::string key = state_key(machine, to_string(static_cast<State>(state)));
    EXPECT_TRUE(in_catalogue(key)) << key;
  }
}

TEST(Meaning, EveryStateOfEveryMachineHasWords) {
  check_states<smtp::ServerState>("smtp-server", smtp::kServerStateCount);
  check_states<smtp::ClientState>("smtp-client", smtp::kClientStateCount);
  check_states<pop3::ServerState>("pop3-server", pop3::kServerStateCount);
  check_states<pop3::ClientState>("pop3-client", pop3::kClientStateCount);
  check_states<imap::ServerState>("imap-server", imap::kServerStateCount);
  check_states<imap::ClientState>("imap-client", imap::kClientStateCount);
}

}  // namespace
}  // namespace glasspost::dissect
