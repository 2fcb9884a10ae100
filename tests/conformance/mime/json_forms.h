#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "engine/message/address.h"
#include "engine/message/date_time.h"
#include "engine/message/media_type.h"
#include "engine/message/received.h"

namespace glasspost::message {

// Our values in the form that the suite's JSON has.

inline nlohmann::json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

/// The suite appends comments to names.
inline nlohmann::json json_name(const std::string& name, const std::string& comment) {
  if (name.empty()) return text_or_null(comment);
  return comment.empty() ? name : name + " (" + comment + ")";
}

inline nlohmann::json json_of(const Mailbox& mailbox) {
  std::string address = mailbox.address.local_part;
  if (!mailbox.address.domain.empty()) address += '@' + mailbox.address.domain;
  // What is a bare word to us, a local part without a domain, is a name to the suite, unless it is a URL in
  // brackets.
  const bool bare =
      mailbox.name.empty() && mailbox.address.domain.empty() && address.find(':') == std::string::npos;
  if (bare) return {{"name", json_name(address, mailbox.comment)}, {"address", nullptr}};
  return {{"name", json_name(mailbox.name, mailbox.comment)}, {"address", text_or_null(address)}};
}

inline nlohmann::json json_of(const AddressList& list, bool as_groups) {
  nlohmann::json out = nlohmann::json::array();
  bool in_run = false;
  for (const AddressEntry& entry : list.entries) {
    if (const auto* mailbox = std::get_if<Mailbox>(&entry)) {
      if (!as_groups) {
        out.push_back(json_of(*mailbox));
        continue;
      }
      if (!in_run) out.push_back({{"name", nullptr}, {"addresses", nlohmann::json::array()}});
      out.back()["addresses"].push_back(json_of(*mailbox));
      in_run = true;
    } else if (const auto* group = std::get_if<Group>(&entry)) {
      in_run = false;
      nlohmann::json members = nlohmann::json::array();
      for (const Mailbox& member : group->members)
        members.push_back(json_of(member));
      out.push_back({{"name", json_name(group->name, group->comment)}, {"addresses", members}});
    }
  }
  return {{as_groups ? "Group" : "List", out}};
}

/// Attributes are a set to us: `expected` gives the order, and whether there is a key for them at all.
inline nlohmann::json json_of(const std::optional<MediaType>& type, const nlohmann::json& expected) {
  if (!type) return nullptr;
  nlohmann::json attributes = nlohmann::json::array();
  for (const Parameter& parameter : type->parameters.list) {
    if (!parameter.language.empty()) attributes.push_back({parameter.name + "-language", parameter.language});
    if (!parameter.value.empty()) attributes.push_back({parameter.name, parameter.value});
  }
  nlohmann::json out = {{"c_type", type->type}, {"c_subtype", text_or_null(type->subtype)}};
  const nlohmann::json wanted =
      expected.is_object() && expected.contains("attributes") ? expected["attributes"] : nlohmann::json();
  if (wanted.is_array() &&
      std::is_permutation(wanted.begin(), wanted.end(), attributes.begin(), attributes.end())) {
    attributes = wanted;
  }
  if (!expected.is_object() || expected.contains("attributes") || !attributes.empty()) {
    out["attributes"] = attributes.empty() ? nlohmann::json() : attributes;
  }
  return out;
}

inline nlohmann::json json_of(const Result<DateTime>& date) {
  if (!date) return nullptr;
  const CivilTime local = to_civil(date->instant + Duration::minutes(date->offset_minutes));
  const int offset = date->offset_minutes;
  return {{"year", local.year},
          {"month", local.month},
          {"day", local.day},
          {"hour", local.hour},
          {"minute", local.minute},
          {"second", local.second},
          {"tz_before_gmt", offset < 0},
          {"tz_hour", std::abs(offset) / 60},
          {"tz_minute", std::abs(offset) % 60}};
}

inline void add_host(nlohmann::json& out, const char* key, std::string text) {
  if (text.size() > 1 && text.front() == '[') text = text.substr(1, text.find(']') - 1);
  if (text.empty()) return;
  const auto address = IpAddress::parse(text);
  if (address) {
    out[key] = {{"IpAddr", address->to_string()}};
  } else {
    out[key] = {{"Name", text}};
  }
}

inline nlohmann::json json_of(const Received& received, const nlohmann::json& expected) {
  nlohmann::json out = nlohmann::json::object();
  const auto add = [&out](const char* key, const std::string& text) {
    if (!text.empty()) out[key] = text;
  };
  add_host(out, "from", received.from);
  add("from_iprev", received.from_host);
  if (received.from_address) {
    // The suite writes some addresses in another form than RFC 5952's.
    const auto wanted = IpAddress::parse(expected.value("from_ip", ""));
    const bool same = wanted && *wanted == *received.from_address;
    out["from_ip"] = same ? expected["from_ip"].get<std::string>() : received.from_address->to_string();
  }
  add_host(out, "by", received.by);
  add("for_", received.for_mailbox);
  add("id", received.id);
  add("via", received.via);
  add("ident", received.ident);
  add_host(out, "helo", received.helo);
  if (!received.helo_verb.empty())
    out["helo_cmd"] = received.helo_verb.substr(0, 1) + to_lower(received.helo_verb.substr(1));
  if (!received.tls_version.empty()) {
    out["tls_version"] = std::string("TLSv1_") + received.tls_version.back();
  }
  add("tls_cipher", received.tls_cipher);
  // The suite knows these protocols and leaves the others out.
  for (const char* protocol :
       {"ESMTPSA", "ESMTPA", "ESMTPS", "ESMTP", "LMTP", "HTTP", "POP3", "SMTP", "Local"}) {
    if (to_upper(received.with).find(to_upper(protocol)) == std::string::npos) continue;
    out["with"] = protocol;
    break;
  }
  if (to_upper(received.with) == "ESMTP-TLS") out["with"] = "ESMTPS";
  if (received.date) out["date"] = json_of(Result<DateTime>(*received.date));
  if (!expected.contains("date")) return out;
  if (!out.contains("date")) out["date"] = nullptr;
  // Whether GMT is before GMT is said one way here and another way in date.json.
  const nlohmann::json& date = expected["date"];
  if (received.date && received.date->offset_minutes == 0 && date.is_object() && date["tz_hour"] == 0) {
    out["date"]["tz_before_gmt"] = date["tz_before_gmt"];
  }
  return out;
}

}  // namespace glasspost::message
