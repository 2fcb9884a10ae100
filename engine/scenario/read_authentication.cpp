// DKIM keys, the DMARC record and mailing lists of a domain, and what the script does with keys.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

constexpr KeyKind kKeyByChoice[] = {KeyKind::kEd25519, KeyKind::kRsa2048};
constexpr std::string_view kAlgorithms = "ed25519 rsa-2048";
constexpr std::size_t kMaxKeys = 10;
constexpr std::size_t kMaxMembers = 1000;
constexpr std::size_t kMaxRecord = 2000;

bool is_selector(std::string_view text) {
  return text.size() <= 63 && is_domain_name(text, true);
}

void read_settings(Reader& reader, const YamlNode& node, DkimKey& key) {
  Fields fields(reader, node, Section::kDkimKey);
  if (const auto kind = fields.choice("algorithm")) key.kind = kKeyByChoice[*kind];
  key.signs = fields.yes_no("sign").value_or(true);
  key.published = fields.yes_no("publish").value_or(true);
  key.testing = fields.yes_no("testing").value_or(false);
  if (const auto form = fields.choice("canonicalization")) {
    key.simple_header = *form >= 2;
    key.simple_body = *form % 2 == 1;
  }
  key.body_length = fields.yes_no("body_length").value_or(false);
  key.lifetime = fields.duration("lifetime");
  if (key.lifetime && (*key.lifetime < Duration::seconds(1) || key.lifetime->ns % 1'000'000'000 != 0))
    reader.error(fields.place("lifetime"), "expected whole seconds, at least one");
}

void read_dkim(Reader& reader, const YamlNode& node, WrittenDomain& domain) {
  if (node.is_scalar()) {
    if (const auto wanted = reader.choice(node, "true false yes no")) {
      if (*wanted % 2 == 0) {
        domain.dkim.emplace_back();
        domain.dkim.back().place = reader.place(node);
        domain.dkim.back().selector = "s1";
      }
    }
    return;
  }
  if (!node.is_map()) return reader.expected(node, "`true`, `false`, or keys by selector: `{s1: ed25519}`");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    DkimKey key;
    key.place = reader.place(node.keys[i]);
    key.selector = to_lower(node.keys[i].text);
    if (!node.keys[i].is_scalar() || !is_selector(key.selector))
      reader.expected(node.keys[i], "a selector, such as s1");
    const YamlNode& settings = node.items[i];
    if (settings.is_scalar()) {
      if (const auto kind = reader.choice(settings, kAlgorithms)) key.kind = kKeyByChoice[*kind];
    } else if (!settings.is_null()) {
      read_settings(reader, settings, key);
    }
    domain.dkim.push_back(std::move(key));
  }
  if (domain.dkim.empty() || domain.dkim.size() > kMaxKeys)
    reader.error(node, fmt::format("expected 1 to {} keys", kMaxKeys));
}

void read_dmarc(Reader& reader, Fields& fields, WrittenDomain& domain) {
  const auto text = fields.text("dmarc");
  if (!text || *text == "off") return;
  if (*text == "none" || *text == "quarantine" || *text == "reject") {
    domain.dmarc = "v=DMARC1; p=" + *text;
    return;
  }
  const bool one_line = text->find_first_of("\r\n") == std::string::npos;
  if (!istarts_with(*text, "v=DMARC1") || !one_line || text->size() > kMaxRecord) {
    reader.error(fields.place("dmarc"),
                 "expected `off`, `none`, `quarantine`, `reject`, or a record that begins with `v=DMARC1`, "
                 "at most 2000 bytes");
  }
  domain.dmarc = *text;
}

MailingList read_list(Reader& reader, const YamlNode& name, const YamlNode& node, std::string_view domain) {
  MailingList list;
  list.place = reader.place(name);
  list.local_part = to_lower(name.text);
  if (!is_user_name(list.local_part)) reader.expected(name, "the part of an address before the `@`");
  Fields fields(reader, node, Section::kList);
  for (const std::string& member : fields.mailboxes("members"))
    list.members.push_back(*address_in(member));
  if (list.members.size() > kMaxMembers)
    reader.error(fields.place("members"), fmt::format("at most {} members", kMaxMembers));
  list.prefix = one_line(reader, fields, "prefix").value_or("[" + list.local_part + "]");
  list.footer =
      fields.text("footer").value_or(fmt::format("--\nSent by the list {}@{}", list.local_part, domain));
  const bool ascii = std::all_of(list.footer.begin(), list.footer.end(),
                                 [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); });
  if (!ascii || list.footer.size() > kMaxRecord)
    reader.error(fields.place("footer"), "expected text in ASCII, at most 2000 bytes");
  if (list.prefix.size() > 100) reader.error(fields.place("prefix"), "at most 100 bytes");
  if (const auto from = fields.choice("from")) list.rewrite_from = *from == 1;
  return list;
}

const DkimKey* find_key(const Domain& domain, std::string_view selector) {
  for (const DkimKey& key : domain.dkim) {
    if (key.selector == selector) return &key;
  }
  return nullptr;
}

}  // namespace

void read_authentication(Reader& reader, Fields& fields, WrittenDomain& domain) {
  if (const YamlNode* dkim = fields.get("dkim")) read_dkim(reader, *dkim, domain);
  read_dmarc(reader, fields, domain);
  const YamlNode* lists = fields.map("lists");
  if (lists == nullptr) return;
  for (std::size_t i = 0; i < lists->keys.size(); ++i)
    domain.lists.push_back(read_list(reader, lists->keys[i], lists->items[i], domain.name));
}

std::optional<ActionKind> read_dkim_deed(Reader& reader, const YamlNode& node, const WrittenWorld& world,
                                         const Scenario& scenario) {
  Fields fields(reader, node, Section::kDkimDeed);
  const auto name = fields.name("domain");
  const auto selector = fields.text("selector");
  const auto deed = fields.choice("do");
  if (!name || !selector || !deed) return std::nullopt;
  const Domain* domain = scenario.find_domain(*name);
  if (domain == nullptr) {
    reader.error(fields.place("domain"), fmt::format("there is no domain `{}`", *name));
    return std::nullopt;
  }
  const DkimKey* key = find_key(*domain, to_lower(*selector));
  if (key == nullptr) {
    reader.error(fields.place("selector"),
                 fmt::format("`{}` has no DKIM key `{}`: name it under `dkim`", *name, escaped(*selector)));
    return std::nullopt;
  }
  enum Deed : std::size_t { kPublish, kSign, kRevoke, kRemove };
  if (*deed == kSign) return SignWith{*name, key->selector};
  SetRecord change{*name, key->selector + "._domainkey." + *name, "TXT", {}};
  if (*deed == kRemove) return change;
  const auto ttl =
      static_cast<std::uint32_t>(std::min<std::int64_t>(world.ttl.ns / Duration::seconds(1).ns, 0x7fff'ffff));
  // A revoked key has no key. // RFC 6376 3.6.1
  const std::string text = *deed == kRevoke ? "v=DKIM1; p=" : key->record;
  change.records.push_back({reader.place(node), change.name, "TXT", ttl, text});
  return change;
}

}  // namespace glasspost::scenario
