// The public DKIM cases, and signing vectors byte for byte.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/auth/dkim.h"
#include "engine/crypto/base64.h"
#include "engine/message/line_ends.h"
#include "engine/protocol/dns/static_resolver.h"
#include "tests/unit/support/run_task.h"

namespace glasspost::auth {
namespace {

using dns::Name;
using nlohmann::json;

std::string suite_path(const std::string& file) {
  const char* folder = std::getenv("GLASSPOST_CONFORMANCE_DIR");
  const std::string root = folder != nullptr ? folder : GLASSPOST_SOURCE_DIR "/../shared/conformance";
  return root + "/" + file;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

dns::StaticResolver make_resolver(const json& names) {
  dns::Zone zone(Name(), {});
  std::vector<Name> timeouts;
  for (const auto& [owner_text, entry] : names.items()) {
    const Name owner = *Name::parse(owner_text);
    if (entry.contains("txt")) {
      EXPECT_TRUE(zone.add(dns::make_txt(owner, entry.at("txt").get<std::string>(), 300)));
    }
    if (entry.value("special", "") == "TIMEOUT") timeouts.push_back(owner);
  }
  dns::ZoneSet zones;
  zones.set(std::move(zone));
  dns::StaticResolver resolver(std::move(zones));
  for (const Name& name : timeouts)
    resolver.fail(name, dns::AnswerStatus::kTimedOut);
  return resolver;
}

std::string results(const DkimVerdict& verdict) {
  std::string out;
  for (const DkimSignatureVerdict& signature : verdict.signatures)
    out += " " + std::string(to_string(signature.result)) + " (" + signature.problem + ")";
  return out;
}

std::string judge(const json& test) {
  const std::string bytes = message::to_crlf(read_file(suite_path(test.at("file"))));
  const message::Header header = message::parse_header(bytes);
  dns::StaticResolver resolver = make_resolver(test.at("dns"));
  DkimRequest request;
  request.check_expiry = test.at("time").is_number();
  if (request.check_expiry) request.now = Instant{test.at("time").get<std::int64_t>() * 1'000'000'000};
  request.explain = true;
  const DkimVerdict verdict = test::run_now(verify_dkim(resolver, header, bytes, request));
  const bool wanted = test.at("expected_modern") == "pass";
  return verdict.passes() == wanted ? "" : "got" + results(verdict);
}

TEST(DkimSuite, Cases) {
  std::ifstream in(suite_path("dkim/cases.json"));
  if (!in) GTEST_SKIP() << "dkim/cases: skipped, there is no " << suite_path("dkim/cases.json");
  int total = 0;
  int passed = 0;
  for (const json& test : json::parse(in)) {
    ++total;
    const std::string miss = judge(test);
    if (miss.empty()) {
      ++passed;
    } else {
      ADD_FAILURE() << "dkim/cases " << test.at("id") << ": " << miss << "; wanted "
                    << test.at("expected_modern");
    }
  }
  std::printf("dkim/cases: %d/%d\n", passed, total);
  EXPECT_GT(total, 0);
}

TEST(DkimSuite, SigningVectors) {
  std::ifstream in(suite_path("dkim/go-msgauth/sign_vectors.json"));
  if (!in) GTEST_SKIP() << "dkim/sign_vectors: skipped, there is no " << suite_path("dkim/go-msgauth");
  const json file = json::parse(in);
  const std::string unsigned_message = file.at("unsigned");
  const message::Header header = message::parse_header(unsigned_message);
  DkimSignOptions options;
  options.header = Canonicalization::kSimple;
  options.body = Canonicalization::kSimple;
  options.fields = {"From", "To", "Subject", "Date", "Message-ID"};
  options.oversign = {};
  options.time = Instant{file.at("time").get<std::int64_t>() * 1'000'000'000};
  int total = 0;
  int passed = 0;
  for (const json& vector : file.at("vectors")) {
    ++total;
    const Result<crypto::PrivateKey> key =
        vector.contains("private_key_pem")
            ? crypto::PrivateKey::from_pem(vector.at("private_key_pem").get<std::string>())
            : crypto::PrivateKey::from_ed25519_seed(
                  crypto::base64_decode_tolerant(vector.at("ed25519_seed_base64").get<std::string>()));
    ASSERT_TRUE(key) << key.error().message;
    const DkimSigner signer{vector.at("domain"), vector.at("selector"), *key};
    const Result<std::string> field = sign_dkim(header, unsigned_message, signer, options);
    ASSERT_TRUE(field) << field.error().message;
    EXPECT_EQ(*field + unsigned_message, vector.at("signed").get<std::string>()) << vector.at("algorithm");
    if (*field + unsigned_message == vector.at("signed")) ++passed;
  }
  std::printf("dkim/sign_vectors: %d/%d\n", passed, total);
}

}  // namespace
}  // namespace glasspost::auth
