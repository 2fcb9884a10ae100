#!/usr/bin/env python3
"""Fourteen real mail programs, each driven by a script of its own, send, read, mark, move and delete at our servers.

The scripts (`run_all.sh` beside `script_NAME.sh`) are looked for in $GLASSPOST_CLIENTS_DIR, by default ../shared/clients
from the project's root; without them the test is skipped and says so. A program that is not installed is named and left out.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import ROOT, Server

FOLDER = pathlib.Path(os.environ.get("GLASSPOST_CLIENTS_DIR", ROOT.parent / "shared" / "clients"))
NPM = ("nodemailer", "imapflow", "nodepop3")
NEEDS = {"swaks": ["swaks"], "msmtp": ["msmtp"], "curl": ["curl"], "openssl": ["openssl"], "pystdlib": [],
         "fetchmail": ["fetchmail"], "getmail": ["getmail", "setpriv"], "mbsync": ["mbsync"],
         "offlineimap": ["offlineimap"], "imapfilter": ["imapfilter"], "mutt": ["mutt", "neomutt", "tmux"],
         "nodemailer": ["node", "npm"], "imapflow": ["node", "npm"], "nodepop3": ["node", "npm"]}
PORTS = {"SMTP_PORT": "smtp", "SUBM_PORT": "submission", "SMTPS_PORT": "submissions", "IMAP_PORT": "imap",
         "IMAPS_PORT": "imaps", "POP3_PORT": "pop3", "POP3S_PORT": "pop3s"}
COLUMNS = [(protocol, security) for protocol in ("smtp", "imap", "pop3") for security in ("none", "starttls", "tls")]
PROTOCOLS = {25: "smtp", 587: "smtp", 465: "smtp", 143: "imap", 993: "imap", 110: "pop3", 995: "pop3"}
ALICE, ALPHA = "alice@alpha.example", "mx.alpha.example"
IMPLICIT = {465, 993, 995}
# Which way to our servers a line of a report speaks of, where its words do not say so themselves.
TOLD = [(r"plain port 25", "smtp", "none"), (r"^pystdlib: imaplib search", "imap", "none"),
        (r"^pystdlib: imap CRAM-MD5", "imap", "tls"), (r"^pystdlib: pop3s .*stls", "pop3", "starttls"),
        (r"^curl: imap |^openssl: imap -starttls", "imap", "starttls"), (r"^curl: pop3 ", "pop3", "starttls"),
        (r"SimpleIMAPRetriever", "imap", "none"), (r"SimpleIMAPSSL", "imap", "tls"),
        (r"SimplePOP3Retriever", "pop3", "none"), (r"SimplePOP3SSL", "pop3", "tls"),
        (r"^mbsync: first sync|^offlineimap: sync$|^imapfilter: search", "imap", "tls"),
        (r"^mbsync: sync by STARTTLS|^imapflow: STARTTLS", "imap", "starttls"),
        (r"^(swaks|nodemailer): STARTTLS|^msmtp: starttls|smtplib STARTTLS|SMTP STARTTLS|smtp STARTTLS|smtp -starttls",
         "smtp", "starttls"),
        (r"imap-starttls|^pystdlib: imap STARTTLS", "imap", "starttls"), (r"pop3-stls|pop3 -starttls|: stls", "pop3", "starttls"),
        (r"\bsmtps\b", "smtp", "tls"), (r"\bimaps\b", "imap", "tls"), (r"\bpop3s\b", "pop3", "tls")]


def told_by(line):
    """The ways that one line of a report ("curl: imaps FETCH") is about."""
    return {(protocol, security) for words, protocol, security in TOLD
            if re.search(words, line, re.IGNORECASE if words.startswith(r"\b") else 0)}


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not (FOLDER / "run_all.sh").exists():
            raise unittest.SkipTest(f"no client scripts in {FOLDER} (GLASSPOST_CLIENTS_DIR names another folder)")
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-programs-"))
        cls.scripts = cls.work / "clients"
        shutil.copytree(FOLDER, cls.scripts)
        for path in [cls.scripts, *cls.scripts.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
        cls.missing = {name: [tool for tool in tools if shutil.which(tool) is None] for name, tools in NEEDS.items()}
        cls.missing = {name: tools for name, tools in cls.missing.items() if tools}
        if os.geteuid() != 0:
            cls.missing.setdefault("getmail", []).append("root, to give the script another user")
        cls.install_npm()
        # The name "localhost" stands in the certificates; the first domain's services are on 127.0.0.1 too.
        cls.server = Server().start()

    @classmethod
    def install_npm(cls):
        if any(name in cls.missing for name in NPM) or (cls.scripts / "node_modules").exists():
            return
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=cls.scripts, capture_output=True,
                              timeout=300, check=False)
        if done.returncode != 0:
            for name in NPM:
                cls.missing[name] = ["packages of npm: " + done.stderr.decode(errors="replace").strip()[-200:]]

    @classmethod
    def tearDownClass(cls):
        if not hasattr(cls, "server"):
            return
        cls.server.stop()
        cls.print_table()
        told = set().union(*cls.seen.values())
        assert told <= cls.ways(), f"the reports tell of ways that the trace does not show: {told - cls.ways()}"
        cls.server.clean()
        shutil.rmtree(cls.work, ignore_errors=True)

    @classmethod
    def environment(cls):
        out = dict(os.environ, HOST="127.0.0.1", TLSNAME="localhost", MAILUSER=ALICE, PASS=cls.server.password(ALICE),
                   CAFILE=str(cls.server.ca), LC_ALL="C.UTF-8")
        for variable, protocol in PORTS.items():
            out[variable] = str(cls.server.port(protocol, ALPHA)[1])
        return out

    seen = {}
    reports = {}

    @classmethod
    def ways(cls):
        """Every (protocol, security) of the run, as the server's trace shows it."""
        query = 'kind == "connection-opened" || (kind == "tls-established" && tls-established.server == true)'
        out = {}
        for line in cls.server.show("--query", query, "--json").splitlines():
            event = json.loads(line)
            number = event["connection"]
            if event["kind"] == "connection-opened":
                port = int(event["payload"]["server_endpoint"].rpartition(":")[2])
                if port in PROTOCOLS:
                    out[number] = (PROTOCOLS[port], "tls" if port in IMPLICIT else "none")
            elif number in out and out[number][1] == "none":
                out[number] = (out[number][0], "starttls")
        return set(out.values())

    def test_every_program(self):
        for name in NEEDS:
            if name in self.missing:
                print(f"{name}: not run, this machine lacks {', '.join(self.missing[name])}")
                continue
            with self.subTest(program=name):
                done = subprocess.run([self.scripts / f"script_{name}.sh"], cwd=self.scripts, env=self.environment(),
                                      capture_output=True, timeout=180, check=False)
                report = done.stdout.decode(errors="replace").splitlines()
                passed = [line for line in report if line.startswith("PASS")]
                failed = [line for line in report if line.startswith("FAIL")]
                told = set().union(*(told_by(line.removeprefix("PASS ")) for line in passed))
                Programs.seen[name] = told
                Programs.reports[name] = (len(passed), len(failed))
                print(f"{name}: {len(passed)} passed, {len(failed)} failed")
                self.assertEqual(failed, [], done.stderr.decode(errors="replace")[-2000:])
                self.assertGreater(len(passed), 0, "the script reported nothing")

    @classmethod
    def print_table(cls):
        print("\nprogram      " + "".join(f"{protocol + ' ' + security:<14}" for protocol, security in COLUMNS) + "checks")
        for name in NEEDS:
            if name not in cls.reports:
                print(f"{name:<12} not run")
                continue
            ways = cls.seen.get(name, set())
            cells = "".join(f"{'yes' if way in ways else '-':<14}" for way in COLUMNS)
            passed, failed = cls.reports[name]
            print(f"{name:<12} {cells}{passed} passed, {failed} failed")


if __name__ == "__main__":
    unittest.main(verbosity=1)
