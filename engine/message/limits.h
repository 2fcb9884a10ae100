#pragma once

#include <cstddef>

namespace glasspost::message {

/// Octets of a line without its CRLF that must not, and should not, be exceeded. // RFC 5322 2.1.1
inline constexpr std::size_t kMaxLineLength = 998;
inline constexpr std::size_t kWantedLineLength = 78;
/// Octets of one encoded word, and of a line that holds one. // RFC 2047 2
inline constexpr std::size_t kMaxEncodedWordLength = 75;
inline constexpr std::size_t kMaxEncodedLineLength = 76;
/// Octets of a line of base64 or quoted-printable. // RFC 2045 6.7, 6.8
inline constexpr std::size_t kMaxEncodedBodyLine = 76;
/// Octets of a local part that everybody must accept; longer ones exist (bounce addresses), so reading is
/// kinder.
/// // RFC 5321 4.5.3.1.1
inline constexpr std::size_t kMaxLocalPart = 64;
inline constexpr std::size_t kMaxLocalPartRead = 512;
/// Octets of a domain as written. // RFC 5321 4.5.3.1.2
inline constexpr std::size_t kMaxDomain = 255;
/// Header fields told apart; in a longer header the rest is one field without a name, so that memory stays
/// within a small multiple of the input.
inline constexpr std::size_t kMaxHeaderFields = 100'000;
/// Octets of a multipart's boundary. Longer ones exist in the wild, so reading is kinder. // RFC 2046 5.1.1
inline constexpr std::size_t kMaxBoundary = 70;
inline constexpr std::size_t kMaxBoundaryRead = 512;
/// Parts nested deeper, or coming later, stay unopened: they are leaves, and MimeTree says so.
inline constexpr std::size_t kMaxPartDepth = 64;
inline constexpr std::size_t kMaxParts = 10'000;
/// Mailboxes read from one address list; what follows is dropped, and AddressList says so.
inline constexpr std::size_t kMaxAddresses = 100'000;
/// Parameters read from one Content-Type or Content-Disposition field.
inline constexpr std::size_t kMaxParameters = 1'000;

}  // namespace glasspost::message
