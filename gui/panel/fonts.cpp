#include "gui/panel/fonts.h"

#include <algorithm>
#include <cmath>

#include <imgui.h>
#include <imgui_freetype.h>

namespace glasspost::gui {
namespace {

constexpr std::size_t kMostSizes = 28;
constexpr int kLeastPixels = 6;
constexpr int kMostPixels = 320;

std::filesystem::path first_of(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(name, ignored)) return name;
  }
  return {};
}

}  // namespace

Result<FontFiles> find_fonts() {
  const auto nanum = first_of({"/usr/share/fonts/truetype/nanum/NanumGothic.ttf"});
  const auto nanum_bold = first_of({"/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf"});
  const auto nanum_mono = first_of({"/usr/share/fonts/truetype/nanum/NanumGothicCoding.ttf"});
  const auto dejavu = first_of({"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"});
  const auto dejavu_bold = first_of({"/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"});
  const auto dejavu_mono = first_of({"/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"});
  const auto icons = first_of({"/usr/share/fonts/truetype/font-awesome/fontawesome-webfont.ttf",
                               "/usr/share/fonts-font-awesome/fonts/fontawesome-webfont.ttf"});
  if (nanum.empty() || nanum_bold.empty()) {
    return fail(ErrorCode::kNotFound, "the font NanumGothic is missing: apt-get install fonts-nanum");
  }
  if (dejavu.empty() || dejavu_mono.empty()) {
    return fail(ErrorCode::kNotFound, "the font DejaVu Sans is missing: apt-get install fonts-dejavu-core");
  }
  if (icons.empty()) {
    return fail(ErrorCode::kNotFound, "the font Font Awesome is missing: apt-get install fonts-font-awesome");
  }
  FontFiles files;
  files.words = {nanum, dejavu};
  files.bold = {nanum_bold, dejavu_bold.empty() ? dejavu : dejavu_bold};
  files.mono = {dejavu_mono};
  if (!nanum_mono.empty()) files.mono.push_back(nanum_mono);
  files.mono.push_back(nanum);
  files.icons = icons;
  return files;
}

struct Fonts::Size {
  ImFont* font = nullptr;
  std::set<ImWchar> glyphs;               // wanted
  ImVector<ImWchar> ranges, icon_ranges;  // must live as long as the atlas
  std::uint64_t used = 0;                 // the last frame that asked for it
};

Fonts::Fonts(ImFontAtlas& atlas, FontFiles files) : atlas_(atlas), files_(std::move(files)) {
  atlas_.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  // NanumGothic's own hinting squeezes descenders and dots.
  atlas_.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_NoHinting;
  atlas_.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  (void)size_of(Face::kWords, 16);
}
Fonts::~Fonts() = default;

Fonts::Size& Fonts::size_of(Face face, float pixels) {
  const int whole = std::clamp(static_cast<int>(std::lround(pixels)), kLeastPixels, kMostPixels);
  std::unique_ptr<Size>& size = sizes_[{face, whole}];
  if (!size) {
    size = std::make_unique<Size>();
    for (ImWchar c = 0x20; c < 0x7F; ++c)
      size->glyphs.insert(c);
    for (const ImWchar c : {ImWchar{0x2026}, ImWchar{0x00D7}, ImWchar{0xFFFD}})
      size->glyphs.insert(c);
    lacking_ = true;
  }
  size->used = frame_;
  return *size;
}

ImFont* Fonts::get(Face face, float pixels) {
  Size& wanted = size_of(face, pixels);
  if (wanted.font != nullptr) return wanted.font;
  for (const auto& [key, size] : sizes_) {
    if (size->font != nullptr) return size->font;
  }
  return nullptr;
}

void Fonts::need(Face face, float pixels, std::string_view utf8) {
  Size& size = size_of(face, pixels);
  const char* at = utf8.data();
  const char* const end = at + utf8.size();
  while (at < end) {
    if (static_cast<unsigned char>(*at) < 0x80) {
      ++at;
      continue;
    }
    unsigned int code = 0;
    const auto byte = [&](int index) { return static_cast<unsigned char>(at[index]); };
    int length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    if (end - at < length) length = 1;
    if (length == 3) code = ((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    if (length == 2) code = ((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU);
    at += length;
    if (code < 0x80) continue;
    if (size.glyphs.insert(static_cast<ImWchar>(code)).second) lacking_ = true;
  }
}

void Fonts::add(const Key& key, Size& size) {
  size.ranges.clear();
  size.icon_ranges.clear();
  for (const ImWchar glyph : size.glyphs) {
    // Icons lie in the private use area, where a font of words may have signs of its own.
    const bool icon = glyph >= 0xE000 && glyph < 0xF900;
    ImVector<ImWchar>& ranges = icon ? size.icon_ranges : size.ranges;
    if (!ranges.empty() && ranges.back() + 1 == glyph) {
      ranges.back() = glyph;
    } else {
      ranges.push_back(glyph);
      ranges.push_back(glyph);
    }
  }
  size.ranges.push_back(0);
  size.icon_ranges.push_back(0);
  const auto& faces = key.first == Face::kBold   ? files_.bold
                      : key.first == Face::kMono ? files_.mono
                                                 : files_.words;
  ImFontConfig config;
  config.OversampleH = 1;
  config.PixelSnapH = true;
  const auto pixels = static_cast<float>(key.second);
  for (const std::filesystem::path& file : faces) {
    ImFont* font = atlas_.AddFontFromFileTTF(file.c_str(), pixels, &config, size.ranges.Data);
    if (!config.MergeMode) size.font = font;
    config.MergeMode = true;
  }
  if (size.icon_ranges.front() == 0) return;
  // Icons stand a little lower and smaller than letters of the same size.
  config.GlyphOffset = {0, std::round(pixels * 0.02F)};
  atlas_.AddFontFromFileTTF(files_.icons.c_str(), std::round(pixels * 0.86F), &config, size.icon_ranges.Data);
}

bool Fonts::prepare() {
  ++frame_;
  if (!lacking_) return false;
  if (sizes_.size() > kMostSizes) {
    std::erase_if(sizes_, [this](const auto& entry) { return entry.second->used + 4 < frame_; });
  }
  if (sizes_.empty()) (void)size_of(Face::kWords, 16);
  atlas_.Clear();
  for (auto& [key, size] : sizes_)
    add(key, *size);
  atlas_.Build();
  lacking_ = false;
  return true;
}

}  // namespace glasspost::gui
