#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/task.h"

namespace glasspost::store {

/// A note that is written, or (without a value) taken away.
struct NoteChange {
  std::string key;
  std::optional<std::string> value;
};

/// Small named texts that an agent keeps beside its mailboxes: what it must still know after a restart.
/// Errors: kIo, kCorrupt, kAborted.
class Notes {
 public:
  virtual ~Notes() = default;
  /// All or nothing; durable when the task ends with success.
  virtual Task<Ok> apply(std::vector<NoteChange> changes) = 0;
  /// Everything, by key.
  virtual Task<Result<std::map<std::string, std::string>>> load() = 0;
};

}  // namespace glasspost::store
