#pragma once

// The inside of a query; for the sources of this folder only.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/dissect/query.h"

namespace glasspost::dissect {

/// What a field gives for one event, or what a literal is. Numbers are also moments (since the run's epoch)
/// and durations, in nanoseconds, and truth values (0, 1).
using Value = std::variant<std::int64_t, std::string>;

enum class FieldSource : std::uint8_t {
  kSeq,
  kTime,
  kCause,
  kHost,
  kConnection,
  kMessage,
  kKind,
  kColumn,  ///< of any kind that has one of that name, or of `kind` alone
  kLine,    ///< of the dialogue's lines that the event completes, of one protocol
  kDns,     ///< of look-ups, cache entries and datagrams
  kVerdict,
  kQueueLength,
};

struct FieldRef {
  FieldSource source = FieldSource::kSeq;
  std::string name;                       ///< the column, or the part after the dot
  const trace::KindInfo* kind = nullptr;  ///< kColumn: null for any
  std::uint8_t verdict = 0;               ///< kVerdict: the DecisionKind
  std::string_view protocol;              ///< kLine: the dialogue's, a literal
};

/// Nothing if there is no such field.
[[nodiscard]] std::optional<FieldRef> find_field(std::string_view name);
/// All values that the field has for the event; none where it does not apply.
[[nodiscard]] std::vector<Value> values_of(const FieldRef& field, const trace::EventView& event,
                                           const QueryContext& context);
/// Names that look like it, for an error.
[[nodiscard]] std::string similar_fields(std::string_view name);

enum class Operation : std::uint8_t {
  kOr,
  kAnd,
  kNot,
  kTruth,  ///< a field alone
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kContains,
  kIn,
};

using Operand = std::variant<FieldRef, Value>;

struct QueryNode {
  Operation operation = Operation::kTruth;
  std::size_t left = 0, right = 0;  ///< of kOr, kAnd, kNot: places in Parts::nodes
  std::vector<Operand> operands;    ///< of the others: the left one first
};

struct Query::Parts {
  std::string text;
  std::vector<QueryNode> nodes;  ///< the root is the last
};

inline constexpr std::size_t kMostQuery = 4096;
inline constexpr std::size_t kMostDepth = 64;

[[nodiscard]] Result<Query::Parts> parse_query(std::string_view text);

}  // namespace glasspost::dissect
