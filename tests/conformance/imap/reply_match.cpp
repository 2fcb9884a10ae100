#include "tests/conformance/imap/reply_match.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace glasspost::imap {

namespace {

class ElementReader {
 public:
  explicit ElementReader(std::string_view text) : text_(text) {}

  std::vector<Element> list(char end) {
    std::vector<Element> out;
    while (at_ < text_.size() && text_[at_] != end) {
      if (text_[at_] == ' ' || text_[at_] == ')' || text_[at_] == '\r' || text_[at_] == '\n') {
        ++at_;
      } else {
        out.push_back(element());
      }
    }
    if (at_ < text_.size()) ++at_;
    return out;
  }

 private:
  Element element() {
    Element out;
    if (text_.substr(at_).starts_with("~{")) {
      out.any_cr = true;
      ++at_;
    }
    const char c = text_[at_];
    if (c == '(' || c == '[') {
      ++at_;
      out.is_list = true;
      out.items = list(c == '(' ? ')' : ']');
    } else if (c == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out.text += text_[at_];
      }
      ++at_;
    } else if (!literal(out)) {
      atom(out);
    }
    return out;
  }

  bool literal(Element& out) {
    if (text_[at_] != '{') return false;
    const std::size_t end = text_.find("}\r\n", at_);
    if (end == std::string_view::npos) return false;
    std::size_t size = 0;
    for (const char c : text_.substr(at_ + 1, end - at_ - 1)) {
      if (!is_digit(c)) return false;
      size = size * 10 + static_cast<std::size_t>(c - '0');
    }
    out.text = text_.substr(end + 3, size);
    at_ = std::min(text_.size(), end + 3 + size);
    return true;
  }

  // "BODY[HEADER.FIELDS (From)]" is one.
  void atom(Element& out) {
    bool bracket = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (!bracket && (c == ' ' || c == '(' || c == ')' || c == ']' || c == '\r')) break;
      if (c == '[') bracket = true;
      if (c == ']') bracket = false;
      out.text += c;
      ++at_;
    }
    if (out.text.empty()) out.text = text_[at_++];
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_name_char(char c) {
  return is_alnum(c) || c == '_';
}

/// The name if the text is one variable alone.
std::string lone_variable(std::string_view text) {
  if (text.size() < 2 || text[0] != '$' || text[1] == '!') return {};
  std::string_view name = text.substr(1);
  if (name.front() == '{' && name.back() == '}') name = name.substr(1, name.size() - 2);
  const bool whole = !name.empty() && std::all_of(name.begin(), name.end(), is_name_char);
  return whole ? std::string(name) : std::string();
}

std::string without_cr(std::string text) {
  std::erase(text, '\r');
  return text;
}

/// How the elements of a list are compared.
struct Rule {
  bool ordered = true;
  std::size_t chain = 1;
  bool extra = false;
  std::vector<std::string> ignored;
  std::vector<std::string> banned;
};

enum class Place { kOther, kFetch, kFetchFlags, kNameAttributes, kStatus };

Rule default_rule(Place place) {
  Rule rule;
  if (place == Place::kFetch || place == Place::kStatus) rule = {false, 2, true, {}, {}};
  if (place == Place::kFetchFlags) rule = {false, 1, false, {"\\recent"}, {}};
  if (place == Place::kNameAttributes) rule = {false, 1, true, {}, {}};
  return rule;
}

/// Takes directives from the front of a list.
Rule rule_of(std::vector<Element>& wanted, Place place) {
  Rule rule = default_rule(place);
  if (wanted.empty() || !wanted.front().text.starts_with("$!")) return rule;
  rule = place == Place::kFetch ? rule : Rule();
  bool extra_said = false;
  while (!wanted.empty() && wanted.front().text.starts_with("$!")) {
    const std::string text = to_lower(wanted.front().text.substr(2));
    if (text == "ordered") rule.ordered = true;
    if (text.starts_with("unordered")) {
      rule.ordered = false;
      if (!extra_said) rule.extra = true;
      if (text.size() > 10) rule.chain = static_cast<std::size_t>(text[10] - '0');
    }
    if (text == "noextra" || text == "extra") {
      rule.extra = text == "extra";
      extra_said = true;
    }
    if (text.starts_with("ignore=")) rule.ignored.push_back(text.substr(7));
    if (text.starts_with("ban=")) rule.banned.push_back(text.substr(4));
    wanted.erase(wanted.begin());
  }
  return rule;
}

class Match {
 public:
  Match(const Reply* reply, Variables& variables) : reply_(reply), variables_(variables) {}

  bool element(const Element& wanted, const Element& seen, Place place) {
    if (!wanted.is_list && wanted.text == "$") return true;
    if (wanted.is_list != seen.is_list) return false;
    if (wanted.is_list) return list(wanted.items, seen.items, place);
    const std::string name = lone_variable(wanted.text);
    if (!name.empty() && variables_.find(name) == variables_.end()) {
      variables_[name] = seen.text;
      return true;
    }
    std::string text;
    if (!expand(wanted.text, variables_, text)) return false;
    if (wanted.any_cr) return iequals(without_cr(text), without_cr(seen.text));
    return iequals(text, seen.text);
  }

  bool list(std::vector<Element> wanted, const std::vector<Element>& seen, Place place) {
    const Rule rule = rule_of(wanted, place);
    for (const Element& one : seen) {
      if (std::find(rule.banned.begin(), rule.banned.end(), to_lower(one.text)) != rule.banned.end())
        return false;
    }
    if (!rule.ordered) return chains(rule, wanted, seen, place);
    if (wanted.size() > seen.size() || (wanted.size() < seen.size() && !rule.extra)) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (!element(wanted[i], seen[i], Place::kOther)) return false;
    }
    return true;
  }

  bool number(const Element& wanted, const Element& seen) {
    const std::string name = lone_variable(wanted.text);
    const bool mapped = !name.empty() && std::all_of(name.begin(), name.end(), is_digit);
    if (!mapped) return element(wanted, seen, Place::kOther);
    const std::size_t now = std::strtoul(seen.text.c_str(), nullptr, 10);
    return now >= 1 && now <= reply_->first_numbers.size() &&
           std::to_string(reply_->first_numbers[now - 1]) == name;
  }

 private:
  bool chains(const Rule& rule, const std::vector<Element>& wanted, const std::vector<Element>& seen,
              Place place) {
    std::vector<bool> used(seen.size(), false);
    for (std::size_t i = 0; i + rule.chain <= wanted.size(); i += rule.chain) {
      bool found = false;
      for (std::size_t k = 0; k + rule.chain <= seen.size() && !found; k += rule.chain) {
        if (used[k] || !chain(rule.chain, wanted, i, seen, k, place)) continue;
        found = true;
        std::fill_n(used.begin() + static_cast<std::ptrdiff_t>(k), rule.chain, true);
      }
      if (!found) return false;
    }
    if (rule.extra) return true;
    for (std::size_t k = 0; k < seen.size(); ++k) {
      const bool ignored =
          std::find(rule.ignored.begin(), rule.ignored.end(), to_lower(seen[k].text)) != rule.ignored.end();
      if (!used[k] && !ignored) return false;
    }
    return true;
  }

  bool chain(std::size_t size, const std::vector<Element>& wanted, std::size_t i,
             const std::vector<Element>& seen, std::size_t k, Place place) {
    const Variables before = variables_;
    const bool flags = place == Place::kFetch && iequals(seen[k].text, "flags");
    for (std::size_t n = 0; n < size; ++n) {
      const Place inner = n == 1 && flags ? Place::kFetchFlags : Place::kOther;
      if (element(wanted[i + n], seen[k + n], inner)) continue;
      variables_ = before;
      return false;
    }
    return true;
  }

  const Reply* reply_;
  Variables& variables_;
};

bool is_condition(const Element& element) {
  for (const std::string_view name : {"OK", "NO", "BAD", "BYE", "PREAUTH"}) {
    if (iequals(element.text, name)) return true;
  }
  return false;
}

bool try_match(const std::vector<Element>& wanted, const Reply& reply, Variables& variables) {
  const std::vector<Element>& seen = reply.elements;
  if (wanted.empty() || seen.empty()) return false;
  Match match(&reply, variables);
  if (is_condition(seen.front())) return begins_with(wanted, seen, variables);
  if (wanted.size() != seen.size()) return false;
  const bool numbered = seen.size() > 1 && is_digit(seen.front().text.front());
  const std::string kind = to_lower(numbered ? seen[1].text : seen[0].text);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Place place = Place::kOther;
    if (kind == "fetch") place = Place::kFetch;
    if (kind == "status") place = Place::kStatus;
    if (kind == "list" || kind == "lsub") place = Place::kNameAttributes;
    const bool fits =
        i == 0 && numbered ? match.number(wanted[i], seen[i]) : match.element(wanted[i], seen[i], place);
    if (!fits) return false;
  }
  return true;
}

}  // namespace

std::vector<Element> parse_elements(std::string_view line) {
  return ElementReader(line).list('\0');
}

bool expand(std::string_view text, const Variables& variables, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 >= text.size()) {
      out += text[i];
      continue;
    }
    if (text[i + 1] == '$') {
      out += '$';
      ++i;
      continue;
    }
    const bool braces = text[i + 1] == '{';
    std::size_t end = i + 1 + (braces ? 1 : 0);
    const std::size_t begin = end;
    while (end < text.size() && is_name_char(text[end]))
      ++end;
    if (end == begin) {
      out += '$';
      continue;
    }
    const auto found = variables.find(std::string(text.substr(begin, end - begin)));
    if (found == variables.end()) return false;
    out += found->second;
    i = braces ? end : end - 1;
  }
  return true;
}

bool matches(const std::vector<Element>& wanted, const Reply& reply, Variables& variables) {
  Variables changed = variables;
  if (!try_match(wanted, reply, changed)) return false;
  variables = std::move(changed);
  return true;
}

bool begins_with(const std::vector<Element>& wanted, const std::vector<Element>& elements,
                 Variables& variables) {
  if (wanted.size() > elements.size()) return false;
  Variables changed = variables;
  Match match(nullptr, changed);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!match.element(wanted[i], elements[i], Place::kOther)) return false;
  }
  variables = std::move(changed);
  return true;
}

}  // namespace glasspost::imap
