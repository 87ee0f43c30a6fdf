"""Runs k6 and ghz and reads their reports."""

import collections
import json
import math
import os
import pathlib
import shutil
import subprocess
import tempfile

from .histogram import histogram
from .server import Usage
from .table import NAMES

INSTALL = {
    "k6": "go install go.k6.io/k6@latest",
    "ghz": "go install github.com/bojand/ghz/cmd/ghz@latest",
    "wrk": "apt-get install wrk",
    "h2load": "apt-get install nghttp2-client",
    "nginx": "apt-get install nginx-light",
    "go": "apt-get install golang",
    "openssl": "apt-get install openssl",
}
# Bytes of the message, where ghz's configuration has none. The last is just below the usual limit of a message.
SIZES = {"ping-1k": 1 << 10, "ping-100k": 100 << 10, "ping-4m": 4_000_000}
CROSSED = 99  # What k6 ends with when a threshold is crossed.

PERCENTS = (50, 95, 99, 99.9)

# Times are in ms. `late` counts the calls of a fixed rate that did not begin, because all callers waited.
Result = collections.namedtuple("Result", "rate p50 p95 p99 p999 errors late cores mib crossed")


def need(*tools):
    """Exits with instructions if a tool is missing; also searches Go's bin folder."""
    go = pathlib.Path(os.environ.get("GOBIN") or pathlib.Path(os.environ.get("GOPATH", "~/go")).expanduser() / "bin")
    os.environ["PATH"] += os.pathsep + str(go)
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        raise SystemExit("load: not found: " + ", ".join(missing) + "; install with\n"
                         + "\n".join("  " + INSTALL[tool] for tool in missing))


class K6:
    """k6 with the scripts of a folder."""

    def __init__(self, folder, reports):
        self.folder = folder
        self.reports = reports

    def run(self, script, server, seconds, users, report=None, rate=0, size=0):
        """One scenario: at full speed, or at a fixed rate of calls a second; `size` is that of a JSON message."""
        more = {"ONEPORT_USERS": users} | ({"ONEPORT_RATE": rate} if rate else {}) | ({"ONEPORT_SIZE": size} if size else {})
        with Usage(server) as usage:
            metrics, crossed = self._run(script, server, seconds, report, **more)
        late = metrics.get("dropped_iterations", {"count": 0})["count"]
        return Result(metrics["messages"]["count"] / seconds, *percentiles(metrics["latency"]),
                      metrics["failed"]["passes"], late, usage.cores(seconds), usage.mib, crossed)

    def curve(self, script, server, seconds, steps, pace, report):
        """More and more users at a fixed pace: (users, rate, p50, p99) each, in ms."""
        metrics, _ = self._run(script, server, seconds, report,
                               ONEPORT_PACE=pace, ONEPORT_STEPS=",".join(map(str, steps)))
        points = []
        for users in steps:
            count = metrics[f"messages{{scenario:users{users}}}"]["count"]
            p50, _, p99, _ = percentiles(metrics[f"latency{{scenario:users{users}}}"])
            points.append((users, count / seconds, p50, p99))
        return points

    def _run(self, script, server, seconds, report, **variables):
        with tempfile.TemporaryDirectory() as scratch:
            summary = pathlib.Path(scratch, "summary.json")
            environment = dict(
                os.environ, ONEPORT_SERVER=server.address, ONEPORT_TOKEN=server.token,
                ONEPORT_SECONDS=str(seconds), K6_NO_USAGE_REPORT="true",
                **{name: str(value) for name, value in variables.items()})
            if report:
                environment.update(
                    K6_WEB_DASHBOARD="true", K6_WEB_DASHBOARD_PORT="-1", K6_WEB_DASHBOARD_PERIOD=f"{period(seconds)}ms",
                    K6_WEB_DASHBOARD_EXPORT=str(self.reports / report))
            done = subprocess.run(
                ["k6", "run", "--quiet", "--no-color", "--summary-export", str(summary), str(self.folder / f"{script}.js")],
                env=environment, capture_output=True, text=True, check=False)
            if done.returncode not in (0, CROSSED) or not summary.exists():
                raise SystemExit(f"load: k6 {script} ended with {done.returncode}:\n{done.stderr[-2000:]}")
            metrics = json.loads(summary.read_text())["metrics"]
            if "latency" not in metrics:
                raise SystemExit(f"load: k6 {script}: no message was answered by {server.address}:\n{done.stderr[-2000:]}")
            return metrics, done.returncode == CROSSED


class Ghz:
    """ghz with the configurations of a folder; its thresholds are checked here, as it has none."""

    def __init__(self, folder, reports, limits, root):
        self.folder = folder
        self.reports = reports
        self.limits = limits
        self.root = root

    def run(self, name, server, factor, report):
        """One configuration, with its number of calls multiplied."""
        config = self.folder / f"{name}.json"
        total = max(1, round(json.loads(config.read_text())["total"] * factor))
        with tempfile.TemporaryDirectory() as scratch:
            metadata = pathlib.Path(scratch, "metadata.json")
            metadata.touch(0o600)
            metadata.write_text(json.dumps({"authorization": f"Bearer {server.token}"} if server.token else {}))
            data = pathlib.Path(scratch, "data.json")
            data.write_text(json.dumps({"message": "x" * SIZES.get(name, 0)}))
            page = pathlib.Path(scratch, "report.json")
            with Usage(server) as usage:
                done = subprocess.run(
                    ["ghz", "--config", str(config), "-n", str(total), "-M", str(metadata),
                     *(["-D", str(data)] if name in SIZES else []),
                     "-O", "json", "-o", str(page), "--no-insecure" if server.tls else "--insecure", server.authority],
                    cwd=self.root, capture_output=True, text=True, check=False)
            if done.returncode != 0 or not page.exists():
                raise SystemExit(f"load: ghz {name} ended with {done.returncode}:\n{done.stderr[-2000:]}")
            said = json.loads(page.read_text())
        calls, rate = said["details"], said["rps"]
        times = sorted(call["latency"] / 1e6 for call in calls if call["status"] == "OK")
        errors = len(calls) - len(times)
        if times:
            title = f"{NAMES[name]}: {len(times):,} calls, {rate:,.0f} a second"
            (self.reports / report).write_text(histogram(title, times))
        p50, p95, p99, p999 = (at(times, percent) for percent in PERCENTS)
        limit = self.limits[name]
        crossed = errors > 0 or not (p95 < limit["p95"] and p99 < limit["p99"])
        return Result(rate, p50, p95, p99, p999, errors, 0, usage.cores(len(calls) / rate), usage.mib, crossed)


def period(seconds):
    """The interval between two points of a report, in ms: below a second the rates of k6's charts jump up and down."""
    return int(min(10, max(1, seconds / 10)) * 1000)


def percentiles(trend):
    return tuple(trend[f"p({percent})"] for percent in PERCENTS)


def at(times, percent):
    """The value that this percentage of the values does not exceed."""
    return times[max(0, math.ceil(len(times) * percent / 100) - 1)] if times else math.nan
