"""HTTP, gRPC and WebSocket servers that believe only signed assertions: verify.py HTTP GRPC WEBSOCKET JWKS_URL AUDIENCES..."""

import asyncio
import http.server
import sys
import threading
from concurrent import futures

import grpc
import jwt
import websockets

HTTP, GRPC, WEBSOCKET = map(int, sys.argv[1:4])
KEYS = jwt.PyJWKClient(sys.argv[4])
AUDIENCES = sys.argv[5:]


def caller(assertion):
    try:
        key = KEYS.get_signing_key_from_jwt(assertion)
        claims = jwt.decode(assertion, key, algorithms=["ES256"], audience=AUDIENCES, issuer="oneport",
                            options={"require": ["exp", "iat", "sub", "jti", "aud", "iss"]})
        return f"{claims['sub']} {claims['route']}"
    except jwt.PyJWTError as e:
        return f"refused: {type(e).__name__}"


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = caller(self.headers.get("x-oneport-assertion", "")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class AnyMethod(grpc.GenericRpcHandler):
    def service(self, details):
        metadata = dict(details.invocation_metadata)
        return grpc.unary_unary_rpc_method_handler(
            lambda _message, _context: caller(metadata.get("x-oneport-assertion", "")).encode())


async def live(socket):
    async for _ in socket:
        await socket.send(caller(socket.request.headers.get("X-OnePort-Assertion", "")))


async def sockets():
    async with websockets.serve(live, "127.0.0.1", WEBSOCKET):
        await asyncio.get_running_loop().create_future()


threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.1", HTTP), Web).serve_forever, daemon=True).start()
server = grpc.server(futures.ThreadPoolExecutor(4))
server.add_generic_rpc_handlers((AnyMethod(),))
server.add_insecure_port(f"127.0.0.1:{GRPC}")
server.start()
asyncio.run(sockets())
