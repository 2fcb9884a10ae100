#include "tests/unit/agent/mail_world.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/protocol/dns/zone_file.h"
#include "engine/sim/disk.h"

namespace glasspost::agent {

namespace {

dns::ZoneSet zones_of(std::string_view records) {
  const dns::Name origin = *dns::Name::parse("example");
  auto zone = dns::parse_zone_file(records, origin);
  EXPECT_TRUE(zone.has_value()) << (zone ? "" : zone.error().message);
  dns::ZoneSet zones;
  if (zone) zones.set(std::move(*zone));
  return zones;
}

Task<void> start_server(ServerSoftware& software) {
  Ok started = co_await software.server->start();
  software.started = std::move(started);
}

/// Waits until `buffer` holds a whole reply and cuts it off; false at the end of the stream.
Task<bool> read_reply(ByteStream& stream, std::string& buffer, std::string& reply) {
  reply.clear();
  while (true) {
    std::size_t end = buffer.find("\r\n");
    while (end != std::string::npos) {
      const std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 2);
      if (!reply.empty()) reply += "\n";
      reply += line;
      if (line.size() < 4 || line[3] != '-') co_return true;
      end = buffer.find("\r\n");
    }
    char chunk[4096];
    const Result<std::size_t> got = co_await stream.read(chunk);
    if (!got || *got == 0) co_return false;
    buffer.append(chunk, *got);
  }
}

Task<void> dialogue(HostServices host, Endpoint remote, std::vector<std::string> commands,
                    std::vector<std::string>& replies) {
  const Instant deadline = host.clock.now() + Duration::minutes(1);
  Result<ByteStreamPtr> stream = co_await host.network.dial(remote, deadline);
  if (!stream) {
    replies.push_back("dial: " + to_string(stream.error()));
    co_return;
  }
  std::string buffer;
  std::string reply;
  bool more = co_await read_reply(**stream, buffer, reply);
  if (more) replies.push_back(reply);
  for (std::size_t i = 0; more && i < commands.size(); ++i) {
    const std::string bytes = commands[i] + "\r\n";
    const Ok sent = co_await (*stream)->write(bytes);
    if (!sent) co_return;
    more = co_await read_reply(**stream, buffer, reply);
    if (more) replies.push_back(reply);
  }
}

}  // namespace

std::vector<DecisionMade> RecordingObserver::decisions_of(DecisionKind kind) const {
  std::vector<DecisionMade> found;
  std::copy_if(decisions.begin(), decisions.end(), std::back_inserter(found),
               [kind](const DecisionMade& decision) { return decision.kind == kind; });
  return found;
}

std::vector<MailSettled> RecordingObserver::settled_as(MailOutcome outcome) const {
  std::vector<MailSettled> found;
  std::copy_if(settled.begin(), settled.end(), std::back_inserter(found),
               [outcome](const MailSettled& one) { return one.outcome == outcome; });
  return found;
}

MailWorld::MailWorld(std::uint64_t seed)
    : resolver(zones_of("")),
      world(sim::WorldOptions{seed, Instant{1'772'442'000'000'000'000}, nullptr, {}}) {}

MailWorld::~MailWorld() = default;

void MailWorld::set_zone(std::string_view records) {
  resolver.zones() = zones_of(records);
}

MailServerConfig MailWorld::server_config(const std::string& host_name, const std::string& domain,
                                          const std::vector<std::string>& users) {
  MailServerConfig config;
  config.host_name = host_name;
  config.directory.local_domains = {domain};
  for (const std::string& user : users) {
    config.directory.accounts.push_back({user + "@" + domain, "secret-" + user, 0, {}});
  }
  ListenerConfig exchange;
  ListenerConfig submission;
  submission.role = ListenerRole::kSubmission;
  submission.port = 587;
  submission.auth = {AuthMechanism::kPlain, AuthMechanism::kLogin, AuthMechanism::kCramMd5};
  submission.auth_without_tls = true;
  config.listeners = {exchange, submission};
  config.reverse_lookup = false;
  return config;
}

void MailWorld::add_alpha_and_beta() {
  set_zone(
      "alpha MX 10 mx.alpha\n"
      "alpha TXT \"v=spf1 mx -all\"\n"
      "mx.alpha A 192.0.2.1\n"
      "beta MX 10 mx.beta\n"
      "mx.beta A 192.0.2.2\n");
  add_server(server_config("mx.alpha.example", "alpha.example", {"alice"}), "192.0.2.1");
  add_server(server_config("mx.beta.example", "beta.example", {"bob", "carol"}), "192.0.2.2");
  add_host("client.example", "198.51.100.7");
}

std::shared_ptr<ServerSoftware> MailWorld::boot(const MailServerConfig& config, sim::Incarnation& life) {
  auto software = std::make_shared<ServerSoftware>();
  HostServices services = life.services();
  auto opened = store::Database::open({"mail.db", life.host().disk().vfs_name(), checkpoint_pages},
                                      services.scheduler, executor_);
  if (!opened) return software;  // the power went while the machine started
  software->database = std::move(*opened);
  software->mailboxes = std::make_unique<store::SqliteMailboxStore>(*software->database, services.clock);
  software->spool = std::make_unique<store::SqliteSpool>(*software->database);
  MailServerGround ground{services,         observers_[config.host_name], resolver, server_tls, client_tls,
                          *software->spool, *software->mailboxes};
  software->server = std::make_unique<MailServer>(config, ground);
  software->tasks.spawn(start_server(*software));
  return software;
}

sim::Host& MailWorld::add_server(MailServerConfig config, const std::string& address) {
  sim::Host& host = add_host(config.host_name, address);
  host.install([this, config](sim::Incarnation& life) {
    auto software = boot(config, life);
    running_[config.host_name] = software;
    return std::shared_ptr<void>(software);
  });
  return host;
}

sim::Host& MailWorld::add_host(const std::string& name, const std::string& address) {
  return world.add_host(name, {*IpAddress::parse(address)});
}

void MailWorld::begin_talk(const std::string& from, const std::string& to, std::uint16_t port,
                           std::vector<std::string> commands, std::vector<std::string>& replies) {
  const Endpoint remote{world.find_host(to)->addresses().front(), port};
  dialogues_.spawn(dialogue(world.find_host(from)->services(), remote, std::move(commands), replies));
}

std::vector<std::string> MailWorld::talk(const std::string& from, const std::string& to, std::uint16_t port,
                                         const std::vector<std::string>& commands) {
  world.run_until(world.now());  // boot what was just installed
  std::vector<std::string> replies;
  begin_talk(from, to, port, commands, replies);
  while (!dialogues_.empty() && world.step()) {
  }
  return replies;
}

std::vector<std::string> MailWorld::send_plain(const std::string& from, const std::string& to,
                                               const std::string& reverse_path,
                                               const std::vector<std::string>& recipients,
                                               const std::string& content) {
  std::vector<std::string> commands = {"EHLO " + from, "MAIL FROM:<" + reverse_path + ">"};
  for (const std::string& recipient : recipients)
    commands.push_back("RCPT TO:<" + recipient + ">");
  commands.push_back("DATA");
  commands.push_back(content + "\r\n.");
  commands.push_back("QUIT");
  const std::vector<std::string> replies = talk(from, to, 25, commands);
  std::vector<std::string> wanted;
  for (std::size_t i = 0; i < recipients.size() && i + 3 < replies.size(); ++i)
    wanted.push_back(replies[i + 3]);
  if (replies.size() > recipients.size() + 4) wanted.push_back(replies[recipients.size() + 4]);
  return wanted;
}

SubmissionOutcome MailWorld::send_as(const MuaConfig& mua, const std::string& device, Draft draft) {
  world.run_until(world.now());
  Mua agent(mua, world.find_host(device)->services(), observers_[device], resolver, nullptr);
  Result<SubmissionOutcome> outcome = now(agent.send(std::move(draft)));
  EXPECT_TRUE(outcome.has_value()) << (outcome ? "" : to_string(outcome.error()));
  return outcome.value_or(SubmissionOutcome{});
}

MuaConfig MailWorld::alice() {
  MuaConfig config;
  config.device_name = "client.example";
  config.address = "alice@alpha.example";
  config.password = "secret-alice";
  config.submission_host = "mx.alpha.example";
  return config;
}

std::vector<Stored> MailWorld::mailbox(const std::string& host, const std::string& account) {
  std::vector<Stored> found;
  store::SqliteMailboxStore& store = *software(host).mailboxes;
  auto folders = now(store.folders(account));
  EXPECT_TRUE(folders.has_value());
  if (!folders) return found;
  std::stable_partition(folders->begin(), folders->end(),
                        [](const store::FolderInfo& folder) { return folder.name == "INBOX"; });
  for (const store::FolderInfo& folder : *folders) {
    const auto messages = now(store.list(folder.id, store::UidRange{}));
    for (const store::MessageInfo& message : *messages) {
      const auto content = now(store.content(folder.id, message.uid));
      found.push_back({folder.name, **content});
    }
  }
  return found;
}

std::vector<std::string> MailWorld::faults(const std::string& host) {
  const auto found = now(software(host).database->check());
  if (!found) return {to_string(found.error())};
  return *found;
}

}  // namespace glasspost::agent
