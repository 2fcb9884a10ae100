#include "engine/agent/mua/answer.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/address.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/message_id.h"
#include "engine/message/mime.h"

namespace glasspost::agent {

namespace {

constexpr std::size_t kMostReferences = 20;

std::string decoded(const message::Header& header, std::string_view name) {
  const message::HeaderField* field = header.find(name);
  return field != nullptr ? message::decode_unstructured(field->value()) : std::string();
}

std::vector<message::Mailbox> mailboxes_of(const message::Header& header, std::string_view name) {
  std::vector<message::Mailbox> out;
  for (const message::HeaderField* field : header.all(name)) {
    for (message::Mailbox& mailbox : message::parse_address_list(field->value()).mailboxes()) {
      if (mailbox.address.is_valid()) out.push_back(std::move(mailbox));
    }
  }
  return out;
}

/// Addresses as a Draft has them, each once and none of `taken`.
class Recipients {
 public:
  /// Oneself, in whatever case others write it: whose address it is decides.
  void leave_out(const message::Address& address) {
    self_.push_back(to_lower(message::mailbox_key(address)));
  }
  void add(const std::vector<message::Mailbox>& mailboxes, std::vector<std::string>& into) {
    for (const message::Mailbox& mailbox : mailboxes) {
      const std::string key = message::mailbox_key(mailbox.address);
      if (std::find(taken_.begin(), taken_.end(), key) != taken_.end()) continue;
      if (std::find(self_.begin(), self_.end(), to_lower(key)) != self_.end()) continue;
      taken_.push_back(key);
      into.push_back(message::format_mailbox(mailbox));
    }
  }

 private:
  std::vector<std::string> taken_, self_;
};

std::string without_final_breaks(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  return text;
}

// RFC 3676 4.5's mark; a quotation of a quotation gets no blank between them.
std::string quoted(std::string_view text) {
  std::string out;
  for (std::string_view line : split(text, '\n')) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    out += line.starts_with('>') || line.empty() ? ">" : "> ";
    out += line;
    out += '\n';
  }
  return out;
}

std::string above(const std::string& written) {
  return written.empty() ? std::string() : without_final_breaks(written) + "\n\n";
}

std::string reply_text(std::string_view original, const message::Header& header, const std::string& written) {
  std::string out = above(written);
  const std::string date = header.value("Date").value_or("");
  const std::string from = decoded(header, "From");
  if (!date.empty()) out += "On " + date + ", ";
  out += (from.empty() ? std::string("somebody") : from) + " wrote:\n";
  return out + quoted(without_final_breaks(message::readable_text(original)));
}

std::string forward_text(std::string_view original, const message::Header& header,
                         const std::string& written) {
  std::string out = above(written) + "---------- Forwarded message ----------\n";
  for (const std::string_view name : {"From", "Date", "Subject", "To", "Cc"}) {
    const std::string value = decoded(header, name);
    if (!value.empty()) out += std::string(name) + ": " + value + "\n";
  }
  std::string text = message::readable_text(original);
  std::erase(text, '\r');
  return out + "\n" + without_final_breaks(std::move(text)) + "\n";
}

void keep_attachments(std::string_view original, Draft& draft) {
  const message::MimeTree tree = message::parse_mime(original);
  std::vector<DraftAttachment> kept;
  for (const message::Part* part : message::view_of(tree).attachments) {
    const std::string type = part->media_type.type + "/" + part->media_type.subtype;
    kept.push_back({part->file_name(), type, message::decoded_content(original, *part)});
  }
  draft.attachments.insert(draft.attachments.begin(), std::make_move_iterator(kept.begin()),
                           std::make_move_iterator(kept.end()));
}

}  // namespace

std::string reply_subject(std::string_view subject) {
  if (istarts_with(subject, "re:")) return std::string(subject);
  return subject.empty() ? "Re:" : "Re: " + std::string(subject);
}

std::string forward_subject(std::string_view subject) {
  if (istarts_with(subject, "fwd:") || istarts_with(subject, "fw:")) return std::string(subject);
  return subject.empty() ? "Fwd:" : "Fwd: " + std::string(subject);
}

std::vector<std::string> reply_references(std::string_view original) {
  const message::Header header = message::parse_header(original);
  const std::string own = header.value("Message-ID").value_or("");
  if (own.empty()) return {};
  const auto ids = [&header](std::string_view name) {
    const std::string value = header.value(name).value_or("");
    return value.empty() ? std::vector<std::string>() : message::parse_message_ids(value);
  };
  std::vector<std::string> out = ids("References");
  if (out.empty()) out = ids("In-Reply-To");
  if (header.count("References") == 0 && out.size() > 1) out.clear();  // whose thread it is cannot be told
  for (std::string& id : message::parse_message_ids(own)) {
    out.push_back(std::move(id));
    break;
  }
  if (out.size() > kMostReferences + 1) out.erase(out.begin() + 1, out.end() - kMostReferences);
  return out;
}

Draft answer_to(std::string_view original, AnswerKind kind, std::string_view own_address, Draft written) {
  const message::Header header = message::parse_header(original);
  const std::string subject = decoded(header, "Subject");
  Draft out = std::move(written);
  if (kind == AnswerKind::kForward) {
    out.subject = forward_subject(subject);
    out.text = forward_text(original, header, out.text);
    keep_attachments(original, out);
    return out;
  }
  out.subject = reply_subject(subject);
  out.text = reply_text(original, header, out.text);
  out.references = reply_references(original);
  if (!out.references.empty()) out.in_reply_to = {out.references.back()};

  Recipients recipients;
  std::vector<message::Mailbox> authors = mailboxes_of(header, "Reply-To");
  if (authors.empty()) authors = mailboxes_of(header, "From");
  const std::vector<message::Mailbox> to = mailboxes_of(header, "To");
  const std::vector<message::Mailbox> self = message::parse_address_list(own_address).mailboxes();
  const bool to_myself = authors.size() == 1 && !self.empty() &&
                         message::same_mailbox(authors.front().address, self.front().address);
  // Whoever answers a message of her own writes to those whom she wrote to.
  recipients.add(to_myself && !to.empty() ? to : authors, out.to);
  if (kind != AnswerKind::kReplyAll) return out;
  for (const message::Mailbox& mine : self)
    recipients.leave_out(mine.address);
  recipients.add(to, out.cc);
  recipients.add(mailboxes_of(header, "Cc"), out.cc);
  return out;
}

}  // namespace glasspost::agent
