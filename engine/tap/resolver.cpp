// A resolver that tells what it is asked and answers.
#include <utility>

#include "engine/tap/state.h"

namespace glasspost::tap {

namespace {

namespace payload = trace::payload;

class TappedResolver final : public dns::Resolver {
 public:
  TappedResolver(IncarnationPtr incarnation, dns::Resolver& inner)
      : incarnation_(std::move(incarnation)), inner_(inner) {}

  Task<dns::Answer> resolve(dns::Question question) override {
    const std::uint64_t asked = note_asked(question);
    dns::Answer answer = co_await inner_.resolve(std::move(question));
    note_answered(asked, answer);
    co_return answer;
  }

 private:
  std::uint64_t note_asked(const dns::Question& question) {
    if (!incarnation_->alive()) return 0;
    const std::string name = question.name.to_string();
    const std::string type = dns::to_string(question.type);
    return incarnation_->tap.record_cause(incarnation_->host, {}, {}, payload::DnsAsked{name, type});
  }

  void note_answered(std::uint64_t asked, const dns::Answer& answer) {
    if (!incarnation_->alive()) return;
    const std::string name = answer.question.name.to_string();
    const std::string type = dns::to_string(answer.question.type);
    const std::string summary = answer.summary();
    payload::DnsAnswered event;
    event.asked = asked;
    event.from_cache = answer.from_cache;
    event.took = answer.took;
    event.ttl = answer.ttl;
    event.name = name;
    event.type = type;
    event.status = dns::to_string(answer.status);
    event.answer = summary;
    incarnation_->tap.record_cause(incarnation_->host, {}, {}, event);
  }

  IncarnationPtr incarnation_;
  dns::Resolver& inner_;
};

}  // namespace

std::unique_ptr<dns::Resolver> make_resolver(IncarnationPtr incarnation, dns::Resolver& inner) {
  return std::make_unique<TappedResolver>(std::move(incarnation), inner);
}

}  // namespace glasspost::tap
