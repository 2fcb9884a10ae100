#include "engine/cli/mailbox_matrix.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"

namespace glasspost::cli {
namespace {

constexpr std::size_t kFolderWidth = 8;
constexpr std::size_t kLetterWidth = 20;
constexpr std::size_t kLeastCell = 12;

/// A letter is the same everywhere if folder, Message-ID and Subject are; the n-th of equal ones is the n-th.
using LetterKey = std::tuple<std::string, std::string, std::string, std::size_t>;

struct Letter {
  Instant first;
  std::string folder, subject;
  std::map<std::size_t, std::string> cells;
};

void add_devices(const trace::Projection& world, std::map<std::string, MailboxMatrix>& matrices) {
  world.devices().for_each([&](HostId host, const trace::DeviceView& device) {
    if (device.protocol.empty()) return;
    matrices[device.account].columns.push_back(
        {host, fmt::format("{} ({})", device.name, to_upper(device.protocol))});
  });
}

std::size_t column_of(MailboxMatrix& matrix, HostId host, const Speaker& words) {
  for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
    if (matrix.columns[i].host == host) return i;
  }
  matrix.columns.push_back({host, words("cli.matrix-server")});
  return matrix.columns.size() - 1;
}

bool before(const Letter& a, const Letter& b) {
  const auto rank = [](const std::string& folder) { return folder == "INBOX" ? 0 : 1; };
  return std::tuple(rank(a.folder), a.folder, a.first, a.subject) <
         std::tuple(rank(b.folder), b.folder, b.first, b.subject);
}

}  // namespace

std::string flags_in_words(const std::vector<std::string>& flags, const Speaker& words) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {{"\\Flagged", "cli.flag-flagged"},
                                                                      {"\\Answered", "cli.flag-answered"},
                                                                      {"$Forwarded", "cli.flag-forwarded"},
                                                                      {"\\Draft", "cli.flag-draft"},
                                                                      {"\\Deleted", "cli.flag-deleted"}};
  const auto has = [&flags](std::string_view name) {
    return std::any_of(flags.begin(), flags.end(),
                       [&](const std::string& flag) { return iequals(flag, name); });
  };
  std::string out = words(has("\\Seen") ? "cli.flag-read" : "cli.flag-unread");
  for (const auto& [name, key] : kNames) {
    if (has(name)) out += ", " + words(key);
  }
  return out;
}

std::vector<MailboxMatrix> mailbox_matrices(const trace::Projection& world, const Speaker& words) {
  std::map<std::string, MailboxMatrix> matrices;
  std::map<std::string, std::map<LetterKey, Letter>> letters;
  // The servers' columns first.
  world.mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView&) {
    if (world.devices().find(ref.host) == nullptr) column_of(matrices[ref.account], ref.host, words);
  });
  add_devices(world, matrices);
  world.mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView& mailbox) {
    const std::size_t column = column_of(matrices[ref.account], ref.host, words);
    std::map<std::pair<std::string, std::string>, std::size_t> seen;
    mailbox.entries.for_each([&](std::uint32_t, const trace::MailboxEntry& entry) {
      const std::size_t ordinal = seen[{entry.message_id, entry.subject}]++;
      Letter& letter = letters[ref.account][{ref.folder, entry.message_id, entry.subject, ordinal}];
      if (letter.cells.empty() || entry.stored < letter.first) letter.first = entry.stored;
      letter.folder = ref.folder;
      letter.subject = entry.subject;
      letter.cells[column] = flags_in_words(entry.flags, words);
    });
  });
  std::vector<MailboxMatrix> out;
  for (auto& [account, found] : letters) {
    MailboxMatrix matrix = std::move(matrices[account]);
    matrix.account = account;
    std::vector<Letter> sorted;
    for (auto& [key, letter] : found)
      sorted.push_back(std::move(letter));
    std::stable_sort(sorted.begin(), sorted.end(), before);
    for (const Letter& letter : sorted) {
      MatrixRow row{letter.folder, letter.subject, {}};
      for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
        const auto cell = letter.cells.find(i);
        row.cells.push_back(cell == letter.cells.end() ? "-" : cell->second);
      }
      matrix.rows.push_back(std::move(row));
    }
    out.push_back(std::move(matrix));
  }
  return out;
}

std::string matrix_text(const MailboxMatrix& matrix, const trace::Projection& world, const Speaker& words,
                        std::size_t width) {
  std::vector<std::string> servers;
  for (const MailboxMatrix::Column& column : matrix.columns) {
    if (world.devices().find(column.host) == nullptr) servers.push_back(world.host_name(column.host));
  }
  std::string out = matrix.account + (servers.empty() ? "" : " @ " + join(servers, ", ")) + "\n";
  const std::size_t fixed = 2 + kFolderWidth + 1 + kLetterWidth;
  const std::size_t count = std::max<std::size_t>(matrix.columns.size(), 1);
  const std::size_t room = width > fixed ? (width - fixed) / count : 0;
  const std::size_t cell = std::max(room, kLeastCell + 1) - 1;
  const auto line = [&](std::string_view folder, std::string_view letter, const auto& cells) {
    std::string text = "  " + padded(folder, kFolderWidth) + " " + padded(letter, kLetterWidth);
    for (const std::string& one : cells)
      text += " " + padded(one, cell);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  std::vector<std::string> names;
  for (const MailboxMatrix::Column& column : matrix.columns)
    names.push_back(column.name);
  line(words("cli.matrix-folder"), words("cli.matrix-letter"), names);
  std::string_view folder;
  for (const MatrixRow& row : matrix.rows) {
    const std::string shown = row.folder == folder ? std::string() : printable(row.folder);
    folder = row.folder;
    line(shown, row.letter.empty() ? words("cli.matrix-untitled") : printable(row.letter), row.cells);
  }
  return out;
}

}  // namespace glasspost::cli
