#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <imgui.h>

#include "gui/app/studio.h"
#include "gui/app/work.h"

namespace glasspost::gui {

/// A studio without any screen: frames are made, and their records and vertices read.
class StudioFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    auto fonts = find_fonts();
    ASSERT_TRUE(fonts) << fonts.error().message;
    studio = std::make_unique<Studio>(std::move(*fonts));
    ImGuiIO& io = ImGui::GetIO();
    for (int i = 0; i < ImGuiKey_COUNT; ++i)
      io.KeyMap[i] = i;
    io.MousePos = {-1, -1};
  }

  void open(const std::string& name, const std::string& variant = "") {
    JobResult result = do_job(
        {found_file(name), variant, {}}, [](float) {}, nullptr);
    ASSERT_TRUE(result.recording) << result.error;
    studio->show(std::move(result));
  }
  /// Frames until no glyph is lacking; the last is the one that is looked at.
  void settle() {
    frame();
    for (int i = 0; i < 5; ++i)
      frame();
  }
  ImDrawData* frame(Duration passed = {}) {
    FrameInput input;
    input.width = width;
    input.height = height;
    input.passed = passed;
    return studio->frame(input);
  }
  void at(Duration screen) { studio->apply(SetScreenTime{screen}); }
  [[nodiscard]] const Recorded* find(const std::string& kind, const std::string& id) const {
    return studio->record().find(kind, id);
  }
  [[nodiscard]] bool says(const std::string& words) const {
    for (const Recorded& r : studio->record().all()) {
      if (r.label.find(words) != std::string::npos) return true;
    }
    return false;
  }
  void click_at(Point p) {
    ImGuiIO& io = ImGui::GetIO();
    io.MousePos = {p.x, p.y};
    frame();
    io.MouseDown[0] = true;
    frame();
    io.MouseDown[0] = false;
    frame();
    frame();
  }
  void click(const std::string& id, const std::string& kind = "button") {
    settle();
    const Recorded* target = find(kind, id);
    ASSERT_NE(target, nullptr) << id;
    ASSERT_TRUE(target->enabled) << id;
    click_at(target->rect.center());
  }
  void press(ImGuiKey key, bool shift = false, bool control = false) {
    ImGuiIO& io = ImGui::GetIO();
    io.KeyShift = shift;
    io.KeyCtrl = control;
    io.KeysDown[key] = true;
    frame();
    io.KeysDown[key] = false;
    io.KeyShift = io.KeyCtrl = false;
    frame();
  }
  void type(const std::string& words) {
    ImGui::GetIO().AddInputCharactersUTF8(words.c_str());
    frame();
    frame();
  }
  /// Waits for the background's result.
  void wait_for_work() {
    while (studio->work().busy())
      std::this_thread::yield();
    settle();
  }
  /// Every vertex of the frame, as bytes.
  [[nodiscard]] std::string vertices() {
    ImDrawData* drawn = frame();
    std::string bytes;
    for (int i = 0; i < drawn->CmdListsCount; ++i) {
      const ImVector<ImDrawVert>& list = drawn->CmdLists[i]->VtxBuffer;
      bytes.append(reinterpret_cast<const char*>(list.Data), static_cast<std::size_t>(list.size_in_bytes()));
    }
    return bytes;
  }
  [[nodiscard]] std::string faults() const {
    std::string all;
    for (const std::string& fault : faults_of(studio->record(), {0, 0, width, height}, 10.5F))
      all += fault + "\n";
    return all;
  }

  float width = 1600;
  float height = 900;
  std::unique_ptr<Studio> studio;
};

}  // namespace glasspost::gui
