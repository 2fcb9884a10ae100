#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/runtime/task.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/store/api/notes.h"

namespace glasspost::agent {

/// A device's copy of a message on an IMAP server.
struct ServerCopy {
  store::Uid local = 0;
  bool whole = true;  ///< false: only its header is here

  friend bool operator==(const ServerCopy&, const ServerCopy&) = default;
};

/// A folder of an IMAP server as it was when the device last looked.
struct ServerFolder {
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 0;
  std::uint32_t messages = 0;
  std::uint64_t mod_sequence = 0;
  std::map<std::uint32_t, ServerCopy> copies;  ///< by the server's UID

  /// The server's UID of a copy; 0: the server does not have it (yet).
  [[nodiscard]] std::uint32_t uid_of(store::Uid local) const;
};

/// Something that the user did here and that has still to be done elsewhere.
struct WaitingTask {
  enum class Kind : std::uint8_t {
    kFlags,   ///< of copy `local` in `folder`
    kMove,    ///< the server's `uid` of `folder` to `target`, where the copy is `local`
    kDelete,  ///< the server's `uid` of `folder`
    kAppend,  ///< message `local` of `folder` gets to the server
    kCreate,  ///< `folder`
    kSend,    ///< message `local` of the Outbox
  };
  Kind kind = Kind::kFlags;
  std::uint64_t number = 0;  ///< order; given by DeviceMemory::push
  std::string folder, target;
  std::uint32_t uid = 0;
  store::Uid local = 0;
  bool whole = true;  ///< kMove: of the copy
  bool add = true;    ///< kFlags: set or take away
  store::Flags flags;
  std::string reverse_path, message_id, subject;  ///< kSend
  std::vector<std::string> recipients;            ///< kSend
};

/// What a mail program must still know after a restart, beside its mailboxes. Changes are made in memory at
/// once and become durable together with commit().
class DeviceMemory {
 public:
  explicit DeviceMemory(store::Notes& notes) : notes_(notes) {}

  Task<Ok> load();
  Task<Ok> commit();

  [[nodiscard]] const std::map<std::string, ServerFolder>& folders() const { return folders_; }
  [[nodiscard]] const ServerFolder* folder(const std::string& name) const;
  /// Everything but the copies.
  void set_folder(const std::string& name, const ServerFolder& state);
  void drop_folder(const std::string& name);
  void set_copy(const std::string& folder, std::uint32_t uid, ServerCopy copy);
  void drop_copy(const std::string& folder, std::uint32_t uid);

  [[nodiscard]] const std::map<std::uint64_t, WaitingTask>& waiting() const { return waiting_; }
  void push(WaitingTask task);
  void change(const WaitingTask& task);
  void drop_task(std::uint64_t number);

  /// POP3: unique ids of messages that were fetched, and when.
  [[nodiscard]] const std::map<std::string, Instant>& fetched() const { return fetched_; }
  void set_fetched(const std::string& unique_id, Instant when);
  void drop_fetched(const std::string& unique_id);

 private:
  void put(std::string key, std::string value);
  void take_away(std::string key);

  store::Notes& notes_;
  std::map<std::string, ServerFolder> folders_;
  std::map<std::uint64_t, WaitingTask> waiting_;
  std::map<std::string, Instant> fetched_;
  std::uint64_t last_number_ = 0;
  std::vector<store::NoteChange> changes_;
};

}  // namespace glasspost::agent
