#include "engine/crypto/base64.h"

#include <array>
#include <cstdint>

namespace glasspost::crypto {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values)
    value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}
constexpr std::array<std::int8_t, 256> kValues = make_values();

int value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    std::uint32_t group = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << 16;
    if (left > 1) group |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8;
    if (left > 2) group |= static_cast<unsigned char>(bytes[i + 2]);
    out.push_back(kAlphabet[group >> 18]);
    out.push_back(kAlphabet[(group >> 12) & 63]);
    out.push_back(left > 1 ? kAlphabet[(group >> 6) & 63] : '=');
    out.push_back(left > 2 ? kAlphabet[group & 63] : '=');
  }
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  std::size_t end = text.size();
  for (int padding = 0; padding < 2 && end > 0 && text[end - 1] == '='; ++padding)
    --end;
  for (std::size_t i = 0; i < end; ++i) {
    if (value_of(text[i]) < 0) {
      return fail_at(ErrorCode::kInvalidInput, i, "a byte that base64 does not have");
    }
  }
  if (text.size() % 4 != 0) {
    return fail_at(ErrorCode::kInvalidInput, text.size(), "base64 comes in groups of four characters");
  }
  const std::size_t spare_bits = end % 4 == 2 ? 4 : end % 4 == 3 ? 2 : 0;
  if (spare_bits != 0 && (value_of(text[end - 1]) & ((1 << spare_bits) - 1)) != 0) {
    return fail_at(ErrorCode::kInvalidInput, end - 1, "spare bits in base64 that are not zero");
  }
  return base64_decode_tolerant(text.substr(0, end));
}

std::string base64_decode_tolerant(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '=') break;
    const int value = value_of(c);
    if (value < 0) continue;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<char>(bits >> held));
      bits &= (1u << held) - 1;
    }
  }
  return out;
}

}  // namespace glasspost::crypto
