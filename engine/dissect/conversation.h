#pragma once

// How one connection's bytes become lines; for the sources of this folder only.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dissect/dialogue.h"

namespace glasspost::dissect {

/// Bytes of one log that belong to no finished line yet, and which events they came by.
class Unread {
 public:
  void add(std::string_view bytes, std::uint64_t seq, Instant time);
  [[nodiscard]] std::string_view bytes() const { return std::string_view(bytes_).substr(begin_); }
  [[nodiscard]] bool empty() const { return begin_ == bytes_.size(); }
  /// Takes the first `length` bytes into a line: its place, its events and its moment.
  void take(std::size_t length, Line& line);
  /// Fills in the place of all that is left, without taking it.
  void peek(Line& line) const;

 private:
  struct Piece {
    std::uint64_t end = 0;  // offset in the log
    std::uint64_t seq = 0;
    Instant time;
  };
  void place(std::size_t length, Line& line) const;

  std::string bytes_;
  std::size_t begin_ = 0;
  std::uint64_t offset_ = 0;  // of bytes_[begin_] in the log
  std::deque<Piece> pieces_;
};

/// The longest line that is kept together; more is cut there.
inline constexpr std::size_t kMostLine = 64 * 1024;
inline constexpr std::size_t kMostText = 4096;

/// One protocol's dialogue. Fed with the bytes of both directions as they come, it adds lines as soon as they
/// are complete; what it makes of them does not depend on how the bytes were cut.
class Conversation {
 public:
  virtual ~Conversation() = default;

  void feed(trace::Direction direction, trace::Layer layer, std::string_view bytes, std::uint64_t seq,
            Instant time);
  /// The handshake has begun: what the wire bears from now on is no text.
  void tls_started() { tls_ = true; }
  /// What is not complete, as lines.
  [[nodiscard]] std::vector<Line> incomplete() const;
  [[nodiscard]] std::vector<Line>& lines() { return lines_; }

 protected:
  /// Makes lines of what is unread, as far as it can.
  virtual void advance() = 0;
  /// What the unread bytes of a direction are on the way to.
  [[nodiscard]] virtual LineKind expected(trace::Direction direction) const = 0;
  [[nodiscard]] virtual Phase phase() const = 0;

  [[nodiscard]] Unread& unread(trace::Direction direction) {
    return unread_[static_cast<std::size_t>(direction)];
  }
  /// Where the next line of a direction ends (after its LF), kMostLine if it is too long, 0 if it has no end
  /// yet.
  [[nodiscard]] std::size_t line_length(trace::Direction direction) const;
  /// Takes bytes into a new line.
  Line take(trace::Direction direction, std::size_t length, LineKind kind);
  void add(Line line) { lines_.push_back(std::move(line)); }
  /// The server has just agreed to TLS: what it sends behind that line is no text either.
  void start_tls();
  /// TLS has begun, and nothing that was sent above it has come yet: what is unread was sent in the clear
  /// behind the last command and counts for nothing.
  [[nodiscard]] bool sealed(trace::Direction direction) const {
    return tls_ && !plain_[static_cast<std::size_t>(direction)];
  }

 private:
  void feed_tls(trace::Direction direction, std::string_view bytes, std::uint64_t seq, Instant time);
  void end_tls_run();

  std::array<Unread, 2> unread_;
  std::array<trace::Layer, 2> layer_{};
  std::array<bool, 2> plain_{};  // bytes above TLS have come
  std::vector<Line> lines_;
  bool tls_ = false;
  // The records of one side until the other answers are one line.
  std::array<std::uint64_t, 2> wire_end_{};
  Line tls_run_;
  bool in_tls_run_ = false;
};

// What the dialogues of several protocols have in common.

/// The octets that a label of a line not yet shortened stands for.
[[nodiscard]] std::string_view part(const Line& line, const Label& label);
/// The text from one place on, secrets as asterisks.
[[nodiscard]] std::string masked(const Line& line, std::size_t from);
/// Adds a label, and notes a secret one.
void add_label(Line& line, LabelKind kind, std::size_t offset, std::size_t length);
void shorten(Line& line);
/// Subject and Message-ID from the beginning of a content, at most kMostLine of which are looked at.
void name_content(Line& line, std::string_view content);

/// Looks for the lone dot that ends a content, whatever the pieces. // RFC 5321 4.1.1.4, RFC 1939 3
class ContentEnd {
 public:
  /// How many of `bytes` belong to the content, its end included; nothing if it does not end here. Called
  /// with the same bytes and more each time.
  std::optional<std::size_t> find(std::string_view bytes);

 private:
  std::size_t looked_ = 0;
  std::size_t matched_ = 2;  // the content begins at the start of a line
};

/// Lines of a protocol that has no dissector.
[[nodiscard]] std::unique_ptr<Conversation> make_other_conversation();
[[nodiscard]] std::unique_ptr<Conversation> make_smtp_conversation();
[[nodiscard]] std::unique_ptr<Conversation> make_pop3_conversation();
[[nodiscard]] std::unique_ptr<Conversation> make_imap_conversation();

}  // namespace glasspost::dissect
