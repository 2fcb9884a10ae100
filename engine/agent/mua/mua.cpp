#include "engine/agent/mua/mua.h"

#include <algorithm>
#include <utility>

#include "engine/agent/mua/server_dial.h"
#include "engine/base/text.h"
#include "engine/message/compose.h"
#include "engine/message/message_id.h"
#include "engine/session/smtp_client.h"

namespace glasspost::agent {

namespace {

Result<message::Mailbox> one_mailbox(const std::string& text) {
  const message::AddressList list = message::parse_address_list(text);
  std::vector<message::Mailbox> found = list.mailboxes();
  if (!list.well_formed || found.size() != 1 || !found.front().address.is_valid()) {
    return fail(ErrorCode::kInvalidInput, escaped(text) + " is not an e-mail address");
  }
  return std::move(found.front());
}

Result<std::vector<message::Mailbox>> mailboxes(const std::vector<std::string>& texts) {
  std::vector<message::Mailbox> found;
  for (const std::string& text : texts) {
    Result<message::Mailbox> mailbox = one_mailbox(text);
    if (!mailbox) return fail(std::move(mailbox).error());
    found.push_back(std::move(*mailbox));
  }
  return found;
}

std::vector<message::AddressEntry> entries(const std::vector<message::Mailbox>& mailboxes) {
  return {mailboxes.begin(), mailboxes.end()};
}

smtp::TlsPolicy to_smtp(MuaTls tls) {
  switch (tls) {
    case MuaTls::kNone:
      return smtp::TlsPolicy::kNone;
    case MuaTls::kOffered:
      return smtp::TlsPolicy::kOpportunistic;
    case MuaTls::kRequired:
      return smtp::TlsPolicy::kRequired;
    case MuaTls::kImplicit:
      break;
  }
  return smtp::TlsPolicy::kImplicit;
}

sasl::Mechanism mechanism_of(MuaAuth auth) {
  switch (auth) {
    case MuaAuth::kLogin:
      return sasl::Mechanism::kLogin;
    case MuaAuth::kCramMd5:
      return sasl::Mechanism::kCramMd5;
    case MuaAuth::kScramSha1:
      return sasl::Mechanism::kScramSha1;
    case MuaAuth::kScramSha256:
      return sasl::Mechanism::kScramSha256;
    case MuaAuth::kNone:
    case MuaAuth::kPlain:
      break;
  }
  return sasl::Mechanism::kPlain;
}

/// A message that is ready to go.
struct Composed {
  smtp::Envelope envelope;
  std::string content;
  std::string message_id;
};

}  // namespace

struct Mua::Parts {
  Parts(MuaConfig given, HostServices services, Observer& watcher, dns::Resolver& names,
        TlsUpgrader* encryption)
      : config(std::move(given)),
        host(services),
        observer(watcher),
        resolver(names),
        tls(encryption),
        boundaries(services.random.stream("boundary")),
        ids(services.random.stream("message id")) {}

  Result<Composed> compose(const Draft& draft);
  [[nodiscard]] smtp::ClientOptions options() const;
  Task<SubmissionOutcome> submit(const Composed& message);
  void tell(const Draft& draft, const Composed& message);

  MuaConfig config;
  HostServices host;
  Observer& observer;
  dns::Resolver& resolver;
  TlsUpgrader* tls;
  RandomStream boundaries;
  RandomStream ids;
};

Mua::Mua(MuaConfig config, HostServices host, Observer& observer, dns::Resolver& resolver, TlsUpgrader* tls)
    : parts_(std::make_unique<Parts>(std::move(config), host, observer, resolver, tls)) {}

Mua::~Mua() = default;

Result<Composed> Mua::Parts::compose(const Draft& draft) {
  message::Draft out;
  Result<message::Mailbox> from = one_mailbox(draft.from.empty() ? config.address : draft.from);
  if (!from) return fail(std::move(from).error());
  if (draft.from.empty()) from->name = config.display_name;
  const std::string domain = from->address.domain;
  out.from.push_back(std::move(*from));
  const Result<std::vector<message::Mailbox>> to = mailboxes(draft.to);
  const Result<std::vector<message::Mailbox>> cc = mailboxes(draft.cc);
  const Result<std::vector<message::Mailbox>> bcc = mailboxes(draft.bcc);
  for (const auto* list : {&to, &cc, &bcc}) {
    if (!*list) return fail(list->error());
  }
  out.to = entries(*to);
  out.cc = entries(*cc);
  out.subject = draft.subject;
  out.date = host.clock.now();
  out.message_id = message::make_message_id(out.date, ids, domain);
  out.text = draft.text;
  for (const DraftAttachment& attachment : draft.attachments) {
    out.attachments.push_back({attachment.filename, attachment.media_type, attachment.bytes});
  }

  Composed composed;
  composed.message_id = out.message_id;
  Result<smtp::ReversePath> sender =
      smtp::parse_reverse_path(draft.envelope_from.empty() ? config.address : draft.envelope_from);
  if (!sender) return fail(std::move(sender).error());
  composed.envelope.reverse_path = std::move(*sender);
  for (const auto* list : {&to, &cc, &bcc}) {
    for (const message::Mailbox& mailbox : **list) {
      Result<smtp::ForwardPath> path = smtp::parse_forward_path(mailbox.address.to_string());
      if (!path) return fail(std::move(path).error());
      composed.envelope.smtputf8 = composed.envelope.smtputf8 || mailbox.address.needs_utf8();
      composed.envelope.recipients.push_back(std::move(*path));
    }
  }
  if (composed.envelope.recipients.empty()) {
    return fail(ErrorCode::kInvalidInput, "a message needs a recipient");
  }
  Result<std::string> content = message::compose(out, boundaries);
  if (!content) return fail(std::move(content).error());
  composed.content = std::move(*content);
  return composed;
}

smtp::ClientOptions Mua::Parts::options() const {
  smtp::ClientOptions out;
  // A device has no name that others could look up; still it is a well-formed one. // RFC 5321 4.1.1.1
  out.helo_name = config.device_name;
  out.tls = to_smtp(config.tls);
  out.tls_server_name = config.submission_host;
  if (config.auth != MuaAuth::kNone) {
    sasl::Credentials credentials;
    credentials.user = config.user_name.empty() ? config.address : config.user_name;
    credentials.password = config.password;
    out.credentials = std::move(credentials);
  }
  out.mechanisms = {mechanism_of(config.auth)};
  // Where the user chose to go without TLS, the password goes without it too.
  out.password_without_tls = config.tls == MuaTls::kNone || config.tls == MuaTls::kOffered;
  out.timeouts.greeting = out.timeouts.command = config.timeout;
  return out;
}

void Mua::Parts::tell(const Draft& draft, const Composed& message) {
  MailSubmitted notice;
  notice.message = message.message_id;
  notice.message_id = message.message_id;
  notice.reverse_path = message.envelope.reverse_path.to_string();
  for (const smtp::ForwardPath& recipient : message.envelope.recipients) {
    notice.recipients.push_back(recipient.to_string());
  }
  notice.subject = draft.subject;
  notice.size = message.content.size();
  observer.mail_submitted(notice);
}

Task<SubmissionOutcome> Mua::Parts::submit(const Composed& message) {
  ServerDial dial;
  dial.server = config.submission_host;
  dial.port = config.submission_port;
  dial.timeout = config.timeout;
  Result<ByteStreamPtr> stream = co_await dial_server(dial, host, resolver);
  SubmissionOutcome outcome;
  outcome.message_id = message.message_id;
  if (!stream) {
    outcome.reply = to_string(stream.error());
    co_return outcome;
  }
  smtp::ClientContext context{host.clock, host.random, observer, tls};
  smtp::ClientSession session(options(), context);
  co_await hand_over(session, std::move(*stream), message.envelope, message.content, outcome);
  co_return outcome;
}

Task<Result<SubmissionOutcome>> Mua::send(Draft draft) {
  Result<Composed> composed = parts_->compose(draft);
  if (!composed) co_return fail(std::move(composed).error());
  parts_->tell(draft, *composed);
  co_return co_await parts_->submit(*composed);
}

}  // namespace glasspost::agent
