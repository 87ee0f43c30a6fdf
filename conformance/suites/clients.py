"""Real clients with valid and invalid tokens, and the result that each must get."""

import json
import os
import shutil

from . import install
from .setting import CACHE, HOME, CannotRun, Result, attempt, run

CLIENTS = HOME / "clients"
PYTHON = ("grpcio==1.76.0", "websockets==15.0.1")

GRPC = {
    "unary": "OK",
    "no token": "UNAUTHENTICATED",
    "expired token": "UNAUTHENTICATED",
    "wrong caller": "PERMISSION_DENIED",
    "unknown method": "UNIMPLEMENTED",
    "server stream": "OK, 5",
    "client stream": "OK, 1",
    "both ways": "OK, 10",
    "deadline": "DEADLINE_EXCEEDED",
    "cancel": "CANCELLED",
    "metadata": "OK",
    "message near the limit": "OK",
    "message over the limit": "RESOURCE_EXHAUSTED",
    "500 at once": "OK",
}
GRPCIO = {**GRPC, "several addresses": "OK"}
WEBSOCKET = {
    "good token": "pong",
    "token in a subprotocol": "pong",
    "no token": "401",
    "expired token": "401",
    "wrong caller": "403",
    "not a WebSocket's path": "404",
    "text": "same",
    "bytes": "same",
    "fragments": "same",
    "without compression": "same",
    "message near the limit": "same",
    "message over the limit": "closed 1009",
    "ping": "pong",
    "close": "closed 1000",
}
UNDICI = {
    "open to anyone": "200",
    "good token": "200",
    "no token": "401",
    "expired token": "401",
    "wrong caller": "403",
    "unknown path": "404",
    "HEAD": "200",
    "body of 1 MiB": "same",
    "body near the limit": "same",
    "body in chunks": "200",
    "pipelined": "200",
    "left before the answer": "AbortError, then 200",
    "WebSocket, token in a subprotocol": "pong",
    "WebSocket, wrong caller": "failed: refused",
}
CURL = {
    "HTTP/1.1": ("200 1.1", ["--http1.1", "/ping"]),
    "HTTP/1.0": ("200 1.*", ["--http1.0", "/ping"]),
    "h2c by upgrade": ("200 2", ["--http2", "/ping"]),
    "h2c by prior knowledge": ("200 2", ["--http2-prior-knowledge", "/ping"]),
    "h2c, body of 1 MiB": ("200 2", ["--http2-prior-knowledge", "--data-binary", "@{file}", "/echo"]),
    "h2c, good token": ("200 2", ["--http2-prior-knowledge", "--config", "{good}", "/private"]),
    "h2c, no token": ("401 2", ["--http2-prior-knowledge", "/private"]),
    "h2c, expired token": ("401 2", ["--http2-prior-knowledge", "--config", "{expired}", "/private"]),
    "h2c, wrong caller": ("403 2", ["--http2-prior-knowledge", "--config", "{wrong}", "/private"]),
    "browser's query": ("200 1.1", ["--http1.1", "--globoff", "/query?filter[a]=1|2"]),
    "through HTTP/1.1 with another host's target": ("421 1.1", ["--http1.1", "--request-target", "http://other.example/ping", "/ping"]),
}


def prepare_python():
    return install.python(*PYTHON)


def prepare_node():
    return install.npm(CLIENTS / "node")


def prepare_go():
    """Builds the client if its source is newer than the program."""
    folder = CACHE / "go-client"
    folder.mkdir(parents=True, exist_ok=True)
    for source in (CLIENTS / "go").iterdir():
        shutil.copy(source, folder)
    program = folder / "client"
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
    run("go", "build", "-p", "2", "-o", program, ".", cwd=folder, env=environment, seconds=900)
    return program


def compare(suite, version, expected, server, *command, authority="", **options):
    """Runs a client that prints a line for each case, over TLS if it is given an authority to trust."""
    environment = {**os.environ, "ONEPORT_TOKENS": json.dumps(server.tokens()), "ONEPORT_AUTHORITY": authority}
    done = attempt(*command, server.port, env=environment, seconds=180, **options)
    got = {}
    for line in done.stdout.splitlines():
        if line.startswith('{"'):
            found = json.loads(line)
            got[found["case"]] = found
    if not got:
        raise CannotRun(done.stdout[-2000:])
    failures = {}
    for case, wanted in expected.items():
        found = got.get(case, {"got": f"nothing: {done.stdout[-500:]}"})
        if found["got"] != wanted:
            failures[case] = f"expected {wanted}, got {found['got']} {found.get('detail', '')}"
    return Result(suite, version, len(expected), failures)


def check_grpcio(python, server, _quick):
    return compare("grpcio", PYTHON[0].partition("==")[2], GRPCIO, server, python, CLIENTS / "python" / "grpc_client.py")


def check_websockets(python, server, _quick):
    return compare("websockets", PYTHON[1].partition("==")[2], WEBSOCKET, server, python,
                   CLIENTS / "python" / "websocket_client.py")


def check_grpcio_tls(python, server, _quick):
    return compare("grpcio over TLS", PYTHON[0].partition("==")[2], GRPC, server, python,
                   CLIENTS / "python" / "grpc_client.py", authority=server.authority())


def check_websockets_tls(python, server, _quick):
    return compare("websockets over TLS", PYTHON[1].partition("==")[2], WEBSOCKET, server, python,
                   CLIENTS / "python" / "websocket_client.py", authority=server.authority())


def check_grpc_js(folder, server, _quick):
    return compare("@grpc/grpc-js", npm_version("@grpc/grpc-js"), GRPC, server, "node", "grpc.mjs", cwd=folder)


def check_undici(folder, server, _quick):
    return compare("undici", npm_version("undici"), UNDICI, server, "node", "http.mjs", cwd=folder)


def check_grpc_go(program, server, _quick):
    version = next(line.split()[-1] for line in (CLIENTS / "go" / "go.mod").read_text().splitlines() if "grpc " in line)
    return compare("grpc-go", version, GRPC, server, program)


def check_curl(_, server, _quick):
    """curl reads tokens from files, so that they do not appear on a command line."""
    folder = CACHE / "curl"
    folder.mkdir(parents=True, exist_ok=True)
    files = {"file": folder / "body"}
    files["file"].write_bytes(b"x" * (1 << 20))
    for name, token in server.tokens().items():
        files[name] = folder / name
        files[name].touch(0o600)
        files[name].write_text(f'header = "Authorization: Bearer {token}"\n')
    failures = {}
    for case, (wanted, (*options, path)) in CURL.items():
        done = attempt("curl", "-sS", "-m", "20", "-o", os.devnull, "-w", "%{http_code} %{http_version}",
                       *(option.format(**files) for option in options), f"http://127.0.0.1:{server.port}{path}")
        if done.stdout != wanted and not (wanted.endswith("*") and done.stdout.startswith(wanted[:-1])):
            failures[case] = f"expected {wanted}, got {done.stdout}"
    version = attempt("curl", "--version").stdout.split()[1]
    return Result("curl", version, len(CURL), failures)


def npm_version(package):
    return json.loads((CLIENTS / "node" / "package.json").read_text())["dependencies"][package]
