"""Floods of TLS handshakes: each a separate process, so that its parent can measure."""

import collections
import ctypes
import ctypes.util
import functools
import json
import pathlib
import random
import socket
import ssl
import subprocess
import sys
import threading
import time

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from stays.wire import dialed

PATIENCE = 30


class Shakes:
    """Sends for the duration of a block; then knows how often each outcome happened."""

    def __init__(self, server, kind, connections):
        self.given = {"address": server.place, "kind": kind, "connections": connections}

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps(self.given) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        return self

    def __exit__(self, *_):
        self.outcomes = collections.Counter(json.loads(self.process.communicate("\n", 90)[0]))


@functools.cache
def hello():
    """A complete ClientHello, as OpenSSL sends it."""
    out = ssl.MemoryBIO()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(ssl.MemoryBIO(), out, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def full(address, _):
    """A complete handshake without resumption, and an end without a request."""
    dialed(address, "http/1.1").close()
    return "completed"


def half(address, end):
    """Half a ClientHello, and silence until the server closes the connection."""
    with socket.create_connection(address[:2], PATIENCE) as plain:
        plain.sendall(hello()[:len(hello()) // 2])
        plain.settimeout(5)
        return awaited(plain, end)


def drip(address, end):
    """One byte of a ClientHello a second."""
    with socket.create_connection(address[:2], PATIENCE) as plain:
        plain.settimeout(1)
        return awaited(plain, end, hello())


def awaited(plain, end, rest=b""):
    """Waits until the server closes the connection, and sends a byte at each time-out."""
    until = time.monotonic() + 60
    while not end.is_set():
        if time.monotonic() > until:
            return "open for a minute"
        try:
            if not plain.recv(100):
                return "closed by the server"
        except TimeoutError:
            plain.sendall(rest[:1])
            rest = rest[1:]
    return "still open at the end"


def garbage(address, _):
    """A record of a handshake whose message is random."""
    content = b"\1\0\1\xfc\3\3" + random.randbytes(506)
    with socket.create_connection(address[:2], PATIENCE) as plain:
        plain.sendall(b"\x16\3\1" + len(content).to_bytes(2, "big") + content)
        while plain.recv(1000):
            pass
    return "closed by the server"


def renegotiation(address, _):
    """TLS 1.2, and a second handshake on the same connection."""
    done = subprocess.run(["openssl", "s_client", "-tls1_2", "-connect", f"{address[0]}:{address[1]}", "-CAfile", address[2]],
                          input="R\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=PATIENCE, check=False)
    return "refused" if "alert handshake failure" in done.stdout else f"not refused: {done.stdout[-300:]}"


class OpenSsl:
    """A connection of the library under Python's ssl module, which has no key updates."""

    NEW_KEYS_WANTED = 1

    def __init__(self, address):
        library = ctypes.CDLL(ctypes.util.find_library("ssl"))
        for name, result in (("TLS_client_method", ctypes.c_void_p), ("SSL_CTX_new", ctypes.c_void_p), ("SSL_new", ctypes.c_void_p)):
            getattr(library, name).restype = result
        self.library, self.plain = library, socket.create_connection(address[:2], PATIENCE)
        # The library wants a descriptor that blocks.
        self.plain.setblocking(True)
        self.context = ctypes.c_void_p(library.SSL_CTX_new(ctypes.c_void_p(library.TLS_client_method())))
        self.connection = ctypes.c_void_p(library.SSL_new(self.context))
        library.SSL_set_fd(self.connection, self.plain.fileno())
        if library.SSL_connect(self.connection) != 1:
            raise ConnectionError("no handshake")

    def update_keys(self):
        """Whether the message was sent."""
        library = self.library
        return library.SSL_key_update(self.connection, self.NEW_KEYS_WANTED) == 1 and library.SSL_do_handshake(self.connection) == 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.SSL_free(self.connection)
        self.library.SSL_CTX_free(self.context)
        self.plain.close()


def keyupdates(address, end):
    """TLS 1.3, and new keys again and again until the server closes the connection."""
    with OpenSsl(address) as client:
        until = time.monotonic() + 10
        while client.update_keys():
            if time.monotonic() > until or end.is_set():
                return "open for ten seconds" if time.monotonic() > until else "still open at the end"
    return "closed by the server"


KINDS = {each.__name__: each for each in (full, half, drip, garbage, renegotiation, keyupdates)}


def again_and_again(given, end, outcomes, lock):
    while not end.is_set():
        try:
            outcome = KINDS[given["kind"]](tuple(given["address"]), end)
        except OSError as e:
            outcome = "closed by the server" if isinstance(e, (ConnectionError, ssl.SSLError)) else f"{type(e).__name__}: {e}"
            time.sleep(0.01)
        with lock:
            outcomes[outcome] += 1


def main():
    given = json.loads(sys.stdin.readline())
    outcomes, end, lock = collections.Counter(), threading.Event(), threading.Lock()
    threading.stack_size(256 << 10)
    threads = [threading.Thread(target=again_and_again, args=(given, end, outcomes, lock)) for _ in range(given["connections"])]
    for each in threads:
        each.start()
    print("ready", flush=True)
    sys.stdin.readline()
    end.set()
    for each in threads:
        each.join()
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
