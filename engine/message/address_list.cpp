#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/address.h"
#include "engine/message/charset.h"
#include "engine/message/encoded_word.h"
#include "engine/message/lexer.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

// An encoded word is read as one atom although it may hold specials by mistake; it is sought no farther than
// this.
constexpr std::size_t kMaxEncodedWordRead = 512;

/// The end of an encoded word that begins at `begin`, or `begin`.
std::size_t encoded_word_end(std::string_view text, std::size_t begin) {
  text = text.substr(0, std::min(text.size(), begin + kMaxEncodedWordRead));
  if (text.substr(begin, 2) != "=?") return begin;
  const std::size_t charset = text.find('?', begin + 2);
  if (charset == std::string_view::npos || charset + 2 >= text.size() || text[charset + 2] != '?')
    return begin;
  const char kind = to_lower(text[charset + 1]);
  if (kind != 'q' && kind != 'b') return begin;
  const std::size_t close = text.find("?=", charset + 3);
  if (close == std::string_view::npos) return begin;
  const std::string_view inside = text.substr(begin, close - begin);
  return inside.find_first_of(" \t\r\n\"<>") == std::string_view::npos ? close + 2 : begin;
}

struct AddressSpec {
  Address address;
  bool well_formed = true;
};

/// Reads an addr-spec with comments, white space, quoted pieces and an obsolete route. What is none gives its
/// text as local part. // RFC 5322 3.4.1, 4.4
class AddressSpecReader {
 public:
  explicit AddressSpecReader(std::string_view text) : text_(text) {}

  AddressSpec read() {
    pos_ = skip_cfws(text_, 0);
    skip_route();
    while (pos_ < text_.size())
      step();
    if (in_domain_ && domain_.empty()) out_.well_formed = false;
    if (in_domain_) {
      out_.address.local_part = std::move(local_);
      out_.address.domain = std::move(domain_);
    } else {
      out_.address.local_part = std::move(local_);
      out_.well_formed = false;
    }
    return std::move(out_);
  }

 private:
  std::string& current() { return in_domain_ ? domain_ : local_; }

  /// obs-route: domains before a colon, to be ignored. // RFC 5322 4.4
  void skip_route() {
    std::size_t i = pos_;
    while (i < text_.size() && (text_[i] == ',' || is_lwsp(text_[i])))
      ++i;
    if (i >= text_.size() || text_[i] != '@') return;
    const std::size_t colon = text_.find(':', i);
    if (colon != std::string_view::npos) pos_ = colon + 1;
  }

  void step() {
    const char c = text_[pos_];
    if (is_lwsp(c) || c == '(') {
      pos_ = skip_cfws(text_, pos_);
      gap_ = true;
      return;
    }
    if (c == '@') {
      at_sign();
      return;
    }
    // White space is right only around dots and the "@".
    if (gap_ && c != '.' && !current().empty() && current().back() != '.') {
      current() += ' ';
      out_.well_formed = false;
    }
    gap_ = false;
    if (c == '"') {
      const Lexeme quoted = read_quoted_string(text_, pos_);
      current() += quoted.text;
      out_.well_formed = out_.well_formed && quoted.closed && !in_domain_;
      pos_ = quoted.end;
    } else if (c == '[' && in_domain_ && domain_.empty()) {
      const std::size_t close = std::min(text_.find(']', pos_), text_.size() - 1);
      for (; pos_ <= close; ++pos_) {
        if (!is_lwsp(text_[pos_])) domain_ += text_[pos_];
      }
    } else {
      out_.well_formed = out_.well_formed && (is_atext(c) || c == '.');
      current() += c;
      ++pos_;
    }
  }

  void at_sign() {
    if (in_domain_) {  // an earlier "@" was part of the local part
      local_ += '@';
      local_ += domain_;
      domain_.clear();
      out_.well_formed = false;
    }
    in_domain_ = true;
    gap_ = false;
    ++pos_;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  AddressSpec out_;
  std::string local_;
  std::string domain_;
  bool in_domain_ = false;
  bool gap_ = false;
};

class ListParser {
 public:
  explicit ListParser(std::string_view text) : text_(text) {}

  AddressList parse() {
    while (pos_ < text_.size() && count_ < kMaxAddresses)
      step();
    end_entry();
    end_group(false);
    if (pos_ < text_.size()) out_.well_formed = false;
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[pos_];
    if (is_lwsp(c)) {
      gap_ = true;
      ++pos_;
      return;
    }
    switch (c) {
      case '(':
        comment();
        return;
      case '"':
        quoted();
        return;
      case '<':
        angle();
        return;
      case ',':
        end_entry();
        entry_begin_ = ++pos_;
        return;
      case ';':
        end_entry();
        end_group(true);
        entry_begin_ = ++pos_;
        return;
      case ':':
        if (!group_ && !at_sign_ && !spec_ && !phrase_.empty()) {
          begin_group();
          return;
        }
        break;
      default:
        break;
    }
    plain();
  }

  void comment() {
    Lexeme comment = read_comment(text_, pos_);
    out_.well_formed = out_.well_formed && comment.closed;
    add_comment(std::move(comment.text));
    pos_ = comment.end;
    gap_ = true;
  }

  void quoted() {
    const Lexeme quoted = read_quoted_string(text_, pos_);
    out_.well_formed = out_.well_formed && quoted.closed;
    add_space();
    phrase_ += quoted.text;
    named_ = true;
    pos_ = quoted.end;
  }

  void plain() {
    const char c = text_[pos_];
    add_space();
    const std::size_t word_end = encoded_word_end(text_, pos_);
    if (word_end > pos_) {
      phrase_ += text_.substr(pos_, word_end - pos_);
      pos_ = word_end;
      return;
    }
    at_sign_ = at_sign_ || c == '@';
    phrase_ += c;
    ++pos_;
    if (c == '[' && at_sign_) {  // an address literal may hold a colon
      while (pos_ < text_.size() && text_[pos_ - 1] != ']' && text_[pos_] != ',')
        phrase_ += text_[pos_++];
    }
  }

  /// From "<" to ">". Without the latter it ends before the next "<", at a comma if there was one.
  void angle() {
    const std::size_t begin = ++pos_;
    std::size_t comma = std::string_view::npos;
    while (pos_ < text_.size() && text_[pos_] != '>' && text_[pos_] != '<') {
      if (text_[pos_] == '(') {
        Lexeme comment = read_comment(text_, pos_);
        pos_ = comment.end;
        add_comment(std::move(comment.text));
      } else if (text_[pos_] == '"') {
        pos_ = read_quoted_string(text_, pos_).end;
      } else {
        if (text_[pos_] == ',' && comma == std::string_view::npos) comma = pos_;
        ++pos_;
      }
    }
    const bool closed = pos_ < text_.size() && text_[pos_] == '>';
    if (!closed && pos_ < text_.size() && comma != std::string_view::npos) pos_ = comma;
    AddressSpec spec = AddressSpecReader(text_.substr(begin, pos_ - begin)).read();
    out_.well_formed = out_.well_formed && closed && spec.well_formed && !spec_;
    if (!spec_) spec_ = std::move(spec.address);
    if (closed) ++pos_;
    gap_ = true;
  }

  void add_space() {
    if (gap_ && !phrase_.empty()) phrase_ += ' ';
    gap_ = false;
    if (spec_) out_.well_formed = false;  // words after the address
  }

  void add_comment(std::string text) {
    if (text.empty()) return;
    if (!comment_.empty()) comment_ += ' ';
    comment_ += text;
  }

  void begin_group() {
    group_ = Group{decode_encoded_words(phrase_), {}, decode_encoded_words(comment_)};
    entry_begin_ = ++pos_;
    clear_entry();
  }

  void end_group(bool closed) {
    if (!group_) return;
    out_.well_formed = out_.well_formed && closed;
    out_.entries.emplace_back(std::move(*group_));
    group_.reset();
  }

  void end_entry() {
    Mailbox mailbox;
    if (spec_) {
      mailbox.name = decode_encoded_words(phrase_);
      mailbox.address = std::move(*spec_);
    } else if (at_sign_) {
      AddressSpec spec = AddressSpecReader(text_.substr(entry_begin_, pos_ - entry_begin_)).read();
      out_.well_formed = out_.well_formed && spec.well_formed;
      mailbox.address = std::move(spec.address);
    } else if (!phrase_.empty() || named_) {
      mailbox.address.local_part = decode_encoded_words(phrase_);
      out_.well_formed = false;
    } else {  // an empty member, or a comment alone: obsolete but right // RFC 5322 4.4
      clear_entry();
      return;
    }
    mailbox.comment = decode_encoded_words(comment_);
    ++count_;
    if (group_) {
      group_->members.push_back(std::move(mailbox));
    } else {
      out_.entries.emplace_back(std::move(mailbox));
    }
    clear_entry();
  }

  void clear_entry() {
    phrase_.clear();
    comment_.clear();
    spec_.reset();
    at_sign_ = false;
    named_ = false;
    gap_ = false;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::size_t count_ = 0;
  AddressList out_;
  std::optional<Group> group_;
  // The entry being read.
  std::size_t entry_begin_ = 0;
  std::string phrase_;
  std::string comment_;
  std::optional<Address> spec_;
  bool at_sign_ = false;
  bool named_ = false;
  bool gap_ = false;
};

bool is_atoms(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  char before = 'a';
  for (const char c : text) {
    if (c == ' ' ? before == ' ' : !is_atext(c)) return false;
    before = c;
  }
  return text.find("=?") == std::string_view::npos;
}

}  // namespace

AddressList parse_address_list(std::string_view value) {
  return ListParser(value).parse();
}

std::string format_phrase(std::string_view utf8) {
  if (!is_ascii(utf8) || utf8.size() > kMaxLineLength / 2 || utf8.find("=?") != std::string_view::npos) {
    return encode_phrase(utf8);
  }
  if (is_atoms(utf8)) return std::string(utf8);
  std::string out = "\"";
  for (const char c : utf8) {
    if (c == '"' || c == '\\') out += '\\';
    out += c < ' ' || c == 0x7F ? ' ' : c;
  }
  out += '"';
  return out;
}

std::string format_mailbox(const Mailbox& mailbox) {
  const std::string address = mailbox.address.to_string();
  if (mailbox.name.empty()) return address;
  return format_phrase(mailbox.name) + " <" + address + ">";
}

std::string format_address_list(const std::vector<AddressEntry>& entries) {
  std::string out;
  for (const AddressEntry& entry : entries) {
    if (!out.empty()) out += ", ";
    if (const auto* mailbox = std::get_if<Mailbox>(&entry)) {
      out += format_mailbox(*mailbox);
    } else if (const auto* group = std::get_if<Group>(&entry)) {
      out += format_phrase(group->name.empty() ? std::string_view(" ") : std::string_view(group->name)) + ':';
      if (!group->members.empty()) out += ' ';
      out += format_address_list(group->members) + ';';
    }
  }
  return out;
}

std::string format_address_list(const std::vector<Mailbox>& mailboxes) {
  std::string out;
  for (const Mailbox& mailbox : mailboxes) {
    if (!out.empty()) out += ", ";
    out += format_mailbox(mailbox);
  }
  return out;
}

}  // namespace glasspost::message
