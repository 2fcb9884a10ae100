#include "engine/scenario/loader.h"

namespace glasspost::scenario {

std::string_view default_scenario_text() {
  // RSA, because not every mail program can do Ed25519; passwords in the clear are allowed, because a class
  // may want to see them. SPF allows the address that programs on this machine come from.
  return R"(glasspost: 1
title: {en: Two mail domains, ko: mail domain 둘}
description:
  en: Alice lives at alpha.example, Bob and Carol at beta.example; all servers offer TLS.
  ko: Alice는 alpha.example에, Bob과 Carol은 beta.example에 있고, 모든 server가 TLS를 제공합니다.
server: {tls: offered, auth_without_tls: true}
domains:
  alpha.example:
    users: {alice: }
    spf: "v=spf1 mx ip4:127.0.0.1 -all"
  beta.example:
    users: {bob: , carol: }
    spf: "v=spf1 mx ip4:127.0.0.1 -all"
hosts:
  mx.alpha.example: {certificate: {key: rsa-2048}}
  mx.beta.example: {certificate: {key: rsa-2048}}
)";
}

}  // namespace glasspost::scenario
