"""Clients that call all servers of a fleet as fast as they can, or at a fixed rate."""

import http.client
import re
import subprocess
import threading
import time

CONNECTIONS = 4  # Of h2load, to each server.
HOURS = 4 * 3600  # In seconds; it is ended sooner.
CALLS = re.compile(r'^oneport_calls_total{.*route="HTTP GET /ping".*status="(\d+)".*} (\S+)', re.MULTILINE)


class Clients:
    """Call all servers in turn, and count the answers."""

    def __init__(self, servers, count):
        self.servers = servers
        self.counts = [[0, 0, 0] for _ in range(count)]  # admitted, refused, errors
        self.longest = [0.0] * count
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.call, args=(i,), daemon=True) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def call(self, number):
        connections = {}
        turn = number
        while not self.over.is_set():
            server = self.servers[turn % len(self.servers)]
            turn += 1
            began = time.monotonic()
            try:
                connection = connections.get(server) or connections.setdefault(server, http.client.HTTPConnection(server.authority, timeout=10))
                connection.request("GET", "/ping", headers={"Authorization": f"Bearer {server.token}"})
                answer = connection.getresponse()
                answer.read()
                self.counts[number][{200: 0, 429: 1}.get(answer.status, 2)] += 1
            except (OSError, http.client.HTTPException):
                self.counts[number][2] += 1
                connections.pop(server).close()
            self.longest[number] = max(self.longest[number], time.monotonic() - began)

    def totals(self):
        """The time, and what was admitted, refused and in error so far."""
        return time.monotonic(), [sum(column) for column in zip(*self.counts)]

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(15)


class Paced:
    """An h2load for each server, at a fixed rate together. The servers count, since h2load says nothing before its end."""

    def __init__(self, servers, rate):
        self.servers = servers
        self.longest = []
        each = rate / len(servers) / CONNECTIONS
        self.processes = [
            subprocess.Popen(
                ["h2load", "-t1", f"-c{CONNECTIONS}", "-m32", f"-D{HOURS}", f"--rps={each:.2f}",
                 "-H", f"authorization: Bearer {server.token}", f"http://{server.authority}/ping"],
                stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) for server in servers]
        self.connections = [http.client.HTTPConnection(server.authority, timeout=10) for server in servers]

    def totals(self):
        """The same; the time is the mean of those at which the servers counted."""
        times, counts = [], [0.0, 0.0, 0.0]
        for connection in self.connections:
            asked = time.monotonic()
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
            times.append((asked + time.monotonic()) / 2)
            for status, count in CALLS.findall(text):
                counts[{"200": 0, "429": 1}.get(status, 2)] += float(count)
        return sum(times) / len(times), counts

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait()
        for connection in self.connections:
            connection.close()
