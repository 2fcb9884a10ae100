#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace glasspost::pop3 {

/// One message as it was when the maildrop was opened; its number is its place, from 1.
struct MaildropMessage {
  std::uint32_t uid = 0;   ///< of the folder
  std::uint64_t size = 0;  ///< octets as stored // RFC 1939 11
  bool deleted = false;    ///< marked by DELE

  friend bool operator==(const MaildropMessage&, const MaildropMessage&) = default;
};

/// A mailbox as one session sees it, from login to QUIT: numbers, sizes and unique-ids stay as they are,
/// whatever arrives or goes meanwhile. // RFC 1939 4, 5
class Maildrop {
 public:
  Maildrop() = default;
  Maildrop(std::uint32_t uid_validity, std::vector<MaildropMessage> messages);

  /// How many messages the numbers go up to, the marked ones included.
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(messages_.size()); }
  /// Those that are not marked, and their octets: what STAT says.
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::uint64_t octets() const { return octets_; }
  /// None for a number beyond the maildrop, and for 0.
  [[nodiscard]] const MaildropMessage* find(std::uint32_t number) const;
  /// Never changes for a message and is never used for another: "UIDVALIDITY.UID". // RFC 1939 7
  [[nodiscard]] std::string unique_id(const MaildropMessage& message) const;

  /// `number` must be that of a message that is not marked.
  void mark(std::uint32_t number);
  /// RSET. // RFC 1939 5
  void unmark_all();
  /// The UIDs of the marked messages, in order.
  [[nodiscard]] std::vector<std::uint32_t> marked() const;

 private:
  std::uint32_t uid_validity_ = 0;
  std::vector<MaildropMessage> messages_;
  std::uint32_t count_ = 0;
  std::uint64_t octets_ = 0;
};

}  // namespace glasspost::pop3
