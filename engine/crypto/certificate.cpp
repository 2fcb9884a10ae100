#include "engine/crypto/certificate.h"

#include <ctime>
#include <utility>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "engine/crypto/hash.h"
#include "engine/crypto/openssl.h"

namespace glasspost::crypto {
namespace {

constexpr std::size_t kLargestPem = 64 * 1024;

Result<Certificate> certificate_of(X509Ptr parsed) {
  ERR_clear_error();
  if (!parsed) return fail(ErrorCode::kInvalidInput, "not a certificate");
  auto state = std::make_shared<CertificateState>();
  state->certificate = std::move(parsed);
  return Certificate(std::move(state));
}

Instant instant_of(const ASN1_TIME* time) {
  std::tm civil{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &civil) != 1) return {};
  return from_civil(
      {civil.tm_year + 1900, civil.tm_mon + 1, civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec, 0});
}

using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>>;

GeneralNamesPtr alternative_names(const X509* certificate) {
  GeneralNamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  return names;
}

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

}  // namespace

std::string name_text(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  ERR_clear_error();
  return written(bio.get());
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  if (pem.size() > kLargestPem) return fail(ErrorCode::kTooLarge, "a certificate file of more than 64 KiB");
  const BioPtr bio = reading_bio(pem);
  return certificate_of(X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)));
}

Result<Certificate> Certificate::from_der(std::string_view der) {
  if (der.size() > kLargestPem) return fail(ErrorCode::kTooLarge, "a certificate of more than 64 KiB");
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* at = begin;
  X509Ptr parsed(der.empty() ? nullptr : d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (parsed && at != begin + der.size()) parsed.reset();
  return certificate_of(std::move(parsed));
}

std::string Certificate::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), state_->certificate.get());
  return written(bio.get());
}

std::string Certificate::der() const {
  unsigned char* bytes = nullptr;
  const int length = i2d_X509(state_->certificate.get(), &bytes);
  const OpensslBytesPtr owned(bytes);
  if (length <= 0) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

std::string Certificate::subject() const {
  return name_text(X509_get_subject_name(state_->certificate.get()));
}

std::string Certificate::issuer() const {
  return name_text(X509_get_issuer_name(state_->certificate.get()));
}

std::string Certificate::serial() const {
  return to_hex(text_of(X509_get0_serialNumber(state_->certificate.get())));
}

Instant Certificate::not_before() const {
  return instant_of(X509_get0_notBefore(state_->certificate.get()));
}

Instant Certificate::not_after() const {
  return instant_of(X509_get0_notAfter(state_->certificate.get()));
}

std::vector<std::string> Certificate::dns_names() const {
  std::vector<std::string> found;
  const GeneralNamesPtr names = alternative_names(state_->certificate.get());
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) found.emplace_back(text_of(name->d.dNSName));
  }
  return found;
}

std::vector<IpAddress> Certificate::addresses() const {
  std::vector<IpAddress> found;
  const GeneralNamesPtr names = alternative_names(state_->certificate.get());
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_IPADD) continue;
    const std::string_view bytes = text_of(name->d.iPAddress);
    std::array<std::uint8_t, 16> octets{};
    if (bytes.size() != 4 && bytes.size() != 16) continue;
    for (std::size_t k = 0; k < bytes.size(); ++k)
      octets[k] = static_cast<std::uint8_t>(bytes[k]);
    found.push_back(bytes.size() == 16 ? IpAddress::v6(octets)
                                       : IpAddress::v4({octets[0], octets[1], octets[2], octets[3]}));
  }
  return found;
}

bool Certificate::is_authority() const {
  const bool authority = X509_check_ca(state_->certificate.get()) == 1;
  ERR_clear_error();
  return authority;
}

Result<PublicKey> Certificate::public_key() const {
  EVP_PKEY* key = X509_get0_pubkey(state_->certificate.get());
  unsigned char* bytes = nullptr;
  const int length = key == nullptr ? 0 : i2d_PUBKEY(key, &bytes);
  const OpensslBytesPtr owned(bytes);
  ERR_clear_error();
  if (length <= 0) return fail(ErrorCode::kUnsupported, "a certificate with a key of an unknown kind");
  return PublicKey::from_der({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)});
}

bool Certificate::signed_by(const Certificate& authority) const {
  EVP_PKEY* key = X509_get0_pubkey(authority.state_->certificate.get());
  const bool good = key != nullptr && X509_verify(state_->certificate.get(), key) == 1;
  ERR_clear_error();
  return good;
}

Result<X509Ptr> certificate_in_context(const CertificateState& certificate, OSSL_LIB_CTX* context) {
  unsigned char* bytes = nullptr;
  const int length = i2d_X509(certificate.certificate.get(), &bytes);
  const OpensslBytesPtr owned(bytes);
  X509* copy = X509_new_ex(context, nullptr);
  const unsigned char* at = bytes;
  // On failure d2i_X509 frees what it was given and sets it to null.
  if (length <= 0 || copy == nullptr || d2i_X509(&copy, &at, length) == nullptr) {
    return openssl_failure("the certificate cannot be used");
  }
  return X509Ptr(copy);
}

}  // namespace glasspost::crypto
