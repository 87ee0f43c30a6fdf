"""The server that is called: one of our own in dev mode, or any other."""

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
    """A server that runs: where it is, the token for it, and what it uses if its process is known."""

    def __init__(self, address, token="", pid=None):
        self.address = address
        self.token = token
        self.pid = pid

    @property
    def tls(self):
        return self.address.startswith("https://")

    @property
    def authority(self):
        """Its name with the port, as gRPC wants it."""
        name = re.sub("^https?://", "", self.address).rstrip("/")
        return name if ":" in name else f"{name}:{443 if self.tls else 80}"

    @classmethod
    def other(cls, address, token_file=None, pid=None):
        """A server that somebody else started; if it is one in dev mode it gives a token."""
        if token_file:
            return cls(address, pathlib.Path(token_file).read_text().strip(), pid)
        return cls(address, dev_token(address) or "", pid)

    def cpu_seconds(self):
        """The time that it had a processor since it started; None if that cannot be known."""
        try:
            fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        """The memory that it has now; None if that cannot be known."""
        try:
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return None
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class DevServer(Server):
    """`oneport serve --dev` on a free port, for as long as the block lasts."""

    def __init__(self, root, log, audit_percent, *options):
        environment = dict(os.environ, ONEPORT_AUDIT_SAMPLE_ALLOWED=str(audit_percent))
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
            # Its last line, after which nothing more is printed but one line a call.
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
    """What a server uses while a block runs: time of processors, and memory at most."""

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
        """How many processors that is, if it was spent in so many seconds; None if it is not known."""
        return None if self.cpu is None else self.cpu / seconds

    def _sample(self):
        over = False
        while not over:
            over = self._over.wait(0.2)
            now = self.server.resident_mib()
            if now is not None:
                self.mib = max(self.mib or 0, now)


def dev_token(address):
    """A token from a server in dev mode; None from any other."""
    origin = address if "://" in address else f"http://{address}"
    request = urllib.request.Request(
        f"{origin.rstrip('/')}/dev/token", json.dumps(CALLER).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)["token"]
    except (urllib.error.HTTPError, ValueError, KeyError):
        return None
    except OSError as e:
        raise SystemExit(f"load: {address} cannot be reached: {getattr(e, 'reason', e)}") from e


def blank_tokens(log):
    """The tokens of the start are good for an hour and belong in no file."""
    text = pathlib.Path(log).read_text(errors="replace")
    with open(log, "r+") as file:
        file.write(re.sub(r"eyJ[\w.-]+", lambda token: "." * len(token.group()), text))
