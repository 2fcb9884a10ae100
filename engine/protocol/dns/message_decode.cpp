#include <array>
#include <utility>

#include "engine/protocol/dns/message.h"

namespace glasspost::dns {
namespace {

tl::unexpected<Error> malformed(std::size_t at, std::string what) {
  return fail_at(ErrorCode::kInvalidInput, at, std::move(what));
}

std::uint16_t u16_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

// Moves through a message; `end` bounds what may be read in line (the record's data or the message).
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message), end_(message.size()) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return end_ - at_; }
  void set_end(std::size_t end) { end_ = end; }
  [[nodiscard]] std::size_t message_size() const { return message_.size(); }

  Result<std::uint16_t> u16() {
    if (left() < 2) return malformed(at_, "a DNS message ends within a number");
    at_ += 2;
    return u16_at(message_, at_ - 2);
  }
  Result<std::uint32_t> u32() {
    const Result<std::uint16_t> high = u16();
    if (!high) return fail(high.error());
    const Result<std::uint16_t> low = u16();
    if (!low) return fail(low.error());
    return static_cast<std::uint32_t>(*high) << 16 | *low;
  }
  Result<std::string> bytes(std::size_t count) {
    if (left() < count) return malformed(at_, "a DNS message ends within data");
    at_ += count;
    return std::string(message_.substr(at_ - count, count));
  }
  Result<Name> name();

 private:
  std::string_view message_;
  std::size_t at_ = 0;
  std::size_t end_;
};

// RFC 1035 4.1.4. Each pointer must lead before the place where the piece that holds it began: the places
// fall strictly, so every chain ends.
Result<Name> Reader::name() {
  std::vector<std::string> labels;
  std::size_t wire = 1;
  std::size_t piece = at_;  // where the present piece of the name began
  std::size_t cursor = at_;
  std::size_t limit = end_;  // of the present piece
  bool jumped = false;
  for (;;) {
    if (cursor >= limit) return malformed(cursor, "a DNS message ends within a name");
    const auto length = static_cast<unsigned char>(message_[cursor]);
    if ((length & 0xC0) == 0xC0) {
      if (cursor + 2 > limit) return malformed(cursor, "a DNS message ends within a pointer");
      const std::size_t target = u16_at(message_, cursor) & 0x3FFFu;
      if (!jumped) at_ = cursor + 2;
      if (target >= piece) return malformed(cursor, "a pointer in a name does not lead backwards");
      limit = piece;
      piece = cursor = target;
      jumped = true;
      continue;
    }
    if (length > 63) return malformed(cursor, "a label of an unknown kind");
    ++cursor;
    if (length == 0) break;
    if (length > limit - cursor) return malformed(cursor, "a DNS message ends within a label");
    wire += length + 1u;
    if (wire > 255) return malformed(cursor, "a name is longer than 255 bytes");
    labels.emplace_back(message_.substr(cursor, length));
    cursor += length;
  }
  if (!jumped) at_ = cursor;
  return *Name::from_labels(std::move(labels));
}

Result<RecordData> read_address(Reader& in, std::size_t size) {
  const Result<std::string> bytes = in.bytes(size);
  if (!bytes) return fail(bytes.error());
  std::array<std::uint8_t, 16> raw{};
  for (std::size_t i = 0; i < size; ++i)
    raw[i] = static_cast<std::uint8_t>((*bytes)[i]);
  if (size == 4) return AddressData{IpAddress::v4({raw[0], raw[1], raw[2], raw[3]})};
  return AddressData{IpAddress::v6(raw)};
}

Result<RecordData> read_text(Reader& in) {
  TxtData text;
  if (in.left() == 0) return malformed(in.at(), "a TXT record holds at least one string");
  while (in.left() > 0) {
    const auto length = static_cast<unsigned char>((*in.bytes(1))[0]);
    Result<std::string> piece = in.bytes(length);
    if (!piece) return fail(piece.error());
    text.strings.push_back(std::move(*piece));
  }
  return text;
}

Result<RecordData> read_mx(Reader& in) {
  const Result<std::uint16_t> preference = in.u16();
  if (!preference) return fail(preference.error());
  Result<Name> exchange = in.name();
  if (!exchange) return fail(exchange.error());
  return MxData{*preference, std::move(*exchange)};
}

Result<RecordData> read_soa(Reader& in) {
  SoaData soa;
  Result<Name> primary = in.name();
  if (!primary) return fail(primary.error());
  Result<Name> mailbox = in.name();
  if (!mailbox) return fail(mailbox.error());
  soa.primary = std::move(*primary);
  soa.mailbox = std::move(*mailbox);
  for (std::uint32_t* number : {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum}) {
    const Result<std::uint32_t> value = in.u32();
    if (!value) return fail(value.error());
    *number = *value;
  }
  return soa;
}

Result<RecordData> read_srv(Reader& in) {
  SrvData srv;
  for (std::uint16_t* number : {&srv.priority, &srv.weight, &srv.port}) {
    const Result<std::uint16_t> value = in.u16();
    if (!value) return fail(value.error());
    *number = *value;
  }
  Result<Name> target = in.name();
  if (!target) return fail(target.error());
  srv.target = std::move(*target);
  return srv;
}

// `in` ends with the data.
Result<RecordData> read_data(Reader& in, RecordType type) {
  switch (type) {
    case RecordType::kA:
      return read_address(in, 4);
    case RecordType::kAaaa:
      return read_address(in, 16);
    case RecordType::kNs:
    case RecordType::kCname:
    case RecordType::kPtr: {
      Result<Name> target = in.name();
      if (!target) return fail(target.error());
      return NameData{std::move(*target)};
    }
    case RecordType::kMx:
      return read_mx(in);
    case RecordType::kTxt:
      return read_text(in);
    case RecordType::kSoa:
      return read_soa(in);
    case RecordType::kSrv:
      return read_srv(in);
    default: {
      Result<std::string> bytes = in.bytes(in.left());
      if (!bytes) return fail(bytes.error());
      return OpaqueData{std::move(*bytes)};
    }
  }
}

struct RawRecord {
  Name owner;
  RecordType type = RecordType::kA;
  std::uint16_t record_class = 0;
  std::uint32_t ttl = 0;
  std::optional<RecordData> data;  // none: another class
};

Result<RawRecord> read_record(Reader& in) {
  RawRecord raw;
  Result<Name> owner = in.name();
  if (!owner) return fail(owner.error());
  raw.owner = std::move(*owner);
  const Result<std::uint16_t> type = in.u16();
  if (!type) return fail(type.error());
  raw.type = static_cast<RecordType>(*type);
  const Result<std::uint16_t> record_class = in.u16();
  if (!record_class) return fail(record_class.error());
  raw.record_class = *record_class;
  const Result<std::uint32_t> ttl = in.u32();
  if (!ttl) return fail(ttl.error());
  raw.ttl = *ttl;
  const Result<std::uint16_t> size = in.u16();
  if (!size) return fail(size.error());
  if (*size > in.left()) return malformed(in.at(), "a DNS message ends within a record's data");
  const std::size_t end = in.at() + *size;
  in.set_end(end);
  if (raw.type == RecordType::kOpt || raw.record_class == kClassIn) {
    Result<RecordData> data = read_data(in, raw.type);
    if (!data) return fail(data.error());
    raw.data = std::move(*data);
  } else {
    (void)in.bytes(in.left());
  }
  if (in.at() != end) return malformed(in.at(), "a record's data is longer than its content");
  in.set_end(in.message_size());
  return raw;
}

class Decoder {
 public:
  Decoder(std::string_view bytes, MessageLayout* layout) : in_(bytes), layout_(layout) {}

  Ok read(Message& message, std::string_view bytes) {
    const std::uint16_t questions = u16_at(bytes, 4);
    (void)in_.bytes(kHeaderSize);
    note(MessageLayout::Part::kHeader, 0, 0);
    for (std::uint16_t i = 0; i < questions; ++i) {
      if (Ok ok = read_question(message, i); !ok) return ok;
    }
    const std::array<std::pair<std::vector<Record>*, MessageLayout::Part>, 3> sections{
        {{&message.answers, MessageLayout::Part::kAnswer},
         {&message.authority, MessageLayout::Part::kAuthority},
         {&message.additional, MessageLayout::Part::kAdditional}}};
    for (std::size_t s = 0; s < sections.size(); ++s) {
      const std::uint16_t count = u16_at(bytes, 6 + 2 * s);
      for (std::uint16_t i = 0; i < count; ++i) {
        if (Ok ok = add_record(message, *sections[s].first, sections[s].second); !ok) return ok;
      }
    }
    if (in_.left() > 0) return malformed(in_.at(), "bytes stand after the last record of a DNS message");
    return {};
  }

 private:
  void note(MessageLayout::Part part, std::size_t index, std::size_t start) {
    if (layout_ != nullptr) layout_->spans.push_back({part, index, start, in_.at() - start});
  }

  Ok read_question(Message& message, std::size_t index) {
    const std::size_t start = in_.at();
    Result<Name> name = in_.name();
    if (!name) return fail(name.error());
    const Result<std::uint16_t> type = in_.u16();
    if (!type) return fail(type.error());
    const Result<std::uint16_t> question_class = in_.u16();
    if (!question_class) return fail(question_class.error());
    if (index > 0 && *question_class != message.question_class)
      return malformed(start, "the questions of a DNS message are of different classes");
    message.question_class = *question_class;
    message.questions.push_back({std::move(*name), static_cast<RecordType>(*type)});
    note(MessageLayout::Part::kQuestion, index, start);
    return {};
  }

  Ok add_record(Message& message, std::vector<Record>& section, MessageLayout::Part part) {
    const std::size_t start = in_.at();
    Result<RawRecord> raw = read_record(in_);
    if (!raw) return fail(raw.error());
    if (raw->type == RecordType::kOpt) {
      // RFC 6891 6.1.1: in the additional section, once, owned by the root.
      if (part != MessageLayout::Part::kAdditional || message.edns || !raw->owner.is_root())
        return malformed(start, "OPT stands once, in the additional section, under the root");
      Edns edns;
      edns.udp_size = raw->record_class;
      edns.version = static_cast<std::uint8_t>(raw->ttl >> 16);
      edns.dnssec_ok = (raw->ttl & 0x8000u) != 0;
      edns.options = std::get<OpaqueData>(*raw->data).bytes;
      message.code = static_cast<ResponseCode>((raw->ttl >> 24) << 4 | static_cast<unsigned>(message.code));
      message.edns = std::move(edns);
      note(MessageLayout::Part::kOpt, 0, start);
      return {};
    }
    if (!raw->data) return {};
    const std::uint32_t ttl = raw->ttl > 0x7FFFFFFFu ? 0 : raw->ttl;  // RFC 2181 8
    section.push_back({std::move(raw->owner), raw->type, ttl, std::move(*raw->data)});
    note(part, section.size() - 1, start);
    return {};
  }

  Reader in_;
  MessageLayout* layout_;
};

}  // namespace

std::optional<Message> decode_header(std::string_view bytes) {
  if (bytes.size() < kHeaderSize) return std::nullopt;
  Message message;
  message.id = u16_at(bytes, 0);
  const std::uint16_t flags = u16_at(bytes, 2);
  message.response = (flags & 0x8000u) != 0;
  message.opcode = static_cast<Opcode>(flags >> 11 & 0xFu);
  message.authoritative = (flags & 0x0400u) != 0;
  message.truncated = (flags & 0x0200u) != 0;
  message.recursion_desired = (flags & 0x0100u) != 0;
  message.recursion_available = (flags & 0x0080u) != 0;
  message.authentic_data = (flags & 0x0020u) != 0;
  message.checking_disabled = (flags & 0x0010u) != 0;
  message.code = static_cast<ResponseCode>(flags & 0xFu);
  return message;
}

Result<Message> decode_message(std::string_view bytes, MessageLayout* layout) {
  if (bytes.size() > kMaxMessageSize) return malformed(kMaxMessageSize, "a DNS message is too long");
  std::optional<Message> message = decode_header(bytes);
  if (!message) return malformed(bytes.size(), "a DNS message ends within its header");
  Decoder decoder(bytes, layout);
  if (Ok ok = decoder.read(*message, bytes); !ok) return fail(std::move(ok.error()));
  return std::move(*message);
}

}  // namespace glasspost::dns
