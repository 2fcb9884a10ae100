// The command codec and its dissector are total; what is read and written again is read alike.
#include <cstdint>
#include <string>

#include "engine/base/assert.h"
#include "engine/protocol/smtp/command.h"
#include "engine/protocol/smtp/dissect.h"

using namespace glasspost::smtp;

namespace {

void check_labels(std::string_view line, const std::vector<Label>& labels) {
  std::size_t end = 0;
  for (const Label& label : labels) {
    GLASSPOST_ASSERT(label.offset >= end && label.length > 0);
    end = label.offset + label.length;
  }
  GLASSPOST_ASSERT(end <= line.size());
}

void check_round_trip(const std::string& line, const Command& command) {
  const auto again = parse_command(std::string_view(line).substr(0, line.size() - 2), {});
  GLASSPOST_ASSERT(again.has_value() && again->verb == command.verb);
  GLASSPOST_ASSERT(again->reverse_path == command.reverse_path &&
                   again->forward_path == command.forward_path);
  GLASSPOST_ASSERT(again->mail_parameters == command.mail_parameters);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  CommandSyntax kind;
  kind.leniencies = Leniencies::submission();
  kind.leniencies.missing_angle_brackets = true;
  kind.allow_utf8 = false;
  for (const CommandSyntax& syntax : {CommandSyntax{}, kind}) {
    const auto command = parse_command(line, syntax);
    if (!command) {
      GLASSPOST_ASSERT(command.error().reply.permanent() && command.error().offset <= line.size());
      continue;
    }
    if (command->verb == Verb::kMail) {
      const std::string written = encode_mail(command->reverse_path, command->mail_parameters.all);
      if (written.size() <= kMaxCommandLine && command->reverse_path.to_string().size() + 2 <= kMaxPath) {
        check_round_trip(written, *command);
      }
    }
    if (command->verb == Verb::kRcpt && command->forward_path.to_string().size() + 2 <= kMaxPath) {
      const std::string written = encode_rcpt(command->forward_path, command->recipient_parameters.all);
      if (written.size() <= kMaxCommandLine) check_round_trip(written, *command);
    }
  }
  check_labels(line, dissect_command_line(line));
  check_labels(line, dissect_reply_line(line, true, false));
  check_labels(line, dissect_reply_line(line));
  return 0;
}
