#include "engine/protocol/line/content_codec.h"

#include <algorithm>

namespace glasspost {

void ContentDecoder::keep(std::string_view bytes, std::string& out) {
  findings_.size += bytes.size();
  if (options_.max_size != 0 && findings_.size > options_.max_size) findings_.too_large = true;
  if (!findings_.too_large) out += bytes;
}

// Bytes without CR and LF.
void ContentDecoder::plain(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    findings_.nul += c == '\0' ? 1u : 0u;
    findings_.eight_bit += static_cast<unsigned char>(c) >= 0x80 ? 1u : 0u;
  }
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
    if (state_ == State::kInLine) {
      const std::size_t stop = std::min(input.find_first_of("\r\n"), input.size());
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
  out.reserve(out.size() + bytes.size() + bytes.size() / 32 + 8);
  while (!bytes.empty()) {
    if (after_cr_) {
      // The CR has been written as CRLF already; its LF adds nothing.
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    const std::size_t stop = std::min(bytes.find_first_of("\r\n"), bytes.size());
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
