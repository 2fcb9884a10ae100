#include "engine/protocol/dns/zone_file_tokens.h"

#include <utility>

#include "engine/base/text.h"

namespace glasspost::dns {
namespace {

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  tl::expected<std::vector<ZoneFileEntry>, ZoneFileError> run() {
    while (at_ < text_.size()) {
      if (!step()) return tl::unexpected<ZoneFileError>(std::move(error_));
    }
    if (depth_ > 0)
      return tl::unexpected<ZoneFileError>({open_line_, open_column_, "this parenthesis is never closed"});
    end_entry();
    return std::move(entries_);
  }

 private:
  [[nodiscard]] std::uint32_t column() const { return static_cast<std::uint32_t>(at_ - line_start_ + 1); }

  bool wrong(std::string message) {
    error_ = {line_, column(), std::move(message)};
    return false;
  }

  void new_line() {
    ++at_;
    ++line_;
    line_start_ = at_;
    if (depth_ == 0) end_entry();
  }

  void end_entry() {
    if (!entry_.tokens.empty()) entries_.push_back(std::move(entry_));
    entry_ = {};
    at_line_start_ = true;
  }

  bool step() {
    const char c = text_[at_];
    const bool first = std::exchange(at_line_start_, false);
    if (c == '\n') {
      new_line();
    } else if (is_wsp(c) || c == '\r') {
      if (first && depth_ == 0) entry_.starts_blank = true;
      ++at_;
    } else if (c == ';') {
      while (at_ < text_.size() && text_[at_] != '\n')
        ++at_;
    } else if (c == '(') {
      // Nesting has no meaning: one level is all there is.
      if (depth_ > 0) return wrong("a parenthesis inside parentheses");
      depth_ = 1;
      open_line_ = line_;
      open_column_ = column();
      ++at_;
    } else if (c == ')') {
      if (depth_ == 0) return wrong("this parenthesis was never opened");
      depth_ = 0;
      ++at_;
    } else if (c == '"') {
      return quoted();
    } else {
      return word();
    }
    return true;
  }

  bool quoted() {
    ZoneFileToken token{{}, true, line_, column()};
    const std::size_t start = ++at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n')
      at_ += text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
    if (at_ >= text_.size() || text_[at_] != '"') {
      error_ = {token.line, token.column, "this quoted string does not end on its line"};
      return false;
    }
    token.text = text_.substr(start, at_ - start);
    ++at_;
    entry_.tokens.push_back(token);
    return true;
  }

  bool word() {
    ZoneFileToken token{{}, false, line_, column()};
    const std::size_t start = at_;
    static constexpr std::string_view kEnds = " \t\r\n;()\"";
    while (at_ < text_.size() && kEnds.find(text_[at_]) == std::string_view::npos)
      at_ += text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
    token.text = text_.substr(start, at_ - start);
    entry_.tokens.push_back(token);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
  int depth_ = 0;
  std::uint32_t open_line_ = 1;
  std::uint32_t open_column_ = 1;
  bool at_line_start_ = true;
  ZoneFileEntry entry_;
  std::vector<ZoneFileEntry> entries_;
  ZoneFileError error_;
};

}  // namespace

tl::expected<std::vector<ZoneFileEntry>, ZoneFileError> tokenize_zone_file(std::string_view text) {
  return Tokenizer(text).run();
}

}  // namespace glasspost::dns
