"""A Redis on a free port, and what it publishes."""

import signal
import socket
import subprocess
import time

from stays.wire import exactly


class Redis:
    """A process that keeps no file."""

    def __init__(self, program, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.command = [program, "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", folder]
        self.restart()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def restart(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("load: Redis does not start")

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def subscribed(self, channel):
        """A connection on which the messages of a channel arrive."""
        connection = socket.create_connection(("127.0.0.1", self.port), 10)
        connection.sendall(f"SUBSCRIBE {channel}\r\n".encode())
        confirmed = f"*3\r\n$9\r\nsubscribe\r\n${len(channel)}\r\n{channel}\r\n:1\r\n"
        with connection.makefile("rb", buffering=0) as answers:
            exactly(answers, len(confirmed))
        return connection
