#include "engine/protocol/imap/envelope.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/protocol/imap/response.h"

namespace glasspost::imap {

namespace {

constexpr std::size_t kMostAddresses = 10'000;

bool is_special(char c) {
  return std::string_view("()<>[]:;@,\"").find(c) != std::string_view::npos;
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class AddressReader {
 public:
  explicit AddressReader(std::string_view text) : text_(text) {}

  std::vector<EnvelopeAddress> read() {
    while (at_ < text_.size() && out_.size() < kMostAddresses)
      step();
    finish_bare();
    if (in_group_) out_.push_back({});
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (is_space(c)) {
      ++at_;
      spaced_ = true;
    } else if (c == '(') {
      comment_ = comment();
      // "user@host (Name)": the name of old // RFC 5322 3.4, note
      if (named_by_comment_ && !out_.empty() && !comment_.empty()) out_.back().name = comment_;
      named_by_comment_ = false;
      spaced_ = true;
    } else if (c == '"') {
      word(quoted());
    } else if (c == '<') {
      angle();
    } else if (c == '@') {
      ++at_;
      std::string local = std::move(compact_);
      std::string host = domain();
      push(std::nullopt, std::nullopt, std::move(local), std::move(host));
      named_by_comment_ = true;
    } else if (c == ':' && !in_group_) {
      ++at_;
      EnvelopeAddress begin;
      begin.mailbox = phrase_;
      out_.push_back(std::move(begin));
      in_group_ = true;
      clear();
    } else if (c == ',') {
      ++at_;
      finish_bare();
    } else if (c == ';') {
      ++at_;
      finish_bare();
      if (in_group_) out_.push_back({});
      in_group_ = false;
    } else if (is_special(c)) {
      ++at_;  // stray: passed over
    } else {
      word(atom());
    }
  }

  void word(const std::string& text) {
    if (spaced_ && !phrase_.empty()) phrase_ += ' ';
    spaced_ = false;
    phrase_ += text;
    compact_ += text;
    named_by_comment_ = false;
  }

  void clear() {
    phrase_.clear();
    compact_.clear();
    comment_.clear();
    spaced_ = false;
    named_by_comment_ = false;
  }

  void push(std::optional<std::string> name, std::optional<std::string> route, std::string mailbox,
            std::string host) {
    if (out_.size() < kMostAddresses) {
      out_.push_back({std::move(name), std::move(route), std::move(mailbox), std::move(host)});
    }
    clear();
  }

  /// A name without an address at the end of an entry.
  void finish_bare() {
    if (!phrase_.empty()) {
      std::optional<std::string> name;
      if (!comment_.empty()) name = comment_;
      push(std::move(name), std::nullopt, phrase_, "");
    }
    clear();
  }

  std::string atom() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && !is_special(text_[at_]))
      ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (text_[at_] != '\r' && text_[at_] != '\n') out += text_[at_];
    }
    if (at_ < text_.size()) ++at_;
    return out;
  }

  std::string comment() {
    std::string out;
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '(' && depth++ == 0) continue;
      if (c == ')' && --depth == 0) {
        ++at_;
        break;
      }
      if (c == '\\' && at_ + 1 < text_.size()) ++at_;
      if (text_[at_] != '\r' && text_[at_] != '\n') out += text_[at_];
    }
    return out;
  }

  /// A domain or an address literal, with white space and comments dropped.
  std::string domain() {
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '(') {
        const std::size_t begin = at_;
        std::string text = comment();
        if (!out.empty() && in_angle_ == 0) {
          at_ = begin;  // it may be the name
          break;
        }
        continue;
      }
      if (is_space(c)) {
        ++at_;
      } else if (c == '[') {
        while (at_ < text_.size() && text_[at_] != ']')
          out += text_[at_++];
        if (at_ < text_.size()) out += text_[at_++];
      } else if (is_special(c)) {
        break;
      } else {
        out += atom();
      }
    }
    return out;
  }

  std::string route() {
    std::string out;
    while (at_ < text_.size() && text_[at_] == '@') {
      ++at_;
      if (!out.empty()) out += ',';
      out += '@' + domain();
      while (at_ < text_.size() && (text_[at_] == ',' || is_space(text_[at_])))
        ++at_;
    }
    if (at_ < text_.size() && text_[at_] == ':') ++at_;
    return out;
  }

  void skip_space() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == '(')) {
      if (text_[at_] == '(') {
        comment();
      } else {
        ++at_;
      }
    }
  }

  void angle() {
    ++at_;
    in_angle_ = 1;
    std::optional<std::string> name;
    if (!phrase_.empty()) name = phrase_;
    skip_space();
    std::optional<std::string> adl;
    if (at_ < text_.size() && text_[at_] == '@') adl = route();
    std::string local;
    std::string host;
    while (at_ < text_.size() && text_[at_] != '>') {
      const char c = text_[at_];
      if (c == '@') {
        ++at_;
        host = domain();
      } else if (c == '"') {
        local += quoted();
      } else if (c == '(') {
        comment();
      } else if (is_space(c) || is_special(c)) {
        ++at_;
      } else {
        local += atom();
      }
    }
    if (at_ < text_.size()) ++at_;
    in_angle_ = 0;
    push(std::move(name), std::move(adl), std::move(local), std::move(host));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<EnvelopeAddress> out_;
  std::string phrase_;   ///< words so far, white space between them as one space
  std::string compact_;  ///< the same without it: a local part
  std::string comment_;
  bool spaced_ = false;
  bool in_group_ = false;
  bool named_by_comment_ = false;  ///< the last address may still get its name
  int in_angle_ = 0;
};

void append_addresses(std::string& out, const std::vector<EnvelopeAddress>& addresses) {
  if (addresses.empty()) {
    out += "NIL";
    return;
  }
  out += '(';
  for (const EnvelopeAddress& address : addresses) {  // no space between // RFC 3501 9 env-from
    out += '(';
    append_nstring(out, address.name);
    out += ' ';
    append_nstring(out, address.route);
    out += ' ';
    append_nstring(out, address.mailbox);
    out += ' ';
    append_nstring(out, address.host);
    out += ')';
  }
  out += ')';
}

std::vector<EnvelopeAddress> addresses_of(const message::Header& header, std::string_view name) {
  std::vector<EnvelopeAddress> out;
  for (const message::HeaderField* field : header.all(name)) {
    std::vector<EnvelopeAddress> more = parse_envelope_addresses(field->value());
    if (out.size() + more.size() > kMostAddresses) break;
    out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return out;
}

}  // namespace

std::vector<EnvelopeAddress> parse_envelope_addresses(std::string_view value) {
  return AddressReader(value).read();
}

void append_envelope(std::string& out, const message::Header& header) {
  const std::vector<EnvelopeAddress> from = addresses_of(header, "From");
  out += '(';
  append_nstring(out, header.value("Date"));
  out += ' ';
  append_nstring(out, header.value("Subject"));
  out += ' ';
  append_addresses(out, from);
  for (const std::string_view name : {"Sender", "Reply-To"}) {
    const std::vector<EnvelopeAddress> own = addresses_of(header, name);
    out += ' ';
    append_addresses(out, own.empty() ? from : own);  // RFC 3501 7.4.2
  }
  for (const std::string_view name : {"To", "Cc", "Bcc"}) {
    out += ' ';
    append_addresses(out, addresses_of(header, name));
  }
  for (const std::string_view name : {"In-Reply-To", "Message-ID"}) {
    out += ' ';
    append_nstring(out, header.value(name));
  }
  out += ')';
}

void append_empty_envelope(std::string& out) {
  append_envelope(out, message::Header{});
}

}  // namespace glasspost::imap
