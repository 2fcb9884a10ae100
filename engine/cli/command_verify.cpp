#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/auth/authentication_results.h"
#include "engine/auth/dkim.h"
#include "engine/auth/dmarc.h"
#include "engine/auth/spf.h"
#include "engine/base/text.h"
#include "engine/cli/authentication_commands.h"
#include "engine/cli/check_input.h"
#include "engine/cli/commands.h"
#include "engine/cli/json_text.h"
#include "engine/cli/why.h"
#include "engine/message/header.h"

namespace glasspost::cli {
namespace {

using Json = nlohmann::ordered_json;

/// All that was asked, and what came of it.
struct Judged {
  std::optional<auth::SpfRequest> spf_request;
  std::optional<auth::SpfVerdict> spf;
  auth::DkimVerdict dkim;
  auth::DmarcVerdict dmarc;
  std::string field;  ///< Authentication-Results

  [[nodiscard]] bool passes() const {
    if (dmarc.result == auth::DmarcResult::kPass) return true;
    const bool spf_passes = spf && spf->result == auth::SpfResult::kPass;
    return dmarc.result == auth::DmarcResult::kNone && !dmarc.suspicious() && (spf_passes || dkim.passes());
  }
};

/// The reverse-path that the server of the final delivery wrote down. // RFC 5321 4.4
std::string return_path(const message::Header& header) {
  std::string text = header.value("Return-Path").value_or("");
  const std::size_t begin = text.find('<');
  const std::size_t end = text.rfind('>');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return text;
  return text.substr(begin + 1, end - begin - 1);
}

Result<auth::SpfRequest> spf_request(const VerifyCommand& command, const message::Header& header,
                                     Instant now) {
  auth::SpfRequest request;
  const Result<IpAddress> client = IpAddress::parse(command.ip);
  if (!client) return fail(client.error());
  request.client = *client;
  request.helo = command.helo;
  request.mail_from = command.from ? *command.from : return_path(header);
  request.receiver = command.receiver;
  request.now = now;
  request.explain = true;
  return request;
}

Error late() {
  return {ErrorCode::kTimedOut, "the DNS has not answered in a minute"};
}

Result<Judged> judge(const VerifyCommand& command, const std::string& text, CheckDns& dns, Instant now) {
  Judged out;
  const message::Header header = message::parse_header(text);
  std::vector<std::string> results;
  auth::DmarcRequest dmarc;
  if (!command.ip.empty()) {
    Result<auth::SpfRequest> request = spf_request(command, header, now);
    if (!request) return fail(request.error());
    out.spf = dns.finish(auth::check_spf(dns.resolver(), *request));
    if (!out.spf) return fail(late());
    results.push_back(auth::authentication_result(*request, *out.spf));
    dmarc.spf = auth::dmarc_identifier(*out.spf);
    out.spf_request = std::move(*request);
  }
  auth::DkimRequest asked;
  asked.now = now;
  asked.explain = true;
  auto dkim = dns.finish(auth::verify_dkim(dns.resolver(), header, text, asked));
  if (!dkim) return fail(late());
  out.dkim = std::move(*dkim);
  for (const auth::DkimSignatureVerdict& signature : out.dkim.signatures)
    results.push_back(auth::authentication_result(signature));
  if (out.dkim.signatures.empty()) results.emplace_back("dkim=none");
  dmarc.dkim = auth::dmarc_identifiers(out.dkim);
  dmarc.explain = true;
  if (command.profile == "rfc7489") dmarc.profile = auth::DmarcProfile::kRfc7489;
  auto verdict = dns.finish(auth::check_dmarc(dns.resolver(), header, std::move(dmarc)));
  if (!verdict) return fail(late());
  out.dmarc = std::move(*verdict);
  results.push_back(auth::authentication_result(out.dmarc));
  out.field = auth::authentication_results_field(command.receiver, results);
  return out;
}

void print_check(std::string_view name, std::string_view result,
                 const std::optional<Explanation>& explanation, const VerifyCommand& command) {
  std::printf("%s: %s\n", std::string(name).c_str(), std::string(result).c_str());
  if (explanation)
    std::fputs(explanation_text(*explanation, command.language, command.width, 2).c_str(), stdout);
  std::fputs("\n", stdout);
}

void print_text(const Judged& judged, const VerifyCommand& command) {
  if (judged.spf) print_check("SPF", to_string(judged.spf->result), judged.spf->explanation, command);
  print_check("DKIM", to_string(judged.dkim.result()), judged.dkim.explanation, command);
  print_check("DMARC", to_string(judged.dmarc.result), judged.dmarc.explanation, command);
  // As a person's terminal wants it.
  std::string field = judged.field;
  std::erase(field, '\r');
  std::fputs(field.c_str(), stdout);
}

Json json_of(const std::optional<Explanation>& explanation, Language language) {
  if (!explanation) return nullptr;
  return Json::parse(explanation_json(*explanation, language), nullptr, false);
}

Json json_of(const auth::DkimSignatureVerdict& signature) {
  Json out = {{"result", to_string(signature.result)}, {"domain", signature.domain},
              {"selector", signature.selector},        {"identity", signature.identity},
              {"algorithm", signature.algorithm},      {"key_bits", signature.key_bits},
              {"testing", signature.testing},          {"unsigned_bytes", signature.unsigned_bytes}};
  if (!signature.problem.empty()) out["problem"] = signature.problem;
  return out;
}

void print_json(const Judged& judged, const VerifyCommand& command) {
  Json out = {{"pass", judged.passes()}};
  if (judged.spf) {
    out["spf"] = {{"result", to_string(judged.spf->result)},
                  {"domain", judged.spf->domain},
                  {"mechanism", judged.spf->mechanism},
                  {"look_ups", judged.spf->look_ups},
                  {"why", json_of(judged.spf->explanation, command.language)}};
    if (!judged.spf->problem.empty()) out["spf"]["problem"] = judged.spf->problem;
  }
  out["dkim"] = {{"result", to_string(judged.dkim.result())}, {"signatures", Json::array()}};
  for (const auth::DkimSignatureVerdict& signature : judged.dkim.signatures)
    out["dkim"]["signatures"].push_back(json_of(signature));
  out["dkim"]["why"] = json_of(judged.dkim.explanation, command.language);
  const auth::DmarcVerdict& dmarc = judged.dmarc;
  out["dmarc"] = {{"result", to_string(dmarc.result)},
                  {"author_domain", dmarc.author_domain},
                  {"organizational_domain", dmarc.organizational_domain},
                  {"policy_domain", dmarc.policy_domain},
                  {"policy", to_string(dmarc.policy)},
                  {"disposition", to_string(dmarc.disposition)},
                  {"spf_aligned", dmarc.spf_aligned},
                  {"dkim_aligned", dmarc.dkim_aligned},
                  {"why", json_of(dmarc.explanation, command.language)}};
  if (!dmarc.problem.empty()) out["dmarc"]["problem"] = dmarc.problem;
  out["authentication_results"] = judged.field;
  std::fputs(json_text(out).c_str(), stdout);
}

}  // namespace

int verify_command(const VerifyCommand& command) {
  const Result<std::string> text = read_message(command.message);
  if (!text) return bad_input("verify", text.error());
  const Result<Instant> now = moment(command.time);
  if (!now) return bad_input("verify", now.error());
  Result<CheckDns> dns = CheckDns::open(command.dns);
  if (!dns) return bad_input("verify", dns.error());
  const Result<Judged> judged = judge(command, *text, *dns, *now);
  if (!judged) return bad_input("verify", judged.error());
  if (command.json) {
    print_json(*judged, command);
  } else {
    print_text(*judged, command);
  }
  return judged->passes() ? kGood : kNotHeld;
}

int spf_command(const SpfCommand& command) {
  if (command.from.empty() && command.helo.empty())
    return bad_input("spf", {ErrorCode::kInvalidInput, "say --from or --helo: whose name is used?"});
  auth::SpfRequest request;
  const Result<IpAddress> client = IpAddress::parse(command.ip);
  if (!client) return bad_input("spf", client.error());
  const Result<Instant> now = moment(command.time);
  if (!now) return bad_input("spf", now.error());
  Result<CheckDns> dns = CheckDns::open(command.dns);
  if (!dns) return bad_input("spf", dns.error());
  request.client = *client;
  request.helo = command.helo;
  request.mail_from = command.from;
  request.receiver = command.receiver;
  request.now = *now;
  request.explain = true;
  const auto verdict = dns->finish(auth::check_spf(dns->resolver(), request));
  if (!verdict) return bad_input("spf", late());
  if (command.json) {
    Json out = {{"result", to_string(verdict->result)},
                {"domain", verdict->domain},
                {"sender", verdict->sender},
                {"mechanism", verdict->mechanism},
                {"look_ups", verdict->look_ups},
                {"void_look_ups", verdict->void_look_ups}};
    if (!verdict->text.empty()) out["explanation"] = verdict->text;
    if (!verdict->problem.empty()) out["problem"] = verdict->problem;
    out["received_spf"] = auth::received_spf(request, *verdict);
    out["why"] = json_of(verdict->explanation, command.language);
    std::fputs(json_text(out).c_str(), stdout);
  } else {
    std::printf("SPF: %s\n", std::string(to_string(verdict->result)).c_str());
    if (verdict->explanation) {
      std::fputs(explanation_text(*verdict->explanation, command.language, command.width, 2).c_str(), stdout);
    }
    std::printf("\nReceived-SPF: %s\n", auth::received_spf(request, *verdict).c_str());
  }
  return verdict->result == auth::SpfResult::kPass ? kGood : kNotHeld;
}

}  // namespace glasspost::cli
