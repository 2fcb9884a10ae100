#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace glasspost::smtp {

/// Local-part "@" ( Domain / address-literal ). // RFC 5321 4.1.2
struct Mailbox {
  std::string local_part;  ///< without quotes and backslashes: `"a b"@x` has the local part `a b`
  std::string domain;      ///< as written; an address literal keeps its brackets; empty only for "Postmaster"

  /// The address with its local part quoted where, and only where, the grammar needs it; no angle brackets.
  [[nodiscard]] std::string to_string() const;
  /// True if any byte is not ASCII, so that it can travel only under SMTPUTF8. // RFC 6531 3.3
  [[nodiscard]] bool is_internationalized() const;
  /// Same local part to the byte, same domain without regard to case. // RFC 5321 2.4
  [[nodiscard]] bool same_as(const Mailbox& other) const;
  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// Where failure notices go: a mailbox, or null (`<>`). // RFC 5321 3.6.3, 4.5.5
struct ReversePath {
  std::optional<Mailbox> mailbox;

  [[nodiscard]] bool is_null() const { return !mailbox.has_value(); }
  /// The address without angle brackets; empty for the null path.
  [[nodiscard]] std::string to_string() const { return mailbox ? mailbox->to_string() : std::string(); }
  friend bool operator==(const ReversePath&, const ReversePath&) = default;
};

/// Whom a message goes to. The mailbox's domain is empty only for `<Postmaster>`. // RFC 5321 4.1.1.3, 4.5.1
struct ForwardPath {
  Mailbox mailbox;

  [[nodiscard]] std::string to_string() const { return mailbox.to_string(); }
  friend bool operator==(const ForwardPath&, const ForwardPath&) = default;
};

/// Limits of RFC 5321 4.5.3.1, in octets.
inline constexpr std::size_t kMaxLocalPart = 64;  ///< RFC 5321 4.5.3.1.1, quotes included
inline constexpr std::size_t kMaxDomain = 255;    ///< RFC 5321 4.5.3.1.2
inline constexpr std::size_t kMaxPath = 256;      ///< RFC 5321 4.5.3.1.3, angle brackets included

/// Reads one address without angle brackets, as a user or a configuration gives it (UTF-8 is allowed).
/// Errors: kInvalidInput with offset, kTooLarge.
Result<Mailbox> parse_mailbox(std::string_view text);
/// "" or "<>" is the null path. Otherwise as parse_mailbox, angle brackets allowed.
Result<ReversePath> parse_reverse_path(std::string_view text);
/// As parse_mailbox, angle brackets and "postmaster" without a domain allowed.
Result<ForwardPath> parse_forward_path(std::string_view text);

/// True for a Domain: labels of letters, digits and inner hyphens (and UTF-8 if allowed), no trailing dot.
[[nodiscard]] bool is_domain(std::string_view text, bool allow_utf8 = false);
/// True for "[192.0.2.1]", "[IPv6:2001:db8::1]" and a General-address-literal. // RFC 5321 4.1.3
[[nodiscard]] bool is_address_literal(std::string_view text);

/// What parse_path_prefix found at the start of its text.
struct ParsedPath {
  std::optional<Mailbox> mailbox;  ///< none: `<>`
  std::size_t length = 0;          ///< octets used, angle brackets included
  bool had_source_route = false;   ///< accepted and ignored // RFC 5321 4.1.1.3, appendix C
  bool without_brackets = false;   ///< only where it was allowed
};

struct PathSyntax {
  bool allow_utf8 = true;
  bool allow_missing_brackets = false;  ///< a named leniency
};

/// Reads the path that `text` begins with (the rest may follow after a space). Errors: kInvalidInput with
/// offset, kTooLarge.
Result<ParsedPath> parse_path_prefix(std::string_view text, const PathSyntax& syntax);

}  // namespace glasspost::smtp
