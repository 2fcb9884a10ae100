#include "engine/protocol/dns/record.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glasspost::dns {
namespace {

constexpr std::array<std::pair<RecordType, std::string_view>, 12> kTypes{{
    {RecordType::kA, "A"},
    {RecordType::kNs, "NS"},
    {RecordType::kCname, "CNAME"},
    {RecordType::kSoa, "SOA"},
    {RecordType::kPtr, "PTR"},
    {RecordType::kMx, "MX"},
    {RecordType::kTxt, "TXT"},
    {RecordType::kAaaa, "AAAA"},
    {RecordType::kSrv, "SRV"},
    {RecordType::kOpt, "OPT"},
    {RecordType::kTlsa, "TLSA"},
    {RecordType::kAny, "ANY"},
}};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= ' ' && c < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
    }
  }
  return out + '"';
}

struct ToText {
  std::string operator()(const AddressData& d) const { return d.address.to_string(); }
  std::string operator()(const NameData& d) const { return d.target.to_string(); }
  std::string operator()(const MxData& d) const {
    return fmt::format("{} {}", d.preference, d.exchange.to_string());
  }
  std::string operator()(const TxtData& d) const {
    std::vector<std::string> pieces;
    for (const std::string& piece : d.strings)
      pieces.push_back(quoted(piece));
    return join(pieces, " ");
  }
  std::string operator()(const SoaData& d) const {
    return fmt::format("{} {} {} {} {} {} {}", d.primary.to_string(), d.mailbox.to_string(), d.serial,
                       d.refresh, d.retry, d.expire, d.minimum);
  }
  std::string operator()(const SrvData& d) const {
    return fmt::format("{} {} {} {}", d.priority, d.weight, d.port, d.target.to_string());
  }
  std::string operator()(const OpaqueData& d) const {
    std::string out = fmt::format("\\# {}", d.bytes.size());
    if (!d.bytes.empty()) out += ' ';
    for (const char c : d.bytes)
      out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
  }
};

}  // namespace

std::string to_string(RecordType type) {
  for (const auto& [value, name] : kTypes) {
    if (value == type) return std::string(name);
  }
  return fmt::format("TYPE{}", static_cast<unsigned>(type));
}

std::optional<RecordType> parse_record_type(std::string_view text) {
  for (const auto& [value, name] : kTypes) {
    if (iequals(name, text)) return value;
  }
  if (!istarts_with(text, "TYPE")) return std::nullopt;
  const std::string_view digits = text.substr(4);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return static_cast<RecordType>(number);
}

std::string TxtData::joined() const {
  return join(strings, "");
}

Record make_address(Name owner, const IpAddress& address, std::uint32_t ttl) {
  return {std::move(owner), address.is_v4() ? RecordType::kA : RecordType::kAaaa, ttl, AddressData{address}};
}
Record make_ns(Name owner, Name server, std::uint32_t ttl) {
  return {std::move(owner), RecordType::kNs, ttl, NameData{std::move(server)}};
}
Record make_cname(Name owner, Name target, std::uint32_t ttl) {
  return {std::move(owner), RecordType::kCname, ttl, NameData{std::move(target)}};
}
Record make_ptr(Name owner, Name target, std::uint32_t ttl) {
  return {std::move(owner), RecordType::kPtr, ttl, NameData{std::move(target)}};
}
Record make_mx(Name owner, std::uint16_t preference, Name exchange, std::uint32_t ttl) {
  return {std::move(owner), RecordType::kMx, ttl, MxData{preference, std::move(exchange)}};
}
Record make_txt(Name owner, std::string_view text, std::uint32_t ttl) {
  TxtData data;
  do {
    data.strings.emplace_back(text.substr(0, 255));
    text.remove_prefix(data.strings.back().size());
  } while (!text.empty());
  return {std::move(owner), RecordType::kTxt, ttl, std::move(data)};
}
Record make_soa(Name owner, SoaData soa, std::uint32_t ttl) {
  return {std::move(owner), RecordType::kSoa, ttl, std::move(soa)};
}

bool data_fits(RecordType type, const RecordData& data) {
  switch (type) {
    case RecordType::kA: {
      const auto* address = std::get_if<AddressData>(&data);
      return address != nullptr && address->address.is_v4();
    }
    case RecordType::kAaaa: {
      const auto* address = std::get_if<AddressData>(&data);
      return address != nullptr && address->address.is_v6();
    }
    case RecordType::kNs:
    case RecordType::kCname:
    case RecordType::kPtr:
      return std::holds_alternative<NameData>(data);
    case RecordType::kMx:
      return std::holds_alternative<MxData>(data);
    case RecordType::kTxt: {
      const auto* text = std::get_if<TxtData>(&data);
      if (text == nullptr || text->strings.empty()) return false;
      std::size_t size = 0;
      for (const std::string& piece : text->strings) {
        if (piece.size() > 255) return false;
        size += piece.size() + 1;
      }
      return size <= 0xFFFF;
    }
    case RecordType::kSoa:
      return std::holds_alternative<SoaData>(data);
    case RecordType::kSrv:
      return std::holds_alternative<SrvData>(data);
    default:
      return std::holds_alternative<OpaqueData>(data) && std::get<OpaqueData>(data).bytes.size() <= 0xFFFF;
  }
}

std::string to_string(const RecordData& data) {
  return std::visit(ToText{}, data);
}

}  // namespace glasspost::dns
