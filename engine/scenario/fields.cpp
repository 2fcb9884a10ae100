#include "engine/scenario/fields.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace glasspost::scenario {
namespace {

std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 40;
  if (text.size() <= kShown) return fmt::format("`{}`", escaped(text));
  std::size_t cut = kShown;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80)
    --cut;
  return fmt::format("`{}...`", escaped(text.substr(0, cut)));
}

std::vector<std::string_view> words_of(std::string_view choices) {
  return choices.empty() ? std::vector<std::string_view>{} : split(choices, ' ');
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += fmt::format("`{}`", words[i]);
  }
  return out;
}

/// Decimal digits, no leading zero, no sign.
std::optional<std::uint64_t> parse_whole(std::string_view text) {
  if (text.empty() || text.size() > 19 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// "12.5" as 12,500,000 millionths; at most six digits after the point.
std::optional<std::uint64_t> parse_millionths(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto whole = parse_whole(text.substr(0, point));
  if (!whole || *whole > 1'000'000'000) return std::nullopt;
  std::uint64_t value = *whole * 1'000'000;
  if (point == std::string_view::npos) return value;
  const std::string_view fraction = text.substr(point + 1);
  if (fraction.empty() || fraction.size() > 6) return std::nullopt;
  std::uint64_t scale = 100'000;
  for (const char c : fraction) {
    if (!is_digit(c)) return std::nullopt;
    value += static_cast<std::uint64_t>(c - '0') * scale;
    scale /= 10;
  }
  return value;
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

/// A number and one of `units`; millionths of the unit are exact.
std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::initializer_list<Unit> units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = parse_millionths(text.substr(0, digits));
  if (!number) return std::nullopt;
  const std::string_view unit = trim_wsp(text.substr(digits));
  for (const Unit& known : units) {
    if (known.name != unit) continue;
    if (*number > std::numeric_limits<std::uint64_t>::max() / known.factor) return std::nullopt;
    const std::uint64_t product = *number * known.factor;
    if (product % 1'000'000 != 0) return std::nullopt;
    return product / 1'000'000;
  }
  return std::nullopt;
}

bool is_local_part(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;  // RFC 5321 4.5.3.1.1
  if (text.front() == '"') return text.size() > 2 && text.back() == '"';
  constexpr std::string_view kSymbols = "!#$%&'*+-/=?^_`{|}~.";  // RFC 5322 3.2.3
  if (text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [kSymbols](char c) {
    return is_alnum(c) || is_non_ascii(c) || kSymbols.find(c) != std::string_view::npos;
  });
}

}  // namespace

bool is_domain_name(std::string_view text, bool service_labels) {
  if (text.empty() || text.size() > 253) return false;
  for (std::string_view label : split(text, '.')) {
    if (service_labels && label.size() > 1 && label.front() == '_') label.remove_prefix(1);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    const bool good = std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; });
    if (!good) return false;
  }
  return true;
}

std::optional<std::string> address_in(std::string_view text) {
  text = trim_wsp(text);
  if (!text.empty() && text.back() == '>') {
    const std::size_t open = text.rfind('<');
    if (open == std::string_view::npos) return std::nullopt;
    text = text.substr(open + 1, text.size() - open - 2);
  }
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const bool literal = domain.size() > 2 && domain.front() == '[' && domain.back() == ']' &&
                       IpAddress::parse(domain.substr(1, domain.size() - 2)).has_value();
  if (!is_local_part(local) || (!literal && !is_domain_name(domain))) return std::nullopt;
  return std::string(local) + "@" + to_lower(domain);
}

void Reader::error(const YamlNode& node, std::string message) {
  error(place(node), std::move(message));
}

void Reader::error(const SourcePlace& at, std::string message) {
  if (errors_.size() < kMaxLoadErrors) errors_.push_back({at, std::move(message)});
}

void Reader::expected(const YamlNode& node, std::string_view wanted) {
  if (!node.is_scalar()) return error(node, fmt::format("expected {}, found {}", wanted, node.what()));
  error(node,
        fmt::format("expected {}, found {}{}", wanted, shown(node.text), node.plain ? "" : " in quotes"));
}

std::optional<std::string> Reader::text(const YamlNode& node) {
  if (node.is_scalar()) return node.text;
  expected(node, "text");
  return std::nullopt;
}

std::optional<Words> Reader::words(const YamlNode& node) {
  if (node.is_scalar()) return Words{node.text, node.text};
  const YamlNode* en = node.find("en");
  const YamlNode* ko = node.find("ko");
  const std::size_t known = (en != nullptr ? 1u : 0u) + (ko != nullptr ? 1u : 0u);
  if (known == 0 || node.keys.size() != known || (en != nullptr && !en->is_scalar()) ||
      (ko != nullptr && !ko->is_scalar())) {
    error(node, "expected text, or `{en: text, ko: text}`");
    return std::nullopt;
  }
  return Words{en != nullptr ? en->text : ko->text, ko != nullptr ? ko->text : en->text};
}

std::optional<std::uint64_t> Reader::whole(const YamlNode& node, std::uint64_t least, std::uint64_t most) {
  if (node.is_scalar() && node.plain) {
    const auto value = parse_whole(node.text);
    if (value && *value >= least && *value <= most) return value;
    if (node.text.size() > 1 && node.text[0] == '0' && is_digit(node.text[1])) {
      expected(node, "a whole number without leading zeros");
      return std::nullopt;
    }
  }
  expected(node, least == most ? fmt::format("{}", least)
                               : fmt::format("a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<bool> Reader::yes_no(const YamlNode& node) {
  if (node.is_scalar() && node.plain && node.text == "true") return true;
  if (node.is_scalar() && node.plain && node.text == "false") return false;
  expected(node, "`true` or `false`");
  return std::nullopt;
}

std::optional<Duration> Reader::duration(const YamlNode& node) {
  if (node.is_scalar()) {
    const auto value = parse_duration(node.text);
    if (value && value->ns >= 0) return *value;
  }
  expected(node, "a time with its unit, such as 20ms, 1.5s, 10m, 3h or 5d");
  return std::nullopt;
}

std::optional<Instant> Reader::instant(const YamlNode& node) {
  if (node.is_scalar()) {
    const auto value = parse_rfc3339(node.text);
    if (value) return *value;
  }
  expected(node, "a date and time in UTC, such as 2026-03-02T09:00:00Z");
  return std::nullopt;
}

std::optional<std::uint64_t> Reader::bandwidth(const YamlNode& node) {
  if (node.is_scalar() && node.text == "unlimited") return 0;
  if (node.is_scalar()) {
    const auto value = parse_with_unit(
        node.text, {{"bit", 1}, {"kbit", 1'000}, {"Mbit", 1'000'000}, {"Gbit", 1'000'000'000}});
    if (value && *value > 0) return value;
  }
  expected(node, "a bandwidth with its unit, such as 64kbit, 10Mbit or 1Gbit, or `unlimited`");
  return std::nullopt;
}

std::optional<std::uint32_t> Reader::percent(const YamlNode& node) {
  if (node.is_scalar()) {
    const auto value = parse_with_unit(node.text, {{"%", 10'000}});
    if (value && *value <= 1'000'000) return static_cast<std::uint32_t>(*value);
  }
  expected(node, "a share from 0% to 100%");
  return std::nullopt;
}

std::optional<std::uint64_t> Reader::size(const YamlNode& node) {
  if (node.is_scalar() && node.text == "0") return 0;
  if (node.is_scalar()) {
    const auto value = parse_with_unit(node.text, {{"B", 1},
                                                   {"kB", 1'000},
                                                   {"MB", 1'000'000},
                                                   {"KiB", 1ull << 10},
                                                   {"MiB", 1ull << 20},
                                                   {"GiB", 1ull << 30}});
    if (value && *value <= (1ull << 40)) return value;
  }
  expected(node, "a size with its unit, such as 512B, 64KiB or 25MiB");
  return std::nullopt;
}

std::optional<std::size_t> Reader::choice(const YamlNode& node, std::string_view choices) {
  const std::vector<std::string_view> words = words_of(choices);
  if (node.is_scalar()) {
    const auto found = std::find(words.begin(), words.end(), node.text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  std::string wanted = listed(words);
  if (node.is_scalar()) {
    const std::string_view meant = closest(node.text, words);
    if (!meant.empty() && words.size() > 3) {
      error(node, fmt::format("expected {}, found {}; did you mean `{}`?", wanted, shown(node.text), meant));
      return std::nullopt;
    }
  }
  expected(node, wanted);
  return std::nullopt;
}

std::optional<std::string> Reader::name(const YamlNode& node) {
  if (node.is_scalar() && is_domain_name(node.text)) return to_lower(node.text);
  expected(node, "a name, such as mx.alpha.example");
  return std::nullopt;
}

std::optional<std::string> Reader::mailbox(const YamlNode& node) {
  if (node.is_scalar() && address_in(node.text) && node.text.find('\n') == std::string::npos) {
    return std::string(trim_wsp(node.text));
  }
  expected(node, "an address, such as bob@beta.example or Bob <bob@beta.example>");
  return std::nullopt;
}

std::optional<IpAddress> Reader::ip(const YamlNode& node) {
  if (node.is_scalar()) {
    const auto value = IpAddress::parse(node.text);
    if (value) return *value;
  }
  expected(node, "an IP address, such as 192.0.2.25 or 2001:db8::25");
  return std::nullopt;
}

std::vector<const YamlNode*> Reader::one_or_list(const YamlNode& node) {
  std::vector<const YamlNode*> out;
  if (!node.is_sequence()) {
    out.push_back(&node);
    return out;
  }
  out.reserve(node.items.size());
  for (const YamlNode& item : node.items)
    out.push_back(&item);
  return out;
}

Fields::Fields(Reader& reader, const YamlNode& node, Section section)
    : reader_(reader), node_(node), section_(section) {
  const SectionSpec& spec = section_spec(section);
  if (!node.is_map() && !node.is_null()) {
    reader.expected(node, fmt::format("a map ({})", spec.name));
    return;
  }
  std::vector<std::string_view> known;
  for (const KeySpec& key : spec.keys)
    known.push_back(key.name);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const YamlNode& key = node.keys[i];
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    if (spec.open) {
      others_.push_back(i);
      continue;
    }
    const std::string_view meant = closest(key.text, known);
    const std::string hint = meant.empty() ? fmt::format("; known keys: {}", fmt::join(known, ", "))
                                           : fmt::format("; did you mean `{}`?", meant);
    reader.error(key, fmt::format("unknown key {} in {}{}", shown(key.text), spec.name, hint));
  }
  for (const KeySpec& key : spec.keys) {
    if (!key.required) continue;
    const YamlNode* value = node.find(key.name);
    if (value == nullptr) {
      reader.error(node, fmt::format("key `{}` is missing in {}, for example `{}: {}`", key.name, spec.name,
                                     key.name, key.example));
    } else if (value->is_null()) {
      reader.error(*value, fmt::format("key `{}` has no value, for example `{}: {}`", key.name, key.name,
                                       key.example));
    }
  }
}

const KeySpec& Fields::spec(std::string_view key) const {
  const KeySpec* found = find_key(section_, key);
  GLASSPOST_ASSERT(found != nullptr);
  return *found;
}

SourcePlace Fields::place(std::string_view key) const {
  const YamlNode* value = node_.find(key);
  return reader_.place(value != nullptr ? *value : node_);
}

const YamlNode* Fields::get(std::string_view key) {
  static_cast<void>(spec(key));
  const YamlNode* value = node_.find(key);
  return value != nullptr && !value->is_null() ? value : nullptr;
}

std::optional<std::string> Fields::text(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.text(*node) : std::nullopt;
}
std::optional<Words> Fields::words(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.words(*node) : std::nullopt;
}
std::optional<std::uint64_t> Fields::whole(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.whole(*node, spec(key).least, spec(key).most) : std::nullopt;
}
std::optional<bool> Fields::yes_no(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.yes_no(*node) : std::nullopt;
}
std::optional<Duration> Fields::duration(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.duration(*node) : std::nullopt;
}
std::optional<Instant> Fields::instant(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.instant(*node) : std::nullopt;
}
std::optional<std::uint64_t> Fields::bandwidth(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.bandwidth(*node) : std::nullopt;
}
std::optional<std::uint32_t> Fields::percent(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.percent(*node) : std::nullopt;
}
std::optional<std::uint64_t> Fields::size(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.size(*node) : std::nullopt;
}
std::optional<std::size_t> Fields::choice(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.choice(*node, spec(key).choices) : std::nullopt;
}
std::optional<std::string> Fields::name(std::string_view key) {
  const YamlNode* node = get(key);
  return node != nullptr ? reader_.name(*node) : std::nullopt;
}

std::optional<std::vector<std::size_t>> Fields::choices(std::string_view key) {
  const YamlNode* node = get(key);
  if (node == nullptr) return std::nullopt;
  std::vector<std::size_t> out;
  for (const YamlNode* item : reader_.one_or_list(*node)) {
    const auto value = reader_.choice(*item, spec(key).choices);
    if (!value) continue;
    if (std::find(out.begin(), out.end(), *value) != out.end()) {
      reader_.error(*item, fmt::format("`{}` is given twice", item->text));
    } else {
      out.push_back(*value);
    }
  }
  return out;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> out;
  const YamlNode* node = get(key);
  if (node == nullptr) return out;
  for (const YamlNode* item : reader_.one_or_list(*node)) {
    if (auto value = reader_.text(*item)) out.push_back(std::move(*value));
  }
  return out;
}
std::vector<std::string> Fields::names(std::string_view key) {
  std::vector<std::string> out;
  const YamlNode* node = get(key);
  if (node == nullptr) return out;
  for (const YamlNode* item : reader_.one_or_list(*node)) {
    if (auto value = reader_.name(*item)) out.push_back(std::move(*value));
  }
  return out;
}
std::vector<std::string> Fields::mailboxes(std::string_view key) {
  std::vector<std::string> out;
  const YamlNode* node = get(key);
  if (node == nullptr) return out;
  for (const YamlNode* item : reader_.one_or_list(*node)) {
    if (auto value = reader_.mailbox(*item)) out.push_back(std::move(*value));
  }
  return out;
}
std::vector<IpAddress> Fields::ips(std::string_view key) {
  std::vector<IpAddress> out;
  const YamlNode* node = get(key);
  if (node == nullptr) return out;
  for (const YamlNode* item : reader_.one_or_list(*node)) {
    if (auto value = reader_.ip(*item)) out.push_back(*value);
  }
  return out;
}
std::vector<Duration> Fields::durations(std::string_view key) {
  std::vector<Duration> out;
  const YamlNode* node = get(key);
  if (node == nullptr) return out;
  for (const YamlNode* item : reader_.one_or_list(*node)) {
    if (auto value = reader_.duration(*item)) out.push_back(*value);
  }
  return out;
}

std::vector<const YamlNode*> Fields::list(std::string_view key) {
  const YamlNode* node = get(key);
  if (node == nullptr) return {};
  if (!node->is_sequence()) {
    reader_.expected(*node, "a list");
    return {};
  }
  return reader_.one_or_list(*node);
}

const YamlNode* Fields::map(std::string_view key) {
  const YamlNode* node = get(key);
  if (node == nullptr) return nullptr;
  if (node->is_map()) return node;
  reader_.expected(*node, "a map");
  return nullptr;
}

}  // namespace glasspost::scenario
