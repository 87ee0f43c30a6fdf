"""Paths, and the result type of every suite."""

import dataclasses
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / "conformance"
CACHE = ROOT / "target" / "conformance"
REPORTS = CACHE / "reports"


class CannotRun(Exception):
    """Something that a suite needs is missing; the message names it."""


@dataclasses.dataclass
class Result:
    """The result of a suite: the number of cases, and the failures."""

    suite: str
    version: str
    total: int
    failures: dict[str, str]


def progress(text):
    print(f"conformance: {text}", file=sys.stderr, flush=True)


def run(*command, seconds=600, **options):
    """Runs a command that must succeed; returns its output."""
    done = attempt(*command, seconds=seconds, **options)
    if done.returncode != 0:
        raise CannotRun(f"{' '.join(map(str, command[:4]))} ... ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def attempt(*command, seconds=600, **options):
    """Runs a command with any exit code; returns output and errors as one text."""
    try:
        return subprocess.run(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", timeout=seconds, check=False, **options)
    except FileNotFoundError as e:
        raise CannotRun(f"{command[0]} is not installed") from e
    except subprocess.TimeoutExpired as e:
        raise CannotRun(f"{command[0]} did not end within {seconds} s") from e


class Expected:
    """The cases that are expected to fail, with their reasons, and the rows that matched a failure."""

    def __init__(self, file):
        self.used = set()
        self.rows = []
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                cells = [cell.strip() for cell in line.split("|", 2)]
                if len(cells) != 3 or not all(cells):
                    raise SystemExit(f"{file}:{number}: expected suite | case | reason")
                self.rows.append(cells)

    def reason(self, suite, case):
        """The reason why a case is expected to fail; None if it must pass."""
        for of, pattern, reason in self.rows:
            text = ".*".join(map(re.escape, pattern.split("*")))
            if of == suite and re.fullmatch(text, case, re.DOTALL):
                self.used.add((of, pattern))
                return reason
        return None

    def useless(self, suites):
        """The rows of suites that ran, but matched no failed case."""
        return [f"{of} | {pattern}" for of, pattern, _ in self.rows if of in suites and (of, pattern) not in self.used]
