#include "engine/protocol/pop3/maildrop.h"

#include <utility>

#include "engine/base/assert.h"

namespace glasspost::pop3 {

Maildrop::Maildrop(std::uint32_t uid_validity, std::vector<MaildropMessage> messages)
    : uid_validity_(uid_validity), messages_(std::move(messages)) {
  unmark_all();
}

const MaildropMessage* Maildrop::find(std::uint32_t number) const {
  if (number == 0 || number > messages_.size()) return nullptr;
  return &messages_[number - 1];
}

std::string Maildrop::unique_id(const MaildropMessage& message) const {
  return std::to_string(uid_validity_) + "." + std::to_string(message.uid);
}

void Maildrop::mark(std::uint32_t number) {
  GLASSPOST_ASSERT(number >= 1 && number <= messages_.size() && !messages_[number - 1].deleted);
  MaildropMessage& message = messages_[number - 1];
  message.deleted = true;
  --count_;
  octets_ -= message.size;
}

void Maildrop::unmark_all() {
  count_ = size();
  octets_ = 0;
  for (MaildropMessage& message : messages_) {
    message.deleted = false;
    octets_ += message.size;
  }
}

std::vector<std::uint32_t> Maildrop::marked() const {
  std::vector<std::uint32_t> uids;
  for (const MaildropMessage& message : messages_) {
    if (message.deleted) uids.push_back(message.uid);
  }
  return uids;
}

}  // namespace glasspost::pop3
