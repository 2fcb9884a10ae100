#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

/// A value on one line, as YAML in flow style.
std::string flow_text(const YamlNode& node) {
  std::string out;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "null";
    case YamlNode::Kind::kScalar:
      return node.plain ? node.text : "\"" + escaped(node.text) + "\"";
    case YamlNode::Kind::kSequence:
      for (const YamlNode& item : node.items)
        out += (out.empty() ? "" : ", ") + flow_text(item);
      return "[" + out + "]";
    case YamlNode::Kind::kMap:
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        out += (out.empty() ? "" : ", ") + flow_text(node.keys[i]) + ": " + flow_text(node.items[i]);
      }
      return "{" + out + "}";
  }
  return out;
}

std::optional<std::size_t> list_index(std::string_view text) {
  if (text.empty() || text.size() > 5) return std::nullopt;
  std::size_t index = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

/// The child that a step of a path leads to; a map gets a new key where `make` is set. nullptr: no such
/// child.
YamlNode* step_into(YamlNode& node, const YamlNode& key, std::string_view name, bool make) {
  if (node.is_sequence()) {
    const auto index = list_index(name);
    return index && *index < node.items.size() ? &node.items[*index] : nullptr;
  }
  if (YamlNode* child = node.find(name)) return child;
  if (!make || (!node.is_map() && !node.is_null())) return nullptr;
  if (node.is_null()) node.kind = YamlNode::Kind::kMap;
  YamlNode new_key;
  new_key.kind = YamlNode::Kind::kScalar;
  new_key.text = name;
  new_key.line = key.line;
  new_key.column = key.column;
  YamlNode empty;
  empty.line = key.line;
  empty.column = key.column;
  node.keys.push_back(std::move(new_key));
  node.items.push_back(std::move(empty));
  return &node.items.back();
}

void remove_child(YamlNode& node, std::string_view name) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (node.is_map() && node.keys[i].text == name) {
      node.keys.erase(node.keys.begin() + static_cast<std::ptrdiff_t>(i));
      node.items.erase(node.items.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
  const auto index = list_index(name);
  if (node.is_sequence() && index && *index < node.items.size()) {
    node.items.erase(node.items.begin() + static_cast<std::ptrdiff_t>(*index));
  }
}

/// Replaces, adds or (with an empty value) takes out what a path of keys leads to.
void apply_patch(Reader& reader, YamlNode& root, const YamlNode& key, const YamlNode& value) {
  const std::vector<std::string_view> path = split(key.text, '/');
  YamlNode* node = &root;
  if (path.front() == "variants" || path.front() == "glasspost") {
    return reader.error(key, fmt::format("a variant cannot change `{}`", path.front()));
  }
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    node = step_into(*node, key, path[i], !value.is_null());
    if (node == nullptr)
      return reader.error(
          key, fmt::format("the path `{}` leads nowhere at `{}`", escaped(key.text), escaped(path[i])));
  }
  if (value.is_null()) return remove_child(*node, path.back());
  YamlNode* target = step_into(*node, key, path.back(), true);
  if (target == nullptr) {
    return reader.error(
        key, fmt::format("the path `{}` leads nowhere at `{}`", escaped(key.text), escaped(path.back())));
  }
  *target = value;
}

}  // namespace

void apply_variant(Reader& reader, YamlNode& root, const std::string& wanted) {
  const YamlNode* variants = root.find("variants");
  const YamlNode* found = variants != nullptr ? variants->find(wanted) : nullptr;
  if (found == nullptr) {
    std::vector<std::string_view> known;
    if (variants != nullptr) {
      for (const YamlNode& key : variants->keys)
        known.push_back(key.text);
    }
    return reader.error(
        variants != nullptr ? *variants : root,
        known.empty()
            ? fmt::format("there is no variant `{}`: the scenario has none", escaped(wanted))
            : fmt::format("there is no variant `{}`; variants: {}", escaped(wanted), fmt::join(known, ", ")));
  }
  const YamlNode* set = found->find("set");
  if (set == nullptr || !set->is_map()) return;  // reported when the variants are read
  const YamlNode patches = *set;                 // `root` is about to change
  for (std::size_t i = 0; i < patches.items.size(); ++i)
    apply_patch(reader, root, patches.keys[i], patches.items[i]);
}

std::vector<Variant> read_variants(Reader& reader, Fields& top) {
  std::vector<Variant> out;
  const YamlNode* variants = top.map("variants");
  if (variants == nullptr) return out;
  for (std::size_t i = 0; i < variants->keys.size(); ++i) {
    Variant variant;
    variant.place = reader.place(variants->keys[i]);
    variant.name = variants->keys[i].text;
    Fields fields(reader, variants->items[i], Section::kVariant);
    variant.title = fields.words("title").value_or(Words{variant.name, variant.name});
    if (const YamlNode* set = fields.map("set")) {
      for (std::size_t k = 0; k < set->keys.size(); ++k) {
        Variant::Patch patch;
        patch.place = reader.place(set->keys[k]);
        for (const std::string_view piece : split(set->keys[k].text, '/'))
          patch.path.emplace_back(piece);
        patch.value = flow_text(set->items[k]);
        variant.patches.push_back(std::move(patch));
      }
    }
    out.push_back(std::move(variant));
  }
  return out;
}

}  // namespace glasspost::scenario
