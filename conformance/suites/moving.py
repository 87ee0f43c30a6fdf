"""A Go server with HTTP, gRPC and WebSocket on one port, behind OnePort: its clients see the same, and others nothing."""

import base64
import difflib
import http.server
import json
import os
import re
import threading
import time

from . import gateway
from .setting import CACHE, HOME, ROOT, CannotRun, Result, run

FOLDER = CACHE / "moving"
MODULES = ("google.golang.org/grpc@v1.85.0", gateway.WEBSOCKET)
AUDIENCE, CALLER, OTHER = "https://mux.example", "caller@project.iam.gserviceaccount.com", "other@project.iam.gserviceaccount.com"
UNKNOWN = "without a token"


def prepare():
    gateway.FOLDER.mkdir(parents=True, exist_ok=True)
    return {name: gateway.go(name, (HOME / "gateway" / f"{name}.go").read_text(), *MODULES) for name in ("mux_server", "mux_client")}


def check(tools, _server, _quick):
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = re.search(r"^```yaml\n(.*?)^```$", (ROOT / "docs" / "moving-from-go.md").read_text(), re.M | re.S)
    if text is None:
        raise CannotRun("docs/moving-from-go.md has no configuration")
    behind, before = gateway.free_port(), gateway.free_port()
    (FOLDER / "application.yaml").write_text(text.group(1).replace("8081", str(behind)))
    with gateway.Started() as started, Google() as google:
        environment = {**os.environ, "PORT": str(before), "AUTH_AUDIENCE": AUDIENCE, "AUTH_SERVICE_ACCOUNTS": CALLER,
                       "ONEPORT_IDENTITY_ISSUERS_GOOGLE_JWKS": google.keys}
        started.start("mux-server", behind, tools["mux_server"], f"127.0.0.1:{behind}")
        started.start("mux-oneport", before, ROOT / "oneport", "serve", cwd=FOLDER, env=environment)
        seen = lambda port, token: run(tools["mux_client"], f"127.0.0.1:{port}", token, seconds=120)
        direct, through = seen(behind, "none"), seen(before, google.token(CALLER))
        failures = {}
        if direct != through:
            failures["an allowed client"] = "\n".join(difflib.unified_diff(direct.splitlines(), through.splitlines(), "direct", "through", n=1))
        for name, token, http_status, code in ((UNKNOWN, "", "401", "Unauthenticated"), ("another caller", google.token(OTHER), "403", "PermissionDenied")):
            wrong = refused(seen(before, token), http_status, code)
            if wrong:
                failures[name] = wrong
    return Result("moving from Go", "grpc-go 1.85.0, coder/websocket 1.8.14", 3, failures)


def refused(lines, status, code):
    """Everything but the open GET /ping is refused; nothing when so."""
    for line in lines.splitlines():
        if line.startswith("  ") or "/ping" in line:
            continue
        if line.startswith("HTTP/") and f": {status} " in line:
            continue
        if line.startswith("gRPC") and re.search(rf"\b{code}\b", line):
            continue
        if line.startswith("socket:") and status in line:
            continue
        return f"expected {status}, {code}; got {line}"
    return None


class Google:
    """An issuer with Google's name, whose keys are here."""

    def __init__(self):
        self.key = FOLDER / "key.pem"
        if not self.key.exists():
            run("openssl", "genrsa", "-out", self.key, "2048")
        modulus = run("openssl", "rsa", "-in", self.key, "-noout", "-modulus").strip().partition("=")[2]
        keys = json.dumps({"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "e": "AQAB", "n": encoded(bytes.fromhex(modulus))}]}).encode()

        class Keys(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(keys)))
                self.end_headers()
                self.wfile.write(keys)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        self.keys = f"http://127.0.0.1:{self.server.server_address[1]}/keys"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def token(self, caller):
        now = int(time.time())
        claims = {"iss": "https://accounts.google.com", "aud": AUDIENCE, "sub": "1", "email": caller, "email_verified": True,
                  "iat": now, "exp": now + 3600}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "1", "typ": "JWT"}, claims))
        (FOLDER / "signed").write_text(signed)
        run("openssl", "dgst", "-sha256", "-sign", self.key, "-out", FOLDER / "signature", FOLDER / "signed")
        return f"{signed}.{encoded((FOLDER / 'signature').read_bytes())}"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
