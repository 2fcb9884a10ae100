#include "gui/app/live.h"

#include <utility>

#include "engine/scenario/loader.h"
#include "engine/scenario/serve.h"

namespace glasspost::gui {

Live::Live(std::string file) : file_(std::move(file)), thread_([this] { run(); }) {}

Live::~Live() {
  cancel_ = true;
  thread_.join();
}

void Live::fail(std::string error) {
  const std::lock_guard lock(mutex_);
  news_.error = std::move(error);
}

Live::News Live::take_news() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

trace::Trace Live::snapshot() {
  const std::lock_guard lock(mutex_);
  if (source_) last_ = source_();
  return last_;
}

void Live::run() {
  auto scenario = scenario::load_scenario(file_);
  if (!scenario) {
    fail(scenario.error().front().to_string());
    return;
  }
  scenario::ServeOptions options;
  options.cancel = &cancel_;
  options.watching = [this](std::function<trace::Trace()> source) {
    const std::lock_guard lock(mutex_);
    source_ = std::move(source);
  };
  const auto ready = [this](const scenario::Served& served) {
    std::string ports;
    for (const scenario::ServedPort& port : served.ports) {
      if (!port.localhost) continue;
      ports += (ports.empty() ? "" : ", ") + port.protocol + " " + std::to_string(port.endpoint.port);
    }
    const std::lock_guard lock(mutex_);
    news_.ports = std::move(ports);
  };
  const auto report = scenario::serve_scenario(*scenario, options, ready);
  const std::lock_guard lock(mutex_);
  source_ = nullptr;
  if (report) {
    last_ = report->trace;
  } else {
    news_.error = to_string(report.error());
  }
}

}  // namespace glasspost::gui
