#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

constexpr std::string_view kSubjects[] = {"check", "mailbox", "query", "bounced", "reply", "queue"};

/// Which keys go with which subject of an expectation.
bool goes_with(std::string_view key, std::string_view subject) {
  if (key == "at" || key == "by" || key == "never" || key == subject) return true;
  if (subject == "check") return key == "result" || key == "subject" || key == "host";
  if (subject == "mailbox") return key == "holds" || key == "count" || key == "on" || key == "flags";
  if (subject == "query") return key == "count" || key == "at_least" || key == "at_most";
  if (subject == "bounced") return key == "status" || key == "host";
  if (subject == "reply") return key == "host";
  return key == "count";
}

/// "5.7.23". // RFC 3463 2
bool is_enhanced_code(std::string_view text) {
  const std::vector<std::string_view> pieces = split(text, '.');
  if (pieces.size() != 3 || pieces[0].size() != 1) return false;
  if (pieces[0] != "2" && pieces[0] != "4" && pieces[0] != "5") return false;
  for (const std::string_view piece : pieces) {
    if (piece.empty() || piece.size() > 3) return false;
    for (const char c : piece) {
      if (!is_digit(c)) return false;
    }
  }
  return true;
}

class ExpectationReader {
 public:
  ExpectationReader(Reader& reader, Scenario& scenario) : reader_(reader), scenario_(scenario) {}

  void read(const YamlNode& node) {
    Fields fields(reader_, node, Section::kExpectation);
    if (!fields.is_map()) return;
    Expectation out;
    out.place = reader_.place(node);
    out.negated = fields.yes_no("never").value_or(false);
    read_moment(node, fields, out.when);
    const std::string_view subject = subject_of(node, fields);
    if (subject.empty()) return;
    const auto what = read_what(fields, subject);
    if (!what) return;
    out.what = *what;
    out.text = in_words(out);
    scenario_.expectations.push_back(std::move(out));
  }

 private:
  void read_moment(const YamlNode& node, Fields& fields, Moment& moment) {
    const auto at = fields.duration("at");
    const auto by = fields.duration("by");
    if (fields.has("at") && fields.has("by")) reader_.error(node, "expected either `at` or `by`, not both");
    if (at) moment = {Moment::Kind::kAt, *at};
    if (by) moment = {Moment::Kind::kBy, *by};
    if (moment.kind != Moment::Kind::kEnd && moment.time > scenario_.until) {
      reader_.error(fields.place(at ? "at" : "by"),
                    fmt::format("the run ends before that, at {} (`until`)", to_string(scenario_.until)));
    }
  }

  /// The one thing that the expectation is about; keys of others are reported.
  std::string_view subject_of(const YamlNode& node, Fields& fields) {
    std::string_view subject;
    for (const std::string_view candidate : kSubjects) {
      if (!fields.has(candidate)) continue;
      if (!subject.empty()) {
        reader_.error(node,
                      fmt::format("`{}` and `{}` are two expectations: write two items", subject, candidate));
        return {};
      }
      subject = candidate;
    }
    if (subject.empty()) {
      reader_.error(node, fmt::format("expected one of the keys {}", fmt::join(kSubjects, ", ")));
      return {};
    }
    for (const YamlNode& key : node.keys) {
      if (find_key(Section::kExpectation, key.text) != nullptr && !goes_with(key.text, subject)) {
        reader_.error(key, fmt::format("key `{}` says nothing about `{}`", key.text, subject));
      }
    }
    if (fields.get(subject) == nullptr) {
      reader_.error(fields.place(subject), fmt::format("key `{}` has no value", subject));
      return {};
    }
    return subject;
  }

  std::optional<ExpectationKind> read_what(Fields& fields, std::string_view subject) {
    if (subject == "check") return read_check(fields);
    if (subject == "mailbox") return read_mailbox(fields);
    if (subject == "query") return read_query(fields);
    if (subject == "bounced") return read_bounced(fields);
    if (subject == "reply") return read_reply(fields);
    return read_queue(fields);
  }

  std::optional<std::string> host(Fields& fields, std::string_view key) {
    const auto name = fields.name(key);
    if (!name) return std::nullopt;
    return find_host_or_domain(reader_, scenario_, {*name, fields.place(key)});
  }

  std::optional<ExpectationKind> read_check(Fields& fields) {
    constexpr std::string_view kChecks[] = {"spf",   "dkim",           "dmarc", "arc",    "access",
                                            "route", "authentication", "retry", "filter", "quota"};
    const std::string written = fields.text("check").value_or("");
    if (!fields.choice("check")) return std::nullopt;
    ExpectCheck out;
    for (const std::string_view known : kChecks) {
      if (known == written) out.check = known;
    }
    const auto result = fields.text("result");
    if (!result) {
      reader_.error(fields.place(), "key `result` is missing beside `check`, for example `result: pass`");
      return std::nullopt;
    }
    out.result = *result;
    out.subject = fields.text("subject").value_or("");
    out.host = host(fields, "host").value_or("");
    return out;
  }

  std::optional<ExpectationKind> read_mailbox(Fields& fields) {
    const auto written = fields.text("mailbox");
    if (!written) return std::nullopt;
    const std::size_t at = written->rfind('@');
    const std::size_t slash = written->find('/', at == std::string::npos ? 0 : at);
    const auto address = address_in(written->substr(0, slash));
    if (!address || written->find('<') != std::string::npos) {
      reader_.error(fields.place("mailbox"),
                    "expected an address and a folder, such as bob@beta.example/INBOX");
      return std::nullopt;
    }
    ExpectMailbox out;
    out.account = to_lower(*address);
    if (slash != std::string::npos) out.mailbox = written->substr(slash + 1);
    if (iequals(out.mailbox, "inbox") || out.mailbox.empty()) out.mailbox = "INBOX";
    out.holds = fields.text("holds");
    out.count = fields.whole("count");
    if (fields.has("flags")) out.flags = fields.texts("flags");
    if (!find_account(fields, out)) return std::nullopt;
    return out;
  }
  bool find_account(Fields& fields, ExpectMailbox& out) {
    const std::size_t at = out.account.rfind('@');
    const Domain* domain = scenario_.find_domain(out.account.substr(at + 1));
    const User* user = nullptr;
    for (std::size_t i = 0; domain != nullptr && i < domain->users.size(); ++i) {
      if (domain->users[i].name == out.account.substr(0, at)) user = &domain->users[i];
    }
    if (user == nullptr) {
      reader_.error(fields.place("mailbox"), fmt::format("there is no user `{}`", out.account));
      return false;
    }
    out.host = domain->mailbox_host;
    const auto on = fields.text("on");
    if (!on) return true;
    for (const std::string& name : user->devices) {
      const Host* device = scenario_.find_host(name);
      if (device == nullptr || (name != *on && device->device->name != *on)) continue;
      out.host = name;
      return true;
    }
    reader_.error(fields.place("on"), fmt::format("`{}` has no device `{}`", out.account, escaped(*on)));
    return false;
  }

  std::optional<ExpectationKind> read_query(Fields& fields) {
    ExpectQuery out;
    out.query = fields.text("query").value_or("");
    const auto count = fields.whole("count");
    const auto at_least = fields.whole("at_least");
    const auto at_most = fields.whole("at_most");
    if (count && (at_least || at_most)) {
      reader_.error(fields.place("count"), "expected either `count`, or `at_least` and `at_most`");
    }
    out.at_least = count ? *count : at_least.value_or(at_most ? 0 : 1);
    out.at_most = count ? count : at_most;
    if (out.at_most && *out.at_most < out.at_least) {
      reader_.error(fields.place("at_most"), "`at_most` must not be below `at_least`");
    }
    return out;
  }

  std::optional<ExpectationKind> read_bounced(Fields& fields) {
    const auto written = fields.text("bounced");
    const auto address = written ? address_in(*written) : std::nullopt;
    if (!address) {
      reader_.error(fields.place("bounced"), "expected an address, such as carol@beta.example");
      return std::nullopt;
    }
    ExpectBounced out;
    out.recipient = *address;
    out.status = fields.text("status").value_or("");
    if (!out.status.empty() && !is_enhanced_code(out.status)) {
      reader_.error(fields.place("status"), "expected an enhanced status code, such as 5.1.1");
    }
    out.host = host(fields, "host").value_or("");
    return out;
  }

  std::optional<ExpectationKind> read_reply(Fields& fields) {
    Fields reply(reader_, *fields.get("reply"), Section::kReply);
    ExpectReply out;
    out.code = static_cast<std::uint16_t>(reply.whole("code").value_or(250));
    out.enhanced = reply.text("enhanced").value_or("");
    if (!out.enhanced.empty() && !is_enhanced_code(out.enhanced)) {
      reader_.error(reply.place("enhanced"), "expected an enhanced status code, such as 5.7.23");
    }
    const auto to = reply.text("to");
    if (to && reply.choice("to")) out.to = *to;
    out.host = host(fields, "host").value_or("");
    return out;
  }

  std::optional<ExpectationKind> read_queue(Fields& fields) {
    const auto name = host(fields, "queue");
    const auto count = fields.whole("count");
    if (!count)
      reader_.error(fields.place("queue"), "key `count` is missing beside `queue`, for example `count: 0`");
    if (!name || !count) return std::nullopt;
    return ExpectQueue{*name, *count};
  }

  // One line that says the expectation, for reports.
  static std::string in_words(const Expectation& expectation) {
    std::string out = std::visit([](const auto& what) { return words_of(what); }, expectation.what);
    if (expectation.negated) out = "never: " + out;
    switch (expectation.when.kind) {
      case Moment::Kind::kAt:
        return out + " at " + to_string(expectation.when.time);
      case Moment::Kind::kBy:
        return out + " by " + to_string(expectation.when.time);
      case Moment::Kind::kEnd:
        return out + " at the end";
    }
    return out;
  }
  static std::string at_host(const std::string& host) { return host.empty() ? "" : " at host " + host; }
  static std::string words_of(const ExpectCheck& what) {
    return fmt::format("{} is {}{}{}", what.check, what.result,
                       what.subject.empty() ? "" : " for " + what.subject, at_host(what.host));
  }
  static std::string words_of(const ExpectMailbox& what) {
    std::string out = fmt::format("mailbox {}/{} on {}", what.account, what.mailbox, what.host);
    if (what.count) out += fmt::format(" has {} message{}", *what.count, *what.count == 1 ? "" : "s");
    if (what.holds) out += fmt::format("{} `{}`", what.count ? " and holds" : " holds", escaped(*what.holds));
    if (!what.count && !what.holds) out += " is not empty";
    if (what.flags) out += fmt::format(" with flags ({})", fmt::join(*what.flags, " "));
    return out;
  }
  static std::string words_of(const ExpectQuery& what) {
    const std::string most = what.at_most ? fmt::format("{}", *what.at_most) : "more";
    const std::string range =
        what.at_most && *what.at_most == what.at_least ? most : fmt::format("{} to {}", what.at_least, most);
    return fmt::format("query `{}` finds {} events", escaped(what.query), range);
  }
  static std::string words_of(const ExpectBounced& what) {
    return fmt::format("{} is bounced{}{}", what.recipient, what.status.empty() ? "" : " with " + what.status,
                       at_host(what.host));
  }
  static std::string words_of(const ExpectReply& what) {
    return fmt::format("reply {}{}{}{}", what.code, what.enhanced.empty() ? "" : " " + what.enhanced,
                       what.to.empty() ? "" : " to " + what.to, at_host(what.host));
  }
  static std::string words_of(const ExpectQueue& what) {
    return fmt::format("queue of {} has {} message{}", what.host, what.count, what.count == 1 ? "" : "s");
  }

  Reader& reader_;
  Scenario& scenario_;
};

}  // namespace

void read_expectations(Reader& reader, Fields& top, Scenario& scenario) {
  ExpectationReader expectations(reader, scenario);
  for (const YamlNode* item : top.list("expect"))
    expectations.read(*item);
}

}  // namespace glasspost::scenario
