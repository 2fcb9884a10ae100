"""A name server on 127.0.0.1 that knows what a dictionary says: owner -> {type: [values]}. The rest does not exist."""

import contextlib
import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


def _data(kind, value):
    if kind == "TXT":
        return " ".join(f'"{value[i:i + 250]}"' for i in range(0, len(value), 250))
    return value


def _answer(names, wire):
    question = dns.message.from_wire(wire)
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    asked = question.question[0]
    kind = dns.rdatatype.to_text(asked.rdtype)
    kinds = names.get(asked.name.to_text(True).lower())
    if kinds is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif kind in kinds:
        answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *(_data(kind, v) for v in kinds[kind])))
    return answer.to_wire()


@contextlib.contextmanager
def serving(names):
    """Gives the port, over UDP."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                wire, client = server.recvfrom(4096)
            except OSError:
                return
            if not wire:
                return
            server.sendto(_answer(names, wire), client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=5)
