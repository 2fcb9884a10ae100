#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  std::string submission_host;     ///< where users submit; empty if there are no users
  std::optional<std::string> spf;  ///< the TXT record's text
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
