"""Processes of the test: their configuration, their ports, and their use of CPU and memory."""

import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS = 300  # A first start of OnePort builds the jar.


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def filled(template, values):
    """The text of a template in this folder, with the values of its names in braces."""
    return re.sub(r"\{([a-z0-9]+)\}", lambda found: str(values.get(found[1], found[0])), (HERE / template).read_text())


class Part:
    """A process and its children, in a folder for its files."""

    def __init__(self, name, log):
        self.name = name
        self.log = log
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"oneport-load-{name}-"))
        self.folder.chmod(0o755)  # nginx's workers run as another user.
        self.process = None

    def write(self, template, values):
        file = self.folder / template
        file.write_text(filled(template, values | {"folder": self.folder}))
        return file

    def start(self, command, port=None, out=None, **options):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out or log, stderr=log, **options)
        if port:
            self._await(port)

    def _await(self, port):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit(f"load: {self.name} did not start; see {self.log}")

    def pids(self):
        """The process and its children, such as workers."""
        main = self.process.pid
        children = pathlib.Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [main, *map(int, children)]

    def cpu_seconds(self):
        """The CPU time of all of them since their start."""
        ticks = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def peak_mib(self):
        """The sum of their peak resident sizes."""
        return sum(int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) for pid in self.pids()) / 1024

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        subprocess.run(["rm", "-rf", self.folder], check=False)
