#include "engine/scenario/schema.h"

#include <vector>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/keys.h"

namespace glasspost::scenario {
namespace {

constexpr std::string_view kDurationPattern = R"(^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d)$)";
constexpr std::string_view kNamePattern =
    R"(^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$)";

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// "named link" as a name within $defs.
std::string definition(Section section) {
  std::string out(section_spec(section).name);
  for (char& c : out) {
    if (c == ' ') c = '-';
  }
  return out;
}

std::string reference(Section section) {
  return fmt::format(R"({{"$ref": "#/$defs/{}"}})", definition(section));
}

std::string pattern(std::string_view regex) {
  return fmt::format(R"({{"type": "string", "pattern": "{}"}})", regex);
}

std::string one_or_list(const std::string& item) {
  return fmt::format(R"({{"anyOf": [{0}, {{"type": "array", "items": {0}}}]}})", item);
}

std::string choices(const KeySpec& key) {
  std::vector<std::string> words;
  for (const std::string_view word : split(key.choices, ' ')) {
    const bool number = is_digit(word.front()) && word.size() == 3;
    words.push_back(json_text(word));
    if (number) words.push_back(std::string(word));  // editors take an unquoted 587 for a number
  }
  return fmt::format(R"({{"enum": [{}]}})", fmt::join(words, ", "));
}

constexpr std::string_view kScalar = R"({"type": ["string", "number", "boolean"]})";
constexpr std::string_view kAddress = R"({"type": "string", "pattern": "@"})";

std::string special(ValueKind kind) {
  const std::string name = pattern(kNamePattern);
  switch (kind) {
    case ValueKind::kMx:
      return fmt::format(
          R"({{"anyOf": [{0}, {{"type": "array", "items": {0}, "minItems": 1}}, {{"type": "object", "propertyNames": {{"pattern": "^[0-9]+$"}}, "additionalProperties": {1}}}]}})",
          name, one_or_list(name));
    case ValueKind::kDevices: {
      const std::string settings = fmt::format(R"({{"anyOf": [{{"enum": ["imap", "pop3", "none"]}}, {}]}})",
                                               reference(Section::kDevice));
      const std::string device = fmt::format(
          R"({{"anyOf": [{}, {{"type": "object", "additionalProperties": {}}}]}})", name, settings);
      return one_or_list(device);
    }
    case ValueKind::kForwards:
      return fmt::format(R"({{"type": "object", "additionalProperties": {}}})",
                         one_or_list(std::string(kAddress)));
    case ValueKind::kLeniencies: {
      std::string switches;
      for (const std::string_view leniency : leniency_names()) {
        switches += fmt::format(R"({}"{}": {{"type": "boolean"}})", switches.empty() ? "" : ", ", leniency);
      }
      return fmt::format(
          R"({{"type": "object", "propertyNames": {{"enum": ["25", "465", "587"]}}, "additionalProperties": {{"type": "object", "additionalProperties": false, "properties": {{{}}}}}}})",
          switches);
    }
    case ValueKind::kPair:
      return fmt::format(R"({{"type": "array", "items": {}, "minItems": 2, "maxItems": 2}})", name);
    case ValueKind::kPath:
      return fmt::format(
          R"({{"anyOf": [{0}, {{"type": "array", "items": {0}, "minItems": 2, "maxItems": 2}}]}})", name);
    case ValueKind::kSpf:
      return R"json({"type": "string", "pattern": "^(none$|v=spf1)"})json";
    case ValueKind::kDkim:
      return fmt::format(
          R"({{"anyOf": [{{"type": "boolean"}}, {{"enum": ["yes", "no"]}}, {{"type": "object", "additionalProperties": {{"anyOf": [{{"type": "null"}}, {{"enum": ["ed25519", "rsa-2048"]}}, {}]}}}}]}})",
          reference(Section::kDkimKey));
    case ValueKind::kDmarc:
      return R"json({"type": "string", "pattern": "^((off|none|quarantine|reject)$|v=DMARC1)"})json";
    case ValueKind::kNothing:
      return R"({"type": "null"})";
    case ValueKind::kSet:
    default:
      return R"({"type": "object"})";
  }
}

std::string value_schema(const KeySpec& key) {
  switch (key.kind) {
    case ValueKind::kText:
      return std::string(kScalar);
    case ValueKind::kWords:
      return fmt::format(
          R"({{"anyOf": [{0}, {{"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {{"en": {0}, "ko": {0}}}}}]}})",
          kScalar);
    case ValueKind::kWhole:
      return fmt::format(R"({{"type": "integer", "minimum": {}, "maximum": {}}})", key.least, key.most);
    case ValueKind::kYesNo:
      return R"({"type": "boolean"})";
    case ValueKind::kDuration:
      return pattern(kDurationPattern);
    case ValueKind::kInstant:
      return pattern(R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$)");
    case ValueKind::kBandwidth:
      return pattern(R"(^(unlimited|[0-9]+(\\.[0-9]+)?(bit|kbit|Mbit|Gbit))$)");
    case ValueKind::kPercent:
      return pattern(R"(^[0-9]+(\\.[0-9]+)?%$)");
    case ValueKind::kSize:
      return R"({"anyOf": [{"const": 0}, {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(B|kB|MB|KiB|MiB|GiB)$"}]})";
    case ValueKind::kChoice:
      return choices(key);
    case ValueKind::kChoices:
      return one_or_list(choices(key));
    case ValueKind::kName:
      return pattern(kNamePattern);
    case ValueKind::kNames:
      return one_or_list(pattern(kNamePattern));
    case ValueKind::kMailbox:
      return std::string(kAddress);
    case ValueKind::kMailboxes:
      return one_or_list(std::string(kAddress));
    case ValueKind::kIps:
      return one_or_list(pattern("^[0-9A-Fa-f.:]+$"));
    case ValueKind::kDurations:
      return one_or_list(pattern(kDurationPattern));
    case ValueKind::kTexts:
      return one_or_list(std::string(kScalar));
    case ValueKind::kSection:
      return reference(key.of);
    case ValueKind::kSectionList:
      return fmt::format(R"({{"type": "array", "items": {}}})", reference(key.of));
    case ValueKind::kMessage:
      return fmt::format(R"({{"anyOf": [{}, {}]}})", kScalar, reference(key.of));
    case ValueKind::kSectionMap:
      return fmt::format(
          R"({{"type": "object", "additionalProperties": {{"anyOf": [{}, {{"type": "null"}}]}}}})",
          reference(key.of));
    default:
      return special(key.kind);
  }
}

std::string section_schema(const SectionSpec& section) {
  std::string properties;
  std::vector<std::string> required;
  for (const KeySpec& key : section.keys) {
    std::string value = value_schema(key);
    // The value may be a reference, beside which draft 2020-12 allows a description.
    value.insert(1, fmt::format(R"("description": {}, )", json_text(key.words)));
    properties +=
        fmt::format("{}\n        {}: {}", properties.empty() ? "" : ",", json_text(key.name), value);
    if (key.required) required.push_back(json_text(key.name));
  }
  const std::string actor = fmt::format(
      R"({{"anyOf": [{}, {{"enum": ["sync", "go_offline", "go_online"]}}]}})", reference(Section::kActor));
  const std::string others = section.open ? actor : "false";
  return fmt::format(
      "{{\n      \"description\": {},\n      \"type\": \"object\",\n      \"additionalProperties\": {},\n    "
      "  "
      "\"required\": [{}],\n      \"properties\": {{{}\n      }}\n    }}",
      json_text(section.words), others, fmt::join(required, ", "), properties);
}

std::string kind_in_words(const KeySpec& key) {
  switch (key.kind) {
    case ValueKind::kText:
      return "text";
    case ValueKind::kWords:
      return "text, or `{en: ..., ko: ...}`";
    case ValueKind::kWhole:
      return key.least == key.most ? fmt::format("{}", key.least) : "whole number";
    case ValueKind::kYesNo:
      return "`true` or `false`";
    case ValueKind::kDuration:
      return "time";
    case ValueKind::kInstant:
      return "date and time";
    case ValueKind::kBandwidth:
      return "bandwidth";
    case ValueKind::kPercent:
      return "percentage";
    case ValueKind::kSize:
      return "size";
    case ValueKind::kChoice: {
      std::vector<std::string> words;
      for (const std::string_view word : split(key.choices, ' '))
        words.push_back(fmt::format("`{}`", word));
      return fmt::format("{}", fmt::join(words, ", "));
    }
    case ValueKind::kChoices: {
      std::vector<std::string> words;
      for (const std::string_view word : split(key.choices, ' '))
        words.push_back(fmt::format("`{}`", word));
      return fmt::format("list of {}", fmt::join(words, ", "));
    }
    case ValueKind::kName:
      return "name";
    case ValueKind::kNames:
      return "name or list of names";
    case ValueKind::kMailbox:
      return "address";
    case ValueKind::kMailboxes:
      return "address or list of addresses";
    case ValueKind::kIps:
      return "IP address or list of them";
    case ValueKind::kDurations:
      return "time or list of times";
    case ValueKind::kTexts:
      return "text or list of texts";
    case ValueKind::kSection:
      return fmt::format("[{0}](#{1})", section_spec(key.of).name, definition(key.of));
    case ValueKind::kSectionList:
      return fmt::format("list of [{0}](#{1})", section_spec(key.of).name, definition(key.of));
    case ValueKind::kSectionMap:
      return fmt::format("map from names to [{0}](#{1})", section_spec(key.of).name, definition(key.of));
    case ValueKind::kMx:
      return "host, list of hosts, map from preferences to hosts, or `none`";
    case ValueKind::kDevices:
      return "list of names, or of `NAME: PROTOCOL` or `NAME: ` [device](#device)";
    case ValueKind::kForwards:
      return "map from local parts to addresses";
    case ValueKind::kLeniencies:
      return "map from ports to switches";
    case ValueKind::kPair:
      return "list of two hosts";
    case ValueKind::kPath:
      return "link, host, or list of two hosts";
    case ValueKind::kSpf:
      return "`none`, or text";
    case ValueKind::kDkim:
      return fmt::format("`true`, `false`, or map from selectors to `ed25519`, `rsa-2048` or [{0}](#{1})",
                         section_spec(key.of).name, definition(key.of));
    case ValueKind::kDmarc:
      return "`off`, `none`, `quarantine`, `reject`, or text";
    case ValueKind::kMessage:
      return fmt::format("subject, or [{0}](#{1})", section_spec(key.of).name, definition(key.of));
    case ValueKind::kNothing:
      return "nothing";
    case ValueKind::kSet:
      return "map from paths to values";
  }
  return {};
}

std::string in_table(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string scenario_schema() {
  std::string definitions;
  for (const SectionSpec& section : all_sections()) {
    definitions += fmt::format("{}\n    \"{}\": {}", definitions.empty() ? "" : ",",
                               definition(section.section), section_schema(section));
  }
  return fmt::format(
      "{{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": \"Glasspost "
      "scenario\",\n"
      "  \"$ref\": \"#/$defs/scenario\",\n  \"$defs\": {{{}\n  }}\n}}\n",
      definitions);
}

std::string scenario_reference() {
  std::string out;
  for (const SectionSpec& section : all_sections()) {
    out += fmt::format(
        "### {}\n\n{}\n\n| key | value | what it says | default | example |\n| --- | --- | --- | --- | --- "
        "|\n",
        definition(section.section), section.words);
    for (const KeySpec& key : section.keys) {
      const std::string_view fallback = key.required ? "(required)" : key.fallback;
      out += fmt::format("| `{}` | {} | {} | {} | `{}` |\n", key.name, kind_in_words(key),
                         in_table(key.words), in_table(fallback), in_table(key.example));
    }
    out += '\n';
  }
  return out;
}

}  // namespace glasspost::scenario
