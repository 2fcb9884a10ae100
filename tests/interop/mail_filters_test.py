"""OpenDKIM and rspamd, as filters before a mail server: they take what we sign, and we what they sign."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import urllib.request

try:
    import dns.message
except ImportError:  # Debian's packages belong to Debian's Python
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    raise

from dns_server import serving
from harness import PROGRAM, run, wait_until
from milter import Milter

DOMAIN = "alpha.example"
LETTERS = [
    b"From: Alice <alice@alpha.example>\r\nTo: bob@beta.example\r\nSubject: hi  there\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@alpha.example>\r\n\r\nHello\r\nworld \r\n\r\n\r\n",
    b"From: alice@alpha.example\r\nTo: bob@beta.example,\r\n carol@beta.example\r\nSubject: folded\r\n over two lines\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <2@alpha.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + "안녕하세요\r\n.dot\r\n".encode(),
    b"From: alice@alpha.example\r\nSubject: no body\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    b"Message-ID: <3@alpha.example>\r\n\r\n",
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


@contextlib.contextmanager
def started(command, port, log, seconds):
    with open(log, "wb") as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, seconds, f"{command[0]} on port {port}")
        if process.poll() is not None:
            raise AssertionError(pathlib.Path(log).read_text())
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


class Keys:
    def __init__(self, folder):
        self.folder = folder
        self.names = {DOMAIN: {"TXT": ["v=spf1 ip4:192.0.2.25 -all"]}, f"_dmarc.{DOMAIN}": {"TXT": ["v=DMARC1; p=reject"]}}
        for selector, algorithm in (("rsa", "rsa-2048"), ("ed", "ed25519")):
            out = run(PROGRAM, "dkim-key", "--domain", DOMAIN, "--selector", selector, "--algorithm", algorithm,
                      "--out", self.pem(selector), "--json").stdout
            self.names[f"{selector}._domainkey.{DOMAIN}"] = {"TXT": [json.loads(out)["record"]]}
        (folder / "zone.txt").write_text("".join(
            f"{name}. IN TXT " + " ".join(f'"{text[i:i + 250]}"' for i in range(0, len(text), 250)) + "\n"
            for name, kinds in self.names.items() for text in kinds["TXT"]))

    def pem(self, selector):
        return self.folder / f"{selector}.pem"

    def sign(self, letter, selector, form):
        return run(PROGRAM, "sign", "-", "--key", self.pem(selector), "--domain", DOMAIN, "--selector", selector,
                   "--canonicalization", form, input=letter).stdout

    def verify(self, content):
        done = run(PROGRAM, "verify", "-", "--dns", self.folder / "zone.txt", "--ip", "192.0.2.25", "--helo", DOMAIN,
                   "--from", f"alice@{DOMAIN}", "--json", input=content, check=False)
        return json.loads(done.stdout)

    def check_theirs(self, who, letter, field):
        """We must take their signature, and no longer once a byte has changed."""
        text = field.replace("\r\n", "\n").replace("\n", "\r\n").strip()
        content = f"DKIM-Signature: {text}\r\n".encode() + letter
        verdict = self.verify(content)
        assert verdict["dkim"]["result"] == "pass" and verdict["pass"], (who, verdict, content)
        altered = self.verify(content.replace(b"alice@", b"malice@", 1))
        assert altered["dkim"]["result"] == "fail", (who, altered)


FORMS = ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple")


def opendkim(keys, folder):
    base = (f"Syslog no\nBackground no\nRequireSafeKeys no\nTemporaryDirectory {folder}\nOversignHeaders From\n"
            f"TestPublicKeys {folder / 'keys.txt'}\nAuthservID filter.example\n")
    (folder / "keys.txt").write_text("".join(f"{name} {kinds['TXT'][0]}\n" for name, kinds in keys.names.items()
                                             if "_domainkey" in name))
    taken = signed = 0
    port = free_port()
    configuration = folder / "verify.conf"
    configuration.write_text(base + f"Mode v\nSocket inet:{port}@127.0.0.1\nAlwaysAddARHeader yes\n")
    with started(["opendkim", "-f", "-x", configuration], port, folder / "verify.log", 20):
        for letter in LETTERS:
            for selector in ("rsa", "ed"):
                for form in FORMS:
                    content = keys.sign(letter, selector, form)
                    for expected, sent in (("dkim=pass", content), ("dkim=fail", content.replace(b"alice@", b"malice@", 1))):
                        filter_ = Milter(port)
                        fields = dict(filter_.ask(sent, client="192.0.2.25", mail_from=f"alice@{DOMAIN}"))
                        filter_.close()
                        said = fields.get("Authentication-Results", "")
                        assert expected in said, (selector, form, fields, sent)
                    taken += 1
    for form in FORMS:
        port = free_port()
        configuration = folder / "sign.conf"
        configuration.write_text(base + f"Mode s\nSocket inet:{port}@127.0.0.1\nDomain {DOMAIN}\nSelector rsa\n"
                                 f"KeyFile {keys.pem('rsa')}\nInternalHosts 0.0.0.0/0\nCanonicalization {form}\n"
                                 "SignatureAlgorithm rsa-sha256\n")
        with started(["opendkim", "-f", "-x", configuration], port, folder / "sign.log", 20):
            for letter in LETTERS:
                filter_ = Milter(port)
                fields = dict(filter_.ask(letter, mail_from=f"alice@{DOMAIN}"))
                filter_.close()
                keys.check_theirs("OpenDKIM", letter, fields["DKIM-Signature"])
                signed += 1
    print(f"OpenDKIM: takes {taken} of ours; we take {signed} of its signatures")


def rspamd(keys, folder, dns_port):
    home = folder / "rspamd"
    local = home / "local.d"
    local.mkdir(parents=True)
    port = free_port()
    files = {
        "options.inc": f'dns {{ nameserver = ["127.0.0.1:{dns_port}"]; timeout = 2s; }}\nlocal_addrs = [];\n'
                       f'control_socket = "{home}/control.sock";\n',
        "worker-normal.inc": f'bind_socket = "127.0.0.1:{port}";\ncount = 1;\n',
        "worker-controller.inc": "enabled = false;\n",
        "worker-proxy.inc": "enabled = false;\n",
        "worker-fuzzy.inc": "enabled = false;\n",
        "logging.inc": f'type = "file";\nfilename = "{home}/log";\n',
        "dkim_signing.conf": "allow_username_mismatch = true;\nsign_authenticated = true;\nuse_domain = \"header\";\n"
                             "use_esld = false;\ncheck_pubkey = false;\n"
                             f'domain {{ {DOMAIN} {{ path = "{keys.pem("rsa")}"; selector = "rsa"; }} }}\n',
    }
    for name, text in files.items():
        (local / name).write_text(text)

    def ask(letter, **fields):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/checkv2", data=letter, headers={
            "Helo": DOMAIN, "From": f"alice@{DOMAIN}", "Rcpt": "bob@beta.example", **fields})
        return json.loads(urllib.request.urlopen(request, timeout=60).read())

    command = ["rspamd", "-f", "-i", "-c", "/etc/rspamd/rspamd.conf"]
    command += [f"--var={name}={home}" for name in ("LOCAL_CONFDIR", "DBDIR", "RUNDIR", "LOGDIR")]
    taken = signed = 0
    # It compiles its list of top-level domains first.
    with started(command, port, home / "out", 180):
        for letter in LETTERS:
            for selector in ("rsa", "ed"):
                for form in FORMS:
                    content = keys.sign(letter, selector, form)
                    symbols = ask(content, IP="192.0.2.25")["symbols"]
                    for wanted in ("R_DKIM_ALLOW", "R_SPF_ALLOW", "DMARC_POLICY_ALLOW"):
                        assert wanted in symbols, (wanted, selector, form, sorted(symbols), content)
                    taken += 1
            symbols = ask(keys.sign(letter, "rsa", FORMS[0]).replace(b"alice@", b"malice@", 1), IP="192.0.2.66")["symbols"]
            for wanted in ("R_DKIM_REJECT", "R_SPF_FAIL", "DMARC_POLICY_REJECT"):
                assert wanted in symbols, (wanted, sorted(symbols))
            field = ask(letter, IP="192.0.2.25", User=f"alice@{DOMAIN}")["dkim-signature"]
            keys.check_theirs("rspamd", letter, field)
            signed += 1
    print(f"rspamd: takes {taken} of ours; we take {signed} of its signatures")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        keys = Keys(folder)
        opendkim(keys, folder)
        with serving(keys.names) as dns_port:
            rspamd(keys, folder, dns_port)


if __name__ == "__main__":
    main()
