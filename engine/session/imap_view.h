#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/protocol/imap/sequence_set.h"
#include "engine/store/api/mailbox_store.h"

namespace glasspost::imap {

/// One message as a session's client knows it.
struct ViewedMessage {
  store::MessageInfo info;
  bool recent = false;
  bool gone = false;           ///< removed from the store; the client has not been told
  bool flags_changed = false;  ///< since the client was told
};

/// A session's view of its selected mailbox: which message bears which number. It hears of every change at
/// once, but its numbers only move when the session says so, that is when the client is told. So positions
/// stay valid between two calls of take_expunged() and take_arrivals(), whatever happens meanwhile.
class MailboxView final : public store::MailboxListener {
 public:
  explicit MailboxView(store::FolderId folder) : folder_(folder) {}

  /// The messages that the store listed, by UID. Changes heard since construction are applied to them.
  void load(std::vector<store::MessageInfo> messages);
  void changed(const store::MailboxChange& change) override;
  /// Called after each change that the client could be told of.
  void on_change(std::function<void()> wake) { wake_ = std::move(wake); }

  [[nodiscard]] store::FolderId folder() const { return folder_; }
  [[nodiscard]] std::size_t count() const { return messages_.size(); }
  [[nodiscard]] ViewedMessage& at(std::size_t position) { return messages_[position]; }
  [[nodiscard]] const std::vector<ViewedMessage>& messages() const { return messages_; }
  [[nodiscard]] std::optional<std::size_t> position_of(store::Uid uid) const;
  [[nodiscard]] store::Uid largest_uid() const { return messages_.empty() ? 0 : messages_.back().info.uid; }
  [[nodiscard]] std::size_t recent_count() const;

  /// Positions in the set, ascending. None: a number stands for no message. // RFC 3501 9 seq-number
  [[nodiscard]] std::optional<std::vector<std::size_t>> by_number(const SequenceSet& set) const;
  /// UIDs without a message are passed over. // RFC 3501 6.4.8
  [[nodiscard]] std::vector<std::size_t> by_uid(const SequenceSet& set) const;

  [[nodiscard]] bool has_news() const { return gone_ > 0 || !arrivals_.empty() || flags_changed_; }
  /// Removes what is gone and gives the numbers to tell, each as it is after the ones before were removed.
  /// // RFC 3501 7.4.1
  [[nodiscard]] std::vector<std::uint32_t> take_expunged();
  /// Appends what has arrived; gives the position of the first.
  std::size_t take_arrivals();
  /// Positions of messages whose flags the client does not know, and forgets that they were changed.
  [[nodiscard]] std::vector<std::size_t> take_flag_changes();

 private:
  void apply_to(std::vector<store::MessageInfo>& messages, const store::MailboxChange& change) const;

  store::FolderId folder_;
  std::vector<ViewedMessage> messages_;
  std::vector<store::MessageInfo> arrivals_;
  std::vector<store::MailboxChange> before_load_;
  std::function<void()> wake_;
  std::size_t gone_ = 0;
  bool loaded_ = false;
  bool flags_changed_ = false;
};

}  // namespace glasspost::imap
