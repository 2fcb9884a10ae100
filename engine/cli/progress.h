#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace glasspost::cli {

/// A bar on standard error while something takes long: only if that is a terminal, only after half a second,
/// and gone when it is done.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `done` of `all`, and a word about it.
  void show(std::uint64_t done, std::uint64_t all, const std::string& word);
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace glasspost::cli
