#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/message/header.h"
#include "engine/message/mime.h"
#include "engine/protocol/imap/command.h"
#include "engine/protocol/imap/machine.h"
#include "engine/runtime/signal.h"
#include "engine/runtime/task_group.h"
#include "engine/session/imap_server.h"
#include "engine/session/imap_view.h"
#include "engine/session/server_wire.h"

// The parts of an IMAP server session, which stand in one file a group of commands. Private to the session.
namespace glasspost::imap {

/// How a command ended: what its tagged response says. // RFC 3501 7.1
struct Outcome {
  enum class Status : std::uint8_t { kOk, kNo, kBad, kNone };
  Status status = Status::kOk;
  std::string code;  ///< what stands in brackets, without them
  std::string text;

  static Outcome ok(std::string text, std::string code = {}) {
    return {Status::kOk, std::move(code), std::move(text)};
  }
  static Outcome no(std::string text, std::string code = {}) {
    return {Status::kNo, std::move(code), std::move(text)};
  }
  static Outcome bad(std::string text, std::string code = {}) {
    return {Status::kBad, std::move(code), std::move(text)};
  }
  /// Nothing is said: the dialogue is over.
  static Outcome none() { return {Status::kNone, {}, {}}; }
};

/// A stored message with what has been found out about it.
struct OpenMessage {
  store::Uid uid = 0;
  store::Content content;
  std::optional<message::Header> header;
  std::optional<message::MimeTree> tree;

  const message::Header& head() {
    if (!header) header = message::parse_header(*content);
    return *header;
  }
  const message::MimeTree& structure() {
    if (!tree) tree = message::parse_mime(*content);
    return *tree;
  }
};

/// The store's words as the protocol's, and back.
[[nodiscard]] store::Flags to_store(const FlagList& flags);
[[nodiscard]] std::string_view special_use_name(store::SpecialUse use);
/// A failed store operation as NO with the response code that fits. // RFC 5530 3
[[nodiscard]] Outcome store_failure(const Error& error);

struct Dialogue final : ServerWire {
  Dialogue(ByteStreamPtr stream_in, const ServerOptions& options_in, Service& service_in,
           ServerContext context_in);
  ~Dialogue() override;

  // imap_server.cpp: the loop.
  Task<void> run();
  Task<bool> greet();
  /// The next command's bytes; none: the dialogue is over, or something was said instead.
  Task<std::optional<RawCommand>> next_command();
  Task<void> take_command(RawCommand raw);
  Task<Outcome> perform(Command command);
  Task<Outcome> perform_in_mailbox(Command command);
  Task<bool> upgrade();
  Task<void> finish();
  void wire_lost(WireLoss loss) override;
  void notify();
  void say(std::string_view line);
  void say_tagged(const std::string& tag, const Outcome& outcome);
  void say_too_large();
  void bye(std::string_view text, CloseReason why);
  [[nodiscard]] Duration patience() const override;

  // imap_access.cpp
  [[nodiscard]] std::string capabilities() const;
  Task<Outcome> log_in(LoginArguments arguments);
  Task<Outcome> authenticate(AuthenticateArguments arguments);
  Task<Outcome> exchange(std::unique_ptr<sasl::ServerMachine> sasl, sasl::ServerStep step,
                         std::string mechanism);
  Task<Outcome> authenticated(sasl::ServerMachine& sasl, sasl::ServerStep step, std::string mechanism);
  Task<Outcome> start_tls();
  Outcome enable(const EnableArguments& arguments);
  [[nodiscard]] bool mechanism_allowed(sasl::Mechanism mechanism) const;

  // imap_mailboxes.cpp
  Task<Outcome> select(MailboxArguments arguments, bool read_only);
  Task<Outcome> open_mailbox(store::FolderInfo folder, bool condstore, bool read_only);
  void deselect(std::string_view trigger);
  Task<Outcome> create(MailboxArguments arguments);
  Task<Outcome> remove(MailboxArguments arguments);
  Task<Outcome> rename(RenameArguments arguments);
  Task<Outcome> empty_inbox_into(store::FolderInfo inbox, std::string name);
  Task<Outcome> subscribe(MailboxArguments arguments, bool subscribed);
  Task<Outcome> append(AppendArguments arguments);
  /// A mailbox by its name on the wire. Error kNotFound also where the name is no name.
  Task<Result<store::FolderInfo>> find_mailbox(std::string wire_name);

  // imap_list.cpp
  Task<Outcome> list(ListArguments arguments);
  Task<Outcome> lsub(ListArguments arguments);
  Task<Outcome> status(StatusArguments arguments);
  Task<Ok> say_status(store::FolderInfo folder, std::vector<StatusItem> items);

  // imap_fetch.cpp
  Task<Outcome> fetch(FetchArguments arguments, bool uid);
  Task<bool> fetch_message(std::size_t position, const FetchArguments& arguments, bool uid,
                           OpenMessage& open);
  Task<bool> load(store::Uid uid, OpenMessage& open);
  /// What is known of a message of the selected mailbox without reading it; null: nothing.
  [[nodiscard]] const RememberedMessage* remembered(store::Uid uid);
  [[nodiscard]] bool needs_content(const FetchAttribute& attribute, store::Uid uid);
  /// ENVELOPE, BODY or BODYSTRUCTURE as FETCH tells it, made once.
  void append_made_once(FetchItem item, store::Uid uid, OpenMessage& open, std::string& into);
  Task<Ok> mark_seen(std::vector<store::Uid> uids);
  void append_attribute(const FetchAttribute& attribute, ViewedMessage& message, OpenMessage& open,
                        std::string& into);
  void append_flags(const ViewedMessage& message, std::string& into);

  // imap_store.cpp
  Task<Outcome> store_flags(StoreArguments arguments, bool uid);
  Task<Outcome> copy(CopyArguments arguments, bool uid);
  Task<Outcome> move(CopyArguments arguments, bool uid);
  Task<Outcome> expunge(std::optional<SequenceSet> set);
  Task<Outcome> close(bool expunging);
  Task<void> enable_condstore();
  /// The positions that a set names; none: it names a message that does not exist.
  [[nodiscard]] std::optional<std::vector<std::size_t>> positions(const SequenceSet& set, bool uid) const;

  // imap_search.cpp
  Task<Outcome> search(SearchArguments arguments, bool uid, std::string tag);

  // imap_idle.cpp: IDLE, and what the client has to be told.
  Task<Outcome> idle();
  Task<void> tell_while_idle();
  void tell_changes(bool expunges, bool uid);
  void tell_new_keywords(const std::vector<std::string>& keywords);
  void tell_flags(std::size_t position, bool uid);
  void say_flag_names();

  const ServerOptions& options;
  Service& service;
  ServerContext context;
  ServerMachine machine;
  CommandReader reader;
  ClientInfo client;

  std::unique_ptr<MailboxView> view;  ///< of the selected mailbox
  std::set<std::string> keywords;     ///< that the client knows of, in lower case
  bool read_only = false;
  bool condstore = false;  ///< the client has shown that it knows of mod-sequences // RFC 7162 3.1.2

  std::optional<Signal> idle_news;
  std::optional<Signal> idle_end;
  bool idling = false;
  TaskGroup idle_tasks;

  std::size_t errors = 0;
  std::size_t failed_logins = 0;
  CloseReason reason = CloseReason::kLogout;
};

}  // namespace glasspost::imap
