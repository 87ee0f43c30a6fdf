"""OnePort in front of servers in other languages: the walk-through of docs/gateway.md, paths that two parsers could read differently, and real clients through a second OnePort."""

import contextlib
import functools
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

from . import assertions, autobahn, clients, connect, interop
from .server import Server
from .setting import CACHE, HOME, REPORTS, ROOT, CannotRun, Result, progress, run

FOLDER = CACHE / "gateway"
GRPC = ("grpcio==1.76.0", "grpcio-tools==1.76.0")
WEBSOCKET = "github.com/coder/websocket@v1.8.14"
TOOLS = HOME / "gateway"

# Each leads to closed/secret.txt in some parser: after decoding, dot segments, doubled slashes, parameters, or a cut.
TRICKS = (
    "/closed/secret.txt", "//closed/secret.txt", "/open//../closed/secret.txt", "/open/../closed/secret.txt",
    "/open/./../closed/secret.txt", "/open/%2e%2e/closed/secret.txt", "/open/%2E%2E/closed/secret.txt",
    "/open/.%2e/closed/secret.txt", "/open/..%2fclosed/secret.txt", "/open/..%2Fclosed%2Fsecret.txt",
    "/open%2f..%2fclosed%2fsecret.txt", "/open/%252e%252e/closed/secret.txt", "/open/..;/closed/secret.txt",
    "/open;/../closed/secret.txt", "/open/..\\closed\\secret.txt", "/open\\..\\closed\\secret.txt",
    "/open/..%5cclosed%5csecret.txt", "/open/%5c../closed/secret.txt", "/open/..%00/closed/secret.txt",
    "/open/%00/../../closed/secret.txt", "/open/..%c0%afclosed/secret.txt", "/open/%c0%ae%c0%ae/closed/secret.txt",
    "/./closed/secret.txt", "/%2e/closed/secret.txt", "/x/../closed/secret.txt", "/%63losed/secret.txt",
    "/closed%2fsecret.txt", "/closed/secret.txt?/open/", "/open/../closed/secret.txt#/open/", "/open/..//closed/secret.txt",
    "/open/.../../closed/secret.txt", "/open/..%3b/closed/secret.txt", "/open/..%09/closed/secret.txt", "closed/secret.txt",
    "http://127.0.0.1/closed/secret.txt", "http://127.0.0.1//closed/secret.txt", "http://127.0.0.1/open/../closed/secret.txt",
)
OPEN = ("/open/index.txt", "/open/%69ndex.txt", "/open/index.txt?a=/../closed/secret.txt")

TRICKS_YAML = """
upstreams: {{ files: {{ url: "http://127.0.0.1:{port}" }} }}
forward: [ {{ route: HTTP * /**, to: files }} ]
policy:
  rules:
    - {{ allow: [ anyone ], route: HTTP GET /open/** }}
    - {{ allow: [ authenticated ], route: [ HTTP GET /closed/**, "HTTP GET /x/**" ] }}
"""

CLIENTS_YAML = """
upstreams:
  http: {{ url: "http://127.0.0.1:{port}" }}
  grpc: {{ url: "h2c://127.0.0.1:{port}" }}
forward:
  - {{ route: HTTP * /**, to: http }}
  - {{ route: GRPC **/*, to: grpc }}
  - {{ route: WS /**, to: http }}
"""


def prepare():
    """The programs of docs/gateway.md and the file servers, ready to run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    python = python_with_grpc()
    blocks = walk_through()
    for name, text in blocks.items():
        (FOLDER / name).write_text(text)
    live = go("live", blocks["live.go"], WEBSOCKET)
    files = go("files", (TOOLS / "files.go").read_text())
    return {"python": python, "live": live, "files": files, "interop": interop.prepare(), "assertions": assertions.prepare(),
            "websockets": clients.prepare_python(), "node": clients.prepare_node(), "grpc-go": clients.prepare_go()}


def walk_through():
    section = (ROOT / "docs" / "gateway.md").read_text().partition("## Three services behind one port")[2].partition("\n## ")[0]
    names = {"js": "web.mjs", "proto": "ledger.proto", "python": "ledger.py", "go": "live.go", "yaml": "gateway.yaml",
             "sh": "calls.sh", "text": "expected.txt"}
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", section, re.M | re.S)
    unpack = next((at for at, (language, _) in enumerate(blocks) if language == "sh"), None)
    found = {"unpack.sh" if at == unpack else names[language]: text for at, (language, text) in enumerate(blocks)}
    if set(found) != {"unpack.sh", *names.values()}:
        raise CannotRun(f"docs/gateway.md has only {sorted(found)}")
    return found


def python_with_grpc():
    folder = FOLDER / "python"
    if not (folder / "done").exists():
        progress("installing " + ", ".join(GRPC))
        run("python3", "-m", "venv", folder)
        run(folder / "bin" / "python", "-m", "pip", "install", "-q", *GRPC)
        (folder / "done").touch()
    return folder / "bin" / "python"


def go(name, text, *modules):
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    program, source = folder / "program", folder / "main.go"
    if not program.exists() or not source.exists() or source.read_text() != text:
        environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
        source.write_text(text)
        (folder / "go.mod").write_text(f"module oneport.dev/{name}\n\ngo 1.25\n")
        for module in modules:
            run("go", "get", module, cwd=folder, env=environment, seconds=900)
        run("go", "build", "-p", "2", "-o", program, ".", cwd=folder, env=environment, seconds=900)
    return program


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Started:
    """Processes that end with the block."""

    def __init__(self):
        self._processes = []

    def start(self, name, port, *command, **options):
        with open(REPORTS / f"gateway-{name}.log", "wb") as out:
            self._processes.append(subprocess.Popen(
                list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **options))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._processes[-1].poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise CannotRun(f"{name} did not start: {(REPORTS / f'gateway-{name}.log').read_text(errors='replace')[-1000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def check(tools, server, quick):
    failures, total = {}, 0
    parts = [functools.partial(documented, tools), functools.partial(tricks, tools, server.classes),
             functools.partial(asserted, tools, server.classes)]
    if not quick:
        parts.append(functools.partial(real_clients, tools, server.classes))
    for part in parts:
        count, failed = part()
        total += count
        failures.update(failed)
    return Result("gateway", "docs/gateway.md", total, failures)


def documented(tools):
    """The walk-through, with its ports replaced by free ones."""
    ports = {"3000": free_port(), "9090": free_port(), "8082": free_port(), "8080": free_port()}
    folder = FOLDER / "walk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(archive(), folder)
    for name, text in walk_through().items():
        for port, free in ports.items():
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free}").replace(f"listen({port}", f"listen({free}") \
                .replace(f"localhost:{port}", f"localhost:{free}")
        (folder / name).write_text(text)
    live = go("live-walk", (folder / "live.go").read_text(), WEBSOCKET)
    environment = without_java(folder, {"PORT": str(ports["8080"])}, tools["python"].parent)
    run("sh", "-e", folder / "unpack.sh", cwd=folder, env=environment)
    with Started() as started:
        started.start("web", ports["3000"], "node", "web.mjs", cwd=folder)
        started.start("ledger", ports["9090"], tools["python"], "ledger.py", cwd=folder)
        started.start("live", ports["8082"], live)
        started.start("oneport", ports["8080"], folder / "oneport", "serve", "--dev", "--config", "gateway.yaml", cwd=folder, env=environment)
        # oneport calls port 8080 unless it is told another.
        script = (folder / "calls.sh").read_text()
        script = re.sub(r"(\./oneport (?:token|call)[^\n)]*)", rf"\1 --server http://localhost:{ports['8080']}", script)
        done = subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300, check=False)
    wanted = (folder / "expected.txt").read_text()
    got = done.stdout
    if got == wanted:
        return 1, {}
    return 1, {"the walk-through": f"ended with {done.returncode}: {got}{done.stderr[-1500:]}\nexpected: {wanted}"}


def archive():
    """The archive of `./oneport package`, made if there is none of this build."""
    jar = ROOT / "target" / "oneport.jar"
    made = [file for file in jar.parent.glob("oneport-*-linux-*.tar.gz") if file.stat().st_mtime > jar.stat().st_mtime]
    if not made:
        progress("making the archive")
        run(ROOT / "oneport", "package", cwd=ROOT, env={name: value for name, value in os.environ.items() if name != "JAVA_HOME"})
        return archive()
    return max(made, key=lambda file: file.stat().st_mtime)


def without_java(folder, more, *path):
    """An environment in which the only `java` fails."""
    java = folder / "no-java" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'a java on the path was run' >&2\nexit 1\n")
    java.chmod(0o755)
    rest = {name: value for name, value in os.environ.items() if name not in ("JAVA_HOME", "JAVA_OPTS", "CLASSPATH")}
    return {**rest, **more, "PATH": os.pathsep.join(map(str, (java.parent, *path, os.environ["PATH"])))}


def asserted(tools, classes):
    """Servers in two languages verify the assertions about callers, on each protocol."""
    with Started() as started:
        return assertions.check(tools["assertions"], started, {name: free_port() for name in ("http", "grpc", "live", "node")}, classes)


def tricks(tools, classes):
    """No spelling of a path reaches a closed file of any server, and the open one is open."""
    files = FOLDER / "www"
    for name, text in (("open/index.txt", "open"), ("closed/secret.txt", "secret")):
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        (files / name).write_text(text)
    failures = {}
    total = 0
    with Started() as started:
        for name, port in file_servers(started, tools, files).items():
            config = FOLDER / f"tricks-{name}.yaml"
            config.write_text(TRICKS_YAML.format(port=port))
            with Server(classes, f"gateway-tricks-{name}", config, services=False) as gateway:
                for path in (*OPEN, *TRICKS):
                    total += 1
                    status, body = ask(gateway.port, path)
                    opened = path in OPEN
                    if (status, body) != (200, b"open") if opened else status < 400 or b"secret" in body:
                        failures[f"{name}: {path}"] = f"{status} {body[:100]}"
    return total, failures


def file_servers(started, tools, files):
    ports = {name: free_port() for name in ("go", "node", "python", "nginx")}
    started.start("files-go", ports["go"], tools["files"], str(ports["go"]), files)
    started.start("files-node", ports["node"], "node", TOOLS / "files.mjs", str(ports["node"]), files)
    started.start("files-python", ports["python"], sys.executable, "-m", "http.server", str(ports["python"]), "--bind", "127.0.0.1",
                  "--directory", files)
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        raise CannotRun("nginx is not installed")
    folder = FOLDER / "nginx"
    folder.mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text((TOOLS / "nginx.conf").read_text().replace("PORT", str(ports["nginx"])).replace("FOLDER", str(folder))
                                       .replace("FILES", str(files)))
    started.start("files-nginx", ports["nginx"], nginx, "-c", folder / "nginx.conf", "-e", folder / "error.log")
    return ports


def ask(port, target):
    """The status and the rest of the answer to a GET with exactly this target."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("latin-1"))
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        body = body.split(b"\r\n")[1]
    return int(head.split()[1]), body


@contextlib.contextmanager
def in_front(classes, **settings):
    """A OnePort in front of the one with the suites' services; the settings are for the one behind."""
    text = (HOME / "serve.yaml").read_text()
    FOLDER.mkdir(parents=True, exist_ok=True)
    behind = FOLDER / "behind.yaml"
    # The one in front learns the schema by reflection.
    behind.write_text(re.sub(r"allow: \[ caller \]", "allow: [ anyone ]", text)
                      + "    - { allow: [ anyone ], route: GRPC grpc.reflection.v1.ServerReflection/* }\n")
    with Server(classes, "gateway-behind", behind, **settings) as upstream:
        front = FOLDER / "front.yaml"
        front.write_text(text + CLIENTS_YAML.format(port=upstream.port))
        with Server(classes, "gateway-front", front, services=False) as gateway:
            yield gateway


def check_autobahn(tools, server, _quick):
    """The groups that are quick: large messages and compression are between a client and the first server."""
    with in_front(server.classes) as gateway:
        return autobahn.check(tools, gateway, True, "autobahntestsuite, forwarded")


def check_connect(program, server, _quick):
    """connectconformance with the features of the direct run."""
    with in_front(server.classes, **connect.SETTINGS) as gateway:
        return connect.judged("connectconformance, forwarded", program, connect.features, gateway.port)


def real_clients(tools, classes):
    """The clients and the interop suite again, through a OnePort in front of the one with the suites' services."""
    total, failures = 0, {}
    with in_front(classes) as gateway:
        for check_it, tool in ((interop.check, "interop"), (clients.check_grpcio, "websockets"), (clients.check_websockets, "websockets"),
                               (clients.check_grpc_js, "node"), (clients.check_undici, "node"), (clients.check_grpc_go, "grpc-go"),
                               (clients.check_curl, None)):
            result = check_it(tools.get(tool), gateway, False)
            total += result.total
            failures.update({f"{result.suite}: {case}": why for case, why in result.failures.items()})
    return total, failures
