#include "engine/cli/state.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/cli/canvas.h"
#include "engine/cli/json_text.h"
#include "engine/cli/mailbox_matrix.h"
#include "engine/cli/short_names.h"
#include "engine/cli/words.h"

namespace glasspost::cli {
namespace {

/// Keys stay in the order in which they are written.
using Json = nlohmann::ordered_json;

std::string moment_line(const View& view, const trace::Projection& world, const Speaker& words) {
  return words("cli.moment", {{"moment", short_time(world.time(), view.trace.epoch())},
                              {"seq", std::to_string(world.seq())}}) +
         "\n\n";
}

Json mailboxes_json(const View& view, const trace::Projection& world) {
  Json out = Json::array();
  world.mailboxes().for_each([&](const trace::MailboxRef& ref, const trace::MailboxView& mailbox) {
    Json messages = Json::array();
    mailbox.entries.for_each([&](std::uint32_t uid, const trace::MailboxEntry& entry) {
      messages.push_back({{"uid", uid},
                          {"subject", entry.subject},
                          {"from", entry.from},
                          {"message_id", entry.message_id},
                          {"flags", entry.flags},
                          {"size", entry.size},
                          {"stored_ns", (entry.stored - view.trace.epoch()).ns},
                          {"message", entry.message}});
    });
    out.push_back({{"host", world.host_name(ref.host)},
                   {"account", ref.account},
                   {"folder", ref.folder},
                   {"uid_validity", mailbox.uid_validity},
                   {"expunged", mailbox.expunged},
                   {"messages", messages}});
  });
  return out;
}

Json queues_json(const View& view, const trace::Projection& world) {
  Json hosts = Json::array();
  world.hosts().for_each([&](HostId id, const trace::HostView& host) {
    Json messages = Json::array();
    for (const trace::MessageRef& ref : world.queue(id)) {
      const trace::MessageView* message = world.messages().find(ref);
      if (message == nullptr) continue;
      Json recipients = Json::array();
      for (const trace::RecipientView& recipient : message->recipients) {
        Json entry = {{"address", recipient.address},
                      {"phase", trace::to_string(recipient.phase)},
                      {"attempts", recipient.attempts},
                      {"reply", recipient.reply}};
        if (recipient.phase == trace::RecipientPhase::kDeferred)
          entry["next_attempt_ns"] = (recipient.next_attempt - view.trace.epoch()).ns;
        recipients.push_back(std::move(entry));
      }
      messages.push_back({{"id", ref.id},
                          {"reverse_path", message->reverse_path},
                          {"size", message->size},
                          {"recipients", recipients}});
    }
    if (!messages.empty()) hosts.push_back({{"host", host.name}, {"messages", messages}});
  });
  Json connections = Json::array();
  world.connections().for_each([&](ConnectionId id, const trace::ConnectionView& connection) {
    if (!connection.open()) return;
    connections.push_back({{"connection", id.value},
                           {"phase", trace::to_string(connection.phase)},
                           {"client", world.host_name(connection.client().host)},
                           {"client_endpoint", connection.client().endpoint},
                           {"client_state", connection.client().state},
                           {"server", world.host_name(connection.server().host)},
                           {"server_endpoint", connection.server().endpoint},
                           {"server_state", connection.server().state},
                           {"tls", connection.client().tls && connection.server().tls}});
  });
  return {{"queues", hosts}, {"connections", connections}};
}

}  // namespace

std::string mailboxes(const View& view) {
  const Speaker words(view.language);
  const trace::Projection world = view.trace.project(view.last);
  if (view.json) return json_text(mailboxes_json(view, world));
  std::string out = moment_line(view, world, words);
  const std::vector<MailboxMatrix> matrices = mailbox_matrices(world, words);
  for (const MailboxMatrix& matrix : matrices)
    out += (&matrix == &matrices.front() ? "" : "\n") + matrix_text(matrix, world, words, view.width);
  if (matrices.empty()) out += words("cli.mailboxes-none") + "\n";
  return out;
}

std::string queues(const View& view) {
  const Speaker words(view.language);
  const trace::Projection world = view.trace.project(view.last);
  if (view.json) return json_text(queues_json(view, world));
  std::string out = moment_line(view, world, words);
  const std::size_t empty_length = out.size();
  world.hosts().for_each([&](HostId id, const trace::HostView& host) {
    const std::vector<trace::MessageRef> queue = world.queue(id);
    if (queue.empty()) return;
    out += words("cli.queue-title", {{"host", host.name}, {"count", std::to_string(queue.size())}}) + "\n";
    for (const trace::MessageRef& ref : queue) {
      const trace::MessageView* message = world.messages().find(ref);
      if (message == nullptr) continue;
      out += fitted(fmt::format("  {}  <{}>  {} bytes  {}", ref.id, message->reverse_path, message->size,
                                printable(message->subject)),
                    view.width) +
             "\n";
      for (const trace::RecipientView& recipient : message->recipients) {
        std::string line = fmt::format("      {}: {}", recipient.address, trace::to_string(recipient.phase));
        if (recipient.phase == trace::RecipientPhase::kDeferred)
          line += ", " +
                  words("cli.hop-next", {{"moment", short_time(recipient.next_attempt, view.trace.epoch())}});
        if (!recipient.reply.empty()) line += " (" + printable(recipient.reply) + ")";
        out += fitted(line, view.width) + "\n";
      }
    }
  });
  if (out.size() == empty_length) out += words("cli.queues-none") + "\n";
  std::string open;
  std::size_t count = 0;
  world.connections().for_each([&](ConnectionId id, const trace::ConnectionView& connection) {
    if (!connection.open()) return;
    ++count;
    open += fitted(fmt::format("  c{}  {} {} [{}]  ->  {} {} [{}]{}", id.value,
                               world.host_name(connection.client().host), connection.client().endpoint,
                               connection.client().state, world.host_name(connection.server().host),
                               connection.server().endpoint, connection.server().state,
                               connection.server().tls ? "  TLS" : ""),
                   view.width) +
            "\n";
  });
  return out + "\n" + words("cli.connections-title", {{"count", std::to_string(count)}}) + "\n" + open;
}

}  // namespace glasspost::cli
