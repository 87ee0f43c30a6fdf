"""Holds many WebSockets and gRPC streams open, and notes when and how the server ends each."""

import base64
import os
import re
import selectors
import socket
import struct
import time

from stays.wire import ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, RST, SETTINGS, enveloped, frame, string, text

PATIENCE = 60  # Seconds for all of a round.
STREAMS = 100  # On one connection.


class Held:
    """All open connections. `ends` has (kind, time, how) of each socket and stream that ended."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.connections = []
        self.ends = []
        self.opened = 0

    def add(self, connection):
        self.connections.append(connection)
        self.selector.register(connection.socket, selectors.EVENT_READ, connection)

    def watch(self, source, arrived):
        """Calls `arrived` with the time at which the first bytes are there."""
        self.selector.register(source, selectors.EVENT_READ, arrived)

    def step(self, wait):
        for key, _ in self.selector.select(wait):
            data = key.fileobj.recv(1 << 16)
            now = time.monotonic()
            if callable(key.data):
                self.selector.unregister(key.fileobj)
                key.data(now)
            else:
                key.data.feed(data, now)
                if not data or key.data.over:
                    self.selector.unregister(key.fileobj)

    def until(self, reached):
        """Whether that was reached in time."""
        deadline = time.monotonic() + PATIENCE
        while not reached() and time.monotonic() < deadline:
            self.step(0.1)
        return reached()

    def close(self):
        for each in self.connections:
            each.socket.close()
        self.selector.close()


class Connection:
    """A connection to a server; what is read is kept until a frame is whole."""

    def __init__(self, server, held):
        host, port = server.authority.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.held = held
        self.input = bytearray()
        self.over = False

    def feed(self, data, now):
        self.input += data
        while (size := self.whole()) and not self.over:
            content = bytes(self.input[:size])
            del self.input[:size]
            self.frame(content, now)
        if not data and not self.over:
            self.cut("connection closed", now)

    def ended(self, kind, now, how):
        self.held.ends.append((kind, now, how))


class Socket(Connection):
    """A WebSocket that says nothing."""

    KIND = "WebSockets"

    def __init__(self, server, token, held):
        super().__init__(server, held)
        key = base64.b64encode(os.urandom(16)).decode()
        self.head = True
        self.socket.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {server.authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())

    def whole(self):
        if self.head:
            return self.input.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in self.input else 0
        size = 2 + self.input[1] if len(self.input) > 1 else 0  # Control frames are never longer than 125.
        return size if len(self.input) >= size else 0

    def frame(self, content, now):
        if self.head:
            if b" 101 " not in content:
                raise SystemExit("load: no WebSocket: " + content.decode().splitlines()[0])
            self.head = False
            self.held.opened += 1
        elif content[0] & 15 == 9:
            self.socket.sendall(bytes([0x8A, 0x80 | content[1]]) + b"\0\0\0\0" + content[2:])
        elif content[0] & 15 == 8:
            self.over = True
            self.ended(self.KIND, now, f"close {int.from_bytes(content[2:4], 'big')}")

    def cut(self, how, now):
        self.ended(self.KIND, now, how)


class Streams(Connection):
    """Streams of Echo/Chat on one HTTP/2 connection, each of which is answered once. The header table size is 0, so that trailers can be read without a decoder."""

    KIND = "gRPC streams"

    def __init__(self, server, token, held, count):
        super().__init__(server, held)
        self.waiting = set(range(1, 2 * count, 2))
        self.open = set(self.waiting)
        fields = ((":method", "POST"), (":scheme", "http"), (":path", "/Echo/Chat"), (":authority", server.authority),
                  ("content-type", "application/grpc"), ("te", "trailers"), ("authorization", f"Bearer {token}"))
        block = b"".join(b"\0" + text(name) + text(value) for name, value in fields)
        message = enveloped(string(2, b"hello"))
        self.socket.sendall(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, struct.pack("!HI", 1, 0))
            + b"".join(frame(HEADERS, 4, stream, block) + frame(DATA, 0, stream, message) for stream in sorted(self.open)))

    def whole(self):
        size = 9 + int.from_bytes(self.input[:3], "big")
        return size if len(self.input) >= size else 0

    def frame(self, content, now):
        kind, flags, stream, body = content[3], content[4], int.from_bytes(content[5:9], "big"), content[9:]
        if kind in (SETTINGS, PING) and not flags & ACK:
            self.socket.sendall(frame(kind, ACK, 0, body if kind == PING else b""))
        elif kind == GOAWAY:
            self.cut(f"GOAWAY {int.from_bytes(body[4:8], 'big')}", now)
        elif kind == DATA and stream in self.waiting:
            self.waiting.remove(stream)
            self.held.opened += 1
        elif kind == RST and stream in self.open:
            self.open.remove(stream)
            self.ended(self.KIND, now, f"RST_STREAM {int.from_bytes(body, 'big')}")
        elif kind == HEADERS and flags & END_STREAM:
            self.open.remove(stream)
            status = re.search(rb"grpc-status.(\d+)", body, re.DOTALL)
            self.ended(self.KIND, now, f"status {status[1].decode() if status else '?'}")

    def cut(self, how, now):
        for _ in self.open:
            self.ended(self.KIND, now, how)
        self.open.clear()
        self.over = True


def hold(held, servers, tokens, count):
    """Opens half as WebSockets and half as streams, with one in turn on each server."""
    for number in range(count // 2):
        which = number % len(servers)
        held.add(Socket(servers[which], tokens[which], held))
        held.step(0)
    left = count - count // 2
    for number, share in enumerate(shares(left, len(servers))):
        while share > 0:
            held.add(Streams(servers[number], tokens[number], held, min(share, STREAMS)))
            share -= STREAMS
            held.step(0)
    if not held.until(lambda: held.opened == count):
        raise SystemExit(f"load: only {held.opened} of {count} are open")
    if held.ends:
        raise SystemExit(f"load: ended at once: {held.ends[0]}")


def shares(total, parts):
    return [total // parts + (number < total % parts) for number in range(parts)]
