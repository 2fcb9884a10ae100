#include "engine/auth/dkim_signature.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/domain_name.h"

namespace glasspost::auth {
namespace {

constexpr std::string_view kSyntax = "RFC 6376 3.5";

std::string value_of(const TagList& list, std::string_view name) {
  const Tag* tag = list.find(name);
  return tag != nullptr ? std::string(tag->value) : std::string();
}

bool is_field_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

// a.example or below b.example, on a label's boundary.
bool is_at_or_below(std::string_view domain, std::string_view ancestor) {
  const std::optional<dns::Name> inner = to_dns_name(domain);
  const std::optional<dns::Name> outer = to_dns_name(ancestor);
  return inner && outer && inner->is_within(*outer);
}

// Reads the tags one after the other; the first problem ends it.
class Reader {
 public:
  Reader(const TagList& list, std::size_t max_names) : list_(list), max_names_(max_names) {}

  std::optional<DkimProblem> read() {
    if (!read_version() || !read_required() || !read_algorithm() || !read_canonicalization() ||
        !read_names() || !read_fields() || !read_identity() || !read_numbers() || !read_query() ||
        !read_binary()) {
      return std::move(problem_);
    }
    return std::nullopt;
  }
  DkimSignature take() { return std::move(out_); }

 private:
  bool wrong(DkimResult result, const Tag* tag, std::string text, std::string_view rule = kSyntax) {
    problem_ =
        DkimProblem{result, std::string(rule), std::move(text), tag != nullptr ? tag->place : TextPlace()};
    return false;
  }
  bool malformed(const Tag* tag, std::string text) {
    return wrong(DkimResult::kNeutral, tag, std::move(text));
  }

  bool read_version() {
    const Tag* v = list_.find("v");
    if (v == nullptr || v->value == "1") return true;  // absence is told below
    return wrong(DkimResult::kNeutral, v, "the version is not 1", "RFC 6376 6.1.1");
  }
  bool read_required() {
    for (const std::string_view name : {"v", "a", "b", "bh", "d", "h", "s"}) {
      if (list_.find(name) == nullptr)
        return wrong(DkimResult::kPermError, nullptr, "the required tag " + std::string(name) + " is missing",
                     "RFC 6376 6.1.1");
    }
    return true;
  }
  bool read_algorithm() {
    const Tag* a = list_.find("a");
    for (const DkimAlgorithm known :
         {DkimAlgorithm::kRsaSha256, DkimAlgorithm::kEd25519Sha256, DkimAlgorithm::kRsaSha1}) {
      if (a->value != to_string(known)) continue;
      out_.algorithm = known;
      if (known != DkimAlgorithm::kRsaSha1) return true;
      return wrong(DkimResult::kPermError, a, "rsa-sha1 proves nothing any more", "RFC 8301 3.1");
    }
    return wrong(DkimResult::kNeutral, a, "the algorithm is not known", "RFC 6376 3.3");
  }
  bool read_canonicalization() {
    const Tag* c = list_.find("c");
    if (c == nullptr) return true;  // RFC 6376 3.5: simple/simple
    const std::size_t slash = std::min(c->value.find('/'), c->value.size());
    const bool both = slash < c->value.size();
    if (set_canonicalization(trim_fws(c->value.substr(0, slash)), out_.header) &&
        (!both || set_canonicalization(trim_fws(c->value.substr(slash + 1)), out_.body)))
      return true;
    return wrong(DkimResult::kNeutral, c, "the canonicalization is not known");
  }
  static bool set_canonicalization(std::string_view text, Canonicalization& out) {
    if (text == "relaxed") out = Canonicalization::kRelaxed;
    return text == "relaxed" || text == "simple";
  }
  bool read_names() {
    const Tag* d = list_.find("d");
    const Tag* s = list_.find("s");
    out_.domain = std::string(d->value);
    out_.selector = std::string(s->value);
    out_.d_place = d->place;
    out_.s_place = s->place;
    if (!is_label_sequence(out_.domain, 2)) return malformed(d, "d= is not a domain name of several labels");
    if (!is_label_sequence(out_.selector, 1)) return malformed(s, "s= is not a selector");
    return true;
  }
  bool read_fields() {
    const Tag* h = list_.find("h");
    out_.h_place = h->place;
    const std::vector<std::string_view> names = colon_list(h->value);
    if (names.size() > max_names_) return wrong(DkimResult::kPermError, h, "h= names too many fields");
    bool from = false;
    out_.fields.reserve(names.size());
    for (const std::string_view name : names) {
      if (!is_field_name(name)) return malformed(h, "h= is not a list of field names");
      from = from || iequals(name, "From");
      out_.fields.emplace_back(name);
    }
    if (from) return true;
    return wrong(DkimResult::kPermError, h, "the From field is not signed", "RFC 6376 6.1.1");
  }
  bool read_identity() {
    const Tag* i = list_.find("i");
    out_.identity = "@" + out_.domain;
    if (i == nullptr) return true;
    out_.i_place = i->place;
    const std::optional<std::string> identity = decode_dkim_quoted(i->value);
    const std::size_t at = identity ? identity->rfind('@') : std::string::npos;
    if (at == std::string::npos) return malformed(i, "i= is not an address");
    out_.identity = *identity;
    if (is_at_or_below(std::string_view(*identity).substr(at + 1), out_.domain)) return true;
    return wrong(DkimResult::kPermError, i, "the domain of i= is neither d= nor below it", "RFC 6376 6.1.1");
  }
  bool read_numbers() {
    const struct {
      std::string_view name;
      std::size_t digits;
      std::optional<std::uint64_t>& out;
      TextPlace& place;
    } numbers[] = {{"l", 76, out_.body_length, out_.l_place},
                   {"t", 20, out_.time, t_place_},
                   {"x", 20, out_.expires, out_.x_place}};
    for (const auto& number : numbers) {
      const Tag* tag = list_.find(number.name);
      if (tag == nullptr) continue;
      number.place = tag->place;
      number.out = parse_decimal(tag->value, number.digits);
      if (!number.out) return malformed(tag, std::string(number.name) + "= is not a number in its range");
    }
    if (out_.expires && out_.time && *out_.expires <= *out_.time)
      return wrong(DkimResult::kPermError, list_.find("x"), "x= is not later than t=");
    return true;
  }
  bool read_query() {
    const Tag* q = list_.find("q");
    if (q == nullptr) return true;
    const std::vector<std::string_view> methods = colon_list(q->value);
    if (std::find(methods.begin(), methods.end(), "dns/txt") != methods.end()) return true;
    return wrong(DkimResult::kNeutral, q, "q= names no method that is known");
  }
  bool read_binary() {
    const Tag* b = list_.find("b");
    const Tag* bh = list_.find("bh");
    out_.b_value = {b->after_equals, b->end - b->after_equals};
    out_.bh_place = bh->place;
    std::optional<std::string> signature = decode_folded_base64(b->value);
    if (!signature) return malformed(b, "b= is not base64");
    std::optional<std::string> hash = decode_folded_base64(bh->value);
    if (!hash) return malformed(bh, "bh= is not base64");
    out_.signature = std::move(*signature);
    out_.body_hash = std::move(*hash);
    return true;
  }

  const TagList& list_;
  std::size_t max_names_;
  DkimSignature out_;
  TextPlace t_place_;
  std::optional<DkimProblem> problem_;
};

}  // namespace

std::string_view to_string(DkimAlgorithm algorithm) {
  switch (algorithm) {
    case DkimAlgorithm::kRsaSha256:
      return "rsa-sha256";
    case DkimAlgorithm::kEd25519Sha256:
      return "ed25519-sha256";
    case DkimAlgorithm::kRsaSha1:
      return "rsa-sha1";
  }
  GLASSPOST_UNREACHABLE();
}

ReadDkimSignature read_dkim_signature(std::string_view value, std::size_t max_names) {
  ReadDkimSignature out;
  const Result<TagList> list = parse_tag_list(value);
  if (!list) {
    const std::size_t at = list.error().offset.value_or(0);
    const std::size_t end = std::min(value.find(';', at), value.size());
    out.problem =
        DkimProblem{DkimResult::kNeutral, "RFC 6376 3.2", list.error().message, {at, std::max(end, at) - at}};
    return out;
  }
  out.names.domain = value_of(*list, "d");
  out.names.selector = value_of(*list, "s");
  out.names.algorithm = value_of(*list, "a");
  out.names.b_prefix = without_fws(value_of(*list, "b")).substr(0, 8);
  out.names.identity = list->find("i") != nullptr ? value_of(*list, "i") : "@" + out.names.domain;
  Reader reader(*list, max_names);
  out.problem = reader.read();
  if (out.problem) return out;
  out.signature = reader.take();
  out.names.identity = out.signature->identity;
  return out;
}

std::optional<std::string> decode_dkim_quoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_fws(text[i])) continue;
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3 || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return std::nullopt;
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

std::string encode_dkim_quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_non_ascii(c) || (c > ' ' && c < 0x7F && c != ';' && c != '=')) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '=';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace glasspost::auth
