#include "engine/cli/progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace glasspost::cli {
namespace {

constexpr std::uint64_t kBarWidth = 40;
constexpr std::chrono::milliseconds kFirst{500};
constexpr std::chrono::milliseconds kEach{100};

}  // namespace

ProgressBar::ProgressBar()
    : terminal_(isatty(STDERR_FILENO) == 1), next_(std::chrono::steady_clock::now() + kFirst) {}

ProgressBar::~ProgressBar() {
  clear();
}

void ProgressBar::show(std::uint64_t done, std::uint64_t all, const std::string& word) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now < next_ || all == 0) return;
  next_ = now + kEach;
  shown_ = true;
  const std::uint64_t filled = std::min(done, all) * kBarWidth / all;
  const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '.');
  std::fputs(fmt::format("\r\x1b[K[{}] {:3}%  {}", bar, std::min(done, all) * 100 / all, word).c_str(),
             stderr);
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (!shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace glasspost::cli
