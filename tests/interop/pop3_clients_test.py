#!/usr/bin/env python3
"""Mail programs that nobody here wrote fetch their mail by POP3 from our servers on real ports."""

import hashlib
import os
import pathlib
import poplib
import shutil
import smtplib
import socket
import ssl
import subprocess
import tempfile
import unittest
import uuid

from harness import Server, run

BOB = "bob@beta.example"
BETA = "mx.beta.example"
TABLE = {}


def note(client, what):
    TABLE.setdefault(client, []).append(what)


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


class Clients(unittest.TestCase):
    def setUp(self):
        # A maildrop of its own for each test.
        self.server = Server().start()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-pop3-"))
        self.password = self.server.password(BOB)

    def tearDown(self):
        self.server.stop()
        self.server.clean()
        shutil.rmtree(self.folder, ignore_errors=True)

    @classmethod
    def tearDownClass(cls):
        print("\nclient     how it fetched")
        for client, ways in sorted(TABLE.items()):
            print(f"{client:<10} {', '.join(ways)}")

    def look(self):
        """The stored bytes. The store has one owner at a time, so the server is stopped and started again."""
        self.server.stop()
        stored = self.server.mailbox(BETA, BOB)
        self.server.start()
        return stored

    def deliver(self, *bodies):
        """Brings messages by SMTP and gives their bytes as stored, in order."""
        address, port = self.server.port("smtp", BETA)
        for body in bodies:
            token = uuid.uuid4().hex
            text = f"From: <a@outside.example>\r\nTo: <{BOB}>\r\nSubject: {token}\r\n\r\n".encode() + body
            with smtplib.SMTP(address, port, timeout=20) as client:
                client.sendmail("a@outside.example", [BOB], text)
            self.server.wait_for_mail(BOB, token)
        return self.look()

    def context(self):
        context = ssl.create_default_context(cafile=self.server.ca)
        context.check_hostname = False
        return context

    def log_in(self, tls="none"):
        if tls == "implicit":
            address, port = self.server.port("pop3s", BETA)
            client = poplib.POP3_SSL(address, port, timeout=20, context=self.context())
        else:
            address, port = self.server.port("pop3", BETA)
            client = poplib.POP3(address, port, timeout=20)
            if tls == "starttls":
                client.stls(self.context())
        client.user(BOB)
        client.pass_(self.password)
        return client

    # --- Python's poplib ---

    def test_poplib_each_security(self):
        stored = self.deliver(b".first\r\n..x\r\n", b"one\r\ntwo\r\nthree\r\n", os.urandom(400).hex().encode() + b"\r\n.\r\n")
        for tls in ("none", "starttls", "implicit"):
            client = self.log_in(tls)
            self.assertEqual(client.stat(), (3, sum(len(message) for message in stored)))
            sizes = [int(line.split()[1]) for line in client.list()[1]]
            self.assertEqual(sizes, [len(message) for message in stored])
            self.assertEqual(len({line.split()[1] for line in client.uidl()[1]}), 3)
            for number, message in enumerate(stored, 1):
                self.assertEqual(b"".join(line + b"\r\n" for line in client.retr(number)[1]), message)
            header, _, body = stored[1].partition(b"\r\n\r\n")
            top = b"".join(line + b"\r\n" for line in client.top(2, 2)[1])
            self.assertEqual(top, header + b"\r\n\r\n" + b"".join(body.splitlines(keepends=True)[:2]))
            self.assertIn("PIPELINING", client.capa())
            client.quit()
            note("poplib", f"{tls} USER")

    def test_poplib_deletes_at_quit_and_never_otherwise(self):
        stored = self.deliver(b"one\r\n", b"two\r\n", b"three\r\n")
        vanishing = self.log_in()
        vanishing.dele(1)
        vanishing.sock.shutdown(socket.SHUT_RDWR)
        vanishing.file.close()
        vanishing.sock.close()
        client = self.log_in()
        self.assertEqual(client.stat()[0], 3)
        identifier = client.uidl(2)
        with self.assertRaisesRegex(poplib.error_proto, r"\[IN-USE\]"):
            self.log_in()
        client.dele(1)
        client.dele(2)
        client.rset()
        client.dele(1)
        client.quit()
        self.assertEqual(self.look(), stored[1:])
        again = self.log_in()
        self.assertEqual(again.uidl(1).split()[2], identifier.split()[2])
        again.quit()

    def test_wrong_password(self):
        address, port = self.server.port("pop3", BETA)
        client = poplib.POP3(address, port, timeout=20)
        client.user(BOB)
        with self.assertRaisesRegex(poplib.error_proto, r"\[AUTH\]"):
            client.pass_("wrong")
        client.quit()

    def test_a_large_message(self):
        stored = self.deliver(b"".join(b". line %d of many\r\n" % number for number in range(100_000)))
        client = self.log_in("implicit")
        fetched = b"".join(line + b"\r\n" for line in client.retr(1)[1])
        self.assertEqual(hashlib.sha256(fetched).digest(), hashlib.sha256(stored[0]).digest())
        client.quit()
        note("poplib", "2 MB over TLS")

    # --- curl ---

    @needs("curl")
    def test_curl(self):
        stored = self.deliver(b".first\r\n..x\r\n.\r\nend\r\n")
        for scheme, protocol in (("pop3", "pop3"), ("pop3s", "pop3s")):
            address, port = self.server.port(protocol, BETA)
            for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", None):
                options = ["--login-options", f"AUTH={mechanism}"] if mechanism else []
                done = run("curl", "-sS", "--max-time", "30", "--ssl-reqd", "--cacert", self.server.ca, "--resolve",
                           f"localhost:{port}:{address}", "--user", f"{BOB}:{self.password}", *options,
                           f"{scheme}://localhost:{port}/1")
                self.assertEqual(done.stdout, stored[0])
                note("curl", f"{protocol} {mechanism or 'its own choice'}")

    # --- mpop ---

    @needs("mpop")
    def test_mpop(self):
        bodies = [b".first\r\n..x\r\n", b"two\r\n"]
        for mechanism in ("user", "plain", "cram-md5", "scram-sha-1", "scram-sha-256"):
            self.deliver(*bodies)
            address, port = self.server.port("pop3", BETA)
            box = self.folder / f"box-{mechanism}"
            config = self.folder / "mpoprc"
            config.write_text(f"account default\nhost {address}\nport {port}\ntls on\ntls_starttls on\n"
                              f"tls_trust_file {self.server.ca}\ntls_host_override localhost\nauth {mechanism}\n"
                              f"user {BOB}\npassword {self.password}\nkeep off\ndelivery mbox {box}\n"
                              f"uidls_file {self.folder}/uidls\ntimeout 20\n")
            config.chmod(0o600)
            done = run("mpop", "-C", config, check=False)
            if done.returncode == 78 and b"not supported" in done.stderr:
                continue  # built without this mechanism
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.look(), [], "mpop removes what it has fetched")
            self.assertIn(b"\n.first\n..x\n", box.read_bytes())
            note("mpop", f"STLS {mechanism}")

    # --- fetchmail ---

    @needs("fetchmail")
    def test_fetchmail(self):
        stored = self.deliver(b".first\r\n..x\r\n", b"two\r\n")
        address, port = self.server.port("pop3", BETA)
        for keep in (True, False):
            box = self.folder / f"fetched-{keep}"
            config = self.folder / "fetchmailrc"
            config.write_text(f'poll {address} service {port} protocol POP3 user "{BOB}" password "{self.password}"\n'
                              f'  sslproto "" {"keep" if keep else "nokeep"} fetchall\n'
                              f'  mda "tee -a {box} >/dev/null"\n')
            config.chmod(0o600)
            environment = dict(os.environ, FETCHMAILHOME=str(self.folder), HOME=str(self.folder))
            done = subprocess.run(["fetchmail", "-f", str(config), "--pidfile", str(self.folder / "pid"), "--nodetach",
                                   "--nosyslog"], capture_output=True, timeout=60, env=environment)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn(b"\n.first\n..x\n", box.read_bytes().replace(b"\r\n", b"\n"))
            self.assertEqual(self.look(), stored if keep else [])
            note("fetchmail", "CRAM-MD5, " + ("keep" if keep else "deletes"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
