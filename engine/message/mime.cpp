#include "engine/message/mime.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/lexer.h"
#include "engine/message/limits.h"

namespace glasspost::message {
namespace {

/// Where a part ended: at a boundary line of one of the open multiparts, or at the end of the input.
struct Ending {
  std::size_t level = 0;       // index of the open multipart whose boundary it is
  std::size_t line_begin = 0;  // of the boundary line
  std::size_t next = 0;        // just after it
  bool found = false;
  bool closes = false;  // "--boundary--"
};

bool is_padding(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_wsp(c) || c == '\r'; });
}

class TreeReader {
 public:
  explicit TreeReader(std::string_view message) : message_(message) {}

  MimeTree read() {
    MimeTree tree;
    entity(tree.root, 0, 0, false);
    tree.part_count = parts_;
    tree.limits_reached = limits_reached_;
    return tree;
  }

 private:
  [[nodiscard]] std::size_t line_after(std::size_t begin) const {
    const std::size_t lf = message_.find('\n', begin);
    return lf == std::string_view::npos ? message_.size() : lf + 1;
  }

  /// Whether the line [begin, next) is a boundary line of an open multipart, the innermost first. A boundary
  /// that is only the start of another does not match: the whole line counts. // RFC 2046 5.1.1
  Ending boundary_at(std::size_t begin, std::size_t next) const {
    Ending out;
    std::string_view line = message_.substr(begin, next - begin);
    if (open_.empty() || line.substr(0, 2) != "--") return out;
    line.remove_prefix(2);
    if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
    for (std::size_t level = open_.size(); level-- > 0;) {
      const std::string& boundary = open_[level];
      if (line.substr(0, boundary.size()) != boundary) continue;
      const std::string_view rest = line.substr(boundary.size());
      const bool closes = rest.substr(0, 2) == "--" && is_padding(rest.substr(2));
      if (closes || is_padding(rest)) return {level, begin, next, true, closes};
    }
    return out;
  }

  Ending skip_to_boundary(std::size_t begin) const {
    while (begin < message_.size()) {
      const std::size_t next = line_after(begin);
      const Ending ending = boundary_at(begin, next);
      if (ending.found) return ending;
      begin = next;
    }
    return {};
  }

  /// The end of content that began at `begin`: the line end before a boundary belongs to the boundary.
  [[nodiscard]] std::size_t content_end(std::size_t begin, const Ending& ending) const {
    if (!ending.found) return message_.size();
    std::size_t end = ending.line_begin;
    if (end > begin && message_[end - 1] == '\n') --end;
    if (end > begin && message_[end - 1] == '\r') --end;
    return std::max(end, begin);
  }

  /// Reads the header's bounds. A boundary line ends a part even inside its header.
  Ending header_bounds(Part& part) const {
    std::size_t begin = part.header_begin;
    while (begin < message_.size()) {
      const std::size_t next = line_after(begin);
      const std::string_view line = message_.substr(begin, next - begin);
      if (line == "\r\n" || line == "\n") {
        part.body_begin = next;
        return {};
      }
      Ending ending = boundary_at(begin, next);
      if (ending.found) {
        part.body_begin = begin;
        return ending;
      }
      begin = next;
    }
    part.body_begin = message_.size();
    return {};
  }

  void read_fields(Part& part, bool in_digest) const {
    const Header header = parse_header(message_.substr(0, part.body_begin), part.header_begin);
    const HeaderField* field = header.find("Content-Type");
    auto type = field != nullptr ? parse_media_type(field->value()) : std::nullopt;
    // What cannot be read is text/plain. // RFC 2045 5.2
    if (type && !type->subtype.empty()) {
      part.media_type = std::move(*type);
    } else if (field == nullptr && in_digest) {
      part.media_type = MediaType{"message", "rfc822", {}};  // RFC 2046 5.1.5
    }
    field = header.find("Content-Transfer-Encoding");
    if (field != nullptr) {
      part.encoding_name = without_comments(field->value());
      part.encoding = parse_transfer_encoding(part.encoding_name);
    }
    field = header.find("Content-Disposition");
    if (field != nullptr) part.disposition = parse_content_disposition(field->value());
    field = header.find("Content-ID");
    if (field != nullptr) {
      part.content_id = field->unfolded();
      if (part.content_id.size() >= 2 && part.content_id.front() == '<' && part.content_id.back() == '>') {
        part.content_id = part.content_id.substr(1, part.content_id.size() - 2);
      }
    }
    field = header.find("Content-Description");
    if (field != nullptr) part.description = decode_unstructured(field->value());
  }

  /// Reads one part that begins at `begin`, with everything inside, up to the boundary line that ends it.
  Ending entity(Part& part, std::size_t begin, std::size_t depth, bool in_digest) {
    part.header_begin = begin;
    Ending ending = header_bounds(part);
    read_fields(part, in_digest);
    if (ending.found) {
      part.end = part.body_begin;
      part.closed = !part.is_multipart();
      return ending;
    }
    const bool identity =
        part.encoding != TransferEncoding::kBase64 && part.encoding != TransferEncoding::kQuotedPrintable;
    if (part.is_multipart() || (part.is_message() && identity)) {
      if (depth + 1 < kMaxPartDepth && parts_ < kMaxParts) {
        ending = part.is_multipart() ? multipart(part, depth) : embedded_message(part, depth);
      } else {
        limits_reached_ = true;
        part.closed = !part.is_multipart();
        ending = skip_to_boundary(part.body_begin);
      }
    } else {
      ending = skip_to_boundary(part.body_begin);
    }
    part.end = content_end(part.body_begin, ending);
    // A last part that has a header alone keeps that header's line end.
    if (!part.children.empty()) part.end = std::max(part.end, part.children.back().end);
    return ending;
  }

  Ending embedded_message(Part& part, std::size_t depth) {
    ++parts_;
    Part child;
    const Ending ending = entity(child, part.body_begin, depth + 1, false);
    part.children.push_back(std::move(child));
    return ending;
  }

  Ending end_of_input(std::size_t level) {
    open_.resize(level);
    return {};
  }

  Ending multipart(Part& part, std::size_t depth) {
    const std::string* boundary = part.media_type.parameters.find("boundary");
    part.closed = false;
    if (boundary == nullptr || boundary->empty() || boundary->size() > kMaxBoundaryRead) {
      return skip_to_boundary(part.body_begin);
    }
    const std::size_t level = open_.size();
    open_.push_back(*boundary);
    const bool digest = part.media_type.subtype == "digest";
    Ending ending = skip_to_boundary(part.body_begin);  // the preamble
    while (ending.found && ending.level == level && !ending.closes) {
      if (ending.next >= message_.size()) return end_of_input(level);  // cut off right after a boundary
      if (parts_ >= kMaxParts) {
        limits_reached_ = true;
        ending = skip_to_boundary(ending.next);
        continue;
      }
      ++parts_;
      Part child;
      ending = entity(child, ending.next, depth + 1, digest);
      part.children.push_back(std::move(child));
    }
    open_.pop_back();
    if (ending.found && ending.level == level) {
      part.closed = true;
      ending = skip_to_boundary(ending.next);  // the epilogue
    }
    return ending;
  }

  std::string_view message_;
  std::vector<std::string> open_;  // boundaries of the multiparts around, outermost first
  std::size_t parts_ = 1;
  bool limits_reached_ = false;
};

bool is_inline_media(const Part& part) {
  return part.media_type.is("image") || part.media_type.is("audio") || part.media_type.is("video");
}

/// Sorts parts into text, HTML and attachments. // RFC 8621 4.1.4
class Viewer {
 public:
  explicit Viewer(MessageView& view) : view_(view) {}

  void sort(const std::vector<const Part*>& parts, std::string_view kind, bool in_alternative,
            bool text_wanted, bool html_wanted) {
    const std::size_t text_before = view_.text.size();
    const std::size_t html_before = view_.html.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = *parts[i];
      if (part.is_multipart() && !part.children.empty()) {
        sort(children_of(part), part.media_type.subtype,
             in_alternative || part.media_type.subtype == "alternative", text_wanted, html_wanted);
        continue;
      }
      if (!shown(part, kind, i)) {
        view_.attachments.push_back(&part);
        continue;
      }
      place(part, kind, in_alternative, text_wanted, html_wanted);
    }
    if (kind != "alternative" || !text_wanted || !html_wanted) return;
    // A form of the text that is missing is stood in for by the other.
    if (view_.text.size() == text_before && view_.html.size() != html_before) {
      view_.text.insert(view_.text.end(), view_.html.begin() + static_cast<std::ptrdiff_t>(html_before),
                        view_.html.end());
    } else if (view_.html.size() == html_before && view_.text.size() != text_before) {
      view_.html.insert(view_.html.end(), view_.text.begin() + static_cast<std::ptrdiff_t>(text_before),
                        view_.text.end());
    }
  }

  static std::vector<const Part*> children_of(const Part& part) {
    std::vector<const Part*> out;
    for (const Part& child : part.children)
      out.push_back(&child);
    return out;
  }

 private:
  static bool shown(const Part& part, std::string_view kind, std::size_t index) {
    if (part.disposition && part.disposition->kind == "attachment") return false;
    const bool text = part.media_type.is("text", "plain") || part.media_type.is("text", "html");
    if (!text && !is_inline_media(part)) return false;
    return index == 0 || (kind != "related" && (is_inline_media(part) || part.file_name().empty()));
  }

  void place(const Part& part, std::string_view kind, bool in_alternative, bool& text_wanted,
             bool& html_wanted) {
    const bool plain = part.media_type.is("text", "plain");
    const bool html = part.media_type.is("text", "html");
    if (kind == "alternative") {
      if (plain) {
        if (text_wanted) view_.text.push_back(&part);
      } else if (html) {
        if (html_wanted) view_.html.push_back(&part);
      } else {
        view_.attachments.push_back(&part);
      }
      return;
    }
    if (in_alternative) {
      if (plain) html_wanted = false;
      if (html) text_wanted = false;
    }
    if (text_wanted) view_.text.push_back(&part);
    if (html_wanted) view_.html.push_back(&part);
    if ((!text_wanted || !html_wanted) && is_inline_media(part)) view_.attachments.push_back(&part);
  }

  MessageView& view_;
};

}  // namespace

std::string Part::file_name() const {
  const std::string* name = disposition ? disposition->parameters.find("filename") : nullptr;
  if (name == nullptr || name->empty()) name = media_type.parameters.find("name");
  if (name == nullptr) return {};
  // Folders and control characters are a sender's attempt at more than a name. // RFC 2183 2.3
  std::string out;
  for (const char c : std::string_view(*name).substr(name->find_last_of("/\\") + 1)) {
    if (!(c >= 0 && c < ' ') && c != 0x7F) out += c;
  }
  return out == "." || out == ".." ? std::string() : out;
}

MimeTree parse_mime(std::string_view message) {
  return TreeReader(message).read();
}

std::string decoded_content(std::string_view message, const Part& part) {
  return decode_transfer(part.body(message), part.encoding);
}

std::string decoded_text(std::string_view message, const Part& part) {
  const std::string* charset = part.media_type.parameters.find("charset");
  return decode_charset(decoded_content(message, part), charset == nullptr ? "us-ascii" : *charset).text;
}

MessageView view_of(const MimeTree& tree) {
  MessageView view;
  Viewer(view).sort({&tree.root}, "mixed", false, true, true);
  return view;
}

std::string readable_text(std::string_view message) {
  const MimeTree tree = parse_mime(message);
  std::string out;
  for (const Part* part : view_of(tree).text) {
    if (part->media_type.is("text")) out += decoded_text(message, *part);
  }
  return out;
}

}  // namespace glasspost::message
