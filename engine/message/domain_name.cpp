#include "engine/message/domain_name.h"

#include <cstddef>
#include <cstdint>
#include <memory>

#include <idn2.h>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

struct Idn2Free {
  void operator()(char* text) const { idn2_free(text); }
};
using Idn2Text = std::unique_ptr<char, Idn2Free>;

// A U-label is at most 63 octets as A-label; in UTF-8 it can be longer, but not by more than this.
constexpr std::size_t kMaxUnicodeDomain = 4 * kMaxDomain;

}  // namespace

Result<std::string> to_a_labels(std::string_view domain) {
  if (!domain.empty() && domain.front() == '[') return std::string(domain);
  if (is_ascii(domain)) return to_lower(domain);
  if (domain.size() > kMaxUnicodeDomain) return fail(ErrorCode::kInvalidInput, "domain name is too long");
  if (domain.find('\0') != std::string_view::npos || !is_utf8(domain)) {
    return fail(ErrorCode::kInvalidInput, "domain name is not UTF-8");
  }
  char* converted = nullptr;
  const std::string input(domain);
  const int status =
      idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(input.c_str()),
                     reinterpret_cast<std::uint8_t**>(&converted), IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const Idn2Text owner(converted);
  if (status != IDN2_OK || converted == nullptr) {
    return fail(ErrorCode::kInvalidInput, "domain name cannot be written in A-labels");
  }
  return to_lower(std::string_view(converted));
}

std::string to_u_labels(std::string_view domain) {
  const bool has_a_label =
      istarts_with(domain, "xn--") || to_lower(domain).find(".xn--") != std::string::npos;
  if (!has_a_label || domain.size() > kMaxDomain || domain.find('\0') != std::string_view::npos) {
    return std::string(domain);
  }
  char* converted = nullptr;
  const std::string input(domain);
  const int status = idn2_to_unicode_8z8z(input.c_str(), &converted, 0);
  const Idn2Text owner(converted);
  if (status != IDN2_OK || converted == nullptr || !is_utf8(converted)) return std::string(domain);
  return converted;
}

bool same_domain(std::string_view a, std::string_view b) {
  if (!a.empty() && a.back() == '.') a.remove_suffix(1);
  if (!b.empty() && b.back() == '.') b.remove_suffix(1);
  if (iequals(a, b)) return true;
  if (is_ascii(a) && is_ascii(b)) return false;
  const auto x = to_a_labels(a);
  const auto y = to_a_labels(b);
  return x && y && *x == *y;
}

}  // namespace glasspost::message
