#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/dkim.h"
#include "engine/auth/dkim_key.h"
#include "engine/auth/dkim_signature.h"
#include "engine/observe/explanation.h"

namespace glasspost::auth {

// The steps of a DKIM verification, as explanations. Pure. What a stranger's message can make them say is
// bounded: kMaxShownRanges fields, kMaxShownText bytes of a record.

inline constexpr std::size_t kMaxShownRanges = 100;
inline constexpr std::size_t kMaxShownText = 4'096;

/// Of a tag in the value of a header field.
[[nodiscard]] ByteRange range_in_field(const message::HeaderField& field, const TextPlace& place);
[[nodiscard]] ByteRange range_of_field(const message::HeaderField& field);

[[nodiscard]] Explanation explain_problem(const message::HeaderField& field, const DkimProblem& problem);
[[nodiscard]] Explanation explain_key_answer(const dns::Name& name, const dns::Answer& answer);
/// One record of the answer: `problem` is empty if it can be used.
[[nodiscard]] Explanation explain_key_record(const dns::Name& name, const std::string& text,
                                             const Result<DkimKeyRecord>& record, std::string_view problem);

struct DkimBodyStep {
  const message::Header& header;
  const message::HeaderField& field;
  std::size_t message_size;
  const DkimSignature& signature;
  const std::string& computed;   ///< raw digest
  std::uint64_t canonical_size;  ///< of the body
  bool match;
};
[[nodiscard]] Explanation explain_body(const DkimBodyStep& step);

struct DkimHeaderStep {
  const message::Header& header;
  const message::HeaderField& field;
  const DkimSignature& signature;
  const std::vector<std::size_t>& picked;
  bool match;
};
[[nodiscard]] Explanation explain_header(const DkimHeaderStep& step);

/// Fills everything but the children.
void explain_signature(const message::HeaderField& field, const DkimSignatureVerdict& verdict,
                       Explanation& why);
void explain_verdict(const DkimVerdict& verdict, Explanation& why);

}  // namespace glasspost::auth
