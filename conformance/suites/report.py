"""One table of all suites, followed by notes on the failures."""

HEAD = ("suite", "version", "cases", "passed", "expected not to", "new failures")


class Verdict:
    """The result of a suite, compared with the expected one."""

    def __init__(self, result, expected):
        self.result = result
        self.failed = {}
        self.excluded = {}
        for case, wrong in result.failures.items():
            reason = expected.reason(result.suite, case)
            if reason is None:
                self.failed[case] = wrong
            else:
                self.excluded.setdefault(reason, []).append(case)

    def cells(self):
        total, failures = self.result.total, self.result.failures
        return (self.result.suite, self.result.version, total, total - len(failures),
                len(failures) - len(self.failed), len(self.failed))


def report(verdicts, broken, useless):
    """The table and its notes, as Markdown."""
    lines = ["| " + " | ".join(HEAD) + " |", "|---|---|---:|---:|---:|---:|"]
    lines += ["| " + " | ".join(map(str, verdict.cells())) + " |" for verdict in verdicts]
    lines += [f"| {suite} | could not run | | | | |" for suite in broken]
    for verdict in verdicts:
        for reason, cases in verdict.excluded.items():
            lines += ["", f"- {verdict.result.suite}, {len(cases)} expected not to pass ({shortened(cases)}): {reason}."]
    for row in useless:
        lines += ["", f"- listed in expected.txt, but passes: {row}"]
    for verdict in verdicts:
        for case, wrong in verdict.failed.items():
            lines += ["", f"NEW FAILURE, {verdict.result.suite}: {case}", *("    " + line for line in wrong.splitlines()[:12])]
    for suite, why in broken.items():
        lines += ["", f"NOT RUN, {suite}: {why}"]
    return "\n".join(lines) + "\n"


def shortened(cases):
    return ", ".join(cases[:3]) + (", ..." if len(cases) > 3 else "")
