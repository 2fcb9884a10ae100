#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_auth() {
  static constexpr CatalogueEntry kWords[] = {
      {"spf.result", "SPF result for {domain} from {address}: {result}.",
       "{address}에서 온 {domain}의 SPF 결과: {result}."},
      {"spf.no-domain", "{domain} is not a domain name of several labels: there is nothing to check.",
       "{domain:은/는} label이 여러 개인 domain 이름이 아니어서 확인할 것이 없습니다."},
      {"spf.record", "{domain} says in DNS which servers may send for it.",
       "{domain:은/는} 자기 이름으로 보내도 되는 server를 DNS에 적어 두었습니다."},
      {"spf.no-record", "{domain} publishes no SPF record.",
       "{domain:은/는} SPF record를 공개하지 않았습니다."},
      {"spf.several-records", "{domain} publishes several SPF records; there may be only one.",
       "{domain:이/가} SPF record를 여러 개 공개했습니다. 하나만 있어야 합니다."},
      {"spf.syntax-error", "The record breaks the grammar of SPF: {problem}.",
       "record가 SPF 문법에 어긋납니다: {problem}."},
      {"spf.error", "This step could not be decided: {problem}.",
       "이 단계는 판단할 수 없었습니다: {problem}."},
      {"spf.all", "all matches every server: the result is {result}.",
       "all은 모든 server와 일치합니다. 결과는 {result}입니다."},
      {"spf.ip-match", "{address} is in {network}.", "{address:은/는} {network}에 속합니다."},
      {"spf.ip-no-match", "{address} is not in {network}.", "{address:은/는} {network}에 속하지 않습니다."},
      {"spf.a-match", "{address} is an address of {domain}.", "{address:은/는} {domain}의 주소입니다."},
      {"spf.a-no-match", "{address} is not an address of {domain}.",
       "{address:은/는} {domain}의 주소가 아닙니다."},
      {"spf.mx-match", "{address} is a mail server (MX) of {domain}.",
       "{address:은/는} {domain}의 mail server(MX)입니다."},
      {"spf.mx-no-match", "{address} is not a mail server (MX) of {domain}.",
       "{address:은/는} {domain}의 mail server(MX)가 아닙니다."},
      {"spf.ptr-match", "The reverse name of {address} is below {domain}, and leads back to it.",
       "{address}의 역방향 이름은 {domain} 아래에 있고, 다시 그 주소로 이어집니다."},
      {"spf.ptr-no-match", "No confirmed reverse name of {address} is below {domain}.",
       "{address}의 확인된 역방향 이름 중 {domain} 아래에 있는 것이 없습니다."},
      {"spf.exists-match", "{domain} has an address.", "{domain}에 주소가 있습니다."},
      {"spf.exists-no-match", "{domain} has no address.", "{domain}에 주소가 없습니다."},
      {"spf.include-match", "{domain} would let {address} pass, so the include matches.",
       "{domain}의 SPF에서는 {address:이/가} pass이므로 include가 일치합니다."},
      {"spf.include-no-match", "{domain} would not let {address} pass, so the next term is asked.",
       "{domain}의 SPF에서는 {address:이/가} pass가 아니므로 다음 항목을 봅니다."},
      {"spf.redirect", "No directive matched: the record of {domain} decides instead.",
       "일치하는 항목이 없어 {domain}의 record가 대신 결정합니다."},
      {"spf.default", "No directive of {domain} matched: the result is neutral.",
       "{domain}의 항목 중 일치하는 것이 없습니다. 결과는 neutral입니다."},
      {"spf.too-many-look-ups", "More than {limit} terms ask the DNS: the record is refused.",
       "DNS를 묻는 항목이 {limit}개를 넘어 record를 거부합니다."},
      {"spf.too-many-void-look-ups", "More than {limit} look-ups found nothing: the record is refused.",
       "아무것도 찾지 못한 DNS 조회가 {limit}번을 넘어 record를 거부합니다."},
      {"spf.owners-text", "{domain} gives its own words for the refusal.",
       "{domain:이/가} 거부 이유를 직접 적어 두었습니다."},
      {"spf.no-owners-text", "The words that {domain} promises for the refusal cannot be used.",
       "{domain:이/가} 적어 두었다는 거부 이유를 쓸 수 없습니다."},
  };
  return kWords;
}

}  // namespace glasspost
