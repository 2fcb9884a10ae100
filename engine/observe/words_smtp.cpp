#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_smtp() {
  static constexpr CatalogueEntry kWords[] = {
      // What a step of the dialogue means.
      {"smtp.greeting", "The server says who it is and that it is ready.",
       "server가 자신을 밝히고 준비되었음을 알립니다."},
      {"smtp.ehlo", "I introduce myself and ask what you support.", "자신을 밝히고 지원 기능을 묻습니다."},
      {"smtp.helo", "I introduce myself in the old way, without extensions.",
       "확장 기능 없이 옛 방식으로 자신을 밝힙니다."},
      {"smtp.ehlo-reply", "This is what I support.", "지원하는 기능은 이것입니다."},
      {"smtp.mail", "Failure notices go here; the letter's From may differ.",
       "실패 통지를 받을 주소이며 From과 다를 수 있습니다."},
      {"smtp.mail-null", "This is itself a notice: nobody is told if it fails.",
       "이 편지 자체가 통지이므로 실패해도 아무에게도 알리지 않습니다."},
      {"smtp.rcpt", "Delivery follows this, not To.", "배달은 To가 아니라 이 주소를 따릅니다."},
      {"smtp.data-asked", "May I send the letter now?", "이제 편지를 보내도 되겠습니까?"},
      {"smtp.data", "Send the letter; a lone dot ends it.", "편지를 보내고 점 하나인 줄로 끝냅니다."},
      {"smtp.content", "The letter: header, an empty line, body.", "편지입니다: header, 빈 줄, 본문."},
      {"smtp.final-dot", "The lone dot: the letter ends here.", "점 하나인 줄: 편지가 여기서 끝납니다."},
      {"smtp.accepted", "I am responsible now.", "이제 제가 책임집니다."},
      {"smtp.rset", "Forget this letter; I stay.", "이 편지는 잊어 주십시오. 연결은 유지합니다."},
      {"smtp.noop", "Are you still there?", "아직 연결되어 있습니까?"},
      {"smtp.vrfy", "Do you know this user?", "이 사용자를 압니까?"},
      {"smtp.help", "Which commands do you know?", "어떤 command를 압니까?"},
      {"smtp.quit", "I am done; goodbye.", "볼일이 끝났습니다. 안녕히 계십시오."},
      {"smtp.starttls", "Let us go on under TLS; all that was said before is forgotten.",
       "이제부터 TLS로 이야기합시다. 앞서 한 말은 모두 잊습니다."},
      {"smtp.auth", "I prove who I am with {mechanism}.", "{mechanism:으로/로} 자신이 누구인지 증명합니다."},
      {"smtp.challenge", "Prove it: answer this.", "증명해 보십시오. 이것에 답하십시오."},
      {"smtp.authenticated", "I believe you.", "믿겠습니다."},
      {"smtp.positive", "Yes, done.", "네, 되었습니다."},
      {"smtp.intermediate", "Go on: I wait for more.", "계속하십시오. 더 기다립니다."},
      {"smtp.transient", "Not now; try later.", "지금은 안 되니 나중에 다시 시도하십시오."},
      {"smtp.permanent", "Refused; do not retry unchanged.", "거절하니 그대로 다시 보내지 마십시오."},
      {"smtp.out-of-sequence", "This command does not fit here.", "이 command는 지금 순서에 맞지 않습니다."},
      {"smtp.leniency", "{leniency}: against the grammar, and tolerated here.",
       "{leniency}: 문법에 어긋나지만 여기서는 허용합니다."},
      // States of the server's machine.
      {"smtp.server.connected", "connected", "연결됨"},
      {"smtp.server.greeted", "greeted", "인사함"},
      {"smtp.server.ready", "ready", "준비됨"},
      {"smtp.server.mail", "has a sender", "보낸 사람 받음"},
      {"smtp.server.recipients", "has recipients", "받는 사람 받음"},
      {"smtp.server.content", "reads the letter", "편지 읽는 중"},
      {"smtp.server.auth", "checks a password", "인증 중"},
      {"smtp.server.tls", "TLS handshake", "TLS handshake 중"},
      {"smtp.server.closed", "closed", "닫힘"},
      // States of the client's machine.
      {"smtp.client.greeting", "waits for the greeting", "인사 기다림"},
      {"smtp.client.hello", "has introduced itself", "자신을 밝힘"},
      {"smtp.client.starttls", "asks for TLS", "TLS 요청함"},
      {"smtp.client.tls", "TLS handshake", "TLS handshake 중"},
      {"smtp.client.auth", "authenticates", "인증 중"},
      {"smtp.client.ready", "ready", "준비됨"},
      {"smtp.client.envelope", "gives the envelope", "봉투 전달 중"},
      {"smtp.client.content", "sends the letter", "편지 보내는 중"},
      {"smtp.client.final-reply", "waits for the final reply", "마지막 reply 기다림"},
      {"smtp.client.quit", "says goodbye", "작별 인사"},
      {"smtp.client.closed", "closed", "닫힘"},
      // Authentication.
      {"sasl.right", "{user} knows the password ({mechanism}).",
       "{user:이/가} 비밀번호를 압니다({mechanism})."},
      {"sasl.wrong", "The password for {user} is wrong, or there is no such account ({mechanism}).",
       "{user}의 비밀번호가 틀렸거나 그런 계정이 없습니다({mechanism})."},
  };
  return kWords;
}

}  // namespace glasspost
