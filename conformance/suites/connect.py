"""connectconformance in server mode: gRPC, gRPC-Web and Connect."""

import re
import sys

from . import install
from .setting import HOME, REPORTS, CannotRun, Result, attempt

MODULE, VERSION = "connectrpc.com/conformance", "v1.0.7"

# The suite expects a server with this limit for messages, in bytes; it is lower than the default.
LIMIT = str(200 * 1024)
SETTINGS = {
    "ONEPORT_SERVER_GRPC_MAX_MESSAGE_SIZE": LIMIT,
    "ONEPORT_SERVER_GRPC_MAX_DECOMPRESSED_SIZE": LIMIT,
    "ONEPORT_SERVER_WEB_MAX_JSON_SIZE": LIMIT,
}


def prepare():
    return install.go(MODULE, VERSION, "cmd/connectconformance")


def protos():
    """The folder with the suite's .proto files; set when the suite is installed."""
    return install.go_source(MODULE, VERSION) / "proto"


def check(program, server, _quick):
    """The features of each protocol that the server offers, as listed in the files in conformance/connect."""
    return judged("connectconformance", program, features, server.port)


def features(name):
    return HOME / "connect" / f"{name}.yaml"


def check_tls(program, server, _quick):
    """The same features over TLS."""
    return judged("connectconformance over TLS", program, over_tls, server.port, server.authority())


def over_tls(name):
    """The features as a file for TLS only."""
    text = (HOME / "connect" / f"{name}.yaml").read_text().replace("h2c: true", "h2c: false").replace("tls: false", "tls: true")
    file = REPORTS / f"connect-{name}-tls.yaml"
    file.write_text(text + ("" if "exclude_cases:" in text else "exclude_cases:\n") + "  - { use_tls: false }\n")
    return file


def judged(suite, program, listed, *server):
    total, failures = 0, {}
    for name in ("streams", "connect"):
        done = attempt(program, "--mode", "server", "--conf", listed(name), "--max-servers", "2",
                       "--", sys.executable, HOME / "connect" / "server", *server, seconds=900)
        (REPORTS / f"{suite.replace(' ', '-')}-{name}.txt").write_text(done.stdout)
        counted = re.search(r"^Total cases: (\d+)", done.stdout, re.MULTILINE)
        if not counted or "could not be run" in done.stdout:
            raise CannotRun(done.stdout[-2000:])
        total += int(counted.group(1))
        failures.update(re.findall(r"^FAILED: (.*):\n((?:[ \t].*\n)*)", done.stdout, re.MULTILINE))
    return Result(suite, VERSION, total, failures)
