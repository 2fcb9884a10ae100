"""Starts `glasspost serve` for a test, knows its ports and accounts, and looks into its mailboxes and its trace.

Everything stays on 127.0.0.0/8. Only processes that were started here are ended, by their id.
"""

import contextlib
import json
import os
import pathlib
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("GLASSPOST_PROGRAM", str(ROOT / "build/dev/engine/cli/glasspost"))


def free_offset():
    """A port offset at which 25, 53, 465 and 587 are free on 127.0.0.1 (and so, most likely, everywhere we bind)."""
    for offset in range(20000, 60000, 1000):
        with contextlib.ExitStack() as stack:
            try:
                for port in (25, 53, 110, 143, 465, 587, 993, 995):
                    probe = stack.enter_context(socket.socket())
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port + offset))
                return offset
            except OSError:
                continue
    raise RuntimeError("no free ports on 127.0.0.1")


def wait_until(condition, seconds=30, what="the condition"):
    """Asks again and again, a moment apart, until the condition holds; a bounded wait for another process."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.05)


def run(*command, input=None, check=True, timeout=60, env=None):
    done = subprocess.run([str(part) for part in command], input=input, capture_output=True, timeout=timeout, env=env)
    if check and done.returncode != 0:
        raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout.decode(errors='replace')}"
                             f"\n{done.stderr.decode(errors='replace')}")
    return done


class Server:
    """One `glasspost serve`. Use it as a context; leaving it ends the server with SIGINT and checks that it ended well."""

    def __init__(self, scenario=None, offset=None, state=None, options=(), record=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-interop-"))
        self.state = pathlib.Path(state) if state else self.folder / "state"
        self.trace = self.folder / "run.glasspost"
        self.offset = offset or free_offset()
        self.options = list(options)
        if record:
            self.options += ["--trace", str(self.trace)]
        self.scenario = scenario
        self.process = None
        self.facts = None

    def start(self):
        command = [PROGRAM, "serve"] + ([str(self.scenario)] if self.scenario else [])
        command += ["--port-offset", str(self.offset), "--state", str(self.state), "--json", "--for", "600",
                    *self.options]
        self.log = open(self.folder / "stderr", "wb")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, start_new_session=True)
        self.facts = json.loads(self._first_line(30))
        return self

    def _first_line(self, seconds):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                raise AssertionError("glasspost serve did not become ready")
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("glasspost serve ended: " + (self.folder / "stderr").read_text())
        return line

    def stop(self):
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        code = process.wait(30)
        process.stdout.close()
        self.log.close()
        if code != 0:
            raise AssertionError(f"glasspost serve ended with {code}: " + (self.folder / "stderr").read_text())

    def kill(self):
        """As a power failure would: nothing is tidied up."""
        process, self.process = self.process, None
        process.kill()
        process.wait(30)
        process.stdout.close()
        self.log.close()

    def clean(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, traceback):
        try:
            if kind is None:
                self.stop()
            elif self.process is not None:
                self.kill()
        finally:
            self.clean()

    def port(self, protocol, host):
        """(address, port) of a host's listener."""
        for entry in self.facts["ports"]:
            if entry["protocol"] == protocol and entry["host"] == host:
                return entry["address"], entry["port"]
        raise KeyError((protocol, host))

    def password(self, address):
        for account in self.facts["accounts"]:
            if account["address"] == address:
                return account["password"]
        raise KeyError(address)

    @property
    def ca(self):
        return self.facts["ca_file"]

    def mailbox(self, host, account, folder="INBOX"):
        """The stored messages' bytes, in order of their UIDs. Only while the server does not run: a store has one owner."""
        store = self.state / f"{host}.db"
        listing = json.loads(run(PROGRAM, "mailbox", store, "--account", account, "--folder", folder, "--json").stdout)
        return [run(PROGRAM, "mailbox", store, "--account", account, "--folder", folder, "--uid", entry["uid"]).stdout
                for entry in listing["messages"]]

    def wait_for_mail(self, account, token, field="subject"):
        """Waits until the trace tells that a message with this token was stored for the account."""
        query = f'kind == "mailbox-stored" && account == "{account}" && {field} contains "{token}"'

        def stored():
            done = run(PROGRAM, "show", self.trace, "--query", query, "--json", check=False)
            return done.returncode == 0 and done.stdout.strip() not in (b"", b"[]")
        wait_until(stored, what=f"arrival of {token!r} for {account}")

    def show(self, *arguments):
        return run(PROGRAM, "show", self.trace, *arguments).stdout.decode()


def split_message(message):
    """(header lines unfolded as (name, value), body) of a stored message."""
    header, _, body = message.partition(b"\r\n\r\n")
    fields = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            fields[-1] = (fields[-1][0], fields[-1][1] + b"\r\n" + line)
        else:
            name, _, value = line.partition(b":")
            fields.append((name.decode(), value))
    return fields, body
