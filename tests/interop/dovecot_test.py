#!/usr/bin/env python3
"""Our POP3 and IMAP clients read and tidy a mailbox of Dovecot's, and of our own server, with every mechanism."""

import imaplib
import os
import pathlib
import shutil
import tempfile
import unittest

import dovecot
from harness import ROOT, Server, run

CLIENT = os.environ.get("GLASSPOST_ACCESS_CLIENT", str(ROOT / "build/dev/tests/interop/access_client"))
MECHANISMS = ["command", "plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256"]
LETTERS = [f"From: alice@alpha.example\r\nTo: bob@beta.example\r\nSubject: =?utf-8?b?7ZWc6riA?= {number}\r\n"
           f"Message-ID: <{number}@alpha.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
           f"{'needle' if number == 2 else 'hay'}\r\n.dot\r\n..two dots\r\n안녕\r\n".encode() for number in range(1, 6)]


class Access(unittest.TestCase):
    table = {}

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-access-"))
        self.files = []
        for number, letter in enumerate(LETTERS):
            self.files.append(self.folder / f"letter-{number}")
            self.files[-1].write_bytes(letter)

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    @classmethod
    def tearDownClass(cls):
        print("\nserver     protocol   mechanisms")
        for (server, protocol), mechanisms in sorted(cls.table.items()):
            print(f"{server:<10} {protocol:<10} {', '.join(mechanisms)}")

    def fill(self, address, port, user, password):
        client = imaplib.IMAP4(address, port, timeout=20)
        client.login(user, password)
        if int(client.select("INBOX")[1][0]):
            client.store("1:*", "+FLAGS.SILENT", "(\\Deleted)")
            client.expunge()
        client.unselect()
        for name in [line.split(b' "/" ')[-1].decode() for line in client.list()[1] if line and b"&" in line]:
            client.delete(name)
        for letter in LETTERS:
            client.append("INBOX", None, None, letter)
        client.logout()

    def drive(self, server, ports, user, password, mechanisms):
        for protocol in ("pop3", "imap"):
            for mechanism in mechanisms:
                with self.subTest(server=server, protocol=protocol, mechanism=mechanism):
                    self.fill("127.0.0.1", ports["imap"], user, password)
                    done = run(CLIENT, protocol, ports[protocol], user, password, mechanism, *self.files, check=False)
                    self.assertEqual((done.stdout.decode().strip(), done.returncode), ("ok", 0))
                    self.table.setdefault((server, protocol), []).append(mechanism)

    @unittest.skipUnless(dovecot.available(), "Dovecot is not installed, or this is not root")
    def test_dovecot(self):
        with dovecot.Dovecot() as server:
            self.drive("Dovecot", {"imap": server.imap, "pop3": server.pop3}, "bob", dovecot.PASSWORD, MECHANISMS)

    def test_our_own(self):
        with Server() as server:
            ports = {protocol: server.port(protocol, "mx.alpha.example")[1] for protocol in ("imap", "pop3")}
            user = "alice@alpha.example"
            self.drive("Glasspost", ports, user, server.password(user), MECHANISMS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
