#pragma once

#include "engine/observe/speaker.h"
