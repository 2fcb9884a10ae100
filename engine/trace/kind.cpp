#include "engine/trace/kind.h"

#include <array>
#include <type_traits>

#include "engine/trace/event.h"
#include "engine/trace/payload.h"

namespace glasspost::trace {

namespace {

template <class M>
constexpr ColumnType column_type() {
  if constexpr (std::is_same_v<M, bool>) {
    return ColumnType::kBoolean;
  } else if constexpr (std::is_same_v<M, Instant>) {
    return ColumnType::kInstant;
  } else if constexpr (std::is_same_v<M, Duration>) {
    return ColumnType::kDuration;
  } else if constexpr (std::is_same_v<M, HostId>) {
    return ColumnType::kHost;
  } else if constexpr (std::is_same_v<M, std::string_view>) {
    return ColumnType::kText;
  } else if constexpr (std::is_same_v<M, TextList>) {
    return ColumnType::kList;
  } else if constexpr (std::is_same_v<M, Blob>) {
    return ColumnType::kBlob;
  } else if constexpr (std::is_enum_v<M>) {
    return ColumnType::kEnum;
  } else {
    return ColumnType::kInteger;
  }
}

template <class P, class M>
constexpr Column make_column(const Field<P, M>& f, std::size_t& integers, std::size_t& texts) {
  Column column;
  column.name = f.name;
  column.type = column_type<M>();
  if (is_number(column.type)) {
    column.slot = integers++;
  } else {
    column.maximum = f.maximum;
    if (column.type != ColumnType::kBlob) column.slot = texts++;
  }
  if constexpr (std::is_enum_v<M>) column.names = EnumNames<M>::kNames;
  return column;
}

template <class P>
constexpr auto make_columns() {
  std::size_t integers = 0;
  std::size_t texts = 0;
  return std::apply(
      [&](const auto&... f) {
        // A braced list is evaluated from left to right.
        return std::array<Column, sizeof...(f)>{make_column(f, integers, texts)...};
      },
      P::columns());
}

template <class P>
inline constexpr auto kColumns = make_columns<P>();

template <class P>
constexpr KindInfo entry(std::string_view name, bool projected, std::string_view meaning) {
  return {P::kKind, name, projected, meaning, kColumns<P>};
}

constexpr KindInfo kKinds[] = {
    entry<payload::RunStarted>("run-started", true, "A run begins."),
    entry<payload::ScenarioSource>("scenario-source", false, "The text of the scenario that is run."),
    entry<payload::Host>("host", true, "A machine is part of the world."),
    entry<payload::HostState>("host-state", true, "A machine's software starts, stops or crashes."),
    entry<payload::Link>("link", true, "A link between two machines is as said from now on."),
    entry<payload::Zone>("zone", true, "A name server serves this zone from now on."),
    entry<payload::Mailbox>("mailbox", true, "A folder of an account exists."),
    entry<payload::Device>("device", true, "A machine is a person's device with a mail program."),
    entry<payload::RunEnded>("run-ended", true, "A run ends."),
    entry<payload::ConnectionOpened>("connection-opened", true, "A client begins to open a connection."),
    entry<payload::ConnectionEstablished>("connection-established", true,
                                          "An end has finished the connection's handshake."),
    entry<payload::ConnectionClosed>("connection-closed", true,
                                     "An end will send no more, or is done for good."),
    entry<payload::ConnectionReset>("connection-reset", true, "An end gives the connection up."),
    entry<payload::ConnectionFailed>("connection-failed", true, "A connection could not be opened."),
    entry<payload::SegmentSent>("segment-sent", true, "A TCP segment leaves."),
    entry<payload::SegmentDelivered>("segment-delivered", true, "A TCP segment arrives."),
    entry<payload::SegmentLost>("segment-lost", true, "A TCP segment will never arrive."),
    entry<payload::DatagramSent>("datagram-sent", false, "A UDP datagram leaves."),
    entry<payload::DatagramDelivered>("datagram-delivered", false, "A UDP datagram arrives."),
    entry<payload::DatagramLost>("datagram-lost", false, "A UDP datagram will never arrive."),
    entry<payload::StreamBytes>("stream-bytes", true, "Bytes of a connection were written or read."),
    entry<payload::StateChanged>("state-changed", true, "A protocol machine went into another state."),
    entry<payload::LeniencyUsed>("leniency-used", false, "A deviation from the grammar was tolerated."),
    entry<payload::TlsStarted>("tls-started", true, "An end begins the TLS handshake."),
    entry<payload::TlsHandshake>("tls-handshake", false, "A message of the TLS handshake."),
    entry<payload::TlsEstablished>("tls-established", true, "An end has finished the TLS handshake."),
    entry<payload::TlsFailed>("tls-failed", true, "An end gave the TLS handshake up."),
    entry<payload::DnsAsked>("dns-asked", false, "A program asks its resolver."),
    entry<payload::DnsAnswered>("dns-answered", false, "A program has its answer."),
    entry<payload::DnsCached>("dns-cached", true, "A resolver keeps an answer, or drops one."),
    entry<payload::Decision>("decision", true, "A check or an agent has decided, and says why."),
    entry<payload::MailSubmitted>("mail-submitted", true, "A mail program hands over a message."),
    entry<payload::MailAccepted>("mail-accepted", true, "A server has said its final 250."),
    entry<payload::MailQueued>("mail-queued", true, "A message is in a server's queue."),
    entry<payload::MailAttempted>("mail-attempted", true, "A server tries to send a message on."),
    entry<payload::MailSettled>("mail-settled", true, "What became of a message for one recipient."),
    entry<payload::MailAltered>("mail-altered", true, "A hop changed bytes of a message."),
    entry<payload::MailRemoved>("mail-removed", true, "A host forgets a message."),
    entry<payload::MailboxStored>("mailbox-stored", true, "A message came into a folder."),
    entry<payload::MailboxFlags>("mailbox-flags", true, "A stored message has these flags from now on."),
    entry<payload::MailboxMoved>("mailbox-moved", true, "A stored message went into another folder."),
    entry<payload::MailboxExpunged>("mailbox-expunged", true, "A stored message is gone."),
    entry<payload::FolderRemoved>("folder-removed", true, "A folder is gone, with its messages."),
    entry<payload::FolderRenamed>("folder-renamed", true, "A folder has another name."),
    entry<payload::TimerSet>("timer-set", false, "A program waits for a moment."),
    entry<payload::TimerFired>("timer-fired", false, "The moment that a program waited for has come."),
    entry<payload::FaultBegan>("fault-began", true, "Something is broken on purpose."),
    entry<payload::FaultEnded>("fault-ended", true, "It is mended."),
    entry<payload::UserAction>("user-action", false, "A person did something."),
    entry<payload::LessonCue>("lesson-cue", false, "A lesson's step belongs here."),
    entry<payload::Expectation>("expectation", false, "What a scenario expected, and whether it was so."),
};

struct Index {
  std::array<const KindInfo*, kKindLimit> by_number{};
};

constexpr Index make_index() {
  Index index;
  for (const KindInfo& info : kKinds)
    index.by_number[static_cast<std::size_t>(info.kind)] = &info;
  return index;
}
constexpr Index kIndex = make_index();

}  // namespace

const Column* KindInfo::find(std::string_view column) const {
  for (const Column& c : columns) {
    if (c.name == column) return &c;
  }
  return nullptr;
}

const KindInfo* kind_info(Kind kind) {
  const auto number = static_cast<std::size_t>(kind);
  return number < kKindLimit ? kIndex.by_number[number] : nullptr;
}

const KindInfo* find_kind(std::string_view name) {
  for (const KindInfo& info : kKinds) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::span<const KindInfo> all_kinds() {
  return kKinds;
}

}  // namespace glasspost::trace
