#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "engine/agent/mua/device.h"
#include "engine/agent/mua/device_memory.h"
#include "engine/agent/mua/imap_account.h"
#include "engine/agent/mua/own_mailboxes.h"
#include "engine/agent/mua/pop3_account.h"
#include "engine/runtime/signal.h"
#include "engine/runtime/task_group.h"

// The parts of a device: its loop, and what its user can do. Private to it.
namespace glasspost::agent {

struct Device::Parts {
  struct Entry {
    DeviceOrder order;
    std::function<void(const DeviceOutcome&)> done;
    Cause cause;
  };

  Parts(DeviceConfig given, DeviceGround on);

  // device.cpp: the loop.
  Task<void> run();
  Task<Ok> prepare();
  Task<void> next_order();
  Task<void> rest();
  Task<void> stay_connected();
  Task<DeviceOutcome> perform(DeviceOrder order);
  Task<DeviceOutcome> sync();
  Task<DeviceOutcome> go_offline();
  Task<DeviceOutcome> go_online();

  // device_deeds.cpp
  Task<DeviceOutcome> read(DeviceOrder order);
  Task<DeviceOutcome> set_flag(DeviceOrder order, bool on);
  Task<DeviceOutcome> move(DeviceOrder order);
  Task<DeviceOutcome> remove(DeviceOrder order);
  Task<DeviceOutcome> search(DeviceOrder order);
  Task<Ok> make_folder(std::string name);
  Task<DeviceOutcome> create_folder(DeviceOrder order);
  /// The message with all its bytes, fetched if only its header is here.
  Task<Result<OwnMessage>> whole(DeviceOrder order);
  Task<Ok> mark(OwnMessage message, bool on, store::Flags flags);
  /// The waiting task that brings this message to the server; null: none does.
  [[nodiscard]] const WaitingTask* bringer(const std::string& folder, store::Uid local) const;
  /// Flags that wait for a message without a UID follow it, or go with it.
  void flags_follow(const std::string& folder, store::Uid local, const std::string& target, store::Uid moved);
  void flags_go(const std::string& folder, store::Uid local);
  /// A letter is taken out of the Outbox.
  void unsend(store::Uid local);
  void note_move(const OwnMessage& message, const std::string& target, store::Uid moved);
  void note_removal(const OwnMessage& message);

  // device_letters.cpp
  Task<DeviceOutcome> send(Draft draft);
  Task<DeviceOutcome> answer(DeviceOrder order);
  Task<DeviceOutcome> keep_draft(Draft draft);
  Task<Ok> carry_letters(std::string& words);
  Task<Ok> carry_letter(WaitingTask task, std::string& words);
  Task<Ok> file_letter(store::Uid local, std::string folder);
  Task<Ok> tidy_letters();
  [[nodiscard]] bool is_being_sent(store::Uid local) const;

  /// What waits is done where it belongs, if that is possible now; adds to the outcome's words if not.
  Task<DeviceOutcome> carried_out(DeviceOutcome outcome);
  [[nodiscard]] bool imap() const { return config.protocol == DeviceProtocol::kImap; }

  DeviceConfig config;
  DeviceGround ground;
  Mua mua;
  OwnMailboxes own;
  DeviceMemory memory;
  ImapAccount imap_account;
  Pop3Account pop3_account;
  std::function<void(Error)> failed;
  std::deque<Entry> agenda;
  Signal wake;
  Signal gone;
  Instant next_poll;
  Duration retry_wait;
  bool offline = false;
  bool idling = false;
  bool busy = true;  // until it has read its memory
  bool stopping = false;
  bool started = false;
  bool ended = false;
  TaskGroup tasks;
};

[[nodiscard]] inline DeviceOutcome failure(const Error& error) {
  return {false, error.message};
}
[[nodiscard]] inline DeviceOutcome success(std::string words) {
  return {true, std::move(words)};
}
/// "\"Hello\"".
[[nodiscard]] std::string named(std::string_view subject);

inline constexpr const char* kOutboxName = "Outbox";

}  // namespace glasspost::agent
