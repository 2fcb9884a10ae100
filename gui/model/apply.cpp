#include "gui/model/apply.h"

#include <algorithm>
#include <variant>

namespace glasspost::gui {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

void go_to_screen(ViewState& view, const Recording& recording, Duration screen) {
  const bool follow = view.cursor.follow;
  view.cursor = recording.schedule(view.playback.pace).at(screen);
  view.cursor.follow = follow && view.cursor.seq >= recording.trace().last_seq();
}

void go_to_event(ViewState& view, const Recording& recording, std::uint64_t seq) {
  view.cursor = cursor_at(recording, view.playback.pace, seq);
  view.playback.playing = false;
}

// The event that the person means: the one that is selected, else the cursor's.
std::uint64_t meant(const ViewState& view, const Recording& recording) {
  if (const auto* event = std::get_if<EventSelected>(&view.selection)) return event->seq;
  if (const auto* line = std::get_if<LineSelected>(&view.selection)) {
    const dissect::Dialogue* dialogue = recording.dialogues().find(line->connection);
    if (dialogue != nullptr && line->line < dialogue->lines.size()) return dialogue->lines[line->line].seq;
  }
  return view.cursor.seq;
}

void go_to_cause(ViewState& view, const Recording& recording) {
  const auto event = recording.trace().event(meant(view, recording));
  if (!event || event->cause() == 0 || !recording.trace().contains(event->cause())) return;
  view.selection = EventSelected{event->cause()};
  go_to_event(view, recording, event->cause());
}

void go_to_consequence(ViewState& view, const Recording& recording) {
  const std::uint64_t from = meant(view, recording);
  std::uint64_t found = 0;
  // The first event that this one caused; far away consequences are looked for as well, but not for ever.
  constexpr std::uint64_t kFarthest = 200'000;
  recording.trace().for_each(from + 1, from + kFarthest, [&](const trace::EventView& event) {
    if (event.cause() != from) return true;
    found = event.seq();
    return false;
  });
  if (found == 0) return;
  view.selection = EventSelected{found};
  go_to_event(view, recording, found);
}

void step(ViewState& view, const Recording& recording, const Step& step) {
  view.playback.playing = false;
  view.cursor.follow = false;
  if (step.grain == Grain::kEvent) {
    const std::uint64_t last = recording.trace().last_seq();
    const std::uint64_t first = recording.trace().first_seq() - 1;
    std::uint64_t seq = view.cursor.seq;
    if (step.direction > 0 && seq < last) ++seq;
    if (step.direction < 0 && seq > first) --seq;
    view.cursor = cursor_at(recording, view.playback.pace, seq);
    return;
  }
  const Duration to{recording.choreography(view.playback.pace)
                        .stop(step.grain == Grain::kScene, view.cursor.screen.ns, step.direction)};
  go_to_screen(view, recording, to);
}

}  // namespace

Cursor cursor_at(const Recording& recording, Pace pace, std::uint64_t seq) {
  Cursor cursor;
  cursor.seq = std::min(seq, recording.trace().last_seq());
  cursor.screen = recording.schedule(pace).screen_of(cursor.seq);
  const auto event = recording.trace().event(cursor.seq);
  cursor.time = event ? event->time() : recording.epoch();
  return cursor;
}

void tick(ViewState& view, const Recording& recording, Duration wall) {
  if (view.cursor.follow) {
    // What is live is shown as it comes; what has piled up goes by faster.
    const Duration behind = recording.schedule(view.playback.pace).length() - view.cursor.screen;
    constexpr Duration kMostBehind = Duration::seconds(3);
    Duration passed = std::clamp(wall, Duration{}, Duration::milliseconds(250));
    if (behind > kMostBehind) passed = passed * (behind.ns / kMostBehind.ns + 1);
    view.cursor = recording.schedule(view.playback.pace).at(view.cursor.screen + passed);
    view.cursor.follow = true;
    return;
  }
  const Duration passed = advance(view.playback, wall);
  if (passed.ns == 0) return;
  const Duration length = recording.schedule(view.playback.pace).length();
  go_to_screen(view, recording, view.cursor.screen + passed);
  if (view.cursor.screen >= length) view.playback.playing = false;
}

bool apply(ViewState& view, const Command& command, const Recording* recording) {
  const auto with_run = [&](auto&& act) {
    if (recording != nullptr) act(*recording);
    return true;
  };
  return std::visit(
      Overloaded{
          [&](const SetCursor& c) {
            return with_run([&](const Recording& run) { go_to_event(view, run, c.seq); });
          },
          [&](const SetScreenTime& c) {
            return with_run([&](const Recording& run) {
              view.cursor.follow = false;
              go_to_screen(view, run, c.screen);
            });
          },
          [&](const Step& c) { return with_run([&](const Recording& run) { step(view, run, c); }); },
          [&](const GoToEnd& c) {
            return with_run([&](const Recording& run) {
              view.playback.playing = false;
              go_to_screen(view, run, c.end ? run.schedule(view.playback.pace).length() : Duration{});
            });
          },
          [&](const GoToCause&) { return with_run([&](const Recording& run) { go_to_cause(view, run); }); },
          [&](const GoToConsequence&) {
            return with_run([&](const Recording& run) { go_to_consequence(view, run); });
          },
          [&](const SetPlaying& c) {
            return with_run([&](const Recording& run) {
              view.playback.playing = c.playing;
              if (c.playing && view.cursor.screen >= run.schedule(view.playback.pace).length()) {
                go_to_screen(view, run, {});
              }
            });
          },
          [&](const SetSpeed& c) {
            view.playback.speed = std::clamp(c.speed, 0, kSpeedCount - 1);
            return true;
          },
          [&](const SetPace& c) {
            view.playback.pace = c.pace;
            return with_run(
                [&](const Recording& run) { view.cursor = cursor_at(run, c.pace, view.cursor.seq); });
          },
          [&](const Select& c) {
            view.selection = c.selection;
            return true;
          },
          [&](const SetLayout& c) {
            view.layout = c.layout;
            view.overlay = Overlay::kNone;
            return true;
          },
          [&](const SetLanguage& c) {
            view.language = c.language;
            return true;
          },
          [&](const SetTheme& c) {
            view.theme = c.theme;
            return true;
          },
          [&](const SetScale& c) {
            view.scale = std::clamp(c.scale, 1.0F, 3.0F);
            return true;
          },
          [&](const SetOverlay& c) {
            view.overlay = c.overlay;
            return true;
          },
          [&](const SetSplitters& c) {
            view.splitters = c.splitters;
            return true;
          },
          [&](const UpdateLadder& c) {
            view.ladder = c.view;
            return true;
          },
          [&](const UpdateTranscript& c) {
            view.transcript = c.view;
            return true;
          },
          [&](const UpdateInspector& c) {
            view.inspector = c.view;
            return true;
          },
          [&](const UpdateTimeline& c) {
            view.timeline = c.view;
            return true;
          },
          [&](const UpdateFinder& c) {
            view.finder = c.view;
            return true;
          },
          [&](const UpdateForm& c) {
            view.form = c.form;
            return true;
          },
          [&](const MoveHost& c) {
            view.moved_hosts[c.host] = {std::clamp(c.place.x, 0.0F, 1.0F), std::clamp(c.place.y, 0.0F, 1.0F)};
            return true;
          },
          [&](const SetStageView& c) {
            view.stage_zoom = std::clamp(c.zoom, 1.0F, 6.0F);
            view.stage_pan = c.pan;
            return true;
          },
          [&](const SetBlank& c) {
            view.blank = c.blank;
            return true;
          },
          [&](const SetReducedMotion& c) {
            view.reduced_motion = c.reduced;
            return true;
          },
          [&](const Dismiss&) {
            if (!view.notice.empty()) {
              view.notice.clear();
            } else if (view.overlay != Overlay::kNone) {
              view.overlay = Overlay::kNone;
            } else {
              view.selection = std::monostate{};
            }
            return true;
          },
          [](const auto&) { return false; },
      },
      command);
}

}  // namespace glasspost::gui
