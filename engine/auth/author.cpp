#include "engine/auth/author.h"

#include <algorithm>
#include <utility>

#include "engine/auth/public_suffix.h"
#include "engine/message/address.h"

namespace glasspost::auth {

Authors find_authors(const message::Header& header) {
  const std::vector<const message::HeaderField*> fields = header.all("From");
  if (fields.empty()) return {AuthorProblem::kNoFrom, {}};
  if (fields.size() > 1) return {AuthorProblem::kSeveralFields, {}};
  Authors authors;
  for (const message::Mailbox& mailbox : message::parse_address_list(fields.front()->value()).mailboxes()) {
    std::string domain = comparable_domain(mailbox.address.domain);
    if (domain.empty()) continue;
    if (std::find(authors.domains.begin(), authors.domains.end(), domain) == authors.domains.end())
      authors.domains.push_back(std::move(domain));
  }
  if (authors.domains.empty()) authors.problem = AuthorProblem::kNoDomain;
  if (authors.domains.size() > 1) authors.problem = AuthorProblem::kSeveralDomains;
  return authors;
}

}  // namespace glasspost::auth
