#include "engine/scenario/yaml_reader.h"

#include <exception>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "engine/base/text.h"

namespace glasspost::scenario {
namespace {

/// Leaves yaml-cpp's parser once there is no use in reading on; never leaves this file.
struct StopReading {};

SourcePlace place_of(const std::string& file, const YAML::Mark& mark) {
  const auto count = [](int from_zero) {
    return from_zero < 0 ? 1u : static_cast<std::uint32_t>(from_zero) + 1;
  };
  return {file, count(mark.line), count(mark.column)};
}

/// Builds the tree from yaml-cpp's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& file, LoadErrors& errors) : file_(file), errors_(errors) {}

  [[nodiscard]] YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(make(mark, YamlNode::Kind::kNull), mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(mark, "aliases (`*name`) are not allowed here: write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!" && !tag.empty()) stop(mark, "tags (`!!name`) are not allowed here");
    YamlNode node = make(mark, YamlNode::Kind::kScalar);
    node.plain = tag == "?";
    node.text = value;
    add(std::move(node), mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  struct OpenNode {
    YamlNode node;
    std::map<std::string, std::uint32_t> seen;  ///< key and its line
    bool has_key = false;
    bool keep_value = true;  ///< false after a duplicate key
  };

  static YamlNode make(const YAML::Mark& mark, YamlNode::Kind kind) {
    YamlNode node;
    const SourcePlace place = place_of({}, mark);
    node.kind = kind;
    node.line = place.line;
    node.column = place.column;
    return node;
  }
  void report(const YAML::Mark& mark, std::string message) {
    if (errors_.size() < kMaxLoadErrors) errors_.push_back({place_of(file_, mark), std::move(message)});
  }
  [[noreturn]] void stop(const YAML::Mark& mark, std::string message) {
    report(mark, std::move(message));
    throw StopReading{};
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) stop(mark, "anchors (`&name`) are not allowed here");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    refuse_anchor(mark, anchor);
    if (tag != "?" && !tag.empty()) stop(mark, "tags (`!!name`) are not allowed here");
    if (open_.size() >= kMaxYamlDepth) {
      stop(mark, fmt::format("nested too deeply: at most {} levels are read", kMaxYamlDepth));
    }
    if (!open_.empty() && open_.back().node.is_map() && !open_.back().has_key) {
      stop(mark, "a key must be a word, not a list or a map");
    }
    open_.push_back({make(mark, kind), {}, false, true});
  }
  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    YAML::Mark mark;
    mark.line = static_cast<int>(node.line) - 1;
    mark.column = static_cast<int>(node.column) - 1;
    add(std::move(node), mark);
  }

  void add(YamlNode node, const YAML::Mark& mark) {
    if (++count_ > kMaxYamlNodes)
      stop(mark, fmt::format("too large: at most {} values are read", kMaxYamlNodes));
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      add_key(parent, std::move(node), mark);
    } else {
      add_value(parent, std::move(node));
    }
  }
  void add_key(OpenNode& parent, YamlNode key, const YAML::Mark& mark) {
    if (!key.is_scalar()) stop(mark, "a key is missing before this `:`");
    const auto [first, fresh] = parent.seen.emplace(key.text, key.line);
    if (!fresh) {
      report(mark, fmt::format("key `{}` is given twice; the first one is in line {}", escaped(key.text),
                               first->second));
    }
    parent.keep_value = fresh;
    parent.has_key = true;
    if (fresh) parent.node.keys.push_back(std::move(key));
  }
  static void add_value(OpenNode& parent, YamlNode value) {
    parent.has_key = false;
    if (!parent.keep_value) return;
    if (value.is_null()) {
      // An empty value has no place of its own: the parser gives that of whatever follows.
      value.line = parent.node.keys.back().line;
      value.column = parent.node.keys.back().column;
    }
    parent.node.items.push_back(std::move(value));
  }

  const std::string& file_;
  LoadErrors& errors_;
  std::vector<OpenNode> open_;
  YamlNode root_;
  std::size_t count_ = 0;
};

/// True if the bytes are text that YAML may hold; else the place of the first that are not is reported.
bool check_text(std::string_view text, const std::string& file, LoadErrors& errors) {
  if (text.size() > kMaxScenarioBytes) {
    errors.push_back({{file, 1, 1},
                      fmt::format("the file is too large: {} bytes, at most {} are read", text.size(),
                                  kMaxScenarioBytes)});
    return false;
  }
  std::uint32_t line = 1;
  std::size_t line_start = 0;
  while (line_start <= text.size()) {
    std::size_t end = text.find('\n', line_start);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view here = text.substr(line_start, end - line_start);
    for (std::size_t i = 0; i < here.size(); ++i) {
      const auto byte = static_cast<unsigned char>(here[i]);
      const bool control = (byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7f;
      if (control) {
        errors.push_back({{file, line, static_cast<std::uint32_t>(i + 1)},
                          fmt::format("a control character (0x{:02x}) is not allowed in a scenario", byte)});
        return false;
      }
    }
    if (!is_utf8(here)) {
      errors.push_back({{file, line, 1}, "this line is not UTF-8 text"});
      return false;
    }
    line_start = end + 1;
    ++line;
  }
  return true;
}

void parse_into(TreeBuilder& builder, std::string_view text, const std::string& file, LoadErrors& errors) {
  try {
    // yaml-cpp takes the end of the file for a missing closing quote; the mark of a document's end it does
    // not.
    std::istringstream in{std::string(text) + (text.ends_with('\n') ? "...\n" : "\n...\n")};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return;
    LoadErrors ignored;
    TreeBuilder second(file, ignored);
    if (parser && parser.HandleNextDocument(second)) {
      const YamlNode extra = second.take();
      errors.push_back({{file, std::max(extra.line, 1u), std::max(extra.column, 1u)},
                        "a second document: a scenario is one YAML document"});
    }
  } catch (const StopReading&) {
    // Already reported by the builder.
  } catch (const YAML::Exception& e) {
    const SourcePlace place = e.mark.is_null() ? SourcePlace{file, 1, 1} : place_of(file, e.mark);
    errors.push_back({place, "not well-formed YAML: " + escaped(e.msg)});
  } catch (const std::exception& e) {
    errors.push_back({{file, 1, 1}, std::string("not readable as YAML: ") + escaped(e.what())});
  }
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  if (!is_map()) return nullptr;
  for (std::size_t i = 0; i < keys.size() && i < items.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

YamlNode* YamlNode::find(std::string_view key) {
  return const_cast<YamlNode*>(static_cast<const YamlNode*>(this)->find(key));
}

std::string_view YamlNode::what() const {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return "text";
    case Kind::kSequence:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "nothing";
}

YamlNode read_yaml(std::string_view text, const std::string& file, LoadErrors& errors) {
  if (!check_text(text, file, errors)) return {};
  TreeBuilder builder(file, errors);
  parse_into(builder, text, file, errors);
  YamlNode root = builder.take();
  if (errors.empty() && root.is_null()) errors.push_back({{file, 1, 1}, "the file holds no scenario"});
  return root;
}

}  // namespace glasspost::scenario
