#include "engine/protocol/imap/client_command.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/cursor.h"
#include "engine/protocol/imap/modified_utf7.h"
#include "engine/protocol/imap/response.h"

namespace glasspost::imap {

namespace {

constexpr std::size_t kMostQuoted = 1024;
constexpr std::size_t kMostWithLiteralMinus = 4096;  // RFC 7888 5

bool is_quotable(std::string_view bytes) {
  return bytes.size() <= kMostQuoted && std::all_of(bytes.begin(), bytes.end(), [](char c) {
           return !is_non_ascii(c) && c != '\0' && c != '\r' && c != '\n';
         });
}

}  // namespace

ClientCommand& ClientCommand::text(std::string_view text) {
  if (pieces_.empty() || pieces_.back().literal) pieces_.emplace_back();
  pieces_.back().bytes += text;
  return *this;
}

ClientCommand& ClientCommand::astring(std::string_view bytes) {
  if (!is_quotable(bytes)) return literal(std::string(bytes));
  const bool atom =
      !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), is_astring_char) && !iequals(bytes, "NIL");
  if (atom) return text(" ").text(bytes);
  std::string quoted = " \"";
  for (const char c : bytes) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return text(quoted + "\"");
}

ClientCommand& ClientCommand::mailbox(std::string_view utf8) {
  return astring(encode_modified_utf7(utf8));
}

ClientCommand& ClientCommand::flags(const FlagList& flags) {
  return text(" " + format_flags(flags));
}

ClientCommand& ClientCommand::date(Instant instant) {
  std::string out = " ";
  append_internal_date(out, instant);
  return text(out);
}

ClientCommand& ClientCommand::literal(std::string bytes) {
  text(" ");
  pieces_.push_back({std::move(bytes), true});
  return *this;
}

std::vector<std::string> encode_command(std::string_view tag, const ClientCommand& command,
                                        LiteralMode mode) {
  std::vector<std::string> out(1, std::string(tag) + " ");
  for (const ClientCommand::Piece& piece : command.pieces()) {
    if (!piece.literal) {
      out.back() += piece.bytes;
      continue;
    }
    const std::size_t size = piece.bytes.size();
    const bool at_once =
        mode == LiteralMode::kPlus || (mode == LiteralMode::kMinus && size <= kMostWithLiteralMinus);
    out.back() += "{" + std::to_string(size) + (at_once ? "+}\r\n" : "}\r\n");
    if (!at_once) out.emplace_back();
    out.back() += piece.bytes;
  }
  out.back() += "\r\n";
  return out;
}

std::string format_flags(const FlagList& flags) {
  constexpr std::pair<std::uint32_t, std::string_view> kNames[] = {{system_flag::kSeen, "\\Seen"},
                                                                   {system_flag::kAnswered, "\\Answered"},
                                                                   {system_flag::kFlagged, "\\Flagged"},
                                                                   {system_flag::kDeleted, "\\Deleted"},
                                                                   {system_flag::kDraft, "\\Draft"}};
  std::string out = "(";
  const auto add = [&out](std::string_view name) {
    if (out.size() > 1) out += ' ';
    out += name;
  };
  for (const auto& [bit, name] : kNames) {
    if ((flags.system & bit) != 0) add(name);
  }
  for (const std::string& keyword : flags.keywords)
    add(keyword);
  return out + ")";
}

}  // namespace glasspost::imap
