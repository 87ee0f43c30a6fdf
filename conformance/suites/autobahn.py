"""The original Autobahn suite, which needs Python 2.7."""

import json
import os
import shutil

from . import install
from .setting import HOME, REPORTS, Result, run

VERSION = "0.8.2"

# Groups that finish within seconds; 9 tests large messages, 12 and 13 compression, with a thousand messages each.
QUICK = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*", "12.1.1", "13.1.1"]
PASSED = ("OK", "INFORMATIONAL")


def prepare():
    return install.python2(f"autobahntestsuite=={VERSION}")


def check(tools, server, quick, suite="autobahntestsuite", cases=None):
    python, packages = tools
    reports = REPORTS / suite.replace(" ", "-").replace(",", "")
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    spec = reports / "spec.json"
    spec.write_text(json.dumps({
        "outdir": str(reports), "cases": cases or (QUICK if quick else ["*"]), "exclude-cases": [],
        "exclude-agent-cases": {}, "servers": [{"agent": "oneport", "url": f"ws://127.0.0.1:{server.port}/echo"}]}))
    run(python, HOME / "autobahn" / "wstest.py", packages, "-m", "fuzzingclient", "-s", spec, seconds=3000,
        cwd=reports, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    results = json.loads((reports / "index.json").read_text())["oneport"]
    failures = {
        case: f"{result['behavior']}, at its close {result['behaviorClose']}, close code {result['remoteCloseCode']}"
        for case, result in results.items()
        if result["behavior"] not in PASSED or result["behaviorClose"] not in PASSED}
    return Result(suite, VERSION, len(results), failures)


def check_large(tools, server, _quick):
    """The cases with messages of 2 MiB and more, on a server configured for them."""
    return check(tools, server, False, LARGE, ["9.1.4", "9.1.5", "9.1.6", "9.2.4", "9.2.5", "9.2.6", "9.3.*", "9.4.*"])


LARGE = "autobahntestsuite, large messages"
LARGE_SETTINGS = {"ONEPORT_SERVER_WEBSOCKET_MAX_MESSAGE_SIZE": "16MiB"}
