#include "engine/protocol/imap/command.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glasspost::imap {
namespace {

using testing::ElementsAre;

ParsedCommand parse(std::string_view stream) {
  CommandReader reader{{}};
  std::string bytes(stream);
  bytes += "\r\n";
  std::string_view input = bytes;
  while (const auto event = reader.next(input)) {
    if (*event == CommandReader::Event::kCommand) return parse_command(reader.take());
  }
  ADD_FAILURE() << "no command in " << stream;
  return {};
}

template <class T>
T arguments(std::string_view line) {
  ParsedCommand parsed = parse(line);
  EXPECT_FALSE(parsed.error.has_value()) << line << ": " << to_string(*parsed.error);
  const T* out = std::get_if<T>(&parsed.command.arguments);
  EXPECT_NE(out, nullptr) << line;
  return out == nullptr ? T() : *out;
}

std::size_t fault_at(std::string_view line) {
  const ParsedCommand parsed = parse(line);
  EXPECT_TRUE(parsed.error.has_value()) << line;
  return parsed.error ? parsed.error->offset.value_or(999) : 998;
}

TEST(ImapCommand, TagAndVerbInAnyCase) {
  const ParsedCommand parsed = parse("1 nOoP");
  EXPECT_FALSE(parsed.error.has_value());
  EXPECT_EQ(parsed.command.tag, "1");
  EXPECT_EQ(parsed.command.verb, Verb::kNoop);
  EXPECT_EQ(parse("A.b-7 uid fetch 1 flags").command.verb, Verb::kFetch);
  EXPECT_TRUE(parse("A.b-7 uid fetch 1 flags").command.uid);
}

TEST(ImapCommand, EveryVerbHasItsName) {
  for (std::size_t i = 1; i < kVerbCount; ++i) {
    const auto verb = static_cast<Verb>(i);
    EXPECT_EQ(parse("t " + std::string(to_string(verb))).command.verb, verb) << to_string(verb);
  }
}

TEST(ImapCommand, FaultsSayWhere) {
  EXPECT_EQ(fault_at("+ NOOP"), 0u);
  EXPECT_EQ(fault_at("a"), 1u);
  EXPECT_EQ(fault_at("a FLY"), 2u);
  EXPECT_EQ(fault_at("a UID NOOP"), 2u);
  EXPECT_EQ(fault_at("a NOOP now"), 7u);
  EXPECT_EQ(fault_at("a LOGIN bob"), 11u);
  EXPECT_EQ(fault_at("a LOGIN \"bob"), 8u);
  EXPECT_EQ(fault_at("a FETCH 0 FLAGS"), 8u);
  EXPECT_EQ(fault_at("a FETCH 1 (FLAGS FLOGS)"), 17u);
  EXPECT_EQ(fault_at("a SEARCH FROM"), 13u);
  EXPECT_EQ(fault_at("a STORE 1 FLAGS \\Recent"), 16u);
  EXPECT_EQ(parse("tag FLY").command.tag, "tag");
}

TEST(ImapCommand, LoginTakesAtomsStringsAndLiterals) {
  for (const char* line :
       {"a LOGIN bob secret]", "a LOGIN \"bob\" \"secret]\"", "a login {3}\r\nbob {7+}\r\nsecret]"}) {
    const auto login = arguments<LoginArguments>(line);
    EXPECT_EQ(login.user, "bob");
    EXPECT_EQ(login.password, "secret]");
  }
  EXPECT_EQ(arguments<LoginArguments>(R"(a LOGIN b "a\"b\\c")").password, R"(a"b\c)");
  EXPECT_EQ(arguments<LoginArguments>("a LOGIN b \"\xed\x95\x9c\"").password, "\xed\x95\x9c");
  EXPECT_EQ(fault_at(R"(a LOGIN b "a\b")"), 12u);
  EXPECT_EQ(fault_at(std::string_view("a LOGIN b {1+}\r\n\0", 17)), 10u);
}

TEST(ImapCommand, Authenticate) {
  EXPECT_EQ(arguments<AuthenticateArguments>("a authenticate plain").mechanism, "PLAIN");
  EXPECT_EQ(arguments<AuthenticateArguments>("a AUTHENTICATE PLAIN =").initial_response, "=");
}

TEST(ImapCommand, IdAndEnable) {
  EXPECT_EQ(arguments<IdArguments>(R"(a ID ("name" "iPhone Mail" "version" NIL))").fields.size(), 2u);
  EXPECT_TRUE(arguments<IdArguments>("a ID NIL").fields.empty());
  EXPECT_THAT(arguments<EnableArguments>("a ENABLE UTF8=ACCEPT condstore").capabilities,
              ElementsAre("UTF8=ACCEPT", "CONDSTORE"));
}

TEST(ImapCommand, ListInAllItsForms) {
  auto list = arguments<ListArguments>("a LIST \"\" *");
  EXPECT_THAT(list.patterns, ElementsAre("*"));
  EXPECT_FALSE(list.extended);
  list = arguments<ListArguments>(R"(a list (subscribed) "" "*" return (special-use))");
  EXPECT_TRUE(list.extended && list.select_subscribed && list.return_special_use);
  list = arguments<ListArguments>(R"(a LIST "" (INBOX Sent/%) RETURN (CHILDREN STATUS (MESSAGES SIZE)))");
  EXPECT_THAT(list.patterns, ElementsAre("INBOX", "Sent/%"));
  EXPECT_THAT(list.return_status, ElementsAre(StatusItem::kMessages, StatusItem::kSize));
  EXPECT_TRUE(parse(R"(a LIST (RECURSIVEMATCH) "" *)").error.has_value());
  EXPECT_TRUE(parse(R"(a LIST (NEAR) "" *)").error.has_value());
}

TEST(ImapCommand, SelectCreateStatus) {
  EXPECT_TRUE(arguments<MailboxArguments>("a SELECT INBOX (CONDSTORE)").condstore);
  EXPECT_EQ(arguments<MailboxArguments>(R"(a CREATE Gone (USE (\Trash)))").special_use, "\\Trash");
  EXPECT_THAT(arguments<StatusArguments>("a STATUS \"a b\" (UIDNEXT RECENT)").items,
              ElementsAre(StatusItem::kUidNext, StatusItem::kRecent));
}

TEST(ImapCommand, Append) {
  const auto append = arguments<AppendArguments>(
      "a APPEND Sent (\\Seen $Later) \" 2-Mar-2026 18:00:00 +0900\" {5+}\r\nhello");
  EXPECT_EQ(append.flags.system, system_flag::kSeen);
  EXPECT_THAT(append.flags.keywords, ElementsAre("$Later"));
  EXPECT_EQ(append.internal_date, Instant{1'772'442'000'000'000'000});
  EXPECT_EQ(append.message, "hello");
  EXPECT_TRUE(parse("a APPEND Sent \"30-Feb-2026 00:00:00 +0000\" {1+}\r\nx").error.has_value());
  EXPECT_TRUE(parse("a APPEND Sent hello").error.has_value());
}

TEST(ImapCommand, FetchAttributes) {
  const auto fetch = arguments<FetchArguments>(
      "a UID FETCH 1:* (FLAGS UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (From To)] BODY[1.2.MIME] BODY[]<5.10> "
      "body "
      "bodystructure rfc822.header modseq) (CHANGEDSINCE 12)");
  ASSERT_EQ(fetch.attributes.size(), 10u);
  std::vector<std::string> names;
  for (const FetchAttribute& attribute : fetch.attributes) {
    if (attribute.item == FetchItem::kSection) names.push_back(response_name(attribute));
  }
  EXPECT_THAT(names,
              ElementsAre("BODY[HEADER.FIELDS (From To)]", "BODY[1.2.MIME]", "BODY[]<5>", "RFC822.HEADER"));
  EXPECT_TRUE(fetch.attributes[3].peek);
  EXPECT_FALSE(fetch.attributes[4].peek);
  EXPECT_TRUE(fetch.attributes[8].peek);
  EXPECT_EQ(fetch.changed_since, 12u);
  EXPECT_EQ(arguments<FetchArguments>("a FETCH 1 full").attributes.size(), 5u);
}

TEST(ImapCommand, HostileSections) {
  for (const char* section :
       {"BODY[MIME]", "BODY[0]", "BODY[1.]", "BODY[HEADER.FIELDS ()]", "BODY[]<0.0>", "BODY[]<1>", "BODY[",
        "BODY[1.2.HEADER.FIELDS", "BODY[4294967296]", "BODY[HEADER]x", "RFC822.BODY"}) {
    EXPECT_TRUE(parse("a FETCH 1 " + std::string(section)).error.has_value()) << section;
  }
  std::string deep = "a FETCH 1 BODY[1";
  for (int i = 0; i < 10'000; ++i)
    deep += ".1";
  EXPECT_TRUE(parse(deep + "]").error.has_value());
}

TEST(ImapCommand, Store) {
  const auto store =
      arguments<StoreArguments>(R"(a STORE 2,4:7 (UNCHANGEDSINCE 3) +flags.silent (\Deleted x))");
  EXPECT_EQ(store.operation, StoreOperation::kAdd);
  EXPECT_TRUE(store.silent);
  EXPECT_EQ(store.unchanged_since, 3u);
  EXPECT_EQ(store.flags.system, system_flag::kDeleted);
  EXPECT_EQ(arguments<StoreArguments>(R"(a STORE 1 -FLAGS \Seen \Draft)").flags.system,
            system_flag::kSeen | system_flag::kDraft);
  EXPECT_TRUE(arguments<StoreArguments>("a STORE 1 FLAGS ()").flags.keywords.empty());
}

TEST(ImapCommand, SearchKeys) {
  const auto search = arguments<SearchArguments>(
      "a SEARCH RETURN (MIN COUNT) CHARSET utf-8 OR (FROM bob 1:3) NOT UNSEEN SINCE 1-Feb-1994 HEADER X-y "
      "\"\" "
      "MODSEQ \"/flags/\\\\seen\" all 7");
  EXPECT_TRUE(search.extended && search.return_min && search.return_count && !search.return_all);
  EXPECT_EQ(search.charset, "UTF-8");
  ASSERT_EQ(search.key.children.size(), 4u);
  EXPECT_EQ(search.key.children[0].kind, SearchKind::kOr);
  EXPECT_EQ(search.key.children[0].children[1].kind, SearchKind::kNot);
  EXPECT_EQ(search.key.children[1].day, 8797);
  EXPECT_TRUE(search.uses_mod_sequence);
  EXPECT_TRUE(arguments<SearchArguments>("a SEARCH RETURN () ALL").return_all);
}

TEST(ImapCommand, SearchIsBounded) {
  EXPECT_TRUE(
      parse("a SEARCH " + std::string(10'000, '(') + "ALL" + std::string(10'000, ')')).error.has_value());
  std::string deep = "a SEARCH ";
  for (int i = 0; i < 10'000; ++i)
    deep += "NOT ";
  EXPECT_TRUE(parse(deep + "ALL").error.has_value());
  std::string wide = "a SEARCH ALL";
  for (int i = 0; i < 2'000; ++i)
    wide += " ALL";
  EXPECT_TRUE(parse(wide).error.has_value());
}

TEST(ImapCommand, EveryCutOfALineIsAFaultOrACommand) {
  const std::string lines[] = {
      R"(a LIST (subscribed) "" ("*" %) return (special-use status (messages)))",
      "a FETCH 1:* (FLAGS BODY.PEEK[1.HEADER.FIELDS (From To)]<0.10>) (CHANGEDSINCE 1)",
      R"(a STORE 1 (UNCHANGEDSINCE 3) +FLAGS (\Seen))",
      "a SEARCH RETURN (MIN) CHARSET UTF-8 OR NOT SEEN (ON 1-Jan-2020 UID 3:*)",
      R"(a ID ("a" NIL))",
  };
  for (const std::string& line : lines) {
    EXPECT_FALSE(parse(line).error.has_value()) << line;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const ParsedCommand parsed = parse(line.substr(0, i));
      EXPECT_LE(parsed.error ? parsed.error->offset.value_or(0) : 0, i) << line.substr(0, i);
    }
  }
}

}  // namespace
}  // namespace glasspost::imap
