#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "engine/trace/trace.h"

namespace glasspost::gui {

/// A scenario's servers on real ports of this machine, on a thread of their own, until it is destroyed.
class Live {
 public:
  explicit Live(std::string file);
  ~Live();
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  [[nodiscard]] const std::string& file() const { return file_; }
  /// What has happened by now; empty before the servers run.
  [[nodiscard]] trace::Trace snapshot();
  /// What there is to say, once.
  struct News {
    std::string ports;  ///< "smtp 2025, imap 2143": they have just been opened
    std::string error;  ///< why they could not be, or why they ended
  };
  [[nodiscard]] News take_news();

 private:
  void run();
  void fail(std::string error);

  std::string file_;
  std::atomic<bool> cancel_ = false;
  std::mutex mutex_;
  std::function<trace::Trace()> source_;  // empty: nothing to look at
  trace::Trace last_;
  News news_;
  std::thread thread_;
};

}  // namespace glasspost::gui
