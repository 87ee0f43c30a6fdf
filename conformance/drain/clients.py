"""Clients of a server that is stopped repeatedly: clients.py KIND A B, until standard input ends.

None of them tries a call again, except where its protocol says that the server has not taken it.
"""
import http.client
import json
import os
import sys
import threading
import time

DEADLINE = 10
kind, addresses = sys.argv[1], [(host, int(port)) for host, port in (a.split(":") for a in sys.argv[2:])]
over = threading.Event()
lock = threading.Lock()
answered, failures, calls, version = [], {}, 0, ""


def new_id():
    global calls
    with lock:
        calls += 1
        return f"py-{kind}-{calls}"


def note(id, why=None):
    with lock:
        if why is None:
            answered.append(id)
            return
        why = str(why).replace(id, "ID")
        failures[why] = failures.get(why, 0) + 1
        if failures[why] == 1:
            print(f"{time.strftime('%H:%M:%S')} {kind} {id}: {why}", file=sys.stderr)


def workers(count, work):
    threads = [threading.Thread(target=lambda: [work() for _ in iter(over.is_set, True)]) for _ in range(count)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()


def grpcio():
    import grpc

    global version
    version = "grpcio " + grpc.__version__
    target = "ipv4:" + ",".join(f"{host}:{port}" for host, port in addresses)
    with grpc.insecure_channel(target) as channel:
        call = channel.unary_unary("/Count/One", str.encode, bytes.decode)

        def work():
            id = new_id()
            try:
                answer = call(id, timeout=DEADLINE)
                note(id, None if answer == id else "a wrong answer")
            except grpc.RpcError as e:
                note(id, f"{e.code().name} {e.details()}")

        workers(8, work)


class Http:
    """One connection after another; on a refused connection no request was sent."""

    def __init__(self, keep):
        self.keep, self.connection, self.used, self.turn = keep, None, False, 0

    def work(self):
        self.turn += 1
        id = new_id()
        try:
            note(id, self.send(id, self.turn % 2 == 0))
        except (OSError, http.client.HTTPException) as e:
            note(id, f"{'POST' if self.turn % 2 == 0 else 'GET'} {type(e).__name__} {e}")
            self.connection = None
        time.sleep(0.002)

    def send(self, id, post):
        while True:
            if self.connection is None:
                self.connection, self.used = self.connect(), False
            if post:
                self.connection.request("POST", "/count", id, {"Content-Type": "text/plain"})
            else:
                self.connection.request("GET", "/count?id=" + id)
            response = self.connection.getresponse()
            body, reused = response.read().decode(), self.used
            self.used = True
            if not self.keep or response.getheader("connection", "").lower() == "close":
                self.connection.close()
                self.connection = None
            # RFC 9110 section 15.5.9: the server processed no request, and the client may repeat it.
            if response.status != 408 or not reused:
                return None if (response.status, body) == (200, id) else f"HTTP {response.status}"

    def connect(self):
        for host, port in addresses * 2:
            connection = http.client.HTTPConnection(host, port, timeout=DEADLINE)
            try:
                connection.connect()
                return connection
            except ConnectionRefusedError:
                pass
        raise ConnectionRefusedError("no server accepts")


def http1(keep, count):
    global version
    version = "http.client " + sys.version.split()[0]
    mine = threading.local()

    def work():
        if not hasattr(mine, "http"):
            mine.http = Http(keep)
        mine.http.work()

    workers(count, work)


def websocket():
    import websockets
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    global version
    version = "websockets " + websockets.__version__
    mine = threading.local()

    def work():
        """A message without an answer before the close frame was not processed."""
        id = getattr(mine, "pending", None) or new_id()
        mine.pending = id
        try:
            socket = mine.__dict__.get("socket") or open_socket()
            mine.socket = socket
            socket.send(id)
            answer = socket.recv(timeout=DEADLINE)
            note(id, None if answer == id else "a wrong answer")
            mine.pending = None
            time.sleep(0.005)
        except ConnectionClosed as e:
            mine.socket = None
            if e.rcvd is None or e.rcvd.code != 1001:
                note(id, f"closed {e}")
                mine.pending = None
        except Exception as e:
            note(id, f"{type(e).__name__} {e}")
            mine.socket = mine.pending = None

    def open_socket():
        for host, port in addresses * 2:
            try:
                return connect(f"ws://{host}:{port}/count", open_timeout=DEADLINE, proxy=None)
            except ConnectionRefusedError:
                pass
        raise ConnectionRefusedError("no server accepts")

    workers(4, work)


{
    "grpcio": grpcio,
    "http1": lambda: http1(True, 6),
    "http1-fresh": lambda: http1(False, 4),
    "websocket": websocket,
}[kind]()
json.dump({"calls": calls, "failures": failures, "answered": answered, "version": version}, sys.stdout)
