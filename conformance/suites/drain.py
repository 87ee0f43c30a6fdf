"""Stops under load, with clients that do not retry: conformance/drain/run, which starts its own servers."""

import sys

from .setting import HOME, REPORTS, Result, attempt


def check(_, _server, _quick):
    """One case: its own table, below target/conformance/reports, has a row for each kind of client."""
    done = attempt(sys.executable, HOME / "drain" / "run", "--server", "oneport", seconds=1800)
    (REPORTS / "drain.txt").write_text(done.stdout)
    failures = {"stops": done.stdout[-2000:]} if done.returncode != 0 else {}
    return Result("drain", "ten stops", 1, failures)
