#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/base/time.h"
#include "engine/dissect/query_parts.h"

namespace glasspost::dissect {

namespace {

enum class TokenKind : std::uint8_t { kEnd, kWord, kText, kNumber, kSymbol };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t offset = 0;
  std::string text;  // of a text: unescaped
  std::int64_t number = 0;
};

bool is_word_start(char c) {
  return is_alpha(c) || c == '_';
}
bool is_word(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<Token> next() {
    while (at_ < text_.size() && (is_wsp(text_[at_]) || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
    Token token;
    token.offset = at_;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(token, c);
    const bool sign = (c == '-' || c == '+') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    if (is_digit(c) || sign) return number(token);
    if (is_word_start(c)) {
      while (at_ < text_.size() && is_word(text_[at_]))
        token.text += text_[at_++];
      token.kind = TokenKind::kWord;
      return token;
    }
    static constexpr std::array<std::string_view, 12> kSymbols = {"==", "!=", "<=", ">=", "&&", "||",
                                                                  "<",  ">",  "!",  "(",  ")",  ","};
    for (const std::string_view symbol : kSymbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      at_ += symbol.size();
      token.kind = TokenKind::kSymbol;
      token.text = symbol;
      return token;
    }
    if (c == '=') return fail_at(ErrorCode::kInvalidInput, at_, "'=' compares nothing; write '=='");
    return fail_at(ErrorCode::kInvalidInput, at_,
                   "'" + escaped(text_.substr(at_, 1)) + "' has no meaning here");
  }

 private:
  Result<Token> quoted(Token token, char quote) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        const char escape = text_[++at_];
        token.text += escape == 'n' ? '\n' : escape == 'r' ? '\r' : escape == 't' ? '\t' : escape;
        ++at_;
      } else {
        token.text += text_[at_++];
      }
    }
    if (at_ == text_.size()) {
      return fail_at(ErrorCode::kInvalidInput, token.offset, "a text that begins here has no end");
    }
    ++at_;
    token.kind = TokenKind::kText;
    return token;
  }

  Result<Token> number(Token token) {
    const bool negative = text_[at_] == '-';
    if (!is_digit(text_[at_])) ++at_;
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_alnum(text_[at_]) || text_[at_] == '.'))
      ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    token.text = digits;
    // 5.1.1 and 192.0.2.1 stand for themselves.
    if (std::count(digits.begin(), digits.end(), '.') > 1 && !is_alpha(digits.back())) {
      token.kind = TokenKind::kText;
      return token;
    }
    token.kind = TokenKind::kNumber;
    std::int64_t value = 0;
    bool plain = true;
    for (const char c : digits) {
      if (!is_digit(c)) {
        plain = false;
        break;
      }
      if (value > (INT64_MAX - 9) / 10) {
        return fail_at(ErrorCode::kInvalidInput, token.offset, "the number is too large");
      }
      value = value * 10 + (c - '0');
    }
    if (!plain) {
      const Result<Duration> duration = parse_duration(digits);
      if (!duration) {
        return fail_at(ErrorCode::kInvalidInput, token.offset,
                       "'" + escaped(digits) + "' is neither a number nor a duration like 1.5s or 20ms");
      }
      value = duration->ns;
    }
    token.number = negative ? -value : value;
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { parts_.text = text; }

  Result<Query::Parts> parse() {
    advance();
    const std::size_t root = parse_or();
    if (!error_ && token_.kind != TokenKind::kEnd)
      complain("the query should end here, or go on with && or ||");
    if (error_) return fail(std::move(*error_));
    static_cast<void>(root);  // the root is made last
    return std::move(parts_);
  }

 private:
  void advance() {
    Result<Token> token = lexer_.next();
    if (token) {
      token_ = std::move(*token);
    } else {
      if (!error_) error_ = token.error();
      token_ = Token{};
    }
  }
  void complain(std::string message) {
    if (!error_) error_ = Error{ErrorCode::kInvalidInput, std::move(message), token_.offset};
  }
  [[nodiscard]] bool is_symbol(std::string_view symbol) const {
    return token_.kind == TokenKind::kSymbol && token_.text == symbol;
  }
  [[nodiscard]] bool is_keyword(std::string_view word) const {
    return token_.kind == TokenKind::kWord && token_.text == word;
  }
  std::size_t add(QueryNode node) {
    parts_.nodes.push_back(std::move(node));
    return parts_.nodes.size() - 1;
  }
  std::size_t join(Operation operation, std::size_t left, std::size_t right) {
    QueryNode node;
    node.operation = operation;
    node.left = left;
    node.right = right;
    return add(std::move(node));
  }

  std::size_t parse_or() {
    std::size_t left = parse_and();
    while (!error_ && (is_symbol("||") || is_keyword("or"))) {
      advance();
      const std::size_t right = parse_and();
      left = join(Operation::kOr, left, right);
    }
    return left;
  }

  std::size_t parse_and() {
    std::size_t left = parse_not();
    while (!error_ && (is_symbol("&&") || is_keyword("and"))) {
      advance();
      const std::size_t right = parse_not();
      left = join(Operation::kAnd, left, right);
    }
    return left;
  }

  std::size_t parse_not() {
    if (++depth_ > kMostDepth) complain("the query is nested too deeply");
    std::size_t result = 0;
    if (!error_ && (is_symbol("!") || is_keyword("not"))) {
      advance();
      const std::size_t inner = parse_not();
      result = join(Operation::kNot, inner, inner);
    } else if (!error_ && is_symbol("(")) {
      advance();
      result = parse_or();
      if (!error_ && !is_symbol(")")) complain("a ')' is missing");
      advance();
    } else if (!error_) {
      result = parse_comparison();
    }
    --depth_;
    return result;
  }

  std::size_t parse_comparison() {
    QueryNode node;
    node.operands.push_back(parse_operand(false));
    const std::optional<Operation> operation = parse_operator();
    if (error_) return 0;
    if (!operation) {
      if (std::holds_alternative<Value>(node.operands[0]))
        complain("a comparison (==, <, contains, in) is missing");
      return add(std::move(node));
    }
    node.operation = *operation;
    if (*operation == Operation::kIn) {
      parse_list(node);
    } else {
      node.operands.push_back(parse_operand(true));
    }
    return add(std::move(node));
  }

  std::optional<Operation> parse_operator() {
    static constexpr std::pair<std::string_view, Operation> kOperators[] = {
        {"==", Operation::kEqual},          {"!=", Operation::kNotEqual}, {"<", Operation::kLess},
        {"<=", Operation::kLessEqual},      {">", Operation::kGreater},   {">=", Operation::kGreaterEqual},
        {"contains", Operation::kContains}, {"in", Operation::kIn}};
    if (token_.kind != TokenKind::kSymbol && token_.kind != TokenKind::kWord) return std::nullopt;
    for (const auto& [text, operation] : kOperators) {
      if (token_.text != text) continue;
      advance();
      return operation;
    }
    return std::nullopt;
  }

  void parse_list(QueryNode& node) {
    if (!is_symbol("(")) return complain("'in' wants a list: (\"a\", \"b\")");
    advance();
    while (!error_) {
      node.operands.push_back(parse_operand(true));
      if (error_) return;
      if (is_symbol(")")) return advance();
      if (!is_symbol(",")) return complain("a ',' or ')' is missing in the list");
      advance();
    }
  }

  // `right`: a word that is no field may stand for itself.
  Operand parse_operand(bool right) {
    const Token token = token_;
    switch (token.kind) {
      case TokenKind::kText:
        advance();
        return Value{token.text};
      case TokenKind::kNumber:
        advance();
        return Value{token.number};
      case TokenKind::kWord:
        return parse_word(right);
      case TokenKind::kEnd:
        complain(right ? "a value is missing" : "a field is missing");
        return Value{};
      case TokenKind::kSymbol:
        complain("'" + token.text + "' stands where a " + (right ? "value" : "field") + " should be");
        return Value{};
    }
    return Value{};
  }

  Operand parse_word(bool right) {
    const std::string word = token_.text;
    if (word == "true" || word == "false") {
      advance();
      return Value{std::int64_t{word == "true"}};
    }
    std::optional<FieldRef> field = find_field(word);
    // On the right, short names of columns are too easily meant as texts: `smtp.line == reply`.
    if (right && field && field->source == FieldSource::kColumn && !field->kind) field.reset();
    if (field) {
      advance();
      return *std::move(field);
    }
    if (!right) {
      complain("there is no field '" + word + "'" + similar_fields(word));
      return Value{};
    }
    advance();
    return Value{word};
  }

  Lexer lexer_;
  Token token_;
  Query::Parts parts_;
  std::optional<Error> error_;
  std::size_t depth_ = 0;
};

}  // namespace

Result<Query::Parts> parse_query(std::string_view text) {
  if (text.size() > kMostQuery) {
    return fail_at(ErrorCode::kTooLarge, kMostQuery,
                   "a query has at most " + std::to_string(kMostQuery) + " bytes");
  }
  return Parser(text).parse();
}

}  // namespace glasspost::dissect
