#include "engine/protocol/line/content_codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace glasspost {

// Two plain searches are several times faster than find_first_of with two characters; the window keeps a
// content of nothing but CR from being searched to its end again and again.
std::size_t find_line_break(std::string_view bytes) {
  constexpr std::size_t kWindow = 256;
  for (std::size_t at = 0; at < bytes.size(); at += kWindow) {
    const std::string_view window = bytes.substr(at, kWindow);
    const std::size_t lf = std::min(window.find('\n'), window.size());
    const std::size_t first = std::min(window.substr(0, lf).find('\r'), lf);
    if (first < window.size()) return at + first;
  }
  return bytes.size();
}

std::uint64_t count_eight_bit(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::uint64_t count = 0;
  while (bytes.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    count += static_cast<std::uint64_t>(std::popcount(word & kHighBits));
    bytes.remove_prefix(sizeof word);
  }
  for (const char c : bytes)
    count += static_cast<unsigned char>(c) >= 0x80 ? 1u : 0u;
  return count;
}

void ContentDecoder::keep(std::string_view bytes, std::string& out) {
  findings_.size += bytes.size();
  if (options_.max_size != 0 && findings_.size > options_.max_size) findings_.too_large = true;
  if (!findings_.too_large) out += bytes;
}

// Bytes without CR and LF.
void ContentDecoder::plain(std::string_view bytes, std::string& out) {
  findings_.eight_bit += count_eight_bit(bytes);
  for (std::size_t at = bytes.find('\0'); at != std::string_view::npos; at = bytes.find('\0', at + 1))
    ++findings_.nul;
  line_length_ += bytes.size();
  keep(bytes, out);
}

void ContentDecoder::line_end(std::string& out) {
  findings_.longest_line = std::max(findings_.longest_line, line_length_);
  line_length_ = 0;
  keep("\r\n", out);
}

// An LF alone. It is content: what follows is not at the start of a line. Where it is normalised the written
// content has one more line, but a dot after it was never stuffed and is kept.
void ContentDecoder::lone_lf(std::string& out) {
  ++findings_.bare_lf;
  if (options_.normalise_bare_lf) {
    line_end(out);
  } else {
    plain("\n", out);
  }
}

void ContentDecoder::lone_cr(std::string& out) {
  ++findings_.bare_cr;
  plain(options_.normalise_bare_cr ? " " : "\r", out);
}

void ContentDecoder::step(char c, std::string& out) {
  switch (state_) {
    case State::kDot:  // RFC 5321 4.5.2: the first dot of a line is removed unless the line is that dot alone
      if (c == '\r') {
        state_ = State::kDotCr;
        return;
      }
      break;
    case State::kDotCr:
      if (c == '\n') {
        ended_ = true;
        return;
      }
      lone_cr(out);
      break;
    case State::kCr:
      if (c == '\n') {
        line_end(out);
        state_ = State::kLineStart;
        return;
      }
      lone_cr(out);
      break;
    case State::kLineStart:
      if (c == '.') {
        state_ = State::kDot;
        return;
      }
      break;
    case State::kInLine:
      break;
  }
  state_ = State::kInLine;
  if (c == '\r') {
    state_ = State::kCr;
  } else if (c == '\n') {
    lone_lf(out);
  } else {
    plain(std::string_view(&c, 1), out);
  }
}

bool ContentDecoder::decode(std::string_view& input, std::string& out) {
  while (!input.empty() && !ended_) {
    const bool text_next = state_ == State::kInLine ||
                           (state_ == State::kLineStart && input.front() != '.' && input.front() != '\r');
    if (text_next) {
      state_ = State::kInLine;
      const std::size_t stop = find_line_break(input);
      if (stop > 0) {
        plain(input.substr(0, stop), out);
        input.remove_prefix(stop);
        continue;
      }
    }
    step(input.front(), out);
    input.remove_prefix(1);
  }
  return ended_;
}

void ContentEncoder::encode(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    if (after_cr_) {
      // The CR has been written as CRLF already; its LF adds nothing.
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    const std::size_t stop = find_line_break(bytes);
    if (stop > 0) {
      if (line_start_ && bytes.front() == '.') out += '.';
      out += bytes.substr(0, stop);
      line_start_ = false;
      bytes.remove_prefix(stop);
      continue;
    }
    out += "\r\n";
    line_start_ = true;
    after_cr_ = bytes.front() == '\r';
    bytes.remove_prefix(1);
  }
}

void ContentEncoder::finish(std::string& out) {
  if (!line_start_) out += "\r\n";
  out += ".\r\n";
  line_start_ = true;
  after_cr_ = false;
}

}  // namespace glasspost
