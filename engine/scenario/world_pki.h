#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/crypto/certificate.h"
#include "engine/crypto/library.h"
#include "engine/scenario/data/scenario.h"

namespace glasspost::scenario {

/// The certificate authority of one world, and the certificates of its servers.
class WorldPki {
 public:
  /// For a virtual world: every key and signature comes from the scenario's seed. Errors: those of the crypto
  /// library.
  static Result<WorldPki> make_virtual(const Scenario& scenario, std::uint64_t seed);

  /// For real sockets: keys from the operating system's entropy, P-256 where the scenario says Ed25519 (mail
  /// programs of today do not all know it), names and addresses of this machine added to each certificate.
  /// The times of the scenario's certificates are moved so that its start is `now`. The authority is kept in
  /// `directory` (ca.pem, ca-key.pem, mode 0600) and used again by the next world there. Errors: kIo,
  /// kCorrupt (files that do not belong together).
  struct LocalNames {
    std::vector<std::string> dns_names;                       ///< for every certificate: "localhost"
    std::map<std::string, std::vector<IpAddress>> addresses;  ///< by host
  };
  static Result<WorldPki> make_real(const Scenario& scenario, Instant now,
                                    const std::filesystem::path& directory, const LocalNames& local);

  [[nodiscard]] const crypto::Library& library() const { return library_; }
  /// What clients of this world trust.
  [[nodiscard]] const crypto::Certificate& authority() const { return authority_; }
  /// Null for a host without a certificate.
  [[nodiscard]] const crypto::Identity* identity_of(std::string_view host) const;

 private:
  WorldPki(crypto::Library library, crypto::Certificate authority)
      : library_(std::move(library)), authority_(std::move(authority)) {}

  crypto::Library library_;
  crypto::Certificate authority_;
  std::map<std::string, crypto::Identity, std::less<>> identities_;
};

}  // namespace glasspost::scenario
