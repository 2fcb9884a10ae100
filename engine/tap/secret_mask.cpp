#include "engine/tap/secret_mask.h"

#include "engine/base/text.h"

namespace glasspost::tap {

std::string SecretMask::from_client(std::string_view bytes) {
  std::string masked;
  masked.reserve(bytes.size());
  for (const char c : bytes)
    masked += next(c);
  return masked;
}

char SecretMask::next(char c) {
  if (chunk_left_ > 0) {
    --chunk_left_;
    return c;
  }
  if (in_content_) {
    // RFC 5321 4.1.1.4: <CRLF>.<CRLF>
    constexpr std::string_view kEnd = "\r\n.\r\n";
    if (dot_ < 5 && c == kEnd[static_cast<std::size_t>(dot_)]) {
      ++dot_;
    } else {
      dot_ = c == '\r' ? 1 : 0;
    }
    if (dot_ == 5) in_content_ = false;
    return c;
  }
  if (c == '\n') {
    end_line();
    return c;
  }
  if (c == '\r') return c;
  if (line_end_.size() == 2) line_end_.erase(0, 1);
  line_end_ += c;
  if (c == ' ') {
    const bool secret = is_secret();
    if (word_ < words_.size()) {
      ++word_;
    }
    return secret ? '*' : c;
  }
  if (word_ < words_.size() && words_[word_].size() < kWordLength) words_[word_] += to_upper(c);
  return is_secret() ? '*' : c;
}

// Whether the byte that has just been read belongs to a secret.
bool SecretMask::is_secret() const {
  if (line_is_secret_) return true;
  if (words_[0] == "PASS") return word_ >= 1;                         // RFC 1939 7
  if (words_[0] == "AUTH" || words_[0] == "APOP") return word_ >= 2;  // RFC 4954 4, RFC 5034 4, RFC 1939 7
  if (words_[1] == "LOGIN") return word_ >= 2;                        // RFC 3501 6.2.3
  if (words_[1] == "AUTHENTICATE") return word_ >= 3;                 // RFC 4959 3
  return false;
}

void SecretMask::end_line() {
  if (words_[0] == "BDAT") {  // RFC 3030 2
    std::uint64_t size = 0;
    for (const char c : words_[1]) {
      if (!is_digit(c)) break;
      size = size * 10 + static_cast<std::uint64_t>(c - '0');
    }
    chunk_left_ = size;
  }
  login_began_ =
      line_is_secret_ || words_[0] == "AUTH" || words_[1] == "LOGIN" || words_[1] == "AUTHENTICATE";
  // A literal follows at once, and with it the secret. // RFC 7888 4
  line_is_secret_ = (line_is_secret_ || words_[1] == "LOGIN") && line_end_ == "+}";
  line_end_.clear();
  for (std::string& word : words_)
    word.clear();
  word_ = 0;
}

void SecretMask::from_server(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n') {
      end_server_line();
      reply_.clear();
    } else if (reply_.size() < 4) {
      reply_ += c;
    }
  }
}

void SecretMask::end_server_line() {
  const std::string_view code = std::string_view(reply_).substr(0, 3);
  const bool last = reply_.size() < 4 || reply_[3] != '-';
  if (code == "354" && last) {  // RFC 5321 4.1.1.4
    in_content_ = true;
    dot_ = 2;
  } else if (code == "334") {  // RFC 4954 4
    line_is_secret_ = true;
  } else if (!reply_.empty() && reply_[0] == '+' && login_began_ &&
             (reply_.size() == 1 || reply_[1] == ' ' || reply_[1] == '\r')) {
    line_is_secret_ = true;  // RFC 5034 4, RFC 3501 7.5
  }
}

}  // namespace glasspost::tap
