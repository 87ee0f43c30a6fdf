"""The faults. Each is injected beside a good client, and reports other observations in a few words."""

import collections
import concurrent.futures
import os
import pathlib
import subprocess
import threading
import time

from .bench import Bench, Broken
from .good import GoodClient
from .link import BadLink
from .issuer import Key, encoded
from .wire import Grpc, Http, Refused, WebSocket, bearer, string

Row = collections.namedtuple("Row", "calls errors p99 peak well said")
SETTLE = 4  # Seconds that the good client goes on after the harm is over.
FAKETIME = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
            "/usr/lib/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1"]


def beside_good(bench, harm, errors=0, p99=1000, well=5):
    """Injects a fault beside a good client, and checks the client's calls against the bounds."""
    with GoodClient(bench) as good:
        time.sleep(2)
        good.harm()
        said = harm()
        good.heal()
        time.sleep(SETTLE)
    bench.alive()
    bench.check_log()
    return judged(good.noticed(), bench.peak, said, errors, p99, well)


def judged(noticed, peak, said, errors, p99, well):
    row = Row(noticed.count, len(noticed.errors), noticed.p99, peak, noticed.well_after, said)
    if len(noticed.errors) > errors:
        common = collections.Counter(noticed.errors).most_common(3)
        raise Broken(f"the good client had {len(noticed.errors)} errors, {errors} at most: {common}", row)
    if not noticed.p99 <= p99:
        raise Broken(f"the good client's p99 was {noticed.p99:.0f} ms, {p99} at most", row)
    if noticed.well_after > well:
        raise Broken(f"it was well {noticed.well_after:.1f} s after, {well} at most", row)
    return row


class Newcomers:
    """Callers with new tokens, ten per second; they wait as long as the server asks."""

    def __init__(self, bench):
        self.bench = bench
        self.outcomes = collections.Counter()
        self.times = []
        self.end = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.thread.join()

    def run(self):
        n = 0
        while not self.end.wait(0.1):
            n += 1
            token, began = self.bench.issuer.token(f"new{n}@example.com"), time.monotonic()
            client = Http(self.bench.place, token)
            try:
                self.call(client)
                self.outcomes["served"] += 1
            except (Refused, OSError) as e:
                self.outcomes[str(e)] += 1
            client.close()
            self.times.append(time.monotonic() - began)

    def call(self, client):
        for _ in range(10):
            try:
                return client.call()
            except Refused as e:
                if "KEYS_UNAVAILABLE" not in str(e):
                    raise
                self.outcomes["told to wait"] += 1
                time.sleep(1)
        raise Refused("no keys for ten seconds")

    def said(self):
        wrong = {name: count for name, count in self.outcomes.items() if name not in ("served", "told to wait")}
        if wrong:
            raise Broken(f"newcomers: {wrong}")
        waits = f", {self.outcomes['told to wait']} told to wait" if self.outcomes["told to wait"] else ""
        times = sorted(self.times)
        return f"{self.outcomes['served']} new tokens served{waits}, half within {times[len(times) // 2]:.2f} s, the slowest in {times[-1]:.1f} s"


def keys(name, during):
    def row(seconds):
        with Bench(name) as bench:
            with Newcomers(bench) as newcomers:
                found = beside_good(bench, lambda: during(bench, seconds))
            return found._replace(said=f"{newcomers.said()}; {found.said}")
    return row


def garbage(bench, seconds):
    """64 connections send tokens with only the signature wrong, each as soon as the previous one is refused."""
    head = bench.token.rsplit(".", 1)[0]
    end, refused = threading.Event(), collections.Counter()

    def send():
        client = Http(bench.place, None)
        while not end.is_set():
            client.headers = bearer(f"{head}.{encoded(os.urandom(256))}")
            try:
                client.call()
            except (Refused, OSError) as e:
                refused[str(e)] += 1
        client.close()
    threads = [threading.Thread(target=send) for _ in range(64)]
    for each in threads:
        each.start()
    time.sleep(seconds)
    end.set()
    for each in threads:
        each.join()
    return f"{refused.total() / seconds:.0f} wrong signatures a second refused"


def outage(bench, seconds):
    return unlike_good(bench, "down", seconds)


def slow(bench, seconds):
    return unlike_good(bench, "slow", seconds)


def unlike_good(bench, behaviour, seconds):
    before, bench.issuer.behaviour = bench.issuer.requests, behaviour
    time.sleep(seconds)
    bench.issuer.behaviour = "good"
    return f"{bench.issuer.requests - before} requests for keys in {seconds} s"


def rotation(bench, seconds):
    """The next key is published beside the previous one and signs at once; the oldest is removed, and the good client's key stays."""
    rounds = max(2, seconds // 5)
    for n in range(rounds):
        key = Key(f"key{n}")
        bench.issuer.keys = [bench.issuer.keys[0], *bench.issuer.keys[-1:], key] if n else [bench.issuer.keys[0], key]
        time.sleep(3)
    return f"{rounds} new keys"


def jump(name, hours):
    def row(seconds):
        library = next((path for path in FAKETIME if pathlib.Path(path).exists()), None)
        if library is None:
            raise SystemExit("load: not found: faketime; install with\n  apt-get install faketime")
        stamp = pathlib.Path(f"/tmp/oneport-faults-{name}-{time.monotonic_ns()}")
        stamp.write_text("+0")
        environment = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(stamp), "FAKETIME_CACHE_DURATION": "1",
                       "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
        policy = "  quotas:\n    - { for: [ metered@example.com ], calls-per-second: 20, burst: 20 }\n"
        try:
            with Bench(name, settings="  max-call-duration: 1h\n  websocket: { ping-interval: 2s }\n", policy=policy, environment=environment) as bench:
                found = beside_good(bench, lambda: jumped(bench, stamp, hours, seconds))
                return found._replace(said=f"{found.said}; the stop took {bench.stop(15):.1f} s")
        finally:
            stamp.unlink()
    return row


def jumped(bench, stamp, hours, seconds):
    """A stream and a socket opened before the jump, and a caller at half of its quota."""
    metered = Http(bench.place, bench.issuer.token("metered@example.com"))
    socket_, stream = WebSocket(bench.place, bench.token), Grpc(bench.place, bench.token)
    stream.open("/Echo/Chat", "application/grpc")
    stamp.write_text(f"{hours:+d}h")
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for name, call in (("the quota", metered.call), ("the socket", socket_.call), ("the stream", lambda: stream.exchange(b"\x08\1"))):
            try:
                call()
            except (Refused, OSError) as e:
                raise Broken(f"{name}: {e} after {count} rounds") from e
        count += 1
        time.sleep(0.1)
    return f"{count} calls each within a quota, on a stream and on a socket"


def bad_link(seconds):
    settings = "  websocket: { ping-interval: 2s }\n  http2: { keep-alive-interval: 2s }\n"
    with Bench("link", settings=settings) as bench, BadLink(bench.place, 1_000_000, 0.02) as link:
        def harm():
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                sockets = [pool.submit(chat_socket, link.place, bench.token, seconds) for _ in range(8)]
                streams = [pool.submit(chat_stream, link.place, bench.token, seconds) for _ in range(8)]
                answers = [sum(each.result() for each in kind) for kind in (sockets, streams)]
            return f"none of 8 sockets and 8 streams ended in {seconds} s, {answers[0]} and {answers[1]} answers of 2 KB, {link.lost} packets lost"
        return beside_good(bench, harm)


def chat_socket(place, token, seconds):
    """Messages, with pauses longer than a heartbeat."""
    client, end, count = WebSocket(place, token), time.monotonic() + seconds, 0
    message = b'{"message":"' + b"x" * 2000 + b'"}'
    while time.monotonic() < end:
        client.send(message)
        if b'"pong"' not in client.receive():
            raise Broken("a wrong answer on a socket")
        count += 1
        if count % 10 == 0:
            client.quiet(5)
        time.sleep(0.2)
    client.close()
    return count


def chat_stream(place, token, seconds):
    client, end, count = Grpc(place, token), time.monotonic() + seconds, 0
    client.open("/Echo/Chat", "application/grpc")
    while time.monotonic() < end:
        client.exchange(b"\x08" + bytes([count % 100 + 1]) + string(2, b"x" * 2000))
        count += 1
        time.sleep(0.2)
    client.close()
    return count


def one_core(seconds):
    with Bench("core", before=("taskset", "-c", "0")) as bench:
        neighbours = [subprocess.Popen(["taskset", "-c", "0", "sh", "-c", "while :; do :; done"]) for _ in range(2)]

        def harm():
            time.sleep(seconds)
            for each in neighbours:
                each.kill()
            return "two neighbours that compute on the server's only processor"
        try:
            return beside_good(bench, harm)
        finally:
            for each in neighbours:
                each.kill()
                each.wait()
