// Any sender, with any record (the input's second line) at every name: macros, includes and redirects end
// within the limits, and the explanation changes nothing.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/auth/spf.h"
#include "engine/base/assert.h"
#include "engine/protocol/dns/resolver.h"
#include "engine/runtime/task_group.h"

using namespace glasspost;

namespace {

Task<void> keep(Task<auth::SpfVerdict> task, std::optional<auth::SpfVerdict>& out) {
  auth::SpfVerdict verdict = co_await task;
  out.emplace(std::move(verdict));
}

class OneRecord final : public dns::Resolver {
 public:
  explicit OneRecord(std::string text) : text_(std::move(text)) {}
  Task<dns::Answer> resolve(dns::Question question) override {
    ++asked;
    dns::Answer answer;
    answer.question = std::move(question);
    const dns::Name& name = answer.question.name;
    answer.status = dns::AnswerStatus::kNoData;
    if (answer.question.type == dns::RecordType::kTxt)
      answer.records.push_back(dns::make_txt(name, text_, 60));
    if (answer.question.type == dns::RecordType::kMx && name.labels().size() % 2 == 0)
      answer.records.push_back(dns::make_mx(name, 10, name, 60));
    if (!answer.records.empty()) answer.status = dns::AnswerStatus::kFound;
    co_return answer;
  }
  int asked = 0;

 private:
  std::string text_;
};

auth::SpfVerdict check(const std::string& sender, const std::string& text, bool explain) {
  OneRecord resolver(text);
  auth::SpfRequest request;
  request.client = *IpAddress::parse("2001:db8::1");
  request.helo = "mx.alpha.example";
  request.mail_from = sender;
  request.receiver = "mx.beta.example";
  request.explain = explain;
  std::optional<auth::SpfVerdict> verdict;
  TaskGroup tasks;
  tasks.spawn(keep(auth::check_spf(resolver, request), verdict));
  GLASSPOST_ASSERT(verdict.has_value());
  // Ten terms, each with at most ten hosts or names and a %{p} of its own, their records, and the
  // explanation.
  GLASSPOST_ASSERT(resolver.asked <= 1'000);
  static_cast<void>(auth::received_spf(request, *verdict));
  static_cast<void>(auth::authentication_result(request, *verdict));
  return std::move(*verdict);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8'192) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string sender(input.substr(0, line));
  const std::string text = "v=spf1 " + std::string(input.substr(std::min(line + 1, input.size())));
  const auth::SpfVerdict quiet = check(sender, text, false);
  const auth::SpfVerdict explained = check(sender, text, true);
  GLASSPOST_ASSERT(quiet.result == explained.result && quiet.mechanism == explained.mechanism);
  GLASSPOST_ASSERT(explained.explanation.has_value() && !quiet.explanation.has_value());
  return 0;
}
