"""SIGTERM at a bad time: accepted calls are answered or get a reason, and the process ends in time."""

import collections
import resource
import socket
import threading
import time

from .bench import Bench, Broken
from .good import GoodClient
from .rows import judged
from .wire import Refused, WebSocket, exactly

GRACE = 8
TOLD = ("closed 1001", "DRAINING", "the connection ended", "refused", "reset", "RemoteDisconnected", "GOAWAY 0", "RST_STREAM 7", "BadStatusLine", "Broken pipe", "CannotSendRequest")


def amid_sockets(wanted):
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    count = min(wanted, files - 2000)
    settings = f"  max-concurrent-calls: {count * 2}\n  max-connections: {count + 2000}\n  websocket: {{ max-open: {count + 1000} }}\n"

    def row(_):
        with Bench("sockets", heap=512, settings=settings) as bench:
            sockets = [WebSocket(bench.place, bench.token) for _ in range(count)]
            told = collections.Counter()

            def listen():
                for each in sockets:
                    try:
                        each.receive()
                    except (Refused, OSError) as e:
                        told[str(e)[:11]] += 1

            def harm():
                listener = threading.Thread(target=listen)
                listener.start()
                took = bench.stop(GRACE + 3)
                listener.join()
                return took
            found = stopped(bench, harm, lambda took: f"{told['closed 1001']} of {count} sockets were closed with 1001; the end took {took:.1f} s")
            if told["closed 1001"] != count:
                raise Broken(f"sockets: {told}", found)
            return found
    return row


def amid_uploads(seconds):
    with Bench("uploads") as bench:
        outcomes = collections.Counter()
        begun = threading.Semaphore(0)
        uploads = [threading.Thread(target=lambda: outcomes.update([upload(bench, begun)])) for _ in range(50)]
        for each in uploads:
            each.start()
        for _ in uploads:
            begun.acquire()

        def harm():
            took = bench.stop(GRACE + 3)
            for each in uploads:
                each.join()
            return took
        found = stopped(bench, harm, lambda took: f"{outcomes['200']} of 50 uploads that had begun were answered with 200; the end took {took:.1f} s")
        if outcomes["200"] != 50:
            raise Broken(f"uploads: {outcomes}", found)
        return found


def upload(bench, begun):
    """1 MiB in four seconds; the stop begins after one."""
    with socket.create_connection(bench.place, 30) as client:
        client.sendall(f"POST /body HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bench.token}\r\nContent-Length: {1 << 20}\r\n\r\n".encode())
        for n in range(16):
            client.sendall(b"x" * (1 << 16))
            if n == 3:
                begun.release()
            time.sleep(0.25)
        return exactly(client.makefile("rb"), 12)[9:].decode()


def stopped(bench, harm, say):
    """The good client may be told of the stop as well; anything else is an error."""
    with GoodClient(bench) as good:
        time.sleep(2)
        good.harm()
        took = harm()
    noticed = good.noticed()
    noticed.errors = [error for error in noticed.errors if not any(told in error for told in TOLD)]
    noticed.well_after = took
    return judged(noticed, bench.peak, say(took), 0, 1000, GRACE + 1)
