#include "engine/protocol/line/line_reader.h"

#include <algorithm>

namespace glasspost {

void LineReader::reset() {
  length_ = 0;
  too_long_ = false;
  bare_cr_ = false;
  after_cr_ = false;
}

// `whole`: the line with its LF. Its ending is taken off and its oddities are told.
std::optional<Line> LineReader::finish(std::string_view whole) {
  Line line;
  line.too_long = too_long_;
  line.bare_lf = !after_cr_;
  if (!too_long_) {
    whole.remove_suffix(after_cr_ ? 2 : 1);
    line.text = whole;
  }
  line.bare_cr = bare_cr_;
  reset();
  return line;
}

std::optional<Line> LineReader::next(std::string_view& input) {
  if (given_) {
    partial_.clear();
    given_ = false;
  }
  const std::size_t lf = input.find('\n');
  const bool complete = lf != std::string_view::npos;
  const std::string_view piece = input.substr(0, complete ? lf + 1 : input.size());
  if (piece.empty()) return std::nullopt;
  input.remove_prefix(piece.size());

  // A CR is bare if anything but LF follows it; the last byte before the LF is looked at by after_cr_.
  const std::string_view before_lf = complete ? piece.substr(0, piece.size() - 1) : piece;
  if (after_cr_ && !before_lf.empty()) bare_cr_ = true;
  if (!before_lf.empty()) {
    const std::size_t cr = before_lf.find('\r');
    if (cr < before_lf.size() - 1) bare_cr_ = true;  // npos is not less
    after_cr_ = before_lf.back() == '\r';
  }

  const bool first = length_ == 0;
  length_ += piece.size();
  if (length_ > limits_.max_line && !too_long_) {
    too_long_ = true;
    partial_.clear();
    partial_.shrink_to_fit();
  }
  if (too_long_) {
    if (length_ > limits_.max_line + limits_.max_discard) {
      reset();
      Line line;
      line.too_long = true;
      line.flood = true;
      return line;
    }
    if (!complete) return std::nullopt;
    return finish({});
  }
  if (complete && first) return finish(piece);  // the usual case: nothing is copied
  partial_ += piece;
  if (!complete) return std::nullopt;
  given_ = true;
  return finish(partial_);
}

}  // namespace glasspost
