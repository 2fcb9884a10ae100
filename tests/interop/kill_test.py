#!/usr/bin/env python3
"""kill -9 again and again while mail is coming in: nothing that was accepted is lost, nothing is doubled."""

import collections
import shutil
import smtplib
import tempfile
import threading
import unittest

import harness
from harness import Server, free_offset, wait_until

ROUNDS = 50
RECIPIENT = "bob@beta.example"
HOST = "mx.beta.example"


class Sender(threading.Thread):
    """Sends numbered messages over one connection after another until the server dies, and keeps account."""

    def __init__(self, address, port, first):
        super().__init__()
        self.address, self.port, self.next = address, port, first
        self.accepted, self.unknown = [], []
        self.enough = threading.Event()

    def run(self):
        try:
            with smtplib.SMTP(self.address, self.port, timeout=10, local_hostname="client.example") as client:
                while True:
                    number = self.next
                    self.next += 1
                    text = f"From: a@outside.example\r\nTo: {RECIPIENT}\r\nSubject: number-{number}-\r\n\r\n{'x' * 3000}\r\n"
                    try:
                        client.sendmail("a@outside.example", [RECIPIENT], text)
                    except Exception:
                        # The final dot may have been on its way: such a message may be there or not.
                        self.unknown.append(number)
                        raise
                    self.accepted.append(number)
                    if len(self.accepted) >= 2:
                        self.enough.set()
        except Exception:  # the server was killed under us, which is what this is about
            self.enough.set()


class Kill(unittest.TestCase):
    def test_fifty_kills(self):
        state = tempfile.mkdtemp(prefix="glasspost-kill-")
        self.addCleanup(shutil.rmtree, state, ignore_errors=True)
        offset = free_offset()
        accepted, unknown, number = [], [], 0
        for _ in range(ROUNDS):
            server = Server(offset=offset, state=state).start()
            try:
                sender = Sender(*server.port("smtp", HOST), number)
                sender.start()
                sender.enough.wait(30)
                server.kill()
                sender.join(30)
            finally:
                server.clean()
            accepted += sender.accepted
            unknown += sender.unknown
            number = sender.next
        def stored():
            """What is in the mailbox after a start that takes up what the last kill left in the queue."""
            server = Server(offset=offset, state=state).start()
            try:
                server.stop()
                return collections.Counter(
                    int(message.split(b"Subject: number-", 1)[1].split(b"-", 1)[0])
                    for message in server.mailbox(HOST, RECIPIENT))
            finally:
                server.clean()
        wait_until(lambda: set(accepted) <= set(stored()), 60, "every accepted message")
        counts = stored()
        doubled = [n for n, count in counts.items() if count > 1]
        strangers = set(counts) - set(accepted) - set(unknown)
        print(f"\n{ROUNDS} kills: {len(accepted)} accepted, {len(set(unknown) & set(counts))} of {len(unknown)} undecided "
              f"arrived, {len(doubled)} doubled, {len(set(accepted) - set(counts))} lost")
        self.assertGreaterEqual(len(accepted), ROUNDS)
        self.assertEqual(doubled, [])
        self.assertEqual(strangers, set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
