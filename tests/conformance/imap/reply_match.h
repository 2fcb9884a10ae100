#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::imap {

/// An element of a response: text, or a list of elements.
struct Element {
  bool is_list = false;
  bool any_cr = false;  ///< written with "~": compared without CR
  std::string text;
  std::vector<Element> items;
};

/// The elements of one line, literals included ("{5}" CR LF and the bytes).
std::vector<Element> parse_elements(std::string_view line);

/// What names in a script stand for; names without a value get it from the server.
using Variables = std::map<std::string, std::string>;

/// Text with its variables put in ("$name", "${name}", "$$"); false if one has no value.
bool expand(std::string_view text, const Variables& variables, std::string& out);

/// One untagged response, and which number each message had when the command began.
struct Reply {
  std::vector<Element> elements;
  std::vector<std::uint32_t> first_numbers;  ///< by present number minus 1
};

/// Whether the response is what the script wants; if so, variables have got their values.
bool matches(const std::vector<Element>& wanted, const Reply& reply, Variables& variables);
/// Whether the elements begin with those that are wanted.
bool begins_with(const std::vector<Element>& wanted, const std::vector<Element>& elements,
                 Variables& variables);

}  // namespace glasspost::imap
