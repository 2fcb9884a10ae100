#include "engine/message/transfer_encoding.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/limits.h"
#include "engine/message/line_ends.h"

namespace glasspost::message {
namespace {

template <class Coder, void (Coder::*step)(std::string_view, std::string&)>
void expect_same_at_every_split(const std::string& input) {
  std::string whole;
  Coder all;
  (all.*step)(input, whole);
  all.finish(whole);
  for (std::size_t size = 1; size < input.size(); ++size) {
    std::string out;
    Coder coder;
    for (std::size_t i = 0; i < input.size(); i += size)
      (coder.*step)(std::string_view(input).substr(i, size), out);
    coder.finish(out);
    ASSERT_EQ(out, whole) << "chunks of " << size << " of " << escaped(input);
  }
}

TEST(Base64, VectorsOfTheStandard) {  // RFC 4648 10
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(Base64, DecodesBrokenText) {
  EXPECT_EQ(decode_base64("Zm 9v\r\nYg"), "foob");
  EXPECT_EQ(decode_base64("Zg==Zg=="), "ff");
  EXPECT_EQ(decode_base64("Zm8=Zm9v"), "fofoo");
  EXPECT_EQ(decode_base64("!Zm9v!"), "foo");
  EXPECT_EQ(decode_base64("===="), "");
  EXPECT_EQ(decode_base64("Z"), "");
  Base64Decoder good;
  std::string out;
  good.decode("Zm9vYg==\r\n", out);
  good.finish(out);
  EXPECT_TRUE(good.clean());
  for (const char* bad : {"Zm9v!", "Z", "Zg==Zg==", "=", "Zm9vYg"}) {
    Base64Decoder decoder;
    decoder.decode(bad, out);
    decoder.finish(out);
    EXPECT_FALSE(decoder.clean()) << bad;
  }
}

TEST(QuotedPrintable, Decodes) {
  EXPECT_EQ(decode_quoted_printable("a=3Db=\r\nc =\n d  \r\ne\t"), "a=bc  d\r\ne");
  EXPECT_EQ(decode_quoted_printable("=e4=E4"), "\xE4\xE4");
  EXPECT_EQ(decode_quoted_printable("a=  \r\nb"), "ab");
  EXPECT_EQ(decode_quoted_printable("a=XYb=4=3D"), "a=XYb=4=");
  EXPECT_EQ(decode_quoted_printable("trailing="), "trailing");
  EXPECT_EQ(decode_quoted_printable("a = b"), "a = b");
}

TEST(QuotedPrintable, EncodesWithinItsLines) {
  EXPECT_EQ(encode_quoted_printable("a=b\r\n"), "a=3Db\r\n");
  EXPECT_EQ(encode_quoted_printable("end \r\n\t\r\nlast "), "end=20\r\n=09\r\nlast=20");
  EXPECT_EQ(encode_quoted_printable("From x\r\n.\r\n"), "=46rom x\r\n=2E\r\n");
  EXPECT_EQ(encode_quoted_printable("a\nb\rc"), "a=0Ab=0Dc");
  const std::string long_line(77, 'x');
  EXPECT_EQ(encode_quoted_printable(long_line), std::string(75, 'x') + "=\r\nxx");
  EXPECT_EQ(encode_quoted_printable(std::string(76, 'x')), std::string(76, 'x'));
}

TEST(TransferEncoding, AnyBytesComeBackAndAnySplitIsTheSame) {
  RandomStream random(4, "", "transfer");
  const std::string alphabet = "=\r\n \tA4zZ+/.F\xED\x95";
  for (int round = 0; round < 1500; ++round) {
    std::string bytes;
    for (std::uint64_t i = random.below(200); i > 0; --i)
      bytes += random.below(4) == 0 ? static_cast<char>(random.below(256))
                                    : alphabet[random.below(alphabet.size())];
    EXPECT_EQ(decode_quoted_printable(encode_quoted_printable(bytes)), bytes);
    EXPECT_EQ(decode_base64(encode_base64_lines(bytes)), bytes);
    for (const std::string& encoded : {encode_quoted_printable(bytes), encode_base64_lines(bytes)}) {
      EXPECT_TRUE(is_ascii(encoded));
      for (std::string_view line : split(encoded, '\n'))
        EXPECT_LE(line.size(), kMaxEncodedBodyLine + 1);
    }
    if (round % 10 != 0) continue;
    expect_same_at_every_split<QuotedPrintableDecoder, &QuotedPrintableDecoder::decode>(bytes);
    expect_same_at_every_split<Base64Decoder, &Base64Decoder::decode>(bytes);
    expect_same_at_every_split<Base64Encoder, &Base64Encoder::encode>(bytes);
  }
}

TEST(TransferEncoding, TheChoiceFollowsTheText) {
  EXPECT_EQ(choose_transfer_encoding("Hello\r\n", false), TransferEncoding::k7bit);
  EXPECT_EQ(choose_transfer_encoding(std::string(998, 'x') + "\r\n", false), TransferEncoding::k7bit);
  EXPECT_EQ(choose_transfer_encoding(std::string(999, 'x') + "\r\n", false),
            TransferEncoding::kQuotedPrintable);
  EXPECT_EQ(choose_transfer_encoding("안녕하세요\r\n", false), TransferEncoding::kBase64);
  EXPECT_EQ(choose_transfer_encoding("안녕하세요\r\n", true), TransferEncoding::k8bit);
  EXPECT_EQ(choose_transfer_encoding("mostly ASCII, but naïve\r\n", false),
            TransferEncoding::kQuotedPrintable);
  EXPECT_EQ(choose_transfer_encoding(std::string_view("a\0bcdef", 7), true),
            TransferEncoding::kQuotedPrintable);
}

TEST(TransferEncoding, NamesAreReadKindly) {
  EXPECT_EQ(parse_transfer_encoding(" Base64 (as always)\r\n "), TransferEncoding::kBase64);
  EXPECT_EQ(parse_transfer_encoding("QUOTED-PRINTABLE"), TransferEncoding::kQuotedPrintable);
  EXPECT_EQ(parse_transfer_encoding(""), TransferEncoding::k7bit);
  EXPECT_EQ(parse_transfer_encoding("x-uuencode"), TransferEncoding::kUnknown);
}

}  // namespace
}  // namespace glasspost::message
