#include "engine/observe/catalogue.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

namespace glasspost {
namespace {

const std::map<std::string_view, const CatalogueEntry*>& index() {
  static const std::map<std::string_view, const CatalogueEntry*> entries = [] {
    std::map<std::string_view, const CatalogueEntry*> made;
    for (const auto& area : catalogue()) {
      for (const CatalogueEntry& entry : area)
        made.emplace(entry.key, &entry);
    }
    return made;
  }();
  return entries;
}

// The last code point of well-formed UTF-8; 0 for an empty text.
char32_t last_code_point(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t start = text.size() - 1;
  while (start > 0 && (static_cast<std::uint8_t>(text[start]) & 0xC0) == 0x80)
    --start;
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<std::uint8_t>(text[start + i]));
  };
  switch (text.size() - start) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3:
      return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default:
      return 0xFFFD;
  }
}

enum class Ending { kVowel, kConsonant, kRieul };

// How a word ends when read aloud in Korean: Hangul by its final consonant; digits and Latin letters by the
// names of the letters (SMTP ends in "피", MX in "엑스", 25 in "오"). Which letter names end in a consonant:
// L, M, N, R.
Ending ending_of(std::string_view word) {
  const char32_t last = last_code_point(word);
  if (last >= 0xAC00 && last <= 0xD7A3) {
    const char32_t final_consonant = (last - 0xAC00) % 28;
    if (final_consonant == 0) return Ending::kVowel;
    return final_consonant == 8 ? Ending::kRieul : Ending::kConsonant;
  }
  switch (last) {
    case '1':
    case '7':
    case '8':
    case 'l':
    case 'L':
    case 'r':
    case 'R':
      return Ending::kRieul;
    case '0':
    case '3':
    case '6':
    case 'm':
    case 'M':
    case 'n':
    case 'N':
      return Ending::kConsonant;
    default:
      return Ending::kVowel;
  }
}

std::string_view particle(std::string_view word, std::string_view pair) {
  const std::size_t slash = pair.find('/');
  if (slash == std::string_view::npos) return pair;
  const std::string_view after_consonant = pair.substr(0, slash);
  const std::string_view after_vowel = pair.substr(slash + 1);
  const Ending ending = ending_of(word);
  if (ending == Ending::kVowel) return after_vowel;
  if (ending == Ending::kRieul && after_consonant == "으로") return after_vowel;
  return after_consonant;
}

std::string fill(std::string_view pattern, const std::vector<Argument>& arguments) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) {
      out += pattern.substr(open);
      break;
    }
    const std::string_view field = pattern.substr(open + 1, close - open - 1);
    const std::string_view name = field.substr(0, field.find(':'));
    const auto it =
        std::find_if(arguments.begin(), arguments.end(), [&](const Argument& a) { return a.name == name; });
    const std::string_view value = it != arguments.end() ? std::string_view(it->text) : field;
    out += value;
    if (name.size() < field.size()) out += particle(value, field.substr(name.size() + 1));
    pattern.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

std::optional<Language> parse_language(std::string_view tag) {
  if (tag == "en") return Language::kEnglish;
  if (tag == "ko") return Language::kKorean;
  return std::nullopt;
}

std::span<const std::span<const CatalogueEntry>> catalogue() {
  static const std::array areas{words_auth(), words_dns(),   words_mail(), words_smtp(),   words_pop3(),
                                words_imap(), words_trace(), words_app(),  words_studio(), words_explore()};
  return areas;
}

std::string render(const MessageKey& message, Language language) {
  const auto it = index().find(message.key);
  if (it != index().end()) {
    return fill(language == Language::kKorean ? it->second->korean : it->second->english, message.arguments);
  }
  std::string out = message.key;
  for (const Argument& argument : message.arguments)
    out += " " + argument.name + "=" + argument.text;
  return out;
}

bool in_catalogue(std::string_view key) {
  return index().contains(key);
}

}  // namespace glasspost
