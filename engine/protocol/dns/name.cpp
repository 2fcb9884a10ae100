#include "engine/protocol/dns/name.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glasspost::dns {
namespace {

constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxWire = 255;

// One character of presentation form, escapes undone; `at` moves behind it. // RFC 1035 5.1
Result<char> read_escaped(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  if (text[at] != '\\') return text[at++];
  ++at;
  if (at == text.size()) return fail_at(ErrorCode::kInvalidInput, start, "a name ends in a backslash");
  if (!is_digit(text[at])) return text[at++];
  int value = 0;
  for (int i = 0; i < 3; ++i, ++at) {
    if (at == text.size() || !is_digit(text[at]))
      return fail_at(ErrorCode::kInvalidInput, start, "\\DDD needs three digits");
    value = value * 10 + (text[at] - '0');
  }
  if (value > 255) return fail_at(ErrorCode::kInvalidInput, start, "\\DDD is at most 255");
  return static_cast<char>(value);
}

// RFC 4034 6.1: labels as unsigned bytes, upper case taken as lower case.
std::strong_ordering compare_labels(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(to_lower(a[i]));
    const auto y = static_cast<unsigned char>(to_lower(b[i]));
    if (x != y) return x <=> y;
  }
  return a.size() <=> b.size();
}

}  // namespace

Result<Name> Name::parse(std::string_view text) {
  Name name;
  if (text == ".") return name;
  if (text.empty()) return fail_at(ErrorCode::kInvalidInput, 0, "a name is empty");
  std::size_t at = 0;
  std::size_t wire = 1;
  while (at < text.size()) {
    const std::size_t start = at;
    std::string label;
    while (at < text.size() && text[at] != '.') {
      const Result<char> c = read_escaped(text, at);
      if (!c) return fail(c.error());
      label += *c;
      if (label.size() > kMaxLabel)
        return fail_at(ErrorCode::kInvalidInput, start, "a label of a name is longer than 63 bytes");
    }
    if (label.empty()) return fail_at(ErrorCode::kInvalidInput, start, "a label of a name is empty");
    wire += label.size() + 1;
    if (wire > kMaxWire) return fail_at(ErrorCode::kInvalidInput, start, "a name is longer than 255 bytes");
    name.labels_.push_back(std::move(label));
    if (at < text.size()) ++at;  // the dot
  }
  return name;
}

Result<Name> Name::from_labels(std::vector<std::string> labels) {
  std::size_t wire = 1;
  for (const std::string& label : labels) {
    if (label.empty() || label.size() > kMaxLabel)
      return fail(ErrorCode::kInvalidInput, "a label of a name has 1 to 63 bytes");
    wire += label.size() + 1;
  }
  if (wire > kMaxWire) return fail(ErrorCode::kInvalidInput, "a name is longer than 255 bytes");
  Name name;
  name.labels_ = std::move(labels);
  return name;
}

std::string Name::to_string() const {
  if (labels_.empty()) return ".";
  std::string out;
  for (const std::string& label : labels_) {
    if (!out.empty()) out += '.';
    for (const char c : label) {
      if (c == '.' || c == '\\') {
        out += '\\';
        out += c;
      } else if (c > ' ' && c < 0x7F) {
        out += c;
      } else {
        out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
      }
    }
  }
  return out;
}

Name Name::parent() const {
  return suffix(labels_.empty() ? 0 : labels_.size() - 1);
}

Name Name::suffix(std::size_t count) const {
  Name name;
  const std::size_t kept = std::min(count, labels_.size());
  name.labels_.assign(labels_.end() - static_cast<std::ptrdiff_t>(kept), labels_.end());
  return name;
}

Result<Name> Name::child(std::string label) const {
  std::vector<std::string> labels;
  labels.reserve(labels_.size() + 1);
  labels.push_back(std::move(label));
  labels.insert(labels.end(), labels_.begin(), labels_.end());
  return from_labels(std::move(labels));
}

std::size_t Name::wire_size() const {
  std::size_t size = 1;
  for (const std::string& label : labels_)
    size += label.size() + 1;
  return size;
}

bool Name::is_within(const Name& ancestor) const {
  if (ancestor.labels_.size() > labels_.size()) return false;
  return std::equal(ancestor.labels_.rbegin(), ancestor.labels_.rend(), labels_.rbegin(),
                    [](const std::string& a, const std::string& b) { return iequals(a, b); });
}

bool operator==(const Name& a, const Name& b) {
  return a.labels_.size() == b.labels_.size() && a.is_within(b);
}

std::strong_ordering operator<=>(const Name& a, const Name& b) {
  auto x = a.labels_.rbegin();
  auto y = b.labels_.rbegin();
  for (; x != a.labels_.rend() && y != b.labels_.rend(); ++x, ++y) {
    const std::strong_ordering order = compare_labels(*x, *y);
    if (order != 0) return order;
  }
  return a.labels_.size() <=> b.labels_.size();
}

Name reverse_name(const IpAddress& address) {
  std::vector<std::string> labels;
  if (address.is_v4()) {
    for (std::size_t i = 4; i-- > 0;)
      labels.push_back(std::to_string(address.bytes()[i]));
    labels.insert(labels.end(), {"in-addr", "arpa"});
  } else {
    static constexpr std::string_view kHex = "0123456789abcdef";
    for (std::size_t i = 16; i-- > 0;) {
      labels.emplace_back(1, kHex[address.bytes()[i] & 0x0F]);
      labels.emplace_back(1, kHex[address.bytes()[i] >> 4]);
    }
    labels.insert(labels.end(), {"ip6", "arpa"});
  }
  return *Name::from_labels(std::move(labels));
}

}  // namespace glasspost::dns
