#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace glasspost::trace {

/// What an event is. The numbers are frozen: they are stored in files, and a number never gets another
/// meaning. A reader keeps numbers that it does not know.
enum class Kind : std::uint16_t {
  // The world.
  kRunStarted = 1,
  kScenarioSource = 2,
  kHost = 3,
  kHostState = 4,
  kLink = 5,
  kZone = 6,
  kMailbox = 7,
  kDevice = 8,
  kRunEnded = 9,
  // The wire.
  kConnectionOpened = 20,
  kConnectionEstablished = 21,
  kConnectionClosed = 22,
  kConnectionReset = 23,
  kConnectionFailed = 24,
  kSegmentSent = 25,
  kSegmentDelivered = 26,
  kSegmentLost = 27,
  kDatagramSent = 28,
  kDatagramDelivered = 29,
  kDatagramLost = 30,
  kStreamBytes = 31,
  // Dialogue.
  kStateChanged = 40,
  kLeniencyUsed = 41,
  kTlsStarted = 42,
  kTlsHandshake = 43,
  kTlsEstablished = 44,
  kTlsFailed = 45,
  // Names.
  kDnsAsked = 50,
  kDnsAnswered = 51,
  kDnsCached = 52,
  // Decisions.
  kDecision = 60,
  // Mail.
  kMailSubmitted = 70,
  kMailAccepted = 71,
  kMailQueued = 72,
  kMailAttempted = 73,
  kMailSettled = 74,
  kMailAltered = 75,
  kMailRemoved = 76,
  // Mailboxes, on servers and on devices.
  kMailboxStored = 90,
  kMailboxFlags = 91,
  kMailboxMoved = 92,
  kMailboxExpunged = 93,
  kFolderRemoved = 94,
  kFolderRenamed = 95,
  // Time.
  kTimerSet = 100,
  kTimerFired = 101,
  // Faults, people, lessons.
  kFaultBegan = 110,
  kFaultEnded = 111,
  kUserAction = 120,
  kLessonCue = 130,
  kExpectation = 131,
};

/// Every known kind is below this number.
inline constexpr std::size_t kKindLimit = 160;

/// Whose bytes: those the client sends, or those the server sends.
enum class Direction : std::uint8_t { kToServer = 0, kToClient = 1 };
/// Below TLS, or above it.
enum class Layer : std::uint8_t { kWire = 0, kPlain = 1 };

[[nodiscard]] constexpr Direction opposite(Direction d) {
  return d == Direction::kToServer ? Direction::kToClient : Direction::kToServer;
}

enum class ColumnType : std::uint8_t {
  kInteger,
  kBoolean,
  kEnum,      ///< an integer that has names
  kHost,      ///< a HostId
  kInstant,   ///< nanoseconds since the Unix epoch
  kDuration,  ///< nanoseconds
  kText,
  kList,  ///< texts joined by line feeds
  kBlob,  ///< bytes; at most one, and the last column
};
[[nodiscard]] constexpr bool is_number(ColumnType type) {
  return type <= ColumnType::kDuration;
}

/// No event has more than these; a file's table has as many columns.
inline constexpr std::size_t kMaxIntegers = 8;
inline constexpr std::size_t kMaxTexts = 8;
/// The longest text of any column in bytes, and the longest blob.
inline constexpr std::uint32_t kMaxText = 64 * 1024;
inline constexpr std::uint32_t kMaxBlob = 64 * 1024 * 1024;

struct Column {
  std::string_view name;
  ColumnType type = ColumnType::kInteger;
  std::uint32_t maximum = 0;  ///< bytes, of texts and blobs: what is longer is cut and ends in "..."
  std::span<const std::string_view> names;  ///< kEnum: the name of each value from 0
  std::size_t slot = 0;                     ///< the n-th integer, or the n-th text, of the event
};

/// The declared shape of a kind. File views, event_text, queries and JSON are all made from this.
struct KindInfo {
  Kind kind{};
  std::string_view name;     ///< "mail-settled"
  bool projected = false;    ///< such an event changes the projection
  std::string_view meaning;  ///< one English line
  std::span<const Column> columns;

  [[nodiscard]] const Column* find(std::string_view column) const;
};

/// Null for a kind that is not known.
[[nodiscard]] const KindInfo* kind_info(Kind kind);
[[nodiscard]] const KindInfo* find_kind(std::string_view name);
/// All known kinds, by number.
[[nodiscard]] std::span<const KindInfo> all_kinds();

}  // namespace glasspost::trace
