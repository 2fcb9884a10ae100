#include "engine/dissect/query.h"

#include <algorithm>
#include <utility>

#include "engine/dissect/dialogue.h"
#include "engine/dissect/query_parts.h"

namespace glasspost::dissect {

QueryContext::QueryContext() : dialogues_(std::make_unique<Dialogues>()) {}
QueryContext::~QueryContext() = default;

void QueryContext::update(const trace::Trace& trace) {
  trace_ = trace;
  names_ = trace.project(trace.last_seq());
  dialogues_->update(trace);
}

const trace::Projection& QueryContext::world_at(std::uint64_t seq) const {
  const std::uint64_t now = world_.seq();
  if (now != 0 && now <= seq && seq - now <= 2 * trace::kChunkEvents) {
    trace_.for_each(now + 1, seq, [this](const trace::EventView& event) { world_.apply(event); });
  } else {
    world_ = trace_.project(seq);
  }
  return world_;
}

namespace {

std::vector<Value> values_of_operand(const Operand& operand, const trace::EventView& event,
                                     const QueryContext& context) {
  if (const auto* literal = std::get_if<Value>(&operand)) return {*literal};
  return values_of(std::get<FieldRef>(operand), event, context);
}

std::string as_text(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}

bool is_true(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number != 0;
  return !std::get<std::string>(value).empty();
}

template <class T>
bool ordered(Operation operation, const T& a, const T& b) {
  switch (operation) {
    case Operation::kLess:
      return a < b;
    case Operation::kLessEqual:
      return a <= b;
    case Operation::kGreater:
      return a > b;
    case Operation::kGreaterEqual:
      return a >= b;
    default:
      return a == b;
  }
}

// Numbers compare as numbers; where one side is a text, both are texts, and only equality is asked for.
bool compare(Operation operation, const Value& a, const Value& b) {
  const auto* left = std::get_if<std::int64_t>(&a);
  const auto* right = std::get_if<std::int64_t>(&b);
  if (left && right && operation != Operation::kContains) return ordered(operation, *left, *right);
  const std::string x = as_text(a);
  const std::string y = as_text(b);
  if (operation == Operation::kContains) return x.find(y) != std::string::npos;
  if ((left != nullptr) != (right != nullptr) && operation != Operation::kEqual) return false;
  return ordered(operation, x, y);
}

bool any(Operation operation, const std::vector<Value>& left, const std::vector<Value>& right) {
  for (const Value& a : left) {
    for (const Value& b : right) {
      if (compare(operation, a, b)) return true;
    }
  }
  return false;
}

bool holds(const Query::Parts& parts, std::size_t index, const trace::EventView& event,
           const QueryContext& context) {
  const QueryNode& node = parts.nodes[index];
  switch (node.operation) {
    case Operation::kOr:
      return holds(parts, node.left, event, context) || holds(parts, node.right, event, context);
    case Operation::kAnd:
      return holds(parts, node.left, event, context) && holds(parts, node.right, event, context);
    case Operation::kNot:
      return !holds(parts, node.left, event, context);
    default:
      break;
  }
  const std::vector<Value> left = values_of_operand(node.operands[0], event, context);
  if (node.operation == Operation::kTruth) return std::any_of(left.begin(), left.end(), is_true);
  if (left.empty()) return false;
  if (node.operation == Operation::kIn) {
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
      if (any(Operation::kEqual, left, values_of_operand(node.operands[i], event, context))) return true;
    }
    return false;
  }
  const std::vector<Value> right = values_of_operand(node.operands[1], event, context);
  if (right.empty()) return false;
  // None of the values is the other: not the same as some value being different.
  if (node.operation == Operation::kNotEqual) return !any(Operation::kEqual, left, right);
  return any(node.operation, left, right);
}

}  // namespace

Result<Query> Query::parse(std::string_view text) {
  Result<Parts> parts = parse_query(text);
  if (!parts) return fail(std::move(parts.error()));
  Query query;
  query.parts_ = std::make_shared<const Parts>(std::move(*parts));
  return query;
}

bool Query::matches(const trace::EventView& event, const QueryContext& context) const {
  return parts_ && holds(*parts_, parts_->nodes.size() - 1, event, context);
}

std::vector<std::uint64_t> Query::find(const QueryContext& context, std::size_t limit) const {
  std::vector<std::uint64_t> found;
  context.trace().for_each([&](const trace::EventView& event) {
    if (found.size() >= limit) return false;
    if (matches(event, context)) found.push_back(event.seq());
    return true;
  });
  return found;
}

const std::string& Query::text() const {
  static const std::string kNone;
  return parts_ ? parts_->text : kNone;
}

}  // namespace glasspost::dissect
