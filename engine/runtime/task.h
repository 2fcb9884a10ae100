#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "engine/base/assert.h"

namespace glasspost {

template <class T = void>
class Task;

namespace runtime_detail {

// Common to all tasks: where to go on when this one ends.
//
// A child that ends while its parent is still inside await_suspend sets `finished`, and the parent simply
// does not suspend: loops over operations that complete at once use no stack. A child that ends later resumes
// its parent by an ordinary call; symmetric transfer overflows the stack in debug and sanitizer builds of
// g++ 12.
struct TaskPromiseBase {
  std::coroutine_handle<> continuation;
  bool finished = false;

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      TaskPromiseBase& promise = self.promise();
      promise.finished = true;
      // The parent may destroy this frame before resume() returns: nothing of it is touched afterwards.
      const std::coroutine_handle<> next = promise.continuation;
      if (next) next.resume();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  [[noreturn]] void unhandled_exception() const noexcept {
    assertion_failed("no exception leaves a task", __FILE__, __LINE__);
  }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    GLASSPOST_ASSERT(value.has_value());
    return std::move(*value);
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace runtime_detail

/// A coroutine that runs when it is awaited, on the thread that awaits it, and gives a T. It owns its frame;
/// destroying a task that has not finished destroys everything that it was in the middle of, so this is done
/// only where no operation of it is pending any more (see TaskGroup).
///
/// House rules (g++ 12 miscompiles what they forbid): `co_await` stands as a whole statement, as the whole
/// initializer or assigned value, or right after co_return; no lambda that captures, braced list, `?:`, `&&`
/// or `||` on its line; parameters are values or references to things that outlive the task.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = runtime_detail::TaskPromise<T>;

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) const {
    promise_type& promise = frame_.promise();
    frame_.resume();
    if (promise.finished) return false;
    promise.continuation = parent;
    return true;
  }
  T await_resume() const { return frame_.promise().take(); }

 private:
  friend promise_type;
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

namespace runtime_detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace runtime_detail
}  // namespace glasspost
