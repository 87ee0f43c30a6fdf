"""The server under test: one started here in dev mode, or any other."""

import json
import os
import pathlib
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request

CALLER = {"caller": "alice@example.com", "roles": ["caller"], "seconds": 3600}
START_SECONDS = 300  # A first start builds the jar.


class Server:
    """A running server: its address, its token, and its resource use if its process is known."""

    def __init__(self, address, token="", pid=None):
        self.address = address
        self.token = token
        self.pid = pid

    @property
    def tls(self):
        return self.address.startswith("https://")

    @property
    def authority(self):
        """Its host and port, as gRPC needs them."""
        name = re.sub("^https?://", "", self.address).rstrip("/")
        return name if ":" in name else f"{name}:{443 if self.tls else 80}"

    @classmethod
    def other(cls, address, token_file=None, pid=None):
        """A server that was started elsewhere; in dev mode it issues a token."""
        if token_file:
            return cls(address, pathlib.Path(token_file).read_text().strip(), pid)
        return cls(address, dev_token(address) or "", pid)

    def cpu_seconds(self):
        """The CPU time since its start; None if unknown."""
        try:
            fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        """Its current memory; None if unknown."""
        try:
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return None
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class DevServer(Server):
    """`oneport serve --dev` on a free port, for as long as the block lasts."""

    def __init__(self, root, log, audit_percent, *options, java=""):
        """`java` is an additional option for Java."""
        environment = dict(os.environ, ONEPORT_AUDIT_SAMPLE_ALLOWED=str(audit_percent))
        if java:
            environment["JAVA_OPTS"] = f"{os.environ.get('JAVA_OPTS', '')} {java}".strip()
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                [root / "oneport", "serve", "--dev", "--port", "0", *options],
                cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            address = f"localhost:{self._port(log)}"
            super().__init__(address, dev_token(address), self.process.pid)
        except BaseException:
            self.stop()
            raise
        blank_tokens(log)

    def _port(self, log):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            # The last line of the banner; afterwards the server prints only one line per call.
            text = pathlib.Path(log).read_text(errors="replace")
            found = re.search(r"listening on port (\d+)", text)
            if found and "gets another token" in text:
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"load: the server did not start; see {log}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Usage:
    """A server's CPU time and peak memory while a block runs."""

    def __init__(self, server):
        self.server = server
        self.cpu = None
        self.mib = None
        self._over = threading.Event()

    def __enter__(self):
        self._before = self.server.cpu_seconds()
        self._watch = threading.Thread(target=self._sample, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._watch.join()
        after = self.server.cpu_seconds()
        if after is not None and self._before is not None:
            self.cpu = after - self._before

    def cores(self, seconds):
        """The average number of busy processors over that many seconds; None if unknown."""
        return None if self.cpu is None else self.cpu / seconds

    def _sample(self):
        over = False
        while not over:
            over = self._over.wait(0.2)
            now = self.server.resident_mib()
            if now is not None:
                self.mib = max(self.mib or 0, now)


def dev_token(address, caller=None):
    """A token from a server in dev mode; None from any other."""
    origin = address if "://" in address else f"http://{address}"
    request = urllib.request.Request(
        f"{origin.rstrip('/')}/dev/token", json.dumps(caller or CALLER).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)["token"]
    except (urllib.error.HTTPError, ValueError, KeyError):
        return None
    except OSError as e:
        raise SystemExit(f"load: {address} cannot be reached: {getattr(e, 'reason', e)}") from e


def blank_tokens(log):
    """Removes the tokens that the server printed: they are valid for an hour and must not stay in a file."""
    text = pathlib.Path(log).read_text(errors="replace")
    with open(log, "r+") as file:
        file.write(re.sub(r"eyJ[\w.-]+", lambda token: "." * len(token.group()), text))
