#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "engine/crypto/hash.h"

namespace glasspost::auth {

/// RFC 6376 3.4
enum class Canonicalization : std::uint8_t { kSimple, kRelaxed };
/// "simple", "relaxed".
[[nodiscard]] std::string_view to_string(Canonicalization canonicalization);

/// The SHA-256 of a body in canonical form. The body comes in pieces of any size; only counts are held
/// between them. Lines end with CRLF; a bare CR or LF is an ordinary byte. // RFC 6376 3.4.3, 3.4.4, 3.4.5
class DkimBodyHash {
 public:
  static constexpr std::uint64_t kWhole = std::numeric_limits<std::uint64_t>::max();

  /// Only the first `limit` bytes of the canonical body are hashed (l=).
  explicit DkimBodyHash(Canonicalization canonicalization, std::uint64_t limit = kWhole);

  void update(std::string_view piece);
  /// The digest. Nothing may follow.
  [[nodiscard]] std::string finish();
  /// After finish(): bytes of the whole canonical body, hashed or not.
  [[nodiscard]] std::uint64_t canonical_size() const { return size_; }

 private:
  [[nodiscard]] std::size_t plain_end(std::string_view piece, std::size_t begin) const;
  void before_text();
  void emit(std::string_view bytes);

  crypto::Hash hash_{crypto::HashAlgorithm::kSha256};
  Canonicalization canonicalization_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  std::uint64_t line_ends_ = 0;  // that were read and are written only if text follows
  bool text_ = false;            // something was written
  bool space_ = false;           // relaxed: white space was read and becomes one space if text follows
  bool cr_ = false;              // a CR was read, perhaps of a CRLF
};

/// Appends a field in canonical form with its CRLF. `raw` is the whole field as it stands, `name` its name
/// without white space. // RFC 6376 3.4.1, 3.4.2
void append_canonical_field(Canonicalization canonicalization, std::string_view name, std::string_view raw,
                            std::string& out);

}  // namespace glasspost::auth
