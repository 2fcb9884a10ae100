#pragma once

#include <string>
#include <string_view>

namespace glasspost::message {

/// Makes every line end CRLF: a bare LF or bare CR becomes one, CRLF stays. // RFC 5321 2.3.8
[[nodiscard]] std::string to_crlf(std::string_view text);
/// True if every CR is followed by LF and every LF follows a CR.
[[nodiscard]] bool has_only_crlf(std::string_view text);

/// to_crlf over chunks: finish() may add the LF of a final CR.
class CrlfConverter {
 public:
  void convert(std::string_view chunk, std::string& out);
  void finish(std::string& out);

 private:
  bool after_cr_ = false;
};

}  // namespace glasspost::message
