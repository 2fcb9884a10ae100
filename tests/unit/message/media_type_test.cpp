#include "engine/message/media_type.h"

#include <gtest/gtest.h>

#include "engine/message/charset.h"
#include "engine/message/fold.h"
#include "engine/message/header.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

std::string parameter(std::string_view value, std::string_view name) {
  const auto type = parse_media_type(value);
  const std::string* found = type ? type->parameters.find(name) : nullptr;
  return found == nullptr ? "(absent)" : *found;
}

TEST(MediaType, ReadsTypesAndParameters) {
  const auto type =
      parse_media_type(" Text/Plain (comment) ; Charset=\"us-ascii\" ; format=flowed (x)\r\n ; empty=\"\"");
  ASSERT_TRUE(type);
  EXPECT_TRUE(type->is("text", "plain"));
  EXPECT_EQ(type->parameters.list.size(), 3U);
  EXPECT_EQ(*type->parameters.find("charset"), "us-ascii");
  EXPECT_EQ(*type->parameters.find("format"), "flowed");
  EXPECT_EQ(*type->parameters.find("empty"), "");
  EXPECT_EQ(type->parameters.find("absent"), nullptr);
  EXPECT_FALSE(parse_media_type(""));
  EXPECT_FALSE(parse_media_type(" ;charset=x"));
  EXPECT_FALSE(parse_media_type("/plain"));
  EXPECT_EQ(parse_media_type("text")->subtype, "");
}

TEST(MediaType, ReadsContinuationsAndCharsets) {  // RFC 2231 3, 4, 4.1
  EXPECT_EQ(
      parameter("message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/x\"", "url"),
      "ftp://cs.utk.edu/x");
  const auto type = parse_media_type("a/b; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A");
  EXPECT_EQ(type->parameters.list.at(0), (Parameter{"title", "This is ***fun***", "en-us"}));
  EXPECT_EQ(parameter("a/b; title*0*=us-ascii'en'This%20is%20even%20more%20; "
                      "title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
                      "title"),
            "This is even more ***fun*** isn't it!");
  // Sections out of order, a character split between two, the plain form beside the better one, a name twice.
  EXPECT_EQ(parameter("a/b; x*1*=%8C; x*0*=utf-8''%ED%99", "x"), "홌");
  EXPECT_EQ(parameter("a/b; name=plain.txt; name*=utf-8''%ED%95%9C.txt", "name"), "한.txt");
  EXPECT_EQ(parameter("a/b; x=1; x=2", "x"), "1");
  EXPECT_EQ(parameter("a/b; name=\"=?utf-8?B?7ZWc?=.txt\"", "name"), "한.txt");
  EXPECT_EQ(parameter("a/b; name*=bad%ZZ'", "name"), "bad%ZZ'");
}

TEST(MediaType, ToleratesForgottenSemicolonsAndOddValues) {
  EXPECT_EQ(parameter("a/b; access-type=mail-server\r\n server=\"x@y\"", "server"), "x@y");
  EXPECT_EQ(parameter("a/b; name=two words", "name"), "two words");
  EXPECT_EQ(parameter("a/b; boundary=a:b/c=d", "boundary"), "a:b/c=d");
  EXPECT_EQ(parameter("a/b;;;= ; =x; name=\"open", "name"), "open");
}

TEST(MediaType, HostileMegabytesTakeLinearTime) {
  for (const char* piece :
       {";", ";a=b", ";x*0=a", ";a*", "(", "\"", "a=", " a", ";a*=b'c'd", ";n*9=\"\"", "\\"}) {
    std::string text = "a/b";
    while (text.size() < 1'000'000)
      text += piece;
    const auto type = parse_media_type(text);
    if (type) {
      EXPECT_LE(type->parameters.list.size(), kMaxParameters);
    }
  }
}

TEST(MediaType, WrittenParametersAreReadBack) {
  for (const std::string value :
       {"plain", "two words", "quo\"te\\", "", "한글 파일 이름.txt", "=?utf-8?Q?x?=", "tab\there",
        "아주 긴 한글 파일 이름이라서 여러 줄로 나누어야 하는 첨부 파일 이름입니다 (최종본 2).hwp"}) {
    const std::string field =
        fold_field("Content-Disposition", "attachment" + format_parameter("filename", value));
    EXPECT_TRUE(is_ascii(field));
    const auto read = parse_content_disposition(parse_header(field).fields.at(0).value());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, "attachment");
    const std::string* name = read->parameters.find("filename");
    ASSERT_NE(name, nullptr) << field;
    EXPECT_EQ(*name, value) << field;
    std::size_t begin = 0;
    for (std::size_t end = field.find("\r\n"); end != std::string::npos; end = field.find("\r\n", begin)) {
      EXPECT_LE(end - begin, kWantedLineLength) << field;
      begin = end + 2;
    }
  }
}

}  // namespace
}  // namespace glasspost::message
