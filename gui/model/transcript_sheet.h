#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/dissect/dialogue.h"
#include "engine/dissect/meaning.h"
#include "engine/trace/trace.h"
#include "gui/model/selection.h"

namespace glasspost::gui {

enum class TranscriptRowKind : std::uint8_t {
  kPhase,    ///< the dialogue comes into its next phase
  kLine,     ///< a command, a line of a reply, a run of TLS records
  kContent,  ///< a line of a letter
  kMore,     ///< so many lines of the letter more
  kHex,      ///< sixteen bytes
};

struct TranscriptRow {
  TranscriptRowKind kind{};
  dissect::Phase phase{};
  bool header = false;       ///< kContent: before the empty line
  std::uint32_t line = 0;    ///< in Dialogue::lines
  std::uint32_t offset = 0;  ///< kContent, kHex: from the line's first byte; kMore: how many
  std::uint32_t length = 0;  ///< with the line end
  double top = 0;            ///< the row's upper edge, in lines
};

/// One connection's dialogue as rows. Rows are small; what they say is made for those that are shown.
class TranscriptSheet {
 public:
  /// Of a letter at most so many lines are shown, and only the bytes of letters up to this size.
  static constexpr std::uint32_t kMostContentLines = 2000;
  static constexpr std::uint64_t kMostContentBytes = 1 << 20;

  /// Makes the rows anew if anything has changed since the last call.
  void update(const trace::Trace& trace, const dissect::Dialogues& dialogues, ConnectionId connection,
              bool hex);

  [[nodiscard]] ConnectionId connection() const { return connection_; }
  [[nodiscard]] const dissect::Dialogue* dialogue() const { return dialogue_; }
  [[nodiscard]] const std::vector<TranscriptRow>& rows() const { return rows_; }
  [[nodiscard]] const dissect::Line& line(const TranscriptRow& row) const {
    return dialogue_->lines[row.line];
  }

  /// All rows, in lines: a row whose meaning is said below it takes two.
  [[nodiscard]] double height() const { return height_; }
  /// How many lines a row takes.
  [[nodiscard]] double height_of(std::size_t place) const;
  /// The places [first, last) of the rows within [top, bottom].
  [[nodiscard]] std::pair<std::size_t, std::size_t> within(double top, double bottom) const;

  /// Its words, secrets masked. Of a kHex row: "0010  45 48 4c 4f ...  EHLO".
  [[nodiscard]] std::string text(const TranscriptRow& row) const;
  /// What it means; of a letter its first line and its last have a meaning.
  [[nodiscard]] dissect::Meaning meaning(const TranscriptRow& row) const;
  /// Whether its bytes, and which of its characters [first, last), are among those.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> marked(const TranscriptRow& row,
                                                                          const BytesSelected& bytes) const;

  /// The first row of a line; rows().size() if there is none.
  [[nodiscard]] std::size_t place_of_line(std::uint32_t line) const;
  /// The row of the first of these bytes.
  [[nodiscard]] std::size_t place_of(const BytesSelected& bytes) const;
  /// How many rows have been said by then.
  [[nodiscard]] std::size_t rows_until(std::uint64_t seq) const;
  /// The rows whose words hold this text, ASCII case ignored; at most `most`.
  [[nodiscard]] std::vector<std::size_t> find(std::string_view text, std::size_t most = 10'000) const;

 private:
  void add(TranscriptRow row);
  void add_line(const trace::Trace& trace, std::uint32_t number);
  void add_content(std::uint32_t number, const std::string& bytes);
  [[nodiscard]] const std::string& bytes_of(const TranscriptRow& row) const;

  ConnectionId connection_;
  bool hex_ = false;
  std::size_t lines_ = 0;
  std::uint64_t last_length_ = 0;
  double height_ = 0;
  const dissect::Dialogue* dialogue_ = nullptr;
  std::vector<TranscriptRow> rows_;
  std::vector<std::pair<std::uint32_t, std::string>> contents_;  // bytes of lines, by line
};

}  // namespace glasspost::gui
