#include "tests/scenario/device_script.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/agent/mua/own_mailboxes.h"
#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/encoded_word.h"
#include "engine/protocol/imap/client_command.h"
#include "engine/runtime/network.h"
#include "engine/scenario/loader.h"
#include "engine/session/imap_client.h"

namespace glasspost::scenario {

namespace {

constexpr const char* kWorld = R"(
glasspost: 1
title: Devices
until: 10d
network: {default: {latency: 5ms}}
server: {spf: off}
domains:
  alpha.example: {users: {alice: {devices: [laptop]}}}
  beta.example:
    users:
      bob:
        devices:
          - phone: {protocol: imap}
          - tablet: {protocol: imap, policy: idle}
          - desk: {protocol: imap, policy: online}
          - laptop: {protocol: pop3}
          - attic: {protocol: pop3, policy: leave, leave_for: 10m}
hosts: {watcher.example: }
)";

constexpr const char* kFolders[] = {"INBOX", "Archive", "Work/2026", "Trash"};

std::string entry_text(std::uint64_t size, const std::string& subject, std::vector<std::string> flags) {
  std::sort(flags.begin(), flags.end());
  return fmt::format("{} {} ({})", size, subject, fmt::join(flags, " "));
}

std::vector<std::string> flag_names(std::uint32_t system, const std::vector<std::string>& keywords) {
  std::vector<std::string> out = keywords;
  constexpr const char* kNames[] = {"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if ((system & (1u << i)) != 0) out.emplace_back(kNames[i]);
  }
  return out;
}

}  // namespace

Scenario device_world() {
  auto loaded = load_scenario_text(kWorld, "devices.yaml", {});
  GLASSPOST_ASSERT(loaded.has_value());
  return std::move(*loaded);
}

RandomUsers::RandomUsers(const Scenario& scenario, std::uint64_t seed, bool faults)
    : scenario_(scenario), random_(seed, "users", "script"), faults_(faults) {
  for (const Host& host : scenario.hosts) {
    if (host.device && host.device->account == kBob) devices_.push_back(host.name);
  }
}

Action RandomUsers::send() {
  SendMail mail;
  mail.account = mail.from = mail.envelope_from = "alice@alpha.example";
  mail.device = "alice-laptop.alpha.example";
  mail.to = {kBob};
  mail.subject = fmt::format("Letter {}", ++letters_);
  mail.text = std::string(random_.below(3000), 'x') + "\n.\nend\n";
  if (random_.below(4) == 0) mail.attachments.push_back({"note.txt", "text/plain", "remember"});
  subjects_.push_back(mail.subject);
  return {{}, {}, std::move(mail)};
}

Action RandomUsers::use(const trace::Projection& world, const std::string& device, DeviceDeed deed) {
  UseDevice use;
  use.account = kBob;
  use.device = device;
  use.deed = deed;
  if (!subjects_.empty()) use.subject = subjects_[random_.below(subjects_.size())];
  use.folder = random_.below(3) == 0 ? kFolders[random_.below(std::size(kFolders))] : "INBOX";
  std::vector<std::pair<std::string, std::string>> held;
  world.mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView& mailbox) {
    if (ref.host != world.host_named(device)) return;
    mailbox.entries.for_each([&](std::uint32_t, const trace::MailboxEntry& entry) {
      held.emplace_back(ref.folder, entry.subject);
    });
  });
  if (!held.empty() && random_.below(10) > 0) {
    const auto& [folder, subject] = held[random_.below(held.size())];
    use.folder = folder;
    use.subject = subject;
  }
  use.text = "An answer\n";
  if (deed == DeviceDeed::kMove) use.target = kFolders[random_.below(std::size(kFolders))];
  if (deed == DeviceDeed::kCreateFolder) use.target = fmt::format("Folder {}", random_.below(4));
  if (deed == DeviceDeed::kSearch) use.target = "letter";
  if (deed == DeviceDeed::kForward) use.to = {"alice@alpha.example"};
  if (deed == DeviceDeed::kDraft) {
    use.subject = fmt::format("Draft {}", ++letters_);
    use.folder = "INBOX";
    subjects_.push_back(use.subject);
  }
  return {{}, {}, std::move(use)};
}

std::vector<Action> RandomUsers::next(const trace::Projection& world) {
  constexpr DeviceDeed kDeeds[] = {DeviceDeed::kSync,      DeviceDeed::kSync,     DeviceDeed::kSync,
                                   DeviceDeed::kRead,      DeviceDeed::kRead,     DeviceDeed::kFlag,
                                   DeviceDeed::kFlag,      DeviceDeed::kUnflag,   DeviceDeed::kMove,
                                   DeviceDeed::kMove,      DeviceDeed::kDelete,   DeviceDeed::kDraft,
                                   DeviceDeed::kReply,     DeviceDeed::kReplyAll, DeviceDeed::kForward,
                                   DeviceDeed::kSearch,    DeviceDeed::kSearch,   DeviceDeed::kCreateFolder,
                                   DeviceDeed::kGoOffline, DeviceDeed::kGoOnline, DeviceDeed::kGoOnline};
  if (letters_ == 0 || random_.below(5) == 0) return {send()};
  // The one that takes everything away comes seldom.
  const bool greedy = random_.below(30) == 0;
  const std::string& device = devices_[greedy ? 3 : (random_.below(5) == 0 ? 4 : random_.below(3))];
  if (faults_ && random_.below(12) == 0) {
    const std::string host = random_.below(3) == 0 ? kServer : device;
    return {{{}, {}, CrashHost{host}}, {{}, {}, RestartHost{host}}};
  }
  return {use(world, device, kDeeds[random_.below(std::size(kDeeds))])};
}

std::vector<Action> RandomUsers::reconcile() {
  std::vector<Action> out;
  const trace::Projection nothing;
  for (const std::string& device : devices_)
    out.push_back(use(nothing, device, DeviceDeed::kGoOnline));
  // POP3 first: it may still delete something there.
  out.push_back(use(nothing, devices_[4], DeviceDeed::kSync));
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 3; ++i)
      out.push_back(use(nothing, devices_[i], DeviceDeed::kSync));
  }
  return out;
}

Holdings projected(const trace::Projection& world, HostId host, const std::string& account) {
  Holdings out;
  world.mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView& mailbox) {
    if (ref.host != host || ref.account != account) return;
    auto& folder = out[ref.folder];
    mailbox.entries.for_each([&](std::uint32_t uid, const trace::MailboxEntry& entry) {
      folder[uid] = entry_text(entry.size, entry.subject, entry.flags);
    });
  });
  return out;
}

Task<Result<Holdings>> stored(store::MailboxStore& store, std::string account) {
  Holdings out;
  const Result<std::vector<store::FolderInfo>> folders = co_await store.folders(account);
  if (!folders) co_return fail(folders.error());
  for (const store::FolderInfo& folder : *folders) {
    auto& messages = out[folder.name];
    const Result<std::vector<store::MessageInfo>> infos = co_await store.list(folder.id, store::UidRange());
    if (!infos) co_return fail(infos.error());
    for (const store::MessageInfo& info : *infos) {
      const Result<store::Content> content = co_await store.content(folder.id, info.uid);
      if (!content) co_return fail(content.error());
      messages[info.uid] = entry_text(info.size, agent::subject_of(**content),
                                      flag_names(info.flags.system, info.flags.keywords));
    }
  }
  co_return out;
}

Task<Result<Holdings>> listed_by_imap(HostServices host, Endpoint server, std::string user,
                                      std::string password) {
  const Instant deadline = host.clock.now() + Duration::seconds(30);
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, deadline);
  if (!stream) co_return fail(stream.error());
  Observer nobody;
  imap::ClientOptions options;
  options.credentials = {std::move(user), std::move(password), {}};
  options.password_without_tls = true;
  imap::ClientSession session(std::move(options), {host.clock, host.random, nobody, nullptr});
  auto done = co_await session.connect(std::move(*stream));
  if (!done) co_return fail(ErrorCode::kRefused, done.error().message);
  const auto mailboxes = co_await session.list("*");
  if (!mailboxes) co_return fail(ErrorCode::kRefused, mailboxes.error().message);
  Holdings out;
  for (const imap::ListData& mailbox : *mailboxes) {
    if (mailbox.has("\\Noselect") || mailbox.has("\\NonExistent")) continue;
    auto& messages = out[mailbox.mailbox];
    done = co_await session.select(mailbox.mailbox, true);
    if (!done) co_return fail(ErrorCode::kRefused, done.error().message);
    if (session.mailbox().uids.empty()) continue;
    const auto fetched = co_await session.uid_fetch("1:*", "(UID FLAGS RFC822.SIZE ENVELOPE)", std::nullopt);
    if (!fetched) co_return fail(ErrorCode::kRefused, fetched.error().message);
    for (const imap::FetchData& one : *fetched) {
      messages[one.uid.value_or(0)] =
          entry_text(one.size.value_or(0), message::decode_unstructured(one.envelope->subject.value_or("")),
                     flag_names(one.flags->flags.system, one.flags->flags.keywords));
    }
  }
  const auto left = co_await session.logout();
  static_cast<void>(left);
  co_return out;
}

std::string differences(const Holdings& expected, const Holdings& found) {
  std::string out;
  const auto compare = [&out](const Holdings& a, const Holdings& b, std::string_view sign) {
    for (const auto& [folder, messages] : a) {
      const auto other = b.find(folder);
      if (other == b.end()) {
        out += fmt::format("{} folder {}\n", sign, folder);
        continue;
      }
      for (const auto& [uid, text] : messages) {
        const auto same = other->second.find(uid);
        if (same == other->second.end() || same->second != text)
          out += fmt::format("{} {} {}: {}\n", sign, folder, uid, text);
      }
    }
  };
  compare(expected, found, "-");
  compare(found, expected, "+");
  return out;
}

std::map<std::string, std::vector<std::string>> contents(const Holdings& holdings) {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& [folder, messages] : holdings) {
    auto& texts = out[folder];
    for (const auto& [uid, text] : messages)
      texts.push_back(text.substr(text.find(' ') + 1));
    std::sort(texts.begin(), texts.end());
  }
  return out;
}

}  // namespace glasspost::scenario
