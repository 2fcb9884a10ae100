#!/usr/bin/env python3
"""What curl and Python fetch by POP3 and by IMAP is byte for byte what was stored, for every message of the MIME suite.

The messages are looked for in $GLASSPOST_CONFORMANCE_DIR/mime, by default ../shared/conformance/mime.
"""

import imaplib
import os
import pathlib
import poplib
import re
import shutil
import ssl
import tempfile
import unittest

from harness import ROOT, Server, run

FOLDER = pathlib.Path(os.environ.get("GLASSPOST_CONFORMANCE_DIR") or ROOT.parent / "shared" / "conformance") / "mime"
BOB, BETA = "bob@beta.example", "mx.beta.example"


def messages():
    """(name, bytes) of every message; the expectations beside them are JSON."""
    return [(str(path.relative_to(FOLDER)), path.read_bytes()) for path in sorted(FOLDER.rglob("*"))
            if path.is_file() and path.suffix != ".json" and path.name != "LICENSE" and "fields" not in path.parts]


def as_pop3_gives_it(content):
    """POP3 ends with CRLF what does not end so, and writes CRLF for an LF before a dot (the last one too), so that no client
    can take that dot for the end. Everything else goes as it is stored."""
    content = re.sub(rb"(?<!\r)\n(?=\.|\Z)", b"\r\n", content)
    return content if content.endswith(b"\r\n") or not content else content + b"\r\n"


class Bytes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not FOLDER.is_dir():
            raise unittest.SkipTest(f"no messages in {FOLDER} (GLASSPOST_CONFORMANCE_DIR names another folder)")
        cls.all = messages()
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-bytes-"))
        cls.server = Server().start()
        cls.password = cls.server.password(BOB)
        client = cls.imap()
        cls.stored, cls.refused = [], []
        for name, content in cls.all:
            client.literal = content  # as it is: append() would change line ends
            try:
                typ, answer = client._simple_command("APPEND", "INBOX", None, None)
            except imaplib.IMAP4.error as error:
                typ, answer = "BAD", error
            # A literal holds no NUL (RFC 3501 9), and a message that is empty is none.
            if b"\0" in content or not content:
                assert typ != "OK", name
                cls.refused.append(name)
            else:
                assert typ == "OK", (name, answer)
                cls.stored.append((name, content))
        client.logout()
        print(f"{len(cls.stored)} messages stored, {len(cls.refused)} refused: {', '.join(cls.refused) or 'none'}")

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "server"):
            cls.server.stop()
            cls.server.clean()
            shutil.rmtree(cls.work, ignore_errors=True)

    @classmethod
    def context(cls):
        context = ssl.create_default_context(cafile=cls.server.ca)
        context.check_hostname = False  # the certificate names the host, not its address
        return context

    @classmethod
    def imap(cls):
        address, port = cls.server.port("imaps", BETA)
        client = imaplib.IMAP4_SSL(address, port, ssl_context=cls.context(), timeout=60)
        client.login(BOB, cls.password)
        return client

    def test_1_imaplib(self):
        client = self.imap()
        client.select("INBOX", readonly=True)
        for number, (name, content) in enumerate(self.stored, 1):
            _, data = client.fetch(str(number), "(RFC822.SIZE BODY.PEEK[])")
            self.assertEqual(data[0][1], content, name)
            self.assertIn(b"RFC822.SIZE %d " % len(content), data[0][0], name)
        # In one command, and in pieces.
        _, data = client.fetch(f"1:{len(self.stored)}", "(BODY.PEEK[])")
        self.assertEqual([part[1] for part in data if isinstance(part, tuple)], [content for _, content in self.stored])
        for number, (name, content) in enumerate(self.stored, 1):
            got = b""
            while True:
                _, data = client.fetch(str(number), f"(BODY.PEEK[]<{len(got)}.1000>)")
                piece = data[0][1] if isinstance(data[0], tuple) else b""
                if not piece:
                    break
                got += piece
            self.assertEqual(got, content, name)
        client.logout()

    def test_2_header_and_text_are_the_whole(self):
        client = self.imap()
        client.select("INBOX", readonly=True)
        for number, (name, content) in enumerate(self.stored, 1):
            parts = {}
            for section in ("HEADER", "TEXT"):
                _, data = client.fetch(str(number), f"(BODY.PEEK[{section}])")
                parts[section] = data[0][1] if isinstance(data[0], tuple) else b""
            self.assertEqual(parts["HEADER"] + parts["TEXT"], content, name)
        client.logout()

    def curl(self, protocol, suffix):
        address, port = self.server.port(protocol, BETA)
        settings = self.work / "curl"
        lines = [f'user = "{BOB}:{self.password}"', "silent", "show-error", "insecure"]
        for number in range(1, len(self.stored) + 1):
            lines += [f'url = "{protocol}://{address}:{port}/{suffix(number)}"', f'output = "{self.work}/{protocol}-{number}"']
        settings.write_text("\n".join(lines))
        run("curl", "--config", settings, timeout=300)
        return [(self.work / f"{protocol}-{number}").read_bytes() for number in range(1, len(self.stored) + 1)]

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_3_curl_by_imap(self):
        for (name, content), got in zip(self.stored, self.curl("imaps", lambda n: f"INBOX;MAILINDEX={n}")):
            self.assertEqual(got, content, name)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_4_curl_by_pop3(self):
        for (name, content), got in zip(self.stored, self.curl("pop3s", str)):
            self.assertEqual(got, as_pop3_gives_it(content), name)

    def test_5_poplib(self):
        address, port = self.server.port("pop3s", BETA)
        client = poplib.POP3_SSL(address, port, context=self.context(), timeout=60)
        client.user(BOB)
        client.pass_(self.password)
        self.assertEqual(client.stat(), (len(self.stored), sum(len(content) for _, content in self.stored)))
        for number, (name, content) in enumerate(self.stored, 1):
            # The lines as they come: retr() forgets how they ended.
            client._shortcmd(f"RETR {number}")
            got = b""
            while (line := client.file.readline()) != b".\r\n":
                self.assertTrue(line, name)
                got += line[1:] if line.startswith(b".") else line
            self.assertEqual(got, as_pop3_gives_it(content), name)
        client.quit()

    def test_6_the_store(self):
        # A store has one owner, so its server ends first.
        self.server.stop()
        self.assertEqual(self.server.mailbox(BETA, BOB), [content for _, content in self.stored])


if __name__ == "__main__":
    unittest.main(verbosity=2)
