"""A Postfix of its own for a test: own folders, 127.0.0.1 only, started and stopped here."""

import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile

from harness import run, wait_until

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file_prefixes = {root}
maillog_file = {root}/mail.log
mail_owner = postfix
setgid_group = postdrop
myhostname = {host}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtputf8_enable = no
biff = no
alias_maps =
alias_database =
local_recipient_maps =
{more}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postfix:
    def __init__(self, host, domain, discard=False):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="glasspost-postfix-"))
        self.root.chmod(0o755)
        self.port = free_port()
        owner = pwd.getpwnam("postfix")
        for folder in ("queue", "data", "mail", "config"):
            (self.root / folder).mkdir()
        for folder in ("data", "mail"):
            shutil.chown(self.root / folder, "postfix", "postfix")
        if discard:
            more = f"relay_domains = {domain}\ntransport_maps = static:discard:\n"
        else:
            more = (f"virtual_mailbox_domains = {domain}\nvirtual_mailbox_base = {self.root}/mail\n"
                    f"virtual_mailbox_maps = static:box/\nvirtual_minimum_uid = 1\n"
                    f"virtual_uid_maps = static:{owner.pw_uid}\nvirtual_gid_maps = static:{owner.pw_gid}\n")
        (self.root / "config/main.cf").write_text(MAIN.format(root=self.root, host=host, more=more))
        (self.root / "config/master.cf").write_text(MASTER.format(port=self.port))

    def __enter__(self):
        run("postfix", "-c", self.root / "config", "start")

        def listening():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0
        wait_until(listening, what="Postfix")
        return self

    def __exit__(self, *_):
        subprocess.run(["postfix", "-c", str(self.root / "config"), "stop"], capture_output=True, check=False)
        shutil.rmtree(self.root, ignore_errors=True)

    def delivered(self):
        """The bytes of the messages in the one Maildir."""
        return [path.read_bytes() for path in sorted((self.root / "mail").glob("box/new/*"))]
