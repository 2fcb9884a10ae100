"""Our verdicts against those of pyspf, dkimpy and Mail::DKIM on five hundred generated messages; OpenDKIM takes what we sign,
and we what it signs. All of them get the same DNS; nothing leaves this machine."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import dkim
    import nacl.encoding
    import nacl.signing
    import spf
except ImportError:  # Debian's packages belong to Debian's Python
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    raise

import generated_mail
from harness import PROGRAM, run

PERL = r"""
use strict; use warnings; use JSON::PP; use Net::DNS; use Mail::DKIM::Verifier; use Mail::DKIM::DNS;
local $/; my $job = decode_json(<STDIN>); my $dns = $job->{dns};
{ no warnings 'redefine';
  *Mail::DKIM::DNS::query = sub {
    my ($name, $type) = @_; my $found = $dns->{lc $name};
    unless ($found) { $@ = 'NXDOMAIN'; return; }
    $@ = 'NOERROR';
    # Escaped for the presentation form; strings of at most 255 bytes.
    return map { my $text = $_; my @pieces = $text =~ /(.{1,250})/gs;
      Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [@pieces]) } @$found;
  };
}
my @out;
for my $file (@{$job->{files}}) {
  my $verifier = Mail::DKIM::Verifier->new();
  open my $in, '<:raw', $file or die; my $text = <$in>; close $in;
  $verifier->PRINT($text); $verifier->CLOSE;
  push @out, [map { { domain => $_->domain, selector => $_->selector, result => $_->result, detail => $_->result_detail } }
              $verifier->signatures];
}
print encode_json(\@out);
"""

PERL_SIGNER = r"""
use strict; use warnings; use JSON::PP; use MIME::Base64; use Mail::DKIM::Signer;
$| = 1;
while (my $line = <STDIN>) {
  my $job = decode_json($line);
  my $signer = Mail::DKIM::Signer->new(Algorithm => $job->{algorithm}, Method => $job->{method}, Domain => $job->{domain},
                                       Selector => $job->{selector}, KeyFile => $job->{key});
  $signer->PRINT(decode_base64($job->{content})); $signer->CLOSE;
  print encode_base64($signer->signature->as_string, '') . "\n";
}
"""

# Where another verifier says something else, and why ours stands. Each is checked to be that case, not only allowed.
PYSPF_DIFFERENCES = {}


class Signers:
    """Three programs sign: ours, dkimpy and OpenDKIM's library."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.records = {}
        for domain in ("plain.example", "soft.example"):
            for selector, algorithm in (("rsa", "rsa-2048"), ("ed", "ed25519")):
                out = run(PROGRAM, "dkim-key", "--domain", domain, "--selector", selector, "--algorithm", algorithm,
                          "--out", self.pem(selector, domain), "--json").stdout
                self.records[selector, domain] = json.loads(out)["record"]
        self.count = {"ours": 0, "dkimpy": 0, "Mail::DKIM": 0, "opendkim-testmsg": 0}
        self.perl = subprocess.Popen(["perl", "-e", PERL_SIGNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.perl.stdin.close()
        self.perl.wait(timeout=10)

    def pem(self, selector, domain):
        return self.folder / f"{selector}.{domain}.pem"

    def seed(self, domain):
        """The bare seed of the Ed25519 key, which ends its PKCS#8 form. // RFC 8410 7"""
        der = base64.b64decode(b"".join(self.pem("ed", domain).read_bytes().split(b"\n")[1:-2]))
        return der[-32:]

    def __call__(self, rng, content, domain):
        signer = rng.choice(("ours",) * 5 + ("dkimpy",) * 2 + ("Mail::DKIM",) * 2 + ("opendkim-testmsg",))
        selector = "rsa" if signer in ("Mail::DKIM", "opendkim-testmsg") else rng.choice(("rsa", "ed"))
        form = rng.choice(("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"))
        named = rng.choice((selector,) * 12 + ("revoked", "junk", "nokey") + (("mail",) if selector == "rsa" else ()))
        length = rng.random() < 0.15
        self.count[signer] += 1
        if signer == "ours":
            options = ["--body-length"] if length else []
            if rng.random() < 0.1:
                options += ["--time", "2020-01-01T00:00:00Z", "--lifetime", "1d"]
            return run(PROGRAM, "sign", "-", "--key", self.pem(selector, domain), "--domain", domain, "--selector", named,
                       "--canonicalization", form, *options, input=content).stdout
        if signer == "dkimpy":
            header, body = (part.encode() for part in form.split("/"))
            key = self.pem(selector, domain).read_bytes()
            algorithm = b"rsa-sha256"
            if selector == "ed":
                key, algorithm = base64.b64encode(self.seed(domain)), b"ed25519-sha256"
            return dkim.sign(content, named.encode(), domain.encode(), key, canonicalize=(header, body),
                             signature_algorithm=algorithm, length=length) + content
        if signer == "Mail::DKIM":
            job = {"algorithm": "rsa-sha256", "method": form, "domain": domain,
                   "selector": named, "key": str(self.pem(selector, domain)),
                   "content": base64.b64encode(content).decode()}
            self.perl.stdin.write(json.dumps(job).encode() + b"\n")
            self.perl.stdin.flush()
            return base64.b64decode(self.perl.stdout.readline()).replace(b"\r\n", b"\n").replace(
                b"\n", b"\r\n") + b"\r\n" + content
        # Its tool signs with rsa-sha1 alone: that must not pass anywhere today.
        return run("opendkim-testmsg", "-C", "-d", domain, "-s", named, "-k", self.pem("rsa", domain), "-t", self.folder,
                   input=content).stdout.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def ours(mail, path, zone):
    done = run(PROGRAM, "verify", path, "--dns", zone, "--ip", mail.client, "--helo", mail.helo, "--from", mail.mail_from,
               "--json", check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def pyspf_verdicts(mails, dns):
    def look_up(name, kind, strict=True, timeout=20):
        found = dns.get(name.lower().rstrip("."), {}).get(kind, [])
        convert = {"TXT": lambda text: [text.encode()[i:i + 250] for i in range(0, len(text), 250)],
                   "AAAA": lambda text: text}.get(kind, lambda value: value)
        return [((name, kind), convert(value)) for value in found]

    spf.DNSLookup = look_up
    return [spf.check2(i=mail.client, s=mail.mail_from, h=mail.helo)[0] for mail in mails]


def dkimpy_verdicts(mails, dns):
    def text(name, timeout=5):
        found = dns.get(name.decode().lower().rstrip("."), {}).get("TXT", [])
        return found[0].encode() if found else None

    verdicts = []
    for mail in mails:
        results = []
        for index in range(mail.content.lower().count(b"dkim-signature:")):
            try:
                results.append(bool(dkim.DKIM(mail.content).verify(idx=index, dnsfunc=text)))
            except Exception as error:  # malformed signatures end it in several ways
                results.append(str(error))
        verdicts.append(results)
    return verdicts


def perl_verdicts(paths, dns):
    keys = {name: kinds["TXT"] for name, kinds in dns.items() if "TXT" in kinds}
    job = json.dumps({"dns": keys, "files": [str(path) for path in paths]}).encode()
    return json.loads(run("perl", "-e", PERL, input=job, timeout=300).stdout)


def compare(what, mails, mine, theirs, argue):
    """Counts agreement; every difference has to be argued."""
    argued = {}
    for mail, own, other in zip(mails, mine, theirs):
        if own == other:
            continue
        why = argue(mail, own, other)
        if why is None:
            print(mail.content.decode(errors="replace"))
            raise AssertionError(f"{what}, message {mail.number} ({mail.kind}) from {mail.client} {mail.mail_from!r}: "
                                 f"ours {own}, theirs {other}")
        argued[why] = argued.get(why, 0) + 1
    print(f"{what}: {len(mails) - sum(argued.values())}/{len(mails)} equal")
    for why, times in sorted(argued.items()):
        print(f"  {times} argued: {why}")


def is_sha1(mail):
    return b"a=rsa-sha1" in mail.content


def argue_dkimpy(mail, own, other):
    if is_sha1(mail) and not any(own):
        return "rsa-sha1 must not be verified (RFC 8301 3.1); dkimpy still takes it"
    if mail.content.startswith(b"From: Mallory") and any(own) and not any(other):
        # That such a message is no one's is said by DMARC, and main() checks that it is.
        return "a second From: the signature covers the lower one and holds (RFC 6376 5.4.2); dkimpy gives up"
    return None


def argue_perl(mail, own, other):
    if is_sha1(mail) and not any(own):
        return "rsa-sha1 must not be verified (RFC 8301 3.1); Mail::DKIM still takes it"
    if b"a=ed25519-sha256" in mail.content and not any(other):
        return "verifiers must know ed25519-sha256 (RFC 8463 5); this Mail::DKIM does not"
    return None


def opendkim(folder, mails, dns, mine):
    """OpenDKIM's test mode, with keys from a file, on all that has one signature with RSA."""
    keys = folder / "keys.txt"
    keys.write_text("".join(f"{name} {kinds['TXT'][0]}\n" for name, kinds in sorted(dns.items())
                            if "._domainkey." in name))
    configuration = folder / "opendkim.conf"
    configuration.write_text(f"TestPublicKeys {keys}\nMode v\nSyslog no\nOn-Default accept\n"
                             f"TemporaryDirectory {folder}\nOversignHeaders From\n")
    good = 0
    for mail, verdict in zip(mails, mine):
        if mail.kind != "signed" or verdict != [True]:
            continue
        path = folder / f"{mail.number}.eml"
        done = subprocess.run(["opendkim", "-t", str(path), "-x", str(configuration), "-vv"], capture_output=True, timeout=60)
        said = (done.stdout + done.stderr).decode(errors="replace")
        if "verification" not in said or "succeeded" not in said:
            raise AssertionError(f"OpenDKIM on message {mail.number}: {said}\n{mail.content.decode()}")
        good += 1
    print(f"OpenDKIM: takes {good}/{good} of what we take")
    assert good > 20


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        signers = Signers(folder)
        mails = generated_mail.generate(signers)
        signers.close()
        dns = generated_mail.make_dns(signers.records)
        zone = folder / "zone.txt"
        zone.write_text(generated_mail.zone_file(dns))
        paths = []
        for mail in mails:
            paths.append(folder / f"{mail.number}.eml")
            paths[-1].write_bytes(mail.content)
        print(f"{len(mails)} messages; signed by {signers.count}")
        verdicts = [ours(mail, path, zone) for mail, path in zip(mails, paths)]
        mine = [[s["result"] == "pass" for s in v["dkim"]["signatures"]] for v in verdicts]
        print("passing signatures:", sum(sum(one) for one in mine), "of", sum(len(one) for one in mine))
        for mail, verdict in zip(mails, verdicts):
            if mail.content.startswith(b"From: Mallory"):
                assert verdict["dmarc"]["result"] != "pass" and not verdict["pass"], mail.number
        compare("pyspf", mails, [v["spf"]["result"] for v in verdicts], pyspf_verdicts(mails, dns),
                lambda mail, own, other: PYSPF_DIFFERENCES.get(mail.helo))
        compare("dkimpy", mails, mine, [[r is True for r in one] for one in dkimpy_verdicts(mails, dns)], argue_dkimpy)
        compare("Mail::DKIM", mails, mine, [[s["result"] == "pass" for s in one] for one in perl_verdicts(paths, dns)],
                argue_perl)
        opendkim(folder, mails, dns, mine)


if __name__ == "__main__":
    main()
