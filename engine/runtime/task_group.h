#pragma once

#include <coroutine>
#include <cstddef>

#include "engine/runtime/task.h"

namespace glasspost {

/// The roots of running coroutines. A spawned task starts at once and runs until it first waits. A task that
/// ends removes itself; what is left when the group is destroyed is destroyed with it, newest first.
///
/// Whoever destroys a group first makes sure that nothing still pending can resume one of its tasks: by
/// aborting their operations and letting them finish, or because the scheduler will never run again.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();

  void spawn(Task<void> task);
  /// Tasks that have not ended.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// One link of the list of roots; it lives in the root coroutine's promise.
  struct Node {
    TaskGroup* group = nullptr;
    Node* previous = nullptr;
    Node* next = nullptr;
    std::coroutine_handle<> frame;
  };

 private:
  friend struct RootCoroutine;
  void link(Node& node);
  void unlink(Node& node);

  Node* newest_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace glasspost
