#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace glasspost::bench {

/// Wall time of a call in seconds.
template <class F>
double seconds(F&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// One line of the report: what, how much, the goal, and whether it was reached.
enum class Goal { kAtLeast, kAtMost };
void report(std::string_view what, double value, std::string_view unit, Goal direction, double goal);
/// A line without a goal.
void note(std::string_view what, double value, std::string_view unit);

/// Resident memory of this process in bytes.
[[nodiscard]] std::uint64_t resident_bytes();

void bench_simulator();
void bench_smtp();
void bench_sessions();
void bench_trace();
void bench_auth();
void bench_studio();
void bench_spf();  ///< a part of bench_auth()

}  // namespace glasspost::bench
