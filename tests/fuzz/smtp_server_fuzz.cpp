// A whole server session before a hostile client. The first octet chooses options and the size of the blocks.
// Whatever comes, every reply is well-formed, a message is only taken after CRLF.CRLF, and the session ends.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "tests/unit/smtp/smtp_fixture.h"

using namespace glasspost;
using namespace glasspost::smtp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ServerOptions options = ServerOptions::for_profile(
      (data[0] & 1) != 0 ? Profile::kSubmission587 : Profile::kRelay25, "mx.beta.example", false);
  options.require_auth = false;
  options.mechanisms = {sasl::Mechanism::kPlain, sasl::Mechanism::kLogin, sasl::Mechanism::kCramMd5,
                        sasl::Mechanism::kScramSha256};
  options.smtputf8 = (data[0] & 2) != 0;
  options.max_message_size = 4096;
  options.leniencies.bare_lf_command = (data[0] & 4) != 0;
  options.leniencies.bare_lf_content = (data[0] & 8) != 0;
  const std::size_t chunk = 1 + (data[0] >> 4) * 37u;
  ServerBench bench(options);
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    bench.send(bytes.substr(at, chunk));
  bench.half_close();
  bench.world.run();
  GLASSPOST_ASSERT(bench.service.reasons.size() == 1 && bench.server_closed);
  ReplyParser parser;
  const std::string heard = bench.heard();
  GLASSPOST_ASSERT(heard.size() >= 2 && heard.substr(heard.size() - 2) == "\r\n");
  for (std::string_view line : split(std::string_view(heard).substr(0, heard.size() - 2), '\n')) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    GLASSPOST_ASSERT(parser.feed(line).has_value());
  }
  GLASSPOST_ASSERT(!parser.in_reply());
  for (const auto& message : bench.service.messages) {
    GLASSPOST_ASSERT(!message.recipients.empty() && message.content.size() <= options.max_message_size);
    GLASSPOST_ASSERT(bytes.find("\r\n.\r\n") != std::string_view::npos ||
                     bytes.find("\n.\r\n") != std::string_view::npos);
  }
  return 0;
}
