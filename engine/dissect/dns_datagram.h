#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trace/event.h"

namespace glasspost::dissect {

/// What a DNS message says, for whoever shows it. // RFC 1035 4.1
struct DnsLabels {
  struct Part {
    std::string name;  ///< "header", "question", "answer", "authority", "additional", "opt"
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string text;  ///< records in presentation form
  };
  std::uint16_t id = 0;
  bool response = false;
  bool authoritative = false;
  bool truncated = false;
  std::string code;  ///< "NOERROR", "NXDOMAIN"
  std::string name;  ///< of the first question
  std::string type;
  std::string answer;  ///< the answers' data, joined by "; "
  std::vector<Part> parts;
};

/// Nothing if the bytes are no whole DNS message.
[[nodiscard]] std::optional<DnsLabels> dissect_dns(std::string_view message);
/// Of a datagram event that has its bytes and goes to or comes from port 53.
[[nodiscard]] std::optional<DnsLabels> dissect_datagram(const trace::EventView& event);

}  // namespace glasspost::dissect
