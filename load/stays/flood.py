"""Requests at a fixed rate, with garbage tokens or with a known one: a separate process, so that its parent can measure."""

import collections
import json
import os
import pathlib
import re
import selectors
import socket
import struct
import subprocess
import sys
import threading
import time

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from stays.issuer import encoded
from stays.wire import ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, RST, SETTINGS, WINDOW, frame, text

STREAMS = 1000  # Open at once on one connection, as the server announces.
WIDE = (1 << 31) - 1 - 65535  # No answer waits for a window.


class Flood:
    """Sends for the duration of a block; then knows how many requests were sent, and refused for which reasons, each a second."""

    def __init__(self, server, rate, connections, garbage=True):
        self.given = {"address": server.place, "token": server.token, "garbage": garbage, "rate": rate, "connections": connections}

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps(self.given) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        return self

    def __exit__(self, *_):
        self.rates = json.loads(self.process.communicate("\n", 60)[0])


class Connection:
    """One HTTP/2 connection with many requests at once. Garbage has all of the known token but the signature, which is random."""

    def __init__(self, given):
        address, self.known, self.garbage = tuple(given["address"]), given["token"], given["garbage"]
        self.head = self.known.rsplit(".", 1)[0]
        self.socket = socket.create_connection(address, 30)
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, struct.pack("!HI", 1, 0))
                            + frame(WINDOW, 0, 0, struct.pack("!I", WIDE)))
        fields = [(":method", "GET"), (":scheme", "http"), (":path", "/ping"), (":authority", "localhost")]
        self.fields = b"".join(b"\0" + text(name) + text(value) for name, value in fields) + b"\0" + text("authorization")
        self.stream = -1
        self.open = 0
        self.input = b""

    def request(self):
        if self.open == STREAMS:
            return False
        self.stream += 2
        self.open += 1
        token = f"{self.head}.{encoded(os.urandom(256))}" if self.garbage else self.known
        self.socket.sendall(frame(HEADERS, END_STREAM | END_HEADERS, self.stream, self.fields + text(f"Bearer {token}")))
        return True

    def read(self, answers):
        more = self.socket.recv(1 << 16)
        if not more:
            raise ConnectionError("the connection ended")
        self.input += more
        while len(self.input) >= 9 and len(self.input) >= (end := 9 + int.from_bytes(self.input[:3], "big")):
            kind, flags, content = self.input[3], self.input[4], self.input[9:end]
            self.input = self.input[end:]
            if kind in (SETTINGS, PING) and not flags & ACK:
                self.socket.sendall(frame(kind, ACK, 0, content if kind == PING else b""))
            elif kind == GOAWAY:
                raise ConnectionError("GOAWAY")
            elif kind == DATA:
                answers.update(re.findall(rb'"reason":"([A-Z_]+)"', content))
            if kind == RST or kind in (DATA, HEADERS) and flags & END_STREAM:
                self.open -= 1


def main():
    given = json.loads(sys.stdin.readline())
    answers, sent, end, ready = collections.Counter(), 0, threading.Event(), selectors.DefaultSelector()
    connections = [Connection(given) for _ in range(given["connections"])]
    for each in connections:
        ready.register(each.socket, selectors.EVENT_READ, each)
    threading.Thread(target=lambda: (sys.stdin.readline(), end.set()), daemon=True).start()
    print("ready", flush=True)
    began = time.monotonic()
    while not end.is_set():
        due = int((time.monotonic() - began) * given["rate"])
        while sent < due:
            answers["sent"] += connections[sent % len(connections)].request()
            sent += 1
        for key, _ in ready.select(0.002):
            try:
                key.data.read(answers)
            except OSError as e:
                answers[str(e)] += 1
                ready.unregister(key.fileobj)
                connections[connections.index(key.data)] = new = Connection(given)
                ready.register(new.socket, selectors.EVENT_READ, new)
    seconds = time.monotonic() - began
    json.dump({name.decode() if isinstance(name, bytes) else name: count / seconds for name, count in answers.items()}, sys.stdout)


if __name__ == "__main__":
    main()
