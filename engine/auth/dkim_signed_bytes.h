#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/auth/dkim_canonical.h"
#include "engine/auth/tag_list.h"
#include "engine/message/header.h"

namespace glasspost::auth {

/// What a header's signature covers: the picked fields in canonical form, then the signature's own field with
/// the value of b= taken out (`b_value` is its place in the field's value), without its final CRLF.
/// // RFC 6376 3.7
[[nodiscard]] std::string dkim_signed_bytes(const message::Header& header,
                                            const std::vector<std::size_t>& picked,
                                            const message::HeaderField& signature,
                                            Canonicalization canonicalization, const TextPlace& b_value);

}  // namespace glasspost::auth
