#pragma once

#include <optional>
#include <utility>

#include "engine/base/assert.h"
#include "engine/runtime/task.h"
#include "engine/runtime/task_group.h"

namespace glasspost::test {

template <class T>
Task<void> store_result(Task<T> task, std::optional<T>& out) {
  T value = co_await task;
  out.emplace(std::move(value));
}

/// Runs a task that never has to wait for the world, and gives its value.
template <class T>
T run_now(Task<T> task) {
  std::optional<T> out;
  TaskGroup group;
  group.spawn(store_result(std::move(task), out));
  GLASSPOST_ASSERT(out.has_value());
  return std::move(*out);
}

}  // namespace glasspost::test
