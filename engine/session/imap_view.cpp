#include "engine/session/imap_view.h"

#include <algorithm>
#include <utility>

namespace glasspost::imap {

using store::MailboxChange;
using store::MailboxChangeKind;
using store::MessageInfo;

namespace {

bool before_uid(const MessageInfo& message, store::Uid uid) {
  return message.uid < uid;
}

}  // namespace

// What the list has already is left alone: the store may have listed after the change.
void MailboxView::apply_to(std::vector<MessageInfo>& messages, const MailboxChange& change) const {
  const auto found = std::lower_bound(messages.begin(), messages.end(), change.message.uid, before_uid);
  const bool known = found != messages.end() && found->uid == change.message.uid;
  switch (change.kind) {
    case MailboxChangeKind::kStored:
      if (!known) messages.insert(found, change.message);
      break;
    case MailboxChangeKind::kFlags:
      if (known && found->mod_sequence < change.message.mod_sequence) *found = change.message;
      break;
    case MailboxChangeKind::kExpunged:
      if (known) messages.erase(found);
      break;
    case MailboxChangeKind::kFolderRemoved:
      messages.clear();
      break;
    default:
      break;
  }
}

void MailboxView::load(std::vector<MessageInfo> messages) {
  for (const MailboxChange& change : before_load_)
    apply_to(messages, change);
  before_load_.clear();
  messages_.reserve(messages.size());
  for (MessageInfo& message : messages)
    messages_.push_back({std::move(message), false, false, false});
  loaded_ = true;
}

void MailboxView::changed(const MailboxChange& change) {
  if (change.folder_id != folder_) return;
  if (!loaded_) {
    before_load_.push_back(change);
    return;
  }
  const std::optional<std::size_t> position = position_of(change.message.uid);
  switch (change.kind) {
    case MailboxChangeKind::kStored:
      arrivals_.push_back(change.message);
      break;
    case MailboxChangeKind::kFlags:
      if (!position) {
        apply_to(arrivals_, change);
        return;
      }
      messages_[*position].info = change.message;
      messages_[*position].flags_changed = true;
      flags_changed_ = true;
      break;
    case MailboxChangeKind::kExpunged:
      if (!position) {
        apply_to(arrivals_, change);
        return;
      }
      gone_ += messages_[*position].gone ? 0 : 1;
      messages_[*position].gone = true;
      break;
    case MailboxChangeKind::kFolderRemoved:
      arrivals_.clear();
      for (ViewedMessage& message : messages_)
        message.gone = true;
      gone_ = messages_.size();
      break;
    default:
      return;
  }
  if (wake_) wake_();
}

std::optional<std::size_t> MailboxView::position_of(store::Uid uid) const {
  const auto found = std::lower_bound(
      messages_.begin(), messages_.end(), uid,
      [](const ViewedMessage& message, store::Uid wanted) { return message.info.uid < wanted; });
  if (found == messages_.end() || found->info.uid != uid) return std::nullopt;
  return static_cast<std::size_t>(found - messages_.begin());
}

std::size_t MailboxView::recent_count() const {
  return static_cast<std::size_t>(std::count_if(messages_.begin(), messages_.end(),
                                                [](const ViewedMessage& message) { return message.recent; }));
}

std::optional<std::vector<std::size_t>> MailboxView::by_number(const SequenceSet& set) const {
  for (const SequenceRange& range : set.ranges) {
    if (std::max(range.first, range.last) <= count()) continue;
    // "7:*" with fewer messages is the last one; clients ask so for what is new.
    const bool open = range.first == 0 || range.last == 0;
    if (!open) return std::nullopt;
  }
  std::vector<std::size_t> out;
  for (const SequenceRange& range : set.resolved(static_cast<std::uint32_t>(count()))) {
    const std::size_t last = std::min<std::size_t>(range.last, count());
    for (std::size_t number = range.first; number <= last; ++number)
      out.push_back(number - 1);
  }
  return out;
}

std::vector<std::size_t> MailboxView::by_uid(const SequenceSet& set) const {
  std::vector<std::size_t> out;
  const auto below = [](const ViewedMessage& message, store::Uid wanted) {
    return message.info.uid < wanted;
  };
  for (const SequenceRange& range : set.resolved(largest_uid())) {
    auto at = std::lower_bound(messages_.begin(), messages_.end(), range.first, below);
    for (; at != messages_.end() && at->info.uid <= range.last; ++at)
      out.push_back(static_cast<std::size_t>(at - messages_.begin()));
  }
  return out;
}

std::vector<std::uint32_t> MailboxView::take_expunged() {
  std::vector<std::uint32_t> numbers;
  if (gone_ == 0) return numbers;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (messages_[i].gone) {
      numbers.push_back(static_cast<std::uint32_t>(kept + 1));
    } else {
      if (kept != i) messages_[kept] = std::move(messages_[i]);
      ++kept;
    }
  }
  messages_.resize(kept);
  gone_ = 0;
  return numbers;
}

std::size_t MailboxView::take_arrivals() {
  const std::size_t first = messages_.size();
  for (MessageInfo& message : arrivals_)
    messages_.push_back({std::move(message), false, false, false});
  arrivals_.clear();
  return first;
}

std::vector<std::size_t> MailboxView::take_flag_changes() {
  std::vector<std::size_t> out;
  if (!flags_changed_) return out;
  flags_changed_ = false;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (!messages_[i].flags_changed) continue;
    messages_[i].flags_changed = false;
    if (!messages_[i].gone) out.push_back(i);
  }
  return out;
}

}  // namespace glasspost::imap
