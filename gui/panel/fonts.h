#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

struct ImFont;
struct ImFontAtlas;

namespace glasspost::gui {

enum class Face : std::uint8_t { kWords, kBold, kMono };

/// The files that faces are made of; each falls back on the ones behind it, glyph by glyph.
struct FontFiles {
  std::vector<std::filesystem::path> words, bold, mono;
  std::filesystem::path icons;
};
/// Where Debian's packages put them. Error kNotFound names the package to install.
[[nodiscard]] Result<FontFiles> find_fonts();

/// Sizes and glyphs that are in use, and nothing else: a size or glyph that is asked for and lacking is there
/// after the next prepare(). One thread.
class Fonts {
 public:
  Fonts(ImFontAtlas& atlas, FontFiles files);
  ~Fonts();
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  /// Between frames. True if the atlas was built anew, so that its texture must be uploaded.
  bool prepare();
  /// Something was asked for that is not there: the frame should be drawn again.
  [[nodiscard]] bool lacking() const { return lacking_; }

  /// The face at that height in whole pixels, or the nearest that is there.
  [[nodiscard]] ImFont* get(Face face, float pixels);
  /// Says that these words will be shown so.
  void need(Face face, float pixels, std::string_view utf8);

 private:
  struct Size;
  using Key = std::pair<Face, int>;
  [[nodiscard]] Size& size_of(Face face, float pixels);
  void add(const Key& key, Size& size);

  ImFontAtlas& atlas_;
  FontFiles files_;
  std::map<Key, std::unique_ptr<Size>> sizes_;
  bool lacking_ = true;
  std::uint64_t frame_ = 0;
};

}  // namespace glasspost::gui
