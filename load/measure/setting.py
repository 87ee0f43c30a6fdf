"""Paths, and the code that both programs start with."""

import json
import pathlib
import signal
import sys

from .tools import Ghz, K6, need

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent
REPORTS = ROOT / "target" / "load"


def tools(ghz=True):
    """k6 and ghz; exits with instructions for installing them if they are missing and used."""
    need("k6", *(["ghz"] if ghz else []))
    REPORTS.mkdir(parents=True, exist_ok=True)
    limits = json.loads((HERE / "thresholds.json").read_text())
    return K6(HERE / "k6", REPORTS), Ghz(HERE / "ghz", REPORTS, limits, ROOT)


def clear(*patterns):
    """Deletes the reports of earlier runs, so that none is taken for one of this run."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    for pattern in patterns:
        for file in REPORTS.glob(pattern):
            file.unlink()


def finish(name, text):
    """Prints a table and saves it with the reports."""
    (REPORTS / name).write_text(text + "\n")
    print(text, flush=True)
    progress(f"reports are in {REPORTS.relative_to(ROOT)}/")


def progress(text):
    print(f"load: {text}", file=sys.stderr, flush=True)


def end(main):
    """Runs a program, so that it stops its server before it exits on a signal."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
