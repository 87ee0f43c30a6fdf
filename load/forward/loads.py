"""The loads: each returns how many calls were answered, their rate, and the times of those at a fixed rate."""

import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile

Found = collections.namedtuple("Found", "count rate")
Times = collections.namedtuple("Times", "p50 p99")

# One message of gRPC: no compression, its length, and a StringValue of 40 bytes.
MESSAGE = b"\0\0\0\0\x2a\n\x28a message of forty bytes, as in a chat.."


class Load:
    """One kind of call."""

    def __init__(self, name, upstream, grpc=True, paced=0):
        self.name = name
        self.upstream = upstream
        self.grpc = grpc
        self.paced = paced  # Calls a second for the times; 0 for none.


class Http(Load):
    """GET requests: wrk as fast as possible, h2load at a fixed rate."""

    def fast(self, address, token, seconds):
        said = run(["wrk", "-t2", "-c64", f"-d{seconds}", "--timeout", "30s", "-H", f"Authorization: Bearer {token}", f"http://{address}/web"])
        if "Non-2xx" in said or "Socket errors" in said:
            raise SystemExit(f"load: not every call was answered:\n{said}")
        return Found(int(re.search(r"(\d+) requests in", said)[1]), float(re.search(r"Requests/sec: *([\d.]+)", said)[1]))

    def paced_times(self, address, token, seconds):
        return h2load(f"http://{address}/web", token, ["--h1", "-c16"], seconds, self.paced / 16)[1]


class Unary(Load):
    """Unary calls by h2load, on 8 connections."""

    def fast(self, address, token, seconds):
        return h2load(f"http://{address}/bench.Bench/Ping", token, [*self._call(), "-c8", "-m16"], seconds)[0]

    def paced_times(self, address, token, seconds):
        return h2load(f"http://{address}/bench.Bench/Ping", token, [*self._call(), "-c8", "-m16"], seconds, self.paced / 8)[1]

    def _call(self):
        message = pathlib.Path(tempfile.gettempdir(), f"oneport-load-message-{os.getpid()}")
        message.write_bytes(MESSAGE)
        return ["-d", message, "-H", "content-type: application/grpc", "-H", "te: trailers"]


class Peer(Load):
    """Streams and sockets, by the Go program."""

    def __init__(self, name, upstream, kind, program, grpc=True, paced=0):
        super().__init__(name, upstream, grpc, paced)
        self.kind = kind
        self.program = program

    def fast(self, address, token, seconds):
        said = self._run(address, token, seconds)
        return Found(said["count"], said["count"] / said["seconds"])

    def paced_times(self, address, token, seconds):
        said = self._run(address, token, seconds, "-rate", str(self.paced))
        return Times(said["p50"], said["p99"])

    def _run(self, address, token, seconds, *more):
        streams = {"chat": ["-connections", "8", "-streams", "8"], "watch": ["-connections", "4", "-streams", "1"], "socket": ["-connections", "64"]}
        said = run([self.program, "load", "-kind", self.kind, "-target", address, "-warm", "0", "-seconds", str(seconds), *streams[self.kind], *more],
                   env=os.environ | {"ONEPORT_TOKEN": token})
        found = json.loads(said.splitlines()[0])
        if found["errors"]:
            raise SystemExit(f"load: not every message was answered:\n{said}")
        return found


def h2load(url, token, options, seconds, rate=0):
    """What h2load found: calls and rate, and the times of each call."""
    with tempfile.NamedTemporaryFile() as log:
        pace = [f"--rps={rate:g}", f"--log-file={log.name}"] if rate else []
        said = run(["h2load", *options, "-t1", f"-D{seconds}", *pace, "-H", f"authorization: Bearer {token}", url])
        status = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", said)
        if any(int(status[i]) for i in (2, 3, 4)):
            raise SystemExit(f"load: not every call was answered:\n{said}")
        rate = float(re.search(r"finished in .*?, ([\d.]+) req/s", said)[1])
        times = sorted(int(line.split("\t")[2]) / 1000 for line in pathlib.Path(log.name).read_text().splitlines())
    return Found(int(status[1]), rate), Times(times[len(times) // 2], times[len(times) * 99 // 100]) if times else None


def run(command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        shown = " ".join("..." if "Bearer" in str(word) else str(word) for word in command)
        raise SystemExit(f"load: {shown} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout + done.stderr
