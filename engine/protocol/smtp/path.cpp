#include "engine/protocol/smtp/path.h"

#include <utility>

#include "engine/base/text.h"

namespace glasspost::smtp {
namespace {

tl::unexpected<Error> shifted(Error error, std::size_t by) {
  error.offset = error.offset.value_or(0) + by;
  return tl::unexpected<Error>(std::move(error));
}

// A-d-l ":" — "@one,@two:". Its length, colon included; 0 if none stands there. // RFC 5321 4.1.2
Result<std::size_t> source_route_length(std::string_view text, bool allow_utf8) {
  std::size_t at = 0;
  if (text.empty() || text[0] != '@') return at;
  while (true) {
    if (at >= text.size() || text[at] != '@') {
      return fail_at(ErrorCode::kInvalidInput, at, "a source route names its hosts with @");
    }
    const auto domain = message::read_domain(text.substr(at + 1), allow_utf8);
    if (!domain) return shifted(domain.error(), at + 1);
    at += 1 + *domain;
    if (at < text.size() && text[at] == ':') return at + 1;
    if (at >= text.size() || text[at] != ',') {
      return fail_at(ErrorCode::kInvalidInput, at, "a source route ends with a colon before the mailbox");
    }
    ++at;
  }
}

bool is_postmaster(std::string_view text) {
  return iequals(text, "postmaster");
}

}  // namespace

bool is_domain_or_literal(std::string_view text) {
  const auto length = message::read_domain(text, false);
  return length && *length == text.size();
}

Result<ParsedPath> parse_path_prefix(std::string_view text, const PathSyntax& syntax) {
  ParsedPath parsed;
  const bool bracket = !text.empty() && text.front() == '<';
  if (!bracket && !syntax.allow_missing_brackets) {
    return fail_at(ErrorCode::kInvalidInput, 0, "a path stands in angle brackets");
  }
  parsed.without_brackets = !bracket;
  std::size_t at = bracket ? 1 : 0;
  if (bracket && text.substr(0, 2) == "<>") {
    parsed.length = 2;
    return parsed;
  }
  if (bracket) {
    const auto route = source_route_length(text.substr(at), syntax.allow_utf8);
    if (!route) return shifted(route.error(), at);
    parsed.had_source_route = *route > 0;
    at += *route;
  }
  // RFC 5321 4.1.1.3: <Postmaster> alone needs no domain.
  constexpr std::size_t kPostmaster = 10;
  const std::string_view rest = text.substr(at);
  const bool postmaster =
      is_postmaster(rest.substr(0, kPostmaster)) &&
      (rest.size() == kPostmaster || rest[kPostmaster] == '>' || rest[kPostmaster] == ' ');
  if (postmaster) {
    parsed.mailbox = Mailbox{std::string(rest.substr(0, kPostmaster)), ""};
    at += kPostmaster;
  } else {
    auto read = message::read_smtp_mailbox(rest, syntax.allow_utf8);
    if (!read) return shifted(read.error(), at);
    parsed.mailbox = std::move(read->address);
    at += read->length;
  }
  if (bracket) {
    if (at >= text.size() || text[at] != '>') {
      return fail_at(ErrorCode::kInvalidInput, at, "the path's closing angle bracket is missing");
    }
    ++at;
  }
  if (at > kMaxPath) return fail_at(ErrorCode::kTooLarge, kMaxPath, "a path has at most 256 octets");
  parsed.length = at;
  return parsed;
}

Result<Mailbox> parse_mailbox(std::string_view text) {
  return message::parse_smtp_mailbox(text, true);
}

Result<ReversePath> parse_reverse_path(std::string_view text) {
  if (text.empty()) return ReversePath{};
  PathSyntax syntax;
  syntax.allow_missing_brackets = true;
  auto parsed = parse_path_prefix(text, syntax);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (parsed->length != text.size()) {
    return fail_at(ErrorCode::kInvalidInput, parsed->length, "something follows the address");
  }
  if (parsed->mailbox && parsed->mailbox->domain.empty()) {
    return fail_at(ErrorCode::kInvalidInput, text.size(), "an address has a domain");
  }
  return ReversePath{std::move(parsed->mailbox)};
}

Result<ForwardPath> parse_forward_path(std::string_view text) {
  PathSyntax syntax;
  syntax.allow_missing_brackets = true;
  auto parsed = parse_path_prefix(text, syntax);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (parsed->length != text.size()) {
    return fail_at(ErrorCode::kInvalidInput, parsed->length, "something follows the address");
  }
  if (!parsed->mailbox) return fail_at(ErrorCode::kInvalidInput, 0, "a recipient cannot be empty");
  return ForwardPath{std::move(*parsed->mailbox)};
}

}  // namespace glasspost::smtp
