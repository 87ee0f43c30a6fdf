"""grpc_health_probe, as Kubernetes runs it, against the server and each of its gRPC services."""

from . import install
from .setting import Result, attempt

MODULE, VERSION = "github.com/grpc-ecosystem/grpc-health-probe", "v0.4.63"
HEALTHY, CANNOT_CALL, UNHEALTHY = 0, 3, 4

CASES = {
    "the server": ([], HEALTHY),
    "Echo": (["-service", "Echo"], HEALTHY),
    "grpc.testing.TestService": (["-service", "grpc.testing.TestService"], HEALTHY),
    "grpc.health.v1.Health": (["-service", "grpc.health.v1.Health"], HEALTHY),
    "a service that is not ready": (["-service", "suite.NeverReady"], UNHEALTHY),
    "an unknown service": (["-service", "suite.Unknown"], CANNOT_CALL),
}


def prepare():
    return install.go(MODULE, VERSION)


def check(program, server, _quick):
    failures = {}
    for case, (options, wanted) in CASES.items():
        done = attempt(program, "-addr", f"127.0.0.1:{server.port}", *options, seconds=60)
        if done.returncode != wanted:
            failures[case] = f"expected exit code {wanted}, got {done.returncode}: {done.stdout[-1000:]}"
    return Result("grpc_health_probe", VERSION, len(CASES), failures)
