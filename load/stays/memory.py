"""Calls that are each within their limits, but together need more memory than there is."""

import collections
import concurrent.futures
import socket

from .bench import Bench, Broken
from .rows import beside_good
from .wire import Grpc, Http2, Refused, WebSocket, bearer, exactly, reason, string

MIB = 1 << 20
LIMITED = ("LIMIT_EXCEEDED", "closed 1013")


def row(name, heap, calls, call, good):
    def run(_):
        with Bench(f"memory-{name}-{heap}", heap=heap) as bench:
            def harm():
                with concurrent.futures.ThreadPoolExecutor(calls) as pool:
                    outcomes = collections.Counter(pool.map(lambda _: outcome(call, bench), range(calls)))
                others = {said: count for said, count in outcomes.items() if said != good and not any(word in said for word in LIMITED)}
                if others:
                    raise Broken(f"outcomes: {others}")
                return f"{outcomes[good]} answered, {calls - outcomes[good]} LIMIT_EXCEEDED"
            return beside_good(bench, harm, p99=2000)
    return run


def outcome(call, bench):
    try:
        return call(bench.place, bench.token)
    except Refused as e:
        return str(e)
    except OSError as e:
        return f"{type(e).__name__} {e}"


def grpc(place, token):
    client = Grpc(place, token)
    try:
        client.unary("/Echo/Ping", string(1, b"x" * (4 * MIB - 64)))
        return "OK"
    finally:
        client.close()


def http2(place, token):
    client = Http2(place, token)
    try:
        client.post("/body", bytes(32 * MIB))
        return "200"
    finally:
        client.close()


def http1(place, token):
    return post(place, token, "/body", "application/octet-stream", bytes(MIB), 32)


def json(place, token):
    return post(place, token, "/Echo/Ping", "application/json", b'{"message":"' + b"x" * (MIB - 64) + b'"}', 1)


def post(place, token, path, kind, piece, pieces):
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(piece) * pieces}\r\nConnection: close\r\n"
    with socket.create_connection(place, 60) as client:
        try:
            client.sendall((head + "".join(f"{name}: {value}\r\n" for name, value in bearer(token).items()) + "\r\n").encode())
            for _ in range(pieces):
                client.sendall(piece)
        except OSError:
            pass  # The answer says why.
        answer = client.makefile("rb")
        status = exactly(answer, 12)[9:].decode()
        return status if status == "200" else f"{status} {reason(answer.read())}"


def websocket(place, token):
    client = WebSocket(place, token)
    try:
        client.send(b'{"message":"' + b"x" * (MIB - 64) + b'"}')
        return "answer" if b'"pong"' in client.receive() else "a wrong answer"
    finally:
        client.close()


KINDS = {
    "grpc": ("100 gRPC messages of 4 MiB", 100, grpc, "OK"),
    "http": ("200 bodies of 32 MiB, HTTP/1.1", 200, http1, "200"),
    "h2": ("200 bodies of 32 MiB, HTTP/2", 200, http2, "200"),
    "json": ("200 JSON messages of 1 MiB", 200, json, "200"),
    "ws": ("1 MiB from each of 100 sockets", 100, websocket, "answer"),
}


def rows(heaps):
    """(name, description, function) of each row."""
    for heap in heaps:
        for name, (title, calls, call, good) in KINDS.items():
            yield f"memory-{name}-{heap}", f"{title}, heap {heap} MiB", row(name, heap, calls, call, good)
