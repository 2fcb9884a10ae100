#include "engine/auth/public_suffix.h"

#include <libpsl.h>

#include "engine/auth/tag_list.h"
#include "engine/base/text.h"

namespace glasspost::auth {

std::string comparable_domain(std::string_view domain) {
  while (domain.starts_with('.'))
    domain.remove_prefix(1);
  while (domain.ends_with('.'))
    domain.remove_suffix(1);
  if (domain.starts_with('[')) return {};
  const std::optional<dns::Name> name = to_dns_name(domain);
  if (!name) return {};
  std::string out;
  for (const std::string& label : name->labels()) {
    if (!out.empty()) out += '.';
    out += to_lower(label);
  }
  return out;
}

std::optional<std::string> registrable_domain(std::string_view domain) {
  if (domain.starts_with('.')) return std::nullopt;
  const std::string name = comparable_domain(domain);
  const psl_ctx_t* list = psl_builtin();
  if (name.empty() || list == nullptr || name.find('\0') != std::string::npos) return std::nullopt;
  const char* found = psl_registrable_domain(list, name.c_str());
  if (found == nullptr) return std::nullopt;
  return std::string(found);
}

std::string organizational_domain_by_list(std::string_view domain) {
  std::optional<std::string> found = registrable_domain(domain);
  return found ? *found : comparable_domain(domain);
}

}  // namespace glasspost::auth
