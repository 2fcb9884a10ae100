#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost::message {

enum class TransferEncoding : std::uint8_t { k7bit, k8bit, kBinary, kQuotedPrintable, kBase64, kUnknown };

/// The word of RFC 2045 6.1 ("7bit", "quoted-printable", ...).
[[nodiscard]] std::string_view to_string(TransferEncoding encoding);
/// Reads a Content-Transfer-Encoding value: case ignored, comments and white space skipped, empty is 7bit.
[[nodiscard]] TransferEncoding parse_transfer_encoding(std::string_view value);

/// Decodes in chunks; any split of the input gives the same output. Total: what is not of the alphabet is
/// skipped, padding resets the group, so that concatenated texts decode. // RFC 2045 6.8
class Base64Decoder {
 public:
  void decode(std::string_view chunk, std::string& out);
  void finish(std::string& out);
  /// False once something other than the alphabet, white space and right padding was met.
  [[nodiscard]] bool clean() const { return clean_; }

 private:
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;  // characters in bits_
  unsigned padding_ = 0;
  bool clean_ = true;
};

/// A broken escape is kept literally; white space at a line's end is dropped. // RFC 2045 6.7
class QuotedPrintableDecoder {
 public:
  void decode(std::string_view chunk, std::string& out);
  void finish(std::string& out);
  [[nodiscard]] bool clean() const { return clean_; }

 private:
  void text(char c, std::string& out);

  std::string held_;  // an unfinished escape, or white space whose line may end; never long: runs are emitted
  bool clean_ = true;
};

/// Encodes in chunks with lines of 76, CRLF after each, the last included. // RFC 2045 6.8
class Base64Encoder {
 public:
  void encode(std::string_view chunk, std::string& out);
  void finish(std::string& out);

 private:
  void group(std::string& out);

  std::string held_;
  std::size_t column_ = 0;
};

[[nodiscard]] std::string decode_base64(std::string_view text);
/// One line without breaks.
[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// Lines of 76.
[[nodiscard]] std::string encode_base64_lines(std::string_view bytes);
[[nodiscard]] std::string decode_quoted_printable(std::string_view text);
/// Text with CRLF line ends; other control characters, 8-bit bytes and what relays might touch is escaped.
[[nodiscard]] std::string encode_quoted_printable(std::string_view text);
/// The content behind any encoding; 7bit, 8bit, binary and unknown ones are returned as they are.
[[nodiscard]] std::string decode_transfer(std::string_view bytes, TransferEncoding encoding);

/// The encoding for CRLF text: 7bit if it is ASCII in lines of at most 998 without NUL or bare CR or LF; 8bit
/// if that is allowed and only ASCII is missing; else quoted-printable or base64, whichever is shorter
/// (quoted-printable where they are equal).
[[nodiscard]] TransferEncoding choose_transfer_encoding(std::string_view text, bool allow_8bit);
/// Encodes text as chosen.
[[nodiscard]] std::string encode_transfer(std::string_view text, TransferEncoding encoding);

}  // namespace glasspost::message
