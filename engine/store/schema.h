#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace glasspost::store {

class Connection;

/// Makes the tables in an empty file, or checks that a file is a mail store of this version. Errors: kCorrupt
/// (somebody else's database), kUnsupported (a later version), kIo.
Ok prepare_schema(Connection& connection);

/// What Database::check() finds, in a fixed order; at most 100 sentences.
Result<std::vector<std::string>> find_faults(Connection& connection);

}  // namespace glasspost::store
