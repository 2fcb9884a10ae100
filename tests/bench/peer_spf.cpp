#include "tests/bench/peer_spf.h"

#ifdef GLASSPOST_HAS_LIBSPF2

#include <arpa/nameser.h>
#include <netinet/in.h>

extern "C" {
#define HAVE_NS_TYPE 1
#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>
}

namespace glasspost::bench {
namespace {

class Libspf2 final : public PeerSpf {
 public:
  explicit Libspf2(const std::vector<Record>& dns) {
    SPF_dns_server_t* zone = SPF_dns_zone_new(nullptr, "bench", 0);
    for (const Record& record : dns) {
      const ns_type type = record.type == Record::Type::kTxt  ? ns_t_txt
                           : record.type == Record::Type::kMx ? ns_t_mx
                                                              : ns_t_a;
      SPF_dns_zone_add_str(zone, record.name.c_str(), type, NETDB_SUCCESS, record.value.c_str());
    }
    server_ = SPF_server_new_dns(zone, 0);
    SPF_server_set_rec_dom(server_, "mx.beta.example");
  }
  ~Libspf2() override { SPF_server_free(server_); }
  Libspf2(const Libspf2&) = delete;
  Libspf2& operator=(const Libspf2&) = delete;

  std::string check(const std::string& client, const std::string& helo, const std::string& sender) override {
    SPF_request_t* request = SPF_request_new(server_);
    SPF_request_set_ipv4_str(request, client.c_str());
    SPF_request_set_helo_dom(request, helo.c_str());
    SPF_request_set_env_from(request, sender.c_str());
    SPF_response_t* response = nullptr;
    SPF_request_query_mailfrom(request, &response);
    std::string result = SPF_strresult(SPF_response_result(response));
    SPF_response_free(response);
    SPF_request_free(request);
    return result;
  }

 private:
  SPF_server_t* server_ = nullptr;
};

}  // namespace

std::unique_ptr<PeerSpf> PeerSpf::make(const std::vector<Record>& dns) {
  return std::make_unique<Libspf2>(dns);
}

}  // namespace glasspost::bench

#else

namespace glasspost::bench {

std::unique_ptr<PeerSpf> PeerSpf::make(const std::vector<Record>&) {
  return nullptr;
}

}  // namespace glasspost::bench

#endif
