#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::scenario {

/// The kinds of map that a scenario file is made of.
enum class Section : std::uint8_t {
  kTop,
  kNetwork,
  kLink,
  kNamedLink,
  kDns,
  kServer,
  kRetry,
  kLimits,
  kDomain,
  kUser,
  kDevice,
  kHost,
  kCertificate,
  kDkimKey,
  kList,
  kZone,
  kRecord,
  kAction,
  kActor,
  kSend,
  kAttachment,
  kInject,
  kMessage,
  kReplyDeed,
  kForwardDeed,
  kDraftDeed,
  kMoveDeed,
  kChangeLink,
  kSetRecord,
  kDkimDeed,
  kExpectation,
  kReply,
  kVariant,
};

/// What a key's value may be, in YAML.
enum class ValueKind : std::uint8_t {
  kText,
  kWords,        ///< text, or {en: text, ko: text}
  kWhole,        ///< a whole number, decimal, without leading zeros
  kYesNo,        ///< true or false
  kDuration,     ///< 1.5s, 20ms, 3h
  kInstant,      ///< 2026-03-02T09:00:00Z
  kBandwidth,    ///< 10Mbit
  kPercent,      ///< 20%
  kSize,         ///< 25MiB
  kChoice,       ///< one of `choices`
  kChoices,      ///< a list of some of `choices`
  kName,         ///< a domain name
  kNames,        ///< a list of domain names, or one
  kMailbox,      ///< an address: bob@beta.example
  kMailboxes,    ///< a list of addresses, or one
  kIps,          ///< a list of IP addresses, or one
  kDurations,    ///< a list of durations, or one
  kTexts,        ///< a list of texts, or one
  kSection,      ///< a map of section `of`
  kSectionList,  ///< a list of such maps
  kSectionMap,   ///< a map from names to such maps; a value may be left out
  kMx,           ///< none, a host, a list of hosts, or a map from preference to host
  kDevices,      ///< a list of names, {name: protocol} or {name: device map}
  kForwards,     ///< a map from local part to addresses
  kLeniencies,   ///< a map from port to a map of switches
  kPair,         ///< a list of two hosts
  kPath,         ///< a link's or a host's name, or a list of two hosts
  kSpf,          ///< none, or the record's text
  kDkim,         ///< true, false, or a map from selector to an algorithm or a map of section `of`
  kDmarc,        ///< off, a policy, or the record's text
  kMessage,      ///< a message: its subject, or a map of section `of`
  kNothing,      ///< no value
  kSet,          ///< a map from paths of keys to new values
};

/// One key of one section. The loader, the JSON Schema and the reference in docs/scenario-format.md all come
/// from the table of these.
struct KeySpec {
  std::string_view name;
  ValueKind kind = ValueKind::kText;
  std::string_view words;     ///< what it says, one sentence without a final full stop
  std::string_view fallback;  ///< the default, in words or as YAML; empty: nothing, or required
  std::string_view example;   ///< as YAML
  bool required = false;
  Section of = Section::kTop;         ///< for kSection, kSectionList, kSectionMap
  std::string_view choices = {};      ///< separated by blanks
  std::uint64_t least = 0;            ///< for kWhole
  std::uint64_t most = 0xffff'ffffu;  ///< for kWhole
};

struct SectionSpec {
  Section section;
  std::string_view name;   ///< "domain"
  std::string_view words;  ///< one sentence
  std::span<const KeySpec> keys;
  bool open = false;  ///< other keys are allowed: names of users and hosts
};

[[nodiscard]] std::span<const SectionSpec> all_sections();
[[nodiscard]] const SectionSpec& section_spec(Section section);
[[nodiscard]] const KeySpec* find_key(Section section, std::string_view name);

/// The names that a leniency switch may have.
[[nodiscard]] std::span<const std::string_view> leniency_names();

/// The candidate that a misspelt word most likely meant, or empty: at most a third of its letters differ.
[[nodiscard]] std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace glasspost::scenario
