#include "engine/agent/mta/mailing_list.h"

#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/address.h"
#include "engine/message/fold.h"
#include "engine/message/media_type.h"

namespace glasspost::agent {

namespace {

std::string local_part_of(const MailingList& list) {
  return list.address.substr(0, list.address.rfind('@'));
}

// "class.lists.example" // RFC 2919 2
std::string list_id(const MailingList& list) {
  return local_part_of(list) + "." + Directory::domain_of(list.address);
}

bool was_here(const message::Header& header, const MailingList& list) {
  for (const message::HeaderField* field : header.all("List-Id")) {
    if (to_lower(field->unfolded()).find("<" + to_lower(list_id(list)) + ">") != std::string::npos)
      return true;
  }
  return false;
}

// Lines that end with CRLF; in quoted-printable the equals sign is written as its code. // RFC 2045 6.7
std::string as_lines(std::string_view text, bool quoted_printable) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    if (c == '=' && quoted_printable) {
      out += "=3D";
    } else {
      out += c;
    }
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

/// Makes the changes one after the other, each on what the one before left.
class Editor {
 public:
  explicit Editor(std::string_view content) : message_(std::string(content)) {}

  void change(std::string what, message::Alteration alteration) {
    message_.apply(alteration);
    changes_.push_back({std::move(what), std::move(alteration)});
  }
  void prepend(const std::string& name, const std::string& value) {
    change(name, message::prepend_field(message_.header(), message::fold_field(name, value)));
  }
  void append(const std::string& name, const std::string& value) {
    change(name, message::append_field(message_.header(), message::fold_field(name, value)));
  }
  /// The first field of that name, or a new one.
  void replace(const std::string& name, const std::string& value) {
    const auto& fields = message_.header().fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!fields[i].is(name)) continue;
      return change(name, message::replace_field(message_.header(), i, message::fold_field(name, value)));
    }
    append(name, value);
  }
  void insert(std::size_t offset, std::string text) { change("body", {offset, 0, std::move(text)}); }

  [[nodiscard]] const message::Message& message() const { return message_; }
  [[nodiscard]] std::vector<ListChange> changes() && { return std::move(changes_); }

 private:
  message::Message message_;
  std::vector<ListChange> changes_;
};

void change_subject(const MailingList& list, Editor& editor) {
  if (list.prefix.empty()) return;
  const std::string subject = editor.message().header().value("Subject").value_or("");
  if (subject.find(list.prefix) != std::string::npos) return;  // an answer on the list has it already
  editor.replace("Subject", subject.empty() ? list.prefix : list.prefix + " " + subject);
}

void change_author(const MailingList& list, Editor& editor) {
  if (!list.rewrite_from) return;
  const std::optional<std::string> from = editor.message().header().value("From");
  if (!from) return;
  const message::AddressList authors = message::parse_address_list(*from);
  std::string name = "Somebody";
  const std::vector<message::Mailbox> mailboxes = authors.mailboxes();
  if (!mailboxes.empty()) {
    const message::Mailbox& author = mailboxes.front();
    name = author.name.empty() ? author.address.local_part : author.name;
  }
  message::Mailbox rewritten;
  rewritten.name = name + " via " + local_part_of(list);
  rewritten.address = {local_part_of(list), Directory::domain_of(list.address)};
  if (editor.message().header().find("Reply-To") == nullptr) editor.append("Reply-To", *from);
  editor.replace("From", message::format_mailbox(rewritten));
}

// The end of the text that a reader sees, where a line of a footer can follow; nothing where the body is
// something else.
std::optional<std::size_t> end_of_text(const message::Message& message) {
  const message::Header& header = message.header();
  const std::string encoding = to_lower(header.value("Content-Transfer-Encoding").value_or("7bit"));
  const message::MediaType type =
      message::parse_media_type(header.value("Content-Type").value_or("text/plain"))
          .value_or(message::MediaType{});
  const bool readable = encoding == "7bit" || encoding == "8bit" || encoding == "quoted-printable";
  if (!type.is("text", "plain") || !readable) return std::nullopt;
  return message.bytes().size();
}

// Where one more part can be put into multipart/mixed: before the closing delimiter.
std::optional<std::pair<std::size_t, std::string>> end_of_parts(const message::Message& message) {
  const auto type = message::parse_media_type(message.header().value("Content-Type").value_or(""));
  if (!type || !type->is("multipart", "mixed")) return std::nullopt;
  const std::string* boundary = type->parameters.find("boundary");
  if (boundary == nullptr || boundary->empty()) return std::nullopt;
  const std::size_t close = message.bytes().rfind("\r\n--" + *boundary + "--");
  if (close == std::string::npos || close < message.header().body_offset) return std::nullopt;
  return std::pair(close + 2, *boundary);
}

void add_footer(const MailingList& list, Editor& editor) {
  if (list.footer.empty()) return;
  const message::Message& message = editor.message();
  if (const auto parts = end_of_parts(message)) {
    const std::string part = "--" + parts->second + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" +
                             as_lines(list.footer, false) + "\r\n";
    return editor.insert(parts->first, part);
  }
  const auto end = end_of_text(message);
  if (!end) return;
  const std::string encoding = to_lower(message.header().value("Content-Transfer-Encoding").value_or(""));
  const std::string text = as_lines(list.footer, encoding == "quoted-printable");
  const bool ends_line = message.bytes().ends_with("\r\n");
  // A message without a body has no empty line yet.
  const bool has_body = message.header().body_offset > message.header().end;
  editor.insert(*end, std::string(ends_line ? "" : "\r\n") + (has_body ? "" : "\r\n") + text);
}

store::SpoolEntry entry_for(const MailingList& list, const ListFacts& facts, std::size_t size) {
  store::SpoolEntry entry;
  entry.queue_id = facts.queue_id;
  entry.reverse_path = bounces_address(list);
  entry.accepted = facts.now;
  entry.eight_bit = facts.original.eight_bit;
  entry.utf8 = facts.original.utf8;
  entry.quarantine = facts.original.quarantine;
  entry.origin = "list";
  entry.size = size;
  for (const std::string& member : list.members) {
    store::SpoolRecipient recipient;
    recipient.address = member;
    recipient.next_attempt = facts.now;
    entry.recipients.push_back(std::move(recipient));
  }
  return entry;
}

Explanation explain(const MailingList& list, std::string_view outcome, MessageKey words) {
  Explanation why;
  why.rule = "RFC 5321 3.9.2";
  why.outcome = outcome;
  why.words = std::move(words);
  why.inputs = {Argument::of_mailbox("recipient", list.address)};
  return why;
}

}  // namespace

std::string bounces_address(const MailingList& list) {
  return local_part_of(list) + "-bounces@" + Directory::domain_of(list.address);
}

ListPost post_to_list(const MailingList& list, const ListFacts& facts) {
  ListPost post;
  Editor editor(facts.content);
  const Argument of_list = Argument::of_mailbox("recipient", list.address);
  if (was_here(editor.message().header(), list)) {
    post.refusal = "554 5.4.6 This letter has been on the list already";
    post.explanation = explain(list, "reject", {"route.list-loop", {of_list}});
    return post;
  }
  // RFC 5321 4.5.5
  if (facts.original.reverse_path.empty()) {
    post.refusal = "550 5.7.1 The list takes no notifications";
    post.explanation = explain(list, "reject", {"route.list-notification", {of_list}});
    return post;
  }
  change_subject(list, editor);
  change_author(list, editor);
  editor.append("List-Id", "<" + list_id(list) + ">");          // RFC 2919 3
  editor.append("List-Post", "<mailto:" + list.address + ">");  // RFC 2369 3.4
  add_footer(list, editor);
  editor.prepend("Received", "by " + facts.host_name + " (list " + list.address + ") id " + facts.queue_id +
                                 "; " + to_rfc5322(facts.now));
  post.content = editor.message().bytes();
  post.changes = std::move(editor).changes();
  post.entry = entry_for(list, facts, post.content.size());
  post.explanation =
      explain(list, "list",
              {"route.list",
               {of_list, Argument::of_number("count", static_cast<std::int64_t>(list.members.size()))}});
  return post;
}

}  // namespace glasspost::agent
