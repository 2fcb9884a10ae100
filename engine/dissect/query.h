#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/trace/projection.h"
#include "engine/trace/trace.h"

namespace glasspost::dissect {

class Dialogues;

/// What a query may ask besides the event itself: host names and the lines of dialogues. Belongs to one
/// thread.
class QueryContext {
 public:
  QueryContext();
  ~QueryContext();
  QueryContext(const QueryContext&) = delete;
  QueryContext& operator=(const QueryContext&) = delete;

  /// Takes in what has been added since the last call. Before the first match, and whenever the trace has
  /// grown.
  void update(const trace::Trace& trace);

  [[nodiscard]] const trace::Trace& trace() const { return trace_; }
  [[nodiscard]] const trace::Projection& names() const { return names_; }
  [[nodiscard]] Dialogues& dialogues() const { return *dialogues_; }
  /// The world after an event; cheap where one asks for moments in their order.
  [[nodiscard]] const trace::Projection& world_at(std::uint64_t seq) const;

 private:
  mutable trace::Projection world_;
  trace::Trace trace_;
  trace::Projection names_;
  std::unique_ptr<Dialogues> dialogues_;
};

/// A condition on one event, as `show --query`, expectations and breakpoints write it. The language is
/// described in docs/query-language.md. A value, cheap to copy.
class Query {
 public:
  /// Errors: kInvalidInput with the offset of what was not understood.
  [[nodiscard]] static Result<Query> parse(std::string_view text);

  /// Never fails: a field that the event has not makes a comparison false.
  [[nodiscard]] bool matches(const trace::EventView& event, const QueryContext& context) const;
  /// All events that match, in order; at most `limit`.
  [[nodiscard]] std::vector<std::uint64_t> find(const QueryContext& context,
                                                std::size_t limit = SIZE_MAX) const;
  [[nodiscard]] const std::string& text() const;

  struct Parts;

 private:
  std::shared_ptr<const Parts> parts_;
};

}  // namespace glasspost::dissect
