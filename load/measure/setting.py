"""Where things are, and what both programs begin with."""

import json
import pathlib
import signal
import sys

from .tools import Ghz, K6, need

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent
REPORTS = ROOT / "target" / "load"


def tools():
    """k6 and ghz, or the end with a word on how to install them."""
    need("k6", "ghz")
    REPORTS.mkdir(parents=True, exist_ok=True)
    limits = json.loads((HERE / "thresholds.json").read_text())
    return K6(HERE / "k6", REPORTS), Ghz(HERE / "ghz", REPORTS, limits, ROOT)


def finish(name, text):
    """Prints a table and keeps it beside the reports."""
    (REPORTS / name).write_text(text + "\n")
    print(text, flush=True)
    progress(f"reports are in {REPORTS.relative_to(ROOT)}/")


def progress(text):
    print(f"load: {text}", file=sys.stderr, flush=True)


def end(main):
    """Runs a program; one that is told to end stops its server first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
