"""Floods of handshakes on a server with TLS; the good client opens new connections too."""

import re
import time

from .bench import Bench, Broken
from .rows import beside_good
from .shakes import Shakes

LOG_LINES = 20  # Of failed handshakes, in a row of half a minute: one per reason and ten seconds.


def flood(kind, connections, wrong=()):
    """A row; wrong names outcomes that must not happen."""
    def row(seconds):
        with Bench(f"tls-{kind}", tls=True) as bench:
            return beside_good(bench, lambda: sent(bench, kind, connections, wrong, seconds))
    return row


def sent(bench, kind, connections, wrong, seconds):
    shakes = Shakes(bench, kind, connections)
    cpu, began = bench.cpu_seconds(), time.monotonic()
    with shakes:
        time.sleep(seconds)
        busy = (bench.cpu_seconds() - cpu) / (time.monotonic() - began)
    bad = {name: count for name, count in shakes.outcomes.items() if name in wrong or ":" in name}
    if bad:
        raise Broken(f"the flood: {bad}")
    lines = len(re.findall(r"the TLS handshake with", bench.log.read_text(errors="replace")))
    if lines > LOG_LINES:
        raise Broken(f"{lines} lines in the log")
    rates = ", ".join(f"{count:,} {name}" for name, count in shakes.outcomes.most_common())
    return f"{rates}, in {seconds} s; {busy:.2f} processors; {lines} lines in the log"
