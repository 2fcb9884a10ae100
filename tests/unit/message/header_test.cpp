#include "engine/message/header.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/message/limits.h"
#include "engine/message/line_ends.h"
#include "engine/message/message_id.h"

namespace glasspost::message {
namespace {

std::string reassembled(const std::string& message) {
  const Header header = parse_header(message);
  std::string out;
  for (const HeaderField& field : header.fields) {
    EXPECT_EQ(field.offset, out.size());
    out += field.raw;
  }
  EXPECT_EQ(header.end, out.size());
  EXPECT_LE(header.end, header.body_offset);
  EXPECT_LE(header.body_offset - header.end, 2U);
  return out + message.substr(header.end);
}

TEST(Header, ReadsFieldsFoldsAndBody) {
  const std::string message =
      "From: a@b\r\nSubject: one\r\n two\r\n\tthree\r\nX : y\r\nsubject:second\r\n\r\nbody\r\n\r\nmore";
  const Message parsed(message);
  const Header& header = parsed.header();
  ASSERT_EQ(header.fields.size(), 4U);
  EXPECT_EQ(header.fields[1].raw, "Subject: one\r\n two\r\n\tthree\r\n");
  EXPECT_EQ(header.fields[1].value(), " one\r\n two\r\n\tthree");
  EXPECT_EQ(header.fields[1].unfolded(), "one two\tthree");
  EXPECT_EQ(header.fields[2].name, "X");
  EXPECT_EQ(header.value("SUBJECT"), "one two\tthree");
  EXPECT_EQ(header.count("subject"), 2U);
  EXPECT_EQ(header.all("subject")[1]->unfolded(), "second");
  EXPECT_EQ(header.find("absent"), nullptr);
  EXPECT_EQ(parsed.body(), "body\r\n\r\nmore");
}

TEST(Header, AnyInputIsTheSameBytesAgain) {
  for (const char* text : {"", "\r\n", "\n", "\r", "x", "x\r\n", "no colon\r\n\r\nb", ": empty\r\n",
                           " begins with a space\r\nA: b\r\n", "A:b", "A:\r\n b\r\n \r\n\r\n", "A: b\n\nbody",
                           "A: b\r\n\n", "A\xFF: b\r\n\r\n", "From x Mon\r\nA: b\r\n\r\n"}) {
    EXPECT_EQ(reassembled(text), text);
  }
  RandomStream random(3, "", "headers");
  const std::string alphabet = "A:\r\n \tb\0";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::uint64_t i = random.below(24); i > 0; --i)
      text += alphabet[random.below(alphabet.size())];
    ASSERT_EQ(reassembled(text), text);
  }
}

TEST(Header, MalformedLinesKeepTheirPlace) {
  const Header header = parse_header("A: b\r\nnot a field\r\nC: d\r\n\r\n");
  ASSERT_EQ(header.fields.size(), 3U);
  EXPECT_TRUE(header.fields[1].malformed());
  EXPECT_EQ(header.fields[1].raw, "not a field\r\n");
  EXPECT_EQ(header.value("C"), "d");
}

TEST(Header, AlterationsSayExactlyWhatChanged) {
  const std::string text = "A: 1\r\nB: 2\r\nA: 3\r\n\r\nbody";
  Message message(text);
  std::string replayed = text;
  const auto change = [&](const Alteration& alteration) {
    message.apply(alteration);
    apply(alteration, replayed);
    EXPECT_EQ(message.bytes(), replayed);
    EXPECT_EQ(message.body(), "body");
  };
  change(prepend_field(message.header(), "Received: x\r\n"));
  EXPECT_EQ(message.bytes(), "Received: x\r\nA: 1\r\nB: 2\r\nA: 3\r\n\r\nbody");
  change(append_field(message.header(), "Z: end\r\n"));
  change(insert_field(message.header(), 2, "M: middle\r\n"));
  EXPECT_EQ(message.bytes(), "Received: x\r\nA: 1\r\nM: middle\r\nB: 2\r\nA: 3\r\nZ: end\r\n\r\nbody");
  change(replace_field(message.header(), 3, "B: two\r\n"));
  for (const Alteration& alteration : remove_fields(message.header(), "a"))
    change(alteration);
  EXPECT_EQ(message.bytes(), "Received: x\r\nM: middle\r\nB: two\r\nZ: end\r\n\r\nbody");

  Message open("A: 1");
  open.apply(append_field(open.header(), "B: 2\r\n"));
  EXPECT_EQ(open.bytes(), "A: 1\r\nB: 2\r\n");
}

TEST(Header, TenThousandFieldsAndMegabyteFieldsTakeLinearTime) {
  std::string many;
  for (int i = 0; i < 10'000; ++i)
    many += "X-Field: value\r\n";
  EXPECT_EQ(parse_header(many).fields.size(), 10'000U);
  std::string folded = "A:";
  for (int i = 0; i < 300'000; ++i)
    folded += "\r\n b";
  EXPECT_EQ(parse_header(folded).fields.size(), 1U);
  EXPECT_EQ(parse_header(folded).fields[0].unfolded().size(), 600'000U - 1);
}

TEST(Header, AnEndlessHeaderKeepsItsBytesInOneLastField) {
  std::string text;
  for (std::size_t i = 0; i < kMaxHeaderFields + 50'000; ++i)
    text += "A:\n";
  text += "\nbody";
  const Header header = parse_header(text);
  EXPECT_EQ(header.fields.size(), kMaxHeaderFields);
  EXPECT_TRUE(header.fields.back().malformed());
  EXPECT_EQ(text.substr(header.body_offset), "body");
  EXPECT_EQ(reassembled(text), text);
}

TEST(LineEnds, EveryLineEndBecomesCrlfAtEverySplit) {
  const std::string text = "a\nb\r\nc\rd\r\r\n\n\r";
  const std::string wanted = "a\r\nb\r\nc\r\nd\r\n\r\n\r\n\r\n";
  EXPECT_EQ(to_crlf(text), wanted);
  EXPECT_TRUE(has_only_crlf(wanted));
  EXPECT_FALSE(has_only_crlf(text));
  EXPECT_EQ(to_crlf(wanted), wanted);
  for (std::size_t size = 1; size <= text.size(); ++size) {
    std::string out;
    CrlfConverter converter;
    for (std::size_t i = 0; i < text.size(); i += size)
      converter.convert(std::string_view(text).substr(i, size), out);
    converter.finish(out);
    EXPECT_EQ(out, wanted) << size;
  }
}

TEST(MessageId, ListsAreRead) {
  using Ids = std::vector<std::string>;
  EXPECT_EQ(parse_message_ids("<a@b>\r\n <c@d> (comment <x@y>) \"<q@q>\" <e@f>"), (Ids{"a@b", "c@d", "e@f"}));
  EXPECT_EQ(parse_message_ids("bare@id"), (Ids{"bare@id"}));
  EXPECT_EQ(parse_message_ids("<>"), Ids{});
  EXPECT_EQ(parse_message_ids(""), Ids{});
  EXPECT_EQ(format_message_ids({"a@b", "c>\r\n@d"}), "<a@b> <c@d>");
}

TEST(MessageId, FreshOnesAreDrawnFromTheStream) {
  RandomStream a(1, "host", "message-id");
  RandomStream b(1, "host", "message-id");
  const Instant now = *parse_rfc3339("2026-03-02T09:00:00Z");
  const std::string first = make_message_id(now, a, "alpha.example");
  EXPECT_EQ(first, make_message_id(now, b, "alpha.example"));
  EXPECT_NE(first, make_message_id(now, a, "alpha.example"));
  EXPECT_TRUE(first.starts_with("20260302090000."));
  EXPECT_TRUE(first.ends_with("@alpha.example"));
}

}  // namespace
}  // namespace glasspost::message
