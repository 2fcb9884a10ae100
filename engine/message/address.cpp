#include "engine/message/address.h"

#include <algorithm>
#include <utility>

#include "engine/base/ip_address.h"
#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/domain_name.h"
#include "engine/message/lexer.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

bool is_dot_string(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  char before = 'a';
  for (const char c : text) {
    if (c == '.' ? before == '.' : !is_atext(c)) return false;
    before = c;
  }
  return true;
}

Result<ReadLocalPart> read_quoted_local_part(std::string_view text, bool allow_utf8) {
  ReadLocalPart out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      out.length = i + 1;
      return out;
    }
    if (c == '\\' && i + 1 < text.size()) c = text[++i];
    // quoted-pairSMTP and qtextSMTP are printable; UTF-8 comes with RFC 6531 3.3.
    const bool good = (c >= ' ' && c < 0x7F) || (allow_utf8 && is_non_ascii(c));
    if (!good) return fail_at(ErrorCode::kInvalidInput, i, "character is not allowed in a quoted local part");
    out.local_part += c;
    if (out.local_part.size() > kMaxLocalPartRead)
      return fail_at(ErrorCode::kTooLarge, i, "local part is too long");
  }
  return fail_at(ErrorCode::kInvalidInput, text.size(), "quoted local part is not closed");
}

Result<std::size_t> read_address_literal(std::string_view text) {
  const std::size_t close = text.substr(0, kMaxDomain).find(']');
  if (close == std::string_view::npos) {
    return fail_at(ErrorCode::kInvalidInput, text.size(), "address literal is not closed");
  }
  const std::string_view content = text.substr(1, close - 1);
  const std::size_t colon = content.find(':');
  bool good = false;
  if (colon == std::string_view::npos) {
    const auto address = IpAddress::parse(content);
    good = address && address->is_v4();
  } else if (iequals(content.substr(0, colon), "IPv6")) {
    const auto address = IpAddress::parse(content.substr(colon + 1));
    good = address && address->is_v6();
  }
  // General-address-literal needs a registered tag, and there is none but IPv6. // RFC 5321 4.1.3
  if (!good) return fail_at(ErrorCode::kInvalidInput, 1, "address literal holds no address");
  return close + 1;
}

}  // namespace

Result<ReadLocalPart> read_local_part(std::string_view text, bool allow_utf8) {
  if (!text.empty() && text.front() == '"') {
    auto quoted = read_quoted_local_part(text, allow_utf8);
    if (quoted && !is_utf8(quoted->local_part)) {
      return fail_at(ErrorCode::kInvalidInput, 0, "local part is not UTF-8");
    }
    return quoted;
  }
  std::size_t end = 0;
  while (end < text.size() && (is_atext(text[end]) || text[end] == '.') &&
         (allow_utf8 || !is_non_ascii(text[end])))
    ++end;
  const std::string_view local = text.substr(0, end);
  if (end > kMaxLocalPartRead)
    return fail_at(ErrorCode::kTooLarge, kMaxLocalPartRead, "local part is too long");
  if (!is_dot_string(local))
    return fail_at(ErrorCode::kInvalidInput, end, "local part is not dot-separated atoms");
  if (!is_utf8(local)) return fail_at(ErrorCode::kInvalidInput, 0, "local part is not UTF-8");
  return ReadLocalPart{std::string(local), end};
}

Result<std::size_t> read_domain(std::string_view text, bool allow_utf8) {
  if (!text.empty() && text.front() == '[') return read_address_literal(text);
  std::size_t end = 0;
  while (end < text.size() && (is_alnum(text[end]) || text[end] == '-' || text[end] == '.' ||
                               (allow_utf8 && is_non_ascii(text[end]))))
    ++end;
  const std::string_view domain = text.substr(0, end);
  if (domain.empty()) return fail_at(ErrorCode::kInvalidInput, 0, "domain is missing");
  if (end > kMaxDomain) return fail_at(ErrorCode::kTooLarge, kMaxDomain, "domain is too long");
  std::size_t offset = 0;
  for (const std::string_view label : split(domain, '.')) {
    if (label.empty() || label.front() == '-' || label.back() == '-') {
      return fail_at(ErrorCode::kInvalidInput, offset,
                     "label of a domain is empty or has a hyphen at its end");
    }
    if (label.size() > 63 && is_ascii(label)) {
      return fail_at(ErrorCode::kTooLarge, offset, "label of a domain is longer than 63");
    }
    offset += label.size() + 1;
  }
  if (!is_utf8(domain)) return fail_at(ErrorCode::kInvalidInput, 0, "domain is not UTF-8");
  return end;
}

Result<ReadAddress> read_smtp_mailbox(std::string_view text, bool allow_utf8) {
  auto local = read_local_part(text, allow_utf8);
  if (!local) return fail(std::move(local.error()));
  const std::size_t at = local->length;
  if (at >= text.size() || text[at] != '@') {
    return fail_at(ErrorCode::kInvalidInput, at, "\"@\" is missing after the local part");
  }
  const auto domain = read_domain(text.substr(at + 1), allow_utf8);
  if (!domain) {
    Error error = domain.error();
    error.offset = error.offset.value_or(0) + at + 1;
    return fail(std::move(error));
  }
  return ReadAddress{{std::move(local->local_part), std::string(text.substr(at + 1, *domain))},
                     at + 1 + *domain};
}

Result<Address> parse_smtp_mailbox(std::string_view text, bool allow_utf8) {
  auto read = read_smtp_mailbox(text, allow_utf8);
  if (!read) return fail(std::move(read.error()));
  if (read->length != text.size()) {
    return fail_at(ErrorCode::kInvalidInput, read->length, "unexpected character after the address");
  }
  return std::move(read->address);
}

std::string quoted_local_part(std::string_view local_part) {
  if (is_dot_string(local_part)) return std::string(local_part);
  std::string out = "\"";
  for (const char c : local_part) {
    if (c == '"' || c == '\\') out += '\\';
    // A control character has no written form; it must not break the line it is written to.
    out += (c >= 0 && c < ' ') || c == 0x7F ? '?' : c;
  }
  out += '"';
  return out;
}

std::string Address::to_string() const {
  if (empty()) return {};
  std::string out = quoted_local_part(local_part);
  if (domain.empty()) return out;
  out += '@';
  for (const char c : domain)
    out += (c >= 0 && c <= ' ') || c == 0x7F || c == '<' || c == '>' ? '?' : c;
  return out;
}

bool Address::is_valid() const {
  const auto parsed = parse_smtp_mailbox(to_string(), true);
  return parsed && *parsed == *this;
}

bool Address::needs_utf8() const {
  return !is_ascii(local_part) || !is_ascii(domain);
}

bool same_mailbox(const Address& a, const Address& b) {
  return a.local_part == b.local_part && same_domain(a.domain, b.domain);
}

std::string mailbox_key(const Address& address) {
  std::string_view domain = address.domain;
  if (!domain.empty() && domain.back() == '.') domain.remove_suffix(1);
  const auto labels = to_a_labels(domain);
  return address.local_part + '@' + (labels ? *labels : std::string(domain));
}

std::vector<Mailbox> AddressList::mailboxes() const {
  std::vector<Mailbox> all;
  for (const AddressEntry& entry : entries) {
    if (const auto* mailbox = std::get_if<Mailbox>(&entry)) all.push_back(*mailbox);
    if (const auto* group = std::get_if<Group>(&entry)) {
      all.insert(all.end(), group->members.begin(), group->members.end());
    }
  }
  return all;
}

}  // namespace glasspost::message
