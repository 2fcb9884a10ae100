#include "engine/message/compose.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/date_time.h"
#include "engine/message/encoded_word.h"
#include "engine/message/fold.h"
#include "engine/message/lexer.h"
#include "engine/message/line_ends.h"
#include "engine/message/media_type.h"
#include "engine/message/message_id.h"
#include "engine/message/transfer_encoding.h"

namespace glasspost::message {
namespace {

// Fields that Draft has members for, and those that say how the body is built.
constexpr std::array<std::string_view, 15> kOwnFields = {"From",
                                                         "Sender",
                                                         "Reply-To",
                                                         "To",
                                                         "Cc",
                                                         "Bcc",
                                                         "Subject",
                                                         "Date",
                                                         "Message-ID",
                                                         "In-Reply-To",
                                                         "References",
                                                         "MIME-Version",
                                                         "Content-Type",
                                                         "Content-Transfer-Encoding",
                                                         "Content-Disposition"};

bool is_field_name(std::string_view name) {
  const auto good = [](char c) { return c > ' ' && c < 0x7F && c != ':'; };
  return !name.empty() && name.size() <= 70 && std::all_of(name.begin(), name.end(), good);
}

bool is_own_field(std::string_view name) {
  return std::any_of(kOwnFields.begin(), kOwnFields.end(),
                     [&](std::string_view own) { return iequals(own, name); });
}

bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) return false;
  const std::string_view subtype = text.substr(slash + 1);
  return text.size() <= 127 &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), is_token_char) &&
         std::all_of(subtype.begin(), subtype.end(), is_token_char);
}

Ok check(const Draft& draft) {
  if (draft.from.empty()) return fail(ErrorCode::kInvalidInput, "message has no From");
  // RFC 5322 3.6.2
  if (draft.from.size() > 1 && !draft.sender) {
    return fail(ErrorCode::kInvalidInput, "message with several From mailboxes has no Sender");
  }
  for (const auto& [name, value] : draft.more_fields) {
    if (!is_field_name(name) || is_own_field(name)) {
      return fail(ErrorCode::kInvalidInput, "\"" + escaped(name) + "\" cannot be an additional header field");
    }
  }
  for (const Attachment& attachment : draft.attachments) {
    if (!is_media_type(attachment.media_type)) {
      return fail(ErrorCode::kInvalidInput, "\"" + escaped(attachment.media_type) + "\" is not a media type");
    }
  }
  return {};
}

std::string header_of(const Draft& draft) {
  std::string out;
  const auto field = [&out](std::string_view name, std::string_view value) {
    out += fold_field(name, value);
  };
  field("Date", format_date_time(draft.date, draft.offset_minutes));
  field("From", format_address_list(draft.from));
  if (draft.sender) field("Sender", format_mailbox(*draft.sender));
  if (!draft.reply_to.empty()) field("Reply-To", format_address_list(draft.reply_to));
  if (!draft.to.empty()) field("To", format_address_list(draft.to));
  if (!draft.cc.empty()) field("Cc", format_address_list(draft.cc));
  if (!draft.message_id.empty()) field("Message-ID", format_message_ids({draft.message_id}));
  if (!draft.in_reply_to.empty()) field("In-Reply-To", format_message_ids(draft.in_reply_to));
  if (!draft.references.empty()) field("References", format_message_ids(draft.references));
  field("Subject", encode_unstructured(draft.subject, std::string_view("Subject").size()));
  for (const auto& [name, value] : draft.more_fields)
    field(name, encode_unstructured(value, name.size()));
  field("MIME-Version", "1.0");
  return out;
}

/// The fields and content of a text/plain part.
std::string text_part(const std::string& text, bool allow_8bit) {
  const TransferEncoding encoding = choose_transfer_encoding(text, allow_8bit);
  std::string out = fold_field("Content-Type",
                               is_ascii(text) ? "text/plain; charset=us-ascii" : "text/plain; charset=utf-8");
  out += fold_field("Content-Transfer-Encoding", to_string(encoding));
  out += "\r\n";
  out += encode_transfer(text, encoding);
  return out;
}

std::string attachment_part(const Attachment& attachment) {
  std::string type = attachment.media_type;
  std::string disposition = "attachment";
  if (!attachment.file_name.empty()) disposition += format_parameter("filename", attachment.file_name);
  std::string out = fold_field("Content-Type", type);
  out += fold_field("Content-Transfer-Encoding", "base64");
  out += fold_field("Content-Disposition", disposition);
  out += "\r\n";
  out += encode_base64_lines(attachment.content);
  return out;
}

bool has_boundary_line(std::string_view content, const std::string& boundary) {
  const std::string line = "--" + boundary;
  for (std::size_t at = content.find(line); at != std::string_view::npos; at = content.find(line, at + 1)) {
    if (at == 0 || content[at - 1] == '\n') return true;
  }
  return false;
}

}  // namespace

std::string make_boundary(RandomStream& random, const std::vector<std::string_view>& contents) {
  // "=_" cannot occur in quoted-printable or base64, so one draw is enough but for 7bit and 8bit text.
  while (true) {
    std::string boundary = "=_" + random.token(24);
    const bool used = std::any_of(contents.begin(), contents.end(), [&](std::string_view content) {
      return has_boundary_line(content, boundary);
    });
    if (!used) return boundary;
  }
}

Result<std::string> compose(const Draft& draft, RandomStream& random) {
  if (auto good = check(draft); !good) return fail(std::move(good.error()));
  std::string text = to_crlf(draft.text);
  if (!text.empty() && !text.ends_with("\r\n")) text += "\r\n";
  std::string out = header_of(draft);
  if (draft.attachments.empty()) return out + text_part(repair_utf8(text), draft.allow_8bit);

  std::vector<std::string> parts;
  parts.push_back(text_part(repair_utf8(text), draft.allow_8bit));
  for (const Attachment& attachment : draft.attachments)
    parts.push_back(attachment_part(attachment));
  const std::string boundary = make_boundary(random, {parts.begin(), parts.end()});
  out += fold_field("Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
  // A multipart's encoding covers its parts'. // RFC 2045 6.4
  const bool eight_bit = !is_ascii(parts.front());
  out += fold_field("Content-Transfer-Encoding", eight_bit ? "8bit" : "7bit");
  out += "\r\n";
  for (const std::string& part : parts) {
    out += "--" + boundary + "\r\n";
    out += part;
    out += "\r\n";
  }
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace glasspost::message
