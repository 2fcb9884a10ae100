#pragma once

// How meanings are looked up; for the sources of this folder only.

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "engine/dissect/meaning.h"

namespace glasspost::dissect {

/// What a word of a protocol (a verb, a response code) means.
struct MeaningEntry {
  std::string_view word;
  std::string_view key;
  std::string_view rule;
};

/// Null if the word is not in the table.
template <std::size_t N>
const MeaningEntry* find_entry(const MeaningEntry (&entries)[N], std::string_view word) {
  const MeaningEntry* const found =
      std::find_if(std::begin(entries), std::end(entries),
                   [word](const MeaningEntry& entry) { return entry.word == word; });
  return found == std::end(entries) ? nullptr : found;
}

inline Meaning made(std::string_view key, std::string_view rule) {
  Meaning meaning;
  meaning.words.key = key;
  meaning.rule = rule;
  return meaning;
}
inline Meaning made(const MeaningEntry* entry) {
  return entry == nullptr ? Meaning{} : made(entry->key, entry->rule);
}
inline void add(Meaning& meaning, std::string_view name, std::string_view value) {
  meaning.words.arguments.push_back(Argument::of_text(std::string(name), value));
}
inline std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find(' '));
}

[[nodiscard]] Meaning pop3_meaning(const Line& line);
[[nodiscard]] Meaning imap_meaning(const Line& line);

}  // namespace glasspost::dissect
