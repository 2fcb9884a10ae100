// Any value is read or refused; what is read and written again reads the same; a field that says our id goes.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/auth/authentication_results.h"
#include "engine/base/assert.h"

using namespace glasspost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<auth::AuthenticationResults> read = auth::parse_authentication_results(text);
  const message::Header header = message::parse_header(text);
  std::string left(text);
  for (const message::Alteration& alteration : auth::remove_forged_results(header, {"mx.beta.example"}))
    message::apply(alteration, left);
  GLASSPOST_ASSERT(auth::remove_forged_results(message::parse_header(left), {"mx.beta.example"}).empty());
  if (!read) {
    GLASSPOST_ASSERT(read.error().offset.value_or(0) <= size);
    return 0;
  }
  std::vector<std::string> results;
  for (const auth::AuthenticationResult& result : read->results)
    results.push_back(auth::to_string(result));
  const std::string field = auth::authentication_results_field(read->authserv_id, results);
  const message::Header again = message::parse_header(field);
  GLASSPOST_ASSERT(again.fields.size() == 1 && again.fields[0].is("Authentication-Results"));
  const Result<auth::AuthenticationResults> reread =
      auth::parse_authentication_results(again.fields[0].value());
  if (read->authserv_id.size() <= 256) GLASSPOST_ASSERT(reread.has_value());
  return 0;
}
