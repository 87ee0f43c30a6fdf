"""Sends messages on WebSockets, and waits for each answer before the next message."""

import base64
import os
import select
import socket

SOCKETS = 32


def echo(server, calls, size):
    """This many messages of about this many bytes, on some sockets in turns."""
    frame = masked(b'{"message":"%s"}' % (b"x" * (size - 14)))
    sockets = [opened(server) for _ in range(SOCKETS)]
    poll = select.epoll()
    by_number = {each.fileno(): each for each in sockets}
    left = {number: 0 for number in by_number}
    for number, each in by_number.items():
        poll.register(number, select.EPOLLIN)
        each.sendall(frame)
    sent, answered = SOCKETS, 0
    while answered < calls:
        for number, _ in poll.poll(30):
            done = received(by_number[number], left, number)
            answered += done
            if done and sent < calls:
                by_number[number].sendall(frame)
                sent += 1
    for each in sockets:
        each.close()


def received(connection, left, number):
    """Whether a whole answer has arrived; `left` counts its missing bytes."""
    data = connection.recv(1 << 18)
    if not data:
        raise SystemExit("load: the server ended a WebSocket")
    if left[number] == 0:
        if data[0] != 0x81:
            raise SystemExit("load: the answer on a WebSocket is not one text message")
        left[number] = whole(data)
    left[number] -= len(data)
    return left[number] == 0


def whole(data):
    """The length of the frame that begins here."""
    if data[1] < 126:
        return 2 + data[1]
    return 4 + int.from_bytes(data[2:4], "big") if data[1] == 126 else 10 + int.from_bytes(data[2:10], "big")


def masked(payload):
    """A text frame of a client; with a mask of zeros, its bytes are those of the message."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 1 << 16:
        length = bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return b"\x81" + length + b"\0\0\0\0" + payload


def opened(server):
    host, port = server.authority.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {server.authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {server.token}\r\n\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    if b" 101 " not in head:
        raise SystemExit("load: no WebSocket: " + head.decode().splitlines()[0])
    return connection
