// Any header, with any record (the input's first line) at every second name: a verdict comes within its
// limits, and the explanation changes nothing.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/auth/dmarc.h"
#include "engine/base/assert.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task_group.h"

using namespace glasspost;

namespace {

Task<void> keep(Task<auth::DmarcVerdict> task, std::optional<auth::DmarcVerdict>& out) {
  auth::DmarcVerdict verdict = co_await task;
  out.emplace(std::move(verdict));
}

class OneRecord final : public dns::Resolver {
 public:
  explicit OneRecord(std::string text) : text_(std::move(text)) {}
  Task<dns::Answer> resolve(dns::Question question) override {
    ++asked;
    dns::Answer answer;
    answer.question = std::move(question);
    answer.status = dns::AnswerStatus::kNxDomain;
    if (answer.question.name.labels().size() % 2 == 0) {
      answer.status = dns::AnswerStatus::kFound;
      answer.records.push_back(dns::make_txt(answer.question.name, text_, 60));
    }
    co_return answer;
  }
  int asked = 0;

 private:
  std::string text_;
};

auth::DmarcVerdict check(const std::string& text, const message::Header& header, auth::DmarcProfile profile,
                         bool explain) {
  OneRecord resolver(text);
  auth::DmarcRequest request;
  request.profile = profile;
  request.explain = explain;
  request.spf = auth::DmarcIdentifier{"mail.alpha.example", true, false};
  request.dkim = {{"alpha.example", false, true}, {"a.b.c.d.e.f.g.h.beta.example", true, false}};
  std::optional<auth::DmarcVerdict> verdict;
  TaskGroup tasks;
  tasks.spawn(keep(auth::check_dmarc(resolver, header, request), verdict));
  GLASSPOST_ASSERT(verdict.has_value());
  GLASSPOST_ASSERT(resolver.asked <= 4 * (8 + 1) + 3 * 8 && resolver.asked == verdict->look_ups);
  return std::move(*verdict);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16'384) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string text = "v=DMARC1;" + std::string(input.substr(0, line));
  const message::Header header = message::parse_header(input.substr(std::min(line + 1, input.size())));
  for (const auth::DmarcProfile profile : {auth::DmarcProfile::kRfc9989, auth::DmarcProfile::kRfc7489}) {
    const auth::DmarcVerdict quiet = check(text, header, profile, false);
    const auth::DmarcVerdict explained = check(text, header, profile, true);
    GLASSPOST_ASSERT(quiet.result == explained.result && quiet.disposition == explained.disposition);
    GLASSPOST_ASSERT(explained.explanation.has_value() && !quiet.explanation.has_value());
    GLASSPOST_ASSERT(quiet.result == auth::DmarcResult::kFail ||
                     quiet.disposition == auth::DmarcPolicy::kNone);
  }
  return 0;
}
