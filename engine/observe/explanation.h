#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ip_address.h"
#include "engine/base/time.h"

namespace glasspost {

/// What an argument's text holds, so that a renderer can format, link or colour it.
enum class ArgumentKind : std::uint8_t {
  kText,
  kNumber,
  kDomain,
  kAddress,
  kMailbox,
  kDuration,
  kInstant,
  kBytes
};

/// A named value that goes into words. `text` is its one stable form (numbers in decimal, durations and
/// instants as engine/base/time.h writes them).
struct Argument {
  std::string name;
  ArgumentKind kind = ArgumentKind::kText;
  std::string text;

  static Argument of_text(std::string name, std::string_view value);
  static Argument of_number(std::string name, std::int64_t value);
  static Argument of_domain(std::string name, std::string_view value);
  static Argument of_address(std::string name, const IpAddress& value);
  static Argument of_mailbox(std::string name, std::string_view value);
  static Argument of_duration(std::string name, Duration value);
  static Argument of_instant(std::string name, Instant value);

  friend bool operator==(const Argument&, const Argument&) = default;
};

/// Words as a key of the catalogue (engine/observe/catalogue.h) and what fills its {braces}.
struct MessageKey {
  std::string key;
  std::vector<Argument> arguments;

  friend bool operator==(const MessageKey&, const MessageKey&) = default;
};

/// What a byte range points into.
enum class RangeSource : std::uint8_t { kDnsRecord, kMessage, kCommandLine };

/// Bytes that a step looked at.
struct ByteRange {
  RangeSource source = RangeSource::kMessage;
  std::string of;            ///< the record's owner name and type ("alpha.example TXT"), or empty
  std::uint64_t offset = 0;  ///< from the start of the record's text, the message or the line
  std::uint64_t length = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// A DNS question that a step asked, and what came back.
struct LookUp {
  std::string name;
  std::string type;
  std::string
      answer;  ///< the records in presentation form joined by "; ", or NXDOMAIN, NODATA, SERVFAIL, TIMEOUT
  Duration took;
  bool from_cache = false;

  friend bool operator==(const LookUp&, const LookUp&) = default;
};

/// Why a check or a decision came out as it did: a step with its inputs and outcome, and the steps below it.
struct Explanation {
  std::string rule;  ///< "RFC 7208 5.2"; empty where no RFC rules
  MessageKey words;
  std::string outcome;  ///< "pass", "no match", "relay": the rule's own word
  std::vector<Argument> inputs;
  std::vector<ByteRange> ranges;
  std::vector<LookUp> look_ups;
  std::vector<Explanation> children;

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

}  // namespace glasspost
