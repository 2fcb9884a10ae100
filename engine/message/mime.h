#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/message/media_type.h"
#include "engine/message/transfer_encoding.h"

namespace glasspost::message {

/// One body part, or the message itself, as ranges of the message's bytes: header [header_begin, body_begin),
/// body [body_begin, end). What IMAP calls BODYSTRUCTURE follows from it. // RFC 2045 2.4, RFC 2046 5.1
struct Part {
  std::size_t header_begin = 0;
  std::size_t body_begin = 0;
  std::size_t end = 0;  ///< without the CRLF that belongs to the next boundary
  MediaType media_type;
  std::optional<ContentDisposition> disposition;
  TransferEncoding encoding = TransferEncoding::k7bit;
  std::string encoding_name;  ///< as written, trimmed; empty if there was none
  std::string content_id;     ///< without angle brackets
  std::string description;    ///< decoded
  /// A multipart's parts, or the one message inside message/rfc822.
  std::vector<Part> children;
  bool closed = true;  ///< a multipart whose closing boundary was seen; true for all else

  [[nodiscard]] bool is_multipart() const { return media_type.is("multipart"); }
  [[nodiscard]] bool is_message() const {
    return media_type.is("message", "rfc822") || media_type.is("message", "global");
  }
  [[nodiscard]] std::string_view header(std::string_view message) const {
    return message.substr(header_begin, body_begin - header_begin);
  }
  [[nodiscard]] std::string_view body(std::string_view message) const {
    return message.substr(body_begin, end - body_begin);
  }
  /// From Content-Disposition's filename, else Content-Type's name; never a path's folders. Empty if there is
  /// none.
  [[nodiscard]] std::string file_name() const;
};

struct MimeTree {
  Part root;
  std::size_t part_count = 1;   ///< the root included
  bool limits_reached = false;  ///< some parts stayed unopened because of kMaxPartDepth or kMaxParts
};

/// The structure of a message. Total; time is linear in the input times kMaxPartDepth at worst. A boundary
/// line is a whole line, and the innermost multipart's is looked for first. // RFC 2046 5.1.1, 5.1.2
[[nodiscard]] MimeTree parse_mime(std::string_view message);

/// The content with the transfer encoding undone.
[[nodiscard]] std::string decoded_content(std::string_view message, const Part& part);
/// A text part's content in UTF-8 (line ends as they are).
[[nodiscard]] std::string decoded_text(std::string_view message, const Part& part);

/// What a reader shows as the message's text and what it lists as attachments. // RFC 2046 5.1.3, 5.1.4
struct MessageView {
  std::vector<const Part*> text;         ///< text/plain, or what stands in for it in order of appearance
  std::vector<const Part*> html;         ///< text/html, or what stands in for it
  std::vector<const Part*> attachments;  ///< everything else, inline images of multipart/related included
};
/// The pointers live as long as the tree does.
[[nodiscard]] MessageView view_of(const MimeTree& tree);
/// The text for people: all text parts joined; empty if there is none.
[[nodiscard]] std::string readable_text(std::string_view message);

}  // namespace glasspost::message
