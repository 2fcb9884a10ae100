#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/runtime/task_group.h"
#include "tests/bench/bench.h"

namespace glasspost::bench {

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  T value = co_await task;
  out.emplace(std::move(value));
}

/// The value of a task that waits for nothing.
template <class T>
T run_now(Task<T> task) {
  std::optional<T> out;
  TaskGroup group;
  group.spawn(keep(std::move(task), out));
  return std::move(*out);
}

/// Of one call. The best of several repeats counts: the others were disturbed.
template <class F>
double microseconds_each(F&& work, int rounds = 2'000, int repeats = 5) {
  double best = 1e9;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const double time = seconds([&] {
      for (int i = 0; i < rounds; ++i)
        work();
    });
    best = std::min(best, time / rounds * 1e6);
  }
  return best;
}

}  // namespace glasspost::bench
