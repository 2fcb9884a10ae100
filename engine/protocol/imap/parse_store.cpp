#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/parse.h"

// STORE, COPY, MOVE, UID EXPUNGE.
namespace glasspost::imap {

void parse_store(Cursor& in, Command& out) {  // RFC 3501 6.4.6, RFC 7162 3.1.3
  StoreArguments arguments;
  in.space();
  arguments.set = in.sequence_set();
  in.space();
  if (in.take('(')) {
    if (!in.take_text("UNCHANGEDSINCE ")) in.fail("UNCHANGEDSINCE was expected");
    arguments.unchanged_since = in.number64();
    in.expect(')');
    in.space();
  }
  if (in.take('+')) {
    arguments.operation = StoreOperation::kAdd;
  } else if (in.take('-')) {
    arguments.operation = StoreOperation::kRemove;
  }
  if (!in.take_text("FLAGS")) in.fail("FLAGS was expected");
  arguments.silent = in.take_text(".SILENT");
  in.space();
  arguments.flags = in.flags();
  out.arguments = std::move(arguments);
}

void parse_copy(Cursor& in, Command& out) {
  CopyArguments arguments;
  in.space();
  arguments.set = in.sequence_set();
  in.space();
  arguments.mailbox = in.astring("a mailbox");
  out.arguments = std::move(arguments);
}

void parse_expunge(Cursor& in, Command& out) {  // RFC 4315 2.1
  ExpungeArguments arguments;
  in.space();
  arguments.set = in.sequence_set();
  out.arguments = std::move(arguments);
}

}  // namespace glasspost::imap
