#pragma once

#include <string>
#include <vector>

#include "engine/observe/speaker.h"
#include "engine/trace/projection.h"

namespace glasspost::cli {

/// Who holds one letter, and how.
struct MatrixRow {
  std::string folder;
  std::string letter;              ///< its subject
  std::vector<std::string> cells;  ///< by column; "-" where it is not held
};
/// One account's letters on its server and its devices.
struct MailboxMatrix {
  struct Column {
    HostId host;
    std::string name;  ///< "server", "phone (IMAP)"
  };
  std::string account;
  std::vector<Column> columns;  ///< servers first
  std::vector<MatrixRow> rows;  ///< by folder (INBOX first), in the order in which letters were first stored
};

/// The accounts that hold letters anywhere, by name.
[[nodiscard]] std::vector<MailboxMatrix> mailbox_matrices(const trace::Projection& world,
                                                          const Speaker& words);
/// Flags as people say them: "unread", "read, flagged".
[[nodiscard]] std::string flags_in_words(const std::vector<std::string>& flags, const Speaker& words);
/// A table of at most `width` columns.
[[nodiscard]] std::string matrix_text(const MailboxMatrix& matrix, const trace::Projection& world,
                                      const Speaker& words, std::size_t width);

}  // namespace glasspost::cli
