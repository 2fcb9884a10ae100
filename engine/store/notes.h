#pragma once

#include <memory>

#include "engine/store/api/notes.h"
#include "engine/store/database.h"

namespace glasspost::store {

/// The notes of a Database, in a table that is made when it is first needed.
class SqliteNotes final : public Notes {
 public:
  /// The database must outlive the notes.
  explicit SqliteNotes(Database& database);
  ~SqliteNotes() override;

  Task<Ok> apply(std::vector<NoteChange> changes) override;
  Task<Result<std::map<std::string, std::string>>> load() override;

 private:
  struct Parts;
  Database& database_;
  std::shared_ptr<Parts> parts_;  // shared with jobs that the executor may still hold
};

}  // namespace glasspost::store
