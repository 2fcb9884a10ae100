#include "engine/message/encoded_word.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/limits.h"
#include "engine/message/transfer_encoding.h"

namespace glasspost::message {
namespace {

constexpr std::string_view kPrefixB = "=?UTF-8?B?";
constexpr std::string_view kPrefixQ = "=?UTF-8?Q?";
constexpr std::size_t kFrame = 12;  // "=?UTF-8?B?" and "?="
// A word of ASCII without white space longer than this cannot be folded, so it is encoded.
constexpr std::size_t kMaxPlainWord = 900;
// White space longer than this is encoded with the words around it, or a line could not be kept to 998.
constexpr std::size_t kMaxPlainSpace = 64;
constexpr std::size_t kMaxCharsetName = 64;
// A fold inside the text being decoded.
constexpr char kFold = '\n';

bool is_space(char c) {
  return is_wsp(c) || c == kFold || c == '\r';
}

// ---- decoding

std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '_') {
      out += ' ';
    } else if (c == '=' && i + 2 < text.size() && is_hex_digit(text[i + 1]) && is_hex_digit(text[i + 2])) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else if (c != kFold && c != '\r') {
      out += c;
    }
  }
  return out;
}

/// Folds become one kFold, with the white space around them.
std::string mark_folds(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size();) {
    if (!is_space(value[i])) {
      out += value[i++];
      continue;
    }
    const std::size_t begin = i;
    bool fold = false;
    for (; i < value.size() && is_space(value[i]); ++i)
      fold = fold || value[i] == '\n';
    if (fold) {
      out += kFold;
    } else {
      out += value.substr(begin, i - begin);
    }
  }
  return out;
}

class WordDecoder {
 public:
  explicit WordDecoder(std::string_view text) : text_(text) {}

  std::string decode() {
    while (pos_ < text_.size()) {
      if (text_[pos_] == '=' && encoded_word()) continue;
      if (is_space(text_[pos_])) {
        space_ += text_[pos_] == kFold || text_[pos_] == '\r' ? ' ' : text_[pos_];
      } else {
        flush();
        out_ += text_[pos_];
      }
      ++pos_;
    }
    flush();
    return repair_utf8(out_);
  }

 private:
  /// Reads one encoded word at pos_, if there is one. // RFC 2047 2
  bool encoded_word() {
    if (text_.substr(pos_, 2) != "=?") return false;
    const std::size_t charset = pos_ + 2;
    std::size_t mark = charset;
    while (mark < text_.size() && mark - charset <= kMaxCharsetName && text_[mark] > ' ' &&
           text_[mark] != '?')
      ++mark;
    if (mark == charset || mark + 2 >= text_.size() || text_[mark] != '?' || text_[mark + 2] != '?')
      return false;
    const char kind = to_lower(text_[mark + 1]);
    if (kind != 'b' && kind != 'q') return false;
    const std::size_t begin = mark + 3;
    const std::size_t end = closing_after(begin);
    if (end == std::string_view::npos) return false;
    const std::string_view encoded = text_.substr(begin, end - begin);
    if (encoded.find("=?") != std::string_view::npos) return false;
    add(text_.substr(charset, mark - charset), kind == 'b' ? decode_base64(encoded) : decode_q(encoded));
    pos_ = end + 2;
    return true;
  }

  /// The next "?=" at or after `begin`. It is remembered, so that all searches together stay linear.
  std::size_t closing_after(std::size_t begin) {
    if (closing_ != std::string_view::npos && (closing_ < begin || !searched_))
      closing_ = text_.find("?=", begin);
    searched_ = true;
    return closing_;
  }

  void add(std::string_view charset, const std::string& bytes) {
    charset = charset.substr(0, charset.find('*'));  // RFC 2231 5
    if (open_ && !iequals(charset_, charset)) convert();
    if (!open_) {
      // White space between encoded words is not shown, other is. // RFC 2047 6.2
      if (!after_word_) out_ += space_;
      charset_ = std::string(charset);
      open_ = true;
    }
    space_.clear();
    bytes_ += bytes;
  }

  /// Turns the bytes of the words so far into text. A line end or NUL inside must not reach a reader.
  void convert() {
    std::string text = decode_charset(bytes_, charset_).text;
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    out_ += text;
    bytes_.clear();
    open_ = false;
    after_word_ = true;
  }

  void flush() {
    if (open_) convert();
    after_word_ = false;
    out_ += space_;
    space_.clear();
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::size_t closing_ = 0;
  bool searched_ = false;
  std::string out_;
  std::string space_;    // white space that may turn out to stand between encoded words
  std::string charset_;  // of the open words
  std::string bytes_;
  bool open_ = false;
  bool after_word_ = false;
};

// ---- encoding

std::size_t character_length(std::string_view utf8) {
  std::size_t length = 1;
  while (length < utf8.size() && (static_cast<unsigned char>(utf8[length]) & 0xC0) == 0x80)
    ++length;
  return length;
}

/// RFC 2047 5 (3): the only characters that need no escape in a phrase. They are fine elsewhere too.
bool is_plain_q(char c) {
  return is_alnum(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

std::size_t q_length(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text)
    length += is_plain_q(c) || c == ' ' ? 1 : 3;
  return length;
}

std::string encode_q(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ') {
      out += '_';
    } else if (is_plain_q(c)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "={:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// Encoded words for a run of text, joined by spaces. The first may have no more than `first_room` octets,
/// the others have kMaxEncodedWordLength.
std::string encode_run(std::string_view utf8, std::size_t first_room) {
  // Q stays readable where most of it is ASCII; it escapes a byte with two more octets.
  const bool base64 = q_length(utf8) > 2 * utf8.size();
  std::string out;
  std::size_t room = std::clamp(first_room, kFrame + 12, kMaxEncodedWordLength) - kFrame;
  while (!utf8.empty()) {
    std::size_t taken = 0;
    std::size_t cost = 0;
    while (taken < utf8.size()) {
      const std::size_t length = character_length(utf8.substr(taken));
      const std::size_t more = q_length(utf8.substr(taken, length));
      const bool fits = base64 ? (taken + length + 2) / 3 * 4 <= room : cost + more <= room;
      if (!fits) break;
      taken += length;
      cost += more;
    }
    if (!out.empty()) out += ' ';
    const std::string_view piece = utf8.substr(0, taken);
    out += base64 ? kPrefixB : kPrefixQ;
    out += base64 ? encode_base64(piece) : encode_q(piece);
    out += "?=";
    utf8.remove_prefix(taken);
    room = kMaxEncodedWordLength - kFrame;
  }
  return out;
}

/// Well-formed UTF-8 without control characters.
std::string presentable(std::string_view text) {
  std::string out = repair_utf8(text);
  for (char& c : out) {
    if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7F) c = ' ';
  }
  return out;
}

struct Word {
  std::size_t begin;
  std::size_t end;
  bool encode;
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t i = text.find_first_not_of(" \t"); i != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t", i), text.size());
    const std::string_view word = text.substr(i, end - i);
    const bool far = !words.empty() && i - words.back().end > kMaxPlainSpace;
    if (far) words.back().encode = true;
    const bool encode =
        far || !is_ascii(word) || word.find("=?") != std::string_view::npos || word.size() > kMaxPlainWord;
    words.push_back({i, end, encode});
    i = text.find_first_not_of(" \t", end);
  }
  return words;
}

}  // namespace

std::string decode_encoded_words(std::string_view text) {
  return WordDecoder(text).decode();
}

std::string decode_unstructured(std::string_view value) {
  const std::string marked = mark_folds(value);
  const std::size_t begin = marked.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  const std::size_t end = marked.find_last_not_of(" \t\r\n") + 1;
  return decode_encoded_words(std::string_view(marked).substr(begin, end - begin));
}

std::string encode_unstructured(std::string_view utf8, std::size_t name_length) {
  const std::string text = presentable(utf8);
  const std::vector<Word> words = words_of(text);
  std::string out;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].encode) continue;
    std::size_t last = i;
    while (last + 1 < words.size() && words[last + 1].encode)
      ++last;
    // The space between encoded words is not shown, so the run's inner spaces are encoded with it. // RFC
    // 2047 6.2
    out += text.substr(copied, words[i].begin - copied);
    const std::size_t used = out.size() + name_length + 2;
    const std::size_t room =
        used < kMaxEncodedLineLength ? kMaxEncodedLineLength - used : kMaxEncodedWordLength;
    out += encode_run(std::string_view(text).substr(words[i].begin, words[last].end - words[i].begin),
                      room < kMaxEncodedWordLength / 3 ? kMaxEncodedWordLength : room);
    copied = words[last].end;
    i = last;
  }
  out += text.substr(copied);
  return out;
}

std::string encode_phrase(std::string_view utf8) {
  return encode_run(presentable(utf8), kMaxEncodedWordLength - 16);
}

}  // namespace glasspost::message
