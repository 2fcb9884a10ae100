#include "gui/model/mail_table.h"

#include <algorithm>

#include "engine/trace/event.h"

namespace glasspost::gui {
namespace {

bool of_own_making(std::string_view folder) {
  return folder == "Sent" || folder == "Drafts";
}

}  // namespace

MailTable::MailTable(const trace::Trace& trace, const trace::Projection& end) {
  std::map<std::string, TableAccount> accounts;
  trace.for_each([&](const trace::EventView& event) {
    if (event.kind() != trace::Kind::kMailboxStored) return;
    const auto stored = *event.as<trace::payload::MailboxStored>();
    if (of_own_making(stored.folder)) return;
    const std::string name(stored.account);
    const std::string id(stored.message_id);
    stored_.emplace(Place{event.host(), name, id}, event.seq());
    TableAccount& account = accounts[name];
    account.account = name;
    if (!account.server && end.devices().find(event.host()) == nullptr) account.server = event.host();
    const bool known = std::any_of(account.letters.begin(), account.letters.end(),
                                   [&](const TableLetter& letter) { return letter.message_id == id; });
    if (!known)
      account.letters.push_back({id, std::string(stored.subject), std::string(stored.from), event.seq()});
  });
  end.devices().for_each([&](HostId host, const trace::DeviceView& device) {
    const auto found = accounts.find(device.account);
    if (found == accounts.end() || device.protocol.empty()) return;
    found->second.devices.push_back({host, device.name, device.protocol});
  });
  for (auto& [name, account] : accounts) {
    // IMAP above POP3.
    std::stable_sort(account.devices.begin(), account.devices.end(),
                     [](const TableDevice& a, const TableDevice& b) { return a.protocol < b.protocol; });
    accounts_.push_back(std::move(account));
  }
  std::stable_sort(accounts_.begin(), accounts_.end(), [](const TableAccount& a, const TableAccount& b) {
    return std::pair(a.devices.size(), a.letters.size()) > std::pair(b.devices.size(), b.letters.size());
  });
}

TableCell MailTable::cell(const trace::Projection& world, HostId host, const TableAccount& account,
                          const TableLetter& letter) const {
  TableCell cell;
  world.mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView& mailbox) {
    if (ref.host != host || ref.account != account.account || of_own_making(ref.folder)) return;
    mailbox.entries.for_each([&](std::uint32_t, const trace::MailboxEntry& entry) {
      if (entry.message_id != letter.message_id) return;
      cell = {Holding::kHolds, entry.flags, ref.folder};
    });
  });
  if (cell.holding == Holding::kHolds) return cell;
  const auto first = stored_.find({host, account.account, letter.message_id});
  if (first != stored_.end() && first->second <= world.seq()) cell.holding = Holding::kGhost;
  return cell;
}

}  // namespace glasspost::gui
