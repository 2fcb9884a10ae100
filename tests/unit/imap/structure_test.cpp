#include <string>

#include <gtest/gtest.h>

#include "engine/message/header.h"
#include "engine/message/mime.h"
#include "engine/protocol/imap/body_structure.h"
#include "engine/protocol/imap/envelope.h"
#include "engine/protocol/imap/search_text.h"
#include "engine/protocol/imap/section.h"

namespace glasspost::imap {
namespace {

std::string envelope(const std::string& header) {
  std::string out;
  append_envelope(out, message::parse_header(header));
  return out;
}
std::string structure(const std::string& text, bool extended = true) {
  std::string out;
  append_body_structure(out, text, message::parse_mime(text), extended);
  return out;
}

TEST(FieldCase, A22_AGroupWithoutMembers) {
  EXPECT_EQ(
      envelope("To: undisclosed-recipients:;\r\n\r\n"),
      R"((NIL NIL NIL NIL NIL ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL))");
}

TEST(ImapEnvelope, AddressesInAllForms) {
  struct Case {
    const char* value;
    const char* wanted;
  };
  const Case cases[] = {
      {"bob@beta.example", R"((NIL NIL "bob" "beta.example"))"},
      {"Bob B. <bob@beta.example>", R"(("Bob B." NIL "bob" "beta.example"))"},
      {"\"B, \\\"o\" <bob@beta.example>", R"(("B, \"o" NIL "bob" "beta.example"))"},
      {"=?utf-8?q?B=C3=B6b?= <b@x>", R"(("=?utf-8?q?B=C3=B6b?=" NIL "b" "x"))"},
      {"bob@beta.example (Bob)", R"(("Bob" NIL "bob" "beta.example"))"},
      {"<@a.example,@b.example:bob@c.example>", R"((NIL "@a.example,@b.example" "bob" "c.example"))"},
      {"\"a b\"@x.example", R"((NIL NIL "a b" "x.example"))"},
      {"bob", R"((NIL NIL "bob" ""))"},
      {"<bob>", R"((NIL NIL "bob" ""))"},
      {"a . b @ x . y", R"((NIL NIL "a.b" "x.y"))"},
      {"bob@[192.0.2.1]", R"((NIL NIL "bob" "[192.0.2.1]"))"},
      {"G: a@x, B <b@y>; c@z",
       R"((NIL NIL "G" NIL)(NIL NIL "a" "x")("B" NIL "b" "y")(NIL NIL NIL NIL)(NIL NIL "c" "z"))"},
      {"G: a@x", R"((NIL NIL "G" NIL)(NIL NIL "a" "x")(NIL NIL NIL NIL))"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(envelope("To: " + std::string(c.value) + "\r\n\r\n"),
              "(NIL NIL NIL NIL NIL (" + std::string(c.wanted) + ") NIL NIL NIL NIL)")
        << c.value;
  }
}

TEST(ImapEnvelope, SenderAndReplyToDefaultToFrom) {
  EXPECT_EQ(
      envelope("From: a@x\r\nSubject: \\ \"q\"\r\nMessage-ID: <1@x>\r\n\r\n"),
      R"((NIL "\\ \"q\"" ((NIL NIL "a" "x")) ((NIL NIL "a" "x")) ((NIL NIL "a" "x")) NIL NIL NIL NIL "<1@x>"))");
}

TEST(ImapEnvelope, HostileFieldsEnd) {
  for (const std::string& value :
       {std::string(100'000, '('), std::string(100'000, '<'), std::string(100'000, '@'),
        std::string(100'000, ','), std::string(50'000, '"'), std::string("\\"), std::string("<@:@:@:"),
        std::string("a:b:c:;;;")}) {
    EXPECT_LE(parse_envelope_addresses(value).size(), 20'000u);
  }
  std::string many;
  for (int i = 0; i < 50'000; ++i)
    many += "a@b,";
  EXPECT_LE(parse_envelope_addresses(many).size(), 10'001u);
}

TEST(ImapBodyStructure, TextAndDefaults) {
  EXPECT_EQ(structure("Subject: x\r\n\r\none\r\ntwo\r\n"),
            R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 2 NIL NIL NIL NIL))");
  EXPECT_EQ(
      structure("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+",
                false),
      R"(("text" "html" ("charset" "utf-8") NIL NIL "base64" 4 0))");
}

TEST(ImapBodyStructure, AMultipartWithEverything) {
  const std::string text =
      "Content-Type: multipart/mixed; boundary=\"b b\"\r\nContent-Language: en, ko\r\n\r\n"
      "--b b\r\n\r\nhi\r\n"
      "--b b\r\nContent-Type: image/png; name*=utf-8''%ED%95%9C\r\nContent-ID: <i@x>\r\n"
      "Content-Description: a \"pic\"\r\nContent-Disposition: attachment; filename=\"a.png\"\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
      "--b b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody\r\n\r\n--b b--\r\n";
  EXPECT_EQ(
      structure(text),
      R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 2 0 NIL NIL NIL NIL))"
      R"(("image" "png" ("name*" "utf-8''%ED%95%9C") "<i@x>" "a \"pic\"" "base64" 4 NIL )"
      R"(("attachment" ("filename" "a.png")) NIL NIL))"
      R"(("message" "rfc822" NIL NIL NIL "7bit" 21 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) )"
      R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL) )"
      R"("mixed" ("boundary" "b b") NIL ("en" "ko") NIL))");
}

TEST(FieldCase, A23_EveryStructureObeysTheGrammar) {
  EXPECT_EQ(
      structure("Content-Type: multipart/mixed\r\n\r\n"),
      R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL) "mixed" NIL NIL NIL NIL))");
  EXPECT_EQ(structure("Content-Type: text/plain; a=; b; charset=\"\"\r\nContent-Description: \"\r\n\r\n"),
            R"(("text" "plain" ("a" "" "charset" "") NIL "\"" "7bit" 0 0 NIL NIL NIL NIL))");
  EXPECT_EQ(structure("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA", false),
            R"(("message" "rfc822" NIL NIL NIL "base64" 4 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) )"
            R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0) 0))");
}

std::string section(const std::string& text, std::vector<std::uint32_t> part, Section::Text kind,
                    std::vector<std::string> fields = {}) {
  return section_text(text, message::parse_mime(text), {std::move(part), kind, std::move(fields)})
      .value_or("NIL");
}

TEST(ImapSection, PartsOfANestedMessage) {
  using Text = Section::Text;
  const std::string text =
      "Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n"
      "--b\r\nX: 1\r\n\r\none\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nTo: a@x\r\n\r\ninner body\r\n"
      "--b\r\nContent-Type: multipart/alternative; "
      "boundary=c\r\n\r\n--c\r\n\r\nplain\r\n--c\r\n\r\nrich\r\n--c--\r\n"
      "--b--\r\n";
  EXPECT_EQ(section(text, {}, Text::kWhole), text);
  EXPECT_EQ(section(text, {1}, Text::kWhole), "one");
  EXPECT_EQ(section(text, {1}, Text::kMime), "X: 1\r\n\r\n");
  EXPECT_EQ(section(text, {1}, Text::kHeader), "NIL");
  EXPECT_EQ(section(text, {2}, Text::kHeader), "Subject: inner\r\nTo: a@x\r\n\r\n");
  EXPECT_EQ(section(text, {2}, Text::kText), "inner body");
  EXPECT_EQ(section(text, {2, 1}, Text::kWhole), "inner body");
  EXPECT_EQ(section(text, {2}, Text::kHeaderFields, {"to"}), "To: a@x\r\n\r\n");
  EXPECT_EQ(section(text, {2}, Text::kHeaderFieldsNot, {"to"}), "Subject: inner\r\n\r\n");
  EXPECT_EQ(section(text, {3, 2}, Text::kWhole), "rich");
  EXPECT_EQ(section(text, {4}, Text::kWhole), "NIL");
  EXPECT_EQ(section(text, {1, 1}, Text::kWhole), "NIL");
  EXPECT_EQ(section(text, {}, Text::kHeaderFields, {"none"}), "\r\n");
  EXPECT_EQ(section("A: b\r\n\r\nx", {1}, Text::kWhole), "x");
  EXPECT_EQ(section("A: b\r\n\r\nx", {}, Text::kText), "x");
}

TEST(ImapSection, Partials) {
  EXPECT_EQ(part_of("body22", {3, 3}), "y22");
  EXPECT_EQ(part_of("body", {3, 300}), "y");
  EXPECT_EQ(part_of("body", {4, 1}), "");
  EXPECT_EQ(part_of("body", {4294967295u, 4294967295u}), "");
}

TEST(ImapSearchText, DecodesWhatItLooksAt) {
  const std::string text =
      "Subject: =?utf-8?b?7ZWc6riA?= Mail\r\nDate: Sat, 24 Mar 2007 23:00:00 +0200\r\nContent-Type: "
      "text/plain; "
      "charset=euc-kr\r\nContent-Transfer-Encoding: base64\r\n\r\nx9Gx2yBIZWxsbw==\r\n";
  const message::Header header = message::parse_header(text);
  EXPECT_TRUE(header_holds(header, "subject", fold_case("한글 mail")));
  EXPECT_TRUE(header_holds(header, "subject", ""));
  EXPECT_FALSE(header_holds(header, "cc", ""));
  EXPECT_TRUE(body_holds(text, message::parse_mime(text), fold_case("한글 HELLO")));
  EXPECT_FALSE(body_holds(text, message::parse_mime(text), "x9gx"));
  EXPECT_EQ(sent_day(header), 13596);
}

}  // namespace
}  // namespace glasspost::imap
