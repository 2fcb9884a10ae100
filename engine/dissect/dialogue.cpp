#include "engine/dissect/dialogue.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/dissect/conversation.h"

namespace glasspost::dissect {

using trace::Direction;
using trace::Layer;

std::string_view to_string(LabelKind kind) {
  static constexpr std::array<std::string_view, 23> kNames = {
      "verb",          "argument",      "clause",       "path",
      "parameter",     "secret",        "code",         "separator",
      "enhanced-code", "keyword",       "text",         "unknown",
      "tag",           "untagged",      "continuation", "status",
      "response-code", "response-name", "number",       "mailbox",
      "literal",       "unique-id",     "end"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(LineKind kind) {
  static constexpr std::array<std::string_view, 7> kNames = {"command", "reply", "content", "auth-data",
                                                             "tls",     "other", "literal"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Phase phase) {
  static constexpr std::array<std::string_view, 8> kNames = {"connect",  "tls",     "greeting", "login",
                                                             "envelope", "content", "mailbox",  "close"};
  return kNames[static_cast<std::size_t>(phase)];
}

namespace {

std::string_view protocol_of_port(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return {};
  unsigned port = 0;
  std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), port);
  switch (port) {
    case 25:
    case 465:
    case 587:
    case 2525:
      return "smtp";
    case 110:
    case 995:
      return "pop3";
    case 143:
    case 993:
      return "imap";
    case 53:
      return "dns";
    default:
      return {};
  }
}

std::unique_ptr<Conversation> make_conversation(std::string_view protocol) {
  if (protocol == "smtp") return make_smtp_conversation();
  if (protocol == "pop3") return make_pop3_conversation();
  if (protocol == "imap") return make_imap_conversation();
  return make_other_conversation();
}

}  // namespace

struct Dialogues::Impl {
  struct Entry {
    Dialogue dialogue;
    std::unique_ptr<Conversation> conversation;
    std::string server_endpoint;
    std::size_t complete = 0;  // lines that will not change any more
    std::multimap<std::uint64_t, std::size_t> by_seq;
    bool touched = false;
    // Bytes that came before it was clear what they are.
    struct Early {
      Direction direction{};
      Layer layer{};
      std::string bytes;
      std::uint64_t seq = 0;
      Instant time;
    };
    std::vector<Early> early;
    bool tls_started = false;
  };

  std::map<std::uint32_t, Entry> entries;
  std::vector<std::uint32_t> touched;
  std::uint64_t seen = 0;

  void take(const trace::EventView& event);
  void feed(Entry& entry, const trace::EventView& event, const trace::payload::StreamBytes& bytes);
  void finish(Entry& entry);
};

// The protocol by the port, else by the server's first words, else by nothing.
void Dialogues::Impl::feed(Entry& entry, const trace::EventView& event,
                           const trace::payload::StreamBytes& bytes) {
  if (!entry.conversation) {
    std::string_view protocol = protocol_of_port(entry.server_endpoint);
    if (protocol.empty()) {
      entry.early.push_back(
          {bytes.direction, bytes.layer, std::string(bytes.bytes.bytes), event.seq(), event.time()});
      std::string greeting;
      for (const auto& early : entry.early) {
        if (early.direction == Direction::kToClient) greeting += early.bytes;
      }
      if (greeting.size() < 4) return;
      if (greeting.starts_with("220")) protocol = "smtp";
      if (greeting.starts_with("+OK")) protocol = "pop3";
      if (greeting.starts_with("* ")) protocol = "imap";
    }
    entry.dialogue.protocol = protocol;
    entry.conversation = make_conversation(protocol);
    if (entry.tls_started) entry.conversation->tls_started();
    for (const auto& early : entry.early) {
      entry.conversation->feed(early.direction, early.layer, early.bytes, early.seq, early.time);
    }
    const bool was_early = !entry.early.empty();
    entry.early.clear();
    if (was_early) return;
  }
  entry.conversation->feed(bytes.direction, bytes.layer, bytes.bytes.bytes, event.seq(), event.time());
}

void Dialogues::Impl::take(const trace::EventView& event) {
  if (event.connection().value == 0) return;
  Entry& entry = entries[event.connection().value];
  entry.dialogue.connection = event.connection();
  if (const auto opened = event.as<trace::payload::ConnectionOpened>()) {
    entry.server_endpoint = opened->server_endpoint;
  } else if (event.kind() == trace::Kind::kTlsStarted) {
    entry.tls_started = true;
    if (entry.conversation) entry.conversation->tls_started();
  } else if (const auto bytes = event.as<trace::payload::StreamBytes>()) {
    if (!entry.touched) touched.push_back(event.connection().value);
    entry.touched = true;
    feed(entry, event, *bytes);
  }
}

// Puts the new lines behind the complete ones, and what is incomplete behind those.
void Dialogues::Impl::finish(Entry& entry) {
  entry.touched = false;
  if (!entry.conversation) return;
  std::vector<Line>& lines = entry.dialogue.lines;
  lines.resize(entry.complete);
  std::vector<Line>& fresh = entry.conversation->lines();
  for (Line& line : fresh) {
    entry.by_seq.emplace(line.seq, lines.size());
    lines.push_back(std::move(line));
  }
  fresh.clear();
  entry.complete = lines.size();
  for (Line& line : entry.conversation->incomplete())
    lines.push_back(std::move(line));
}

Dialogues::Dialogues() : impl_(std::make_unique<Impl>()) {}
Dialogues::~Dialogues() = default;

void Dialogues::update(const trace::Trace& trace, std::uint64_t last) {
  last = std::min(last, trace.last_seq());
  trace.for_each(impl_->seen + 1, last, [this](const trace::EventView& event) { impl_->take(event); });
  impl_->seen = std::max(impl_->seen, last);
  for (const std::uint32_t id : impl_->touched)
    impl_->finish(impl_->entries[id]);
  impl_->touched.clear();
}

const Dialogue* Dialogues::find(ConnectionId connection) const {
  const auto it = impl_->entries.find(connection.value);
  return it == impl_->entries.end() ? nullptr : &it->second.dialogue;
}

std::vector<const Line*> Dialogues::completed_by(const trace::EventView& event) const {
  std::vector<const Line*> result;
  if (event.kind() != trace::Kind::kStreamBytes) return result;
  const auto it = impl_->entries.find(event.connection().value);
  if (it == impl_->entries.end()) return result;
  const auto [begin, end] = it->second.by_seq.equal_range(event.seq());
  for (auto line = begin; line != end; ++line)
    result.push_back(&it->second.dialogue.lines[line->second]);
  return result;
}

std::string bytes_of(const trace::Trace& trace, ConnectionId connection, const Line& line) {
  std::string bytes;
  std::uint64_t at = line.offset;
  const std::uint64_t end = line.offset + line.length;
  trace.for_each(line.first_seq, std::max(line.seq, line.first_seq), [&](const trace::EventView& event) {
    if (event.connection() != connection) return;
    const auto piece = event.as<trace::payload::StreamBytes>();
    if (!piece || piece->direction != line.direction || piece->layer != line.layer) return;
    if (piece->offset > at || at >= end) return;
    const std::string_view part = piece->bytes.bytes;
    const std::uint64_t skip = at - piece->offset;
    if (skip >= part.size()) return;
    bytes += part.substr(skip, end - at);
    at = line.offset + bytes.size();
  });
  return bytes;
}

std::vector<ConnectionId> Dialogues::connections() const {
  std::vector<ConnectionId> result;
  for (const auto& [number, entry] : impl_->entries)
    result.push_back(ConnectionId{number});
  return result;
}

}  // namespace glasspost::dissect
