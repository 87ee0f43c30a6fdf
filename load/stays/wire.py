"""Clients of the three protocols, one call at a time per connection, with only the standard library.

An address is (host, port), and for TLS (host, port, file with the certificate to trust).
"""

import base64
import functools
import http.client
import os
import re
import select
import socket
import ssl
import struct
import time

PATIENCE = 30  # Seconds for an answer.
FRAME = 16384
DATA, HEADERS, RST, SETTINGS, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1


class Refused(Exception):
    """A refused call; the message is the status."""


@functools.cache
def context(authority, protocol):
    """TLS that trusts this certificate only, and offers one application protocol."""
    made = ssl.create_default_context(cafile=authority)
    made.set_alpn_protocols([protocol])
    return made


def dialed(address, protocol):
    """A connection to an address, which speaks TLS if the address says so."""
    plain = socket.create_connection(address[:2], PATIENCE)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context(address[2], protocol).wrap_socket(plain, server_hostname=address[0]) if len(address) > 2 else plain


class Http:
    """Requests on one HTTP/1.1 connection."""

    def __init__(self, address, token):
        self.connection = http.client.HTTPConnection(*address[:2], timeout=PATIENCE)
        self.connection.sock = dialed(address, "http/1.1")
        self.headers = bearer(token)

    def call(self):
        self.connection.request("GET", "/ping", headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Refused(f"{answer.status} {reason(body)}")

    def close(self):
        self.connection.close()


class NewHttp:
    """Requests of which each has a new connection."""

    def __init__(self, address, token):
        self.address, self.token = address, token

    def call(self):
        client = Http(self.address, self.token)
        try:
            client.call()
        finally:
            client.close()

    def close(self):
        pass


class Http2:
    """One stream after another on one HTTP/2 connection (RFC 9113). The header table size is 0, so that headers can be read without a decoder."""

    def __init__(self, address, token):
        self.socket = dialed(address, "h2")
        self.input = self.socket.makefile("rb")
        self.token = token
        self.stream = -1
        self.window = self.initial = 65535
        self.left = 0
        settings = struct.pack("!HIHIHI", 1, 0, 2, 0, 4, 1 << 20)  # No table, no push, a larger window.
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, settings)
                            + frame(WINDOW, 0, 0, struct.pack("!I", 1 << 24)))

    def open(self, path, kind):
        """Starts a POST."""
        self.stream += 2
        self.left = self.initial
        self.data, self.head, self.over = bytearray(), b"", False
        fields = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("content-type", kind)]
        fields += [("te", "trailers")] if kind.startswith("application/grpc") else []
        fields += [(name.lower(), value) for name, value in bearer(self.token).items()]
        block = b"".join(b"\0" + text(name) + text(value) for name, value in fields)
        self.socket.sendall(frame(HEADERS, END_HEADERS, self.stream, block))

    def send(self, content, last):
        """Sends data as the peer's windows allow; returns early when the answer arrives."""
        view = memoryview(content)
        while len(view) > 0 and not self.over:
            size = min(len(view), FRAME, self.left, self.window)
            if size <= 0:
                self.read()
                continue
            self.socket.sendall(frame(DATA, END_STREAM if last and size == len(view) else 0, self.stream, view[:size]))
            self.left -= size
            self.window -= size
            view = view[size:]
        if last and len(content) == 0 and not self.over:
            self.socket.sendall(frame(DATA, END_STREAM, self.stream, b""))

    def read(self):
        """Reads and handles one frame."""
        kind, flags, stream, content = self.frame()
        if kind == SETTINGS and not flags & ACK:
            for at in range(0, len(content), 6):
                name, value = struct.unpack_from("!HI", content, at)
                if name == 4:
                    self.left += value - self.initial
                    self.initial = value
            self.socket.sendall(frame(SETTINGS, ACK, 0, b""))
        elif kind == PING and not flags & ACK:
            self.socket.sendall(frame(PING, ACK, 0, content))
        elif kind == GOAWAY:
            last, code = struct.unpack_from("!II", content)
            if last < self.stream:
                raise Refused(f"GOAWAY {code}")
        elif kind == WINDOW:
            more = struct.unpack("!I", content)[0]
            if stream == 0:
                self.window += more
            elif stream == self.stream:
                self.left += more
        elif stream == self.stream:
            self.take(kind, flags, content)

    def take(self, kind, flags, content):
        if kind == RST:
            self.over = True
            if not self.head:
                raise Refused(f"RST_STREAM {struct.unpack('!I', content)[0]}")
        elif kind in (HEADERS, CONTINUATION):
            self.head += content
        elif kind == DATA:
            self.data += content
            if content:
                more = struct.pack("!I", len(content))
                self.socket.sendall(frame(WINDOW, 0, 0, more) + frame(WINDOW, 0, self.stream, more))
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            self.over = True

    def frame(self):
        head = exactly(self.input, 9)
        return head[3], head[4], struct.unpack_from("!I", head, 5)[0] & 0x7FFFFFFF, exactly(self.input, int.from_bytes(head[:3], "big"))

    def answer(self):
        while not self.over:
            self.read()

    def post(self, path, body):
        self.open(path, "application/octet-stream")
        self.send(body, True)
        self.answer()
        status = re.search(rb"\x88|\x08\x03(\d{3})|:status.(\d{3})|\x48\x03(\d{3})", self.head)
        code = "200" if status and status.group() == b"\x88" else next((part.decode() for part in status.groups() if part), "?") if status else "?"
        if code != "200":
            raise Refused(f"{code} {reason(bytes(self.data))}")

    def unary(self, path, message):
        self.open(path, "application/grpc")
        self.send(enveloped(message), True)
        self.answer()
        self.check()
        return bytes(self.data[5:])

    def check(self):
        status = re.search(rb"grpc-status.(\d+)", self.head, re.DOTALL)
        if status is None or status.group(1) != b"0":
            named = re.search(rb"[A-Z]+(?:_[A-Z]+)+", decoded_details(self.head))
            raise Refused(f"grpc {status.group(1).decode() if status else '?'} {named.group().decode() if named else ''}".strip())

    def exchange(self, message):
        """One message on an open stream, and the answer to it."""
        self.send(enveloped(message), False)
        while len(self.data) < 5 or len(self.data) < 5 + struct.unpack_from("!I", self.data, 1)[0]:
            if self.over:
                self.check()
                raise Refused("the stream ended")
            self.read()
        size = 5 + struct.unpack_from("!I", self.data, 1)[0]
        answer = bytes(self.data[5:size])
        del self.data[:size]
        return answer

    def close(self):
        self.socket.close()


class Grpc(Http2):
    def call(self):
        if self.unary("/Echo/Ping", string(1, b"x")) != string(1, b"pong"):
            raise Refused("a wrong answer")


class WebSocket:
    """A socket (RFC 6455) that sends a message and waits for the answer. Its masks are zero, so that masking costs nothing."""

    def __init__(self, address, token, path="/ws"):
        self.socket = dialed(address, "http/1.1")
        self.input = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        head = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": key, **bearer(token)}
        self.socket.sendall((f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()) + "\r\n").encode())
        line = self.input.readline().decode()
        while self.input.readline() not in (b"\r\n", b""):
            pass
        if " 101 " not in line:
            raise Refused(line.strip()[9:] or "no answer")

    def send(self, content, opcode=1):
        size = len(content)
        length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0xFE, size) if size < 1 << 16 else struct.pack("!BQ", 0xFF, size)
        self.socket.sendall(bytes([0x80 | opcode]) + length + b"\0\0\0\0" + content)

    def receive(self):
        """The next message."""
        while (content := self.frame()) is None:
            pass
        return content

    def quiet(self, seconds):
        """Answers pings for some time, in which no message may arrive."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.socket], [], [], left)[0] and self.frame() is not None:
                raise Refused("a message that nobody asked for")

    def frame(self):
        """Reads one frame, and returns it if it is a message; raises with the code if the server closes."""
        first, size = exactly(self.input, 2)
        if size == 126:
            size = struct.unpack("!H", exactly(self.input, 2))[0]
        elif size == 127:
            size = struct.unpack("!Q", exactly(self.input, 8))[0]
        content = exactly(self.input, size)
        if first & 15 == 8:
            self.send(content[:2], 8)
            raise Refused(f"closed {struct.unpack_from('!H', content)[0]} {content[2:].decode()}".strip() if content else "closed 1005")
        if first & 15 == 9:
            self.send(content, 10)
        return content if first & 15 < 3 else None

    def call(self):
        self.send(b'{"message":"x"}')
        if b'"pong"' not in self.receive():
            raise Refused("a wrong answer")

    def close(self):
        self.socket.close()


def bearer(token):
    return {"Authorization": f"Bearer {token}"} if token else {}


def reason(body):
    """The reason of a problem (RFC 9457), or of a Connect error, where it is in a base64 detail."""
    named = re.search(rb'"reason"\s*:\s*"([A-Z_]+)"', body)
    if named is None:
        details = re.findall(rb'"type":"google.rpc.ErrorInfo","value":"([A-Za-z0-9+/]*)"', body)
        named = next(filter(None, (re.search(rb"\n.([A-Z_]+)\x12", base64.b64decode(value + b"=" * (-len(value) % 4)), re.DOTALL) for value in details)), None)
    return named.group(1).decode() if named else ""


def decoded_details(block):
    """The status details in a header block: base64, after their length."""
    at = block.find(b"grpc-status-details-bin")
    if at < 0:
        return b""
    at += len(b"grpc-status-details-bin")
    size, at = block[at] & 127, at + 1
    if size == 127:
        shift = 0
        while True:
            size, more, shift, at = size + ((block[at] & 127) << shift), block[at] & 128, shift + 7, at + 1
            if not more:
                break
    text = block[at:at + size]
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def frame(kind, flags, stream, content):
    return struct.pack("!I", len(content))[1:] + struct.pack("!BBI", kind, flags, stream) + content


def number(value, prefix):
    if value < (1 << prefix) - 1:
        return bytes([value])
    value -= (1 << prefix) - 1
    out = bytearray([(1 << prefix) - 1])
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out) + bytes([value])


def text(value):
    return number(len(value), 7) + value.encode()


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out) + bytes([value])


def string(field, content):
    """A field of a protobuf message."""
    return bytes([field << 3 | 2]) + varint(len(content)) + content


def enveloped(message):
    return struct.pack("!BI", 0, len(message)) + message


def exactly(source, size):
    content = source.read(size)
    if len(content) < size:
        raise ConnectionError("the connection ended")
    return content
