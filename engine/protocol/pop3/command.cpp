#include "engine/protocol/pop3/command.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::pop3 {
namespace {

constexpr std::array<std::string_view, kVerbCount> kVerbNames = {
    "USER", "PASS", "APOP", "AUTH", "CAPA", "STLS", "STAT", "LIST",
    "UIDL", "RETR", "TOP",  "DELE", "NOOP", "RSET", "QUIT", "unknown"};

using Parsed = tl::expected<Command, CommandError>;

// Reads the arguments of one line; `at_` is the offset of the next octet.
class ArgumentReader {
 public:
  ArgumentReader(std::string_view line, std::size_t at, Verb verb) : line_(line), at_(at) {
    command_.verb = verb;
  }

  Parsed read();

 private:
  Parsed refuse(std::string text) const {
    return tl::unexpected<CommandError>(CommandError{command_.verb, std::move(text), at_});
  }
  [[nodiscard]] std::string_view rest() const { return line_.substr(at_); }
  void skip_spaces() { at_ += std::min(rest().find_first_not_of(" \t"), rest().size()); }
  std::string_view word() {
    const std::string_view found = rest().substr(0, rest().find_first_of(" \t"));
    at_ += found.size();
    return found;
  }
  Parsed done() {
    skip_spaces();
    if (!rest().empty()) return refuse("Too many arguments");
    return std::move(command_);
  }
  Parsed user();
  Parsed pass();
  Parsed apop();
  Parsed auth();
  Parsed message(bool required);
  Parsed top();
  std::optional<std::uint32_t> number();

  std::string_view line_;
  std::size_t at_;
  Command command_;
};

// Digits; what does not fit is the largest number. Nothing is taken where there is no number.
std::optional<std::uint32_t> ArgumentReader::number() {
  const std::string_view digits = rest().substr(0, rest().find_first_of(" \t"));
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t value = 0;
  for (const char digit : digits)
    value = std::min(kMost, value * 10 + static_cast<std::uint64_t>(digit - '0'));
  at_ += digits.size();
  return static_cast<std::uint32_t>(value);
}

Parsed ArgumentReader::user() {
  skip_spaces();
  const std::string_view name = trim_wsp(rest());
  if (name.empty()) return refuse("USER wants a name");
  command_.argument = std::string(name);
  return std::move(command_);
}

// RFC 1939 7: PASS has exactly one argument, so spaces may be part of the password.
Parsed ArgumentReader::pass() {
  if (rest().size() < 2) return refuse("PASS wants a password");
  command_.argument = std::string(rest().substr(1));
  return std::move(command_);
}

Parsed ArgumentReader::apop() {
  skip_spaces();
  command_.argument = std::string(word());
  skip_spaces();
  const std::string_view digest = rest().substr(0, rest().find_first_of(" \t"));
  const bool hex = digest.size() == 32 && std::all_of(digest.begin(), digest.end(), is_hex_digit);
  if (command_.argument.empty() || !hex) return refuse("APOP wants a name and a digest");
  at_ += digest.size();
  command_.digest = to_lower(digest);
  return done();
}

Parsed ArgumentReader::auth() {
  skip_spaces();
  const std::string_view mechanism = word();
  if (mechanism.empty()) return refuse("AUTH wants a mechanism");
  command_.argument = to_upper(mechanism);
  skip_spaces();
  if (!rest().empty()) command_.initial_response = std::string(word());
  return done();
}

Parsed ArgumentReader::message(bool required) {
  skip_spaces();
  if (rest().empty() && !required) return std::move(command_);
  command_.message = number();
  if (!command_.message) return refuse("A message number is wanted");
  return done();
}

Parsed ArgumentReader::top() {
  skip_spaces();
  command_.message = number();
  if (!command_.message) return refuse("TOP wants a message number and a count of lines");
  skip_spaces();
  const std::optional<std::uint32_t> lines = number();
  if (!lines) return refuse("TOP wants a count of lines");
  command_.lines = *lines;
  return done();
}

Parsed ArgumentReader::read() {
  switch (command_.verb) {
    case Verb::kUser:
      return user();
    case Verb::kPass:
      return pass();
    case Verb::kApop:
      return apop();
    case Verb::kAuth:
      return auth();
    case Verb::kList:
    case Verb::kUidl:
      return message(false);
    case Verb::kRetr:
    case Verb::kDele:
      return message(true);
    case Verb::kTop:
      return top();
    default:
      return done();
  }
}

}  // namespace

std::string_view to_string(Verb verb) {
  return kVerbNames[static_cast<std::size_t>(verb)];
}

Verb parse_verb(std::string_view line, std::size_t* length) {
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  if (length != nullptr) *length = word.size();
  for (std::size_t i = 0; i + 1 < kVerbCount; ++i) {
    if (iequals(word, kVerbNames[i])) return static_cast<Verb>(i);
  }
  return Verb::kUnknown;
}

tl::expected<Command, CommandError> parse_command(std::string_view line) {
  std::size_t length = 0;
  const Verb verb = parse_verb(line, &length);
  if (verb == Verb::kUnknown) {
    return tl::unexpected<CommandError>(CommandError{verb, "Unknown command", 0});
  }
  if (verb != Verb::kAuth && line.size() + 2 > kMaxCommandLine) {
    return tl::unexpected<CommandError>(CommandError{verb, "Line too long", kMaxCommandLine - 2});
  }
  const std::size_t odd = line.find_first_of(std::string_view("\0\r\n", 3));
  if (odd != std::string_view::npos) {
    return tl::unexpected<CommandError>(CommandError{verb, "A control character stands in the line", odd});
  }
  return ArgumentReader(line, length, verb).read();
}

std::string encode_command(const Command& command) {
  std::string out(to_string(command.verb));
  if (!command.argument.empty()) out += " " + command.argument;
  if (!command.digest.empty()) out += " " + command.digest;
  if (command.initial_response) out += " " + *command.initial_response;
  if (command.message) out += " " + std::to_string(*command.message);
  if (command.verb == Verb::kTop) out += " " + std::to_string(command.lines);
  return out + "\r\n";
}

}  // namespace glasspost::pop3
