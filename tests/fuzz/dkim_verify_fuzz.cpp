// Any message, with any key record (the input's first line): the verdict comes, with and without an
// explanation the same, whatever the body's pieces are; the look-ups are bounded.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/auth/dkim.h"
#include "engine/base/assert.h"
#include "engine/protocol/dns/static_resolver.h"
#include "engine/runtime/task_group.h"

using namespace glasspost;

namespace {

Task<void> keep(Task<auth::DkimVerdict> task, std::optional<auth::DkimVerdict>& out) {
  auth::DkimVerdict verdict = co_await task;
  out.emplace(std::move(verdict));
}

// The same key for every name.
class OneKey final : public dns::Resolver {
 public:
  explicit OneKey(std::string text) : text_(std::move(text)) {}
  Task<dns::Answer> resolve(dns::Question question) override {
    ++asked;
    dns::Answer answer;
    answer.question = std::move(question);
    answer.status = dns::AnswerStatus::kFound;
    answer.records.push_back(dns::make_txt(answer.question.name, text_, 60));
    co_return answer;
  }
  std::size_t asked = 0;

 private:
  std::string text_;
};

auth::DkimVerdict verify(OneKey& resolver, std::string_view message, bool explain) {
  const message::Header header = message::parse_header(message);
  auth::DkimRequest request;
  request.explain = explain;
  std::optional<auth::DkimVerdict> verdict;
  TaskGroup tasks;
  tasks.spawn(keep(auth::verify_dkim(resolver, header, message, request), verdict));
  GLASSPOST_ASSERT(verdict.has_value());
  return std::move(*verdict);
}

std::string body_hash(auth::Canonicalization canonicalization, std::string_view body, std::size_t piece) {
  auth::DkimBodyHash hash(canonicalization);
  for (std::size_t at = 0; at < body.size(); at += piece)
    hash.update(body.substr(at, piece));
  return hash.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 65'536) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view message = input.substr(std::min(line + 1, input.size()));
  OneKey resolver(std::string(input.substr(0, std::min<std::size_t>(line, 4'096))));
  const auth::DkimVerdict quiet = verify(resolver, message, false);
  const auth::DkimVerdict explained = verify(resolver, message, true);
  GLASSPOST_ASSERT(resolver.asked <= 20);
  GLASSPOST_ASSERT(explained.explanation.has_value() && !quiet.explanation.has_value());
  GLASSPOST_ASSERT(quiet.signatures.size() == explained.signatures.size());
  for (std::size_t i = 0; i < quiet.signatures.size(); ++i)
    GLASSPOST_ASSERT(quiet.signatures[i].result == explained.signatures[i].result);
  for (const auto canonicalization : {auth::Canonicalization::kSimple, auth::Canonicalization::kRelaxed})
    GLASSPOST_ASSERT(body_hash(canonicalization, message, size + 1) ==
                     body_hash(canonicalization, message, 1));
  return 0;
}
