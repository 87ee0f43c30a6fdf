"""Signed assertions about callers, verified by libraries of other languages in servers behind OnePort."""

import json
import pathlib

from . import install
from .server import Server
from .setting import CACHE, HOME, attempt, run

PACKAGES = ("grpcio==1.76.0", "websockets==15.0.1", "PyJWT==2.15.1", "cryptography==50.0.2")
TOOLS = HOME / "gateway"
FOLDER = CACHE / "assertions"
CALLER = "alice@example.com"

YAML = """
upstreams:
  python: {{ url: "http://127.0.0.1:{http}", assertion: true }}
  other: {{ url: "http://127.0.0.1:{http}", assertion: {{ audience: other }} }}
  none: {{ url: "http://127.0.0.1:{http}" }}
  node: {{ url: "http://127.0.0.1:{node}", assertion: true }}
  grpc: {{ url: "h2c://127.0.0.1:{grpc}", assertion: true }}
  live: {{ url: "ws://127.0.0.1:{live}", assertion: true }}
forward:
  - {{ route: HTTP GET /python/**, to: python }}
  - {{ route: HTTP GET /other/**, to: other }}
  - {{ route: HTTP GET /none/**, to: none }}
  - {{ route: HTTP GET /node/**, to: node }}
  - {{ route: GRPC proof.Of/*, to: grpc }}
  - {{ route: WS /live, to: live }}
policy:
  rules:
    - {{ allow: [ anyone ], route: [ HTTP GET /.well-known/oneport/jwks.json, HTTP GET /python/open ] }}
    - allow: [ {caller} ]
      route: [ HTTP GET /python/**, HTTP GET /other/**, HTTP GET /none/**, HTTP GET /node/**, GRPC proof.Of/*, WS /live ]
"""

# For each call, the answer of the server that verified the assertion.
WANTED = {
    "HTTP /python/1": f"{CALLER} HTTP GET /python/**",
    "HTTP /node/1": f"{CALLER} HTTP GET /node/**",
    "HTTP /other/1": "refused: InvalidAudienceError",
    "HTTP /none/1": "refused: DecodeError",
    "HTTP /python/open": "refused: DecodeError",
    "WS /live": f"{CALLER} WS /live",
    "GRPC proof.Of/Call": f"{CALLER} GRPC proof.Of/*",
}


def prepare():
    folder = FOLDER / "python"
    if not (folder / "done").exists():
        run("python3", "-m", "venv", folder)
        run(folder / "bin" / "python", "-m", "pip", "install", "-q", *PACKAGES)
        (folder / "done").touch()
    return {"python": folder / "bin" / "python", "jose": install.npm(TOOLS / "jose")}


def check(tools, started, ports, classes):
    """Starts the servers behind the port; `started` ends them, and `ports` has a free one for each."""
    config = FOLDER / "assertions.yaml"
    config.write_text(YAML.format(caller=CALLER, **ports))
    with Server(classes, "gateway-assertions", pathlib.Path(config), services=False) as gateway:
        keys = f"http://127.0.0.1:{gateway.port}/.well-known/oneport/jwks.json"
        audiences = [f"{scheme}://127.0.0.1:{ports[name]}" for scheme, name in (("http", "http"), ("h2c", "grpc"), ("http", "live"))]
        started.start("verify-python", ports["live"], tools["python"], TOOLS / "verify.py", ports["http"], ports["grpc"],
                      ports["live"], keys, *audiences)
        started.start("verify-node", ports["node"], "node", "verify.mjs", ports["node"], keys, f"http://127.0.0.1:{ports['node']}",
                      cwd=tools["jose"])
        paths = [case.removeprefix("HTTP ") for case in WANTED if case.startswith("HTTP ")]
        done = attempt(tools["python"], TOOLS / "ask.py", gateway.port, gateway.token(CALLER), "/live", "proof.Of/Call", *paths)
    got = {found["case"]: found["got"] for found in map(json.loads, filter(lambda line: line.startswith('{"'), done.stdout.splitlines()))}
    failures = {f"assertion, {case}": f"expected {wanted}, got {got.get(case, done.stdout[-500:])}"
                for case, wanted in WANTED.items() if got.get(case) != wanted}
    return len(WANTED), failures
