#include "engine/dissect/why.h"

#include <utility>

#include "engine/trace/explanation_codec.h"
#include "engine/trace/payload.h"

namespace glasspost::dissect {

std::optional<Explanation> explanation_of(const trace::EventView& event) {
  const auto decision = event.as<trace::payload::Decision>();
  if (!decision) return std::nullopt;
  auto explanation = trace::decode_explanation(decision->explanation.bytes);
  if (!explanation) return std::nullopt;
  return std::move(*explanation);
}

std::vector<trace::Event> causes_of(const trace::Trace& trace, const trace::EventView& event) {
  std::vector<trace::Event> out;
  for (std::uint64_t cause = event.cause(); cause != 0 && out.size() < kMostCauses;) {
    auto next = trace.event(cause);
    if (!next) break;
    cause = next->cause() < next->seq() ? next->cause() : 0;  // a damaged trace must not send us in circles
    out.push_back(std::move(*next));
  }
  return out;
}

}  // namespace glasspost::dissect
