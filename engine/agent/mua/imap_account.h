#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/agent/mua/device.h"
#include "engine/agent/mua/device_memory.h"
#include "engine/agent/mua/own_mailboxes.h"
#include "engine/session/imap_client.h"

namespace glasspost::agent {

/// What a look at the server changed here.
struct SyncCount {
  std::size_t fetched = 0;
  std::size_t gone = 0;
  std::size_t changed = 0;        ///< flags
  std::size_t deleted_there = 0;  ///< POP3

  SyncCount& operator+=(const SyncCount& other);
  /// "2 new, 1 gone"; "nothing new".
  [[nodiscard]] std::string words() const;
};

/// The mailboxes on an IMAP server as one device uses them: what happened there is done here, and what the
/// user did here is done there. Errors: the server cannot be reached, or says no (kRefused).
class ImapAccount {
 public:
  /// All references must outlive it.
  ImapAccount(const DeviceConfig& config, const DeviceGround& ground, DeviceMemory& memory,
              OwnMailboxes& own);
  ~ImapAccount();

  /// Does nothing where there is a connection.
  Task<Ok> connect();
  /// LOGOUT; quiet about a server that has gone.
  Task<void> disconnect();
  [[nodiscard]] bool connected() const;
  void abort();

  /// Carries out what waits, in order, then takes over what is new in every folder.
  Task<Result<SyncCount>> sync();
  /// What waits, sending aside. What the server refuses is dropped and named in `refused`.
  Task<Ok> carry_out(std::vector<std::string>& refused);
  /// The whole message of a copy.
  Task<Result<std::string>> fetch_whole(std::string folder, std::uint32_t uid);
  /// Subjects of the messages that hold the words, asked of the server.
  Task<Result<std::vector<std::string>>> search(std::string folder, std::string words);
  /// Waits in INBOX until something happens there, until `until`, or end_idle(); then takes it over.
  Task<Result<SyncCount>> idle(Instant until);
  void end_idle();

  /// Drops notes of copies that are not here and copies that no note names: what a power cut leaves.
  Task<Ok> tidy_up();

 private:
  Task<Ok> open(std::string folder);
  Task<Result<SyncCount>> sync_folder(std::string folder);
  Task<Result<SyncCount>> sync_once(std::string folder, bool& again);
  Task<Ok> forget_folder(std::string folder, bool remove);
  Task<Ok> take_flags(std::string folder, std::map<std::uint32_t, store::Flags> server, SyncCount& count);
  Task<Ok> take_new(std::string folder, std::vector<std::pair<std::uint32_t, std::uint64_t>> uids,
                    SyncCount& count);
  Task<Ok> take_batch(std::string folder, std::string set, SyncCount& count);
  Task<Ok> carry_out_one(WaitingTask task);
  Task<Ok> carry_flags(const WaitingTask& task);
  Task<Ok> carry_move(const WaitingTask& task);
  Task<Ok> carry_delete(const WaitingTask& task);
  Task<Ok> carry_append(const WaitingTask& task);
  Task<Ok> make_folder(std::string folder);
  /// Opens a folder to use UIDs noted earlier; false: they mean other messages now.
  Task<Result<bool>> open_noted(std::string folder);
  void note_validity(const std::string& folder, std::uint32_t uid_validity);
  [[nodiscard]] bool selected(const std::string& folder) const;
  [[nodiscard]] bool has_changed(const imap::MailboxListing& listing, const std::string& folder) const;

  const DeviceConfig& config_;
  const DeviceGround& ground_;
  DeviceMemory& memory_;
  OwnMailboxes& own_;
  std::unique_ptr<imap::ClientSession> session_;
  bool aborted_ = false;
};

}  // namespace glasspost::agent
