#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/dkim.h"
#include "engine/auth/tag_list.h"
#include "engine/base/result.h"
#include "engine/crypto/key.h"

namespace glasspost::auth {

/// A key record, read. // RFC 6376 3.6.1, RFC 8463 4
struct DkimKeyRecord {
  std::string kind = "rsa";              ///< k=: "rsa" or "ed25519"
  std::optional<crypto::PublicKey> key;  ///< nothing: p= is empty, the key was revoked
  int bits = 0;
  std::optional<std::vector<std::string>> hashes;    ///< h=; nothing: all
  std::optional<std::vector<std::string>> services;  ///< s=; nothing: all
  bool testing = false;                              ///< t=y
  bool strict_identity = false;                      ///< t=s: the domain of i= is d= itself
  TextPlace key_place, hashes_place, services_place, flags_place, kind_place;  ///< in the record's text

  [[nodiscard]] bool allows_sha256() const;
  [[nodiscard]] bool allows_email() const;
};

/// Errors, with offset: kInvalidInput (not a key record), kUnsupported (a kind of key that is not known).
[[nodiscard]] Result<DkimKeyRecord> parse_dkim_key_record(std::string_view text);

/// The record of a text, parsed or out of the cache (which may be null).
[[nodiscard]] std::shared_ptr<const Result<DkimKeyRecord>> cached_dkim_key_record(DkimKeyCache* cache,
                                                                                  const std::string& text);

}  // namespace glasspost::auth
