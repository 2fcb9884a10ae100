"""Five hundred messages and the DNS that they live in, the same each time: signed, forwarded, altered, spoofed."""

import dataclasses
import random

HEADERS_TO_FOLD = ("Subject", "To")

# owner -> {type: [values]}; a TXT value is one text. What is not here does not exist.
SPF_DOMAINS = {
    "plain": "v=spf1 ip4:192.0.2.0/28 -all",
    "soft": "v=spf1 ip4:192.0.2.16/28 ~all",
    "neutral": "v=spf1 ip4:192.0.2.1 ?all",
    "open": "v=spf1 +all",
    "six": "v=spf1 ip6:2001:db8:1::/48 -all",
    "mx": "v=spf1 mx -all",
    "a": "v=spf1 a a:other.example/30 -all",
    "include": "v=spf1 include:plain.example include:soft.example -all",
    "redirect": "v=spf1 redirect=plain.example",
    "nested": "v=spf1 include:include.example ip4:203.0.113.7 -all",
    "exists": "v=spf1 exists:%{ir}.list.example -all",
    "macro": "v=spf1 exists:%{l}.%{d1}.users.example -all",
    "ptr": "v=spf1 ptr:hosts.example -all",
    "default": "v=spf1 ip4:192.0.2.9",
    "typo": "v=spf1 ipv4:192.0.2.1 -all",
    "badnet": "v=spf1 ip4:192.0.2.300 -all",
    "loop": "v=spf1 include:loop.example -all",
    "many": "v=spf1 " + " ".join(f"a:n{i}.example" for i in range(11)) + " -all",
    "voids": "v=spf1 a:v1.example a:v2.example a:v3.example ip4:192.0.2.1 -all",
    "lost": "v=spf1 include:nowhere.example -all",
    "upper": "V=SPF1 IP4:192.0.2.0/24 -ALL",
    "twice": None,
    "none": None,
}
CLIENTS = ["192.0.2.1", "192.0.2.5", "192.0.2.9", "192.0.2.20", "203.0.113.7", "198.51.100.33", "2001:db8:1::25",
           "2001:db8:2::25"]


def make_dns(keys):
    """`keys`: (selector, domain) -> the text of the key record."""
    dns = {}

    def add(name, kind, *values):
        dns.setdefault(name, {}).setdefault(kind, []).extend(values)

    for label, record in SPF_DOMAINS.items():
        add(f"{label}.example", "A", "192.0.2.5")
        if record:
            add(f"{label}.example", "TXT", record)
    add("twice.example", "TXT", "v=spf1 +all", "v=spf1 -all")
    add("mx.example", "MX", (10, "host1.hosts.example"), (20, "host2.hosts.example"))
    add("host1.hosts.example", "A", "192.0.2.20")
    add("host2.hosts.example", "A", "198.51.100.33")
    add("host1.hosts.example", "AAAA", "2001:db8:2::25")
    add("host2.hosts.example", "AAAA", "2001:db8:2::26")
    add("other.example", "A", "203.0.113.4")
    add("5.2.0.192.list.example", "A", "127.0.0.2")
    add("alice.example.users.example", "A", "127.0.0.2")
    add("33.100.51.198.in-addr.arpa", "PTR", "host2.hosts.example")
    add("20.2.0.192.in-addr.arpa", "PTR", "host1.hosts.example")
    for i in range(11):
        add(f"n{i}.example", "A", f"198.51.100.{i + 100}")
    for (selector, domain), record in keys.items():
        add(f"{selector}._domainkey.{domain}", "TXT", record)
    add("revoked._domainkey.plain.example", "TXT", "v=DKIM1; p=")
    add("junk._domainkey.plain.example", "TXT", "v=DKIM1; p=not*base64")
    add("mail._domainkey.plain.example", "TXT", "v=DKIM1; s=other; " + keys["rsa", "plain.example"].split("; ", 1)[1])
    for label in SPF_DOMAINS:
        add(f"_dmarc.{label}.example", "TXT", "v=DMARC1; p=reject")
    return dns


def zone_file(dns):
    lines = []
    for name, kinds in sorted(dns.items()):
        for kind, values in sorted(kinds.items()):
            for value in values:
                if kind == "TXT":
                    text = value.replace("\\", "\\\\").replace('"', '\\"')
                    data = " ".join(f'"{text[i:i + 250]}"' for i in range(0, len(text), 250))
                elif kind == "MX":
                    data = f"{value[0]} {value[1]}."
                elif kind == "PTR":
                    data = value + "."
                else:
                    data = value
                lines.append(f"{name}. 300 IN {kind} {data}\n")
    return "".join(lines)


@dataclasses.dataclass
class Mail:
    """One message as it reaches the receiver, and the envelope that it comes in."""
    number: int
    kind: str
    content: bytes
    client: str
    helo: str
    mail_from: str


WORDS = ("the letter exam pencil Monday market garden river paper train winter music answer station window bread "
         "teacher question number evening").split()


def plain_letter(rng, number, domain):
    lines = []
    for _ in range(rng.randrange(0, 12)):
        line = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(0, 14)))
        if rng.random() < 0.1:
            line += "  " * rng.randrange(1, 4)
        if rng.random() < 0.1:
            line = line.replace(" ", "\t ", 1)
        lines.append(line)
    lines += [""] * rng.choice((0, 0, 0, 1, 3))
    subject = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 9)))
    header = [f"From: Alice <alice@{domain}>", "To: Bob <bob@beta.example>", f"Subject: {subject}",
              "Date: Mon, 02 Mar 2026 09:00:00 +0000", f"Message-ID: <{number}@{domain}>"]
    if rng.random() < 0.3:
        header.append("Cc: carol@beta.example,\r\n dave@beta.example")
    if rng.random() < 0.3:
        header.append("X-Odd:\tvalue  with   blanks ")
    return "\r\n".join(header + [""] + lines + [""]).encode()


def split_letter(content):
    header, _, body = content.partition(b"\r\n\r\n")
    return header + b"\r\n", body


def forward(rng, content):
    """What honest hops do: trace fields on top, folding, blank lines, case of names."""
    header, body = split_letter(content)
    top = b"Received: from a.example by b.example; Mon, 02 Mar 2026 09:00:01 +0000\r\n"
    if rng.random() < 0.5:
        top += b"Delivered-To: bob@beta.example\r\n"
    if rng.random() < 0.3:
        header = header.replace(b"Subject: ", b"Subject:  ", 1)
    if rng.random() < 0.3:
        header = header.replace(b"\r\nTo: ", b"\r\nTO:\r\n ", 1)
    if rng.random() < 0.3:
        body += b"\r\n\r\n"
    if rng.random() < 0.2:
        body = body.replace(b" ", b"  ", 1)
    if rng.random() < 0.2:
        body = body.replace(b"\r\n", b" \r\n", 1)
    return top + header + b"\r\n" + body


def alter(rng, content):
    """What nobody may do."""
    header, body = split_letter(content)
    choice = rng.randrange(8)
    if choice == 0:
        body += b"One more line.\r\n"
    elif choice == 1:
        header = header.replace(b"Subject: ", b"Subject: [list] ", 1)
    elif choice == 2:
        header = b"From: Mallory <m@thief.example>\r\n" + header
    elif choice == 3:
        body = body.replace(b"e", b"E", 1) + (b"" if b"e" in body else b"x\r\n")
    elif choice == 4:
        header = header.replace(b"alice@", b"alicia@", 1)
    elif choice == 5:
        header += b"Subject: a second one\r\n"
    elif choice == 6:
        header = header.replace(b"bh=", b"bh=A", 1)
    else:
        header = header.replace(b"; s=", b"; s=x", 1)
    return header + b"\r\n" + body


def generate(sign, count=500, seed=9989):
    """`sign(rng, content, domain)` gives the signed message. The order and the choices depend on the seed alone."""
    rng = random.Random(seed)
    labels = list(SPF_DOMAINS)
    mails = []
    for number in range(count):
        domain = f"{rng.choice(labels)}.example"
        signing = "plain.example" if rng.random() < 0.7 else "soft.example"
        content = plain_letter(rng, number, signing if number % 5 else domain)
        kind = ("signed", "forwarded", "altered", "altered", "spoofed")[number % 5]
        if kind != "spoofed":
            content = sign(rng, content, signing)
        if kind == "forwarded":
            content = forward(rng, content)
        if kind == "altered":
            content = alter(rng, content)
        mail_from = rng.choice((f"alice@{domain}", f"alice@{domain}", f"x+y@{domain}", ""))
        mails.append(Mail(number, kind, content, rng.choice(CLIENTS), domain, mail_from))
    return mails
