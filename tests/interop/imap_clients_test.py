#!/usr/bin/env python3
"""Mail programs that nobody here wrote read from our IMAP server on real ports."""

import email
import imaplib
import pathlib
import shutil
import ssl
import tempfile
import unittest

from harness import Server, run

BOB = "bob@beta.example"
BETA = "mx.beta.example"
TABLE = {}
MESSAGE = ("From: Alice <alice@alpha.example>\r\nTo: bob@beta.example\r\nSubject: =?utf-8?b?7ZWc6riA?= token\r\n"
           "Date: Mon, 2 Mar 2026 09:00:00 +0900\r\nMIME-Version: 1.0\r\n"
           "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
           "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n안녕\r\n.dot\r\n"
           "--b\r\nContent-Type: application/octet-stream; name=\"a.bin\"\r\nContent-Transfer-Encoding: base64\r\n"
           "Content-Disposition: attachment; filename=\"a.bin\"\r\n\r\nAAEC/w==\r\n--b--\r\n").encode()


def note(client, what):
    TABLE.setdefault(client, []).append(what)


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.password = cls.server.password(BOB)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-imap-"))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.server.clean()
        shutil.rmtree(cls.folder, ignore_errors=True)
        print("\nclient     how it read")
        for client, ways in sorted(TABLE.items()):
            print(f"{client:<10} {', '.join(ways)}")

    def tls(self):
        return ssl.create_default_context(cafile=self.server.ca)

    def login(self, security="plain"):
        if security == "implicit":
            address, port = self.server.port("imaps", BETA)
            context = self.tls()
            context.check_hostname = False  # the certificate names the host, not its address
            client = imaplib.IMAP4_SSL(address, port, ssl_context=context, timeout=20)
        else:
            address, port = self.server.port("imap", BETA)
            client = imaplib.IMAP4(address, port, timeout=20)
            if security == "starttls":
                context = self.tls()
                context.check_hostname = False
                client.starttls(context)
        client.login(BOB, self.password)
        return client

    def mailbox(self, client, name):
        client.create(name)
        typ, answer = client.append(name, "(\\Flagged)", imaplib.Time2Internaldate(1_772_442_000), MESSAGE)
        self.assertEqual(typ, "OK", answer)
        self.assertEqual(client.select(name)[0], "OK")

    def test_imaplib_each_security(self):
        for security in ("plain", "starttls", "implicit"):
            client = self.login(security)
            self.mailbox(client, f"box-{security}")
            typ, data = client.fetch("1", "(RFC822)")
            self.assertEqual((typ, data[0][1]), ("OK", MESSAGE), "what was stored comes back byte for byte")
            note("imaplib", security)
            client.logout()

    def test_imaplib_flags_search_copy_expunge(self):
        client = self.login()
        self.mailbox(client, "work")
        self.assertEqual(client.search(None, "ALL")[1], [b"1"])
        self.assertEqual(client.search(None, "FLAGGED", "SUBJECT", "token")[1], [b"1"])
        client.literal = "안녕".encode()
        self.assertEqual(client.search("UTF-8", "TEXT")[1], [b"1"])
        self.assertEqual(client.store("1", "+FLAGS", "(\\Seen $Later)")[1], [b"1 (FLAGS (\\Flagged \\Seen $Later \\Recent))"])
        client.create("archive")
        self.assertEqual(client.copy("1", "archive")[0], "OK")
        client.store("1", "+FLAGS", "(\\Deleted)")
        self.assertEqual(client.expunge()[1], [b"1"])
        self.assertEqual(client.status("archive", "(MESSAGES UNSEEN)")[1], [b"archive (MESSAGES 1 UNSEEN 0)"])
        self.assertIn(b'(\\HasNoChildren) "/" archive', client.list()[1])
        client.logout()

    def test_imaplib_structure(self):
        client = self.login()
        self.mailbox(client, "structure")
        _, data = client.fetch("1", "(BODYSTRUCTURE)")
        self.assertIn(b'("attachment" ("filename" "a.bin"))', data[0])
        _, data = client.fetch("1", "(BODY.PEEK[2.MIME] BODY.PEEK[HEADER.FIELDS (SUBJECT)] FLAGS)")
        self.assertEqual(email.message_from_bytes(data[0][1]).get_filename(), "a.bin")
        self.assertEqual(data[1][1], b"Subject: =?utf-8?b?7ZWc6riA?= token\r\n\r\n")
        client.logout()

    def test_imaplib_cram_md5(self):
        address, port = self.server.port("imap", BETA)
        client = imaplib.IMAP4(address, port, timeout=20)
        self.assertEqual(client.login_cram_md5(BOB, self.password)[0], "OK")
        client.logout()
        note("imaplib", "CRAM-MD5")

    def test_idle_is_told_of_new_mail(self):
        waiting, other = self.login(), self.login()
        waiting.create("idle")
        waiting.select("idle")
        waiting.send(b"X1 IDLE\r\n")
        self.assertTrue(waiting.readline().startswith(b"+ "))
        other.append("idle", None, None, MESSAGE)
        self.assertEqual(waiting.readline(), b"* 1 EXISTS\r\n")
        self.assertEqual(waiting.readline(), b"* 1 RECENT\r\n")
        waiting.send(b"DONE\r\nX2 NOOP\r\n")
        self.assertTrue(waiting.readline().startswith(b"X1 OK"))
        self.assertTrue(waiting.readline().startswith(b"X2 OK"))
        waiting.shutdown()
        other.logout()

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl(self):
        client = self.login()
        self.mailbox(client, "curl")
        client.logout()
        for protocol, options in (("imap", []), ("imap", ["--ssl-reqd", "--insecure"]), ("imaps", ["--insecure"])):
            address, port = self.server.port(protocol, BETA)
            got = run("curl", "-s", "-S", *options, "--user", f"{BOB}:{self.password}",
                      f"{protocol}://{address}:{port}/curl;UID=1")
            self.assertEqual(got.stdout, MESSAGE)
            note("curl", protocol + (" starttls" if options and protocol == "imap" else ""))
        address, port = self.server.port("imap", BETA)
        listed = run("curl", "-s", "--user", f"{BOB}:{self.password}", f"imap://{address}:{port}/")
        self.assertIn(b"* LIST", listed.stdout)

    @unittest.skipUnless(shutil.which("fetchmail"), "fetchmail is not installed")
    def test_fetchmail(self):
        client = self.login()
        self.mailbox(client, "fetch")
        client.logout()
        address, port = self.server.port("imap", BETA)
        settings = self.folder / "fetchmailrc"
        settings.write_text(f"poll {address} protocol IMAP service {port}\n  user \"{BOB}\" password \"{self.password}\"\n"
                            f"  folder fetch keep sslproto ''\n  mda \"cat >> {self.folder}/fetched\"\n")
        settings.chmod(0o600)
        run("fetchmail", "-f", settings, "--nosyslog", "--pidfile", self.folder / "pid", "--invisible")
        fetched = (self.folder / "fetched").read_bytes()
        self.assertIn("안녕".encode(), fetched)
        note("fetchmail", "plain")


if __name__ == "__main__":
    unittest.main(verbosity=2)
