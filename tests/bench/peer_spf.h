#pragma once

#include <memory>
#include <string>
#include <vector>

namespace glasspost::bench {

/// libspf2 with the same DNS in memory. Nothing where it is not installed.
class PeerSpf {
 public:
  struct Record {
    std::string name;
    enum class Type { kTxt, kA, kMx } type = Type::kTxt;
    std::string value;
  };
  static std::unique_ptr<PeerSpf> make(const std::vector<Record>& dns);
  virtual ~PeerSpf() = default;
  /// The result's word: "pass".
  virtual std::string check(const std::string& client, const std::string& helo,
                            const std::string& sender) = 0;
};

}  // namespace glasspost::bench
