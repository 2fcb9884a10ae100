#pragma once

#include <string_view>

namespace glasspost::smtp {

/// Named tolerances. All off is strict; each one that is used is told to the observer under its name.
struct Leniencies {
  bool space_after_colon = false;       ///< "space-after-colon": `MAIL FROM: <a@b>`
  bool extra_spaces = false;            ///< "extra-spaces": `MAIL  FROM : <>`, two spaces before a parameter
  bool missing_angle_brackets = false;  ///< "missing-angle-brackets": `MAIL FROM:a@b`
  bool any_helo_argument = false;       ///< "any-helo-argument": EHLO with a name that is no domain, or `_`
  bool extra_cr = false;                ///< "extra-cr": CRs before a command's CRLF
  bool bare_lf_command = false;         ///< "bare-lf-command": a command line that LF alone ends
  bool bare_lf_content = false;         ///< "bare-lf-content": LF alone in content becomes CRLF; never an end
  bool bare_cr_content = false;         ///< "bare-cr-content": CR alone in content becomes a space

  /// Port 25: nothing is tolerated.
  static constexpr Leniencies strict() { return {}; }
  /// Submission: what real user agents are known to send.
  static constexpr Leniencies submission() {
    Leniencies kind;
    kind.space_after_colon = true;
    kind.extra_spaces = true;
    kind.any_helo_argument = true;
    kind.extra_cr = true;
    return kind;
  }
};

}  // namespace glasspost::smtp
