"""A Dovecot of our own on 127.0.0.1: its configuration, mail and sockets lie in a temporary folder, and only the process that
was started here is ended."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PROGRAM = shutil.which("dovecot") or "/usr/sbin/dovecot"
PASSWORD = "secret"


def available():
    return os.access(PROGRAM, os.X_OK) and os.geteuid() == 0  # its processes change their users


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    """IMAP and POP3 in the clear, any user with PASSWORD, Maildir in a folder on the disk that `folder` names."""

    def __init__(self, folder=None, certificate=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-dovecot-", dir=folder))
        self.imap, self.pop3 = free_port(), free_port()
        self.certificate = certificate  # (certificate file, key file): then STARTTLS and STLS are offered
        self.process = None

    def configuration(self):
        owner = pwd.getpwnam("nobody")
        tls = "ssl = no"
        if self.certificate:
            tls = f"ssl = yes\nssl_cert = <{self.certificate[0]}\nssl_key = <{self.certificate[1]}"
        return f"""
protocols = imap pop3
listen = 127.0.0.1
base_dir = {self.folder}/run
state_dir = {self.folder}/state
instance_name = {self.folder.name}
log_path = {self.folder}/log
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
mail_location = maildir:{self.folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={self.folder}/home/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {self.pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
mail_max_userip_connections = 1000
"""

    def __enter__(self):
        owner = pwd.getpwnam("nobody")
        self.folder.chmod(0o755)
        for name in ("mail", "home"):
            (self.folder / name).mkdir()
            os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        path = self.folder / "dovecot.conf"
        path.write_text(self.configuration())
        self.process = subprocess.Popen([PROGRAM, "-F", "-c", str(path)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        for port in (self.imap, self.pop3):
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=5).close()
                    break
                except OSError as error:
                    if time.monotonic() > end or self.process.poll() is not None:
                        log = self.folder / "log"
                        raise AssertionError("Dovecot did not become ready: " +
                                             (log.read_text() if log.exists() else "no log")) from error
                    time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
