"""h2spec: RFC 9113 and RFC 7541, frame by frame."""

import xml.etree.ElementTree as xml

from . import install
from .setting import REPORTS, CannotRun, Result, attempt

MODULE, VERSION = "github.com/summerwind/h2spec", "v2.2.1+incompatible"


def prepare():
    return install.go(MODULE, VERSION, "cmd/h2spec")


def check(program, server, _quick):
    """All cases, including the strict ones."""
    return cases("h2spec", program, server)


def check_tls(program, server, _quick):
    return cases("h2spec over TLS", program, server, "-t", "-k")


def cases(name, program, server, *options):
    file = REPORTS / "h2spec.xml"
    file.unlink(missing_ok=True)
    done = attempt(program, "-h", "127.0.0.1", "-p", server.port, "-P", "/ping", "-S", "-o", "5", "-j", file, *options)
    if not file.exists():
        raise CannotRun(done.stdout[-2000:])
    total, failures = 0, {}
    for suite in xml.parse(file).iter("testsuite"):
        for number, case in enumerate(suite.iter("testcase"), 1):
            total += 1
            for wrong in [*case.findall("failure"), *case.findall("error")]:
                failures[f"{case.get('package')}/{number}"] = f"{case.get('classname')}\n{wrong.text or ''}"
    return Result(name, VERSION, total, failures)
