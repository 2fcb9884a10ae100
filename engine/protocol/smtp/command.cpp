#include "engine/protocol/smtp/command.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::smtp {
namespace {

constexpr std::array<std::string_view, kVerbCount> kVerbNames = {
    "EHLO", "HELO",     "MAIL", "RCPT", "DATA", "RSET", "NOOP", "VRFY", "EXPN",   "HELP",
    "QUIT", "STARTTLS", "AUTH", "BDAT", "LHLO", "ETRN", "ATRN", "BURL", "unknown"};

constexpr EnhancedStatusCode kSyntax{5, 5, 2};
constexpr EnhancedStatusCode kBadArguments{5, 5, 4};
constexpr EnhancedStatusCode kBadSender{5, 1, 7};
constexpr EnhancedStatusCode kBadRecipient{5, 1, 3};

using Parsed = tl::expected<Command, CommandError>;

// Reads the arguments of one command line; `at_` is the offset of the next octet.
class ArgumentReader {
 public:
  ArgumentReader(std::string_view line, std::size_t at, Verb verb, const CommandSyntax& syntax)
      : line_(line), at_(at), syntax_(syntax) {
    command_.verb = verb;
  }

  Parsed read();

 private:
  Parsed refuse(EnhancedStatusCode enhanced, std::string text, int code = 501) const {
    return tl::unexpected<CommandError>(
        CommandError{command_.verb, Reply::make(code, enhanced, std::move(text)), at_});
  }
  [[nodiscard]] std::string_view rest() const { return line_.substr(at_); }
  void tolerate(std::string_view name) { command_.leniencies.push_back({name, escaped(line_)}); }

  Parsed nothing();
  Parsed hello();
  Parsed mail_or_rcpt();
  Parsed parameters();
  Parsed text(bool required);
  Parsed auth();
  Parsed bdat();
  Parsed atrn();
  bool read_clause(std::string_view clause);
  bool skip_one_space();
  std::optional<CommandError> take_parameter(std::string_view word);
  void keep(EsmtpParameter parameter);

  std::string_view line_;
  std::size_t at_;
  const CommandSyntax& syntax_;
  Command command_;
};

Parsed ArgumentReader::nothing() {
  // RFC 5321 4.1.1.4, 4.1.1.5, 4.1.1.10; RFC 3207 4
  if (!rest().empty()) {
    return refuse(kBadArguments, std::string(to_string(command_.verb)) + " takes no argument");
  }
  return std::move(command_);
}

Parsed ArgumentReader::hello() {
  if (!skip_one_space()) {
    return refuse(kBadArguments, std::string(to_string(command_.verb)) + " needs your host name");
  }
  const std::string_view name = rest();
  // RFC 5321 4.1.1.1. An address literal after HELO is outside its grammar, but says who speaks.
  if (!is_domain_or_literal(name)) {
    const bool printable =
        std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c != '\x7f'; });
    if (!syntax_.leniencies.any_helo_argument || !printable || name.empty() || name.size() > 255) {
      return refuse(kBadArguments, "That is neither a domain name nor an address literal");
    }
    tolerate("any-helo-argument");
  }
  command_.argument = name;
  return std::move(command_);
}

// One SP, or several where that is tolerated. False if there is none.
bool ArgumentReader::skip_one_space() {
  if (rest().empty() || rest().front() != ' ') return false;
  ++at_;
  const std::size_t more = std::min(rest().find_first_not_of(' '), rest().size());
  if (more > 0 && syntax_.leniencies.extra_spaces) {
    at_ += more;
    tolerate("extra-spaces");
  }
  return true;
}

// SP "FROM:" or SP "TO:", and no more.
bool ArgumentReader::read_clause(std::string_view clause) {
  if (!skip_one_space() || !istarts_with(rest(), clause)) return false;
  at_ += clause.size();
  const std::size_t spaces = std::min(rest().find_first_not_of(' '), rest().size());
  if (spaces > 0 && syntax_.leniencies.extra_spaces && rest().substr(spaces, 1) == ":") {
    at_ += spaces;
    tolerate("extra-spaces");
  }
  if (rest().empty() || rest().front() != ':') return false;
  ++at_;
  const std::size_t after = std::min(rest().find_first_not_of(' '), rest().size());
  if (after > 0 && syntax_.leniencies.space_after_colon) {
    at_ += after;
    tolerate("space-after-colon");
  }
  return true;
}

Parsed ArgumentReader::mail_or_rcpt() {
  const bool is_mail = command_.verb == Verb::kMail;
  if (!read_clause(is_mail ? "FROM" : "TO")) {
    return refuse(kBadArguments, is_mail ? "Say MAIL FROM:<address>" : "Say RCPT TO:<address>");
  }
  PathSyntax path_syntax;
  path_syntax.allow_utf8 = syntax_.allow_utf8;
  path_syntax.allow_missing_brackets = syntax_.leniencies.missing_angle_brackets;
  auto path = parse_path_prefix(rest(), path_syntax);
  const EnhancedStatusCode bad_path = is_mail ? kBadSender : kBadRecipient;
  if (!path) {
    at_ += path.error().offset.value_or(0);
    return refuse(bad_path, "Bad address: " + path.error().message);
  }
  // RFC 5321 4.1.1.3: only a reverse-path may be null; 4.1.1.2: it has a domain.
  if (!is_mail && !path->mailbox) return refuse(bad_path, "Bad address: a recipient cannot be empty");
  if (is_mail && path->mailbox && path->mailbox->domain.empty()) {
    return refuse(bad_path, "Bad address: a sender has a domain");
  }
  at_ += path->length;
  if (path->without_brackets) tolerate("missing-angle-brackets");
  command_.had_source_route = path->had_source_route;
  if (is_mail) {
    command_.reverse_path.mailbox = std::move(path->mailbox);
  } else {
    command_.forward_path.mailbox = std::move(*path->mailbox);
  }
  return parameters();
}

Parsed ArgumentReader::parameters() {
  while (!rest().empty()) {
    if (!skip_one_space()) return refuse(kBadArguments, "A space stands between a path and a parameter");
    const std::string_view word = rest().substr(0, rest().find(' '));
    if (auto error = take_parameter(word)) return tl::unexpected<CommandError>(std::move(*error));
    at_ += word.size();
  }
  return std::move(command_);
}

std::optional<CommandError> ArgumentReader::take_parameter(std::string_view word) {
  const bool is_mail = command_.verb == Verb::kMail;
  const auto bad = [&](int code, std::string text) {
    return CommandError{command_.verb, Reply::make(code, kBadArguments, std::move(text)), at_};
  };
  EsmtpParameter parameter;
  const std::size_t equals = word.find('=');
  parameter.keyword = to_upper(word.substr(0, equals));
  if (equals != std::string_view::npos) parameter.value = std::string(word.substr(equals + 1));
  // RFC 5321 4.1.2: esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
  const bool good_keyword = !parameter.keyword.empty() && parameter.keyword.front() != '-' &&
                            std::all_of(parameter.keyword.begin(), parameter.keyword.end(),
                                        [](char c) { return is_alnum(c) || c == '-'; });
  if (!good_keyword) return bad(501, "A parameter's keyword is letters, digits and hyphens");
  if (const Ok checked = check_parameter(parameter, is_mail); !checked) {
    const bool unknown = checked.error().code == ErrorCode::kUnsupported;  // RFC 5321 4.1.1.11: 555
    return bad(unknown ? 555 : 501, "Parameter " + parameter.keyword + ": " + checked.error().message);
  }
  const auto& all = is_mail ? command_.mail_parameters.all : command_.recipient_parameters.all;
  const bool twice = std::any_of(all.begin(), all.end(),
                                 [&](const EsmtpParameter& p) { return p.keyword == parameter.keyword; });
  // Two values for one thing have no meaning in any of the extensions. // RFC 3461 4, RFC 6152 2
  if (twice) return bad(501, "Parameter " + parameter.keyword + " stands twice");
  keep(std::move(parameter));
  return std::nullopt;
}

void ArgumentReader::keep(EsmtpParameter parameter) {
  if (command_.verb != Verb::kMail) {
    command_.recipient_parameters.all.push_back(std::move(parameter));
    return;
  }
  MailParameters& known = command_.mail_parameters;
  const std::string value = parameter.value.value_or("");
  if (parameter.keyword == "SIZE") {
    std::uint64_t size = 0;  // at most 20 digits; what does not fit is more than any limit
    for (const char c : value) {
      const auto digit = static_cast<std::uint64_t>(c - '0');
      size = size > (UINT64_MAX - digit) / 10 ? UINT64_MAX : size * 10 + digit;
    }
    known.size = size;
  } else if (parameter.keyword == "BODY") {
    known.body = iequals(value, "7BIT")       ? BodyType::k7Bit
                 : iequals(value, "8BITMIME") ? BodyType::k8BitMime
                                              : BodyType::kBinaryMime;
  } else if (parameter.keyword == "SMTPUTF8") {
    known.smtputf8 = true;
  } else if (parameter.keyword == "AUTH") {
    known.auth = decode_xtext(value).value_or(std::string());
  }
  known.all.push_back(std::move(parameter));
}

Parsed ArgumentReader::text(bool required) {
  if (!skip_one_space() && !rest().empty()) return refuse(kSyntax, "A space stands behind the verb");
  if (rest().empty() && required) {
    return refuse(kBadArguments, std::string(to_string(command_.verb)) + " needs an argument");
  }
  if (rest() == "\"\"" && required) return refuse(kBadArguments, "The argument is empty");
  command_.argument = rest();
  return std::move(command_);
}

Parsed ArgumentReader::auth() {
  if (!skip_one_space() || rest().empty()) return refuse(kBadArguments, "AUTH needs a mechanism");
  const std::string_view name = rest().substr(0, rest().find(' '));
  // RFC 4422 3.1: 1 to 20 letters, digits, hyphens and underscores. One registered name is longer.
  const bool good = name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
                      return is_alnum(c) || c == '-' || c == '_';
                    });
  if (!good || name.empty()) return refuse(kBadArguments, "That is not a mechanism's name");
  command_.argument = to_upper(name);
  at_ += name.size();
  if (rest().empty()) return std::move(command_);
  if (!skip_one_space()) return refuse(kBadArguments, "A space stands behind the mechanism");
  if (rest().find(' ') != std::string_view::npos) {
    return refuse(kBadArguments, "AUTH takes a mechanism and one initial response");
  }
  command_.initial_response = std::string(rest());
  return std::move(command_);
}

Parsed ArgumentReader::bdat() {  // RFC 3030 2: chunk-size [ SP "LAST" ]
  if (!skip_one_space()) return refuse(kBadArguments, "BDAT needs a size");
  const std::string_view argument = rest();
  const std::string_view size = argument.substr(0, argument.find(' '));
  const std::string_view end = argument.substr(size.size());
  if (size.empty() || size.size() > 20 || !std::all_of(size.begin(), size.end(), is_digit)) {
    return refuse(kBadArguments, "BDAT's size is a number");
  }
  if (!end.empty() && !iequals(end, " LAST"))
    return refuse(kBadArguments, "Only LAST may follow BDAT's size");
  command_.argument = argument;
  return std::move(command_);
}

Parsed ArgumentReader::atrn() {  // RFC 2645 5.2.1: domain *("," domain)
  if (!skip_one_space()) return refuse(kBadArguments, "ATRN needs a domain here");
  for (const std::string_view domain : split(rest(), ',')) {
    if (!is_domain_or_literal(trim_wsp(domain))) return refuse(kBadArguments, "That is not a domain name");
  }
  command_.argument = rest();
  return std::move(command_);
}

Parsed ArgumentReader::read() {
  switch (command_.verb) {
    case Verb::kEhlo:
    case Verb::kHelo:
    case Verb::kLhlo:
      return hello();
    case Verb::kMail:
    case Verb::kRcpt:
      return mail_or_rcpt();
    case Verb::kData:
    case Verb::kRset:
    case Verb::kQuit:
    case Verb::kStartTls:
      return nothing();
    case Verb::kNoop:
    case Verb::kHelp:
      return text(false);
    case Verb::kVrfy:
    case Verb::kExpn:
    case Verb::kEtrn:
    case Verb::kBurl:
      return text(true);
    case Verb::kAuth:
      return auth();
    case Verb::kBdat:
      return bdat();
    case Verb::kAtrn:
      return atrn();
    case Verb::kUnknown:
      break;
  }
  return refuse(kSyntax, "Command not recognised", 500);  // RFC 5321 4.2.4
}

void append_parameters(const std::vector<EsmtpParameter>& parameters, std::string& line) {
  for (const EsmtpParameter& parameter : parameters) {
    line += " " + parameter.keyword;
    if (parameter.value) line += "=" + *parameter.value;
  }
  line += "\r\n";
}

}  // namespace

std::string_view to_string(Verb verb) {
  return kVerbNames[static_cast<std::size_t>(verb)];
}

Verb parse_verb(std::string_view line, std::size_t* length) {
  std::size_t end = 0;
  while (end < line.size() && is_alpha(line[end]))
    ++end;
  if (length != nullptr) *length = end;
  if (end < line.size() && line[end] != ' ' && line[end] != '\t') return Verb::kUnknown;
  const std::string_view word = line.substr(0, end);
  for (std::size_t i = 0; i + 1 < kVerbCount; ++i) {
    if (iequals(word, kVerbNames[i])) return static_cast<Verb>(i);  // RFC 5321 2.4: in any case
  }
  return Verb::kUnknown;
}

Parsed parse_command(std::string_view line, const CommandSyntax& syntax) {
  // A terminal that makes CRLF of an LF makes CR CRLF of a CRLF.
  if (syntax.leniencies.extra_cr && line.ends_with('\r')) {
    const std::size_t last = line.find_last_not_of('\r');
    const std::string detail = escaped(line);
    CommandSyntax rest = syntax;
    rest.leniencies.extra_cr = false;
    Parsed parsed = parse_command(line.substr(0, last == std::string_view::npos ? 0 : last + 1), rest);
    if (parsed) parsed->leniencies.push_back({"extra-cr", detail});
    return parsed;
  }
  std::size_t verb_length = 0;
  const Verb verb = parse_verb(line, &verb_length);
  const std::size_t limit = verb == Verb::kAuth ? kMaxAuthLine : kMaxCommandLine;
  const auto refuse = [&](int code, std::size_t offset, std::string text) {
    return tl::unexpected<CommandError>(
        CommandError{verb, Reply::make(code, kSyntax, std::move(text)), offset});
  };
  if (line.size() + 2 > limit) return refuse(500, limit - 2, "Line too long");
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
    // RFC 5321 4.1.2: no control characters in any argument; 2.4: eight-bit only by extension.
    if (control || (c >= 0x80 && !syntax.allow_utf8)) {
      const bool known = verb != Verb::kUnknown;
      return refuse(known ? 501 : 500, i,
                    control ? "A control character stands in the command" : "The command is not all ASCII");
    }
  }
  if (syntax.allow_utf8 && !is_utf8(line))
    return refuse(verb == Verb::kUnknown ? 500 : 501, 0, "The command is not UTF-8");
  // RFC 5321 4.1.1: white space before the CRLF is tolerated.
  const std::size_t end = line.find_last_not_of(" \t");
  line = line.substr(0, end == std::string_view::npos ? 0 : end + 1);
  return ArgumentReader(line, std::min(verb_length, line.size()), verb, syntax).read();
}

std::string encode_mail(const ReversePath& path, const std::vector<EsmtpParameter>& parameters) {
  std::string line = "MAIL FROM:<" + path.to_string() + ">";
  append_parameters(parameters, line);
  return line;
}

std::string encode_rcpt(const ForwardPath& path, const std::vector<EsmtpParameter>& parameters) {
  std::string line = "RCPT TO:<" + path.to_string() + ">";
  append_parameters(parameters, line);
  return line;
}

}  // namespace glasspost::smtp
