"""The server under test: a separate process on loopback, and its resource use."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time

from measure.setting import REPORTS, ROOT

from .issuer import Issuer

START_SECONDS = 300  # A first start builds the jar.
HERE = pathlib.Path(__file__).resolve().parent
RULES = """policy:
  rules:
    - { allow: [ anyone ], route: [ HTTP GET /health/*, HTTP GET /metrics ] }
    - { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws, HTTP POST /body ] }
"""


class Broken(Exception):
    """A row exceeded its bound."""


class Bench:
    """`oneport serve` for the duration of the block, with a separate issuer."""

    def __init__(self, name, heap=384, settings="", policy="", before=(), environment=None, tls=False):
        self.heap = heap
        self.settings = settings
        self.policy = policy
        self.before = before
        self.environment = environment or {}
        self.tls = tls
        self.log = REPORTS / f"faults-{name}.log"

    def __enter__(self):
        self.issuer = Issuer()
        self.token = self.issuer.token()
        self.folder = tempfile.TemporaryDirectory()
        config = pathlib.Path(self.folder.name, "application.yaml")
        config.write_text(f"server:\n  port: 0\n  host: 127.0.0.1\n{self._tls() if self.tls else ''}{self.settings}audit: {{ sample-allowed: 1 }}\n"
                          f"{self.issuer.configuration()}{RULES}{self.policy}")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ONEPORT_")}
        environment |= {"CLASSPATH": str(services()), "JAVA_OPTS": f"-Xmx{self.heap}m -XX:MaxDirectMemorySize=64m"} | self.environment
        REPORTS.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen([*self.before, ROOT / "oneport", "serve", "--config", config], cwd=ROOT,
                                            env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            self.place = ("127.0.0.1", self._port(), *([self.authority] if self.tls else []))
        except BaseException:
            self._end()
            raise
        self._peak = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._sample, daemon=True)
        self._watch.start()
        return self

    def _tls(self):
        """The settings of TLS with a new certificate, which is its own authority."""
        self.authority, key = (str(pathlib.Path(self.folder.name, name)) for name in ("tls.crt", "tls.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", key, "-out", self.authority], check=True, capture_output=True)
        return f"  tls: {{ certificate: {self.authority}, key: {key} }}\n"

    def __exit__(self, *_):
        self._over.set()
        self._watch.join()
        self._end()

    def _end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.issuer.close()
        self.folder.cleanup()

    def _port(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"listening on port (\d+)", self.log.read_text(errors="replace"))
            if found:
                return int(found.group(1))
            time.sleep(0.05)
        raise SystemExit(f"load: the server did not start; see {self.log}")

    def stop(self, most):
        """Sends SIGTERM; returns how many seconds the stop took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(most)
        except subprocess.TimeoutExpired:
            raise Broken(f"it had not ended {most} s after SIGTERM") from None
        if code != 0:
            raise Broken(f"it ended with {code}")
        return time.monotonic() - began

    def alive(self):
        if self.process.poll() is not None:
            raise Broken(f"the process ended with {self.process.returncode}; see {self.log.name}")

    def check_log(self):
        said = self.log.read_text(errors="replace")
        if "OutOfMemoryError" in said:
            raise Broken("memory ran out")

    @property
    def peak(self):
        """Peak resident memory so far, in MiB."""
        self._look()
        return self._peak

    def usage(self):
        """(resident MiB, threads, open files) now."""
        status = self._status()
        threads = int(re.search(r"Threads:\s+(\d+)", status).group(1))
        return self._peak_of("VmRSS", status), threads, len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def cpu_seconds(self):
        """The server's CPU time since its start."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def live_heap(self):
        """MiB of live objects, after a garbage collection started by jcmd."""
        java = subprocess.run([ROOT / "oneport", "java-home"], capture_output=True, text=True, check=True).stdout.strip()
        jcmd = pathlib.Path(java, "bin", "jcmd")
        subprocess.run([jcmd, str(self.process.pid), "GC.run"], capture_output=True, check=True)
        said = subprocess.run([jcmd, str(self.process.pid), "GC.heap_info"], capture_output=True, text=True, check=True).stdout
        return sum(int(used) for used in re.findall(r"total \d+K, used (\d+)K", said)) / 1024

    def _sample(self):
        while not self._over.wait(0.2):
            self._look()

    def _look(self):
        try:
            self._peak = max(self._peak, self._peak_of("VmHWM", self._status()))
        except (OSError, AttributeError):
            pass  # It has ended.

    def _status(self):
        return pathlib.Path(f"/proc/{self.process.pid}/status").read_text()

    @staticmethod
    def _peak_of(name, status):
        return int(re.search(rf"{name}:\s+(\d+)", status).group(1)) / 1024


def services():
    """The folder with the tests' service, compiled against the jar."""
    target = ROOT / "target" / "faults-service"
    made, source = target / "Bodies.class", HERE / "Bodies.java"
    entry = target / "META-INF" / "services" / "dev.oneport.api.Service"
    if entry.exists() and made.exists() and made.stat().st_mtime > source.stat().st_mtime:
        return target
    java = subprocess.run([ROOT / "oneport", "java-home"], capture_output=True, text=True, check=True).stdout.strip()
    entry.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([pathlib.Path(java, "bin", "javac"), "-nowarn", "-cp", f"{ROOT}/target/oneport.jar:{ROOT}/target/libs/*",
                    "-d", target, source], check=True)
    entry.write_text("Bodies\n")
    return target
