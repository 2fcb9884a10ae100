#include <algorithm>
#include <map>
#include <utility>

#include "engine/protocol/dns/message.h"

namespace glasspost::dns {
namespace {

constexpr std::size_t kOptSize = 11;  // without options

class Writer {
 public:
  void u8(unsigned value) { out_ += static_cast<char>(value); }
  void u16(unsigned value) {
    u8(value >> 8 & 0xFFu);
    u8(value & 0xFFu);
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xFFFFu);
  }
  void bytes(std::string_view value) { out_ += value; }
  void set_u16(std::size_t at, unsigned value) {
    out_[at] = static_cast<char>(value >> 8 & 0xFFu);
    out_[at + 1] = static_cast<char>(value & 0xFFu);
  }

  // RFC 1035 4.1.4. Only a suffix of the very same bytes is pointed to, so that case is kept.
  void name(const Name& name, bool compress) {
    const std::vector<std::string>& labels = name.labels();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      std::string suffix;
      for (std::size_t k = i; k < labels.size(); ++k) {
        suffix += static_cast<char>(labels[k].size());
        suffix += labels[k];
      }
      const auto known = places_.find(suffix);
      if (compress && known != places_.end()) {
        u16(0xC000u | static_cast<unsigned>(known->second));
        return;
      }
      if (known == places_.end() && out_.size() <= 0x3FFF) places_.emplace(std::move(suffix), out_.size());
      u8(static_cast<unsigned>(labels[i].size()));
      bytes(labels[i]);
    }
    u8(0);
  }

  [[nodiscard]] std::size_t size() const { return out_.size(); }
  // Forgets everything from `size` on.
  void cut(std::size_t size) {
    out_.resize(size);
    std::erase_if(places_, [size](const auto& place) { return place.second >= size; });
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::map<std::string, std::size_t> places_;
};

// Names are compressed only where RFC 1035 defines the type. // RFC 3597 4, RFC 2782 Target
struct DataWriter {
  Writer& out;
  void operator()(const AddressData& d) const {
    for (std::size_t i = 0; i < d.address.size(); ++i)
      out.u8(d.address.bytes()[i]);
  }
  void operator()(const NameData& d) const { out.name(d.target, true); }
  void operator()(const MxData& d) const {
    out.u16(d.preference);
    out.name(d.exchange, true);
  }
  void operator()(const TxtData& d) const {
    for (const std::string& piece : d.strings) {
      out.u8(static_cast<unsigned>(piece.size()));
      out.bytes(piece);
    }
  }
  void operator()(const SoaData& d) const {
    out.name(d.primary, true);
    out.name(d.mailbox, true);
    for (const std::uint32_t number : {d.serial, d.refresh, d.retry, d.expire, d.minimum})
      out.u32(number);
  }
  void operator()(const SrvData& d) const {
    out.u16(d.priority);
    out.u16(d.weight);
    out.u16(d.port);
    out.name(d.target, false);
  }
  void operator()(const OpaqueData& d) const { out.bytes(d.bytes); }
};

void write_record(Writer& out, const Record& record) {
  GLASSPOST_ASSERT(data_fits(record.type, record.data));
  out.name(record.owner, true);
  out.u16(static_cast<unsigned>(record.type));
  out.u16(kClassIn);
  out.u32(record.ttl);
  const std::size_t length_at = out.size();
  out.u16(0);
  std::visit(DataWriter{out}, record.data);
  out.set_u16(length_at, static_cast<unsigned>(out.size() - length_at - 2));
}

bool same_set(const Record& a, const Record& b) {
  return a.type == b.type && a.owner == b.owner;
}

// Writes whole record sets while they fit; gives how many records were written.
std::size_t write_section(Writer& out, const std::vector<Record>& records, std::size_t limit) {
  std::size_t i = 0;
  while (i < records.size()) {
    const std::size_t before = out.size();
    std::size_t end = i;
    for (; end < records.size() && same_set(records[i], records[end]); ++end)
      write_record(out, records[end]);
    if (out.size() > limit) {
      out.cut(before);
      break;
    }
    i = end;
  }
  return i;
}

unsigned flags_of(const Message& message, bool truncated) {
  unsigned flags = (static_cast<unsigned>(message.opcode) & 0xFu) << 11;
  flags |= static_cast<unsigned>(message.code) & 0xFu;
  if (message.response) flags |= 0x8000u;
  if (message.authoritative) flags |= 0x0400u;
  if (truncated) flags |= 0x0200u;
  if (message.recursion_desired) flags |= 0x0100u;
  if (message.recursion_available) flags |= 0x0080u;
  if (message.authentic_data) flags |= 0x0020u;
  if (message.checking_disabled) flags |= 0x0010u;
  return flags;
}

void write_opt(Writer& out, const Message& message, bool with_options) {
  const Edns& edns = *message.edns;
  out.u8(0);
  out.u16(static_cast<unsigned>(RecordType::kOpt));
  out.u16(edns.udp_size);
  out.u8(static_cast<unsigned>(message.code) >> 4 & 0xFFu);
  out.u8(edns.version);
  out.u16(edns.dnssec_ok ? 0x8000u : 0u);
  out.u16(with_options ? static_cast<unsigned>(edns.options.size()) : 0u);
  if (with_options) out.bytes(edns.options);
}

// A referral's additional section is its glue: an answer without it may be of no use. // RFC 9471 2.1
bool is_referral(const Message& message) {
  return message.answers.empty() && !message.authority.empty() &&
         message.authority.front().type == RecordType::kNs;
}

// Gives how many were written.
std::size_t write_questions(Writer& out, const Message& message, std::size_t limit) {
  std::size_t written = 0;
  for (const Question& question : message.questions) {
    const std::size_t before = out.size();
    out.name(question.name, true);
    out.u16(static_cast<unsigned>(question.type));
    out.u16(message.question_class);
    if (out.size() > limit) {
      out.cut(before);
      break;
    }
    ++written;
  }
  return written;
}

}  // namespace

std::string encode_message(const Message& message, std::size_t limit) {
  GLASSPOST_ASSERT(limit >= kPlainUdpSize);
  limit = std::min(limit, kMaxMessageSize);
  Writer out;
  out.u16(message.id);
  for (std::size_t i = 2; i < kHeaderSize; i += 2)
    out.u16(0);
  const bool options_fit = !message.edns || kHeaderSize + kOptSize + message.edns->options.size() <= limit;
  std::size_t room = limit;
  if (message.edns) room -= kOptSize + (options_fit ? message.edns->options.size() : 0);
  const std::size_t questions = write_questions(out, message, room);
  bool truncated = questions < message.questions.size() || !options_fit;
  std::size_t answers = 0;
  std::size_t authority = 0;
  std::size_t additional = 0;
  if (!truncated) {
    answers = write_section(out, message.answers, room);
    truncated = answers < message.answers.size();
  }
  if (!truncated) {
    authority = write_section(out, message.authority, room);
    truncated = authority < message.authority.size();
  }
  if (!truncated) {
    additional = write_section(out, message.additional, room);
    truncated = additional < message.additional.size() && is_referral(message);
  }
  if (message.edns) write_opt(out, message, options_fit);
  out.set_u16(2, flags_of(message, truncated || message.truncated));
  out.set_u16(4, static_cast<unsigned>(questions));
  out.set_u16(6, static_cast<unsigned>(answers));
  out.set_u16(8, static_cast<unsigned>(authority));
  out.set_u16(10, static_cast<unsigned>(additional + (message.edns ? 1 : 0)));
  return out.take();
}

}  // namespace glasspost::dns
