#include "engine/agent/mta/routing.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

Explanation step(std::string_view rule, std::string_view outcome, MessageKey words) {
  Explanation made;
  made.rule = rule;
  made.outcome = outcome;
  made.words = std::move(words);
  return made;
}

Route unroutable(Route route, std::string reply, std::string_view rule, MessageKey words) {
  route.kind = RouteKind::kUnroutable;
  route.targets.clear();
  route.reply = std::move(reply);
  route.explanation.rule = rule;
  route.explanation.words = std::move(words);
  route.explanation.outcome = "unroutable";
  return route;
}

bool is_null_mx(const dns::Answer& mx) {
  if (mx.records.size() != 1) return false;
  const auto* only = std::get_if<dns::MxData>(&mx.records.front().data);
  return only != nullptr && only->exchange.is_root();
}

std::vector<RouteTarget> sorted_targets(const dns::Answer& mx, RandomStream& shuffle) {
  std::vector<RouteTarget> targets;
  for (const dns::Record& record : mx.records) {
    const auto* exchanger = std::get_if<dns::MxData>(&record.data);
    if (exchanger == nullptr || exchanger->exchange.is_root()) continue;
    targets.push_back({to_lower(exchanger->exchange.to_string()), exchanger->preference});
  }
  // By name first, so that the order in the answer does not matter; then shuffled within a preference.
  std::sort(targets.begin(), targets.end(), [](const RouteTarget& a, const RouteTarget& b) {
    return std::tie(a.preference, a.host) < std::tie(b.preference, b.host);
  });
  for (std::size_t begin = 0; begin < targets.size();) {
    std::size_t end = begin + 1;
    while (end < targets.size() && targets[end].preference == targets[begin].preference)
      ++end;
    for (std::size_t left = end - begin; left > 1; --left) {
      std::swap(targets[begin + left - 1], targets[begin + shuffle.below(left)]);
    }
    begin = end;
  }
  return targets;
}

// A host that is an MX itself hands mail on to better ones only, or it would come back. // RFC 5321 5.1
void drop_own(std::vector<RouteTarget>& targets, const std::vector<std::string>& own_names,
              Explanation& explanation) {
  const auto own = std::find_if(targets.begin(), targets.end(), [&own_names](const RouteTarget& target) {
    return std::any_of(own_names.begin(), own_names.end(),
                       [&target](const std::string& name) { return iequals(name, target.host); });
  });
  if (own == targets.end()) return;
  const std::uint16_t limit = own->preference;
  explanation.children.push_back(
      step("RFC 5321 5.1", "dropped",
           {"route.own-dropped",
            {Argument::of_domain("host", own->host), Argument::of_number("preference", limit)}}));
  std::erase_if(targets, [limit](const RouteTarget& target) { return target.preference >= limit; });
}

bool is_localhost(const RouteTarget& target) {
  return target.host == "localhost" || iends_with(target.host, ".localhost");  // RFC 6761 6.3
}

Route route_by_targets(Route route, std::string_view domain, std::vector<RouteTarget> targets,
                       const std::vector<std::string>& own_names) {
  const Argument of_domain = Argument::of_domain("domain", domain);
  for (const RouteTarget& target : targets) {
    route.explanation.children.push_back(step("RFC 5321 5.1", "candidate",
                                              {"route.mx",
                                               {of_domain, Argument::of_domain("host", target.host),
                                                Argument::of_number("preference", target.preference)}}));
  }
  if (std::erase_if(targets, is_localhost) > 0 && targets.empty()) {
    return unroutable(std::move(route),
                      "554 5.4.4 The mail exchanger of " + std::string(domain) + " is localhost",
                      "RFC 6761 6.3", {"route.loopback", {of_domain}});
  }
  drop_own(targets, own_names, route.explanation);
  if (targets.empty()) {
    return unroutable(std::move(route),
                      "554 5.4.6 Mail for " + std::string(domain) + " would come back to this host",
                      "RFC 5321 5.1", {"route.loop", {of_domain}});
  }
  route.kind = RouteKind::kTargets;
  route.explanation.words = {"route.best",
                             {of_domain, Argument::of_domain("host", targets.front().host),
                              Argument::of_number("preference", targets.front().preference)}};
  route.explanation.outcome = "relay";
  route.targets = std::move(targets);
  return route;
}

}  // namespace

LookUp look_up_of(const dns::Answer& answer) {
  return LookUp{answer.question.name.to_string(), dns::to_string(answer.question.type), answer.summary(),
                answer.took, answer.from_cache};
}

Route route_by_mx(std::string_view domain, const dns::Answer& mx, const std::vector<std::string>& own_names,
                  RandomStream& shuffle) {
  const std::string name(domain);
  Route route;
  route.explanation.rule = "RFC 5321 5.1";
  route.explanation.inputs = {Argument::of_domain("domain", domain)};
  route.explanation.look_ups.push_back(look_up_of(mx));
  const Argument of_domain = Argument::of_domain("domain", domain);
  switch (mx.status) {
    case dns::AnswerStatus::kFound:
      break;
    case dns::AnswerStatus::kNoData: {
      // The implicit MX: the domain itself, with preference 0. // RFC 5321 5.1
      route.explanation.children.push_back(
          step("RFC 5321 5.1", "implicit MX", {"route.implicit-mx", {of_domain}}));
      return route_by_targets(std::move(route), domain, {RouteTarget{to_lower(domain), 0}}, own_names);
    }
    case dns::AnswerStatus::kNxDomain:
      return unroutable(std::move(route), "550 5.1.2 The domain " + name + " does not exist", "RFC 5321 5.1",
                        {"route.no-such-domain", {of_domain}});
    case dns::AnswerStatus::kServFail:
    case dns::AnswerStatus::kTimedOut:
      route.kind = RouteKind::kUndetermined;
      route.reply = "451 4.4.3 The DNS gave no answer about " + name;
      route.explanation.words = {"route.dns-failed", {of_domain}};
      route.explanation.outcome = "undetermined";
      return route;
  }
  if (is_null_mx(mx)) {
    return unroutable(std::move(route), "556 5.1.10 " + name + " does not accept mail", "RFC 7505 3, 4.2",
                      {"route.null-mx", {of_domain}});
  }
  std::vector<RouteTarget> targets = sorted_targets(mx, shuffle);
  if (targets.empty()) {
    return unroutable(std::move(route), "556 5.1.10 " + name + " does not accept mail", "RFC 7505 3",
                      {"route.null-mx", {of_domain}});
  }
  return route_by_targets(std::move(route), domain, std::move(targets), own_names);
}

Result<IpAddress> literal_address(std::string_view literal) {
  if (literal.size() < 3 || literal.front() != '[' || literal.back() != ']') {
    return fail(ErrorCode::kInvalidInput, "no address literal");
  }
  std::string_view inside = literal.substr(1, literal.size() - 2);
  const bool tagged = istarts_with(inside, "IPv6:");
  if (tagged) inside.remove_prefix(5);
  Result<IpAddress> address = IpAddress::parse(inside);
  if (address && address->is_v6() != tagged) {
    return fail(ErrorCode::kInvalidInput, "an IPv6 address literal begins with IPv6:");
  }
  return address;
}

Route route_by_literal(std::string_view literal) {
  Route route;
  route.explanation.rule = "RFC 5321 4.1.3";
  route.explanation.inputs = {Argument::of_domain("domain", literal)};
  if (!literal_address(literal)) {
    return unroutable(std::move(route), "550 5.1.2 " + std::string(literal) + " is no address",
                      "RFC 5321 4.1.3", {"route.no-such-domain", {Argument::of_domain("domain", literal)}});
  }
  route.kind = RouteKind::kTargets;
  route.explanation.words = {"route.literal", {Argument::of_domain("domain", literal)}};
  route.explanation.outcome = "relay";
  route.targets = {RouteTarget{std::string(literal), 0}};
  return route;
}

}  // namespace glasspost::agent
