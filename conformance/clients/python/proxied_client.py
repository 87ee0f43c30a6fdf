"""Calls OnePort through a proxy with grpcio and websockets, and prints one line of JSON for each case.

Arguments: the proxy's port, and the file with its certificate; without one the clients speak cleartext.
"""

import json
import os
import pathlib
import ssl
import sys

import grpc
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

TOKENS = json.loads(os.environ["ONEPORT_TOKENS"])
TRACES = json.loads(os.environ["ONEPORT_TRACES"])
HOST = f"127.0.0.1:{sys.argv[1]}"
CERTIFICATE = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
MESSAGE = b"\x0a\x02xx"


def headers(case):
    """A token, a trace to find the audit line by, and headers that lie about the client."""
    return {"authorization": "Bearer " + TOKENS["good"], "traceparent": f"00-{TRACES[case]}-00000000000000ab-01",
            "x-forwarded-for": "198.51.100.7", "x-forwarded-host": "evil.example", "forwarded": "for=198.51.100.7"}


def tell(case, action):
    try:
        got = action()
    except grpc.RpcError as e:
        got = f"{e.code().name} {e.details()}"
    except InvalidStatus as e:
        got = str(e.response.status_code)
    print(json.dumps({"case": case, "got": got}), flush=True)


def channel():
    options = [("grpc.enable_retries", 0)]
    if CERTIFICATE is None:
        return grpc.insecure_channel(HOST, options)
    return grpc.secure_channel(HOST, grpc.ssl_channel_credentials(CERTIFICATE.read_bytes()), options)


def web_socket(case, origin=None):
    secure = ssl.create_default_context(cafile=CERTIFICATE) if CERTIFICATE else None
    with connect(f"{'wss' if secure else 'ws'}://{HOST}/ws", ssl=secure, origin=origin, proxy=None,
                 additional_headers=headers(case)) as socket:
        socket.send('{"message":"x"}')
        return json.loads(socket.recv(20))["message"]


def main():
    with channel() as grpc_channel:
        def unary(case):
            grpc_channel.unary_unary("/Echo/Ping")(MESSAGE, metadata=list(headers(case).items()), timeout=20)
            return "OK"

        def stream(case):
            call = grpc_channel.stream_stream("/Echo/Chat")(
                iter([MESSAGE] * 10), metadata=list(headers(case).items()), timeout=20)
            return f"OK, {len(list(call))}"

        tell("gRPC", lambda: unary("gRPC"))
        tell("gRPC, both ways", lambda: stream("gRPC, both ways"))
    tell("WebSocket", lambda: web_socket("WebSocket"))
    scheme, other = ("https", "http") if CERTIFICATE else ("http", "https")
    tell("page of this server", lambda: web_socket("page of this server", f"{scheme}://{HOST}"))
    tell("page of another scheme", lambda: web_socket("page of another scheme", f"{other}://{HOST}"))
    tell("page of a host that the client claims",
         lambda: web_socket("page of a host that the client claims", f"{scheme}://evil.example"))


if __name__ == "__main__":
    main()
