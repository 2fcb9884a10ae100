#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::message {

/// One header field exactly as it stands in the message. // RFC 5322 2.2
struct HeaderField {
  std::string name;        ///< as written, without white space before the colon; empty for a malformed line
  std::string raw;         ///< all its bytes: name, colon, value, folding, the final line end
  std::size_t offset = 0;  ///< of its first byte in the message
  std::size_t value_offset = 0;  ///< in `raw`: the byte after the colon

  /// The bytes after the colon, folding included, without the final line end.
  [[nodiscard]] std::string_view value() const;
  /// The value unfolded (line ends before white space removed), without white space at its ends.
  [[nodiscard]] std::string unfolded() const;
  [[nodiscard]] bool is(std::string_view field_name) const;
  [[nodiscard]] bool malformed() const { return name.empty(); }
};

/// The header of a message or of a body part. The fields lie end to end from `offset`, so their raw bytes,
/// the separator and the body are the input again, whatever the input was. A line without a colon that
/// continues nothing is a field without a name. Lines end with CRLF; a bare LF is read as a line end too.
struct Header {
  std::vector<HeaderField> fields;
  std::size_t offset = 0;       ///< where the first field begins
  std::size_t end = 0;          ///< just after the last field: where the separating empty line begins
  std::size_t body_offset = 0;  ///< just after the empty line; the end of the input if there is none

  /// The first field of that name (ASCII case ignored), or null.
  [[nodiscard]] const HeaderField* find(std::string_view name) const;
  [[nodiscard]] std::vector<const HeaderField*> all(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// The first field's unfolded value.
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
};

/// Total, linear time. Reads from `offset`. Beyond kMaxHeaderFields the rest of the header is one field
/// without a name.
[[nodiscard]] Header parse_header(std::string_view message, std::size_t offset = 0);

/// The value without the line ends that are followed by white space. // RFC 5322 2.2.3
[[nodiscard]] std::string unfold(std::string_view value);

/// What a hop did to a message: `removed` bytes at `offset` gave way to `inserted`. The same as a MailAltered
/// notice.
struct Alteration {
  std::uint64_t offset = 0;
  std::uint64_t removed = 0;
  std::string inserted;

  friend bool operator==(const Alteration&, const Alteration&) = default;
};

/// Offset and length must lie inside `bytes`.
void apply(const Alteration& alteration, std::string& bytes);

// Alterations of a parsed header. `field` is a complete field with its line end (see fold.h).
[[nodiscard]] Alteration prepend_field(const Header& header, std::string field);
/// After the last field. A last line that has no line end gets one first.
[[nodiscard]] Alteration append_field(const Header& header, std::string field);
[[nodiscard]] Alteration insert_field(const Header& header, std::size_t index, std::string field);
[[nodiscard]] Alteration replace_field(const Header& header, std::size_t index, std::string field);
[[nodiscard]] Alteration remove_field(const Header& header, std::size_t index);
/// The alteration that removes every field of that name, last first, so that they can be applied in order.
[[nodiscard]] std::vector<Alteration> remove_fields(const Header& header, std::string_view name);

/// A message in memory with its header parsed.
class Message {
 public:
  Message() = default;
  explicit Message(std::string bytes);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] std::string_view body() const { return std::string_view(bytes_).substr(header_.body_offset); }
  void apply(const Alteration& alteration);
  [[nodiscard]] std::string release() && { return std::move(bytes_); }

 private:
  std::string bytes_;
  Header header_;
};

}  // namespace glasspost::message
