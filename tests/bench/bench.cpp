#include "tests/bench/bench.h"

#include <cstdio>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

namespace glasspost::bench {

void report(std::string_view what, double value, std::string_view unit, Goal direction, double goal) {
  const bool reached = direction == Goal::kAtLeast ? value >= goal : value <= goal;
  fmt::print("{:<58} {:>14.1f} {:<14} goal {} {:<12g} {}\n", what, value, unit,
             direction == Goal::kAtLeast ? ">=" : "<=", goal, reached ? "reached" : "MISSED");
  std::fflush(stdout);
}

void note(std::string_view what, double value, std::string_view unit) {
  fmt::print("{:<58} {:>14.1f} {}\n", what, value, unit);
  std::fflush(stdout);
}

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace glasspost::bench

int main(int argc, char** argv) {
  using namespace glasspost::bench;
  struct Section {
    const char* name;
    void (*run)();
  };
  // Idle sessions first: memory is measured best in a young process.
  const Section sections[] = {{"sessions", bench_sessions}, {"simulator", bench_simulator},
                              {"smtp", bench_smtp},         {"trace", bench_trace},
                              {"auth", bench_auth},         {"studio", bench_studio}};
  for (const Section& section : sections) {
    bool wanted = argc == 1;
    for (int i = 1; i < argc; ++i)
      wanted = wanted || std::strcmp(argv[i], section.name) == 0;
    if (wanted) section.run();
  }
  return 0;
}
