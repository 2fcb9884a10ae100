#include "engine/agent/mua/mua.h"

#include <algorithm>
#include <functional>
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

bool make_envelope(const ComposedMail& mail, smtp::Envelope& envelope) {
  Result<smtp::ReversePath> sender = smtp::parse_reverse_path(mail.reverse_path);
  if (!sender) return false;
  envelope.reverse_path = std::move(*sender);
  for (const std::string& recipient : mail.recipients) {
    Result<smtp::ForwardPath> path = smtp::parse_forward_path(recipient);
    if (!path) return false;
    envelope.smtputf8 = envelope.smtputf8 || path->mailbox.needs_utf8();
    envelope.recipients.push_back(std::move(*path));
  }
  return !envelope.recipients.empty();
}

}  // namespace

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

  Result<ComposedMail> compose(const Draft& draft, bool needs_recipients);
  [[nodiscard]] smtp::ClientOptions options() const;
  Task<SubmissionOutcome> submit(ComposedMail mail);
  void tell(const ComposedMail& mail);
  void tell_attempt(const smtp::ClientSession& session, const Endpoint& target, const ComposedMail& mail);
  void tell_settled(const SubmissionOutcome& outcome);

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

Result<ComposedMail> Mua::Parts::compose(const Draft& draft, bool needs_recipients) {
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
  out.in_reply_to = draft.in_reply_to;
  out.references = draft.references;
  for (const DraftAttachment& attachment : draft.attachments) {
    out.attachments.push_back({attachment.filename, attachment.media_type, attachment.bytes});
  }

  ComposedMail composed;
  composed.message_id = out.message_id;
  composed.subject = draft.subject;
  Result<smtp::ReversePath> sender =
      smtp::parse_reverse_path(draft.envelope_from.empty() ? config.address : draft.envelope_from);
  if (!sender) return fail(std::move(sender).error());
  composed.reverse_path = sender->to_string();
  for (const auto* list : {&to, &cc, &bcc}) {
    for (const message::Mailbox& mailbox : **list) {
      const Result<smtp::ForwardPath> path = smtp::parse_forward_path(mailbox.address.to_string());
      if (!path) return fail(path.error());
      composed.recipients.push_back(path->to_string());
    }
  }
  if (composed.recipients.empty() && needs_recipients) {
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

void Mua::Parts::tell(const ComposedMail& mail) {
  MailSubmitted notice;
  notice.message = mail.message_id;
  notice.message_id = mail.message_id;
  notice.reverse_path = mail.reverse_path;
  notice.recipients = mail.recipients;
  notice.subject = mail.subject;
  notice.size = mail.content.size();
  observer.mail_submitted(notice);
}

void Mua::Parts::tell_attempt(const smtp::ClientSession& session, const Endpoint& target,
                              const ComposedMail& mail) {
  MailAttempted notice;
  notice.message = mail.message_id;
  notice.connection = session.connection();
  notice.transaction = session.next_transaction();
  notice.host = config.submission_host;
  notice.target = target;
  notice.recipients = mail.recipients;
  observer.mail_attempted(notice);
}

void Mua::Parts::tell_settled(const SubmissionOutcome& outcome) {
  MailSettled notice;
  notice.message = outcome.message_id;
  notice.outcome = MailOutcome::kRelayed;
  notice.reply = outcome.reply;
  for (const std::string& recipient : outcome.taken) {
    notice.recipient = recipient;
    observer.mail_settled(notice);
  }
  for (const RefusedRecipient& refused : outcome.refused) {
    notice.recipient = refused.recipient;
    notice.reply = refused.reply;
    notice.outcome = refused.permanent ? MailOutcome::kBounced : MailOutcome::kDeferred;
    observer.mail_settled(notice);
  }
}

Task<SubmissionOutcome> Mua::Parts::submit(ComposedMail mail) {
  SubmissionOutcome outcome;
  outcome.message_id = mail.message_id;
  smtp::Envelope envelope;
  const bool built = make_envelope(mail, envelope);
  if (!built) {
    outcome.reply = "an address of the envelope is none";
    co_return outcome;
  }
  tell(mail);
  ServerDial dial;
  dial.server = config.submission_host;
  dial.port = config.submission_port;
  dial.timeout = config.timeout;
  Result<ByteStreamPtr> stream = co_await dial_server(dial, host, resolver);
  if (!stream) {
    outcome.reply = to_string(stream.error());
    co_return outcome;
  }
  const Endpoint target = (*stream)->remote();
  smtp::ClientContext context{host.clock, host.random, observer, tls};
  smtp::ClientSession session(options(), context);
  const std::function<void()> begins = [&] { tell_attempt(session, target, mail); };
  co_await hand_over(session, std::move(*stream), envelope, mail.content, begins, outcome);
  tell_settled(outcome);
  co_return outcome;
}

Result<ComposedMail> Mua::compose(const Draft& draft, bool needs_recipients) {
  return parts_->compose(draft, needs_recipients);
}

Task<SubmissionOutcome> Mua::submit(ComposedMail mail) {
  return parts_->submit(std::move(mail));
}

Task<Result<SubmissionOutcome>> Mua::send(Draft draft) {
  Result<ComposedMail> composed = parts_->compose(draft, true);
  if (!composed) co_return fail(std::move(composed).error());
  co_return co_await parts_->submit(std::move(*composed));
}

}  // namespace glasspost::agent
