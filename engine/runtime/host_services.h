#pragma once

#include "engine/runtime/clock.h"
#include "engine/runtime/network.h"
#include "engine/runtime/random_source.h"
#include "engine/runtime/scheduler.h"

namespace glasspost {

/// What the world gives to the software of one host, in either world. All references outlive the software.
struct HostServices {
  Scheduler& scheduler;
  Clock& clock;
  RandomSource& random;
  Network& network;
};

}  // namespace glasspost
