#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"

namespace glasspost::message {

/// A mailbox's address. `local_part` is raw: without quotes and backslashes, so `"x\"y"` is x"y. `domain` is
/// as written, a domain name or an address literal with its brackets; empty only for a bare name such as
/// <Postmaster> (RFC 5321 4.1.1.3) or for something that was not an address at all.
struct Address {
  std::string local_part;
  std::string domain;

  [[nodiscard]] bool is_literal() const { return !domain.empty() && domain.front() == '['; }
  [[nodiscard]] bool empty() const { return local_part.empty() && domain.empty(); }
  /// local-part@domain, the local part quoted only where it must be. // RFC 5321 4.1.2
  [[nodiscard]] std::string to_string() const;
  /// True if it is a well-formed address of RFC 5321 (with UTF-8 allowed, RFC 6531 3.3) within its limits.
  [[nodiscard]] bool is_valid() const;
  /// True if a byte is not ASCII, so that SMTPUTF8 is needed to say it. // RFC 6531 3.2
  [[nodiscard]] bool needs_utf8() const;

  friend bool operator==(const Address&, const Address&) = default;
};

/// One mailbox: local parts equal byte for byte after unquoting, domains without regard to ASCII case; an
/// A-label and its U-label are one domain. // RFC 5321 2.4, RFC 5890 2.3.2.4
[[nodiscard]] bool same_mailbox(const Address& a, const Address& b);
/// A key under which mailboxes that are the same are equal: the domain in lower case A-labels.
[[nodiscard]] std::string mailbox_key(const Address& address);

struct ReadAddress {
  Address address;
  std::size_t length = 0;  ///< bytes that were read
};

/// Reads a Mailbox of RFC 5321 4.1.2 at the start of `text` (Dot-string or Quoted-string, "@", domain or
/// address literal) and stops at the first byte that cannot belong to it: for reverse-paths, forward-paths
/// and everything else of SMTP. Non-ASCII is UTF-8 and only read if `allow_utf8`. Error: kInvalidInput,
/// kTooLarge, with offset.
[[nodiscard]] Result<ReadAddress> read_smtp_mailbox(std::string_view text, bool allow_utf8 = false);
/// The same over the whole of `text`.
[[nodiscard]] Result<Address> parse_smtp_mailbox(std::string_view text, bool allow_utf8 = false);
/// Reads the local part alone. // RFC 5321 4.1.2 Local-part
struct ReadLocalPart {
  std::string local_part;  ///< unquoted
  std::size_t length = 0;
};
[[nodiscard]] Result<ReadLocalPart> read_local_part(std::string_view text, bool allow_utf8 = false);
/// The length of the Domain or address-literal at the start of `text`. // RFC 5321 4.1.2, 4.1.3
[[nodiscard]] Result<std::size_t> read_domain(std::string_view text, bool allow_utf8 = false);
/// The local part as it is written, quoted only where it must be. // RFC 5321 4.1.2
[[nodiscard]] std::string quoted_local_part(std::string_view local_part);

/// An address with the name of whose it is. // RFC 5322 3.4
struct Mailbox {
  std::string name;  ///< display name, decoded, UTF-8; empty if there is none
  Address address;
  std::string comment;  ///< what stood in comments, decoded; several are joined by a space

  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

struct Group {
  std::string name;
  std::vector<Mailbox> members;
  std::string comment;

  friend bool operator==(const Group&, const Group&) = default;
};

using AddressEntry = std::variant<Mailbox, Group>;

struct AddressList {
  std::vector<AddressEntry> entries;
  /// Whether every byte was understood by RFC 5322, obsolete forms included. A list that is not well-formed
  /// holds what could be made of it.
  bool well_formed = true;

  /// All mailboxes in order, those of groups included.
  [[nodiscard]] std::vector<Mailbox> mailboxes() const;
  friend bool operator==(const AddressList&, const AddressList&) = default;
};

/// Reads the value of From, To, Cc, Reply-To, ... (folded or not), obsolete syntax included: routes, white
/// space and comments around dots, empty list members. Total. // RFC 5322 3.4, 4.4
[[nodiscard]] AddressList parse_address_list(std::string_view value);

/// One entry as it stands in a header field, in pieces between which the field may be folded (at each piece's
/// leading space). Names become atoms, a quoted string or encoded words. // RFC 5322 3.4, RFC 2047 5
[[nodiscard]] std::string format_mailbox(const Mailbox& mailbox);
[[nodiscard]] std::string format_address_list(const std::vector<AddressEntry>& entries);
[[nodiscard]] std::string format_address_list(const std::vector<Mailbox>& mailboxes);
/// A phrase: atoms, a quoted string, or encoded words for what is not ASCII.
[[nodiscard]] std::string format_phrase(std::string_view utf8);

}  // namespace glasspost::message
