// What a user does on a device, besides sending.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/crypto/base64.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

std::optional<DeviceDeed> deed_named(std::string_view name) {
  const auto* found = std::find(kDeedNames.begin(), kDeedNames.end(), name);
  if (found == kDeedNames.end()) return std::nullopt;
  return static_cast<DeviceDeed>(found - kDeedNames.begin());
}

bool needs_nothing(DeviceDeed deed) {
  return deed == DeviceDeed::kSync || deed == DeviceDeed::kGoOffline || deed == DeviceDeed::kGoOnline;
}

Section section_of(DeviceDeed deed) {
  switch (deed) {
    case DeviceDeed::kReply:
    case DeviceDeed::kReplyAll:
      return Section::kReplyDeed;
    case DeviceDeed::kForward:
      return Section::kForwardDeed;
    case DeviceDeed::kDraft:
      return Section::kDraftDeed;
    case DeviceDeed::kMove:
      return Section::kMoveDeed;
    default:
      return Section::kMessage;
  }
}

bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size() || text.size() > 127)
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || std::string_view("!#$&-^_.+/").find(c) != std::string_view::npos;
  });
}

// A folder's name as a mailbox store has it.
std::optional<std::string> folder_name(Reader& reader, Fields& fields, std::string_view key) {
  auto name = one_line(reader, fields, key);
  if (!name) return std::nullopt;
  if (name->empty() || name->size() > 255) {
    reader.error(fields.place(key), "expected a folder's name of at most 255 bytes, such as Work");
    return std::nullopt;
  }
  if (iequals(*name, "inbox")) return "INBOX";
  return name;
}

void read_recipients(Fields& fields, UseDevice& use) {
  use.to = fields.mailboxes("to");
  use.cc = fields.mailboxes("cc");
  use.bcc = fields.mailboxes("bcc");
}

void read_letter(Reader& reader, Fields& fields, UseDevice& use) {
  use.text = fields.text("text").value_or("");
  for (const YamlNode* item : fields.list("attachments")) {
    if (auto attachment = read_attachment(reader, *item)) use.attachments.push_back(std::move(*attachment));
  }
}

void read_message(Reader& reader, const YamlNode& node, UseDevice& use) {
  if (node.is_scalar()) {
    use.subject = reader.text(node).value_or("");
    return;
  }
  Fields fields(reader, node, section_of(use.deed));
  if (!fields.is_map()) return;
  use.subject = one_line(reader, fields, "subject").value_or("");
  if (use.deed != DeviceDeed::kDraft) use.folder = folder_name(reader, fields, "folder").value_or("INBOX");
  switch (use.deed) {
    case DeviceDeed::kReply:
    case DeviceDeed::kReplyAll:
      return read_letter(reader, fields, use);
    case DeviceDeed::kForward:
    case DeviceDeed::kDraft:
      read_recipients(fields, use);
      return read_letter(reader, fields, use);
    case DeviceDeed::kMove:
      use.target = folder_name(reader, fields, "to").value_or("");
      return;
    default:
      return;
  }
}

}  // namespace

std::optional<std::string> one_line(Reader& reader, Fields& fields, std::string_view key) {
  auto text = fields.text(key);
  if (text && text->find('\n') != std::string::npos)
    reader.error(fields.place(key), "expected a single line");
  return text;
}

std::optional<Attachment> read_attachment(Reader& reader, const YamlNode& node) {
  Fields fields(reader, node, Section::kAttachment);
  Attachment out;
  out.filename = one_line(reader, fields, "name").value_or("");
  const auto text = fields.text("text");
  const auto base64 = fields.text("base64");
  out.media_type = fields.text("type").value_or(base64 ? "application/octet-stream" : "text/plain");
  if (!is_media_type(out.media_type))
    reader.error(fields.place("type"), "expected a media type, such as image/png");
  if (fields.has("text") == fields.has("base64")) {
    reader.error(node, "expected either `text` or `base64`");
    return std::nullopt;
  }
  if (text) out.bytes = *text;
  if (base64) {
    std::string packed = *base64;  // folded over lines, perhaps
    std::erase_if(packed, [](char c) { return c == ' ' || c == '\n'; });
    auto bytes = crypto::base64_decode(packed);
    if (!bytes) reader.error(fields.place("base64"), "expected base64");
    if (bytes) out.bytes = std::move(*bytes);
  }
  return out;
}

bool is_device_deed(const YamlNode& deed) {
  if (deed.is_scalar()) {
    const auto named = deed_named(deed.text);
    return named && needs_nothing(*named);
  }
  return std::any_of(kDeedNames.begin(), kDeedNames.end(),
                     [&](std::string_view name) { return deed.find(name) != nullptr; });
}

std::optional<UseDevice> read_device_deed(Reader& reader, const YamlNode& deed) {
  UseDevice use;
  if (deed.is_scalar()) {
    use.deed = *deed_named(deed.text);
    return use;
  }
  Fields fields(reader, deed, Section::kActor);
  if (deed.keys.size() != 1) {
    reader.error(deed, "only one thing is done in an action: write another one, `at` the same time");
    return std::nullopt;
  }
  const std::string_view key = deed.keys.front().text;
  use.deed = *deed_named(key);
  const YamlNode* value = fields.get(key);
  if (needs_nothing(use.deed)) {
    if (value == nullptr) return use;
    reader.error(*value, fmt::format("`{}` takes no value", key));
    return std::nullopt;
  }
  if (value == nullptr) {
    reader.error(fields.place(key), fmt::format("key `{}` has no value", key));
    return std::nullopt;
  }
  if (use.deed == DeviceDeed::kSearch) {
    use.target = one_line(reader, fields, "search").value_or("");
  } else if (use.deed == DeviceDeed::kCreateFolder) {
    use.target = folder_name(reader, fields, "create_folder").value_or("");
  } else {
    read_message(reader, *value, use);
  }
  return use;
}

}  // namespace glasspost::scenario
