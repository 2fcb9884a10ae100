#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/scenario/data/host.h"
#include "engine/scenario/data/source_place.h"

namespace glasspost::scenario {

struct User {
  SourcePlace place;
  std::string name;                  ///< local part, lower case
  std::string password;              ///< printable ASCII
  std::vector<std::string> devices;  ///< full host names
};

/// Mail for `local_part` of the domain goes on to `to` instead of into a mailbox; the reverse-path is kept.
struct Forward {
  SourcePlace place;
  std::string local_part;
  std::vector<std::string> to;  ///< addresses
};

/// Who writes to `local_part` of the domain writes to all members: the list changes the letter and sends it
/// on under a reverse-path of its own.
struct MailingList {
  SourcePlace place;
  std::string local_part;
  std::vector<std::string> members;  ///< addresses
  std::string prefix;                ///< before the Subject; empty: none
  std::string footer;                ///< below the text, ASCII, lines end with \n; empty: none
  bool rewrite_from = false;         ///< the list's own address in From, the author's in Reply-To
};

/// A DKIM key, known to the DNS as SELECTOR._domainkey.DOMAIN. // RFC 6376 3.1
struct DkimKey {
  SourcePlace place;
  std::string selector;
  KeyKind kind = KeyKind::kEd25519;                 ///< or kRsa2048
  bool signs = true;                                ///< from the start; an action may change it
  bool published = true;                            ///< from the start; an action may change it
  bool testing = false;                             ///< t=y in the record
  bool simple_header = false, simple_body = false;  ///< else relaxed // RFC 6376 3.4
  bool body_length = false;                         ///< signatures say how much of the body they cover: l=
  std::optional<Duration> lifetime;                 ///< of signatures: x=
  std::string private_key;  ///< PKCS#8 PEM; comes from the scenario's seed, whatever seed a run has
  std::string record;       ///< the TXT record's text
};

struct MailExchanger {
  std::uint16_t preference = 10;
  std::string host;  ///< full name
};

/// A mail domain: who lives there and who takes its mail. Its DNS records stand in Scenario::zones.
struct Domain {
  SourcePlace place;
  std::string name;  ///< lower case
  std::vector<User> users;
  std::vector<Forward> forwards;
  std::vector<MailExchanger> mx;  ///< by preference
  bool null_mx = false;           ///< "MX 0 .": takes no mail // RFC 7505
  std::string
      mailbox_host;  ///< where mail for the domain ends: mailboxes and forwards; empty if it takes none
  std::string submission_host;       ///< where users submit; empty if there are no users
  std::optional<std::string> spf;    ///< the TXT record's text
  std::optional<std::string> dmarc;  ///< the text of the TXT record at _dmarc
  std::vector<DkimKey> dkim;
  std::vector<MailingList> lists;
};

/// A record as a zone file would say it, without its owner's final dot.
struct ZoneRecord {
  SourcePlace place;
  std::string name;          ///< full owner name; "." is the root
  std::string type;          ///< "A", "AAAA", "MX", "TXT", "PTR", "CNAME", "NS", "SOA", "SRV"
  std::uint32_t ttl = 3600;  ///< seconds
  /// Presentation form of the data, names full: "10 mx.beta.example"; for TXT the bare text, not quoted.
  std::string value;
};

/// What one name server is authoritative for, delegations and glue included.
struct Zone {
  SourcePlace place;
  std::string name;                  ///< "alpha.example", ".", "2.0.192.in-addr.arpa"
  std::vector<std::string> servers;  ///< full host names
  std::vector<ZoneRecord> records;   ///< SOA and NS first
};

}  // namespace glasspost::scenario
