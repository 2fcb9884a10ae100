#include "engine/protocol/pop3/listing.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/base/text.h"

namespace glasspost::pop3 {
namespace {

// The next word of a line; empty at its end.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

template <class Number>
std::optional<Number> take_number(std::string_view& line) {
  const std::string_view word = take_word(line);
  Number value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// Takes one line, without its ending, from the front.
std::string_view take_line(std::string_view& lines) {
  const std::size_t end = lines.find('\n');
  std::string_view line = lines.substr(0, end);
  lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_unique_id(std::string_view word) {
  return !word.empty() && word.size() <= 70 &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 0x21 && c <= 0x7E; });
}

void take_capability(std::string_view line, Capabilities& out) {
  const std::string name = to_upper(take_word(line));
  if (name == "TOP") out.top = true;
  if (name == "UIDL") out.uidl = true;
  if (name == "USER") out.user = true;
  if (name == "STLS") out.stls = true;
  if (name == "PIPELINING") out.pipelining = true;
  if (name == "RESP-CODES") out.resp_codes = true;
  if (name == "AUTH-RESP-CODE") out.auth_resp_code = true;
  if (name != "SASL") return;
  while (out.mechanisms.size() < 100) {
    const std::string_view mechanism = take_word(line);
    if (mechanism.empty()) return;
    out.mechanisms.push_back(to_upper(mechanism));
  }
}

}  // namespace

bool Capabilities::offers(sasl::Mechanism mechanism) const {
  return std::find(mechanisms.begin(), mechanisms.end(), sasl::to_string(mechanism)) != mechanisms.end();
}

Result<DropListing> parse_drop_listing(std::string_view text) {
  const auto messages = take_number<std::uint32_t>(text);
  const auto octets = messages ? take_number<std::uint64_t>(text) : std::nullopt;
  if (!octets) return fail_at(ErrorCode::kInvalidInput, 0, "the answer to STAT is not two numbers");
  return DropListing{*messages, *octets};
}

Result<std::vector<ScanListing>> parse_scan_listings(std::string_view lines) {
  std::vector<ScanListing> out;
  const std::size_t whole = lines.size();
  while (!lines.empty()) {
    if (out.size() >= kMostListed) return fail(ErrorCode::kTooLarge, "the listing has too many lines");
    const std::size_t offset = whole - lines.size();
    std::string_view line = take_line(lines);
    const auto number = take_number<std::uint32_t>(line);
    const auto octets = number ? take_number<std::uint64_t>(line) : std::nullopt;
    if (!octets) return fail_at(ErrorCode::kInvalidInput, offset, "a line of the listing is not two numbers");
    out.push_back({*number, *octets});
  }
  return out;
}

Result<std::vector<UniqueIdListing>> parse_unique_ids(std::string_view lines) {
  std::vector<UniqueIdListing> out;
  const std::size_t whole = lines.size();
  while (!lines.empty()) {
    if (out.size() >= kMostListed) return fail(ErrorCode::kTooLarge, "the listing has too many lines");
    const std::size_t offset = whole - lines.size();
    std::string_view line = take_line(lines);
    const auto number = take_number<std::uint32_t>(line);
    const std::string_view id = take_word(line);
    if (!number || !is_unique_id(id)) {
      return fail_at(ErrorCode::kInvalidInput, offset, "a line of the listing is no number and unique-id");
    }
    out.push_back({*number, std::string(id)});
  }
  return out;
}

Capabilities parse_capabilities(std::string_view lines) {
  Capabilities out;
  out.told = true;
  while (!lines.empty())
    take_capability(take_line(lines), out);
  return out;
}

}  // namespace glasspost::pop3
