#include "engine/scenario/keys.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace glasspost::scenario {
namespace {

using V = ValueKind;
using S = Section;

constexpr std::string_view kTlsChoices = "none offered required";
constexpr std::string_view kAuthChoices = "plain login cram-md5 scram-sha-1 scram-sha-256";
constexpr std::string_view kProtocolChoices = "imap pop3 none";

constexpr KeySpec kTopKeys[] = {
    {"glasspost", V::kWhole, "The version of this format", "", "1", true, S::kTop, {}, 1, 1},
    {"title", V::kWords, "What the scenario is called", "", "{en: First mail, ko: 첫 번째 메일}", true},
    {"moral", V::kWords, "What is to be learnt, in one line", "",
     "{en: A letter passes two servers, ko: 편지는 server 둘을 지납니다}"},
    {"description", V::kWords, "A few sentences about it", "", "Alice writes to Bob."},
    {"seed",
     V::kWhole,
     "Everything random comes from it",
     "1",
     "7",
     false,
     S::kTop,
     {},
     0,
     0xffff'ffff'ffffu},
    {"start", V::kInstant, "What the clocks show when the run starts", "2026-03-02T09:00:00Z",
     "2026-03-02T09:00:00Z"},
    {"until", V::kDuration, "The run ends when nothing is left to do, at the latest then", "1h", "10m"},
    {"network", V::kSection, "How hosts reach each other", "", "{default: {latency: 20ms}}", false,
     S::kNetwork},
    {"dns", V::kSection, "How long answers may be remembered", "", "{ttl: 1h}", false, S::kDns},
    {"server", V::kSection, "What all mail servers do, unless their domain or host says otherwise", "",
     "{tls: offered}", false, S::kServer},
    {"domains", V::kSectionMap,
     "Mail domains by name, under `.example` or `.test`; each gets a mail server and a name server", "",
     "{alpha.example: {users: {alice: }}}", false, S::kDomain},
    {"hosts", V::kSectionMap,
     "Machines by full name: strangers, more servers, or derived hosts to be changed", "",
     "{thief.example: }", false, S::kHost},
    {"zones", V::kSectionMap, "More DNS records by zone; a new zone is served by the root server", "",
     "{example: {records: [{name: www, type: A, value: 192.0.2.80}]}}", false, S::kZone},
    {"script", V::kSectionList, "What happens, and when", "",
     "[{at: 1s, alice: {send: {to: bob@beta.example}}}]", false, S::kAction},
    {"expect", V::kSectionList, "What must come true", "", "[{by: 5s, check: spf, result: pass}]", false,
     S::kExpectation},
    {"variants", V::kSectionMap,
     "Switches that a class may flip: the same scenario with some values replaced", "",
     "{no-spf: {set: {domains/alpha.example/spf: none}}}", false, S::kVariant},
};

constexpr KeySpec kNetworkKeys[] = {
    {"default", V::kSection, "The path between any two hosts", "{latency: 20ms}",
     "{latency: 20ms, bandwidth: 10Mbit}", false, S::kLink},
    {"links", V::kSectionMap, "Paths with a name, which faults may cut", "",
     "{sea: {between: [alpha.example, beta.example], latency: 150ms}}", false, S::kNamedLink},
    {"ip", V::kChoice, "Which addresses hosts get when none are written", "v4", "both", false, S::kTop,
     "v4 v6 both"},
};
constexpr KeySpec kLinkKeys[] = {
    {"latency", V::kDuration, "Time on the way, one way", "as the default path, else 20ms", "150ms"},
    {"jitter", V::kDuration, "At most so much more, by chance", "0s", "5ms"},
    {"bandwidth", V::kBandwidth, "Bits a second (bit, kbit, Mbit, Gbit), or unlimited", "unlimited",
     "10Mbit"},
    {"loss", V::kPercent, "How many packets get lost", "0%", "20%"},
};
constexpr KeySpec kNamedLinkKeys[] = {
    {"between", V::kPair, "The two hosts; a domain's name means its first mail server", "",
     "[alpha.example, beta.example]", true},
    {"latency", V::kDuration, "As in `link`", "as the default path", "150ms"},
    {"jitter", V::kDuration, "As in `link`", "as the default path", "5ms"},
    {"bandwidth", V::kBandwidth, "As in `link`", "as the default path", "1Mbit"},
    {"loss", V::kPercent, "As in `link`", "as the default path", "20%"},
};
constexpr KeySpec kDnsKeys[] = {
    {"ttl", V::kDuration, "How long a record may be remembered, in whole seconds", "1h", "5m"},
    {"negative_ttl", V::kDuration, "How long it may be remembered that there is no record", "5m", "1m"},
};
constexpr KeySpec kServerKeys[] = {
    {"tls", V::kChoice, "Whether TLS is offered to others, used towards them, or required of them", "none",
     "offered", false, S::kTop, kTlsChoices},
    {"auth", V::kChoices, "How users may prove who they are", "all of them", "[plain]", false, S::kTop,
     kAuthChoices},
    {"auth_without_tls", V::kYesNo, "Whether passwords may be sent on an unencrypted connection",
     "true where `tls` is not required", "false"},
    {"spf", V::kChoice,
     "What is done when SPF fails: nothing is checked, the mail is refused, or it is marked",
     "reject; mark where DMARC is checked, which may have its say then", "mark", false, S::kTop,
     "off reject mark"},
    {"dmarc", V::kChoice,
     "What is done about DKIM and DMARC: nothing is checked, mail is marked, or it is done what the author's "
     "domain asks for (Junk, or refused)",
     "enforce where some domain has `dkim` or `dmarc`, else off", "enforce", false, S::kTop,
     "off mark enforce"},
    {"dmarc_profile", V::kChoice,
     "Whose rules of DMARC hold: the standard's, or those of the document before it (Public Suffix List, "
     "`pct`)",
     "rfc9989", "rfc7489", false, S::kTop, "rfc9989 rfc7489"},
    {"greylist", V::kDuration,
     "How long a client, sender and recipient that meet for the first time are put off with 451; 0s is not "
     "at "
     "all",
     "0s", "5m"},
    {"retry", V::kSection, "When delivery is tried again", "", "{after: [5m, 30m], give_up: 2d}", false,
     S::kRetry},
    {"outbound_port",
     V::kWhole,
     "The port of other domains' servers that it delivers to",
     "25",
     "2525",
     false,
     S::kTop,
     {},
     1,
     65535},
    {"limits", V::kSection, "How much is accepted", "", "{message: 10MiB, hops: 25}", false, S::kLimits},
    {"leniencies", V::kLeniencies, "By port, which deviations from the grammar are tolerated",
     "none on 25; what real clients need on 587 and 465", "{25: {bare-lf-content: true}}"},
};
constexpr KeySpec kRetryKeys[] = {
    {"after", V::kDurations, "The waits before each next attempt; the last one repeats",
     "[15m, 30m, 1h, 2h, 4h]", "[5m, 30m]"},
    {"give_up", V::kDuration, "After so long in the queue the sender is told", "5d", "2d"},
};
constexpr KeySpec kLimitsKeys[] = {
    {"message", V::kSize, "The largest message, announced as SIZE; 0 is no fixed limit", "25MiB", "10MiB"},
    {"recipients", V::kWhole, "Recipients of one transaction", "100", "100", false, S::kTop, {}, 1, 100'000},
    {"hops",
     V::kWhole,
     "Servers that a message may have passed before a loop is assumed",
     "100",
     "25",
     false,
     S::kTop,
     {},
     1,
     1000},
    {"idle", V::kDuration, "How long a silent client is waited for", "5m", "1m"},
    {"spool", V::kSize, "All queued messages together", "256MiB", "64MiB"},
    {"mailbox", V::kSize, "One user's mailbox; 0 is no limit", "0", "10MiB"},
    {"sessions",
     V::kWhole,
     "Connections at once, for each port",
     "100",
     "10",
     false,
     S::kTop,
     {},
     1,
     100'000},
};
constexpr KeySpec kDomainKeys[] = {
    {"users", V::kSectionMap, "Who has a mailbox here, by local part", "", "{alice: {devices: [laptop]}}",
     false, S::kUser},
    {"forwards", V::kForwards, "Local parts whose mail goes on to other addresses", "",
     "{info: bob@beta.example}"},
    {"mx", V::kMx,
     "Who takes the domain's mail, best first (preferences 10, 20, ...); hosts of the domain that are named "
     "here are made",
     "mx.DOMAIN", "[mx1.beta.example, mx2.beta.example]"},
    {"mailbox", V::kName, "The host with the mailboxes; the other MX hosts pass mail on to it",
     "the first MX", "mx1.beta.example"},
    {"submission", V::kName, "The host where users submit their mail", "the mailbox host",
     "out.beta.example"},
    {"spf", V::kSpf, "The domain's SPF record", "none", "\"v=spf1 mx -all\""},
    {"dkim", V::kDkim,
     "Whether the domain's servers sign mail, and with which keys, by selector; their public halves stand in "
     "DNS. `true` is one key, selector `s1`",
     "false", "{s1: ed25519, s2: {algorithm: rsa-2048, sign: false}}", false, S::kDkimKey},
    {"dmarc", V::kDmarc,
     "The domain's DMARC record: `off`, a policy (`none`, `quarantine`, `reject`), or its text", "off",
     "reject"},
    {"lists", V::kSectionMap, "Mailing lists, by local part", "",
     "{class: {members: [bob@beta.example, carol@gamma.example]}}", false, S::kList},
    {"records", V::kSectionList, "More DNS records of the domain", "",
     "[{name: www, type: A, value: 192.0.2.80}]", false, S::kRecord},
    {"server", V::kSection, "What the domain's servers do otherwise than all", "", "{spf: mark}", false,
     S::kServer},
};
constexpr KeySpec kUserKeys[] = {
    {"password", V::kText, "The password, in printable ASCII", "the name and `-secret`", "correct-horse"},
    {"devices", V::kDevices, "The user's devices; each is a host `USER-DEVICE.DOMAIN`",
     "`laptop` if the user sends, else none", "[laptop, {phone: imap}]"},
};
constexpr KeySpec kDeviceKeys[] = {
    {"protocol", V::kChoice, "How the device gets its mail", "none", "imap", false, S::kTop,
     kProtocolChoices},
    {"submit", V::kChoice, "The port of submission: 587 with STARTTLS where there is TLS, or 465 inside TLS",
     "587", "465", false, S::kTop, "587 465"},
    {"auth", V::kChoice, "How the device proves who its user is", "plain", "cram-md5", false, S::kTop,
     kAuthChoices},
    {"policy", V::kChoice,
     "POP3: whether fetched mail is deleted on the server or left there; IMAP: whether only headers are "
     "kept, "
     "letters too, or letters with the connection kept open",
     "delete with pop3, cached with imap", "leave", false, S::kTop, "delete leave online cached idle"},
    {"leave_for", V::kDuration, "With `policy: leave`: fetched mail is deleted on the server once so old",
     "for ever", "7d"},
    {"security", V::kChoice,
     "How the device reaches the server that it reads from: without TLS, by STARTTLS (STLS) on 143 and 110, "
     "or "
     "inside TLS on 993 and 995",
     "starttls where the server has TLS, else none", "tls", false, S::kTop, "none starttls tls"},
    {"poll", V::kDuration, "The device looks for mail by itself so often", "only when the script says so",
     "5m"},
    {"addresses", V::kIps, "Its IP addresses", "the next free ones", "[192.0.2.101]"},
    {"link", V::kSection, "Its own path to every other host", "", "{latency: 80ms}", false, S::kLink},
};
constexpr KeySpec kHostKeys[] = {
    {"roles", V::kChoices, "What the host does", "what the domains need of it, else stranger", "[mx]", false,
     S::kTop, "mx msa mailbox name-server resolver stranger"},
    {"domain", V::kName, "The domain it belongs to", "the domain that its name ends with", "beta.example"},
    {"addresses", V::kIps,
     "Its IP addresses, from 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 or 2001:db8::/32",
     "the next free ones", "[203.0.113.66]"},
    {"link", V::kSection, "Its own path to every other host", "", "{latency: 80ms}", false, S::kLink},
    {"resolver", V::kName, "The resolver that it asks", "resolver.example", "resolver.example"},
    {"server", V::kSection, "What this server does otherwise than its domain", "", "{limits: {hops: 5}}",
     false, S::kServer},
    {"certificate", V::kSection, "Its certificate, where TLS is used", "one for its name from the world's CA",
     "{self_signed: true}", false, S::kCertificate},
};
constexpr KeySpec kCertificateKeys[] = {
    {"names", V::kNames, "The names that it is for", "the host's name", "[mx.alpha.example, alpha.example]"},
    {"key", V::kChoice, "The kind of key", "ed25519", "rsa-2048", false, S::kTop, "ed25519 rsa-2048 p-256"},
    {"not_before", V::kInstant, "Valid from", "30 days before `start`", "2026-01-01T00:00:00Z"},
    {"not_after", V::kInstant, "Valid until", "365 days after `start`", "2026-02-01T00:00:00Z"},
    {"self_signed", V::kYesNo, "Whether it is signed by itself instead of the world's CA", "false", "true"},
};
constexpr KeySpec kDkimKeyKeys[] = {
    {"algorithm", V::kChoice, "The kind of key", "ed25519", "rsa-2048", false, S::kTop, "ed25519 rsa-2048"},
    {"sign", V::kYesNo, "Whether it signs from the start; with several, mail gets several signatures", "true",
     "false"},
    {"publish", V::kYesNo, "Whether it is in DNS from the start", "true", "false"},
    {"testing", V::kYesNo, "Whether the record says that the domain is only testing (`t=y`)", "false",
     "true"},
    {"canonicalization", V::kChoice, "How much of the form of header and body may change on the way",
     "relaxed/relaxed", "simple/simple", false, S::kTop,
     "relaxed/relaxed relaxed/simple simple/relaxed simple/simple"},
    {"body_length", V::kYesNo, "Whether signatures cover only the bytes that are there now (`l=`)", "false",
     "true"},
    {"lifetime", V::kDuration, "How long a signature holds (`x=`), in whole seconds", "for ever", "7d"},
};
constexpr KeySpec kListKeys[] = {
    {"members", V::kMailboxes, "Who gets the list's mail", "", "[bob@beta.example, carol@gamma.example]",
     true},
    {"prefix", V::kText, "What is put before the Subject; may be empty", "the list's name in brackets",
     "\"[class]\""},
    {"footer", V::kText, "What is put below the text, in ASCII; may be empty", "a line that names the list",
     "\"Sent to all of the class.\""},
    {"from", V::kChoice,
     "Whether the author stays in From, or the list writes its own address there and the author's into "
     "Reply-To",
     "keep", "rewrite", false, S::kTop, "keep rewrite"},
};
constexpr KeySpec kZoneKeys[] = {
    {"records", V::kSectionList, "The records", "", "[{name: www, type: A, value: 192.0.2.80}]", true,
     S::kRecord},
};
constexpr std::string_view kRecordTypes = "A AAAA MX TXT PTR CNAME NS SRV";
constexpr KeySpec kRecordKeys[] = {
    {"name", V::kText,
     "The owner: relative to the zone, full when it ends with a dot, `@` for the zone itself", "@", "www"},
    {"type", V::kChoice, "The type", "", "A", true, S::kTop, kRecordTypes},
    {"value", V::kTexts, "The data as in a zone file, names in full; several values are several records", "",
     "192.0.2.80", true},
    {"ttl", V::kDuration, "How long it may be remembered, in whole seconds", "as `dns` says", "5m"},
};
constexpr KeySpec kActionKeys[] = {
    {"at", V::kDuration, "When, counted from the start", "", "1s", true},
    {"stop", V::kName, "A host is shut down in order", "", "mx1.beta.example"},
    {"crash", V::kName, "A host loses its power: what was not synced to disk is lost", "",
     "mx1.beta.example"},
    {"restart", V::kName, "A host comes up (again)", "", "mx1.beta.example"},
    {"cut", V::kPath, "Nothing passes any more on a link, or to and from a host", "", "sea"},
    {"restore", V::kPath, "A cut is mended", "", "sea"},
    {"change", V::kSection, "A link changes", "", "{link: sea, loss: 30%}", false, S::kChangeLink},
    {"set_record", V::kSection, "DNS records change", "",
     "{zone: alpha.example, type: TXT, value: v=spf1 -all}", false, S::kSetRecord},
    {"dkim_key", V::kSection, "A DKIM key is published, used, revoked or removed", "",
     "{domain: alpha.example, selector: s2, do: sign}", false, S::kDkimDeed},
};
constexpr KeySpec kActorKeys[] = {
    {"send", V::kSection,
     "A user (`alice`, `alice/phone`, `alice@alpha.example/phone`) writes and submits a message", "",
     "{to: bob@beta.example, subject: Hello, text: Hi Bob}", false, S::kSend},
    {"inject", V::kSection, "A host says to a server whatever it likes", "",
     "{to_host: beta.example, mail_from: alice@alpha.example, rcpt_to: bob@beta.example}", false, S::kInject},
    {"sync", V::kNothing, "A device fetches what is new (`bob/phone: sync` will do)", "", "~"},
    {"read", V::kMessage, "A user opens a message on a device (`bob/phone`)", "", "Hello", false,
     S::kMessage},
    {"reply", V::kMessage, "Answers its author", "", "{subject: Hello, text: Hi Alice}", false,
     S::kReplyDeed},
    {"reply_all", V::kMessage, "Answers everybody whom it names", "", "{subject: Hello, text: Hi all}", false,
     S::kReplyDeed},
    {"forward", V::kMessage, "Sends it on, attachments included", "",
     "{subject: Hello, to: carol@beta.example}", false, S::kForwardDeed},
    {"draft", V::kMessage, "Writes a message and keeps it in Drafts", "",
     "{to: alice@alpha.example, subject: Later}", false, S::kDraftDeed},
    {"flag", V::kMessage, "Marks a message as important", "", "Hello", false, S::kMessage},
    {"unflag", V::kMessage, "Takes the mark away", "", "Hello", false, S::kMessage},
    {"move", V::kMessage, "Moves a message to another folder", "", "{subject: Hello, to: Work}", false,
     S::kMoveDeed},
    {"delete", V::kMessage, "Removes a message", "", "Hello", false, S::kMessage},
    {"search", V::kText, "Looks for words in the folder INBOX", "", "milk"},
    {"create_folder", V::kText, "Makes a folder", "", "Work"},
    {"go_offline", V::kNothing,
     "The device works without its network from now on; what is done meanwhile waits", "", "~"},
    {"go_online", V::kNothing, "It is back, and does at the server what has waited", "", "~"},
};
constexpr KeySpec kMessageKeys[] = {
    {"subject", V::kText, "The subject of the message; the newest one that has it is meant", "", "Hello",
     true},
    {"folder", V::kText, "Where it lies", "INBOX", "Work"},
};
constexpr KeySpec kReplyDeedKeys[] = {
    {"subject", V::kText, "The subject of the message that is answered", "", "Hello", true},
    {"folder", V::kText, "Where it lies", "INBOX", "Work"},
    {"text", V::kText, "What is written above the quotation", "empty", "Hi Alice"},
    {"attachments", V::kSectionList, "Files that go with it", "",
     "[{name: notes.txt, text: Remember the milk}]", false, S::kAttachment},
};
constexpr KeySpec kForwardDeedKeys[] = {
    {"subject", V::kText, "The subject of the message that is sent on", "", "Hello", true},
    {"folder", V::kText, "Where it lies", "INBOX", "Work"},
    {"to", V::kMailboxes, "The To field", "", "carol@beta.example"},
    {"cc", V::kMailboxes, "The Cc field", "", "carol@beta.example"},
    {"bcc", V::kMailboxes, "Recipients whom the letter does not name", "", "dave@beta.example"},
    {"text", V::kText, "What is written above the letter", "empty", "Look at this"},
    {"attachments", V::kSectionList, "More files", "", "[{name: notes.txt, text: Remember the milk}]", false,
     S::kAttachment},
};
constexpr KeySpec kDraftDeedKeys[] = {
    {"to", V::kMailboxes, "The To field", "", "bob@beta.example"},
    {"cc", V::kMailboxes, "The Cc field", "", "carol@beta.example"},
    {"bcc", V::kMailboxes, "Recipients whom the letter does not name", "", "dave@beta.example"},
    {"subject", V::kText, "The Subject field", "", "Hello", true},
    {"text", V::kText, "The letter's text", "empty", "Hi Bob"},
    {"attachments", V::kSectionList, "Files that go with it", "",
     "[{name: notes.txt, text: Remember the milk}]", false, S::kAttachment},
};
constexpr KeySpec kMoveDeedKeys[] = {
    {"subject", V::kText, "The subject of the message", "", "Hello", true},
    {"folder", V::kText, "Where it lies", "INBOX", "Work"},
    {"to", V::kText, "The folder that it goes to; made if it is missing", "", "Work", true},
};
constexpr KeySpec kSendKeys[] = {
    {"to", V::kMailboxes, "The To field; at least one of `to`, `cc` and `bcc` is needed", "",
     "[bob@beta.example, Carol <carol@beta.example>]"},
    {"cc", V::kMailboxes, "The Cc field", "", "carol@beta.example"},
    {"bcc", V::kMailboxes, "Recipients whom the letter does not name", "", "dave@beta.example"},
    {"from", V::kMailbox, "The From field", "the user's address", "Alice <alice@alpha.example>"},
    {"envelope_from", V::kText, "MAIL FROM; may be empty", "the user's address", "bounces@alpha.example"},
    {"subject", V::kText, "The Subject field", "empty", "Hello"},
    {"text", V::kText, "The letter's text", "empty", "Hi Bob"},
    {"attachments", V::kSectionList, "Files that go with it", "",
     "[{name: notes.txt, text: Remember the milk}]", false, S::kAttachment},
};
constexpr KeySpec kAttachmentKeys[] = {
    {"name", V::kText, "The file's name", "", "notes.txt", true},
    {"type", V::kText, "The media type", "text/plain; with `base64` application/octet-stream", "image/png"},
    {"text", V::kText, "The content, as text", "", "Remember the milk"},
    {"base64", V::kText, "The content, any bytes in base64", "", "AAECAw=="},
};
constexpr KeySpec kInjectKeys[] = {
    {"to_host", V::kName, "The server: a host, or a domain for its first MX", "", "beta.example", true},
    {"port", V::kWhole, "The server's port", "25", "25", false, S::kTop, {}, 1, 65535},
    {"helo", V::kText, "The name that it claims in EHLO", "the host's name", "mx.alpha.example"},
    {"mail_from", V::kText, "The envelope's sender; may be empty", "", "alice@alpha.example", true},
    {"rcpt_to", V::kMailboxes, "The envelope's recipients", "", "bob@beta.example", true},
    {"from", V::kText, "The From field", "`mail_from`", "Alice <alice@alpha.example>"},
    {"to", V::kText, "The To field", "`rcpt_to`", "bob@beta.example"},
    {"subject", V::kText, "The Subject field", "empty", "Your account"},
    {"text", V::kText, "The letter's text", "empty", "Please confirm."},
    {"raw", V::kText, "The whole letter, header and body, instead of the four above", "",
     "\"Subject: x\\n\\nbody\""},
};
constexpr KeySpec kChangeLinkKeys[] = {
    {"link", V::kPath, "Which link: its name, a host, or a list of two hosts", "", "sea", true},
    {"latency", V::kDuration, "As in `link`", "unchanged", "150ms"},
    {"jitter", V::kDuration, "As in `link`", "unchanged", "5ms"},
    {"bandwidth", V::kBandwidth, "As in `link`", "unchanged", "1Mbit"},
    {"loss", V::kPercent, "As in `link`", "unchanged", "20%"},
};
constexpr KeySpec kSetRecordKeys[] = {
    {"zone", V::kName, "The zone", "", "alpha.example", true},
    {"name", V::kText, "The owner, as in `record`", "@", "www"},
    {"type", V::kChoice, "The type; all records of that owner and type are replaced", "", "TXT", true,
     S::kTop, kRecordTypes},
    {"value", V::kTexts, "The new data; left out: the records go away", "", "v=spf1 -all"},
    {"ttl", V::kDuration, "As in `record`", "as `dns` says", "5m"},
};
constexpr KeySpec kDkimDeedKeys[] = {
    {"domain", V::kName, "Whose key", "", "alpha.example", true},
    {"selector", V::kText, "Which of its keys", "", "s2", true},
    {"do", V::kChoice,
     "It is put into DNS, signs from now on instead of the others, is revoked in DNS (an empty `p=`), or "
     "goes out of DNS",
     "", "sign", true, S::kTop, "publish sign revoke remove"},
};
constexpr KeySpec kExpectationKeys[] = {
    {"at", V::kDuration, "It holds exactly then", "", "10s"},
    {"by", V::kDuration, "It comes true then at the latest", "at the end of the run", "5s"},
    {"never", V::kYesNo, "It must not be so", "false", "true"},
    {"check", V::kChoice, "A check or decision came to a `result`", "", "spf", false, S::kTop,
     "spf dkim dmarc arc access authentication route retry filter quota"},
    {"result", V::kText, "With `check`: its word", "", "pass"},
    {"subject", V::kText, "With `check`: what it was about", "anything", "alpha.example"},
    {"mailbox", V::kText, "A mailbox: ADDRESS/FOLDER, or ADDRESS for its INBOX", "",
     "bob@beta.example/INBOX"},
    {"holds", V::kText, "With `mailbox`: it has a message with this subject", "", "Hello"},
    {"count",
     V::kWhole,
     "With `mailbox`, `queue` or `query`: exactly so many",
     "",
     "1",
     false,
     S::kTop,
     {},
     0,
     1'000'000},
    {"on", V::kText, "With `mailbox`: on one of the user's devices instead of the server", "", "phone"},
    {"flags", V::kTexts,
     "With `mailbox`: the message in `holds`, or else every message, has exactly these flags", "any",
     "[\\Seen]"},
    {"query", V::kText, "Events that match this query exist", "", "kind == \"mail bounced\""},
    {"at_least", V::kWhole, "With `query`: so many", "1", "2", false, S::kTop, {}, 0, 1'000'000},
    {"at_most", V::kWhole, "With `query`: not more than so many", "", "3", false, S::kTop, {}, 0, 1'000'000},
    {"bounced", V::kMailbox, "A sender was told that this recipient was not reached", "",
     "carol@beta.example"},
    {"status", V::kText, "With `bounced`: the enhanced status code", "any", "5.1.1"},
    {"reply", V::kSection, "A server answered so", "", "{code: 550, to: RCPT}", false, S::kReply},
    {"queue", V::kName, "How many messages wait at this host; with `count`", "", "mx.alpha.example"},
    {"host", V::kName, "With `check`, `bounced` or `reply`: at which host", "any", "mx.beta.example"},
};
constexpr KeySpec kReplyKeys[] = {
    {"code", V::kWhole, "The reply code", "", "550", true, S::kTop, {}, 200, 599},
    {"enhanced", V::kText, "The enhanced status code", "any", "5.7.23"},
    {"to", V::kChoice, "What it answered", "anything", "RCPT", false, S::kTop,
     "greeting EHLO HELO STARTTLS AUTH MAIL RCPT DATA content RSET NOOP VRFY HELP QUIT"},
};
constexpr KeySpec kVariantKeys[] = {
    {"title", V::kWords, "What the switch is called", "its name", "{en: Without SPF, ko: SPF 없이}"},
    {"set", V::kSet,
     "By path of keys, joined with `/`, the values that are replaced; an empty one is taken out", "",
     "{domains/alpha.example/spf: none}", true},
};

constexpr SectionSpec kSections[] = {
    {S::kTop, "scenario", "The file itself.", kTopKeys},
    {S::kNetwork, "network", "How hosts reach each other.", kNetworkKeys},
    {S::kLink, "link", "How a path behaves, the same both ways.", kLinkKeys},
    {S::kNamedLink, "named link", "A path between two hosts that has a name.", kNamedLinkKeys},
    {S::kDns, "dns", "The name service.", kDnsKeys},
    {S::kServer, "server", "How mail servers behave.", kServerKeys},
    {S::kRetry, "retry", "The schedule of the queue.", kRetryKeys},
    {S::kLimits, "limits", "What a server accepts at most.", kLimitsKeys},
    {S::kDomain, "domain", "A mail domain.", kDomainKeys},
    {S::kUser, "user", "Someone with a mailbox.", kUserKeys},
    {S::kDevice, "device", "A user's phone or laptop.", kDeviceKeys},
    {S::kHost, "host", "A machine.", kHostKeys},
    {S::kCertificate, "certificate", "A server's certificate.", kCertificateKeys},
    {S::kDkimKey, "dkim key", "A key of a domain that signs its mail.", kDkimKeyKeys},
    {S::kList, "mailing list", "An address behind which many read.", kListKeys},
    {S::kZone, "zone", "DNS records of a zone.", kZoneKeys},
    {S::kRecord, "record", "DNS records of one owner and type.", kRecordKeys},
    {S::kAction, "action",
     "Something that happens: `at` and one more key. A user's or a host's name as key lets them act.",
     kActionKeys, true},
    {S::kActor, "actor", "What a user or a host does: one of these.", kActorKeys},
    {S::kSend, "send", "A message that a user submits.", kSendKeys},
    {S::kAttachment, "attachment", "A file in a message, given as `text` or `base64`.", kAttachmentKeys},
    {S::kInject, "inject", "A dialogue in which a host claims what it likes.", kInjectKeys},
    {S::kMessage, "message", "A message on a device: its subject alone, or this.", kMessageKeys},
    {S::kReplyDeed, "answer", "An answer to a message.", kReplyDeedKeys},
    {S::kForwardDeed, "forwarding", "A message that is sent on.", kForwardDeedKeys},
    {S::kDraftDeed, "draft", "A message that is not sent yet.", kDraftDeedKeys},
    {S::kMoveDeed, "moving", "A message that gets another folder.", kMoveDeedKeys},
    {S::kChangeLink, "change", "A link's new behaviour.", kChangeLinkKeys},
    {S::kSetRecord, "set_record", "DNS records that are replaced.", kSetRecordKeys},
    {S::kDkimDeed, "dkim_key", "What happens to a DKIM key.", kDkimDeedKeys},
    {S::kExpectation, "expectation",
     "What must come true: one of `check`, `mailbox`, `query`, `bounced`, `reply`, `queue`, and a moment.",
     kExpectationKeys},
    {S::kReply, "reply", "A server's reply.", kReplyKeys},
    {S::kVariant, "variant", "A switch.", kVariantKeys},
};

constexpr std::string_view kLeniencyNames[] = {
    "space-after-colon", "missing-angle-brackets", "any-helo-argument", "extra-cr",
    "bare-lf-command",   "bare-lf-content",        "bare-cr-content"};

/// Letters to insert, remove, replace or swap with their neighbour; words of up to 64 letters.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::array<std::size_t, 66> before_last{};
  std::array<std::size_t, 66> last{};
  std::array<std::size_t, 66> row{};
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::span<const SectionSpec> all_sections() {
  return kSections;
}

const SectionSpec& section_spec(Section section) {
  for (const SectionSpec& spec : kSections) {
    if (spec.section == section) return spec;
  }
  GLASSPOST_UNREACHABLE();
}

const KeySpec* find_key(Section section, std::string_view name) {
  for (const KeySpec& key : section_spec(section).keys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

std::span<const std::string_view> leniency_names() {
  return kLeniencyNames;
}

std::string_view closest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > 64) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > 64) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace glasspost::scenario
