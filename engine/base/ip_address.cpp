#include "engine/base/ip_address.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glasspost {
namespace {

Result<std::array<std::uint8_t, 4>> parse_v4(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) {
      if (at >= text.size() || text[at] != '.')
        return fail_at(ErrorCode::kInvalidInput, at, "an IPv4 address has four numbers");
      ++at;
    }
    const std::size_t first = at;
    int value = 0;
    for (; at < text.size() && is_digit(text[at]) && at - first < 4; ++at)
      value = value * 10 + (text[at] - '0');
    const bool leading_zero = at - first > 1 && text[first] == '0';
    if (at == first || value > 255 || leading_zero)
      return fail_at(ErrorCode::kInvalidInput, first, "each number of an IPv4 address is 0 to 255");
    bytes[i] = static_cast<std::uint8_t>(value);
  }
  if (at != text.size())
    return fail_at(ErrorCode::kInvalidInput, at, "unexpected text after an IPv4 address");
  return bytes;
}

Result<std::array<std::uint8_t, 16>> parse_v6(std::string_view text) {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t filled = 0;
  std::size_t gap = 17;  // where "::" stood; 17: nowhere
  std::size_t at = 0;
  if (text.starts_with("::")) {
    gap = 0;
    at = 2;
  }
  while (at < text.size()) {
    if (filled == 16) return fail_at(ErrorCode::kInvalidInput, at, "an IPv6 address has eight groups");
    const std::size_t end = std::min(text.find(':', at), text.size());
    const std::string_view group = text.substr(at, end - at);
    if (group.find('.') != std::string_view::npos) {
      const auto v4 = parse_v4(group);
      if (!v4 || filled > 12 || end != text.size())
        return fail_at(ErrorCode::kInvalidInput, at, "malformed IPv4 part of an IPv6 address");
      std::copy(v4->begin(), v4->end(), bytes.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += 4;
      break;
    }
    if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hex_digit)) {
      return fail_at(ErrorCode::kInvalidInput, at, "a group of an IPv6 address is one to four hex digits");
    }
    int value = 0;
    for (const char c : group)
      value = value * 16 + hex_value(c);
    bytes[filled++] = static_cast<std::uint8_t>(value >> 8);
    bytes[filled++] = static_cast<std::uint8_t>(value);
    at = end;
    if (at == text.size()) break;
    ++at;  // the colon
    if (at == text.size())
      return fail_at(ErrorCode::kInvalidInput, at, "an IPv6 address ends in a single colon");
    if (text[at] == ':') {
      if (gap != 17) return fail_at(ErrorCode::kInvalidInput, at, "\"::\" stands twice in an IPv6 address");
      gap = filled;
      ++at;
    }
  }
  if (gap == 17) {
    if (filled != 16)
      return fail_at(ErrorCode::kInvalidInput, text.size(), "an IPv6 address has eight groups");
    return bytes;
  }
  if (filled > 14)
    return fail_at(ErrorCode::kInvalidInput, text.size(), "\"::\" stands for at least one group");
  std::array<std::uint8_t, 16> out{};
  std::copy_n(bytes.begin(), gap, out.begin());
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(gap), filled - gap,
              out.end() - static_cast<std::ptrdiff_t>(filled - gap));
  return out;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
  IpAddress address;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> bytes) {
  IpAddress address;
  address.is_v6_ = true;
  address.bytes_ = bytes;
  return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find(':') == std::string_view::npos)
    return parse_v4(text).map([](auto bytes) { return v4(bytes); });
  return parse_v6(text).map([](auto bytes) { return v6(bytes); });
}

bool IpAddress::is_loopback() const {
  if (!is_v6_) return bytes_[0] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t b) { return b == 0; }) &&
         bytes_[15] == 1;
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t b) { return b == 0; });
}

IpAddress IpAddress::unmapped() const {
  if (!is_v6_) return *this;
  const bool zeros = std::all_of(bytes_.begin(), bytes_.begin() + 10, [](std::uint8_t b) { return b == 0; });
  if (!zeros || bytes_[10] != 0xFF || bytes_[11] != 0xFF) return *this;
  return v4({bytes_[12], bytes_[13], bytes_[14], bytes_[15]});
}

bool IpAddress::in_network(const IpAddress& network, unsigned prefix) const {
  if (is_v6_ != network.is_v6_ || prefix > size() * 8) return false;
  const std::size_t whole = prefix / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole),
                  network.bytes_.begin()))
    return false;
  const unsigned rest = prefix % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xFFu << (8 - rest) & 0xFFu;
  return ((bytes_[whole] ^ network.bytes_[whole]) & mask) == 0;
}

std::string IpAddress::to_string() const {
  if (!is_v6_) return fmt::format("{}.{}.{}.{}", bytes_[0], bytes_[1], bytes_[2], bytes_[3]);
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = static_cast<unsigned>(bytes_[2 * i]) << 8 | bytes_[2 * i + 1];
  // RFC 5952 4.2: the longest run of at least two zero groups, the first of equals.
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0)
      ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end + 1;
  }
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += "::";
      i += best_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    fmt::format_to(std::back_inserter(out), "{:x}", groups[i]);
  }
  return out;
}

std::string Endpoint::to_string() const {
  if (address.is_v6()) return fmt::format("[{}]:{}", address.to_string(), port);
  return fmt::format("{}:{}", address.to_string(), port);
}

}  // namespace glasspost
