"""A good client: a separate process that keeps calling on each protocol, and records each call."""

import json
import math
import pathlib
import subprocess
import sys
import threading
import time

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from stays.wire import Grpc, Http, NewHttp, Refused, WebSocket

PROTOCOLS = {"http": Http, "grpc": Grpc, "websocket": WebSocket}
OVER_TLS = {**PROTOCOLS, "new connections": NewHttp}
PACE = 0.02
SLOW = 250  # Milliseconds; a slower answer is not that of a server that is well.


class GoodClient:
    """Runs for the duration of a block, and then reports its calls."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps({"address": self.server.place, "token": self.server.token}) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()  # Each protocol has had its first answer.
        self.began = time.monotonic()
        self.harmed = self.healed = None
        self.calls = []
        return self

    def __exit__(self, *_):
        said = self.process.communicate("\n", 120)[0]
        if not said:
            raise RuntimeError(f"the good client ended with {self.process.returncode} and no result")
        self.calls = [tuple(call) for call in json.loads(said)]

    def harm(self):
        """Marks the beginning of the fault; earlier calls are not counted."""
        self.harmed = time.monotonic()

    def heal(self):
        self.healed = time.monotonic()

    def noticed(self):
        return Noticed([call for call in self.calls if self.harmed is None or call[0] + call[1] / 1000 >= self.harmed], self.healed)


class Noticed:
    """The good client's calls: (began, ms, protocol, error or nothing) each."""

    def __init__(self, calls, healed):
        self.count = len(calls)
        self.errors = [call[3] for call in calls if call[3]]
        times = sorted(call[1] for call in calls if not call[3])
        self.p99 = times[math.ceil(len(times) * 0.99) - 1] if times else math.nan
        ends = [began + ms / 1000 for began, ms, _, error in calls if error or ms > SLOW]
        after = [end - healed for end in ends if healed and end > healed]
        self.well_after = max(after, default=0)


def call_on(kind, address, token, calls, end, first):
    client = None
    while not end.is_set():
        began, error = time.monotonic(), None
        try:
            client = client or kind(address, token)
            client.call()
            first.set()
        except (Refused, OSError, ValueError, EOFError) as e:
            error = str(e) or type(e).__name__
        except Exception as e:  # What http.client makes of half an answer.
            error = type(e).__name__
        calls.append((began, (time.monotonic() - began) * 1000, kind.__name__, error))
        if error and client:
            client.close()
            client = None
        end.wait(PACE if not error else 0.1)


def main():
    given = json.loads(sys.stdin.readline())
    calls, end, firsts, threads = [], threading.Event(), [], []
    for kind in (OVER_TLS if len(given["address"]) > 2 else PROTOCOLS).values():
        firsts.append(threading.Event())
        threads.append(threading.Thread(target=call_on, args=(kind, tuple(given["address"]), given["token"], calls, end, firsts[-1]), daemon=True))
        threads[-1].start()
    for first in firsts:
        first.wait(30)
    print("ready", flush=True)
    sys.stdin.readline()
    end.set()
    for thread in threads:
        thread.join(35)
    json.dump(calls, sys.stdout)


if __name__ == "__main__":
    main()
