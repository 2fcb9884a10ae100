#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/scenario/loader.h"

namespace glasspost::scenario {

/// A YAML value with its place. Scalars are kept as written; what they mean is decided by who asks.
struct YamlNode {
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  bool plain = true;            ///< a scalar without quotes: only such a one can be a number or true/false
  std::string text;             ///< of a scalar
  std::vector<YamlNode> keys;   ///< of a map: scalars, no two alike
  std::vector<YamlNode> items;  ///< of a sequence; of a map, one a key
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::kSequence; }
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  /// The value of a map's key, or nullptr.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
  [[nodiscard]] YamlNode* find(std::string_view key);
  /// "text", "a list", "a map", "nothing": for errors.
  [[nodiscard]] std::string_view what() const;
};

// Enforced while reading.
inline constexpr std::size_t kMaxYamlDepth = 24;
inline constexpr std::size_t kMaxYamlNodes = 100'000;

/// Reads one YAML document. Refused, each with its place: bytes that are not UTF-8 text, duplicate keys, keys
/// that are not words, anchors, aliases and tags, a second document, too much depth or too many values. What
/// could be read is returned also when there are errors (a null node if nothing could).
[[nodiscard]] YamlNode read_yaml(std::string_view text, const std::string& file, LoadErrors& errors);

}  // namespace glasspost::scenario
