#include "engine/message/mime.h"

#include <gtest/gtest.h>

#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

TEST(Mime, ASimpleMessageIsOneTextPart) {
  const std::string message = "Subject: x\r\n\r\nbody\r\n";
  const MimeTree tree = parse_mime(message);
  EXPECT_TRUE(tree.root.media_type.is("text", "plain"));
  EXPECT_EQ(tree.root.body(message), "body\r\n");
  EXPECT_EQ(tree.root.header(message), "Subject: x\r\n\r\n");
  EXPECT_EQ(readable_text(message), "body\r\n");
}

TEST(Mime, ReadsAMultipart) {
  const std::string message =
      "Content-Type: multipart/mixed; boundary=\"b b\"\r\n\r\npreamble\r\n--b b \t\r\n\r\nimplicit\r\n--b "
      "b\r\n"
      "Content-Type: text/plain; charset=euc-kr\r\nContent-Transfer-Encoding: base64\r\n\r\nx9Gx2w==\r\n--b "
      "b\r\n"
      "Content-Type: application/pdf; name=\"x.pdf\"\r\nContent-Disposition: attachment; "
      "filename*=utf-8''%ED%95%9C.pdf\r\n"
      "Content-ID: <cid@x>\r\nContent-Description: =?utf-8?B?7ZWc?=\r\n\r\n%PDF\r\n--b b--\r\nepilogue";
  const MimeTree tree = parse_mime(message);
  EXPECT_EQ(tree.part_count, 4U);
  EXPECT_TRUE(tree.root.closed);
  ASSERT_EQ(tree.root.children.size(), 3U);
  EXPECT_EQ(tree.root.children[0].body(message), "implicit");
  EXPECT_EQ(decoded_text(message, tree.root.children[1]), "한글");
  const Part& pdf = tree.root.children[2];
  EXPECT_EQ(pdf.file_name(), "한.pdf");
  EXPECT_EQ(pdf.content_id, "cid@x");
  EXPECT_EQ(pdf.description, "한");
  EXPECT_EQ(pdf.body(message), "%PDF");
  const MessageView view = view_of(tree);
  EXPECT_EQ(view.text.size(), 2U);
  ASSERT_EQ(view.attachments.size(), 1U);
  EXPECT_EQ(view.attachments[0], &pdf);
  EXPECT_EQ(readable_text(message), "implicit한글");
}

// A boundary that begins another one must not end the wrong part; the innermost multipart is asked first.
TEST(FieldCase, A21_BoundariesMatchWholeLinesInnermostFirst) {
  const std::string message =
      "Content-Type: multipart/mixed; boundary=foo\r\n\r\n--foo\r\n"
      "Content-Type: multipart/alternative; boundary=foo_bar\r\n\r\n--foo_bar\r\n\r\none\r\n--foo_bar\r\n\r\n"
      "--foo_barbar is text\r\n--fo is too\r\n -- foo\r\n--foo_bar--\r\n--foo\r\n\r\nlast\r\n--foo--\r\n";
  const MimeTree tree = parse_mime(message);
  ASSERT_EQ(tree.root.children.size(), 2U);
  const Part& inner = tree.root.children[0];
  ASSERT_EQ(inner.children.size(), 2U);
  EXPECT_EQ(inner.children[0].body(message), "one");
  EXPECT_EQ(inner.children[1].body(message), "--foo_barbar is text\r\n--fo is too\r\n -- foo");
  EXPECT_EQ(tree.root.children[1].body(message), "last");
  EXPECT_TRUE(inner.closed);
  EXPECT_TRUE(tree.root.closed);
}

TEST(Mime, TheSameBoundaryTwiceBelongsToTheInnermost) {
  const std::string message =
      "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; "
      "boundary=a\r\n\r\n--a\r\n\r\n"
      "in\r\n--a--\r\n--a\r\n\r\nout\r\n--a--\r\n";
  const MimeTree tree = parse_mime(message);
  ASSERT_EQ(tree.root.children.size(), 2U);
  ASSERT_EQ(tree.root.children[0].children.size(), 1U);
  EXPECT_EQ(tree.root.children[0].children[0].body(message), "in");
  EXPECT_EQ(tree.root.children[1].body(message), "out");
}

TEST(Mime, AnOuterBoundaryEndsWhatIsOpenInside) {
  const std::string message =
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=i\n\n--i\n\nx\n--o\n"
      "Content-Type: message/rfc822\n\nSubject: in\n\ninner\n--o\nNo-Body: yes\n--o--\n";
  const MimeTree tree = parse_mime(message);
  ASSERT_EQ(tree.root.children.size(), 3U);
  EXPECT_FALSE(tree.root.children[0].closed);
  EXPECT_EQ(tree.root.children[0].children.at(0).body(message), "x");
  ASSERT_EQ(tree.root.children[1].children.size(), 1U);
  EXPECT_EQ(tree.root.children[1].children[0].body(message), "inner");
  EXPECT_EQ(tree.root.children[2].body(message), "");
  EXPECT_EQ(tree.root.children[2].header(message), "No-Body: yes\n");
}

TEST(Mime, DigestPartsAreMessages) {
  const std::string message =
      "Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: one\r\n\r\nfirst\r\n--d--\r\n";
  const MimeTree tree = parse_mime(message);
  ASSERT_EQ(tree.root.children.size(), 1U);
  EXPECT_TRUE(tree.root.children[0].is_message());
  EXPECT_EQ(tree.root.children[0].children.at(0).body(message), "first");
}

void expect_ranges_inside(const Part& part, std::size_t begin, std::size_t end) {
  EXPECT_GE(part.header_begin, begin);
  EXPECT_GE(part.body_begin, part.header_begin);
  EXPECT_GE(part.end, part.body_begin);
  EXPECT_LE(part.end, end);
  for (const Part& child : part.children)
    expect_ranges_inside(child, part.body_begin, part.end);
}

TEST(Mime, TenThousandDeepNestingIsBounded) {
  std::string message;
  for (int i = 0; i < 10'000; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    message += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  const MimeTree tree = parse_mime(message);
  EXPECT_TRUE(tree.limits_reached);
  EXPECT_EQ(tree.part_count, kMaxPartDepth);
  expect_ranges_inside(tree.root, 0, message.size());

  std::string messages;
  for (int i = 0; i < 10'000; ++i)
    messages += "Content-Type: message/rfc822\r\n\r\n";
  EXPECT_EQ(parse_mime(messages).part_count, kMaxPartDepth);

  std::string parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 30'000; ++i)
    parts += "--b\r\n\r\nx\r\n";
  const MimeTree wide = parse_mime(parts + "--b--\r\n");
  EXPECT_EQ(wide.part_count, kMaxParts);
  EXPECT_TRUE(wide.limits_reached);
  EXPECT_TRUE(wide.root.closed);

  std::string dashes = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  while (dashes.size() < 1'000'000)
    dashes += "--\r\n--bb\r\n";
  EXPECT_EQ(parse_mime(dashes).part_count, 1U);
}

TEST(Mime, AlternativesAreSortedIntoTextAndHtml) {
  const std::string message =
      "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: "
      "text/plain\r\n\r\nplain\r\n--b\r\n"
      "Content-Type: text/html\r\n\r\n<p>html\r\n--b--\r\n";
  const MimeTree tree = parse_mime(message);
  const MessageView view = view_of(tree);
  ASSERT_EQ(view.text.size(), 1U);
  ASSERT_EQ(view.html.size(), 1U);
  EXPECT_EQ(view.text[0], &tree.root.children[0]);
  EXPECT_EQ(view.html[0], &tree.root.children[1]);
  EXPECT_TRUE(view.attachments.empty());
}

TEST(Mime, AFileNameIsNeverAPath) {
  const auto name = [](const std::string& written) {
    const std::string message = "Content-Disposition: attachment; filename=\"" + written + "\"\r\n\r\n";
    return parse_mime(message).root.file_name();
  };
  EXPECT_EQ(name("../../etc/passwd"), "passwd");
  EXPECT_EQ(name("C:\\\\temp\\\\x.exe"), "x.exe");
  EXPECT_EQ(name(".."), "");
  EXPECT_EQ(name("a/"), "");
  EXPECT_EQ(name("ok.txt"), "ok.txt");
}

}  // namespace
}  // namespace glasspost::message
