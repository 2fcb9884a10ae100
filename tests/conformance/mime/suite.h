#pragma once

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace glasspost::message {

/// The folder of the conformance data for MIME, or an empty path where there is none.
inline std::filesystem::path conformance_folder() {
  const char* set = std::getenv("GLASSPOST_CONFORMANCE_DIR");
  const std::filesystem::path root =
      set != nullptr ? std::filesystem::path(set)
                     : std::filesystem::path(GLASSPOST_SOURCE_DIR) / ".." / "shared" / "conformance";
  std::error_code error;
  return std::filesystem::is_directory(root / "mime", error) ? root / "mime" : std::filesystem::path();
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Why our answer differs from the suite's, by the case's name: each entry cites the rule that is on our
/// side.
using KnownDifferences = std::map<std::string, std::string>;

/// Counts cases, names each miss, and fails for a miss that is not a known difference and for a known
/// difference that is none any more.
class Suite {
 public:
  Suite(std::string name, const KnownDifferences& known) : name_(std::move(name)), known_(known) {}

  void check(const std::string& case_name, const std::string& difference) {
    ++total_;
    const auto known = known_.find(case_name);
    if (difference.empty()) {
      ++passed_;
      if (known != known_.end())
        ADD_FAILURE() << name_ << " " << case_name << " passes: no longer a known difference";
      return;
    }
    if (known != known_.end()) {
      lines_.push_back(fmt::format("  {}: differs, because {}", case_name, known->second));
      return;
    }
    lines_.push_back(fmt::format("  {}: {}", case_name, difference));
    ADD_FAILURE() << name_ << " " << case_name << ": " << difference;
  }

  void report() const {
    EXPECT_GT(total_, 0U);
    fmt::print("{}: {}/{}\n", name_, passed_, total_);
    for (const std::string& line : lines_)
      fmt::print("{}\n", line);
  }

 private:
  std::string name_;
  const KnownDifferences& known_;
  std::size_t passed_ = 0;
  std::size_t total_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace glasspost::message
