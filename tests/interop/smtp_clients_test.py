#!/usr/bin/env python3
"""Mail programs that nobody here wrote send through our servers on real ports."""

import email
import email.message
import email.policy
import os
import pathlib
import smtplib
import ssl
import subprocess
import tempfile
import unittest

import harness
from harness import Server, run, split_message

ALICE, BOB = "alice@alpha.example", "bob@beta.example"
ALPHA, BETA = "mx.alpha.example", "mx.beta.example"
TABLE = {}


def note(client, what):
    TABLE.setdefault(client, []).append(what)


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-clients-"))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.server.clean()
        subprocess.run(["rm", "-rf", str(cls.folder)], check=True)
        print("\nclient     what it sent with")
        for client, ways in sorted(TABLE.items()):
            print(f"{client:<10} {', '.join(ways)}")

    def swaks(self, host, protocol, token, *arguments, sender=ALICE, recipient=BOB, check=True):
        address, port = self.server.port(protocol, host)
        return run("swaks", "--server", address, "--port", port, "--from", sender, "--to", recipient, "--helo",
                   "client.example", "--h-Subject", token, "--body", "swaks body\n.dot first\n", "--timeout", "20",
                   *arguments, check=check)

    def auth(self, mechanism, account=ALICE):
        return ["--auth", mechanism, "--auth-user", account, "--auth-password", self.server.password(account)]

    def stored(self, token, host=BETA, account=BOB, field="subject"):
        """The bytes in the recipient's mailbox: the server is stopped for the look, and goes on with what it kept."""
        self.server.wait_for_mail(account, token, field)
        self.server.stop()
        messages = [message for message in self.server.mailbox(host, account) if token.encode() in message]
        self.server.start()
        self.assertEqual(len(messages), 1, f"{token} is there once")
        return messages[0]

    def check_stored(self, token):
        fields, body = split_message(self.stored(token))
        names = [name for name, _ in fields]
        self.assertEqual(names[0], "Return-Path", "Return-Path stands first (RFC 5321 4.4)")
        self.assertIn("Received", names)
        return fields, body

    # --- swaks ---

    def test_swaks_plain_port_25(self):
        # A stranger on this machine may bring mail for a local user, without TLS or AUTH.
        self.swaks(BETA, "smtp", "swaks-plain", sender="someone@outside.example")
        _, body = self.check_stored("swaks-plain")
        self.assertEqual(body.rstrip(b"\r\n"), b"swaks body\r\n.dot first")
        note("swaks", "25 plain")

    def test_swaks_starttls_each_mechanism(self):
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            token = f"swaks-starttls-{mechanism}"
            self.swaks(ALPHA, "submission", token, "--tls", "--tls-verify", "--tls-ca-path", self.server.ca,
                       *self.auth(mechanism))
            self.check_stored(token)
            note("swaks", f"587 STARTTLS {mechanism}")

    def test_swaks_implicit_tls(self):
        self.swaks(ALPHA, "submissions", "swaks-tlsc", "--tlsc", *self.auth("PLAIN"))
        fields, _ = self.check_stored("swaks-tlsc")
        received = [value for name, value in fields if name == "Received"]
        self.assertIn(b"ESMTPSA", received[-1])
        note("swaks", "465 TLS PLAIN")

    def test_swaks_starttls_on_25(self):
        self.swaks(BETA, "smtp", "swaks-25-tls", "--tls", sender="someone@outside.example")
        self.check_stored("swaks-25-tls")
        note("swaks", "25 STARTTLS")

    def test_swaks_pipelined_attachment(self):
        blob = self.folder / "blob"
        blob.write_bytes(os.urandom(2_000_000))
        self.swaks(ALPHA, "submission", "swaks-pipeline", "--tls", "--pipeline", "--attach", f"@{blob}", *self.auth("PLAIN"))
        message = self.stored("swaks-pipeline")
        parts = [part.get_payload(decode=True) for part in email.message_from_bytes(message).walk()]
        self.assertIn(blob.read_bytes(), parts)
        note("swaks", "587 pipelined, 2 MB attachment")

    def test_wrong_password_is_refused(self):
        done = self.swaks(ALPHA, "submission", "swaks-wrong", "--tls", "--auth", "PLAIN", "--auth-user", ALICE,
                          "--auth-password", "wrong", check=False)
        self.assertEqual(done.returncode, 28)
        self.assertIn(b"535", done.stdout)

    def test_submission_without_authentication_is_refused(self):
        done = self.swaks(ALPHA, "submission", "swaks-noauth", "--tls", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"530", done.stdout)

    def test_relaying_is_refused(self):
        done = self.swaks(BETA, "smtp", "swaks-relay", sender="a@outside.example", recipient="x@elsewhere.example",
                          check=False)
        self.assertEqual(done.returncode, 24)
        self.assertIn(b"550 5.7.1", done.stdout)

    def test_unknown_user_is_refused(self):
        done = self.swaks(BETA, "smtp", "swaks-unknown", sender="a@outside.example", recipient="nobody@beta.example",
                          check=False)
        self.assertEqual(done.returncode, 24)
        self.assertIn(b"550 5.1.1", done.stdout)

    # --- msmtp ---

    def msmtp(self, token, protocol, starttls, mechanism):
        address, port = self.server.port(protocol, ALPHA)
        config = self.folder / "msmtprc"
        config.write_text(f"account default\nhost {address}\nport {port}\ntls on\ntls_starttls {'on' if starttls else 'off'}\n"
                          f"tls_trust_file {self.server.ca}\ntls_host_override localhost\nauth {mechanism}\nuser {ALICE}\n"
                          f"password {self.server.password(ALICE)}\nfrom {ALICE}\ntimeout 20\n")
        config.chmod(0o600)
        text = f"From: {ALICE}\nTo: {BOB}\nSubject: {token}\n\n{mechanism}\n.dot\n"
        run("msmtp", "-C", config, BOB, input=text.encode())
        _, body = self.check_stored(token)
        self.assertEqual(body, f"{mechanism}\r\n.dot\r\n".encode())

    def test_msmtp(self):
        for mechanism in ("plain", "login", "cram-md5"):
            self.msmtp(f"msmtp-{mechanism}", "submission", True, mechanism)
            note("msmtp", f"587 STARTTLS {mechanism.upper()}")
        self.msmtp("msmtp-tls", "submissions", False, "plain")
        note("msmtp", "465 TLS PLAIN")

    # --- curl ---

    def test_curl(self):
        content = self.folder / "curl.eml"
        for scheme, protocol in (("smtp", "submission"), ("smtps", "submissions")):
            token = f"curl-{scheme}"
            text = f"From: <{ALICE}>\r\nTo: <{BOB}>\r\nSubject: {token}\r\n\r\ncurl body\r\n.dot line\r\n..two\r\n"
            content.write_bytes(text.encode())
            address, port = self.server.port(protocol, ALPHA)
            run("curl", "-sS", "--max-time", "30", "--ssl-reqd", "--cacert", self.server.ca, "--resolve",
                f"localhost:{port}:{address}", "--user", f"{ALICE}:{self.server.password(ALICE)}",
                f"{scheme}://localhost:{port}/client.example", "--mail-from", ALICE, "--mail-rcpt", BOB, "-T", content)
            _, body = self.check_stored(token)
            self.assertEqual(body, b"curl body\r\n.dot line\r\n..two\r\n")
            note("curl", f"{protocol} {'STARTTLS' if scheme == 'smtp' else 'TLS'}")

    # --- Python's smtplib: a Korean subject, a binary attachment, bytes kept ---

    def test_smtplib_korean_and_binary(self):
        blob = os.urandom(200_000)
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        message["From"] = f"앨리스 <{ALICE}>"
        message["To"] = BOB
        message["Subject"] = "첫 번째 편지: 안녕하세요, Bob! 이것은 충분히 긴 제목이라서 접혀야 합니다"
        message["Date"] = "Wed, 25 Nov 2026 12:00:00 +0900"
        message["Message-ID"] = "<smtplib-korean@client.example>"
        message.set_content("본문입니다.\n.점으로 시작하는 줄\n")
        message.add_attachment(blob, maintype="application", subtype="octet-stream", filename="한글.bin")
        sent = message.as_bytes()
        context = ssl.create_default_context(cafile=self.server.ca)
        context.check_hostname = False
        address, port = self.server.port("submission", ALPHA)
        with smtplib.SMTP(address, port, timeout=20) as client:
            client.starttls(context=context)
            client.login(ALICE, self.server.password(ALICE))
            client.sendmail(ALICE, [BOB], sent, ["BODY=8BITMIME"])
        stored = self.stored("smtplib-korean@client.example", field="message_id")
        # What is stored is what was sent plus trace headers: the sent bytes are the end of the stored ones.
        self.assertTrue(stored.endswith(sent), "content was altered on the way")
        added = stored[:-len(sent)]
        names = [name for name, _ in split_message(added + b"\r\n")[0] if name]
        self.assertEqual(set(names) - {"Return-Path", "Received", "Received-SPF", "Authentication-Results"}, set())
        parsed = email.message_from_bytes(stored, policy=email.policy.default)
        self.assertEqual(parsed["Subject"], message["Subject"])
        attachment = next(parsed.iter_attachments())
        self.assertEqual((attachment.get_filename(), attachment.get_content()), ("한글.bin", blob))
        note("smtplib", "587 STARTTLS, Korean subject, binary attachment")

    def test_smtplib_hangs_up_in_the_middle(self):
        address, port = self.server.port("smtp", BETA)
        client = smtplib.SMTP(address, port, timeout=20)
        client.ehlo("client.example")
        client.mail("someone@outside.example")
        client.rcpt(BOB)
        client.putcmd("data")
        client.getreply()
        client.send(b"Subject: cut-off\r\n\r\nhalf a mess")
        client.close()
        self.swaks(BETA, "smtp", "after-cut-off", sender="someone@outside.example")
        self.check_stored("after-cut-off")
        self.assertEqual(self.server.show("--query", 'kind == "mailbox-stored" && subject == "cut-off"').strip(), "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
