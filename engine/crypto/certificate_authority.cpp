#include <array>
#include <utility>

#include <openssl/x509v3.h>

#include "engine/base/text.h"
#include "engine/crypto/certificate.h"
#include "engine/crypto/openssl.h"

namespace glasspost::crypto {
namespace {

constexpr std::size_t kLongestCommonName = 64;  // RFC 5280, appendix A: ub-common-name
constexpr std::size_t kLongestDnsName = 253;
constexpr std::size_t kMostNames = 200;
constexpr std::size_t kSerialBytes = 16;

using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>>;
using GeneralNamePtr = std::unique_ptr<GENERAL_NAME, Freeing<GENERAL_NAME_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, Freeing<ASN1_OCTET_STRING_free>>;

// Adds an extension and frees its value.
template <class T, auto Free>
bool add_extension(X509* certificate, int id, bool critical, std::unique_ptr<T, Freeing<Free>> value) {
  return value != nullptr &&
         X509_add1_ext_i2d(certificate, id, value.get(), critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1;
}

bool add_basic_constraints(X509* certificate, bool authority) {
  std::unique_ptr<BASIC_CONSTRAINTS, Freeing<BASIC_CONSTRAINTS_free>> constraints(BASIC_CONSTRAINTS_new());
  if (constraints) constraints->ca = authority ? 0xff : 0;
  return add_extension(certificate, NID_basic_constraints, true, std::move(constraints));
}

// RFC 5280 4.2.1.3: bit 0 digitalSignature, 5 keyCertSign, 6 cRLSign.
bool add_key_usage(X509* certificate, bool authority) {
  std::unique_ptr<ASN1_BIT_STRING, Freeing<ASN1_BIT_STRING_free>> usage(ASN1_BIT_STRING_new());
  if (!usage) return false;
  if (authority) {
    ASN1_BIT_STRING_set_bit(usage.get(), 5, 1);
    ASN1_BIT_STRING_set_bit(usage.get(), 6, 1);
  } else {
    ASN1_BIT_STRING_set_bit(usage.get(), 0, 1);
  }
  return add_extension(certificate, NID_key_usage, true, std::move(usage));
}

void free_purposes(EXTENDED_KEY_USAGE* purposes) {
  sk_ASN1_OBJECT_pop_free(purposes, ASN1_OBJECT_free);
}

// RFC 5280 4.2.1.12: server, and client, for mail servers are both.
bool add_purposes(X509* certificate) {
  std::unique_ptr<EXTENDED_KEY_USAGE, Freeing<free_purposes>> purposes(sk_ASN1_OBJECT_new_null());
  if (!purposes) return false;
  sk_ASN1_OBJECT_push(purposes.get(), OBJ_nid2obj(NID_server_auth));
  sk_ASN1_OBJECT_push(purposes.get(), OBJ_nid2obj(NID_client_auth));
  return add_extension(certificate, NID_ext_key_usage, false, std::move(purposes));
}

// RFC 5280 4.2.1.2 (1): the SHA-1 of the subject's public key.
OctetsPtr key_identifier(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  OctetsPtr octets(ASN1_OCTET_STRING_new());
  if (!octets || X509_pubkey_digest(certificate, EVP_sha1(), digest.data(), &length) != 1) return nullptr;
  ASN1_OCTET_STRING_set(octets.get(), digest.data(), static_cast<int>(length));
  return octets;
}

bool add_authority_key_identifier(X509* certificate, const X509* authority) {
  std::unique_ptr<AUTHORITY_KEYID, Freeing<AUTHORITY_KEYID_free>> identifier(AUTHORITY_KEYID_new());
  if (!identifier) return false;
  identifier->keyid = key_identifier(authority).release();
  return add_extension(certificate, NID_authority_key_identifier, false, std::move(identifier));
}

bool push(GENERAL_NAMES* names, GeneralNamePtr name) {
  if (sk_GENERAL_NAME_push(names, name.get()) <= 0) return false;
  name.release();
  return true;
}

bool add_alternative_names(X509* certificate, const CertificateRequest& request, bool critical) {
  GeneralNamesPtr names(sk_GENERAL_NAME_new_null());
  if (!names) return false;
  for (const std::string& dns_name : request.dns_names) {
    GeneralNamePtr name(GENERAL_NAME_new());
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, dns_name.data(), static_cast<int>(dns_name.size()));
    GENERAL_NAME_set0_value(name.get(), GEN_DNS, text);
    if (!push(names.get(), std::move(name))) return false;
  }
  for (const IpAddress& address : request.addresses) {
    GeneralNamePtr name(GENERAL_NAME_new());
    ASN1_OCTET_STRING* octets = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(octets, address.bytes().data(), static_cast<int>(address.size()));
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, octets);
    if (!push(names.get(), std::move(name))) return false;
  }
  return add_extension(certificate, NID_subject_alt_name, critical, std::move(names));
}

bool add_name_part(X509_NAME* name, const char* field, std::string_view value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

// RFC 5280 4.1.2.2: positive, at most 20 octets.
bool set_serial(X509* certificate, RandomStream& random) {
  std::array<unsigned char, kSerialBytes> bytes{};
  random.fill(bytes);
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  std::unique_ptr<BIGNUM, Freeing<BN_free>> number(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_times(X509* certificate, Instant not_before, Instant not_after) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), not_before.unix_seconds()) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), not_after.unix_seconds()) != nullptr;
}

bool sign(X509* certificate, EVP_PKEY* key) {
  const EVP_MD* digest = EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256();
  return X509_sign(certificate, key, digest) > 0;
}

Result<Certificate> finished(X509Ptr certificate, std::string_view what) {
  // Written and read again: what is used is what others will see, and in OpenSSL's own context.
  auto state = std::make_shared<CertificateState>();
  Result<X509Ptr> copy = [&] {
    CertificateState made;
    made.certificate = std::move(certificate);
    return certificate_in_context(made, nullptr);
  }();
  if (!copy) return openssl_failure(what);
  state->certificate = std::move(*copy);
  return Certificate(std::move(state));
}

// Letters, digits, hyphens, underscores and dots, and `*` as the whole first label.
bool is_certificate_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestDnsName) return false;
  if (name.starts_with("*.")) name.remove_prefix(2);
  for (const std::string_view label : split(name, '.')) {
    if (label.empty() || label.size() > 63) return false;
    for (const char c : label) {
      if (!is_alnum(c) && c != '-' && c != '_') return false;
    }
  }
  return true;
}

Ok check(const CertificateRequest& request) {
  if (request.dns_names.empty() && request.addresses.empty()) {
    return fail(ErrorCode::kInvalidInput, "a certificate for no name");
  }
  if (request.dns_names.size() + request.addresses.size() > kMostNames) {
    return fail(ErrorCode::kInvalidInput, "a certificate for more than 200 names");
  }
  for (const std::string& name : request.dns_names) {
    if (!is_certificate_name(name)) {
      return fail(ErrorCode::kInvalidInput, "\"" + escaped(name) + "\" cannot stand in a certificate");
    }
  }
  if (request.not_after < request.not_before) {
    return fail(ErrorCode::kInvalidInput, "a certificate that ends before it begins");
  }
  return {};
}

}  // namespace

Result<CertificateAuthority> CertificateAuthority::make(const Library& library, KeyKind kind,
                                                        std::string_view name, Instant not_before,
                                                        Instant not_after, RandomStream& random) {
  if (name.empty() || name.size() > kLongestCommonName || !is_utf8(name) ||
      name.find('\0') != std::string_view::npos || not_after < not_before) {
    return fail(ErrorCode::kInvalidInput,
                "an authority needs a name of 1 to 64 bytes and times in their order");
  }
  Result<PrivateKey> key = PrivateKey::generate(library, kind, random);
  if (!key) return fail(key.error());
  const RandomScope scope(library, random);
  X509Ptr certificate(X509_new_ex(library.state().context, nullptr));
  X509* x = certificate.get();
  EVP_PKEY* pkey = key->state().key.get();
  const bool made = x != nullptr && X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x, random) &&
                    set_times(x, not_before, not_after) && X509_set_pubkey(x, pkey) == 1 &&
                    add_name_part(X509_get_subject_name(x), "CN", name) &&
                    X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
                    add_basic_constraints(x, true) && add_key_usage(x, true) &&
                    add_extension(x, NID_subject_key_identifier, false, key_identifier(x)) && sign(x, pkey);
  if (!made) return openssl_failure("the authority's certificate could not be made");
  Result<Certificate> result = finished(std::move(certificate), "the authority's certificate cannot be read");
  if (!result) return fail(result.error());
  return CertificateAuthority(library, Identity{std::move(*result), std::move(*key)});
}

Result<CertificateAuthority> CertificateAuthority::from_identity(const Library& library, Identity identity) {
  const Result<PublicKey> certified = identity.certificate.public_key();
  if (!certified || certified->der() != identity.key.public_key().der() ||
      !identity.certificate.is_authority()) {
    return fail(ErrorCode::kConflict, "the authority's certificate and key do not belong together");
  }
  return CertificateAuthority(library, std::move(identity));
}

Result<Identity> CertificateAuthority::issue(const CertificateRequest& request, KeyKind kind,
                                             RandomStream& random) const {
  if (const Ok checked = check(request); !checked) return fail(checked.error());
  Result<PrivateKey> key = PrivateKey::generate(library_, kind, random);
  if (!key) return fail(key.error());
  const RandomScope scope(library_, random);
  OSSL_LIB_CTX* context = library_.state().context;
  Result<PkeyPtr> signing_key = key_in_context(identity_.key.state(), context);
  if (!signing_key) return fail(signing_key.error());

  X509Ptr certificate(X509_new_ex(context, nullptr));
  X509* x = certificate.get();
  const X509* authority = identity_.certificate.state().certificate.get();
  // A name too long for CN stands in subjectAltName alone, which is then critical. // RFC 5280 4.2.1.6
  const bool named = !request.dns_names.empty() && request.dns_names.front().size() <= kLongestCommonName;
  const bool made = x != nullptr && X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x, random) &&
                    set_times(x, request.not_before, request.not_after) &&
                    X509_set_pubkey(x, key->state().key.get()) == 1 &&
                    (!named || add_name_part(X509_get_subject_name(x), "CN", request.dns_names.front())) &&
                    X509_set_issuer_name(x, X509_get_subject_name(authority)) == 1 &&
                    add_basic_constraints(x, false) && add_key_usage(x, false) && add_purposes(x) &&
                    add_alternative_names(x, request, !named) &&
                    add_extension(x, NID_subject_key_identifier, false, key_identifier(x)) &&
                    add_authority_key_identifier(x, authority) && sign(x, signing_key->get());
  if (!made) return openssl_failure("the certificate could not be made");
  Result<Certificate> result = finished(std::move(certificate), "the certificate cannot be read");
  if (!result) return fail(result.error());
  return Identity{std::move(*result), std::move(*key)};
}

}  // namespace glasspost::crypto
