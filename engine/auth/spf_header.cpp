#include <algorithm>

#include "engine/auth/spf.h"
#include "engine/base/text.h"

namespace glasspost::auth {
namespace {

bool is_dot_atom_char(char c) {
  static constexpr std::string_view kSpecials = "!#$%&'*+-/=?^_`{|}~.";
  return is_alnum(c) || kSpecials.find(c) != std::string_view::npos;
}

// A value that came from a stranger: as it is where a dot-atom allows it, else quoted; what no quoted string
// may hold becomes "?". // RFC 5322 3.2.3, 3.2.4
std::string value(std::string_view text) {
  const bool dots = text.starts_with('.') || text.ends_with('.') || text.find("..") != std::string_view::npos;
  if (!text.empty() && !dots && std::all_of(text.begin(), text.end(), is_dot_atom_char))
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c >= ' ' && c <= '~' ? c : '?';
  }
  return out + '"';
}

// In a comment parentheses and backslashes need a backslash too. // RFC 5322 3.2.2
std::string in_comment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c >= ' ' && c <= '~' ? c : '?';
  }
  return out;
}

std::string comment_text(const SpfRequest& request, const SpfVerdict& verdict) {
  const std::string who = verdict.sender;
  const std::string client = request.client.unmapped().to_string();
  switch (verdict.result) {
    case SpfResult::kPass:
      return "domain of " + who + " designates " + client + " as permitted sender";
    case SpfResult::kFail:
      return "domain of " + who + " does not designate " + client + " as permitted sender";
    case SpfResult::kSoftFail:
      return "domain of transitioning " + who + " does not designate " + client + " as permitted sender";
    case SpfResult::kNeutral:
      return client + " is neither permitted nor denied by domain of " + who;
    case SpfResult::kNone:
      return "domain of " + who + " does not designate permitted senders";
    case SpfResult::kTempError:
    case SpfResult::kPermError:
      return "error in processing: " + verdict.problem;
  }
  return "";
}

}  // namespace

std::string received_spf(const SpfRequest& request, const SpfVerdict& verdict) {
  const bool helo = request.identity == SpfIdentity::kHelo;
  std::string comment = comment_text(request, verdict);
  if (!request.receiver.empty()) comment = request.receiver + ": " + comment;
  std::string out = std::string(to_string(verdict.result)) + " (" + in_comment(comment) + ")";
  out += " client-ip=" + value(request.client.unmapped().to_string());
  out += "; envelope-from=" + value(request.mail_from);
  out += "; helo=" + value(request.helo);
  if (!request.receiver.empty()) out += "; receiver=" + value(request.receiver);
  out += std::string("; identity=") + (helo ? "helo" : "mailfrom");
  if (!verdict.mechanism.empty()) out += "; mechanism=" + value(verdict.mechanism);
  if (!verdict.problem.empty()) out += "; problem=" + value(verdict.problem);
  return out;
}

std::string authentication_result(const SpfRequest& request, const SpfVerdict& verdict) {
  const bool helo = request.identity == SpfIdentity::kHelo || request.mail_from.empty();
  const std::string_view property = helo ? "smtp.helo=" : "smtp.mailfrom=";
  const std::string_view identity = helo ? std::string_view(request.helo) : std::string_view(verdict.sender);
  const std::size_t at = identity.rfind('@');
  // RFC 8601 2.2: a pvalue is a value, or a local part (quoted where need be), "@" and a domain.
  std::string shown;
  if (at == std::string_view::npos) {
    shown = value(identity);
  } else {
    shown = value(identity.substr(0, at)) + "@" + value(identity.substr(at + 1));
  }
  return "spf=" + std::string(to_string(verdict.result)) + " " + std::string(property) + shown;
}

}  // namespace glasspost::auth
