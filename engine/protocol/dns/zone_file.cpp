#include "engine/protocol/dns/zone_file.h"

#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/protocol/dns/zone_file_tokens.h"

namespace glasspost::dns {
namespace {

constexpr std::uint32_t kDefaultTtl = 3600;

template <class T>
using Parsed = tl::expected<T, ZoneFileError>;

tl::unexpected<ZoneFileError> wrong(const ZoneFileToken& token, std::string message) {
  return tl::unexpected<ZoneFileError>({token.line, token.column, std::move(message)});
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "3600" or "1h30m": what RFC 2308 4 calls a TTL and what everyone writes.
std::optional<std::uint32_t> parse_ttl(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  std::uint64_t total = 0;
  std::uint64_t number = 0;
  bool digits = false;
  bool units = false;
  for (const char c : text) {
    if (is_digit(c)) {
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
      digits = true;
    } else {
      static constexpr std::string_view kUnits = "smhdw";
      static constexpr std::uint64_t kSeconds[] = {1, 60, 3600, 86'400, 604'800};
      const std::size_t unit = kUnits.find(to_lower(c));
      if (unit == std::string_view::npos || !digits) return std::nullopt;
      total += number * kSeconds[unit];
      number = 0;
      digits = false;
      units = true;
    }
    if (number > 0x7FFFFFFF || total > 0x7FFFFFFF) return std::nullopt;  // RFC 2181 8
  }
  if (units && digits) return std::nullopt;
  return static_cast<std::uint32_t>(total + number);
}

// Undoes `\X` and `\DDD`. // RFC 1035 5.1
Parsed<std::string> unescaped(const ZoneFileToken& token) {
  std::string out;
  const std::string_view text = token.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return wrong(token, "a text ends in a backslash");
    if (!is_digit(text[i])) {
      out += text[i];
      continue;
    }
    const auto value = whole_number<std::uint8_t>(text.substr(i, 3));
    if (i + 3 > text.size() || !value) return wrong(token, "\\DDD needs three digits up to 255");
    out += static_cast<char>(*value);
    i += 2;
  }
  return out;
}

bool is_absolute(std::string_view text) {
  bool escape = false;
  bool dot = false;
  for (const char c : text) {
    dot = c == '.' && !escape;
    escape = c == '\\' && !escape;
  }
  return dot;
}

class ZoneFileReader {
 public:
  explicit ZoneFileReader(const Name& origin) : zone_origin_(origin), origin_(origin) {}

  Parsed<Zone> read(std::string_view text) {
    if (text.size() > kMaxZoneFileSize)
      return tl::unexpected<ZoneFileError>({1, 1, "a zone file has at most 16 MiB"});
    const auto entries = tokenize_zone_file(text);
    if (!entries) return tl::unexpected<ZoneFileError>(entries.error());
    for (const ZoneFileEntry& entry : *entries) {
      const Parsed<void> done = read_entry(entry);
      if (!done) return tl::unexpected<ZoneFileError>(done.error());
    }
    return build();
  }

 private:
  struct Placed {
    Record record;
    ZoneFileToken place;
  };
  using Tokens = std::vector<ZoneFileToken>;

  Parsed<Zone> build() {
    std::optional<Zone> zone;
    for (Placed& placed : records_) {
      if (placed.record.type != RecordType::kSoa) continue;
      if (zone) return wrong(placed.place, "a zone has one SOA");
      if (placed.record.owner != zone_origin_)
        return wrong(placed.place, "SOA stands only at the zone's origin, " + zone_origin_.to_string());
      zone.emplace(zone_origin_, std::get<SoaData>(placed.record.data), placed.record.ttl);
    }
    if (!zone) zone.emplace(zone_origin_, made_up_soa(), kDefaultTtl);
    for (Placed& placed : records_) {
      if (placed.record.type == RecordType::kSoa) continue;
      const Ok added = zone->add(std::move(placed.record));
      if (!added) return wrong(placed.place, added.error().message);
    }
    return std::move(*zone);
  }

  [[nodiscard]] SoaData made_up_soa() const {
    SoaData soa;
    soa.primary = zone_origin_.child("ns").value_or(zone_origin_);
    soa.mailbox = zone_origin_.child("hostmaster").value_or(zone_origin_);
    soa.serial = 1;
    soa.refresh = 7200;
    soa.retry = 900;
    soa.expire = 1'209'600;
    soa.minimum = 300;
    return soa;
  }

  Parsed<void> read_entry(const ZoneFileEntry& entry) {
    const ZoneFileToken& first = entry.tokens.front();
    if (!entry.starts_blank && !first.quoted && first.text.starts_with('$'))
      return read_directive(entry.tokens);
    std::size_t at = 0;
    if (!entry.starts_blank) {
      Parsed<Name> owner = name(first);
      if (!owner) return tl::unexpected<ZoneFileError>(owner.error());
      owner_ = std::move(*owner);
      at = 1;
    } else if (!owner_) {
      return wrong(first, "the first record needs an owner");
    }
    return read_record(entry.tokens, at);
  }

  Parsed<void> read_directive(const Tokens& tokens) {
    const ZoneFileToken& directive = tokens.front();
    const bool is_origin = iequals(directive.text, "$ORIGIN");
    const bool is_ttl = iequals(directive.text, "$TTL");
    if (!is_origin && !is_ttl)
      return wrong(directive, "expected $ORIGIN or $TTL, not " + escaped(directive.text));
    if (tokens.size() != 2) return wrong(directive, std::string(directive.text) + " takes one argument");
    if (is_origin) {
      Parsed<Name> origin = name(tokens[1]);
      if (!origin) return tl::unexpected<ZoneFileError>(origin.error());
      origin_ = std::move(*origin);
      return {};
    }
    ttl_ = parse_ttl(tokens[1].text);
    if (!ttl_) return wrong(tokens[1], "expected a time such as 3600 or 1h");
    return {};
  }

  // [TTL] [class] type data, the first two in either order.
  Parsed<void> read_record(const Tokens& tokens, std::size_t at) {
    std::optional<std::uint32_t> ttl;
    bool class_seen = false;
    for (; at < tokens.size(); ++at) {
      const std::string_view text = tokens[at].text;
      const std::optional<std::uint32_t> time = parse_ttl(text);
      if (!ttl && time) {
        ttl = time;
      } else if (!class_seen && iequals(text, "IN")) {
        class_seen = true;
      } else if (iequals(text, "CH") || iequals(text, "HS") || iequals(text, "CS")) {
        return wrong(tokens[at], "only records of class IN are understood");
      } else {
        break;
      }
    }
    if (at == tokens.size()) return wrong(tokens.back(), "a record needs a type");
    const ZoneFileToken& type_token = tokens[at];
    const std::optional<RecordType> type = parse_record_type(type_token.text);
    if (!type || *type == RecordType::kOpt || *type == RecordType::kAny)
      return wrong(type_token,
                   "expected a record type such as A, MX or TXT, not " + escaped(type_token.text));
    const Tokens data_tokens(tokens.begin() + static_cast<std::ptrdiff_t>(at) + 1, tokens.end());
    Parsed<RecordData> data = read_data(type_token, *type, data_tokens);
    if (!data) return tl::unexpected<ZoneFileError>(data.error());
    if (!data_fits(*type, *data)) return wrong(type_token, "the data does not fit the type");
    Record record{*owner_, *type, ttl ? *ttl : ttl_.value_or(kDefaultTtl), std::move(*data)};
    records_.push_back({std::move(record), tokens.front()});
    return {};
  }

  Parsed<Name> name(const ZoneFileToken& token) const {
    if (token.text == "@" && !token.quoted) return origin_;
    Result<Name> parsed = Name::parse(token.text);
    if (!parsed) return wrong(token, parsed.error().message);
    if (is_absolute(token.text)) return std::move(*parsed);
    std::vector<std::string> labels = parsed->labels();
    labels.insert(labels.end(), origin_.labels().begin(), origin_.labels().end());
    Result<Name> whole = Name::from_labels(std::move(labels));
    if (!whole) return wrong(token, whole.error().message);
    return std::move(*whole);
  }

  template <class Number>
  Parsed<Number> number(const ZoneFileToken& token) const {
    const auto value = whole_number<Number>(token.text);
    if (!value) {
      return wrong(token, "expected a number up to " + std::to_string(std::numeric_limits<Number>::max()) +
                              ", not " + escaped(token.text));
    }
    return *value;
  }

  static Parsed<void> expect(const ZoneFileToken& type, const Tokens& tokens, std::size_t count,
                             std::string_view what) {
    if (tokens.size() == count) return {};
    const ZoneFileToken& place = tokens.size() > count ? tokens[count] : type;
    return wrong(place, std::string(type.text) + " takes " + std::string(what));
  }

  Parsed<RecordData> read_data(const ZoneFileToken& type_token, RecordType type, const Tokens& tokens) const {
    if (!tokens.empty() && tokens[0].text == "\\#" && !tokens[0].quoted) return read_opaque(tokens);
    switch (type) {
      case RecordType::kA:
      case RecordType::kAaaa:
        return read_address(type_token, type, tokens);
      case RecordType::kNs:
      case RecordType::kCname:
      case RecordType::kPtr: {
        if (const auto ok = expect(type_token, tokens, 1, "one name"); !ok)
          return tl::unexpected<ZoneFileError>(ok.error());
        Parsed<Name> target = name(tokens[0]);
        if (!target) return tl::unexpected<ZoneFileError>(target.error());
        return NameData{std::move(*target)};
      }
      case RecordType::kMx:
        return read_mx(type_token, tokens);
      case RecordType::kTxt:
        return read_text(type_token, tokens);
      case RecordType::kSoa:
        return read_soa(type_token, tokens);
      case RecordType::kSrv:
        return read_srv(type_token, tokens);
      default:
        return wrong(type_token, "data of this type is written as \\# LENGTH HEX");
    }
  }

  Parsed<RecordData> read_address(const ZoneFileToken& type_token, RecordType type,
                                  const Tokens& tokens) const {
    if (const auto ok = expect(type_token, tokens, 1, "one address"); !ok)
      return tl::unexpected<ZoneFileError>(ok.error());
    const Result<IpAddress> address = IpAddress::parse(tokens[0].text);
    if (!address) return wrong(tokens[0], address.error().message);
    if (address->is_v4() != (type == RecordType::kA))
      return wrong(tokens[0],
                   type == RecordType::kA ? "expected an IPv4 address" : "expected an IPv6 address");
    return AddressData{*address};
  }

  Parsed<RecordData> read_mx(const ZoneFileToken& type_token, const Tokens& tokens) const {
    if (const auto ok = expect(type_token, tokens, 2, "a preference and a name"); !ok)
      return tl::unexpected<ZoneFileError>(ok.error());
    const Parsed<std::uint16_t> preference = number<std::uint16_t>(tokens[0]);
    if (!preference) return tl::unexpected<ZoneFileError>(preference.error());
    Parsed<Name> exchange = name(tokens[1]);
    if (!exchange) return tl::unexpected<ZoneFileError>(exchange.error());
    return MxData{*preference, std::move(*exchange)};
  }

  Parsed<RecordData> read_text(const ZoneFileToken& type_token, const Tokens& tokens) const {
    if (tokens.empty()) return wrong(type_token, "TXT takes one string or more");
    TxtData text;
    for (const ZoneFileToken& token : tokens) {
      Parsed<std::string> piece = unescaped(token);
      if (!piece) return tl::unexpected<ZoneFileError>(piece.error());
      if (piece->size() > 255) return wrong(token, "a string has at most 255 bytes: cut it into several");
      text.strings.push_back(std::move(*piece));
    }
    return text;
  }

  Parsed<RecordData> read_soa(const ZoneFileToken& type_token, const Tokens& tokens) const {
    if (const auto ok = expect(type_token, tokens, 7, "two names and five numbers"); !ok)
      return tl::unexpected<ZoneFileError>(ok.error());
    SoaData soa;
    Parsed<Name> primary = name(tokens[0]);
    if (!primary) return tl::unexpected<ZoneFileError>(primary.error());
    Parsed<Name> mailbox = name(tokens[1]);
    if (!mailbox) return tl::unexpected<ZoneFileError>(mailbox.error());
    soa.primary = std::move(*primary);
    soa.mailbox = std::move(*mailbox);
    const Parsed<std::uint32_t> serial = number<std::uint32_t>(tokens[2]);
    if (!serial) return tl::unexpected<ZoneFileError>(serial.error());
    soa.serial = *serial;
    std::size_t at = 3;
    for (std::uint32_t* field : {&soa.refresh, &soa.retry, &soa.expire, &soa.minimum}) {
      const std::optional<std::uint32_t> time = parse_ttl(tokens[at].text);
      if (!time) return wrong(tokens[at], "expected a time such as 3600 or 1h");
      *field = *time;
      ++at;
    }
    return soa;
  }

  Parsed<RecordData> read_srv(const ZoneFileToken& type_token, const Tokens& tokens) const {
    if (const auto ok = expect(type_token, tokens, 4, "priority, weight, port and a name"); !ok)
      return tl::unexpected<ZoneFileError>(ok.error());
    SrvData srv;
    std::size_t at = 0;
    for (std::uint16_t* field : {&srv.priority, &srv.weight, &srv.port}) {
      const Parsed<std::uint16_t> value = number<std::uint16_t>(tokens[at]);
      if (!value) return tl::unexpected<ZoneFileError>(value.error());
      *field = *value;
      ++at;
    }
    Parsed<Name> target = name(tokens[3]);
    if (!target) return tl::unexpected<ZoneFileError>(target.error());
    srv.target = std::move(*target);
    return srv;
  }

  // `\# LENGTH HEX...`, for types that are opaque here. // RFC 3597 5
  Parsed<RecordData> read_opaque(const Tokens& tokens) const {
    if (tokens.size() < 2) return wrong(tokens[0], "\\# takes a length and hex digits");
    const Parsed<std::uint16_t> length = number<std::uint16_t>(tokens[1]);
    if (!length) return tl::unexpected<ZoneFileError>(length.error());
    std::string digits;
    for (std::size_t i = 2; i < tokens.size(); ++i) {
      for (const char c : tokens[i].text) {
        if (!is_hex_digit(c)) return wrong(tokens[i], "expected hex digits");
      }
      digits += tokens[i].text;
    }
    if (digits.size() != 2u * *length) return wrong(tokens[1], "the length is not that of the hex digits");
    OpaqueData data;
    for (std::size_t i = 0; i < digits.size(); i += 2)
      data.bytes += static_cast<char>(hex_value(digits[i]) * 16 + hex_value(digits[i + 1]));
    return data;
  }

  Name zone_origin_;
  Name origin_;
  std::optional<Name> owner_;
  std::optional<std::uint32_t> ttl_;
  std::vector<Placed> records_;
};

}  // namespace

tl::expected<Zone, ZoneFileError> parse_zone_file(std::string_view text, const Name& origin) {
  return ZoneFileReader(origin).read(text);
}

}  // namespace glasspost::dns
