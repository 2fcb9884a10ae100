#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/store/api/spool.h"
#include "engine/store/database.h"

namespace glasspost::store {

struct SpoolLimits {
  std::uint64_t bytes = 1ull << 30;  ///< of all contents
  std::size_t messages = 1'000'000;
};

/// The queue of a Database.
class SqliteSpool final : public Spool {
 public:
  /// The database must outlive the spool.
  explicit SqliteSpool(Database& database, SpoolLimits limits = {});
  ~SqliteSpool() override;

  Task<Ok> apply(SpoolChange change) override;
  Task<Result<std::vector<SpoolEntry>>> load() override;
  Task<Result<Content>> content(std::string queue_id) override;

 private:
  struct Parts;
  Database& database_;
  std::shared_ptr<Parts> parts_;  // shared with jobs that the executor may still hold
};

}  // namespace glasspost::store
