#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gui/app/live.h"
#include "gui/app/work.h"
#include "gui/model/library.h"
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

/// Keys that ImGui 1.86 has no name for.
struct FunctionKeys {
  bool help = false;         ///< F1
  bool full_screen = false;  ///< F11
  bool bigger = false;       ///< the plus key, while Ctrl makes no characters
  bool smaller = false;
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
  /// The atlas was built anew since the last call: upload it before drawing.
  [[nodiscard]] bool take_atlas_changed() { return std::exchange(atlas_changed_, false); }
  /// Words or sizes were lacking, so that the frame should be drawn once more.
  [[nodiscard]] bool unsettled() const;
  /// Something moves: the next frame should follow at once.
  [[nodiscard]] bool moving() const;
  [[nodiscard]] bool wants_to_quit() const { return quit_; }
  [[nodiscard]] bool wants_full_screen() const { return full_screen_; }

  void open(Job job);  ///< in the background
  /// Runs a scenario's servers on real ports as long as this lives, and follows what happens there.
  void serve(const std::string& file);
  void show(JobResult result);  ///< what a job gave
  void apply(const Command& command);
  [[nodiscard]] Work& work() { return work_; }

  [[nodiscard]] ViewState& view() { return view_; }
  [[nodiscard]] const Recording* recording() const { return recording_.get(); }
  [[nodiscard]] const Record& record() const { return record_; }
  [[nodiscard]] const std::vector<std::string>& recent() const { return library_.recent; }
  void set_recent(std::vector<std::string> files) { library_.recent = std::move(files); }
  /// For the next frame.
  void press(const FunctionKeys& keys) { function_keys_ = keys; }
  /// Looks whether the scenario's file has changed, and runs it again if so.
  void look_at_file();
  /// The text that Ctrl+C put aside in the last frame.
  [[nodiscard]] const std::string& clipboard() const { return clipboard_; }
  [[nodiscard]] std::string take_clipboard() { return std::exchange(clipboard_, {}); }

 private:
  struct Context;
  void draw(const FrameInput& input);
  void keys();
  void take_work();
  void take_live();
  void send(const SendForm& form);
  void fill_form();
  void move_focus(int direction);

  std::unique_ptr<Context> context_;
  std::unique_ptr<Fonts> fonts_;
  ViewState view_;
  std::shared_ptr<Recording> recording_;
  Work work_;
  std::unique_ptr<Live> live_;
  std::uint64_t live_seen_ = 0;
  Record record_;
  Focus focus_;
  std::vector<Command> commands_;
  Library library_;
  FunctionKeys function_keys_;
  std::string help_;               ///< what F1 was pressed over
  std::int64_t file_changed_ = 0;  ///< when the open file was last written
  std::vector<scenario::InjectMail> injected_;
  std::string clipboard_;
  bool atlas_changed_ = false;
  bool quit_ = false;
  bool full_screen_ = false;
};

}  // namespace glasspost::gui
