// Our POP3 or IMAP client against any server on 127.0.0.1, with an account whose INBOX holds exactly the
// given letters: access_client imap|pop3 PORT USER PASSWORD MECHANISM LETTER_FILE... Says "ok" and what it
// did, or what went wrong.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/net/io_world.h"
#include "engine/observe/observer.h"
#include "engine/runtime/task_group.h"
#include "engine/session/imap_client.h"
#include "engine/session/pop3_client.h"

using namespace glasspost;

namespace {

struct Wanted {
  std::string protocol;
  std::uint16_t port = 0;
  sasl::Credentials credentials;
  std::vector<sasl::Mechanism> mechanisms;
  std::vector<std::string> letters;
};

const std::map<std::string, std::vector<sasl::Mechanism>> kMechanisms = {
    {"plain", {sasl::Mechanism::kPlain}},
    {"login", {sasl::Mechanism::kLogin}},
    {"cram-md5", {sasl::Mechanism::kCramMd5}},
    {"scram-sha-1", {sasl::Mechanism::kScramSha1}},
    {"scram-sha-256", {sasl::Mechanism::kScramSha256}},
    {"command", {}}};  // LOGIN, or USER and PASS

/// What failed first; empty: nothing.
class Verdict {
 public:
  void require(bool right, std::string_view what) {
    if (!right && text_.empty()) text_ = what;
  }
  template <class T, class E>
  bool good(const tl::expected<T, E>& outcome, std::string_view what) {
    if (!outcome && text_.empty()) text_ = std::string(what) + ": " + outcome.error().message;
    return outcome.has_value();
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Task<void> read_by_pop3(HostServices host, const Wanted& wanted, Verdict& verdict) {
  Observer nobody;
  pop3::ClientOptions options;
  options.credentials = wanted.credentials;
  options.mechanisms = wanted.mechanisms;
  options.password_without_tls = true;
  pop3::ClientSession session(options, {host.clock, host.random, nobody, nullptr});
  Endpoint server{IpAddress::v4({127, 0, 0, 1}), wanted.port};
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, host.clock.now() + Duration::seconds(20));
  if (!verdict.good(stream, "dial")) co_return;
  const auto connected = co_await session.connect(std::move(*stream));
  if (!verdict.good(connected, "connect")) co_return;
  const auto stat = co_await session.stat();
  if (!verdict.good(stat, "STAT")) co_return;
  verdict.require(stat->messages == wanted.letters.size(), "STAT tells another number");
  const auto listed = co_await session.list();
  if (!verdict.good(listed, "LIST")) co_return;
  verdict.require(listed->size() == wanted.letters.size(), "LIST has another length");
  const auto ids = co_await session.uidl();
  if (!verdict.good(ids, "UIDL")) co_return;
  verdict.require(ids->size() == wanted.letters.size(), "UIDL has another length");
  for (std::uint32_t number = 1; number <= wanted.letters.size(); ++number) {
    const auto letter = co_await session.retr(number);
    if (!verdict.good(letter, "RETR")) co_return;
    verdict.require(*letter == wanted.letters[number - 1], "RETR gives other bytes");
  }
  const auto top = co_await session.top(1, 0);
  if (!verdict.good(top, "TOP")) co_return;
  verdict.require(wanted.letters[0].starts_with(top->substr(0, top->size() - 2)), "TOP gives another header");
  const auto deleted = co_await session.dele(1);
  if (!verdict.good(deleted, "DELE")) co_return;
  const auto reset = co_await session.rset();
  if (!verdict.good(reset, "RSET")) co_return;
  const auto quit = co_await session.quit();
  verdict.good(quit, "QUIT");
}

Task<void> work_in_folder(imap::ClientSession& session, const Wanted& wanted, Instant now, Verdict& verdict) {
  const std::string folder = "약속 & Co";
  const auto made = co_await session.create(folder);
  if (!verdict.good(made, "CREATE")) co_return;
  imap::FlagList flags;
  flags.system = imap::system_flag::kSeen;
  const auto appended = co_await session.append(folder, flags, now, wanted.letters[0]);
  if (!verdict.good(appended, "APPEND")) co_return;
  const auto status = co_await session.status(folder);
  if (!verdict.good(status, "STATUS")) co_return;
  verdict.require(status->messages == 1u, "STATUS tells another number");
  verdict.require(status->unseen.value_or(0) == 0u, "STATUS tells of unseen messages");
  const auto copied = co_await session.uid_copy("1:*", folder);
  if (!verdict.good(copied, "UID COPY")) co_return;
  const auto opened = co_await session.select(folder, false);
  if (!verdict.good(opened, "SELECT")) co_return;
  verdict.require(session.mailbox().uids.size() == wanted.letters.size() + 1,
                  "the folder holds another number");
  flags.system = imap::system_flag::kDeleted | imap::system_flag::kFlagged;
  const auto stored = co_await session.uid_store("1", imap::StoreOperation::kAdd, flags);
  if (!verdict.good(stored, "UID STORE")) co_return;
  const auto expunged = co_await session.uid_expunge("1:*");
  if (!verdict.good(expunged, "UID EXPUNGE")) co_return;
  verdict.require(session.mailbox().uids.size() == wanted.letters.size(), "one message should be gone");
  const auto moved = co_await session.uid_move("2", "INBOX");
  if (!verdict.good(moved, "UID MOVE")) co_return;
  verdict.require(session.mailbox().uids.size() + 1 == wanted.letters.size(),
                  "one message should have moved");
}

Task<void> read_by_imap(HostServices host, const Wanted& wanted, Verdict& verdict) {
  Observer nobody;
  imap::ClientOptions options;
  options.credentials = wanted.credentials;
  options.mechanisms = wanted.mechanisms;
  options.password_without_tls = true;
  imap::ClientSession session(options, {host.clock, host.random, nobody, nullptr});
  Endpoint server{IpAddress::v4({127, 0, 0, 1}), wanted.port};
  Result<ByteStreamPtr> stream = co_await host.network.dial(server, host.clock.now() + Duration::seconds(20));
  if (!verdict.good(stream, "dial")) co_return;
  const auto connected = co_await session.connect(std::move(*stream));
  if (!verdict.good(connected, "connect")) co_return;
  const auto listed = co_await session.list("*");
  if (!verdict.good(listed, "LIST")) co_return;
  const auto opened = co_await session.select("INBOX", false);
  if (!verdict.good(opened, "SELECT")) co_return;
  verdict.require(session.mailbox().uids.size() == wanted.letters.size(), "INBOX holds another number");
  const std::optional<std::uint64_t> everything;
  const auto fetched =
      co_await session.uid_fetch("1:*", "(UID FLAGS RFC822.SIZE ENVELOPE BODY.PEEK[])", everything);
  if (!verdict.good(fetched, "UID FETCH")) co_return;
  verdict.require(fetched->size() == wanted.letters.size(), "FETCH tells another number");
  for (std::size_t i = 0; i < fetched->size() && i < wanted.letters.size(); ++i) {
    const std::string* const letter = (*fetched)[i].section("BODY[]");
    verdict.require(letter != nullptr && *letter == wanted.letters[i], "FETCH gives other bytes");
  }
  const auto found = co_await session.uid_search_text("needle");
  if (!verdict.good(found, "UID SEARCH")) co_return;
  verdict.require(found->size() == 1, "SEARCH finds another number");
  co_await work_in_folder(session, wanted, host.clock.now(), verdict);
  const auto ended = co_await session.logout();
  verdict.good(ended, "LOGOUT");
}

Task<void> talk(HostServices host, const Wanted& wanted, Verdict& verdict, bool& done) {
  if (wanted.protocol == "imap") {
    co_await read_by_imap(host, wanted, verdict);
  } else {
    co_await read_by_pop3(host, wanted, verdict);
  }
  done = true;
}

bool read_arguments(int count, char** words, Wanted& wanted) {
  if (count < 7) return false;
  wanted.protocol = words[1];
  const std::string port = words[2];
  std::from_chars(port.data(), port.data() + port.size(), wanted.port);
  wanted.credentials = {words[3], words[4], ""};
  const auto mechanism = kMechanisms.find(words[5]);
  if (mechanism == kMechanisms.end() || wanted.port == 0) return false;
  wanted.mechanisms = mechanism->second;
  for (int i = 6; i < count; ++i) {
    std::ifstream in(words[i], std::ios::binary);
    wanted.letters.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return true;
}

}  // namespace

int main(int count, char** words) {
  Wanted wanted;
  if (!read_arguments(count, words, wanted)) {
    std::puts("access_client imap|pop3 PORT USER PASSWORD MECHANISM LETTER_FILE...");
    return 2;
  }
  net::IoWorldOptions options;
  options.loopback_network = 7;
  net::IoWorld world(options);
  net::IoHost me{HostId{1}, {IpAddress::v4({192, 0, 2, 9})}, false};
  const auto host = world.add_host(me);
  if (!host) return 2;
  Verdict verdict;
  bool done = false;
  TaskGroup tasks;
  tasks.spawn(talk(*host, wanted, verdict, done));
  if (!world.run_until([&done] { return done; }, Duration::seconds(60))) {
    std::puts("no end within 60 s");
    return 1;
  }
  std::puts(verdict.text().empty() ? "ok" : verdict.text().c_str());
  return verdict.text().empty() ? 0 : 1;
}
