#!/usr/bin/env python3
"""smtp-source against our server on real sockets (synced before each 250) and against Postfix's discard, in one run."""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
from harness import Server  # noqa: E402
from postfix import Postfix  # noqa: E402

MESSAGES = 3000
SESSIONS = 20


def rate(address, port, recipient):
    begin = time.monotonic()
    subprocess.run(["smtp-source", "-d", "-s", str(SESSIONS), "-m", str(MESSAGES), "-l", "4096", "-f",
                    "sender@outside.example", "-t", recipient, f"{address}:{port}"], check=True, timeout=300)
    return MESSAGES / (time.monotonic() - begin)


def main():
    with Postfix("mx.gamma.example", "gamma.example", discard=True) as postfix:
        theirs = rate("127.0.0.1", postfix.port, "bob@gamma.example")
    with Server() as server:
        ours = rate(*server.port("smtp", "mx.beta.example"), "bob@beta.example")
    print(f"{'smtp-source -d -s 20 -m 3000 -l 4096: Postfix, discard':<58} {theirs:>14.1f} messages/s")
    print(f"{'  the same against Glasspost, stored and synced':<58} {ours:>14.1f} messages/s     goal >= twice Postfix"
          f"   {'reached' if ours >= 2 * theirs else 'MISSED'} ({ours / theirs:.1f} times)")


if __name__ == "__main__":
    main()
