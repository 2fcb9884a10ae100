#pragma once

// Dialogues recorded in pieces, and their lines in a form that tests compare.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dissect/dialogue.h"
#include "tests/unit/dissect/recorded.h"

namespace glasspost::dissect {

inline std::vector<Line> lines_of(const std::vector<Said>& dialogue, std::size_t piece,
                                  std::string_view endpoint = "198.51.100.3:25", bool step_by_step = false) {
  trace::Recorder recorder;
  record(recorder, dialogue, piece, 1, endpoint);
  const trace::Trace trace = recorder.snapshot();
  Dialogues dialogues;
  if (step_by_step) {
    // As when a reader follows a run that is still going on.
    trace::Recorder growing;
    trace.for_each([&](const trace::EventView& event) {
      growing.append(trace::to_raw(event));
      dialogues.update(growing.snapshot());
    });
  } else {
    dialogues.update(trace);
  }
  return dialogues.find({1})->lines;
}

// What must not depend on how the bytes were cut into events.
inline std::string sketch(const Line& line) {
  std::string text = std::string(line.direction == trace::Direction::kToServer ? "C " : "S ") +
                     std::string(to_string(line.kind)) + " " + std::string(to_string(line.phase)) + " " +
                     std::string(trace::enum_name(line.layer)) + " " + std::to_string(line.offset) + "+" +
                     std::to_string(line.length);
  text += " [" + line.text + "] verb=" + line.verb + " arg=" + line.argument +
          " code=" + std::to_string(line.code) + line.response_code + " enh=" + line.enhanced +
          " to=" + line.answers + " t=" + std::to_string(line.transaction) +
          (line.last_of_reply ? " last" : "") + (line.complete ? "" : " incomplete") +
          (line.secret ? " secret" : "") + " " + line.subject + " tag=" + line.tag + " r=" + line.response +
          (line.by_uid ? " uid" : "") + (line.number ? " n=" + std::to_string(*line.number) : "");
  for (const Label& label : line.labels) {
    text += " " + std::string(to_string(label.kind)) + "@" + std::to_string(label.offset) + "+" +
            std::to_string(label.length);
  }
  return text;
}
inline std::vector<std::string> sketches(const std::vector<Line>& lines) {
  std::vector<std::string> result;
  for (const Line& line : lines)
    result.push_back(sketch(line));
  return result;
}

/// "verb:LIST number:1" of one line.
inline std::string labels_of(const Line& line) {
  std::string text;
  for (const Label& label : line.labels) {
    text += (text.empty() ? "" : " ") + std::string(to_string(label.kind)) + ":" +
            line.text.substr(std::min<std::size_t>(label.offset, line.text.size()), label.length);
  }
  return text;
}

}  // namespace glasspost::dissect
