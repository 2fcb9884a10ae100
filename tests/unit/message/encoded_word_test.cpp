#include "engine/message/encoded_word.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/fold.h"
#include "engine/message/header.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

std::size_t longest_line(std::string_view text) {
  std::size_t longest = 0;
  for (std::string_view line : split(text, '\n')) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    longest = std::max(longest, line.size());
  }
  return longest;
}

TEST(EncodedWord, DecodesTheExamplesOfTheStandard) {  // RFC 2047 8
  EXPECT_EQ(decode_unstructured("=?ISO-8859-1?Q?a?="), "a");
  EXPECT_EQ(decode_unstructured("=?ISO-8859-1?Q?a?= b"), "a b");
  EXPECT_EQ(decode_unstructured("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?="), "ab");
  EXPECT_EQ(decode_unstructured("=?ISO-8859-1?Q?a?=  \r\n  =?ISO-8859-1?Q?b?="), "ab");
  EXPECT_EQ(decode_unstructured("=?ISO-8859-1?Q?a_b?="), "a b");
  EXPECT_EQ(decode_unstructured("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?="), "a b");
}

TEST(FieldCase, A18_ACharacterSplitOverTwoWordsIsJoinedAndNeverWritten) {
  EXPECT_EQ(decode_unstructured("=?UTF-8?Q?=C4?=\r\n =?UTF-8?Q?=97x?="), "\xC4\x97x");
  EXPECT_EQ(decode_unstructured("=?UTF-8?B?7ZU=?= =?utf-8?B?nA==?="), "한");
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += i % 7 == 0 ? "ė" : i % 3 == 0 ? "한" : "😀";
    const std::string encoded = encode_unstructured(text, 7);
    for (const std::string_view word : split(encoded, ' ')) {
      EXPECT_LE(word.size(), kMaxEncodedWordLength);
      EXPECT_EQ(decode_encoded_words(word).find("\xEF\xBF\xBD"), std::string::npos) << word;
    }
    EXPECT_EQ(decode_unstructured(encoded), text);
  }
}

TEST(FieldCase, A19_Iso2022JpWordsAreDecodedOneByOneAndJoinedAsBytes) {
  EXPECT_EQ(decode_unstructured("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?= =?ISO-2022-JP?B?GyRCOGwbKEI=?="),
            "日本語");
  // A shift that is left open in one word and goes on in the next.
  EXPECT_EQ(decode_unstructured("=?ISO-2022-JP?B?GyRCRnw=?= =?ISO-2022-JP?B?S1wbKEI=?="), "日本");
}

TEST(FieldCase, A20_KoreanCharsetNamesMeanCp949) {
  for (const char* name :
       {"ks_c_5601-1987", "KS_C_5601-1989", "euc-kr", "EUC-KR", "ksc5601", "cp949", "ks_c_5601-1987*ko"}) {
    const DecodedText text = decode_charset("\x94\xEE", name);
    EXPECT_EQ(text.text, "뷁") << name;
    EXPECT_TRUE(text.charset_known);
    EXPECT_FALSE(text.damaged);
  }
  EXPECT_EQ(decode_unstructured("=?ks_c_5601-1987?B?lO4=?= =?euc-kr?Q?=C7=D1=B1=DB?="), "뷁한글");
}

TEST(EncodedWord, ToleratesCommonBreakage) {
  EXPECT_EQ(decode_unstructured("[공지] =?utf-8?Q?a?="), "[공지] a");
  EXPECT_EQ(decode_unstructured("pre=?utf-8?Q?a?=post"), "preapost");
  EXPECT_EQ(decode_unstructured("=?utf-8?q?with raw spaces?="), "with raw spaces");
  EXPECT_EQ(decode_unstructured("=?utf-8?B?7ZWc\r\n 6riA?="), "한글");
  EXPECT_EQ(decode_unstructured("=?utf-8?Q?a=ZZb=4?="), "a=ZZb=4");
  EXPECT_EQ(decode_unstructured("=?utf-8?X?abc?="), "=?utf-8?X?abc?=");
  EXPECT_EQ(decode_unstructured("=?utf-8?Q?open"), "=?utf-8?Q?open");
  EXPECT_EQ(decode_unstructured("=?utf-8?Q?open =?utf-8?Q?b?="), "=?utf-8?Q?open b");
  EXPECT_EQ(decode_unstructured("=?x-no-such?Q?=C3=A4?="), "ä");
  EXPECT_EQ(decode_unstructured("=?utf-8?Q?=FF?="), "\xEF\xBF\xBD");
  EXPECT_EQ(decode_unstructured("\xFF raw"), "\xEF\xBF\xBD raw");
}

TEST(EncodedWord, NoLineEndComesOutOfAWord) {
  EXPECT_EQ(decode_unstructured("=?utf-8?Q?a=0D=0ABcc:_x=00?="), "a  Bcc: x ");
  EXPECT_EQ(decode_unstructured("=?utf-8?B?YQ0KYg==?="), "a  b");
  EXPECT_EQ(encode_unstructured("a\r\nBcc: x", 7), "a  Bcc: x");
}

TEST(EncodedWord, AsciiStaysReadable) {
  EXPECT_EQ(encode_unstructured("Hello, world", 7), "Hello, world");
  EXPECT_EQ(encode_unstructured("", 7), "");
  EXPECT_EQ(encode_unstructured("Re: 안녕 hello", 7), "Re: =?UTF-8?B?7JWI64WV?= hello");
  EXPECT_EQ(encode_unstructured("naïve idea", 7), "=?UTF-8?Q?na=C3=AFve?= idea");
  EXPECT_NE(encode_unstructured("=?utf-8?Q?a?=", 7), "=?utf-8?Q?a?=");
  EXPECT_EQ(decode_unstructured(encode_unstructured("=?utf-8?Q?a?=", 7)), "=?utf-8?Q?a?=");
}

TEST(EncodedWord, AnySubjectComesBackAndLinesStayShort) {
  RandomStream random(1, "", "subjects");
  const std::vector<std::string> pieces = {
      "a", "한", "글", "ė", "😀", " ", "Re:", "word", "=?", "?=", ",", "\"", "=", "_"};
  for (int round = 0; round < 2000; ++round) {
    std::string text = "s";
    for (std::uint64_t i = random.below(60); i > 0; --i) {
      const std::string& piece = pieces[random.below(pieces.size())];
      if (piece == " " && text.back() == ' ') continue;
      text += piece;
    }
    text += "e";
    const std::string field = fold_field("Subject", encode_unstructured(text, 7));
    EXPECT_TRUE(is_ascii(field));
    if (field.find("=?UTF-8") != std::string::npos) {
      EXPECT_LE(longest_line(field), kMaxEncodedLineLength) << field;
    }
    const Header header = parse_header(field);
    ASSERT_EQ(header.fields.size(), 1U);
    EXPECT_EQ(decode_unstructured(header.fields[0].value()), text) << field;
  }
}

TEST(EncodedWord, AVeryLongWordIsEncodedSoThatItCanBeFolded) {
  const std::string text(5000, 'x');
  const std::string field = fold_field("Subject", encode_unstructured(text, 7));
  EXPECT_LE(longest_line(field), kMaxEncodedLineLength);
  EXPECT_EQ(decode_unstructured(parse_header(field).fields[0].value()), text);
}

TEST(EncodedWord, AVeryLongGapIsEncodedToo) {
  const std::string text = "a" + std::string(3000, ' ') + "b";
  const std::string field = fold_field("Subject", encode_unstructured(text, 7));
  EXPECT_LE(longest_line(field), kMaxEncodedLineLength);
  EXPECT_EQ(decode_unstructured(parse_header(field).fields[0].value()), text);
}

TEST(EncodedWord, HostileMegabytesTakeLinearTime) {
  for (const char* piece :
       {"=?", "=?a?q?", "=?a?q?x", "=?utf-8?B?YQ==?=", "=?utf-8?Q?a?= ", "?=", "=?a?b?=?", "\r\n ", "\xFF"}) {
    std::string text;
    while (text.size() < 1'000'000)
      text += piece;
    EXPECT_TRUE(is_utf8(decode_unstructured(text)));
  }
}

TEST(Charset, KnowsTheCommonOnesAndNeverGivesBadUtf8) {
  EXPECT_EQ(decode_charset("\xB9\xA4", "Shift_JIS").text.empty(), false);
  EXPECT_EQ(decode_charset("\xE9", "iso-8859-1").text, "é");
  EXPECT_EQ(decode_charset("\x93x\x94", "iso-8859-1").text, "“x”");
  EXPECT_EQ(decode_charset("\xC1\xCF", "koi8-r").text, "ао");
  EXPECT_EQ(decode_charset("\xE9", "us-ascii").text, "é");
  EXPECT_TRUE(decode_charset("\xE9", "us-ascii").damaged);
  EXPECT_FALSE(decode_charset("abc", "x-unheard-of").charset_known);
  EXPECT_EQ(decode_charset("abc", "x-unheard-of").text, "abc");
  EXPECT_FALSE(is_known_charset("ISO-2022-CN-EXT"));
  RandomStream random(2, "", "bytes");
  for (const char* name : {"utf-8", "cp949", "iso-2022-jp", "iso-2022-kr", "utf-7", "utf-16", "gb18030",
                           "big5", "euc-jp", "hz-gb-2312", "windows-1252", "johab", "shift_jis", "", "?"}) {
    for (int round = 0; round < 200; ++round) {
      std::string bytes(random.below(64), '\0');
      for (char& c : bytes)
        c = static_cast<char>(random.below(3) == 0 ? random.below(128) : random.below(256));
      EXPECT_TRUE(is_utf8(decode_charset(bytes, name).text)) << name;
    }
  }
}

TEST(Fold, FoldsAtWhiteSpaceOnly) {
  EXPECT_EQ(fold_field("X", "short"), "X: short\r\n");
  EXPECT_EQ(fold_field("X", ""), "X:\r\n");
  std::string words;
  for (int i = 0; i < 200; ++i)
    words += "word" + std::to_string(i) + " ";
  const std::string field = fold_field("Subject", words);
  EXPECT_LE(longest_line(field), kWantedLineLength);
  EXPECT_EQ(parse_header(field).fields[0].unfolded(), std::string(trim_wsp(words)));
  EXPECT_EQ(fold_field("X", "a\r\nEvil: b\0c"), "X: a  Evil: b\r\n");
  EXPECT_EQ(fold_field("X", std::string_view("a\0b", 3)), "X: a b\r\n");
  const std::string atom(900, 'a');
  EXPECT_EQ(fold_field("X", "one " + atom + " two"), "X: one\r\n " + atom + "\r\n two\r\n");
}

}  // namespace
}  // namespace glasspost::message
