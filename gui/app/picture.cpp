#include "gui/app/picture.h"

#include <cstring>

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

namespace glasspost::gui {

struct HeadlessScreen::Inner {
  int width = 0;
  int height = 0;
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;
  EGLSurface surface = EGL_NO_SURFACE;
  bool backend = false;
};

HeadlessScreen::HeadlessScreen() : inner_(std::make_unique<Inner>()) {}

HeadlessScreen::~HeadlessScreen() {
  if (inner_->backend && ImGui::GetCurrentContext() != nullptr) ImGui_ImplOpenGL3_Shutdown();
  if (inner_->display == EGL_NO_DISPLAY) return;
  eglMakeCurrent(inner_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  if (inner_->surface != EGL_NO_SURFACE) eglDestroySurface(inner_->display, inner_->surface);
  if (inner_->context != EGL_NO_CONTEXT) eglDestroyContext(inner_->display, inner_->context);
  eglTerminate(inner_->display);
}

Result<std::unique_ptr<HeadlessScreen>> HeadlessScreen::make(int width, int height) {
  constexpr const char* kAdvice =
      "no OpenGL without a display: apt-get install libegl1 libgl1 libgl1-mesa-dri (EGL said no)";
  std::unique_ptr<HeadlessScreen> screen(new HeadlessScreen);
  Inner& in = *screen->inner_;
  in.width = width;
  in.height = height;
  const auto get_display =
      reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (get_display == nullptr) return fail(ErrorCode::kUnsupported, kAdvice);
  in.display = get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (in.display == EGL_NO_DISPLAY || eglInitialize(in.display, nullptr, nullptr) == EGL_FALSE) {
    in.display = EGL_NO_DISPLAY;
    return fail(ErrorCode::kUnsupported, kAdvice);
  }
  eglBindAPI(EGL_OPENGL_API);
  const EGLint wanted[] = {EGL_SURFACE_TYPE,
                           EGL_PBUFFER_BIT,
                           EGL_RENDERABLE_TYPE,
                           EGL_OPENGL_BIT,
                           EGL_RED_SIZE,
                           8,
                           EGL_GREEN_SIZE,
                           8,
                           EGL_BLUE_SIZE,
                           8,
                           EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (eglChooseConfig(in.display, wanted, &config, 1, &count) == EGL_FALSE || count == 0) {
    return fail(ErrorCode::kUnsupported, kAdvice);
  }
  const EGLint size[] = {EGL_WIDTH, width, EGL_HEIGHT, height, EGL_NONE};
  in.surface = eglCreatePbufferSurface(in.display, config, size);
  const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 1, EGL_NONE};
  in.context = eglCreateContext(in.display, config, EGL_NO_CONTEXT, version);
  if (in.surface == EGL_NO_SURFACE || in.context == EGL_NO_CONTEXT ||
      eglMakeCurrent(in.display, in.surface, in.surface, in.context) == EGL_FALSE) {
    return fail(ErrorCode::kUnsupported, kAdvice);
  }
  return screen;
}

Result<Picture> HeadlessScreen::picture(Studio& studio) {
  Inner& in = *inner_;
  FrameInput input;
  input.width = static_cast<float>(in.width);
  input.height = static_cast<float>(in.height);
  constexpr int kMostPasses = 6;
  ImDrawData* drawn = nullptr;
  bool changed = false;
  for (int pass = 0; pass < kMostPasses; ++pass) {
    drawn = studio.frame(input);
    changed = studio.take_atlas_changed() || changed;
    // Two frames at the least: the first tells ImGui where things are.
    if (pass > 0 && !studio.unsettled()) break;
  }
  if (!in.backend) {
    if (!ImGui_ImplOpenGL3_Init("#version 140")) {
      return fail(ErrorCode::kUnsupported, "OpenGL 3.1 is missing: apt-get install libgl1-mesa-dri");
    }
    in.backend = true;
    ImGui_ImplOpenGL3_NewFrame();
  } else if (changed) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  drawn = studio.frame(input);
  glViewport(0, 0, in.width, in.height);
  glClearColor(0, 0, 0, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(drawn);
  glFinish();
  Picture picture;
  picture.width = in.width;
  picture.height = in.height;
  const std::size_t row = static_cast<std::size_t>(in.width) * 3;
  picture.pixels.resize(row * static_cast<std::size_t>(in.height));
  std::vector<std::uint8_t> upside_down(picture.pixels.size());
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, in.width, in.height, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
  if (const GLenum error = glGetError(); error != GL_NO_ERROR) {
    return fail(ErrorCode::kIo, "OpenGL error " + std::to_string(error));
  }
  for (std::size_t y = 0; y < static_cast<std::size_t>(in.height); ++y) {
    std::memcpy(picture.pixels.data() + y * row,
                upside_down.data() + (static_cast<std::size_t>(in.height) - 1 - y) * row, row);
  }
  return picture;
}

}  // namespace glasspost::gui
