#include "engine/auth/dkim_canonical.h"

#include <algorithm>

#include "engine/auth/tag_list.h"
#include "engine/base/text.h"

namespace glasspost::auth {
namespace {

constexpr bool is_visible(char c) {
  return static_cast<unsigned char>(c) > ' ';
}

}  // namespace

std::string_view to_string(Canonicalization canonicalization) {
  return canonicalization == Canonicalization::kSimple ? "simple" : "relaxed";
}

DkimBodyHash::DkimBodyHash(Canonicalization canonicalization, std::uint64_t limit)
    : canonicalization_(canonicalization), limit_(limit) {}

void DkimBodyHash::update(std::string_view piece) {
  const bool relaxed = canonicalization_ == Canonicalization::kRelaxed;
  std::size_t at = 0;
  while (at < piece.size()) {
    const char c = piece[at];
    if (cr_) {
      cr_ = false;
      if (c == '\n') {
        space_ = false;  // RFC 6376 3.4.4: white space at the end of a line goes before empty lines do
        ++line_ends_;
        ++at;
        continue;
      }
      before_text();
      emit("\r");
    }
    if (c == '\r') {
      cr_ = true;
      ++at;
    } else if (relaxed && is_wsp(c)) {
      space_ = true;
      ++at;
    } else {
      before_text();
      const std::size_t end = plain_end(piece, at);
      emit(piece.substr(at, end - at));
      at = end;
    }
  }
}

// The end of a run that is canonical as it stands, so that ordinary text is hashed in place. `begin` is text.
std::size_t DkimBodyHash::plain_end(std::string_view piece, std::size_t begin) const {
  std::size_t at = begin + 1;
  const std::size_t size = piece.size();
  if (canonicalization_ == Canonicalization::kSimple) {
    while (true) {
      at = std::min(piece.find('\r', at), size);
      if (at + 2 >= size || piece[at + 1] != '\n' || piece[at + 2] == '\r') return at;
      at += 3;
    }
  }
  while (at < size) {
    const char c = piece[at];
    if (is_visible(c)) {
      ++at;
    } else if (c == ' ' && at + 1 < size && is_visible(piece[at + 1])) {
      at += 2;
    } else if (c == '\r' && at + 2 < size && piece[at + 1] == '\n' && is_visible(piece[at + 2])) {
      at += 3;
    } else if (c == '\r' || is_wsp(c)) {
      break;
    } else {
      ++at;  // another control character
    }
  }
  return at;
}

void DkimBodyHash::before_text() {
  constexpr std::string_view kLines = "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";
  while (line_ends_ > 0) {
    const std::uint64_t lines = std::min<std::uint64_t>(line_ends_, kLines.size() / 2);
    emit(kLines.substr(0, static_cast<std::size_t>(lines) * 2));
    line_ends_ -= lines;
  }
  if (space_) emit(" ");
  space_ = false;
  text_ = true;
}

void DkimBodyHash::emit(std::string_view bytes) {
  if (size_ < limit_) {
    const std::uint64_t room = std::min<std::uint64_t>(bytes.size(), limit_ - size_);
    hash_.update(bytes.substr(0, static_cast<std::size_t>(room)));
  }
  size_ += bytes.size();
}

std::string DkimBodyHash::finish() {
  if (cr_) {
    before_text();
    emit("\r");
  }
  // RFC 6376 3.4.3: an empty body is one CRLF; 3.4.4: nothing. Empty lines at the end are gone in both.
  if (text_ || canonicalization_ == Canonicalization::kSimple) emit("\r\n");
  return hash_.finish();
}

void append_canonical_field(Canonicalization canonicalization, std::string_view name, std::string_view raw,
                            std::string& out) {
  if (canonicalization == Canonicalization::kSimple) {
    out += raw;
    if (!raw.ends_with("\r\n")) {
      if (raw.ends_with('\n')) out.pop_back();
      out += "\r\n";
    }
    return;
  }
  for (const char c : name)
    out += to_lower(c);
  out += ':';
  const std::string_view value = trim_fws(raw.substr(raw.find(':') + 1));
  std::size_t at = 0;
  while (at < value.size()) {
    std::size_t end = at;
    while (end < value.size() && !is_fws(value[end]))
      ++end;
    out.append(value, at, end - at);
    // Folds go, and white space becomes one space. // RFC 6376 3.4.2
    bool space = false;
    for (; end < value.size() && is_fws(value[end]); ++end)
      space = space || is_wsp(value[end]);
    if (space) out += ' ';
    at = end;
  }
  out += "\r\n";
}

}  // namespace glasspost::auth
