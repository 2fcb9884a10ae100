#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gui/model/geometry.h"

namespace glasspost::gui {

/// One thing that was drawn and means something: for tests, and for whoever cannot see the picture.
struct Recorded {
  std::string kind;     ///< "text", "button", "field", "capsule", "envelope", "stamp", "room", "panel", ...
  std::string id;       ///< unique among its kind in a frame, but for texts, whose id may be empty
  std::string label;    ///< the words, whole
  std::string value;    ///< "on", a field's text, "pass"
  Rect rect;            ///< where it stands
  float text_size = 0;  ///< of its words; 0: it has none
  int layer = 0;        ///< 0: the layout; 1: what floats above it (movers, marks); 2: an overlay
  int parent = -1;      ///< index of what it stands in; -1: the window
  bool enabled = true;
  bool solid = false;  ///< may overlap no other solid thing of the same parent and layer
  bool cut = false;    ///< its words end in an ellipsis
};

class Record {
 public:
  void clear() {
    all_.clear();
    open_.clear();
  }
  int add(Recorded recorded) {
    recorded.parent = open_.empty() ? -1 : open_.back();
    all_.push_back(std::move(recorded));
    return static_cast<int>(all_.size()) - 1;
  }
  /// What is added until leave() stands in it.
  void enter(Recorded recorded) {
    const int index = add(std::move(recorded));
    open_.push_back(index);
  }
  void leave() { open_.pop_back(); }

  [[nodiscard]] const std::vector<Recorded>& all() const { return all_; }
  /// The first of that kind and id; null if there is none.
  [[nodiscard]] const Recorded* find(const std::string& kind, const std::string& id) const {
    for (const Recorded& r : all_) {
      if (r.kind == kind && r.id == id) return &r;
    }
    return nullptr;
  }

 private:
  std::vector<Recorded> all_;
  std::vector<int> open_;
};

/// What is wrong with a frame's rectangles: texts that overlap or leave what they stand in or the window,
/// solid things that overlap, words smaller than the least size. One line each.
[[nodiscard]] std::vector<std::string> faults_of(const Record& record, const Rect& window, float least_size);

}  // namespace glasspost::gui
