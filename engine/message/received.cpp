#include "engine/message/received.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/base/text.h"
#include "engine/message/lexer.h"

namespace glasspost::message {
namespace {

constexpr std::array<std::string_view, 6> kClauses = {"from", "by", "via", "with", "id", "for"};
constexpr std::size_t kMaxItems = 2000;

struct Item {
  std::string text;
  bool comment = false;
};

/// Words and comments up to the semicolon before the date.
std::vector<Item> items_of(std::string_view text, std::size_t& date_begin) {
  std::vector<Item> items;
  std::size_t i = 0;
  while (i < text.size() && items.size() < kMaxItems) {
    if (is_lwsp(text[i]) || text[i] == ',') {
      ++i;
    } else if (text[i] == ';') {
      break;
    } else if (text[i] == '(') {
      Lexeme comment = read_comment(text, i);
      i = comment.end;
      items.push_back({std::move(comment.text), true});
    } else {
      const std::size_t end = std::min(text.find_first_of(" \t\r\n,;(", i), text.size());
      items.push_back({std::string(text.substr(i, end - i)), false});
      i = end;
    }
  }
  date_begin = i;
  return items;
}

std::string_view clause_of(const Item& item) {
  if (item.comment) return {};
  for (const std::string_view clause : kClauses) {
    if (iequals(clause, item.text)) return clause;
  }
  return {};
}

std::string without_brackets(std::string_view text) {
  if (!text.empty() && text.front() == '<') text.remove_prefix(1);
  if (!text.empty() && text.back() == '>') text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string_view> pieces_of(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = text.find_first_not_of(separators); i != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(separators, i), text.size());
    pieces.push_back(text.substr(i, end - i));
    i = text.find_first_not_of(separators, end);
  }
  return pieces;
}

/// "TLSv1.3", "TLS1_2", "TLS-1.0", "TLSv1" as "1.3", "1.2", "1.0", "1.0".
std::string tls_version_of(std::string_view piece) {
  if (!istarts_with(piece, "TLS")) return {};
  piece.remove_prefix(3);
  const std::size_t digits = piece.find_first_not_of("vV-_");
  if (digits == std::string_view::npos) return {};
  piece.remove_prefix(digits);
  if (piece == "1") return "1.0";
  if (piece.size() != 3 || piece[0] != '1' || !is_digit(piece[2])) return {};
  if (piece[1] != '.' && piece[1] != '_') return {};
  return std::string("1.") + piece[2];
}

bool is_tls_cipher(std::string_view piece) {
  const auto joints = std::count_if(piece.begin(), piece.end(), [](char c) { return c == '-' || c == '_'; });
  return joints >= 2 &&
         (piece.find("SHA") != std::string_view::npos || piece.find("GCM") != std::string_view::npos ||
          piece.find("POLY1305") != std::string_view::npos);
}

void read_tls(std::string_view text, Received& out) {
  for (const std::string_view piece : pieces_of(text, " \t,/:=;[]()")) {
    if (out.tls_version.empty()) out.tls_version = tls_version_of(piece);
    if (out.tls_cipher.empty() && is_tls_cipher(piece)) out.tls_cipher = std::string(piece);
  }
}

std::optional<IpAddress> address_of(std::string_view piece) {
  if (istarts_with(piece, "IPv6:")) piece.remove_prefix(5);
  piece = piece.substr(0, piece.find('%'));
  if (auto address = IpAddress::parse(piece)) return *address;
  const std::size_t port = piece.rfind(':');
  if (port == std::string_view::npos) return std::nullopt;
  if (auto address = IpAddress::parse(piece.substr(0, port)); address && address->is_v4()) return *address;
  return std::nullopt;
}

bool is_host_name(std::string_view piece) {
  return piece.find('.') != std::string_view::npos && std::any_of(piece.begin(), piece.end(), is_alpha);
}

/// What a comment behind "from" says of the client: "(mail.a.example [192.0.2.1])", "(HELO x)",
/// "(ident@[...])".
void read_client(std::string_view text, Received& out) {
  const std::vector<std::string_view> pieces = pieces_of(text, " \t[]<>");
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string_view piece = pieces[i];
    const bool verb = iequals(piece, "HELO") || iequals(piece, "EHLO") || iequals(piece, "LHLO");
    if (verb) {
      out.helo_verb = to_upper(piece);
      if (i + 1 < pieces.size()) out.helo = std::string(pieces[++i]);
    } else if (istarts_with(piece, "helo=")) {
      out.helo_verb = "HELO";
      out.helo = std::string(piece.substr(5));
    } else if (piece.find('@') != std::string_view::npos) {
      std::string_view ident = istarts_with(piece, "IDENT:") ? piece.substr(6) : piece;
      if (ident.back() == ',') ident.remove_suffix(1);
      if (!ident.empty() && ident.back() == '@') ident.remove_suffix(1);
      if (out.ident.empty()) out.ident = std::string(ident);
    } else if (const auto address = address_of(piece)) {
      if (!out.from_address) out.from_address = *address;
    } else if (i == 0 && out.from_host.empty() && is_host_name(piece)) {
      out.from_host = std::string(piece);
    }
  }
}

class ClauseReader {
 public:
  explicit ClauseReader(Received& out) : out_(out) {}

  void read(const Item& item) {
    const std::string_view clause = clause_of(item);
    if (!clause.empty()) {
      clause_ = clause;
      valued_ = false;
      return;
    }
    if (item.comment || clause_ == "with") read_tls(item.text, out_);
    if (item.comment) {
      if (clause_ == "from") read_client(item.text, out_);
      if (clause_ == "from" || clause_ == "with") valued_ = true;
      return;
    }
    value(item.text);
  }

 private:
  void value(const std::string& word) {
    if (clause_ == "with") {
      if (valued_) return;
      if (!out_.with.empty()) out_.with += ' ';
      out_.with += word;
      return;
    }
    if (valued_) {
      if (clause_ == "from" && word.front() == '[') read_client(word, out_);
      return;
    }
    valued_ = true;
    std::string* target = clause_ == "from"  ? &out_.from
                          : clause_ == "by"  ? &out_.by
                          : clause_ == "via" ? &out_.via
                          : clause_ == "id"  ? &out_.id
                          : clause_ == "for" ? &out_.for_mailbox
                                             : nullptr;
    if (target == nullptr || !target->empty()) return;
    *target = clause_ == "id" || clause_ == "for" ? without_brackets(word) : word;
  }

  Received& out_;
  std::string_view clause_;
  bool valued_ = false;  // the clause has what it takes; other words are decoration
};

}  // namespace

Received parse_received(std::string_view value) {
  Received out;
  std::string unwrapped;
  // "(from user@host)": some submitters put the clause into a comment.
  const std::size_t begin = std::min(value.find_first_not_of(" \t\r\n"), value.size());
  if (begin < value.size() && value[begin] == '(') {
    const Lexeme comment = read_comment(value, begin);
    if (istarts_with(comment.text, "from ")) {
      unwrapped = comment.text + ' ' + std::string(value.substr(comment.end));
      value = unwrapped;
    }
  }
  std::size_t date_begin = 0;
  const std::vector<Item> items = items_of(value, date_begin);
  ClauseReader reader(out);
  for (const Item& item : items)
    reader.read(item);
  if (date_begin < value.size()) {
    if (const auto date = parse_date_time(value.substr(date_begin))) out.date = *date;
  }
  return out;
}

}  // namespace glasspost::message
