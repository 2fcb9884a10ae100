#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/message/address.h"

namespace glasspost::smtp {

/// Local-part "@" ( Domain / address-literal ). // RFC 5321 4.1.2
///
/// The local part is without quotes and backslashes; to_string() quotes it where, and only where, the grammar
/// needs it, without angle brackets; compare with message::same_mailbox.
using Mailbox = message::Address;

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

/// Octets of a path, angle brackets included. // RFC 5321 4.5.3.1.3
inline constexpr std::size_t kMaxPath = 256;

/// Reads one address without angle brackets, as a user or a configuration gives it (UTF-8 is allowed).
/// Errors: kInvalidInput with offset, kTooLarge.
Result<Mailbox> parse_mailbox(std::string_view text);
/// "" or "<>" is the null path. Otherwise as parse_mailbox, angle brackets allowed.
Result<ReversePath> parse_reverse_path(std::string_view text);
/// As parse_mailbox, angle brackets and "postmaster" without a domain allowed.
Result<ForwardPath> parse_forward_path(std::string_view text);

/// True for a Domain or an address literal: what EHLO may say. // RFC 5321 4.1.1.1, 4.1.3
[[nodiscard]] bool is_domain_or_literal(std::string_view text);

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
