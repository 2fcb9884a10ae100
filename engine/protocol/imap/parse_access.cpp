#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/parse.h"

// LOGIN, AUTHENTICATE, ID, ENABLE.
namespace glasspost::imap {

void parse_login(Cursor& in, Command& out) {  // RFC 3501 6.2.3
  LoginArguments arguments;
  in.space();
  arguments.user = in.astring("a user name");
  in.space();
  arguments.password = in.astring("a password");
  out.arguments = std::move(arguments);
}

void parse_authenticate(Cursor& in, Command& out) {  // RFC 3501 6.2.2, RFC 4959 3
  AuthenticateArguments arguments;
  in.space();
  arguments.mechanism = to_upper(in.atom("a mechanism"));
  if (in.take(' ')) arguments.initial_response = in.astring("an initial response");
  out.arguments = std::move(arguments);
}

void parse_id(Cursor& in, Command& out) {  // RFC 2971 3.1, 3.3
  constexpr std::size_t kMostFields = 30;
  IdArguments arguments;
  in.space();
  if (!in.take_text("NIL")) {
    in.expect('(');
    while (!in.failed() && !in.take(')')) {
      if (!arguments.fields.empty()) in.space();
      std::string name = in.string("a field's name");
      in.space();
      std::string value = in.nstring("a field's value").value_or("");
      arguments.fields.emplace_back(std::move(name), std::move(value));
      if (arguments.fields.size() > kMostFields) in.fail("ID has at most 30 fields");
    }
  }
  out.arguments = std::move(arguments);
}

void parse_enable(Cursor& in, Command& out) {  // RFC 5161 3.1
  EnableArguments arguments;
  do {
    in.space();
    arguments.capabilities.push_back(to_upper(in.atom("a capability")));
  } while (!in.at_end());
  out.arguments = std::move(arguments);
}

}  // namespace glasspost::imap
