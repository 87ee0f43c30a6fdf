"""Calls OnePort with websockets, and prints one line of JSON for each case."""

import base64
import json
import os
import ssl
import sys

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync import client

AUTHORITY = os.environ.get("ONEPORT_AUTHORITY")
TOKENS = json.loads(os.environ["ONEPORT_TOKENS"])
MIB = 1 << 20


def connect(address, **options):
    context = ssl.create_default_context(cafile=AUTHORITY) if AUTHORITY else None
    return client.connect(address, ssl=context, **options)


def tell(case, action):
    try:
        got = action()
    except InvalidStatus as e:
        got = str(e.response.status_code)
    except ConnectionClosed as e:
        got = f"closed {e.rcvd.code if e.rcvd else None}"
    print(json.dumps({"case": case, "got": got}), flush=True)


def main():
    origin = ("wss://localhost:" if AUTHORITY else "ws://127.0.0.1:") + sys.argv[1]

    def ping(token=None, **options):
        fields = {"Authorization": "Bearer " + TOKENS[token]} if token else {}
        with connect(origin + "/ws", additional_headers=fields, **options) as socket:
            socket.send('{"message":"x"}')
            return json.loads(socket.recv(20))["message"]

    def subprotocol():
        token = base64.urlsafe_b64encode(TOKENS["good"].encode()).decode().rstrip("=")
        return ping(subprotocols=["echo", "base64url.bearer.authorization.oneport.dev." + token])

    def echo(message, **options):
        with connect(origin + "/echo", max_size=8 * MIB, **options) as socket:
            socket.send(message)
            received = b"".join(part if isinstance(part, bytes) else part.encode() for part in socket.recv_streaming())
            whole = message if isinstance(message, (str, bytes)) else type(message[0])().join(message)
            return "same" if received == (whole if isinstance(whole, bytes) else whole.encode()) else "other"

    def control():
        with connect(origin + "/echo") as socket:
            return "pong" if socket.ping().wait(20) else "no pong"

    def close():
        with connect(origin + "/echo") as socket:
            socket.close(1000)
            return f"closed {socket.close_code}"

    tell("good token", lambda: ping("good"))
    tell("token in a subprotocol", subprotocol)
    tell("no token", ping)
    tell("expired token", lambda: ping("expired"))
    tell("wrong caller", lambda: ping("wrong"))
    tell("not a WebSocket's path", lambda: str(connect(origin + "/nowhere")))
    tell("text", lambda: echo("\u00e4\U0001f600" * 1000))
    tell("bytes", lambda: echo(os.urandom(1000)))
    tell("fragments", lambda: echo(["a", "b", "c"]))
    tell("without compression", lambda: echo("a" * 1000, compression=None))
    tell("message near the limit", lambda: echo(os.urandom(MIB)))
    tell("message over the limit", lambda: echo(os.urandom(MIB + 1)))
    tell("ping", control)
    tell("close", close)


if __name__ == "__main__":
    main()
