"""Calls routes with a token and forged assertions, and prints a line for each: ask.py PORT TOKEN WEBSOCKET_PATH GRPC_METHOD HTTP_PATHS..."""

import asyncio
import json
import sys
import urllib.error
import urllib.request

import grpc
import websockets

PORT, TOKEN, SOCKET, METHOD = sys.argv[1:5]
FORGED = {"Authorization": f"Bearer {TOKEN}", "X-OnePort-Assertion": "forged", "X_OnePort_Assertion": "forged"}


def tell(case, got):
    print(json.dumps({"case": case, "got": got}), flush=True)


def web(path):
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers=FORGED), timeout=20) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as e:
        return f"{e.code} {e.read().decode()}"


async def socket():
    async with websockets.connect(f"ws://127.0.0.1:{PORT}{SOCKET}", additional_headers=FORGED) as open_socket:
        await open_socket.send("who?")
        return await open_socket.recv()


for path in sys.argv[5:]:
    tell(f"HTTP {path}", web(path))
tell(f"WS {SOCKET}", asyncio.run(socket()))
with grpc.insecure_channel(f"127.0.0.1:{PORT}") as channel:
    metadata = [(name.lower(), value) for name, value in FORGED.items()]
    tell(f"GRPC {METHOD}", channel.unary_unary(f"/{METHOD}")(b"", metadata=metadata, timeout=20).decode())
