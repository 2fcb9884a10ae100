#include "engine/store/folder_name.h"

#include "engine/base/text.h"

namespace glasspost::store {

Result<std::string> normal_folder_name(std::string_view name) {
  constexpr std::size_t kMaxBytes = 255;
  if (name.size() > kMaxBytes) return fail(ErrorCode::kInvalidInput, "a folder's name has at most 255 bytes");
  if (!is_utf8(name)) return fail(ErrorCode::kInvalidInput, "a folder's name is UTF-8");
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      return fail(ErrorCode::kInvalidInput, "a folder's name has no control characters");
    }
  }
  for (const std::string_view level : split(name, '/')) {
    if (level.empty()) return fail(ErrorCode::kInvalidInput, "a level of a folder's name is empty");
  }
  std::string normal(name);
  constexpr std::string_view kInbox = "INBOX";
  const std::string_view first_level = name.substr(0, name.find('/'));
  if (iequals(first_level, kInbox)) normal.replace(0, kInbox.size(), kInbox);
  return normal;
}

}  // namespace glasspost::store
