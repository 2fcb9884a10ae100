#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "engine/observe/catalogue.h"

namespace glasspost {

/// Says catalogue entries in one language: `speak("ladder.stored", {{"folder", "INBOX"}})`.
class Speaker {
 public:
  explicit Speaker(Language language) : language_(language) {}

  [[nodiscard]] Language language() const { return language_; }
  [[nodiscard]] std::string operator()(
      std::string_view key,
      std::initializer_list<std::pair<std::string_view, std::string_view>> arguments = {}) const {
    MessageKey message;
    message.key = key;
    for (const auto& [name, value] : arguments) {
      message.arguments.push_back(Argument::of_text(std::string(name), value));
    }
    return render(message, language_);
  }
  [[nodiscard]] std::string operator()(const MessageKey& message) const { return render(message, language_); }

 private:
  Language language_;
};

}  // namespace glasspost
