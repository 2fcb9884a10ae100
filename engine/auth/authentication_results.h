#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/message/header.h"

namespace glasspost::auth {

// What the checks found, said in the message for those who read it later. // RFC 8601

/// "header.d=alpha.example" is {"header", "d", "alpha.example"}.
struct AuthenticationProperty {
  std::string type;  ///< "smtp", "header", "body", "policy"
  std::string name;
  std::string value;  ///< plain: to_string() quotes it where it must be

  friend bool operator==(const AuthenticationProperty&, const AuthenticationProperty&) = default;
};

/// One method's result. // RFC 8601 2.2 resinfo
struct AuthenticationResult {
  std::string method;  ///< "spf"
  std::string result;  ///< "pass"
  std::string reason;  ///< or empty
  std::vector<AuthenticationProperty> properties;

  friend bool operator==(const AuthenticationResult&, const AuthenticationResult&) = default;
};
/// On one line; values are cut at 256 bytes, and a control character in them becomes "?".
[[nodiscard]] std::string to_string(const AuthenticationResult& result);

/// The whole field, folded, with its line end. `results` are what to_string() and the authentication_result()
/// functions give; none of them: "none". // RFC 8601 2.2
[[nodiscard]] std::string authentication_results_field(std::string_view authserv_id,
                                                       const std::vector<std::string>& results);

/// A field's value, read.
struct AuthenticationResults {
  std::string authserv_id;
  int version = 1;
  std::vector<AuthenticationResult> results;

  friend bool operator==(const AuthenticationResults&, const AuthenticationResults&) = default;
};
/// At most 200 results with 50 properties each. Errors: kInvalidInput, kTooLarge, with offset. // RFC
/// 8601 2.2
[[nodiscard]] Result<AuthenticationResults> parse_authentication_results(std::string_view value);

/// Alterations, to be applied in order, that remove every Authentication-Results field that claims to be of
/// one of `our_ids` (compared after comments, quotes and folding are undone, ignoring case), has a version
/// that is not 1, or has no id that can be read: what comes from outside must not speak for us. DKIM is
/// verified before that, and our own field is put in after. // RFC 8601 5
[[nodiscard]] std::vector<message::Alteration> remove_forged_results(const message::Header& header,
                                                                     const std::vector<std::string>& our_ids);

}  // namespace glasspost::auth
