#include "gui/model/finder.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/dissect/printable.h"
#include "engine/dissect/short_names.h"
#include "engine/observe/speaker.h"

namespace glasspost::gui {
namespace {

struct Action {
  std::string_view key;
  void (*add)(std::vector<Command>&);
};

template <auto kMake>
void add_command(std::vector<Command>& commands) {
  commands.emplace_back(kMake());
}

// Functions, not values: a list of variants is dear to compile.
constexpr std::array kActions = {
    Action{"explore.do-play", add_command<[] { return SetPlaying{true}; }>},
    Action{"explore.do-begin", add_command<[] { return GoToEnd{false}; }>},
    Action{"explore.do-end", add_command<[] { return GoToEnd{true}; }>},
    Action{"explore.do-next", add_command<[] {
             return Step{Grain::kExchange, 1};
           }>},
    Action{"explore.do-previous", add_command<[] {
             return Step{Grain::kExchange, -1};
           }>},
    Action{"explore.do-cause", add_command<[] { return GoToCause{}; }>},
    Action{"explore.do-consequence", add_command<[] { return GoToConsequence{}; }>},
    Action{"explore.do-stage", add_command<[] { return SetLayout{Layout::kStage}; }>},
    Action{"explore.do-explore", add_command<[] { return SetLayout{Layout::kExplore}; }>},
    Action{"explore.do-mailboxes", add_command<[] { return SetLayout{Layout::kMailboxes}; }>},
    Action{"explore.do-send", add_command<[] { return SetOverlay{Overlay::kSendAs}; }>},
    Action{"explore.do-english", add_command<[] { return SetLanguage{Language::kEnglish}; }>},
    Action{"explore.do-korean", add_command<[] { return SetLanguage{Language::kKorean}; }>},
    Action{"explore.do-light", add_command<[] { return SetTheme{ThemeName::kLight}; }>},
    Action{"explore.do-dark", add_command<[] { return SetTheme{ThemeName::kDark}; }>},
    Action{"explore.do-contrast", add_command<[] { return SetTheme{ThemeName::kHighContrast}; }>},
    Action{"explore.do-full-screen", add_command<[] { return ToggleFullScreen{}; }>},
    Action{"explore.do-help", add_command<[] { return SetOverlay{Overlay::kHelp}; }>},
};

bool holds(std::string_view text, std::string_view lower) {
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                     [](char a, char b) { return to_lower(a) == b; }) != text.end();
}

}  // namespace

bool Finder::fits(std::string_view label) const {
  return std::all_of(words_.begin(), words_.end(),
                     [&](const std::string& word) { return holds(label, word); });
}

void Finder::update(const trace::Trace& trace, const Digest& digest, const trace::Projection& world,
                    Language language, std::string_view text) {
  const bool same =
      begun_ && text == text_ && language == language_ && digest.seen() == seen_ && world.seq() == seq_;
  if (!same) {
    begun_ = true;
    text_ = text;
    language_ = language;
    seen_ = digest.seen();
    seq_ = world.seq();
    words_.clear();
    for (const std::string_view word : split(text, ' ')) {
      if (!word.empty()) words_.push_back(to_lower(word));
    }
    found_.clear();
    next_row_ = 0;
    lines_ = 0;
    busy_ = !words_.empty();
    actions(language);
    hosts(world);
    if (!words_.empty()) letters(trace, world);
  }
  if (busy_) lines(trace, digest, world);
}

Found& Finder::add(FoundKind kind, std::string label, std::string detail) {
  found_.emplace_back();
  Found& found = found_.back();
  found.kind = kind;
  found.label = std::move(label);
  found.detail = std::move(detail);
  return found;
}

void Finder::actions(Language language) {
  const Speaker say(language);
  const Speaker english(Language::kEnglish);
  std::size_t count = 0;
  for (const Action& action : kActions) {
    std::string label = say(action.key);
    // Who types English finds it too.
    if (!fits(label) && !fits(english(action.key))) continue;
    if (++count > kMostOfAKind) return;
    Found& found = add(FoundKind::kAction, std::move(label), {});
    action.add(found.commands);
  }
}

void Finder::hosts(const trace::Projection& world) {
  std::size_t count = 0;
  world.hosts().for_each([&](HostId id, const trace::HostView& host) {
    const std::string all = host.name + " " + join(host.addresses, " ") + " " + join(host.roles, " ");
    if (!fits(all) || ++count > kMostOfAKind) return;
    add(FoundKind::kHost, host.name, to_upper(join(host.roles, " ")))
        .commands.emplace_back(Select{HostSelected{id}});
  });
}

void Finder::letters(const trace::Trace& trace, const trace::Projection& world) {
  std::size_t count = 0;
  world.messages().for_each([&](const trace::MessageRef& ref, const trace::MessageView& message) {
    if (count >= kMostOfAKind) return;
    const std::string all =
        message.subject + " " + ref.id + " " + message.message_id + " " + message.reverse_path;
    if (!fits(all)) return;
    ++count;
    add(FoundKind::kLetter, message.subject.empty() ? ref.id : message.subject,
        world.host_name(ref.host) + "  " + dissect::short_time(message.since, trace.epoch()))
        .commands.emplace_back(Select{MessageSelected{ref}});
  });
}

void Finder::lines(const trace::Trace& trace, const Digest& digest, const trace::Projection& world) {
  const std::vector<dissect::LadderRow>& rows = digest.ladder().rows();
  const std::size_t end = std::min(rows.size(), next_row_ + kSlice);
  for (; next_row_ < end && lines_ < kMostLines; ++next_row_) {
    const dissect::LadderRow& row = rows[next_row_];
    if (row.kind != dissect::LadderRowKind::kArrow || !row.connection || row.dns || row.failed) continue;
    const dissect::Dialogue* dialogue = digest.dialogues().find(row.connection);
    if (dialogue == nullptr) continue;
    for (std::uint32_t i = row.first_line; i <= row.last_line && i < dialogue->lines.size(); ++i) {
      const dissect::Line& line = dialogue->lines[i];
      const std::string& said = line.kind == dissect::LineKind::kContent ? line.subject : line.text;
      if (said.empty() || !fits(said)) continue;
      ++lines_;
      Found& found =
          add(FoundKind::kLine, dissect::printable(said),
              fmt::format("{}  {}", dissect::short_time(row.time, trace.epoch()), world.host_name(row.from)));
      found.commands.emplace_back(SetCursor{row.seq});
      found.commands.emplace_back(Select{LineSelected{row.connection, i}});
      break;
    }
  }
  busy_ = next_row_ < rows.size() && lines_ < kMostLines;
}

}  // namespace glasspost::gui
