#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/protocol/dns/record.h"
#include "engine/protocol/dns/resolver.h"

namespace glasspost::dns {

inline constexpr std::uint16_t kPort = 53;
inline constexpr std::uint16_t kClassIn = 1;
inline constexpr std::size_t kHeaderSize = 12;
/// What a UDP answer may hold when the question had no EDNS. // RFC 1035 4.2.1
inline constexpr std::size_t kPlainUdpSize = 512;
/// What this program announces by EDNS: it passes every IPv6 link unfragmented. // RFC 6891 6.2.5
inline constexpr std::uint16_t kEdnsUdpSize = 1232;
inline constexpr std::size_t kMaxMessageSize = 65'535;

/// Any other value is carried as it is. // RFC 1035 4.1.1
enum class Opcode : std::uint8_t { kQuery = 0, kStatus = 2, kNotify = 4, kUpdate = 5 };

/// With EDNS twelve bits, without four; any other value is carried as it is. // RFC 1035 4.1.1, RFC 6891 9
enum class ResponseCode : std::uint16_t {
  kNoError = 0,
  kFormErr = 1,
  kServFail = 2,
  kNxDomain = 3,
  kNotImp = 4,
  kRefused = 5,
  kBadVers = 16,
};
/// "NOERROR", "NXDOMAIN", "RCODE9".
[[nodiscard]] std::string to_string(ResponseCode code);

/// The OPT pseudo-record, minimal. // RFC 6891 6.1
struct Edns {
  std::uint16_t udp_size = kEdnsUdpSize;  ///< what the sender can receive; below 512 means 512
  std::uint8_t version = 0;
  bool dnssec_ok = false;
  std::string options;  ///< as on the wire

  friend bool operator==(const Edns&, const Edns&) = default;
};

/// A DNS message. OPT stands in `edns`, never in `additional`. // RFC 1035 4.1
struct Message {
  std::uint16_t id = 0;
  bool response = false;             ///< QR
  Opcode opcode = Opcode::kQuery;    ///< four bits
  bool authoritative = false;        ///< AA
  bool truncated = false;            ///< TC
  bool recursion_desired = false;    ///< RD
  bool recursion_available = false;  ///< RA
  bool authentic_data = false;       ///< AD // RFC 4035 3.2.3
  bool checking_disabled = false;    ///< CD // RFC 4035 3.2.2
  ResponseCode code = ResponseCode::kNoError;
  std::vector<Question> questions;
  std::uint16_t question_class = kClassIn;  ///< of all questions; records are always of class IN
  std::vector<Record> answers;
  std::vector<Record> authority;
  std::vector<Record> additional;
  std::optional<Edns> edns;

  friend bool operator==(const Message&, const Message&) = default;
};

/// Where the parts of a message stand in its bytes, for whoever labels them.
struct MessageLayout {
  enum class Part : std::uint8_t { kHeader, kQuestion, kAnswer, kAuthority, kAdditional, kOpt };
  struct Span {
    Part part = Part::kHeader;
    std::size_t index = 0;  ///< within the part's section of the Message
    std::size_t offset = 0;
    std::size_t length = 0;
    friend bool operator==(const Span&, const Span&) = default;
  };
  std::vector<Span> spans;
};

/// Reads one whole message. Pointers must point backwards, so that there are no loops and the work is
/// bounded by the size. Records of a class other than IN (TSIG, for one) are left out; bytes after the last
/// record are an error. Errors: kInvalidInput with offset. `layout`, if given, gets the places of all parts.
[[nodiscard]] Result<Message> decode_message(std::string_view bytes, MessageLayout* layout = nullptr);

/// The header alone, for an answer to a message whose rest is malformed; nothing if there are fewer than 12
/// bytes.
[[nodiscard]] std::optional<Message> decode_header(std::string_view bytes);

/// Writes a message of at most `limit` bytes (at least 512), names compressed. Record sets that do not fit
/// are left out whole: of the answer or authority section, and glue of a referral, with TC set (RFC 2181 9,
/// RFC 9471 2.1); other additional records silently. OPT is always there, without its options if need be.
/// Every record's data fits its type (data_fits).
[[nodiscard]] std::string encode_message(const Message& message, std::size_t limit = kMaxMessageSize);

/// A question as this program asks it, with EDNS.
[[nodiscard]] Message make_query(std::uint16_t id, Question question, bool recursion_desired);
/// An empty answer to `query`: its id, opcode, RD, its question if it is one, and our OPT if it had one.
[[nodiscard]] Message make_response(const Message& query, ResponseCode code);
/// How large an answer to `query` may be over UDP. // RFC 6891 6.2.3
[[nodiscard]] std::size_t udp_limit(const Message& query);
/// True if `response` is an answer to `query` as far as its content tells: QR, id, opcode, question (case
/// ignored). // RFC 5452 9.1
[[nodiscard]] bool answers_query(const Message& query, const Message& response);

}  // namespace glasspost::dns
