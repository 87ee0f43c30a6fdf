"""grpc-go's interoperability client, against grpc-java's test service."""

from . import install
from .setting import Result, attempt

MODULE, VERSION = "google.golang.org/grpc", "v1.85.0"

# All cases except those for Google's credentials, for load reports (ORCA), and for which of several servers
# answered (pick_first_unary), which grpc-java's service does not say.
CASES = (
    "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "empty_stream",
    "timeout_on_sleeping_server", "cancel_after_begin", "cancel_after_first_response", "status_code_and_message",
    "special_status_message", "custom_metadata", "unimplemented_method", "unimplemented_service", "rpc_soak",
    "channel_soak",
)


def prepare():
    return install.go(MODULE, VERSION, "interop/client")


def check(program, server, _quick):
    return cases("grpc-go interop", program, server)


def check_tls(program, server, _quick):
    return cases("grpc-go interop over TLS", program, server, "-use_tls", "-use_test_ca", "-ca_file", server.authority(),
                 "-server_host_override", "localhost")


def cases(suite, program, server, *options):
    failures = {}
    for case in CASES:
        done = attempt(program, "-server_host", "127.0.0.1", "-server_port", server.port, "-test_case", case, *options,
                       seconds=120)
        if done.returncode != 0:
            failures[case] = done.stdout[-1000:]
    return Result(suite, VERSION, len(CASES), failures)
