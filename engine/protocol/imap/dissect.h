#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::imap {

/// What a range of octets of one line is.
enum class LabelKind : std::uint8_t {
  kTag,
  kUntagged,      ///< "*"
  kContinuation,  ///< "+"
  kVerb,          ///< of UID FETCH both words
  kMailbox,       ///< a mailbox's name
  kNumbers,       ///< a sequence set, or a number
  kArgument,
  kCredential,    ///< a password, base64 of a SASL exchange: secret
  kLiteral,       ///< the announcement of one: "{310}"
  kStatus,        ///< OK, NO, BAD, PREAUTH, BYE
  kResponseCode,  ///< with its brackets
  kResponseName,  ///< EXISTS, FETCH, ...
  kKeyword,       ///< a capability; the name of an item of FETCH
  kText,
  kUnknown,  ///< what makes no sense there
};
/// A stable lower-case name ("verb", "response-code").
[[nodiscard]] std::string_view to_string(LabelKind kind);

struct Label {
  LabelKind kind = LabelKind::kUnknown;
  std::size_t offset = 0;  ///< in the line
  std::size_t length = 0;
  friend bool operator==(const Label&, const Label&) = default;
};

/// What a line announces at its end. // RFC 3501 4.3, RFC 7888
struct LiteralAnnounced {
  enum class Use : std::uint8_t {
    kText,     ///< an argument or a value
    kMessage,  ///< a message, or its header
    kSecret,
  };
  std::uint64_t size = 0;
  bool synchronizing = true;  ///< a client's: it waits for the server's "+"
  Use use = Use::kText;
};

namespace dissect_detail {
class Scanner;
}

/// Labels a client's commands line by line. A command has several lines where literals stand between them;
/// the literals' octets are the caller's. Labels are in order, without overlap, spaces left out. Total.
class CommandDissector {
 public:
  /// The first line of a command, without its line end.
  std::vector<Label> begin(std::string_view line);
  /// The line after the literal that the line before announced.
  std::vector<Label> go_on(std::string_view line);

  /// Of the present command.
  [[nodiscard]] const std::string& tag() const { return tag_; }
  [[nodiscard]] const std::string& verb() const { return verb_; }  ///< upper case, without UID
  [[nodiscard]] bool by_uid() const { return by_uid_; }
  /// Where the arguments begin in the first line.
  [[nodiscard]] std::size_t arguments_at() const { return arguments_at_; }
  /// Of the last line.
  [[nodiscard]] const std::optional<LiteralAnnounced>& literal() const { return literal_; }

 private:
  void arguments(dissect_detail::Scanner& at);
  void unknown(dissect_detail::Scanner& at);
  [[nodiscard]] LabelKind kind_of_argument() const;

  std::string tag_, verb_;
  bool by_uid_ = false;
  std::size_t arguments_at_ = 0;
  std::size_t argument_ = 0;  ///< how many have been read
  std::size_t depth_ = 0;     ///< open parentheses
  std::optional<LiteralAnnounced> literal_;
};

/// The same for a server's responses.
class ResponseDissector {
 public:
  std::vector<Label> begin(std::string_view line);
  std::vector<Label> go_on(std::string_view line);

  /// Of the present response: "*", "+", the command's tag; empty if it is no response.
  [[nodiscard]] const std::string& tag() const { return tag_; }
  /// What it is, upper case: OK, NO, EXISTS, FETCH; "+" for a continuation.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Upper case, without its arguments: "READ-WRITE", "UIDNEXT".
  [[nodiscard]] const std::string& code() const { return code_; }
  /// EXISTS's, FETCH's; the largest that fits for one that is too large.
  [[nodiscard]] std::optional<std::uint32_t> number() const { return number_; }
  [[nodiscard]] const std::optional<LiteralAnnounced>& literal() const { return literal_; }

 private:
  void status(dissect_detail::Scanner& at);
  void values(dissect_detail::Scanner& at);
  void items(dissect_detail::Scanner& at);

  std::string tag_, name_, code_;
  std::optional<std::uint32_t> number_;
  std::size_t depth_ = 0;
  bool in_items_ = false;  ///< inside FETCH's list
  std::string item_;       ///< whose value comes next, upper case
  std::size_t value_ = 0;  ///< how many have been read
  std::optional<LiteralAnnounced> literal_;
};

}  // namespace glasspost::imap
