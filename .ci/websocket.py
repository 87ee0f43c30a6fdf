"""Opens a WebSocket with a token, asks one thing, prints the answer."""
import os
import socket
import sys

port, token = int(sys.argv[1]), sys.argv[2]
connection = socket.create_connection(("127.0.0.1", port), timeout=10)
connection.sendall(
    (
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    ).encode()
)
stream = connection.makefile("rb")
status = stream.readline().decode().strip()
while stream.readline().strip():
    pass
if " 101 " not in status:
    sys.exit(status)
question, mask = b'{"message":"hi"}', os.urandom(4)
masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(question))
connection.sendall(bytes([0x81, 0x80 | len(question)]) + mask + masked)
header = stream.read(2)
print(stream.read(header[1]).decode())
