#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/result.h"

namespace glasspost::dns {

/// A domain name: labels of 1 to 63 arbitrary bytes, at most 255 bytes on the wire. Case is kept and ignored
/// when comparing (ASCII only). The root has no labels. // RFC 1035 2.3.4, RFC 4343 3
class Name {
 public:
  Name() = default;
  /// Reads presentation form; a final dot is optional and means nothing here (every name is absolute). `\.`
  /// and `\DDD` are understood. Errors: kInvalidInput with offset (empty label, label over 63, name over
  /// 255). // RFC 1035 5.1
  static Result<Name> parse(std::string_view text);
  /// Checks the limits only. Error: kInvalidInput.
  static Result<Name> from_labels(std::vector<std::string> labels);

  [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }
  [[nodiscard]] bool is_root() const { return labels_.empty(); }
  /// Without a final dot; the root is ".". Bytes outside printable ASCII, dots and backslashes are escaped.
  [[nodiscard]] std::string to_string() const;
  /// Without the first label; the root's parent is the root.
  [[nodiscard]] Name parent() const;
  /// The last `count` labels (all, if there are fewer).
  [[nodiscard]] Name suffix(std::size_t count) const;
  /// With a label put before the first. Error: kInvalidInput.
  [[nodiscard]] Result<Name> child(std::string label) const;
  /// Bytes on the wire, uncompressed: 1 for the root.
  [[nodiscard]] std::size_t wire_size() const;
  /// True if this is `ancestor` or stands below it.
  [[nodiscard]] bool is_within(const Name& ancestor) const;

  /// Ignores case.
  friend bool operator==(const Name& a, const Name& b);
  /// Canonical order (from the right-most label). // RFC 4034 6.1
  friend std::strong_ordering operator<=>(const Name& a, const Name& b);

 private:
  std::vector<std::string> labels_;
};

/// "1.2.0.192.in-addr.arpa" or the 32 nibbles under ip6.arpa. // RFC 1035 3.5, RFC 3596 2.5
[[nodiscard]] Name reverse_name(const IpAddress& address);

}  // namespace glasspost::dns
