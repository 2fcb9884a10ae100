#include "gui/app/window.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <GL/gl.h>
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

namespace glasspost::gui {
namespace {

constexpr double kIdleSeconds = 0.5;
constexpr int kFramesAfterInput = 3;

/// What GLFW's callbacks tell between frames.
struct Inbox {
  Studio* studio = nullptr;
  FunctionKeys keys;
  int frames = kFramesAfterInput;  // still to be drawn although nothing moves
};

Inbox& inbox_of(GLFWwindow* window) {
  return *static_cast<Inbox*>(glfwGetWindowUserPointer(window));
}

void on_key(GLFWwindow* window, int key, int, int action, int mods) {
  Inbox& inbox = inbox_of(window);
  inbox.frames = kFramesAfterInput;
  if (action == GLFW_RELEASE) return;
  if (key == GLFW_KEY_F1) inbox.keys.help = true;
  if (key == GLFW_KEY_F11) inbox.keys.full_screen = true;
  if ((mods & GLFW_MOD_CONTROL) == 0) return;
  if (key == GLFW_KEY_Q) inbox.studio->apply(Quit{});
  if (key == GLFW_KEY_EQUAL || key == GLFW_KEY_KP_ADD) inbox.keys.bigger = true;
  if (key == GLFW_KEY_MINUS || key == GLFW_KEY_KP_SUBTRACT) inbox.keys.smaller = true;
}

void on_drop(GLFWwindow* window, int count, const char** paths) {
  Inbox& inbox = inbox_of(window);
  inbox.frames = kFramesAfterInput;
  if (count > 0) inbox.studio->apply(OpenFile{paths[0]});
}

void on_any(GLFWwindow* window) {
  inbox_of(window).frames = kFramesAfterInput;
}

/// Ends GLFW, window and backends in their order, whatever came of them.
struct Guard {
  GLFWwindow* window = nullptr;
  bool glfw_backend = false;
  bool gl_backend = false;
  Guard() = default;
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() {
    if (gl_backend) ImGui_ImplOpenGL3_Shutdown();
    if (glfw_backend) ImGui_ImplGlfw_Shutdown();
    if (window != nullptr) glfwDestroyWindow(window);
    glfwTerminate();
  }
};

void set_full_screen(GLFWwindow* window, bool full) {
  if (full) {
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode* mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
    if (mode != nullptr)
      glfwSetWindowMonitor(window, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  } else {
    glfwSetWindowMonitor(window, nullptr, 80, 60, 1440, 810, 0);
  }
}

void connect(GLFWwindow* window, Inbox& inbox) {
  glfwSetWindowUserPointer(window, &inbox);
  glfwSetKeyCallback(window, on_key);
  glfwSetDropCallback(window, on_drop);
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double, double) { on_any(w); });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int, int, int) { on_any(w); });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double, double) { on_any(w); });
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned int) { on_any(w); });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { on_any(w); });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { on_any(w); });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int) { on_any(w); });
}

// One frame onto the window. False if OpenGL complained.
bool draw(GLFWwindow* window, Studio& studio, double now, double last) {
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window, &width, &height);
  if (width <= 0 || height <= 0) return true;
  FrameInput input;
  input.width = static_cast<float>(width);
  input.height = static_cast<float>(height);
  input.seconds = now;
  input.passed = Duration::nanoseconds(static_cast<std::int64_t>((now - last) * 1e9));
  ImGui_ImplGlfw_NewFrame();
  ImDrawData* drawn = studio.frame(input);
  // What was lacking is there in the next pass, and nobody sees a frame with gaps.
  for (int pass = 0; pass < 3 && studio.unsettled(); ++pass) {
    input.passed = {};
    drawn = studio.frame(input);
  }
  if (studio.take_atlas_changed()) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    drawn = studio.frame(input);
  }
  glViewport(0, 0, width, height);
  ImGui_ImplOpenGL3_RenderDrawData(drawn);
  glfwSwapBuffers(window);
  return glGetError() == GL_NO_ERROR;
}

}  // namespace

Ok run_window(Studio& studio, const WindowOptions& options, const std::function<void()>& idle) {
  glfwSetErrorCallback([](int, const char*) {});
  if (glfwInit() == GLFW_FALSE) {
    return fail(ErrorCode::kUnsupported,
                "no display: set DISPLAY or WAYLAND_DISPLAY, or draw a picture with --picture");
  }
  Guard guard;
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 1);
  guard.window = glfwCreateWindow(options.width, options.height, "Glasspost", nullptr, nullptr);
  if (guard.window == nullptr) {
    return fail(ErrorCode::kUnsupported, "no OpenGL 3.1 on this display: apt-get install libgl1-mesa-dri");
  }
  Inbox inbox;
  inbox.studio = &studio;
  connect(guard.window, inbox);
  glfwMakeContextCurrent(guard.window);
  glfwSwapInterval(1);
  // It chains the callbacks that were set before.
  guard.glfw_backend = ImGui_ImplGlfw_InitForOpenGL(guard.window, true);
  guard.gl_backend = ImGui_ImplOpenGL3_Init("#version 140");
  if (!guard.glfw_backend || !guard.gl_backend) {
    return fail(ErrorCode::kUnsupported, "no OpenGL 3.1 on this display: apt-get install libgl1-mesa-dri");
  }
  ImGui_ImplOpenGL3_NewFrame();
  studio.work().wake = [] { glfwPostEmptyEvent(); };
  bool full = options.full_screen;
  if (full) set_full_screen(guard.window, true);
  const double begun = glfwGetTime();
  double last = begun;
  double looked = begun;
  bool complained = false;
  while (glfwWindowShouldClose(guard.window) == GLFW_FALSE && !studio.wants_to_quit()) {
    const bool busy = studio.moving() || inbox.frames > 0;
    if (busy) {
      glfwPollEvents();
    } else {
      glfwWaitEventsTimeout(kIdleSeconds);
    }
    const double now = glfwGetTime();
    if (now - looked > kIdleSeconds) {
      looked = now;
      idle();
    }
    if (options.close_after > 0 && now - begun > options.close_after) break;
    if (!studio.moving() && inbox.frames <= 0 && !studio.work().has_result()) {
      last = now;
      continue;
    }
    if (inbox.frames > 0) --inbox.frames;
    studio.press(inbox.keys);
    inbox.keys = {};
    if (!draw(guard.window, studio, now, last)) complained = true;
    last = now;
    if (!studio.clipboard().empty()) glfwSetClipboardString(guard.window, studio.take_clipboard().c_str());
    if (studio.wants_full_screen() != full) {
      full = studio.wants_full_screen();
      set_full_screen(guard.window, full);
    }
  }
  studio.work().wake = nullptr;
  if (complained) return fail(ErrorCode::kIo, "OpenGL reported an error while drawing");
  return {};
}

}  // namespace glasspost::gui
