#include "engine/auth/dkim_key.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "engine/crypto/base64.h"

namespace glasspost::auth {
namespace {

// A record's text is as long as the DNS allows; longer keys than this are nobody's.
constexpr std::size_t kMaxCachedText = 16 * 1024;

std::optional<std::vector<std::string>> members(const TagList& list, std::string_view name,
                                                TextPlace& place) {
  const Tag* tag = list.find(name);
  if (tag == nullptr) return std::nullopt;
  place = tag->place;
  std::vector<std::string> out;
  for (const std::string_view member : colon_list(tag->value))
    out.emplace_back(member);
  return out;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// RFC 6376 3.6.1: RSA as SubjectPublicKeyInfo or RSAPublicKey; RFC 8463 4.2: 32 bytes for Ed25519.
Result<crypto::PublicKey> read_key(std::string_view kind, const Tag& p) {
  const std::optional<std::string> bytes = decode_folded_base64(p.value);
  if (!bytes) return fail_at(ErrorCode::kInvalidInput, p.value_offset, "p= is not base64");
  Result<crypto::PublicKey> key =
      kind == "rsa" ? crypto::PublicKey::from_rsa_der(*bytes) : crypto::PublicKey::from_ed25519(*bytes);
  if (!key) return fail_at(ErrorCode::kInvalidInput, p.value_offset, "p= is " + key.error().message);
  return key;
}

}  // namespace

bool DkimKeyRecord::allows_sha256() const {
  return !hashes || has(*hashes, "sha256");
}

bool DkimKeyRecord::allows_email() const {
  return !services || has(*services, "*") || has(*services, "email");
}

Result<DkimKeyRecord> parse_dkim_key_record(std::string_view text) {
  const Result<TagList> list = parse_tag_list(text);
  if (!list) return fail(list.error());
  DkimKeyRecord record;
  const Tag* v = list->find("v");
  if (v != nullptr && (v != &list->tags.front() || v->value != "DKIM1"))
    return fail_at(ErrorCode::kInvalidInput, v->place.offset, "v= is not DKIM1, or not first");
  const Tag* k = list->find("k");
  if (k != nullptr) {
    record.kind = std::string(k->value);
    record.kind_place = k->place;
  }
  const Tag* p = list->find("p");
  if (p == nullptr) return fail_at(ErrorCode::kInvalidInput, 0, "there is no p= with a key");
  record.key_place = p->place;
  if (record.kind != "rsa" && record.kind != "ed25519")
    return fail_at(ErrorCode::kUnsupported, record.kind_place.offset, "the kind of key (k=) is not known");
  record.hashes = members(*list, "h", record.hashes_place);
  record.services = members(*list, "s", record.services_place);
  if (const auto flags = members(*list, "t", record.flags_place)) {
    record.testing = has(*flags, "y");
    record.strict_identity = has(*flags, "s");
  }
  if (p->value.empty()) return record;  // RFC 6376 3.6.1: revoked
  Result<crypto::PublicKey> key = read_key(record.kind, *p);
  if (!key) return fail(key.error());
  record.bits = key->bits();
  record.key = std::move(*key);
  return record;
}

struct DkimKeyCache::State {
  std::size_t entries;
  std::map<std::string, std::shared_ptr<const Result<DkimKeyRecord>>, std::less<>> records;
  std::deque<std::string> in_order;
};

DkimKeyCache::DkimKeyCache(std::size_t entries)
    : state_(new State{std::max<std::size_t>(entries, 1), {}, {}}) {}
DkimKeyCache::~DkimKeyCache() = default;
DkimKeyCache::DkimKeyCache(DkimKeyCache&&) noexcept = default;
DkimKeyCache& DkimKeyCache::operator=(DkimKeyCache&&) noexcept = default;

std::shared_ptr<const Result<DkimKeyRecord>> cached_dkim_key_record(DkimKeyCache* cache,
                                                                    const std::string& text) {
  if (cache == nullptr || text.size() > kMaxCachedText)
    return std::make_shared<const Result<DkimKeyRecord>>(parse_dkim_key_record(text));
  DkimKeyCache::State& state = cache->state();
  const auto known = state.records.find(text);
  if (known != state.records.end()) return known->second;
  auto record = std::make_shared<const Result<DkimKeyRecord>>(parse_dkim_key_record(text));
  if (state.records.size() >= state.entries) {
    state.records.erase(state.in_order.front());
    state.in_order.pop_front();
  }
  state.records.emplace(text, record);
  state.in_order.push_back(text);
  return record;
}

std::string dkim_key_record_text(const crypto::PublicKey& key) {
  const std::string raw = key.raw_ed25519();
  if (!raw.empty()) return "v=DKIM1; k=ed25519; p=" + crypto::base64_encode(raw);
  return "v=DKIM1; k=rsa; p=" + crypto::base64_encode(key.der());
}

}  // namespace glasspost::auth
