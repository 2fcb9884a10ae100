#include "engine/runtime/task_group.h"

#include <utility>

namespace glasspost {

/// A coroutine without an owner: it is linked into its group while it runs and frees itself at its end.
struct RootCoroutine {
  struct promise_type : TaskGroup::Node {
    RootCoroutine get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() noexcept {
      group->unlink(*this);
      return {};
    }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept {
      assertion_failed("no exception leaves a task", __FILE__, __LINE__);
    }
  };
  std::coroutine_handle<promise_type> frame;

  static void start(TaskGroup& group, RootCoroutine root) {
    TaskGroup::Node& node = root.frame.promise();
    node.frame = root.frame;
    group.link(node);
    root.frame.resume();
  }
};

namespace {

RootCoroutine run_root(Task<void> task) {
  co_await task;
}

}  // namespace

void TaskGroup::spawn(Task<void> task) {
  RootCoroutine::start(*this, run_root(std::move(task)));
}

TaskGroup::~TaskGroup() {
  while (newest_ != nullptr) {
    Node& node = *newest_;
    unlink(node);
    node.frame.destroy();
  }
}

void TaskGroup::link(Node& node) {
  node.group = this;
  node.previous = newest_;
  node.next = nullptr;
  if (newest_ != nullptr) newest_->next = &node;
  newest_ = &node;
  ++size_;
}

void TaskGroup::unlink(Node& node) {
  if (node.previous != nullptr) node.previous->next = node.next;
  if (node.next != nullptr) node.next->previous = node.previous;
  if (newest_ == &node) newest_ = node.previous;
  --size_;
}

}  // namespace glasspost
