#include "engine/trace/explanation_codec.h"

#include <cstdint>
#include <utility>

namespace glasspost::trace {

namespace {

constexpr char kVersion = 1;

void put_number(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(static_cast<unsigned char>(value | 0x80));
    value >>= 7;
  }
  out += static_cast<char>(static_cast<unsigned char>(value));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

void put_arguments(std::string& out, const std::vector<Argument>& arguments) {
  put_number(out, arguments.size());
  for (const Argument& argument : arguments) {
    put_text(out, argument.name);
    put_number(out, static_cast<std::uint64_t>(argument.kind));
    put_text(out, argument.text);
  }
}

void put(std::string& out, const Explanation& step, std::size_t depth) {
  put_text(out, step.rule);
  put_text(out, step.words.key);
  put_arguments(out, step.words.arguments);
  put_text(out, step.outcome);
  put_arguments(out, step.inputs);
  put_number(out, step.ranges.size());
  for (const ByteRange& range : step.ranges) {
    put_number(out, static_cast<std::uint64_t>(range.source));
    put_text(out, range.of);
    put_number(out, range.offset);
    put_number(out, range.length);
  }
  put_number(out, step.look_ups.size());
  for (const LookUp& look_up : step.look_ups) {
    put_text(out, look_up.name);
    put_text(out, look_up.type);
    put_text(out, look_up.answer);
    put_number(out, static_cast<std::uint64_t>(look_up.took.ns));
    put_number(out, look_up.from_cache ? 1 : 0);
  }
  const std::size_t children = depth < kMaxExplanationDepth ? step.children.size() : 0;
  put_number(out, children);
  for (std::size_t i = 0; i < children; ++i)
    put(out, step.children[i], depth + 1);
}

// Reads and remembers the first thing that went wrong; after it everything reads as 0 or empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !failed_; shift += 7) {
      if (at_ >= bytes_.size()) break;
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    failed_ = true;
    return 0;
  }
  // A count of things that take at least one byte each.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size() - at_) failed_ = true;
    return failed_ ? 0 : value;
  }
  std::string text() {
    const std::size_t length = count();
    if (failed_) return {};
    at_ += length;
    return std::string(bytes_.substr(at_ - length, length));
  }
  std::vector<Argument> arguments() {
    std::vector<Argument> result;
    for (std::size_t left = count(); left > 0 && !failed_; --left) {
      Argument argument;
      argument.name = text();
      const std::uint64_t kind = number();
      if (kind > static_cast<std::uint64_t>(ArgumentKind::kBytes)) failed_ = true;
      argument.kind = static_cast<ArgumentKind>(failed_ ? 0 : kind);
      argument.text = text();
      result.push_back(std::move(argument));
    }
    return result;
  }
  Explanation step(std::size_t depth) {
    Explanation result;
    result.rule = text();
    result.words.key = text();
    result.words.arguments = arguments();
    result.outcome = text();
    result.inputs = arguments();
    for (std::size_t left = count(); left > 0 && !failed_; --left) {
      ByteRange range;
      const std::uint64_t source = number();
      if (source > static_cast<std::uint64_t>(RangeSource::kCommandLine)) failed_ = true;
      range.source = static_cast<RangeSource>(failed_ ? 0 : source);
      range.of = text();
      range.offset = number();
      range.length = number();
      result.ranges.push_back(std::move(range));
    }
    for (std::size_t left = count(); left > 0 && !failed_; --left) {
      LookUp look_up;
      look_up.name = text();
      look_up.type = text();
      look_up.answer = text();
      look_up.took = Duration{static_cast<std::int64_t>(number())};
      look_up.from_cache = number() != 0;
      result.look_ups.push_back(std::move(look_up));
    }
    const std::size_t children = count();
    if (children > 0 && depth >= kMaxExplanationDepth) failed_ = true;
    for (std::size_t left = children; left > 0 && !failed_; --left) {
      result.children.push_back(step(depth + 1));
    }
    return result;
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::string encode_explanation(const Explanation& explanation) {
  std::string out(1, kVersion);
  put(out, explanation, 0);
  return out;
}

Result<Explanation> decode_explanation(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != kVersion) {
    return fail_at(ErrorCode::kCorrupt, 0, "an explanation of an unknown form");
  }
  Reader reader(bytes.substr(1));
  Explanation result = reader.step(0);
  if (reader.failed() || !reader.at_end()) {
    return fail_at(ErrorCode::kCorrupt, reader.at() + 1, "a damaged explanation");
  }
  return result;
}

}  // namespace glasspost::trace
