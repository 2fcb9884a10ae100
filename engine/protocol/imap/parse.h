#pragma once

#include "engine/protocol/imap/command.h"
#include "engine/protocol/imap/cursor.h"

// The arguments of each command, from the space before them on. One file a group of commands.
namespace glasspost::imap {

void parse_login(Cursor& in, Command& out);
void parse_authenticate(Cursor& in, Command& out);
void parse_id(Cursor& in, Command& out);
void parse_enable(Cursor& in, Command& out);

void parse_mailbox(Cursor& in, Command& out);  ///< DELETE, SUBSCRIBE, UNSUBSCRIBE
void parse_select(Cursor& in, Command& out);
void parse_create(Cursor& in, Command& out);
void parse_rename(Cursor& in, Command& out);
void parse_status(Cursor& in, Command& out);
void parse_list(Cursor& in, Command& out);
void parse_lsub(Cursor& in, Command& out);
void parse_append(Cursor& in, Command& out);

void parse_fetch(Cursor& in, Command& out);
void parse_store(Cursor& in, Command& out);
void parse_copy(Cursor& in, Command& out);  ///< and MOVE
void parse_expunge(Cursor& in, Command& out);
void parse_search(Cursor& in, Command& out);

}  // namespace glasspost::imap
