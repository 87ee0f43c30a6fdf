"""A bad link: a proxy on loopback with a limited rate, which stalls as if packets were lost."""

import random
import socket
import threading
import time

PACKET = 1448
RETRANSMISSION = 0.25  # Seconds that a lost packet costs a stream of bytes, about.


class BadLink:
    """Both directions have the same rate, each shared by all connections, as on a real line."""

    def __init__(self, target, bits, loss):
        self.target = target
        self.lines = [Line(bits / 8, loss), Line(bits / 8, loss)]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = self.listener.getsockname()
        self.open = []

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        for each in self.open:
            each.close()

    @property
    def lost(self):
        return sum(line.lost for line in self.lines)

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            far = socket.create_connection(self.target)
            far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open += [near, far]
            for line, source, sink in ((self.lines[0], near, far), (self.lines[1], far, near)):
                threading.Thread(target=line.carry, args=(source, sink), daemon=True).start()


class Line:
    def __init__(self, rate, loss):
        self.rate = rate
        self.loss = loss
        self.lost = 0
        self.lock = threading.Lock()
        self.free = time.monotonic()

    def carry(self, source, sink):
        try:
            while content := source.recv(PACKET):
                with self.lock:
                    self.free = max(self.free, time.monotonic()) + len(content) / self.rate
                    at = self.free
                if random.random() < self.loss:
                    self.lost += 1
                    at += RETRANSMISSION
                time.sleep(max(0, at - time.monotonic()))
                sink.sendall(content)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            sink.close()
