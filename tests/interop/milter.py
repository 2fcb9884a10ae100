"""The client's side of the milter protocol (version 6), as far as asking a filter about one message goes."""

import socket
import struct




class Milter:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._send(b"O", struct.pack("!III", 6, 0x1FF, 0))
        kind, options = self._receive()
        assert kind == b"O", kind
        self.protocol = struct.unpack("!III", options[:12])[2]

    def _send(self, kind, data=b""):
        self.socket.sendall(struct.pack("!I", len(data) + 1) + kind + data)

    def _read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError("the filter has gone")
            data += piece
        return data

    def _receive(self):
        size = struct.unpack("!I", self._read(4))[0]
        data = self._read(size)
        return data[:1], data[1:]

    def _step(self, kind, data=b"", no_reply=0, skip=0):
        """One step, unless the filter has said in the negotiation that it wants to hear nothing of it."""
        if self.protocol & skip:
            return
        self._send(kind, data)
        if self.protocol & no_reply:
            return
        answer, _ = self._receive()
        assert answer in (b"c", b"a", b"s"), answer

    def ask(self, content, client="192.0.2.1", helo="client.example", mail_from="", rcpt_to="bob@beta.example"):
        """The fields that the filter would add, in its order, as (name, value)."""
        self._step(b"C", b"client.example\0" + b"4" + struct.pack("!H", 2525) + client.encode() + b"\0", 0x1000, 0x1)
        self._step(b"H", helo.encode() + b"\0", 0x2000, 0x2)
        self._step(b"M", f"<{mail_from}>".encode() + b"\0", 0x4000, 0x4)
        self._step(b"R", f"<{rcpt_to}>".encode() + b"\0", 0x8000, 0x8)
        self._step(b"T", b"", 0x10000, 0x200)
        header, _, body = content.partition(b"\r\n\r\n")
        for field in header.replace(b"\r\n ", b"\n ").replace(b"\r\n\t", b"\n\t").split(b"\r\n"):
            name, _, value = field.partition(b":")
            # With SMFIP_HDR_LEADSPC (0x100000) the filter wants the blank before the value too.
            value = value if self.protocol & 0x100000 else value.removeprefix(b" ")
            self._step(b"L", name + b"\0" + value + b"\0", 0x80, 0x20)
        self._step(b"N", b"", 0x40000, 0x40)
        for begin in range(0, len(body), 60000):
            self._step(b"B", body[begin:begin + 60000], 0x80000, 0x10)
        self._send(b"E")
        added = []
        while True:
            kind, data = self._receive()
            if kind in (b"h", b"i"):
                name, value = data[4 if kind == b"i" else 0:].rstrip(b"\0").split(b"\0", 1)
                added.append((name.decode(), value.decode()))
            elif kind in (b"c", b"a", b"r", b"t", b"d"):
                return added
            # Others (progress, changed fields, quarantine) end nothing.

    def close(self):
        self._send(b"Q")
        self.socket.close()
