#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_mail() {
  static constexpr CatalogueEntry kWords[] = {
      // Where mail for a domain goes.
      {"route.mx", "{domain} receives its mail at {host} (MX {preference}).",
       "{domain}의 mail은 {host:이/가} 받습니다 (MX {preference})."},
      {"route.best", "Mail for {domain} goes to {host} first (MX {preference}).",
       "{domain} 앞 mail은 먼저 {host:으로/로} 보냅니다 (MX {preference})."},
      {"route.implicit-mx", "{domain} has no MX record, so mail goes to its own address.",
       "{domain:은/는} MX record가 없으므로 그 domain의 주소로 바로 보냅니다."},
      {"route.null-mx", "{domain} says in DNS that it takes no mail.",
       "{domain:은/는} mail을 받지 않는다고 DNS에 적었습니다."},
      {"route.no-such-domain", "There is no domain {domain}.", "{domain:은/는} 없는 domain입니다."},
      {"route.dns-failed", "The DNS gave no answer about {domain}; I will ask again later.",
       "DNS가 {domain}에 대해 답하지 않아 나중에 다시 묻습니다."},
      {"route.own-dropped",
       "I am {host} (MX {preference}) myself, so only exchangers with a lower number are left.",
       "제가 {host} (MX {preference})이므로 번호가 더 낮은 server만 남깁니다."},
      {"route.loop", "No server for {domain} is left but myself: the mail would go round in circles.",
       "{domain}의 server가 저밖에 남지 않아 mail이 제자리를 돌게 됩니다."},
      {"route.loopback", "{domain} names localhost as its mail server; I do not send there.",
       "{domain:은/는} mail server로 localhost를 적었으므로 보내지 않습니다."},
      {"route.literal", "{domain} is an address itself: nothing to look up.",
       "{domain:은/는} 그 자체가 IP 주소이므로 찾을 것이 없습니다."},
      {"route.forward", "Mail for {recipient} is forwarded to {count} address(es).",
       "{recipient} 앞 mail은 주소 {count}개로 전달합니다."},
      {"route.list", "{recipient} is a mailing list: I send it on to {count} member(s), in the list's name.",
       "{recipient:은/는} mailing list이므로 회원 {count}명에게 list의 이름으로 보냅니다."},
      {"route.list-loop", "{recipient} has sent this letter already; twice would be a circle.",
       "{recipient:이/가} 이미 보낸 편지입니다. 또 보내면 끝없이 돌게 됩니다."},
      {"route.list-notification",
       "This is a notification (its sender is empty), which {recipient} does not take.",
       "보낸 주소가 비어 있는 통지 mail이라 {recipient:이/가} 받지 않습니다."},
      {"route.forwarded", "{recipient} wants its mail at {target}.",
       "{recipient} 앞 mail을 {target:으로/로} 보냅니다."},

      // When an attempt failed.
      {"retry.later", "Attempt {attempts} failed for now; the next is in {wait}.",
       "{attempts}번째 시도가 지금은 실패했으니 {wait} 뒤에 다시 시도합니다."},
      {"retry.expired", "I have tried for {life}; now I give up.", "{life} 동안 시도했으니 이제 그만둡니다."},
      {"retry.no-bounce", "The failed message was a notice itself (its sender is empty), so nobody is told.",
       "실패한 것이 통지 mail(보낸 주소가 비어 있음)이므로 아무에게도 알리지 않습니다."},

      // Who may do what.
      {"access.local", "{recipient} has a mailbox here.", "{recipient}의 mailbox는 여기에 있습니다."},
      {"access.forward", "{recipient} is mine to forward.", "{recipient} 앞 mail은 제가 전달합니다."},
      {"access.list", "{recipient} is a mailing list of mine.", "{recipient:은/는} 제 mailing list입니다."},
      {"access.dmarc-indirect",
       "{domain} asks to refuse mail that fails DMARC; but this mail looks as if a list or forwarder had "
       "handed it on, which breaks honest mail too. So it is set apart: {sign}.",
       "{domain:은/는} DMARC에 실패한 mail을 거부해 달라고 하지만, 이 mail은 mailing list나 전달을 거친 "
       "것으로 보입니다. "
       "그런 경로는 정직한 mail도 실패하게 하므로 따로 둡니다: {sign}."},
      {"access.backup", "I am a backup server for the domain of {recipient}.",
       "저는 {recipient}의 domain을 위한 예비 server입니다."},
      {"access.unknown-user", "The domain is mine, but nobody here is called {recipient}.",
       "제 domain이지만 {recipient:은/는} 여기에 없습니다."},
      {"access.relay-denied", "{recipient} is not mine, and I do not relay for strangers.",
       "{recipient:은/는} 제 것이 아니며, 모르는 client의 mail은 relay하지 않습니다."},
      {"access.dmarc-reject", "{domain} asks to refuse mail that fails DMARC, and this mail fails it.",
       "{domain:은/는} DMARC에 실패한 mail을 거부해 달라고 하는데, 이 mail이 실패했습니다."},
      {"access.odd-from", "A message must say whom it is from, and this one does not: {problem}.",
       "message는 누가 보냈는지 하나로 밝혀야 하는데, 그렇지 않습니다: {problem}."},
      {"access.spf-fail", "{domain} says in DNS that this client may not send in its name.",
       "{domain:은/는} 이 client가 자기 이름으로 보내면 안 된다고 DNS에 적었습니다."},
      {"access.greylist-new",
       "I do not know this client, sender and recipient together. Who sends in earnest tries again; in "
       "{wait} I say "
       "yes.",
       "이 client, 보낸 사람, 받는 사람은 함께 처음 봅니다. 진짜 server라면 다시 시도합니다. {wait} 뒤에는 "
       "받습니다."},
      {"access.greylist-early", "It is back too soon; in {wait} I say yes.",
       "너무 일찍 다시 왔습니다. {wait} 뒤에는 받습니다."},
      {"access.greylist-passed", "It has come back after {wait}, as a real mail server does: accepted.",
       "{wait} 만에 다시 왔으니 진짜 mail server입니다. 받습니다."},
      {"access.loop", "The message has been handed on {hops} times; {limit} is the limit.",
       "이 mail은 이미 {hops}번 넘겨졌고 한도는 {limit}번입니다."},
      {"access.login-required", "Only users who have logged in may submit.",
       "login한 사용자만 mail을 맡길 수 있습니다."},
      {"access.own-user", "{account} has logged in and may send.",
       "{account:이/가} login했으므로 보낼 수 있습니다."},
      {"access.not-own-address", "{account} has logged in, but {sender} is not one of its addresses.",
       "{account:이/가} login했지만 {sender:은/는} 그 사용자의 주소가 아닙니다."},
      {"access.submission-relay", "A user of mine writes to {recipient}: I relay it.",
       "제 사용자가 {recipient}에게 쓰므로 relay합니다."},

      // Into which folder.
      {"filter.inbox", "Nothing speaks against it: into the INBOX of {recipient}.",
       "막을 까닭이 없으므로 {recipient}의 INBOX에 넣습니다."},
      {"filter.quarantine", "A check wants this message set apart: into Junk of {recipient}.",
       "검사 결과에 따라 {recipient}의 Junk에 따로 둡니다."},

      // What a bounce says.
      {"mail.bounce-sender", "Mail delivery", "Mail 배달"},
      {"mail.bounce-subject", "Your message to {recipient} was not delivered",
       "{recipient} 앞 mail이 배달되지 않았습니다"},
      {"mail.bounce-opening",
       "This is the mail server at {host}. I could not deliver your message to the recipients below, and I "
       "will not try again.",
       "{host}의 mail server입니다. 아래 받는 사람에게 mail을 배달하지 못했으며 다시 시도하지 않습니다."},
      {"mail.bounce-closing", "The header of your message is attached.", "보내신 mail의 header를 붙입니다."},
  };
  return kWords;
}

}  // namespace glasspost
