#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gui/app/work.h"
#include "gui/model/view_state.h"
#include "gui/panel/fonts.h"
#include "gui/panel/frame.h"
#include "gui/panel/record.h"

struct ImDrawData;

namespace glasspost::gui {

/// What the window did since the last frame, besides what ImGui's own input structure holds.
struct FrameInput {
  float width = 1600;
  float height = 900;
  double seconds = 0;  ///< the real clock
  Duration passed;     ///< since the last frame
};

/// The whole studio but for the screen: one ImGui context, the run that is open, the view of it. Whoever owns
/// it feeds ImGui's input, calls frame() and draws what it gives.
class Studio {
 public:
  explicit Studio(FontFiles fonts);
  ~Studio();
  Studio(const Studio&) = delete;
  Studio& operator=(const Studio&) = delete;

  /// Draws one frame and applies what it asked for. Valid until the next call.
  ImDrawData* frame(const FrameInput& input);
  /// The atlas was built anew by the last frame(): upload it before drawing.
  [[nodiscard]] bool atlas_changed() const { return atlas_changed_; }
  /// Words or sizes were lacking, so that the frame should be drawn once more.
  [[nodiscard]] bool unsettled() const;
  /// Something moves: the next frame should follow at once.
  [[nodiscard]] bool moving() const;
  [[nodiscard]] bool wants_to_quit() const { return quit_; }
  [[nodiscard]] bool wants_full_screen() const { return full_screen_; }

  void open(Job job);           ///< in the background
  void show(JobResult result);  ///< what a job gave
  void apply(const Command& command);
  [[nodiscard]] Work& work() { return work_; }

  [[nodiscard]] ViewState& view() { return view_; }
  [[nodiscard]] const Recording* recording() const { return recording_.get(); }
  [[nodiscard]] const Record& record() const { return record_; }
  [[nodiscard]] const std::vector<std::string>& recent() const { return recent_; }
  void set_recent(std::vector<std::string> files) { recent_ = std::move(files); }
  /// The text that Ctrl+C put aside in the last frame.
  [[nodiscard]] const std::string& clipboard() const { return clipboard_; }

 private:
  struct Context;
  void draw(const FrameInput& input);
  void keys();
  void take_work();
  void move_focus(int direction);

  std::unique_ptr<Context> context_;
  std::unique_ptr<Fonts> fonts_;
  ViewState view_;
  std::shared_ptr<Recording> recording_;
  Work work_;
  Record record_;
  Focus focus_;
  std::vector<Command> commands_;
  std::vector<Bundled> bundled_;
  std::vector<std::string> recent_;
  std::vector<scenario::InjectMail> injected_;
  std::string clipboard_;
  bool atlas_changed_ = false;
  bool quit_ = false;
  bool full_screen_ = false;
};

}  // namespace glasspost::gui
