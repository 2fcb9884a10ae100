#include "engine/observe/catalogue.h"

namespace glasspost {

std::span<const CatalogueEntry> words_pop3() {
  static constexpr CatalogueEntry kWords[] = {
      // What a step of the dialogue means.
      {"pop3.greeting", "The server is ready and asks who you are.",
       "server가 준비되었고, 누구인지 묻습니다."},
      {"pop3.capa", "What do you support?", "무엇을 지원합니까?"},
      {"pop3.capa-reply", "This is what I support.", "지원하는 기능은 이것입니다."},
      {"pop3.stls", "Let us go on under TLS; all that was said before is forgotten.",
       "이제부터 TLS로 이야기합시다. 앞서 한 말은 모두 잊습니다."},
      {"pop3.user", "This is my name.", "제 이름입니다."},
      {"pop3.pass", "And this is my password.", "그리고 제 비밀번호입니다."},
      {"pop3.apop", "I show that I know the password without saying it.",
       "비밀번호를 말하지 않고 안다는 것만 보입니다."},
      {"pop3.auth", "I prove who I am with {mechanism}.", "{mechanism:으로/로} 자신이 누구인지 증명합니다."},
      {"pop3.challenge", "Prove it: answer this.", "증명해 보십시오. 이것에 답하십시오."},
      {"pop3.logged-in", "The mailbox is open, and nobody else's until you leave.",
       "mailbox를 열었습니다. 떠날 때까지 다른 session은 쓰지 못합니다."},
      {"pop3.stat", "How many letters are there, and how many bytes?",
       "편지가 몇 통이고 모두 몇 byte입니까?"},
      {"pop3.list", "How large is each letter?", "편지마다 크기가 얼마입니까?"},
      {"pop3.uidl", "What is each letter's lasting name? So I know which ones I have.",
       "편지마다 변하지 않는 이름이 무엇입니까? 이미 받은 것을 가려냅니다."},
      {"pop3.retr", "Give me a copy of letter {number}; nothing is deleted by that.",
       "{number}번 편지의 사본을 주십시오. 이것으로 지워지지는 않습니다."},
      {"pop3.top", "Only the beginning of letter {number}.", "{number}번 편지의 앞부분만 주십시오."},
      {"pop3.dele", "Mark letter {number}: it is deleted when I say QUIT.",
       "{number}번 편지에 표시해 두고, QUIT 때 지우십시오."},
      {"pop3.rset", "Take all marks back.", "표시를 모두 취소하십시오."},
      {"pop3.noop", "Are you still there?", "아직 연결되어 있습니까?"},
      {"pop3.quit", "I am done: delete what is marked, and goodbye.",
       "볼일이 끝났습니다. 표시한 것을 지우십시오. 안녕히 계십시오."},
      {"pop3.content", "The letter as it is stored; a lone dot ends it.",
       "저장된 그대로의 편지이며, 점 하나인 줄로 끝납니다."},
      {"pop3.positive", "Yes, done.", "네, 되었습니다."},
      {"pop3.negative", "No.", "안 됩니다."},
      // Response codes.
      {"pop3.code.auth", "Name or password is wrong.", "이름이나 비밀번호가 틀렸습니다."},
      {"pop3.code.in-use", "Another session holds this mailbox; try again soon.",
       "다른 session이 이 mailbox를 쓰고 있으니 잠시 뒤 다시 시도하십시오."},
      {"pop3.code.login-delay", "You were here a moment ago; wait before you log in again.",
       "방금 다녀갔으니 조금 기다렸다가 로그인하십시오."},
      {"pop3.code.sys-temp", "The trouble is mine, and it will pass.", "이쪽 문제이며, 곧 풀립니다."},
      {"pop3.code.sys-perm", "The trouble is mine, and somebody must mend it.",
       "이쪽 문제이며, 누군가 고쳐야 합니다."},
      // States of the server's machine.
      {"pop3.server.connected", "connected", "연결됨"},
      {"pop3.server.authorization", "asks who it is", "누구인지 묻는 중"},
      {"pop3.server.sasl", "checks a password", "인증 중"},
      {"pop3.server.tls", "TLS handshake", "TLS handshake 중"},
      {"pop3.server.transaction", "mailbox open", "mailbox 열림"},
      {"pop3.server.update", "deletes what is marked", "표시한 편지 지우는 중"},
      {"pop3.server.closed", "closed", "닫힘"},
      // States of the client's machine.
      {"pop3.client.greeting", "waits for the greeting", "인사 기다림"},
      {"pop3.client.capabilities", "asks what is supported", "지원 기능 물음"},
      {"pop3.client.stls", "asks for TLS", "TLS 요청함"},
      {"pop3.client.tls", "TLS handshake", "TLS handshake 중"},
      {"pop3.client.user", "has given its name", "이름 말함"},
      {"pop3.client.pass", "has given its password", "비밀번호 말함"},
      {"pop3.client.sasl", "authenticates", "인증 중"},
      {"pop3.client.ready", "ready", "준비됨"},
      {"pop3.client.request", "waits for an answer", "답 기다림"},
      {"pop3.client.quit", "says goodbye", "작별 인사"},
      {"pop3.client.closed", "closed", "닫힘"},
  };
  return kWords;
}

}  // namespace glasspost
