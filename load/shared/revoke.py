"""Measures how long it takes from `oneport revoke` to the end of each open call."""

import resource
import subprocess
import threading
import time
import urllib.error
import urllib.request

from measure.histogram import histogram
from measure.server import dev_token
from measure.setting import REPORTS, progress
from measure.table import table
from measure.tools import at

from .held import Held, Socket, Streams, hold

GOOD = {Socket.KIND: "close 3000", Streams.KIND: "status 16"}  # 16 is UNAUTHENTICATED.
CHANNEL = "oneport:revocations"
PATIENCE = 60  # Seconds for a server to be ready.
PERCENTS = (50, 99, 100)
HEAD = ("", "ended", "otherwise", "in Redis ms", "command ms", "its CPU ms",
        *(f"{name} {since} ms" for since in ("after Redis", "after start") for name in ("p50", "p99", "max")), "")

# The servers run in dev mode, with an issuer of their own; `oneport revoke` needs a configured one. Its key, the example in
# RFC 7517 appendix A.1, is written out so that nobody fetches it.
CONFIGURATION = """shared:
  redis: "${FLEET_REDIS}"
identity:
  issuers:
    example:
      issuer: https://issuer.example
      audiences: [ fleet ]
      jwks: >-
        {"keys": [{"kty": "EC", "crv": "P-256", "kid": "example", "use": "sig", "alg": "ES256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}
policy:
  rules:
    - { allow: [ anyone ], route: [ HTTP GET /ping, HTTP GET /health/*, HTTP GET /metrics, GRPC grpc.health.v1.Health/* ] }
    - { allow: [ authenticated ], route: [ GRPC Echo/*, WS /ws ] }
"""


class Round:
    """One caller's calls are opened, the caller is revoked, and all of them end."""

    def __init__(self, number, servers, redis, options):
        self.caller = f"caller-{number}@example.com"
        self.command = [options.root / "oneport", "revoke", "--caller", self.caller, "--config", options.config]
        tokens = [dev_token(server.authority, {"caller": self.caller, "roles": [], "seconds": 3600}) for server in servers]
        held = Held()
        channel = redis.subscribed(CHANNEL)
        try:
            hold(held, servers, tokens, options.sockets)
            held.watch(channel, self.heard)
            self.published = self.exited = None
            self.run(held, options.sockets)
        finally:
            channel.close()
            held.close()
        self.ends = [(kind, when) for kind, when, how in held.ends if how == GOOD[kind]]
        self.otherwise = [(kind, how) for kind, _, how in held.ends if how != GOOD[kind]]

    def heard(self, now):
        self.published = now

    def run(self, held, count):
        self.began = time.monotonic()
        process = subprocess.Popen(self.command, cwd=self.command[0].parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        waiting = threading.Thread(target=self.wait, args=(process,), daemon=True)
        waiting.start()
        whole = held.until(lambda: len(held.ends) == count and self.exited or process.returncode)
        waiting.join(10)
        if process.returncode or not self.published:
            raise SystemExit(f"load: the command failed: {self.says}")
        if not whole:
            progress(f"{count - len(held.ends)} of {count} did not end")

    def wait(self, process):
        before = cpu()
        self.says = process.communicate()[0]
        self.exited = time.monotonic()
        self.cpu = cpu() - before


def cpu():
    """Seconds of all commands that have ended; the servers still run."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ready(server):
    """Waits until a server has read Redis."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{server.authority}/health/ready", timeout=5).close()
            return
        except urllib.error.HTTPError:
            time.sleep(0.1)
    raise SystemExit("load: a server has not read Redis")


def measured(servers, redis, options):
    """The table; and a plot of the times of all rounds."""
    for server in servers:
        ready(server)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    rounds = []
    for number in range(1, options.rounds + 1):
        progress(f"round {number}")
        rounds.append(Round(number, servers, redis, options))
    for _, how in {each for one in rounds for each in one.otherwise}:
        progress(f"ended otherwise: {how}")
    rows = [row(f"round {number}", [one], tuple(GOOD)) for number, one in enumerate(rounds, 1)]
    rows += [row(f"{kind}, all rounds", rounds, (kind,)) for kind in GOOD] + [row("all", rounds, tuple(GOOD))]
    times = sorted((when - one.published) * 1000 for one in rounds for _, when in one.ends)
    title = f"{len(times):,} open calls of {len(servers)} servers end, ms after the revocation is in Redis"
    (REPORTS / "fleet-revoked.svg").write_text(histogram(title, times))
    return table(HEAD, rows)


def row(title, rounds, kinds):
    after = [sorted((when - since(one)) * 1000 for one in rounds for kind, when in one.ends if kind in kinds)
             for since in (lambda one: one.published, lambda one: one.began)]
    otherwise = sum(kind in kinds for one in rounds for kind, _ in one.otherwise)
    command = [f"{seconds * 1000:,.0f}" for one in rounds for seconds in (one.published - one.began, one.exited - one.began, one.cpu)]
    return (title, f"{len(after[0]):,}", f"{otherwise:,}", *(command if len(rounds) == 1 else [""] * 3),
            *(f"{at(times, percent):,.0f}" for times in after for percent in PERCENTS), "")
