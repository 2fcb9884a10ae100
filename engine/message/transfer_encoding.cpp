#include "engine/message/transfer_encoding.h"

#include <array>

#include "engine/base/text.h"
#include "engine/message/lexer.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHex = "0123456789ABCDEF";

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr std::array<std::int8_t, 256> kValues = make_values();

void append_base64_group(std::string_view bytes, std::string& out) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 3; ++i)
    bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
  for (std::size_t i = 0; i < 4; ++i)
    out += i <= bytes.size() ? kAlphabet[bits >> (18 - 6 * i) & 63U] : '=';
}

void append_escape(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  out += '=';
  out += kHex[byte >> 4];
  out += kHex[byte & 15U];
}

}  // namespace

std::string_view to_string(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::k7bit:
      return "7bit";
    case TransferEncoding::k8bit:
      return "8bit";
    case TransferEncoding::kBinary:
      return "binary";
    case TransferEncoding::kQuotedPrintable:
      return "quoted-printable";
    case TransferEncoding::kBase64:
      return "base64";
    case TransferEncoding::kUnknown:
      break;
  }
  return "unknown";
}

TransferEncoding parse_transfer_encoding(std::string_view value) {
  const std::string word = to_lower(without_comments(value));
  if (word.empty() || word == "7bit" || word == "7-bit") return TransferEncoding::k7bit;
  if (word == "8bit" || word == "8-bit") return TransferEncoding::k8bit;
  if (word == "binary") return TransferEncoding::kBinary;
  if (word == "quoted-printable") return TransferEncoding::kQuotedPrintable;
  if (word == "base64") return TransferEncoding::kBase64;
  return TransferEncoding::kUnknown;
}

// ---- base64

void Base64Decoder::decode(std::string_view chunk, std::string& out) {
  for (const char c : chunk) {
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value >= 0) {
      if (padding_ > 0) {  // text after padding begins anew
        clean_ = false;
        padding_ = 0;
      }
      bits_ = bits_ << 6 | static_cast<std::uint32_t>(value);
      if (++count_ < 4) continue;
      out += static_cast<char>(bits_ >> 16 & 255U);
      out += static_cast<char>(bits_ >> 8 & 255U);
      out += static_cast<char>(bits_ & 255U);
      bits_ = 0;
      count_ = 0;
    } else if (c == '=') {
      if (count_ == 0 && padding_ == 0) clean_ = false;
      if (count_ == 1) clean_ = false;
      if (count_ >= 2) {
        out += static_cast<char>(bits_ >> (count_ == 2 ? 4 : 10) & 255U);
        if (count_ == 3) out += static_cast<char>(bits_ >> 2 & 255U);
      }
      if (count_ > 0) padding_ = 0;
      bits_ = 0;
      count_ = 0;
      padding_ = padding_ < 2 ? padding_ + 1 : 2;
    } else if (!is_wsp(c) && c != '\r' && c != '\n') {
      clean_ = false;
    }
  }
}

void Base64Decoder::finish(std::string& out) {
  if (count_ == 0) return;
  clean_ = false;
  if (count_ >= 2) out += static_cast<char>(bits_ >> (count_ == 2 ? 4 : 10) & 255U);
  if (count_ == 3) out += static_cast<char>(bits_ >> 2 & 255U);
  count_ = 0;
  bits_ = 0;
}

void Base64Encoder::group(std::string& out) {
  append_base64_group(held_, out);
  held_.clear();
  column_ += 4;
  if (column_ == kMaxEncodedBodyLine) {
    out += "\r\n";
    column_ = 0;
  }
}

void Base64Encoder::encode(std::string_view chunk, std::string& out) {
  out.reserve(out.size() + chunk.size() / 3 * 4 + chunk.size() / 24 + 8);
  for (const char c : chunk) {
    held_ += c;
    if (held_.size() == 3) group(out);
  }
}

void Base64Encoder::finish(std::string& out) {
  if (!held_.empty()) group(out);
  if (column_ > 0) out += "\r\n";
  column_ = 0;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  Base64Decoder decoder;
  decoder.decode(text, out);
  decoder.finish(out);
  return out;
}

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < 3 ? bytes.size() : 3))
    append_base64_group(bytes.substr(0, 3), out);
  return out;
}

std::string encode_base64_lines(std::string_view bytes) {
  std::string out;
  Base64Encoder encoder;
  encoder.encode(bytes, out);
  encoder.finish(out);
  return out;
}

// ---- quoted-printable

void QuotedPrintableDecoder::text(char c, std::string& out) {
  if (is_wsp(c)) {
    held_ += c;
    return;
  }
  if (c == '=') {
    out += held_;
    held_ = "=";
    return;
  }
  if (c != '\r' && c != '\n') out += held_;  // white space before a line end was added on the way
  held_.clear();
  out += c;
  if (c < ' ' && c != '\r' && c != '\n') clean_ = false;
}

void QuotedPrintableDecoder::decode(std::string_view chunk, std::string& out) {
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    const char c = chunk[i];
    if (held_.empty() || held_.front() != '=') {
      text(c, out);
      continue;
    }
    // An escape or a soft line break is under way.
    const char last = held_.back();
    if (c == '\n' && !is_hex_digit(last)) {
      held_.clear();
    } else if (last == '\r') {
      clean_ = false;
      held_.clear();
      text(c, out);
    } else if (c == '\r' && !is_hex_digit(last)) {
      held_ += c;
    } else if (is_wsp(c) && !is_hex_digit(last)) {
      held_ += c;
    } else if (is_hex_digit(c) && last == '=') {
      held_ += c;
    } else if (is_hex_digit(c) && held_.size() == 2 && is_hex_digit(last)) {
      out += static_cast<char>(hex_value(last) * 16 + hex_value(c));
      held_.clear();
    } else {
      clean_ = false;
      out += held_;
      held_.clear();
      text(c, out);
    }
  }
}

void QuotedPrintableDecoder::finish(std::string& out) {
  // A final "=" is a soft line break, final white space was added on the way; "=4" is kept.
  if (held_.size() == 2 && held_.front() == '=' && is_hex_digit(held_.back())) {
    out += held_;
    clean_ = false;
  }
  held_.clear();
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  QuotedPrintableDecoder decoder;
  decoder.decode(text, out);
  decoder.finish(out);
  return out;
}

std::string encode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      out += "\r\n";
      column = 0;
      ++i;
      continue;
    }
    const bool line_ends = i + 1 == text.size() || text.substr(i + 1, 2) == "\r\n";
    bool plain = (c >= '!' && c <= '~' && c != '=') || (is_wsp(c) && !line_ends);
    // A line's first dot and "From " are what relays and mail folders alter. // RFC 2049 3
    if (column == 0 && (c == '.' || text.substr(i, 5) == "From ")) plain = false;
    const std::size_t width = plain ? 1 : 3;
    if (column + width > (line_ends ? kMaxEncodedBodyLine : kMaxEncodedBodyLine - 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (plain) {
      out += c;
    } else {
      append_escape(c, out);
    }
    column += width;
  }
  return out;
}

// ---- any

std::string decode_transfer(std::string_view bytes, TransferEncoding encoding) {
  if (encoding == TransferEncoding::kBase64) return decode_base64(bytes);
  if (encoding == TransferEncoding::kQuotedPrintable) return decode_quoted_printable(bytes);
  return std::string(bytes);
}

TransferEncoding choose_transfer_encoding(std::string_view text, bool allow_8bit) {
  bool fits_lines = true;
  std::size_t escapes = 0;
  std::size_t column = 0;
  bool eight_bit = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      column = 0;
      ++i;
      continue;
    }
    if (c == '\0' || c == '\r' || c == '\n' || ++column > kMaxLineLength) fits_lines = false;
    eight_bit = eight_bit || is_non_ascii(c);
    if ((c < ' ' && c != '\t') || c == '=' || c >= 0x7F) ++escapes;
  }
  if (fits_lines && !eight_bit) return TransferEncoding::k7bit;
  if (fits_lines && allow_8bit) return TransferEncoding::k8bit;
  const std::size_t quoted = text.size() + 2 * escapes;
  const std::size_t base64 = (text.size() + 2) / 3 * 4;
  return quoted <= base64 ? TransferEncoding::kQuotedPrintable : TransferEncoding::kBase64;
}

std::string encode_transfer(std::string_view text, TransferEncoding encoding) {
  if (encoding == TransferEncoding::kBase64) return encode_base64_lines(text);
  if (encoding == TransferEncoding::kQuotedPrintable) return encode_quoted_printable(text);
  return std::string(text);
}

}  // namespace glasspost::message
