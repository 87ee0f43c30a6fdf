"""Counts what several servers admit together while Redis is there, paused and killed."""

import time
import urllib.request

from measure.setting import REPORTS, progress
from measure.table import table
from measure.timeline import timeline

from .clients import Clients, Paced

HEAD = ("", "limit/s", "first 3 s", "seconds", "admitted/s", "of the limit", "refused/s", "errors", "longest ms", "")
STEP = 0.25  # Seconds between the points of the plot.
PATIENCE = 60  # Seconds for servers to hear of each other.
WARM = 8  # Seconds before the first phase.
SETTLING = 3  # Seconds of a phase that are counted apart.
PHASES = (("Redis is there", None, None), ("Redis is paused", "pause", "resume"), ("Redis is there again", None, None),
          ("Redis is killed", "kill", "restart"), ("Redis is there again, empty", None, None))

CONFIGURATION = """shared:
  redis: "${FLEET_REDIS}"
  quotas: { without-store: "${FLEET_WITHOUT_STORE}" }
policy:
  roles: { caller: [ alice@example.com ] }
  rules:
    - { allow: [ anyone ], route: [ HTTP GET /health/*, HTTP GET /metrics, GRPC grpc.health.v1.Health/* ] }
    - { allow: [ caller ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
  quotas:
    - { for: [ caller ], by: address, scope: fleet, calls-per-second: "${FLEET_LIMIT}", burst: "${FLEET_BURST}" }
"""


def measured(servers, redis, options):
    """The table; and a plot of what was admitted over time."""
    know_each_other(servers)
    clients = Paced(servers, options.rate) if options.rate else Clients(servers, options.clients)
    rows, points, marks = [], [], []
    try:
        progress("warming up")
        time.sleep(WARM)
        began = time.monotonic()
        for title, before, after in PHASES:
            progress(title)
            marks.append((time.monotonic() - began, title))
            if before:
                getattr(redis, before)()
            rows.append(phase(title, clients, options.seconds, points, began))
            if after:
                getattr(redis, after)()
    finally:
        clients.stop()
    demand = f"{options.rate:,} calls a second" if options.rate else f"{options.clients} clients"
    note = f"{options.servers} servers, {demand}, without Redis: {options.without_store}"
    (REPORTS / "fleet.svg").write_text(timeline("Calls admitted by the fleet", note, points, options.limit, marks))
    return table(HEAD, [cells(options.limit, *row) for row in rows])


def cells(limit, title, first, length, admitted, refused, errors, longest):
    return (title, f"{limit:,}", f"{first / limit:.1%}", f"{length:.1f}", f"{admitted:,.0f}", f"{admitted / limit:.1%}", f"{refused:,.0f}",
            f"{errors:,.0f}", f"{longest:.0f}" if longest else "-", "")


def know_each_other(servers):
    """Waits until each server knows how many there are."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        texts = [urllib.request.urlopen(f"http://{server.authority}/metrics", timeout=5).read().decode() for server in servers]
        if all(f"\noneport_fleet_servers {len(servers)}" in text for text in texts):
            return
        time.sleep(0.2)
    raise SystemExit("load: the servers do not hear of each other")


def phase(title, clients, seconds, points, began):
    """One row: first while servers hear of the change, and spend the burst; then what stays."""
    start_at, start = last_at, last = clients.totals()
    settled_at, settled = None, None
    while last_at < start_at + SETTLING + seconds:
        time.sleep(STEP)
        now_at, now = clients.totals()
        points.append((now_at - began, (now[0] - last[0]) / (now_at - last_at)))
        last, last_at = now, now_at
        if settled is None and now_at >= start_at + SETTLING:
            settled, settled_at = now, now_at
            clients.longest = [0.0] * len(clients.longest)
    first = (settled[0] - start[0]) / (settled_at - start_at)
    length = last_at - settled_at
    admitted, refused, errors = ((a - b) / length for a, b in zip(last, settled))
    return title, first, length, admitted, refused, errors * length, max(clients.longest, default=0) * 1000
