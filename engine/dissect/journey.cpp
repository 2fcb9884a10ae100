#include "engine/dissect/journey.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/trace/payload.h"

namespace glasspost::dissect {
namespace {

std::string_view bare(std::string_view text) {
  if (text.size() > 1 && text.front() == '<' && text.back() == '>') text = text.substr(1, text.size() - 2);
  return text;
}

std::vector<Hop> hops_of(const trace::Projection& world, const std::set<trace::MessageRef>& journeys) {
  std::vector<Hop> hops;
  world.messages().for_each([&](const trace::MessageRef& ref, const trace::MessageView& message) {
    if (journeys.contains(message.journey)) hops.push_back({ref, message, {}});
  });
  std::stable_sort(hops.begin(), hops.end(),
                   [](const Hop& a, const Hop& b) { return a.message.since < b.message.since; });
  return hops;
}

// A dot at the beginning of a line that is not alone there was stuffed. // RFC 5321 4.5.2
std::string unstuffed(std::string_view content) {
  if (content.ends_with(".\r\n")) content.remove_suffix(3);
  std::string out;
  out.reserve(content.size());
  bool line_begins = true;
  for (const char c : content) {
    if (!(line_begins && c == '.')) out += c;
    line_begins = c == '\n';
  }
  return out;
}

}  // namespace

std::string_view hop_key(std::string_view origin) {
  if (origin == "submitted") return "cli.hop-submitted";
  if (origin == "dsn") return "cli.hop-dsn";
  return origin == "restored" ? "cli.hop-restored" : "cli.hop-accepted";
}

std::vector<Hop> hops_of(const trace::Projection& world, std::string_view id) {
  std::set<trace::MessageRef> journeys;
  world.messages().for_each([&](const trace::MessageRef& ref, const trace::MessageView& message) {
    const bool meant = id == ref.id || id == world.host_name(ref.host) + "/" + ref.id ||
                       (!message.message_id.empty() && bare(id) == bare(message.message_id));
    if (meant) journeys.insert(message.journey);
  });
  return hops_of(world, journeys);
}

std::vector<Hop> hops_of(const trace::Projection& world, const trace::MessageRef& message) {
  const trace::MessageView* view = world.messages().find(message);
  if (view == nullptr) return {};
  return hops_of(world, std::set{view->journey});
}

void note_alteration(std::vector<Hop>& hops, const trace::EventView& event) {
  const auto altered = event.as<trace::payload::MailAltered>();
  if (!altered) return;
  for (Hop& hop : hops) {
    if (hop.ref.host != event.host() || hop.ref.id != event.message()) continue;
    hop.alterations.push_back({event.seq(), altered->offset, altered->removed,
                               std::string(altered->inserted.bytes), std::string(altered->reason)});
  }
}

std::optional<std::string> received_bytes(const trace::Trace& trace, const Dialogues& dialogues,
                                          const Hop& hop) {
  const Dialogue* dialogue = dialogues.find(hop.message.connection);
  if (dialogue == nullptr || hop.message.transaction == 0) return std::nullopt;
  std::string content;
  for (const Line& line : dialogue->lines) {
    const bool part = line.kind == LineKind::kContent && line.transaction == hop.message.transaction;
    if (part && line.direction == trace::Direction::kToServer)
      content += bytes_of(trace, hop.message.connection, line);
  }
  if (content.empty()) return std::nullopt;
  return unstuffed(content);
}

std::string altered(std::string bytes, const std::vector<Alteration>& alterations) {
  for (const Alteration& alteration : alterations) {
    if (alteration.offset > bytes.size() || alteration.removed > bytes.size() - alteration.offset) continue;
    bytes.replace(alteration.offset, alteration.removed, alteration.inserted);
  }
  return bytes;
}

}  // namespace glasspost::dissect
