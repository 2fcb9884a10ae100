#include "engine/auth/dmarc_record.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace glasspost::auth {
namespace {

constexpr std::size_t kMaxIgnored = 50;
constexpr std::size_t kMaxUris = 100;

struct Piece {
  std::string name;  // in lower case: RFC 9989 4.8's names are ABNF literals
  std::string_view value;
  TextPlace place;
  bool is_tag = false;
};

Piece read_piece(std::string_view text, std::size_t begin, std::size_t end) {
  Piece piece;
  const std::string_view raw = text.substr(begin, end - begin);
  const std::string_view body = trim_wsp(raw);
  piece.place = {begin + static_cast<std::size_t>(body.data() - raw.data()), body.size()};
  if (body.empty()) piece.place = {begin, 0};
  const std::size_t equals = body.find('=');
  if (equals == std::string_view::npos) return piece;
  const std::string_view name = trim_wsp(body.substr(0, equals));
  piece.value = trim_wsp(body.substr(equals + 1));
  piece.is_tag = !name.empty() && is_alpha(name.front()) &&
                 std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '_'; });
  piece.name = to_lower(name);
  return piece;
}

bool is_value(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_wsp(c) || (c > ' ' && c < 0x7F); });
}

std::vector<Piece> read_pieces(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    Piece piece = read_piece(text, begin, end);
    const bool last = end == text.size();
    if (!(last && piece.place.length == 0)) pieces.push_back(std::move(piece));
    begin = end + 1;
  }
  return pieces;
}

std::optional<DmarcPolicy> parse_policy(std::string_view text) {
  for (const DmarcPolicy policy : {DmarcPolicy::kNone, DmarcPolicy::kQuarantine, DmarcPolicy::kReject}) {
    if (iequals(text, to_string(policy))) return policy;
  }
  return std::nullopt;
}

std::optional<DmarcAlignment> parse_alignment(std::string_view text) {
  if (iequals(text, "r")) return DmarcAlignment::kRelaxed;
  if (iequals(text, "s")) return DmarcAlignment::kStrict;
  return std::nullopt;
}

// RFC 3986 2, 3.1: a scheme and characters that a URI may have.
bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || !is_alpha(text[0]))
    return false;
  const std::string_view scheme = text.substr(0, colon);
  if (!std::all_of(scheme.begin(), scheme.end(),
                   [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; }))
    return false;
  static constexpr std::string_view kOthers = "-._~:/?#[]@!$&'()*+;=";
  for (std::size_t i = colon + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (is_alnum(c) || kOthers.find(c) != std::string_view::npos) continue;
    if (c != '%' || text.size() - i < 3 || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2]))
      return false;
  }
  return true;
}

// RFC 7489 6.2: digits and a unit.
std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (!is_wsp(c)) digits += c;
  }
  std::uint64_t unit = 1;
  constexpr std::string_view kUnits = "kmgt";
  const std::size_t power = digits.empty() ? std::string_view::npos : kUnits.find(to_lower(digits.back()));
  if (power != std::string_view::npos) {
    unit = std::uint64_t{1} << (10 * (power + 1));
    digits.pop_back();
  }
  const std::optional<std::uint64_t> count = parse_decimal(digits, 20);
  if (!count || *count > std::numeric_limits<std::uint64_t>::max() / unit) return std::nullopt;
  return *count * unit;
}

// The URIs of a list that are well-formed; false if one was not.
bool parse_uris(std::string_view value, bool strict, std::vector<DmarcReportUri>& out) {
  bool good = true;
  for (const std::string_view member : split(value, ',')) {
    const std::size_t mark = std::min(member.find('!'), member.size());
    DmarcReportUri uri{std::string(trim_wsp(member.substr(0, mark))), std::nullopt};
    if (mark < member.size()) uri.max_size = parse_size(member.substr(mark + 1));
    const bool size_good = mark == member.size() || uri.max_size || !strict;
    if (!is_uri(uri.uri) || !size_good || out.size() == kMaxUris) {
      good = false;
    } else {
      out.push_back(std::move(uri));
    }
  }
  return good;
}

// RFC 9989 4.8: at most one of 0 and 1, d and s at most once. RFC 7489 6.4 has any of them in a list.
bool is_failure_option_list(std::string_view value, DmarcProfile profile) {
  std::string seen;
  for (const std::string_view member : colon_list(value)) {
    const char option = member.size() == 1 ? to_lower(member.front()) : '?';
    if (std::string_view("01ds").find(option) == std::string_view::npos) return false;
    if (seen.find(option) != std::string::npos && profile == DmarcProfile::kRfc9989) return false;
    seen += option;
  }
  const bool both = seen.find('0') != std::string::npos && seen.find('1') != std::string::npos;
  return profile == DmarcProfile::kRfc7489 || !both;
}

bool is_format_list(std::string_view value) {
  const std::vector<std::string_view> formats = colon_list(value);
  return std::any_of(formats.begin(), formats.end(), [](std::string_view format) {
    return iequals(format, "afrf") || iequals(format, "iodef");  // RFC 7489 6.4: registered formats
  });
}

class Reader {
 public:
  Reader(std::string_view text, DmarcProfile profile) : text_(text), profile_(profile) {}

  Result<DmarcRecord> read() {
    const std::vector<Piece> pieces = read_pieces(text_);
    std::vector<std::string_view> seen;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const Piece& piece = pieces[i];
      if (piece.is_tag && seen.size() < kMaxTags) {
        if (std::find(seen.begin(), seen.end(), piece.name) != seen.end())
          return wrong(piece, "the tag " + piece.name + " stands twice");
        seen.push_back(piece.name);
      }
      const bool understood = piece.is_tag && (i == 0 || read_tag(piece, i));
      if (!understood && strict()) return wrong(piece, "a tag or its value breaks the grammar");
      if (!understood && out_.ignored.size() < kMaxIgnored && piece.place.length > 0)
        out_.ignored.push_back({piece.is_tag ? piece.name : std::string(), piece.place});
    }
    return settle_policy();
  }

 private:
  [[nodiscard]] bool strict() const { return profile_ == DmarcProfile::kRfc7489; }
  static tl::unexpected<Error> wrong(const Piece& piece, std::string text) {
    return fail_at(ErrorCode::kInvalidInput, piece.place.offset, std::move(text));
  }

  // False if the value is bad and its default stands instead. Tags that are not known are ignored, not
  // errors.
  bool read_tag(const Piece& piece, std::size_t index) {
    const std::string& name = piece.name;
    if (name == "p") {
      // RFC 7489 6.4: right after the version
      return !(strict() && index != 1) && read_policy(piece, p_, out_.p_place);
    }
    if (name == "sp") return read_policy(piece, out_.sp, out_.sp_place);
    if (name == "rua") return parse_uris(piece.value, strict(), out_.rua);
    if (name == "ruf") return parse_uris(piece.value, strict(), out_.ruf);
    if (name == "adkim") return read_mode(piece, out_.adkim, out_.adkim_place);
    if (name == "aspf") return read_mode(piece, out_.aspf, out_.aspf_place);
    if (name == "fo") {
      const bool good = is_failure_option_list(piece.value, profile_);
      if (good) out_.fo = to_lower(piece.value);
      return good;
    }
    return strict() ? read_old_tag(piece) : read_new_tag(piece);
  }

  bool read_new_tag(const Piece& piece) {  // RFC 9989 4.7
    if (piece.name == "np") return read_policy(piece, out_.np, out_.np_place);
    if (piece.name == "psd") {
      out_.psd_place = piece.place;
      if (iequals(piece.value, "y")) out_.psd = DmarcPsd::kYes;
      if (iequals(piece.value, "n")) out_.psd = DmarcPsd::kNo;
      return piece.value.size() == 1 &&
             std::string_view("ynu").find(to_lower(piece.value[0])) != std::string::npos;
    }
    if (piece.name == "t") {
      out_.t_place = piece.place;
      out_.testing = iequals(piece.value, "y");
      return out_.testing || iequals(piece.value, "n");
    }
    return false;  // ignored
  }

  bool read_old_tag(const Piece& piece) {  // RFC 7489 6.3
    if (piece.name == "rf") return is_format_list(piece.value);
    const bool percentage = piece.name == "pct";
    if (!percentage && piece.name != "ri") return is_value(piece.value);
    const std::optional<std::uint64_t> number = parse_decimal(piece.value, 10);
    const std::uint64_t most = percentage ? 100 : std::numeric_limits<std::uint32_t>::max();
    if (!number || *number > most) return false;
    if (percentage) {
      out_.pct = static_cast<unsigned>(*number);
      out_.pct_place = piece.place;
    } else {
      out_.ri = static_cast<std::uint32_t>(*number);
    }
    return true;
  }

  bool read_policy(const Piece& piece, std::optional<DmarcPolicy>& out, TextPlace& place) {
    out = parse_policy(piece.value);
    place = piece.place;
    if (!out) bad_policy_ = piece.place;
    return out.has_value() || strict();  // the record-level rule decides
  }
  static bool read_mode(const Piece& piece, DmarcAlignment& out, TextPlace& place) {
    const std::optional<DmarcAlignment> mode = parse_alignment(piece.value);
    place = piece.place;
    if (mode) out = *mode;
    return mode.has_value();
  }

  // RFC 9989 4.10.1, RFC 7489 6.6.3 step 6: without a good policy, only a report address keeps the record.
  Result<DmarcRecord> settle_policy() {
    if (p_ && !bad_policy_) {
      out_.p = *p_;
      return std::move(out_);
    }
    if (out_.rua.empty()) {
      const std::string why =
          bad_policy_ ? "a policy is none of none, quarantine, reject" : "there is no policy (p=)";
      return fail_at(ErrorCode::kInvalidInput, bad_policy_ ? bad_policy_->offset : 0, why);
    }
    out_.policy_replaced = true;
    out_.p = DmarcPolicy::kNone;
    out_.sp.reset();
    out_.np.reset();
    return std::move(out_);
  }

  std::string_view text_;
  DmarcProfile profile_;
  DmarcRecord out_;
  std::optional<DmarcPolicy> p_;
  std::optional<TextPlace> bad_policy_;
};

}  // namespace

std::string_view to_string(DmarcProfile profile) {
  return profile == DmarcProfile::kRfc9989 ? "RFC 9989" : "RFC 7489";
}

std::string_view to_string(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::kNone:
      return "none";
    case DmarcPolicy::kQuarantine:
      return "quarantine";
    case DmarcPolicy::kReject:
      return "reject";
  }
  GLASSPOST_UNREACHABLE();
}

std::string_view to_string(DmarcAlignment alignment) {
  return alignment == DmarcAlignment::kRelaxed ? "relaxed" : "strict";
}

bool is_dmarc_record(std::string_view text) {
  const Piece first = read_piece(text, 0, std::min(text.find(';'), text.size()));
  return first.is_tag && first.name == "v" && first.value == "DMARC1";
}

Result<DmarcRecord> parse_dmarc_record(std::string_view text, DmarcProfile profile) {
  return Reader(text, profile).read();
}

}  // namespace glasspost::auth
