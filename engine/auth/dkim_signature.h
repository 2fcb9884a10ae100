#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/dkim.h"
#include "engine/auth/tag_list.h"

namespace glasspost::auth {

/// What is wrong with a signature's field: the result it has, the rule, and the place.
struct DkimProblem {
  DkimResult result = DkimResult::kPermError;
  std::string rule;  ///< "RFC 6376 3.5"
  std::string text;  ///< one English sentence without a full stop
  TextPlace place;   ///< in the value
};

/// The value of a DKIM-Signature field, read. // RFC 6376 3.5
struct DkimSignature {
  DkimAlgorithm algorithm = DkimAlgorithm::kRsaSha256;
  Canonicalization header = Canonicalization::kSimple;
  Canonicalization body = Canonicalization::kSimple;
  std::string signature;            ///< b=, decoded
  std::string body_hash;            ///< bh=, decoded
  std::string domain;               ///< d= as written
  std::string selector;             ///< s= as written
  std::vector<std::string> fields;  ///< h= as written, in order
  std::string identity;             ///< i=, decoded; or "@" and d=
  std::optional<std::uint64_t> body_length;
  std::optional<std::uint64_t> time;     ///< seconds since 1970
  std::optional<std::uint64_t> expires;  ///< seconds since 1970
  TextPlace b_value;  ///< in the value: from the "=" of b= to its ";" or the end, white space included
  TextPlace bh_place, h_place, s_place, d_place, x_place, i_place, l_place;
};

/// What can be said of a field even when it is broken: for reports.
struct DkimSignatureNames {
  std::string domain, selector, identity, algorithm, b_prefix;
};

struct ReadDkimSignature {
  DkimSignatureNames names;
  std::optional<DkimSignature> signature;  ///< or
  std::optional<DkimProblem> problem;      ///< exactly one of these
};

/// Total. `value` is what follows the colon, folded as it stands; at most `max_names` names in h=.
[[nodiscard]] ReadDkimSignature read_dkim_signature(std::string_view value, std::size_t max_names = 1'000);

/// Decodes dkim-quoted-printable; nothing if a "=" is not followed by two hexadecimal digits. // RFC
/// 6376 2.11
[[nodiscard]] std::optional<std::string> decode_dkim_quoted(std::string_view text);
/// Encodes it. // RFC 6376 2.11
[[nodiscard]] std::string encode_dkim_quoted(std::string_view text);

}  // namespace glasspost::auth
