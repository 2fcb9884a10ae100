#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/trace/projection.h"
#include "engine/trace/trace.h"

namespace glasspost::gui {

/// A letter that some account has had, on its server or on a device.
struct TableLetter {
  std::string message_id;
  std::string subject;
  std::string from;
  std::uint64_t first = 0;  ///< the event that stored it first
};
struct TableDevice {
  HostId host;
  std::string name;
  std::string protocol;  ///< "imap", "pop3"
};
struct TableAccount {
  std::string account;
  HostId server;
  std::vector<TableDevice> devices;
  std::vector<TableLetter> letters;  ///< in the order in which they came
};

enum class Holding : std::uint8_t {
  kNever,  ///< not yet
  kHolds,
  kGhost,  ///< was there
};
struct TableCell {
  Holding holding = Holding::kNever;
  std::vector<std::string> flags;
  std::string folder;
};

/// Who has held which letter: what the Mailboxes layout shows.
class MailTable {
 public:
  MailTable() = default;
  /// Looks at the whole trace once. `end` is the world at its end.
  MailTable(const trace::Trace& trace, const trace::Projection& end);

  /// Those that have devices first, then those with more letters.
  [[nodiscard]] const std::vector<TableAccount>& accounts() const { return accounts_; }
  /// What a host holds of a letter in a world.
  [[nodiscard]] TableCell cell(const trace::Projection& world, HostId host, const TableAccount& account,
                               const TableLetter& letter) const;

 private:
  using Place = std::tuple<HostId, std::string, std::string>;  // host, account, Message-ID
  std::vector<TableAccount> accounts_;
  std::map<Place, std::uint64_t> stored_;  // when first
};

}  // namespace glasspost::gui
