#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/observe/observer.h"
#include "engine/trace/kind.h"

namespace glasspost::trace {

/// Bytes of any kind.
struct Blob {
  std::string_view bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

/// Several texts as one, joined by line feeds.
struct TextList {
  std::string_view joined;
  [[nodiscard]] std::vector<std::string> items() const;
  friend bool operator==(const TextList&, const TextList&) = default;
};
/// The text of a TextList. Line feeds inside an item become spaces.
[[nodiscard]] std::string join_list(const std::vector<std::string>& items);

/// The names of an enumeration's values, for those that stand in payloads.
template <class E>
struct EnumNames;
template <>
struct EnumNames<Direction> {
  static constexpr std::array<std::string_view, 2> kNames = {"to-server", "to-client"};
};
template <>
struct EnumNames<Layer> {
  static constexpr std::array<std::string_view, 2> kNames = {"wire", "plain"};
};
template <>
struct EnumNames<DecisionKind> {
  static constexpr std::array<std::string_view, 10> kNames = {
      "spf", "dkim", "dmarc", "arc", "access", "authentication", "route", "retry", "filter", "quota"};
};
template <>
struct EnumNames<MailOutcome> {
  static constexpr std::array<std::string_view, 5> kNames = {"relayed", "deferred", "bounced", "delivered",
                                                             "expired"};
};
template <class E>
[[nodiscard]] constexpr std::string_view enum_name(E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < EnumNames<E>::kNames.size() ? EnumNames<E>::kNames[index] : std::string_view("?");
}

/// One column of a payload: its name, the member that holds it, and the maximum of a text or blob.
template <class P, class M>
struct Field {
  std::string_view name;
  M P::*member;
  std::uint32_t maximum;
};
template <class P, class M>
constexpr Field<P, M> field(std::string_view name, M P::*member, std::uint32_t maximum = 1024) {
  return {name, member, maximum};
}

}  // namespace glasspost::trace
