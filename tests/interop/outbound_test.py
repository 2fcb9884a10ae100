#!/usr/bin/env python3
"""Our client delivers into a real Postfix and into smtp-sink; a recorded run on sockets reads like the virtual one."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import harness
from harness import PROGRAM, ROOT, Server, run, wait_until
from postfix import Postfix, free_port

SCENARIO = """\
glasspost: 1
title: {{en: Into a foreign server, ko: 다른 서버로}}
seed: 3
domains:
  alpha.example:
    users: {{alice: {{devices: [laptop]}}}}
    server: {{outbound_port: {port}}}
zones:
  # A domain whose server is not of this world: it listens on this machine's own address.
  gamma.example:
    records:
      - {{name: "@", type: MX, value: 10 mx.gamma.example}}
      - {{name: mx, type: A, value: 127.0.0.1}}
script:
  - {{at: 200ms, alice: {{send: {{to: carol@gamma.example, subject: "{subject}", text: "Hello\\n.dot\\n..two\\n한글"}}}}}}
"""


class Outbound(unittest.TestCase):
    def scenario(self, port, subject):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-outbound-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        path = folder / "outbound.yaml"
        path.write_text(SCENARIO.format(port=port, subject=subject))
        return path

    def test_into_postfix(self):
        with Postfix("mx.gamma.example", "gamma.example") as postfix:
            with Server(self.scenario(postfix.port, "into-postfix")):
                mail = wait_until(postfix.delivered, what="delivery by Postfix")[0]
        self.assertIn(b"Subject: into-postfix\n", mail)
        self.assertIn(b"Received: from mx.alpha.example", mail)
        message = __import__("email").message_from_bytes(mail)
        self.assertEqual(message.get_payload(decode=True).decode().replace("\r\n", "\n").rstrip("\n"),
                         "Hello\n.dot\n..two\n한글")

    def test_into_smtp_sink(self):
        port = free_port()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-sink-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        shutil.chown(folder, "postfix")
        sink = subprocess.Popen(["smtp-sink", "-u", "postfix", "-d", f"{folder}/mail.", f"127.0.0.1:{port}", "10"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with Server(self.scenario(port, "into-sink")):
                def dumped():
                    return [text for text in (path.read_bytes() for path in folder.glob("mail.*"))
                            if b"into-sink" in text]
                mail = wait_until(dumped, what="delivery into smtp-sink")[0]
        finally:
            sink.terminate()
            sink.wait(10)
        self.assertIn(b"X-Mail-Args: <alice@alpha.example>", mail)
        self.assertIn(b"X-Rcpt-Args: <carol@gamma.example>", mail)


class SameWords(unittest.TestCase):
    """The same scenario on the virtual network and on real sockets: one dialogue, the same labels."""

    def labels(self, trace):
        # Of the way from Alice to Bob's mailbox: the connections that speak SMTP. His devices come when they like.
        arrows = [row for row in json.loads(run(PROGRAM, "show", trace, "--ladder", "--json").stdout)["rows"]
                  if row["kind"] == "arrow" and row["connection"] != 0]
        smtp = {row["connection"] for row in arrows if row["label"].startswith("EHLO ")}
        return sorted({row["label"] for row in arrows if row["connection"] in smtp})

    def test_ladders_bear_the_same_labels(self):
        scenario = ROOT / "scenarios/first-mail.yaml"
        folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-words-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        run(PROGRAM, "run", scenario, "--trace", folder / "virtual.glasspost")
        server = Server(scenario).start()
        self.addCleanup(server.clean)
        server.wait_for_mail("bob@beta.example", "Hello")
        server.stop()

        def plain(label):
            # Queue ids, dates and sizes differ between two runs of the world; verbs, codes and paths do not.
            return re.sub(r"[a-z0-9]{8,}|\d{4,}", "#", label)
        virtual = {plain(label) for label in self.labels(folder / "virtual.glasspost")}
        real = {plain(label) for label in self.labels(server.trace)}
        self.assertTrue(virtual)
        self.assertEqual(virtual, real)


if __name__ == "__main__":
    unittest.main(verbosity=2)
