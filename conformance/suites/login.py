"""Browser login: oauth2-proxy before OnePort, as docs/gateway.md says, with an OpenID provider that signs everybody in."""

import base64
import http.cookiejar
import os
import re
import shlex
import socket
import urllib.error
import urllib.request

from . import gateway, install
from .setting import CACHE, HOME, ROOT, CannotRun, Result

PROXY, VERSION = "github.com/oauth2-proxy/oauth2-proxy/v7", "v7.15.6"
MOCKOIDC = "github.com/oauth2-proxy/mockoidc@v0.0.0-20240214162133-caebfff84d25"
FOLDER = CACHE / "login"
JANE, MALLORY = "jane.doe@example.com", "mallory@example.com"
CASES = 8


def prepare():
    gateway.FOLDER.mkdir(parents=True, exist_ok=True)
    walk = gateway.walk_through()
    return {"proxy": install.go(PROXY, VERSION), "web": walk["web.mjs"], "live": walk["live.go"],
            "provider": gateway.go("provider", (HOME / "gateway" / "provider.go").read_text(), MOCKOIDC)}


def documented():
    """The configuration, and oauth2-proxy's command."""
    section = (ROOT / "docs" / "gateway.md").read_text().partition("## Browser login")[2].partition("\n## ")[0]
    found = dict(re.findall(r"^```(\w+)\n(.*?)^```$", section, re.M | re.S))
    if set(found) != {"yaml", "sh"}:
        raise CannotRun(f"docs/gateway.md, browser login, has only {sorted(found)}")
    return found["yaml"], found["sh"]


def check(tools, server, _quick):
    ports = {port: gateway.free_port() for port in ("3000", "8082", "8080", "4180", "provider")}
    with_ports = lambda text: re.sub(r"\b(3000|8082|8080|4180)\b", lambda it: str(ports[it.group()]), text)
    FOLDER.mkdir(parents=True, exist_ok=True)
    other = FOLDER / "other"
    other.unlink(missing_ok=True)
    yaml, command = map(with_ports, documented())
    (FOLDER / "login.yaml").write_text(yaml)
    (FOLDER / "web.mjs").write_text(with_ports(tools["web"]))
    live = gateway.go("live-login", with_ports(tools["live"]), gateway.WEBSOCKET)
    issuer = f"http://127.0.0.1:{ports['provider']}/oidc"
    environment = {**os.environ, "ISSUER": issuer, "CLIENT_ID": "web", "CLIENT_SECRET": "secret", "PORT": str(ports["8080"]),
                   "COOKIE_SECRET": "0123456789abcdef0123456789abcdef", "PATH": f"{tools['proxy'].parent}:{os.environ['PATH']}"}
    with gateway.Started() as started:
        started.start("login-provider", ports["provider"], tools["provider"], f"127.0.0.1:{ports['provider']}", "web", "secret", other)
        started.start("login-web", ports["3000"], "node", "web.mjs", cwd=FOLDER)
        started.start("login-live", ports["8082"], live)
        started.start("login-oneport", ports["8080"], ROOT / "oneport", "serve", "--config", "login.yaml", cwd=FOLDER, env=environment)
        started.start("login-proxy", ports["4180"], "sh", "-c", "exec " + " ".join(map(shlex.quote, shlex.split(expand(command, environment)))),
                      env=environment)
        failures = problems(ports, other)
    return Result("login", f"oauth2-proxy {VERSION}, mockoidc", CASES, failures)


def expand(command, environment):
    return re.sub(r"\$(\w+)", lambda it: environment[it.group(1)], command.replace("\\\n", " "))


def problems(ports, other):
    origin = f"http://localhost:{ports['4180']}"
    jane, mallory = Browser(origin), Browser(origin)
    got = {"jane logs in": (jane.get("/orders/7"), (200, f"GET /orders/7 for {JANE}\n")),
           "jane stays logged in": (jane.get("/orders/8"), (200, f"GET /orders/8 for {JANE}\n")),
           "jane on a path of no rule": (jane.get("/private")[0], 404),
           "jane's WebSocket": (jane.socket(ports["4180"]), f"{JANE} said hello")}
    other.touch()
    got["mallory logs in"] = (mallory.get("/orders/7")[0], 403)
    got["mallory's WebSocket"] = (mallory.socket(ports["4180"]), "403")
    got["past oauth2-proxy, without a token"] = (Browser(f"http://localhost:{ports['8080']}").get("/orders/7")[0], 401)
    got["a user that a client claims"] = (
        jane.get("/orders/9", {"X-OnePort-Caller": "root", "X-Forwarded-Email": "root", "Authorization": "Bearer x.y.z"}),
        (200, f"GET /orders/9 for {JANE}\n"))
    return {case: f"expected {wanted}, got {result}" for case, (result, wanted) in got.items() if result != wanted}


class Browser:
    """Keeps cookies and follows redirects."""

    def __init__(self, origin):
        self.origin = origin
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path, headers=None):
        request = urllib.request.Request(self.origin + path, headers=headers or {})
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()

    def socket(self, port):
        """The answer to a message, or the status of a refusal."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
        with socket.create_connection(("127.0.0.1", port), 60) as connection:
            connection.sendall((f"GET /live HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                                f"Cookie: {cookies}\r\n\r\n").encode())
            read = connection.makefile("rb")
            status = read.readline().split()[1].decode()
            while read.readline().strip():
                pass
            if status != "101":
                return status
            # A text of five bytes, masked by zeros.
            connection.sendall(b"\x81\x85\0\0\0\0hello")
            return read.read(read.read(2)[1]).decode()
