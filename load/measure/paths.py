"""The paths through the server whose calls load/cost counts: each makes a fixed number of calls."""

import collections
import json
import pathlib
import re
import subprocess

from .sockets import echo

GRPC = ("-H", "content-type: application/grpc", "-H", "te: trailers")

# `make` gets a server, a scratch folder and the number of calls.
Path = collections.namedtuple("Path", "key text server calls make")


def paths():
    return [
        http1("http1-open", "GET /ping, HTTP/1.1, open", "open"),
        http1("http1", "GET /ping, HTTP/1.1", "closed"),
        http2("http2-open", "GET /ping, HTTP/2, open", "open"),
        http2("http2", "GET /ping, HTTP/2", "closed"),
        grpc("grpc-open", "gRPC unary, open", 60_000, 8, "open"),
        grpc("grpc", "gRPC unary", 60_000, 8),
        grpc("grpc-100k", "gRPC unary, 100 KiB", 4_000, 100 << 10),
        Path("ws", "WebSocket echo, 64 B", "closed", 40_000,
             lambda server, _, calls: echo(server, calls, 64)),
        Path("ws-64k", "WebSocket echo, 64 KiB", "closed", 2_000,
             lambda server, _, calls: echo(server, calls, 64 << 10)),
        http1("forwarded", "forwarded GET, HTTP/1.1", "closed", 16_000, "/there/ping"),
    ]


def http1(key, text, server, calls=50_000, target="/ping"):
    return Path(key, text, server, calls,
                lambda server, _, calls: h2load(server, calls, target, "--h1", "-c32"))


def http2(key, text, server):
    return Path(key, text, server, 60_000,
                lambda server, _, calls: h2load(server, calls, "/ping", "-c16", "-m32"))


def grpc(key, text, calls, size, server="closed"):
    def make(server, scratch, calls):
        body = scratch / f"{key}.bin"
        body.write_bytes(message(size))
        h2load(server, calls, "/Echo/Ping", "-c16", "-m8" if size > 1000 else "-m32", "-d", str(body), *GRPC)
    return Path(key, text, server, calls, make)


def message(size):
    """A PingRequest whose text has this many bytes, in gRPC's framing."""
    length, rest = [], size
    while rest > 0x7F:
        length.append(rest & 0x7F | 0x80)
        rest >>= 7
    request = bytes([0x0A, *length, rest]) + b"x" * size
    return b"\0" + len(request).to_bytes(4, "big") + request


def h2load(server, calls, target, *options, answer=0):
    """Fails unless each call is answered with 200 and at least `answer` bytes: a gRPC call that failed has 200 and none."""
    done = subprocess.run(
        ["h2load", f"-n{calls}", "-t1", "-H", f"authorization: Bearer {server.token}", *options,
         f"http://{server.authority}{target}"], capture_output=True, text=True, check=False)
    answered = re.search(r"status codes: (\d+) 2xx", done.stdout)
    read = re.search(r"\((\d+)\) data", done.stdout)
    if done.returncode != 0 or not answered or int(answered[1]) != calls or int(read[1]) < calls * answer:
        raise SystemExit(f"load: not every call was answered:\n{(done.stdout + done.stderr)[-2000:]}")
