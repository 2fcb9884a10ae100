#include "engine/protocol/imap/client_response.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/protocol/imap/client_command.h"
#include "engine/protocol/imap/response_reader.h"

namespace glasspost::imap {
namespace {

std::vector<RawCommand> cut(std::string_view bytes, std::size_t chunk) {
  ResponseReader reader({});
  std::vector<RawCommand> out;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    std::string_view block = bytes.substr(at, chunk);
    while (!block.empty()) {
      const auto event = reader.next(block);
      if (event) {
        EXPECT_EQ(*event, ResponseReader::Event::kResponse);
        out.push_back(reader.take());
      }
    }
  }
  EXPECT_FALSE(reader.in_response());
  return out;
}

// The responses, whole and in every chunk size; all must be the same.
std::vector<RawCommand> responses(std::string_view bytes) {
  const std::vector<RawCommand> whole = cut(bytes, bytes.size());
  for (std::size_t chunk = 1; chunk < bytes.size(); ++chunk) {
    const std::vector<RawCommand> pieces = cut(bytes, chunk);
    EXPECT_EQ(pieces.size(), whole.size()) << "in pieces of " << chunk;
    for (std::size_t i = 0; i < pieces.size() && i < whole.size(); ++i) {
      EXPECT_EQ(pieces[i].text, whole[i].text) << "in pieces of " << chunk;
      EXPECT_EQ(pieces[i].literals, whole[i].literals) << "in pieces of " << chunk;
    }
  }
  return whole;
}

ServerResponse parsed(std::string_view bytes) {
  std::vector<RawCommand> raw = responses(bytes);
  EXPECT_EQ(raw.size(), 1u);
  auto response = parse_response(std::move(raw.at(0)));
  EXPECT_TRUE(response.has_value()) << (response ? "" : response.error().message) << " in " << bytes;
  return response ? std::move(*response) : ServerResponse{};
}
std::string error_of(std::string_view bytes) {
  std::vector<RawCommand> raw = responses(bytes);
  const auto response = parse_response(std::move(raw.at(0)));
  return response ? "none" : response.error().message;
}
FetchData fetched(std::string_view attributes) {
  return std::get<FetchData>(parsed("* 3 FETCH (" + std::string(attributes) + ")\r\n").data);
}

TEST(ImapClientResponse, StatusLinesHaveCodes) {
  const ServerResponse tagged = parsed("a1 NO [TRYCREATE] no such folder {5}\r\n");
  EXPECT_EQ(tagged.kind, ServerResponse::Kind::kTagged);
  EXPECT_EQ(tagged.tag, "a1");
  const StatusLine& status = std::get<StatusLine>(tagged.data);
  EXPECT_EQ(status.status, ResponseStatus::kNo);
  EXPECT_EQ(status.code.name, "TRYCREATE");
  EXPECT_EQ(status.text, "no such folder {5}");
  const auto code = [](std::string_view text) {
    return std::get<StatusLine>(parsed("* OK [" + std::string(text) + "] x\r\n").data).code;
  };
  EXPECT_EQ(code("UIDVALIDITY 17").number, 17u);
  EXPECT_EQ(code("HIGHESTMODSEQ 9223372036854775807").number, 9223372036854775807u);
  EXPECT_EQ(code("CAPABILITY IMAP4rev1 auth=PLAIN").words,
            (std::vector<std::string>{"IMAP4REV1", "AUTH=PLAIN"}));
  EXPECT_EQ(code("PERMANENTFLAGS (\\Seen $Junk \\*)").words,
            (std::vector<std::string>{"\\Seen", "$Junk", "\\*"}));
  EXPECT_EQ(code("APPENDUID 38505 3955").destination.ranges.front().first, 3955u);
  const ResponseCode copied = code("COPYUID 38505 304,319:320 3956:3958");
  EXPECT_EQ(copied.uid_validity, 38505u);
  EXPECT_EQ(copied.source.ranges.size(), 2u);
  EXPECT_EQ(copied.destination.ranges.size(), 1u);
  EXPECT_EQ(code("BADCHARSET (\"a]b\" utf-8)").name, "BADCHARSET");
  EXPECT_EQ(parsed("+ idling\r\n").text, "idling");
  EXPECT_EQ(parsed("+\r\n").kind, ServerResponse::Kind::kContinue);
}

TEST(ImapClientResponse, MailboxesAreTold) {
  const ListData list = std::get<ListData>(parsed("* LIST (\\HasNoChildren \\Sent) \"/\" &vPSwuA-\r\n").data);
  EXPECT_TRUE(list.has("\\sent"));
  EXPECT_EQ(list.delimiter, '/');
  EXPECT_EQ(list.mailbox, "보낸");
  EXPECT_EQ(std::get<ListData>(parsed("* LSUB () NIL {5}\r\ninBox\r\n").data).mailbox, "INBOX");
  EXPECT_EQ(std::get<ListData>(parsed("* LIST () \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n").data).mailbox,
            "a");
  const StatusData status =
      std::get<StatusData>(parsed("* STATUS \"a b\" (MESSAGES 3 UIDNEXT 9 X-NEW (1 2) SIZE 77)\r\n").data);
  EXPECT_EQ(status.mailbox, "a b");
  EXPECT_EQ(status.messages, 3u);
  EXPECT_EQ(status.uid_next, 9u);
  EXPECT_EQ(status.size, 77u);
  EXPECT_EQ(std::get<FlagsData>(parsed("* FLAGS (\\Seen x)\r\n").data).flags.size(), 2u);
}

TEST(ImapClientResponse, NumbersAreTold) {
  EXPECT_EQ(std::get<ExistsData>(parsed("* 0 EXISTS\r\n").data).count, 0u);
  EXPECT_EQ(std::get<ExpungeData>(parsed("* 2 EXPUNGE\r\n").data).number, 2u);
  EXPECT_EQ(error_of("* 0 EXPUNGE\r\n"), "message numbers begin with 1");
  const SearchData search = std::get<SearchData>(parsed("* SEARCH 2 84 882 (MODSEQ 917)\r\n").data);
  EXPECT_EQ(search.numbers.size(), 3u);
  EXPECT_EQ(search.mod_sequence, 917u);
  EXPECT_TRUE(std::get<SearchData>(parsed("* SEARCH\r\n").data).numbers.empty());
  const SearchData extended =
      std::get<SearchData>(parsed("* ESEARCH (TAG \"A282\") UID COUNT 5 ALL 4:7,21 MODSEQ 9\r\n").data);
  EXPECT_EQ(extended.count, 5u);
  EXPECT_EQ(extended.numbers.size(), 2u);
  const VanishedData gone = std::get<VanishedData>(parsed("* VANISHED (EARLIER) 41,43:116\r\n").data);
  EXPECT_TRUE(gone.earlier);
  EXPECT_EQ(gone.uids.ranges.size(), 2u);
}

TEST(ImapClientResponse, MessagesAreFetched) {
  const FetchData all = fetched(
      "UID 7 FLAGS (\\Seen \\Recent $Forwarded \\Odd) RFC822.SIZE 12 MODSEQ (65402) INTERNALDATE \" "
      "2-Mar-2026 09:00:00 +0000\" BODY[HEADER.FIELDS (\"From\" TO)]<0> \"x\\\"y\" BODY[] {4}\r\na\r\nb "
      "BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1) \"MIXED\" (\"b\" {1}\r\n\")) RFC822.TEXT "
      "NIL");
  EXPECT_EQ(all.number, 3u);
  EXPECT_EQ(all.uid, 7u);
  EXPECT_EQ(all.flags->flags.system, system_flag::kSeen);
  EXPECT_TRUE(all.flags->recent);
  EXPECT_EQ(all.flags->flags.keywords, (std::vector<std::string>{"$Forwarded", "\\Odd"}));
  EXPECT_EQ(all.size, 12u);
  EXPECT_EQ(all.mod_sequence, 65402u);
  ASSERT_TRUE(all.internal_date.has_value());
  EXPECT_EQ(*all.section("BODY[HEADER.FIELDS (FROM TO)]"), "x\"y");
  EXPECT_EQ(all.sections.at(0).origin, 0u);
  EXPECT_EQ(*all.section("body[]"), "a\r\nb");
  EXPECT_EQ(all.section("RFC822.TEXT"), nullptr);
  EXPECT_EQ(*fetched(std::string("BODY[] {3}\r\na\0b", 15)).section("BODY[]"), std::string("a\0b", 3));
}

TEST(ImapClientResponse, EnvelopesAreRead) {
  const FetchData all = fetched(
      "ENVELOPE (\"Mon, 2 Mar 2026 09:00:00 +0000\" \"Hi \\\"Bob\\\"\" ((\"Alice\" NIL \"alice\" "
      "\"alpha.example\")) NIL NIL ((NIL NIL \"friends\" NIL)(NIL NIL \"bob\" \"beta.example\")(NIL NIL NIL "
      "NIL)) NIL NIL NIL \"<1@alpha.example>\")");
  ASSERT_TRUE(all.envelope.has_value());
  EXPECT_EQ(all.envelope->subject, "Hi \"Bob\"");
  EXPECT_EQ(all.envelope->from.at(0).host, "alpha.example");
  EXPECT_EQ(all.envelope->to.size(), 3u);
  EXPECT_FALSE(all.envelope->to.at(0).host.has_value());
  EXPECT_EQ(all.envelope->message_id, "<1@alpha.example>");
}

TEST(ImapClientResponse, NonsenseIsAnErrorWithoutRecursion) {
  EXPECT_NE(error_of("a1 HELLO\r\n"), "none");
  EXPECT_NE(error_of("* 1 FETCH (UID\r\n"), "none");
  EXPECT_NE(error_of("* 1 FETCH (BODY[ x)\r\n"), "none");
  EXPECT_NE(error_of("* LIST (\\A \"/\" x\r\n"), "none");
  EXPECT_NE(error_of("\r\n"), "none");
  EXPECT_EQ(error_of("* XYZZY (((\r\n"), "none");
  const std::string deep =
      "* 1 FETCH (BODYSTRUCTURE " + std::string(10'000, '(') + std::string(10'000, ')') + " UID 5)\r\n";
  std::vector<RawCommand> raw = cut(deep, deep.size());
  const auto response = parse_response(std::move(raw.at(0)));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(std::get<FetchData>(response->data).uid, 5u);
}

TEST(ImapResponseReader, LimitsHold) {
  ResponseReader::Limits limits{100, 50, 2};
  const auto end_of = [&](std::string bytes) {
    ResponseReader reader(limits);
    std::string_view input = bytes;
    return reader.next(input);
  };
  EXPECT_EQ(end_of("* OK " + std::string(200, 'x')), ResponseReader::Event::kTooLarge);
  EXPECT_EQ(end_of("* 1 FETCH (BODY[] {51}\r\n"), ResponseReader::Event::kTooLarge);
  EXPECT_EQ(end_of("* 1 FETCH (BODY[] {99999999999999999999999}\r\n"), ResponseReader::Event::kTooLarge);
  EXPECT_EQ(end_of("* a {1}\r\nx {1}\r\nx {1}\r\nx"), ResponseReader::Event::kTooLarge);
  EXPECT_EQ(end_of("* OK x\n"), ResponseReader::Event::kMalformed);
  EXPECT_EQ(end_of("* a {1}\r\nx\r\n"), ResponseReader::Event::kResponse);
  EXPECT_EQ(end_of("* a {0}\r\n\r\n"), ResponseReader::Event::kResponse);
}

TEST(ImapClientCommand, LiteralsAreCutWhereTheServerMustSpeak) {
  ClientCommand login("LOGIN");
  login.astring("bob").astring("pass word");
  EXPECT_EQ(encode_command("g1", login, LiteralMode::kSynchronizing),
            (std::vector<std::string>{"g1 LOGIN bob \"pass word\"\r\n"}));
  ClientCommand append("APPEND");
  FlagList flags;
  flags.system = system_flag::kSeen | system_flag::kDraft;
  flags.keywords = {"$x"};
  append.mailbox("보낸").flags(flags).literal("a\r\n");
  EXPECT_EQ(encode_command("g2", append, LiteralMode::kSynchronizing),
            (std::vector<std::string>{"g2 APPEND &vPSwuA- (\\Seen \\Draft $x) {3}\r\n", "a\r\n\r\n"}));
  EXPECT_EQ(encode_command("g2", append, LiteralMode::kMinus),
            (std::vector<std::string>{"g2 APPEND &vPSwuA- (\\Seen \\Draft $x) {3+}\r\na\r\n\r\n"}));
  ClientCommand odd("LOGIN");
  odd.astring("nil").astring("").astring("ö\r\n").astring("a\"b\\");
  EXPECT_EQ(encode_command("t", odd, LiteralMode::kPlus),
            (std::vector<std::string>{"t LOGIN \"nil\" \"\" {4+}\r\nö\r\n \"a\\\"b\\\\\"\r\n"}));
}

}  // namespace
}  // namespace glasspost::imap
