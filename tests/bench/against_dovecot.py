#!/usr/bin/env python3
"""Our IMAP and POP3 servers and Dovecot's on the same disk, asked the same by the same client, in one run."""

import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
import dovecot  # noqa: E402
from harness import Server  # noqa: E402

COUNT = 1000
SIZE = 4096
ROUNDS = 3
BIG = 100_000


def letter(number):
    head = (f"From: Alice <alice@alpha.example>\r\nTo: Bob <bob@beta.example>\r\nSubject: letter {number}"
            f"{' needle' if number == COUNT // 2 else ''}\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n"
            f"Message-ID: <{number}@alpha.example>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n")
    end = ("haystack\r\n" if number != COUNT // 3 else "a pin in it\r\n") + "--b--\r\n"
    line = "The quick brown fox jumps over the lazy dog, again and again.\r\n"
    body = line * ((SIZE - len(head) - len(end)) // len(line))
    return (head + body + end).encode()


class Client:
    """Bytes on a socket: as little as possible between the server and the clock."""

    def __init__(self, address, port):
        self.socket = socket.create_connection((address, port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = 0
        self.rest = b""
        self.line()

    def line(self):
        while b"\n" not in self.rest:
            self.rest += self.more()
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def more(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise AssertionError("the server hung up")
        return data

    def ask(self, command, content=b""):
        """An IMAP command and all that is said up to its tagged OK."""
        self.number += 1
        tag = b"T%d" % self.number
        self.socket.sendall(tag + b" " + command + content + b"\r\n")
        return self.answer(tag)

    def answer(self, tag):
        pieces, tail = [], b"\r\n"
        done = b"\r\n" + tag + b" "
        while True:
            data = self.more()
            pieces.append(data)
            tail = (tail + data)[-4000:]
            at = tail.rfind(done)
            if at >= 0 and tail.endswith(b"\r\n"):
                if not tail[at + len(done):].startswith(b"OK"):
                    raise AssertionError(tail[at:].decode(errors="replace"))
                return b"".join(pieces)

    def retrieve(self, number):
        self.socket.sendall(b"RETR %d\r\n" % number)
        total, tail = 0, b""
        while not tail.endswith(b"\r\n.\r\n"):
            data = self.more()
            total += len(data)
            tail = (tail + data)[-5:]
        return total

    def close(self):
        self.socket.close()


def best(action, rounds=ROUNDS):
    """The shortest time in seconds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return min(times)


class Subject:
    """One server with its ports and an account."""

    def __init__(self, imap, pop3, user, password):
        self.imap, self.pop3, self.user, self.password = imap, pop3, user.encode(), password.encode()

    def login(self, folder=b"INBOX"):
        client = Client(*self.imap)
        client.ask(b"LOGIN %s %s" % (self.user, self.password))
        if folder:
            client.ask(b"SELECT " + folder)
        return client

    def figures(self):
        out = {}
        letters = [letter(number) for number in range(1, COUNT + 1)]
        client = self.login(None)
        begin = time.perf_counter()
        for content in letters:
            client.ask(b"APPEND INBOX {%d+}\r\n" % len(content), content)
        out["append"] = COUNT / (time.perf_counter() - begin)
        client.ask(b"SELECT INBOX")
        expected = sum(len(content) for content in letters)

        def whole():
            assert len(client.ask(b"FETCH 1:* BODY.PEEK[]")) > expected
        out["fetch at once"] = COUNT / best(whole)

        def each():
            for number in range(1, COUNT + 1):
                client.ask(b"FETCH %d BODY.PEEK[]" % number)
        out["fetch one by one"] = COUNT / best(each)

        def structures():
            assert client.ask(b"FETCH 1:* (ENVELOPE BODYSTRUCTURE)").count(b"ENVELOPE") == COUNT
        out["envelopes"] = COUNT / best(structures)

        def subject():
            assert b"* SEARCH %d\r\n" % (COUNT // 2) in client.ask(b"SEARCH SUBJECT needle")
        out["search subject"] = 1 / best(subject)

        def body():
            assert b"* SEARCH %d\r\n" % (COUNT // 3) in client.ask(b'SEARCH BODY "pin in it"')
        out["search body"] = 1 / best(body)

        def flags():
            client.ask(b"STORE 1:* +FLAGS.SILENT (\\Flagged)")
            client.ask(b"STORE 1:* -FLAGS.SILENT (\\Flagged)")
        out["flags"] = 2 * COUNT / best(flags)
        client.close()

        def logins():
            for _ in range(100):
                other = self.login()
                other.ask(b"LOGOUT")
                other.close()
        out["logins"] = 100 / best(logins)
        out["retr"] = COUNT / best(self.retrieve_all)
        return out

    def retrieve_all(self):
        client = Client(*self.pop3)
        for command in (b"USER " + self.user, b"PASS " + self.password):
            client.socket.sendall(command + b"\r\n")
            assert client.line().startswith(b"+OK")
        for number in range(1, COUNT + 1):
            client.retrieve(number)
        client.socket.sendall(b"QUIT\r\n")
        client.close()

    def select_of_many(self):
        """Milliseconds to SELECT a folder of 100,000 messages."""
        client = self.login()
        client.ask(b"CREATE Big")
        for _ in range(BIG // COUNT):
            client.ask(b"COPY 1:* Big")
        assert b"* %d EXISTS" % BIG in client.ask(b"SELECT Big")
        client.ask(b"UNSELECT")
        out = 1000 * best(lambda: (client.ask(b"SELECT Big"), client.ask(b"UNSELECT")), 5)
        client.close()
        return out


ROWS = [("append", "APPEND of 1,000 letters of 4 KB, one by one, synced", "/s"), ("fetch at once", "FETCH of 1,000 bodies in one command", "/s"),
        ("fetch one by one", "FETCH of 1,000 bodies one by one", "/s"),
        ("envelopes", "FETCH of 1,000 ENVELOPEs and BODYSTRUCTUREs", "/s"), ("search subject", "SEARCH SUBJECT over 1,000", "/s"),
        ("search body", "SEARCH BODY over 1,000", "/s"), ("flags", "STORE of a flag over 1,000, in messages", "/s"),
        ("logins", "connection, LOGIN, SELECT, LOGOUT", "/s"), ("retr", "POP3 RETR of 1,000 letters", "/s")]


def main():
    if not dovecot.available():
        print("Dovecot is not installed, or this is not root: nothing is compared")
        return
    with Server(record=False) as server:
        subject = Subject(server.port("imap", "mx.beta.example"), server.port("pop3", "mx.beta.example"),
                          "bob@beta.example", server.password("bob@beta.example"))
        ours = subject.figures()
        select = subject.select_of_many()
        folder = server.folder.parent
    with dovecot.Dovecot(folder=folder) as other:
        theirs = Subject(("127.0.0.1", other.imap), ("127.0.0.1", other.pop3), "bob", dovecot.PASSWORD).figures()
    for key, words, unit in ROWS:
        ratio = ours[key] / theirs[key]
        print(f"{words:<58} {ours[key]:>12.1f}{unit}  Dovecot {theirs[key]:>10.1f}{unit}   "
              f"{'reached' if ratio >= 1 else 'MISSED'} ({ratio:.2f} times)")
    print(f"{'SELECT of a folder of 100,000 messages':<58} {select:>12.1f} ms  goal <= 50 ms   "
          f"{'reached' if select <= 50 else 'MISSED'}")


if __name__ == "__main__":
    main()
