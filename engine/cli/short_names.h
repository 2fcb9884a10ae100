#pragma once

#include "engine/dissect/short_names.h"

namespace glasspost::cli {

using dissect::short_time;
using dissect::ShortNames;

}  // namespace glasspost::cli
