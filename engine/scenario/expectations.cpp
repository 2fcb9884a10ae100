#include <algorithm>
#include <functional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/dissect/dialogue.h"
#include "engine/dissect/query.h"
#include "engine/scenario/run.h"
#include "engine/trace/payload.h"
#include "engine/trace/projection.h"

namespace glasspost::scenario {
namespace {

constexpr std::size_t kMostSeen = 5;  // things named in "seen instead"

/// A finished trace, and what is needed to look into it.
struct Record {
  const Scenario& scenario;
  const trace::Trace& trace;
  dissect::QueryContext context;
  trace::Projection last;

  Record(const Scenario& s, const trace::Trace& t) : scenario(s), trace(t), last(t.project(t.last_seq())) {
    context.update(t);
  }

  /// The last event that an expectation may look at.
  [[nodiscard]] std::uint64_t horizon(const Moment& when) const {
    if (when.kind == Moment::Kind::kEnd) return trace.last_seq();
    return trace.seq_at(scenario.start + when.time);
  }
};

/// What a look at the trace gave: was it so, since which event, and what else there was.
struct Finding {
  bool so = false;
  std::uint64_t event = 0;
  std::string seen;
};

std::string list_up(const std::vector<std::string>& items, std::string_view nothing) {
  if (items.empty()) return std::string(nothing);
  const std::size_t shown = std::min(items.size(), kMostSeen);
  std::string out =
      fmt::format("{}", fmt::join(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(shown), "; "));
  if (shown < items.size()) out += fmt::format("; and {} more", items.size() - shown);
  return out;
}

Finding look(const ExpectCheck& wanted, const Record& record, const Moment& when) {
  Finding found;
  std::vector<std::string> others;
  record.trace.for_each(1, record.horizon(when), [&](const trace::EventView& event) {
    const auto decision = event.as<trace::payload::Decision>();
    if (!decision || trace::enum_name(decision->kind) != wanted.check) return true;
    const std::string host = record.last.host_name(event.host());
    if (!wanted.host.empty() && host != wanted.host) return true;
    if (!wanted.subject.empty() && !iequals(decision->subject, wanted.subject)) return true;
    if (decision->outcome == wanted.result) {
      found.so = true;
      found.event = event.seq();
      return false;
    }
    others.push_back(fmt::format("{} at {} (event {})", decision->outcome, host, event.seq()));
    return true;
  });
  found.seen = fmt::format("{}: {}", wanted.check, list_up(others, "no such check was made"));
  return found;
}

Finding look(const ExpectQuery& wanted, const Record& record, const Moment& when) {
  Finding found;
  const auto query = dissect::Query::parse(wanted.query);
  if (!query) {
    found.seen = "the query cannot be read: " + query.error().message;
    return found;
  }
  std::uint64_t count = 0;
  record.trace.for_each(1, record.horizon(when), [&](const trace::EventView& event) {
    if (!query->matches(event, record.context)) return;
    if (++count == wanted.at_least) found.event = event.seq();
  });
  found.so = count >= wanted.at_least && count <= wanted.at_most.value_or(count);
  found.seen = fmt::format("{} events match", count);
  return found;
}

Finding look(const ExpectBounced& wanted, const Record& record, const Moment& when) {
  Finding found;
  std::vector<std::string> others;
  record.trace.for_each(1, record.horizon(when), [&](const trace::EventView& event) {
    const auto settled = event.as<trace::payload::MailSettled>();
    if (!settled) return true;
    const std::string host = record.last.host_name(event.host());
    others.push_back(fmt::format("{} {} at {}: {}", settled->recipient, trace::enum_name(settled->outcome),
                                 host, settled->reply));
    const bool failed =
        settled->outcome == MailOutcome::kBounced || settled->outcome == MailOutcome::kExpired;
    if (!failed || settled->related.empty()) return true;
    if (!wanted.recipient.empty() && !iequals(settled->recipient, wanted.recipient)) return true;
    if (!wanted.host.empty() && host != wanted.host) return true;
    if (!wanted.status.empty() && settled->reply.find(wanted.status) == std::string_view::npos) return true;
    found.so = true;
    found.event = event.seq();
    return false;
  });
  found.seen = list_up(others, "nothing was settled");
  return found;
}

// The word of an expectation for what a reply answers.
bool answers(const dissect::Line& line, std::string_view to) {
  if (to.empty()) return true;
  if (to == "greeting") return line.answers == "(connect)";
  if (to == "content") return line.answers == "(content)";
  return iequals(line.answers, to);
}

Finding look(const ExpectReply& wanted, const Record& record, const Moment& when) {
  Finding found;
  const std::uint64_t horizon = record.horizon(when);
  std::vector<std::string> others;
  const dissect::Dialogues& dialogues = record.context.dialogues();
  for (const ConnectionId id : dialogues.connections()) {
    const trace::ConnectionView* connection = record.last.connections().find(id);
    const std::string host = connection == nullptr ? "" : record.last.host_name(connection->server().host);
    if (!wanted.host.empty() && host != wanted.host) continue;
    if (dialogues.find(id)->protocol != "smtp") continue;  // others have no reply codes
    for (const dissect::Line& line : dialogues.find(id)->lines) {
      if (line.kind != dissect::LineKind::kReply || line.seq > horizon || !answers(line, wanted.to)) continue;
      const bool same =
          line.code == wanted.code && (wanted.enhanced.empty() || line.enhanced == wanted.enhanced);
      if (same && (!found.so || line.seq < found.event)) {
        found.so = true;
        found.event = line.seq;
      }
      if (!same) others.push_back(line.text);
    }
  }
  found.seen = "replies: " + list_up(others, "none");
  return found;
}

std::string words_of(const trace::MailboxView* mailbox) {
  std::vector<std::string> subjects;
  if (mailbox != nullptr) {
    mailbox->entries.for_each([&](std::uint32_t, const trace::MailboxEntry& entry) {
      subjects.push_back("\"" + entry.subject + "\"" +
                         (entry.flags.empty() ? "" : fmt::format(" ({})", fmt::join(entry.flags, " "))));
    });
  }
  return fmt::format("it holds {} messages{}{}", subjects.size(), subjects.empty() ? "" : ": ",
                     list_up(subjects, ""));
}

bool same_flags(std::vector<std::string> flags, std::vector<std::string> wanted) {
  std::sort(flags.begin(), flags.end());
  std::sort(wanted.begin(), wanted.end());
  return std::equal(flags.begin(), flags.end(), wanted.begin(), wanted.end(),
                    [](const std::string& a, const std::string& b) { return iequals(a, b); });
}

Finding look_at(const ExpectMailbox& wanted, const trace::Projection& world) {
  Finding found;
  const trace::MailboxRef ref{world.host_named(wanted.host), wanted.account, wanted.mailbox};
  const trace::MailboxView* mailbox = world.mailboxes().find(ref);
  found.event = world.seq();
  found.seen = words_of(mailbox);
  if (mailbox == nullptr) {
    found.so = !wanted.holds && wanted.count == 0u;
    return found;
  }
  bool holds = !wanted.holds;
  bool flagged = true;
  mailbox->entries.for_each([&](std::uint32_t, const trace::MailboxEntry& entry) {
    const bool meant = !wanted.holds || entry.subject == *wanted.holds;
    const bool right = !wanted.flags || same_flags(entry.flags, *wanted.flags);
    if (wanted.holds) holds = holds || (meant && right);
    if (!wanted.holds) flagged = flagged && right;
  });
  const bool counted =
      wanted.count ? mailbox->entries.size() == *wanted.count : wanted.holds || mailbox->entries.size() > 0;
  found.so = holds && counted && flagged;
  return found;
}

Finding look_at(const ExpectQueue& wanted, const trace::Projection& world) {
  Finding found;
  const std::size_t waiting = world.queue(world.host_named(wanted.host)).size();
  found.event = world.seq();
  found.so = waiting == wanted.count;
  found.seen = fmt::format("{} messages wait", waiting);
  return found;
}

// States of the world: at one moment, or at some moment up to one.
template <class Wanted>
Finding look_at_states(const Wanted& wanted, const Record& record, const Moment& when) {
  const std::uint64_t horizon = record.horizon(when);
  Finding found = look_at(wanted, record.trace.project(horizon));
  if (when.kind != Moment::Kind::kBy || found.so) return found;
  trace::Projection world;
  record.trace.for_each(1, horizon, [&](const trace::EventView& event) {
    world.apply(event);
    // Only what happened at the host in question, or to mail, can change the answer.
    if (event.kind() < trace::Kind::kMailSubmitted || event.kind() > trace::Kind::kFolderRenamed) return true;
    const Finding now = look_at(wanted, world);
    if (!now.so) return true;
    found = now;
    return false;
  });
  return found;
}

Finding look(const ExpectMailbox& wanted, const Record& record, const Moment& when) {
  return look_at_states(wanted, record, when);
}
Finding look(const ExpectQueue& wanted, const Record& record, const Moment& when) {
  return look_at_states(wanted, record, when);
}

}  // namespace

std::vector<ExpectationResult> judge_expectations(const Scenario& scenario, const trace::Trace& trace) {
  std::vector<ExpectationResult> results;
  if (scenario.expectations.empty()) return results;
  const Record record(scenario, trace);
  for (std::size_t i = 0; i < scenario.expectations.size(); ++i) {
    const Expectation& expectation = scenario.expectations[i];
    const Finding found = std::visit(
        [&](const auto& wanted) { return look(wanted, record, expectation.when); }, expectation.what);
    ExpectationResult result;
    result.index = i;
    result.held = found.so != expectation.negated;
    result.event = found.so ? found.event : 0;
    if (!result.held)
      result.seen = expectation.negated ? fmt::format("it was so (event {})", found.event) : found.seen;
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace glasspost::scenario
