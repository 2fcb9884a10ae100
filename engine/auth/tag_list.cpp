#include "engine/auth/tag_list.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/message/domain_name.h"

namespace glasspost::auth {
namespace {

std::size_t skip_fws(std::string_view text, std::size_t at) {
  while (at < text.size() && is_fws(text[at]))
    ++at;
  return at;
}

bool is_value_char(char c) {
  return is_fws(c) || (c > ' ' && c != 0x7F) || is_non_ascii(c);
}

// One tag-spec from `begin` to `end`, which is not blank.
Result<Tag> read_tag(std::string_view text, std::size_t begin, std::size_t end) {
  Tag tag;
  tag.end = end;
  const std::size_t name = skip_fws(text, begin);
  std::size_t at = name;
  while (at < end && (is_alnum(text[at]) || text[at] == '_'))
    ++at;
  if (at == name || !is_alpha(text[name]))
    return fail_at(ErrorCode::kInvalidInput, std::min(name, text.size()), "a tag has no name");
  tag.name = text.substr(name, at - name);
  at = skip_fws(text, at);
  if (at >= end || text[at] != '=')
    return fail_at(ErrorCode::kInvalidInput, name, "the tag " + std::string(tag.name) + " has no \"=\"");
  tag.after_equals = at + 1;
  const std::size_t value = std::min(skip_fws(text, tag.after_equals), end);
  tag.value = trim_fws(text.substr(value, end - value));
  tag.value_offset = value;
  const auto bad = std::find_if_not(tag.value.begin(), tag.value.end(), is_value_char);
  if (bad != tag.value.end())
    return fail_at(ErrorCode::kInvalidInput, value + static_cast<std::size_t>(bad - tag.value.begin()),
                   "the tag " + std::string(tag.name) + " holds a byte that no value may have");
  tag.place = {name, value + tag.value.size() - name};
  return tag;
}

}  // namespace

const Tag* TagList::find(std::string_view name) const {
  for (const Tag& tag : tags) {
    if (tag.name == name) return &tag;
  }
  return nullptr;
}

Result<TagList> parse_tag_list(std::string_view text) {
  TagList list;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    const bool blank = skip_fws(text, begin) >= end;
    if (blank && end == text.size() && !list.tags.empty()) break;  // a final ";" is allowed
    if (blank) return fail_at(ErrorCode::kInvalidInput, std::min(end, text.size() - 1), "a tag is empty");
    Result<Tag> tag = read_tag(text, begin, end);
    if (!tag) return fail(tag.error());
    if (list.find(tag->name) != nullptr)
      return fail_at(ErrorCode::kInvalidInput, tag->place.offset,
                     "the tag " + std::string(tag->name) + " stands twice");
    if (list.tags.size() == kMaxTags)
      return fail_at(ErrorCode::kInvalidInput, tag->place.offset,
                     "more than " + std::to_string(kMaxTags) + " tags");
    list.tags.push_back(*tag);
    begin = end + 1;
  }
  if (list.tags.empty()) return fail_at(ErrorCode::kInvalidInput, 0, "there are no tags");
  return list;
}

std::string_view trim_fws(std::string_view text) {
  while (!text.empty() && is_fws(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_fws(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string without_fws(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (!is_fws(c)) out += c;
  }
  return out;
}

std::vector<std::string_view> colon_list(std::string_view value) {
  std::vector<std::string_view> members = split(value, ':');
  for (std::string_view& member : members)
    member = trim_fws(member);
  return members;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text, std::size_t max_digits) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (kMax - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<std::string> decode_folded_base64(std::string_view text) {
  bool padding = false;
  std::size_t letters = 0;
  for (const char c : text) {
    if (is_fws(c)) continue;
    const bool letter = is_alnum(c) || c == '+' || c == '/';
    if ((!letter && c != '=') || (padding && letter)) return std::nullopt;
    padding = c == '=';
    if (letter) ++letters;
  }
  if (letters == 0 || letters % 4 == 1) return std::nullopt;  // six bits are no byte
  return crypto::base64_decode_tolerant(text);
}

bool is_label_sequence(std::string_view text, std::size_t min_labels) {
  const std::vector<std::string_view> labels = split(text, '.');
  return labels.size() >= min_labels && std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
           return !label.empty() && std::all_of(label.begin(), label.end(), [](char c) {
             return is_alnum(c) || c == '-' || c == '_' || is_non_ascii(c);
           });
         });
}

std::optional<dns::Name> to_dns_name(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  const Result<std::string> ascii = message::to_a_labels(domain);
  if (!ascii) return std::nullopt;
  std::vector<std::string> labels;
  for (const std::string_view label : split(*ascii, '.'))
    labels.emplace_back(label);
  Result<dns::Name> name = dns::Name::from_labels(std::move(labels));
  if (!name) return std::nullopt;
  return std::move(*name);
}

}  // namespace glasspost::auth
