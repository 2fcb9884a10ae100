#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/observe/explanation.h"

namespace glasspost {

enum class Language { kEnglish, kKorean };

/// "en" or "ko".
[[nodiscard]] std::optional<Language> parse_language(std::string_view tag);

/// One entry: `{name}` stands for an argument. In Korean, `{name:을/를}` adds the particle that fits the word
/// before it (을/를, 이/가, 은/는, 과/와, 으로/로).
struct CatalogueEntry {
  std::string_view key;
  std::string_view english;
  std::string_view korean;
};

// The catalogue, an area a file (words_AREA.cpp). Keys are "area.what" and unique over all areas; a test
// checks that, and that both languages use the same arguments.
[[nodiscard]] std::span<const CatalogueEntry> words_auth();  ///< spf., dkim., dmarc.
[[nodiscard]] std::span<const CatalogueEntry> words_dns();   ///< dns.
[[nodiscard]] std::span<const CatalogueEntry>
words_mail();  ///< route., retry., access., filter., queue., mail.
[[nodiscard]] std::span<const CatalogueEntry> words_smtp();     ///< smtp., tls., sasl.
[[nodiscard]] std::span<const CatalogueEntry> words_pop3();     ///< pop3.
[[nodiscard]] std::span<const CatalogueEntry> words_imap();     ///< imap.
[[nodiscard]] std::span<const CatalogueEntry> words_trace();    ///< event., label., wire.
[[nodiscard]] std::span<const CatalogueEntry> words_app();      ///< cli., scenario.
[[nodiscard]] std::span<const CatalogueEntry> words_studio();   ///< studio.
[[nodiscard]] std::span<const CatalogueEntry> words_explore();  ///< explore.: ladder, transcript, inspector

[[nodiscard]] std::span<const std::span<const CatalogueEntry>> catalogue();

/// The words in a language. An unknown key gives the key itself with its arguments, so that nothing is
/// hidden; tests refuse unknown keys.
[[nodiscard]] std::string render(const MessageKey& message, Language language);
[[nodiscard]] bool in_catalogue(std::string_view key);

}  // namespace glasspost
