#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost::tap {

/// Finds credentials in a plain dialogue of SMTP, POP3 or IMAP as it goes by, and writes as many asterisks in
/// their place. Bytes may come in any pieces; both sides' must be told in the order in which they were sent.
class SecretMask {
 public:
  /// What the client sends, with its secrets masked.
  [[nodiscard]] std::string from_client(std::string_view bytes);
  /// What the server sends; nothing of it is secret, but it tells what the client's next line is.
  void from_server(std::string_view bytes);

 private:
  static constexpr std::size_t kWordLength = 16;

  char next(char c);
  [[nodiscard]] bool is_secret() const;
  void end_line();
  void end_server_line();

  // The client's present line: its first words in upper case, cut at kWordLength.
  std::array<std::string, 3> words_;
  std::size_t word_ = 0;  // the one that is being read
  bool line_is_secret_ = false;
  bool login_began_ = false;  // the last command began an authentication
  std::string line_end_;      // the line's last two bytes
  // Mail content is nobody's password.
  bool in_content_ = false;
  int dot_ = 1;  // bytes of CR LF "." CR LF that have been seen; the start of content counts as a line's
  std::uint64_t chunk_left_ = 0;  // BDAT
  // The server's present line.
  std::string reply_;
};

}  // namespace glasspost::tap
