// The command codec and its dissectors are total; what is read and written again is read alike.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/protocol/pop3/command.h"
#include "engine/protocol/pop3/dissect.h"

using namespace glasspost::pop3;

namespace {

void check_labels(std::string_view line, const std::vector<Label>& labels) {
  std::size_t end = 0;
  for (const Label& label : labels) {
    GLASSPOST_ASSERT(label.offset >= end && label.length > 0);
    end = label.offset + label.length;
  }
  GLASSPOST_ASSERT(end <= line.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto command = parse_command(line);
  if (command) {
    const std::string written = encode_command(*command);
    GLASSPOST_ASSERT(written.ends_with("\r\n") && written.find('\n') == written.size() - 1);
    if (written.size() <= kMaxCommandLine || command->verb == Verb::kAuth) {
      const auto again = parse_command(std::string_view(written).substr(0, written.size() - 2));
      GLASSPOST_ASSERT(again.has_value() && *again == *command);
    }
  } else {
    GLASSPOST_ASSERT(command.error().offset <= line.size() && !command.error().text.empty());
  }
  check_labels(line, dissect_command_line(line));
  check_labels(line, dissect_auth_line(line));
  for (std::size_t verb = 0; verb < kVerbCount; ++verb) {
    check_labels(line, dissect_response_line(line, static_cast<Verb>(verb)));
    check_labels(line, dissect_listing_line(line, static_cast<Verb>(verb)));
  }
  return 0;
}
