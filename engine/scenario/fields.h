#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/time.h"
#include "engine/scenario/data/network.h"
#include "engine/scenario/data/source_place.h"
#include "engine/scenario/keys.h"
#include "engine/scenario/yaml_reader.h"

namespace glasspost::scenario {

/// A value and where it was written.
template <class T>
struct Placed {
  T value{};
  SourcePlace place;
};
using PlacedText = Placed<std::string>;

/// Collects what is wrong with a file while it is being read; reading goes on.
class Reader {
 public:
  Reader(std::string file, LoadErrors& errors) : file_(std::move(file)), errors_(errors) {}

  void error(const YamlNode& node, std::string message);
  void error(const SourcePlace& place, std::string message);
  /// "expected WANTED, found TEXT".
  void expected(const YamlNode& node, std::string_view wanted);
  [[nodiscard]] SourcePlace place(const YamlNode& node) const { return {file_, node.line, node.column}; }
  [[nodiscard]] std::size_t error_count() const { return errors_.size(); }

  // One value each. What is not such a value is reported and gives nothing.
  std::optional<std::string> text(const YamlNode& node);
  std::optional<Words> words(const YamlNode& node);
  std::optional<std::uint64_t> whole(const YamlNode& node, std::uint64_t least, std::uint64_t most);
  std::optional<bool> yes_no(const YamlNode& node);
  std::optional<Duration> duration(const YamlNode& node);
  std::optional<Instant> instant(const YamlNode& node);
  std::optional<std::uint64_t> bandwidth(const YamlNode& node);  ///< bits a second, 0: unlimited
  std::optional<std::uint32_t> percent(const YamlNode& node);    ///< in millionths
  std::optional<std::uint64_t> size(const YamlNode& node);       ///< bytes
  /// The position of the chosen word in `choices`.
  std::optional<std::size_t> choice(const YamlNode& node, std::string_view choices);
  std::optional<std::string> name(const YamlNode& node);     ///< a domain name in lower case
  std::optional<std::string> mailbox(const YamlNode& node);  ///< as written: `a@b` or `Name <a@b>`
  std::optional<IpAddress> ip(const YamlNode& node);
  /// The items of a list, or the node itself if it is one value.
  std::vector<const YamlNode*> one_or_list(const YamlNode& node);

 private:
  std::string file_;
  LoadErrors& errors_;
};

/// The typed fields of one map. Reports what is not a map, unknown keys (with what was meant), and missing
/// required keys; every key asked for must be in the section's table.
class Fields {
 public:
  /// Keys that the section does not know are left to `others()` if the section is open.
  Fields(Reader& reader, const YamlNode& node, Section section);

  [[nodiscard]] bool is_map() const { return node_.is_map(); }
  [[nodiscard]] SourcePlace place() const { return reader_.place(node_); }
  [[nodiscard]] SourcePlace place(std::string_view key) const;
  /// The value of a key; nullptr if it is not there or empty.
  const YamlNode* get(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const { return node_.find(key) != nullptr; }
  /// Positions in node.keys and node.items of keys that the section does not know.
  [[nodiscard]] const std::vector<std::size_t>& others() const { return others_; }

  std::optional<std::string> text(std::string_view key);
  std::optional<Words> words(std::string_view key);
  std::optional<std::uint64_t> whole(std::string_view key);
  std::optional<bool> yes_no(std::string_view key);
  std::optional<Duration> duration(std::string_view key);
  std::optional<Instant> instant(std::string_view key);
  std::optional<std::uint64_t> bandwidth(std::string_view key);
  std::optional<std::uint32_t> percent(std::string_view key);
  std::optional<std::uint64_t> size(std::string_view key);
  std::optional<std::size_t> choice(std::string_view key);
  std::optional<std::vector<std::size_t>> choices(std::string_view key);
  std::optional<std::string> name(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  std::vector<std::string> names(std::string_view key);
  std::vector<std::string> mailboxes(std::string_view key);
  std::vector<IpAddress> ips(std::string_view key);
  std::vector<Duration> durations(std::string_view key);
  /// Items of a list of maps.
  std::vector<const YamlNode*> list(std::string_view key);
  /// The map of names to maps, or nullptr.
  const YamlNode* map(std::string_view key);

 private:
  const KeySpec& spec(std::string_view key) const;

  Reader& reader_;
  const YamlNode& node_;
  Section section_;
  std::vector<std::size_t> others_;
};

/// The address in "Bob <bob@beta.example>" or "bob@beta.example", its domain in lower case; nothing if there
/// is none.
[[nodiscard]] std::optional<std::string> address_in(std::string_view text);
/// True for a host or domain name: labels of letters, digits and inner hyphens, at most 253 bytes. An
/// underscore may begin a label if `service_labels`.
[[nodiscard]] bool is_domain_name(std::string_view text, bool service_labels = false);

}  // namespace glasspost::scenario
