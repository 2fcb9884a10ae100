#include "engine/tls/message_names.h"

namespace glasspost::tls {

std::string_view handshake_message_name(std::uint8_t type) {
  switch (type) {
    case 0:
      return "HelloRequest";
    case 1:
      return "ClientHello";
    case 2:
      return "ServerHello";
    case 4:
      return "NewSessionTicket";
    case 5:
      return "EndOfEarlyData";
    case 8:
      return "EncryptedExtensions";
    case 11:
      return "Certificate";
    case 12:
      return "ServerKeyExchange";
    case 13:
      return "CertificateRequest";
    case 14:
      return "ServerHelloDone";
    case 15:
      return "CertificateVerify";
    case 16:
      return "ClientKeyExchange";
    case 20:
      return "Finished";
    case 22:
      return "CertificateStatus";
    case 24:
      return "KeyUpdate";
    case 254:
      return "MessageHash";
    default:
      return "HandshakeMessage";
  }
}

std::string_view alert_name(std::uint8_t description) {
  switch (description) {
    case 0:
      return "Alert: close_notify";
    case 10:
      return "Alert: unexpected_message";
    case 20:
      return "Alert: bad_record_mac";
    case 22:
      return "Alert: record_overflow";
    case 40:
      return "Alert: handshake_failure";
    case 42:
      return "Alert: bad_certificate";
    case 43:
      return "Alert: unsupported_certificate";
    case 44:
      return "Alert: certificate_revoked";
    case 45:
      return "Alert: certificate_expired";
    case 46:
      return "Alert: certificate_unknown";
    case 47:
      return "Alert: illegal_parameter";
    case 48:
      return "Alert: unknown_ca";
    case 49:
      return "Alert: access_denied";
    case 50:
      return "Alert: decode_error";
    case 51:
      return "Alert: decrypt_error";
    case 70:
      return "Alert: protocol_version";
    case 71:
      return "Alert: insufficient_security";
    case 80:
      return "Alert: internal_error";
    case 86:
      return "Alert: inappropriate_fallback";
    case 90:
      return "Alert: user_canceled";
    case 100:
      return "Alert: no_renegotiation";
    case 109:
      return "Alert: missing_extension";
    case 110:
      return "Alert: unsupported_extension";
    case 112:
      return "Alert: unrecognized_name";
    case 116:
      return "Alert: certificate_required";
    case 120:
      return "Alert: no_application_protocol";
    default:
      return "Alert";
  }
}

}  // namespace glasspost::tls
