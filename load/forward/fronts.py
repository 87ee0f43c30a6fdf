"""The proxies that are compared, each with its configuration in this folder."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time

from measure.setting import REPORTS, ROOT
from stays.issuer import AUDIENCE, Key

from .parts import START_SECONDS, Part, free_port

CALLER = "alice@example.com"
ISSUER = "https://issuer.example.com"


class Token:
    """One key, and one token that it signed."""

    def __init__(self):
        key = Key("bench")
        now = int(time.time())
        self.text = key.sign({"iss": ISSUER, "aud": AUDIENCE, "sub": CALLER, "iat": now, "exp": now + 4 * 3600})
        self.values = {"issuer": ISSUER, "audience": AUDIENCE, "caller": CALLER, "jwks": json.dumps({"keys": [key.public()]})}


class Front(Part):
    """A proxy: where it takes HTTP/1.1 with WebSockets, and where gRPC."""

    guards = False  # Whether it asks for the token.
    port = h2c = 0

    def __init__(self):
        super().__init__(type(self).__name__.lower(), REPORTS / f"gateway-{type(self).__name__.lower()}.log")

    def address(self, grpc):
        return f"127.0.0.1:{self.h2c if grpc else self.port}"


class OnePort(Front):
    guards = True

    def run(self, values):
        config = self.write("oneport.yaml", values)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ONEPORT_")}
        self.start([ROOT / "oneport", "serve", "--config", config], env=environment, cwd=self.folder)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"listening on port (\d+)", self.log.read_text(errors="replace"))
            if found:
                self.port = self.h2c = int(found[1])
                return
            time.sleep(0.05)
        raise SystemExit(f"load: OnePort did not start; see {self.log}")

    def version(self):
        java = subprocess.run([ROOT / "oneport", "java-home"], capture_output=True, text=True, check=True).stdout.strip()
        return "Java " + re.search(r'JAVA_RUNTIME_VERSION="(.*)"', pathlib.Path(java, "release").read_text())[1]


class Envoy(Front):
    guards = True

    def run(self, values):
        self.port = self.h2c = free_port()
        config = self.write("envoy.yaml", values | {"port": self.port})
        self.start(["envoy", "-c", config, "--concurrency", "2", "--log-level", "warn", "--disable-hot-restart"], self.port)

    def version(self):
        return first(["envoy", "--version"], r"/(\d+\.\d+\.\d+)/")


class Nginx(Front):
    def run(self, values):
        self.port, self.h2c = free_port(), free_port()
        config = self.write("nginx.conf", values | {"port": self.port, "h2c": self.h2c})
        self.start(["nginx", "-p", self.folder, "-c", config], self.h2c)

    def version(self):
        return first(["nginx", "-v"], r"nginx/([\d.]+)")


class HAProxy(Front):
    def run(self, values):
        self.port = self.h2c = free_port()
        config = self.write("haproxy.cfg", values | {"port": self.port})
        self.start(["haproxy", "-f", config], self.port)

    def version(self):
        return first(["haproxy", "-v"], r"version ([\d.]+)")


class Nothing(Front):
    """No proxy: the services themselves, for the times that a proxy adds."""

    def run(self, values):
        self.values = values

    def of(self, load):
        return f"127.0.0.1:{self.values[load.upstream]}"


def first(command, pattern):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return re.search(pattern, done.stdout + done.stderr)[1]


class Behind:
    """The services behind the proxies."""

    def __init__(self, peer):
        self.nginx = Part("behind", REPORTS / "gateway-behind.log")
        self.peer = Part("peer", REPORTS / "gateway-peer.log")
        self.values = {"http": free_port()}
        config = self.nginx.write("behind.conf", self.values)
        self.nginx.start(["nginx", "-p", self.nginx.folder, "-c", config], self.values["http"])
        self.peer.start([peer, "serve"], out=subprocess.PIPE)
        self.values["calls"], self.values["socket"] = map(int, self.peer.process.stdout.readline().split())

    def stop(self):
        self.nginx.stop()
        self.peer.stop()


def built_peer():
    """The Go program in `peer`, built."""
    source, target = pathlib.Path(__file__).parent / "peer", ROOT / "target" / "load-peer"
    if not shutil.which("go"):
        raise SystemExit("load: not found: go")
    subprocess.run(["go", "build", "-o", target, "."], cwd=source, check=True)
    return target
