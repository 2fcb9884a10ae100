#include "engine/auth/dkim_signed_bytes.h"

namespace glasspost::auth {

std::string dkim_signed_bytes(const message::Header& header, const std::vector<std::size_t>& picked,
                              const message::HeaderField& signature, Canonicalization canonicalization,
                              const TextPlace& b_value) {
  std::size_t size = signature.raw.size() + 2;
  for (const std::size_t at : picked)
    size += header.fields[at].raw.size() + 2;
  std::string out;
  out.reserve(size);
  for (const std::size_t at : picked) {
    const message::HeaderField& field = header.fields[at];
    append_canonical_field(canonicalization, field.name, field.raw, out);
  }
  std::string own = signature.raw;
  own.erase(signature.value_offset + b_value.offset, b_value.length);
  append_canonical_field(canonicalization, signature.name, own, out);
  out.resize(out.size() - 2);
  return out;
}

}  // namespace glasspost::auth
