#include "engine/protocol/imap/modified_utf7.h"

#include <cstdint>

namespace glasspost::imap {

namespace {

// RFC 3501 5.1.3: base64 with "," in the place of "/", without padding.
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool is_printable(std::uint32_t c) {
  return c >= 0x20 && c <= 0x7e;
}
bool is_high(std::uint32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

// The next character of UTF-8; an ill-formed byte is U+FFFD.
std::uint32_t take_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const std::uint32_t lead = byte(at);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  const std::size_t length = lead >= 0xf0 && lead < 0xf5   ? 4
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                                                           : 0;
  std::uint32_t c = length == 4 ? lead & 0x07 : length == 3 ? lead & 0x0f : lead & 0x1f;
  bool whole = length != 0;
  for (std::size_t i = 1; i < length && whole; ++i) {
    whole = (byte(at + i) & 0xc0) == 0x80;
    c = c << 6 | (byte(at + i) & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  whole = whole && c >= kLeast[length] && c <= 0x10ffff && !is_high(c) && !is_low(c);
  at += whole ? length : 1;
  return whole ? c : 0xfffd;
}

class Base64Stretch {
 public:
  void unit(std::string& out, std::uint32_t value) {
    bits_ = bits_ << 16 | value;
    count_ += 16;
    while (count_ >= 6) {
      count_ -= 6;
      out += kAlphabet[bits_ >> count_ & 0x3f];
    }
  }
  void end(std::string& out) {
    if (count_ > 0) out += kAlphabet[bits_ << (6 - count_) & 0x3f];
    bits_ = 0;
    count_ = 0;
  }

 private:
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

// Reads base64 from `at` up to its "-"; the characters in it go to `out`.
Ok take_stretch(std::string_view wire, std::size_t& at, std::string& out) {
  const std::size_t begin = at;
  std::uint32_t bits = 0;
  unsigned count = 0;
  std::uint32_t high = 0;
  for (; at < wire.size() && wire[at] != '-'; ++at) {
    const std::size_t value = kAlphabet.find(wire[at]);
    if (value == std::string_view::npos) {
      return fail_at(ErrorCode::kInvalidInput, at, "not a character of modified base64");
    }
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 16) continue;
    count -= 16;
    const std::uint32_t unit = bits >> count & 0xffff;
    bits &= (1u << count) - 1;
    if (is_low(unit) != (high != 0)) {
      return fail_at(ErrorCode::kInvalidInput, at, "half of a surrogate pair");
    }
    if (is_high(unit)) {
      high = unit;
      continue;
    }
    const std::uint32_t c = high != 0 ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : unit;
    high = 0;
    if (is_printable(c)) {
      return fail_at(ErrorCode::kInvalidInput, at, "printable ASCII must not be encoded");
    }
    append_utf8(out, c);
  }
  if (at == wire.size()) return fail_at(ErrorCode::kInvalidInput, begin, "base64 without its ending \"-\"");
  if (high != 0 || count >= 6 || bits != 0) {
    return fail_at(ErrorCode::kInvalidInput, at, "base64 ends within a character");
  }
  ++at;
  return {};
}

}  // namespace

Result<std::string> decode_modified_utf7(std::string_view wire) {
  std::string out;
  std::size_t at = 0;
  while (at < wire.size()) {
    const char c = wire[at];
    if (!is_printable(static_cast<unsigned char>(c))) {
      return fail_at(ErrorCode::kInvalidInput, at, "a mailbox name is printable ASCII");
    }
    ++at;
    if (c != '&') {
      out += c;
      continue;
    }
    if (at < wire.size() && wire[at] == '-') {
      out += '&';
      ++at;
      continue;
    }
    if (Ok stretch = take_stretch(wire, at, out); !stretch) return fail(std::move(stretch).error());
    const bool another = at + 1 < wire.size() && wire[at] == '&' && wire[at + 1] != '-';
    if (another) return fail_at(ErrorCode::kInvalidInput, at, "two encoded stretches side by side");
  }
  return out;
}

std::string encode_modified_utf7(std::string_view utf8) {
  std::string out;
  Base64Stretch base64;
  bool encoding = false;
  std::size_t at = 0;
  while (at < utf8.size()) {
    const std::uint32_t c = take_character(utf8, at);
    if (is_printable(c)) {
      if (encoding) {
        base64.end(out);
        out += '-';
        encoding = false;
      }
      out += static_cast<char>(c);
      if (c == '&') out += '-';
      continue;
    }
    if (!encoding) out += '&';
    encoding = true;
    if (c < 0x10000) {
      base64.unit(out, c);
    } else {
      base64.unit(out, 0xd800 + ((c - 0x10000) >> 10));
      base64.unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  if (encoding) {
    base64.end(out);
    out += '-';
  }
  return out;
}

}  // namespace glasspost::imap
