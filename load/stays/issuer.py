"""An issuer for these tests: RS256 with the standard library, and a key server that can be made slow or silent."""

import base64
import hashlib
import http.server
import json
import secrets
import threading
import time

AUDIENCE = "https://faults.example.com"
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # What comes before the digest (RFC 8017, 9.2).
E = 65537


class Key:
    """A key pair of 2048 bits, for tests only."""

    def __init__(self, name):
        self.name = name
        p, q = prime(), prime()
        self.n = p * q
        self.d = pow(E, -1, (p - 1) * (q - 1))

    def sign(self, claims):
        head = {"alg": "RS256", "typ": "JWT", "kid": self.name}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
        block = b"\0\1" + b"\xff" * 202 + b"\0" + SHA256 + hashlib.sha256(signed.encode()).digest()
        signature = pow(int.from_bytes(block, "big"), self.d, self.n)
        return f"{signed}.{encoded(signature.to_bytes(256, 'big'))}"

    def public(self):
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.name,
                "n": encoded(self.n.to_bytes(256, "big")), "e": "AQAB"}


class Issuer:
    """Keys, tokens and a key server."""

    def __init__(self):
        self.keys = [Key("first")]
        self.behaviour = "good"
        self.requests = 0
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request):
        self.requests += 1
        if self.behaviour == "slow":
            time.sleep(8)
        if self.behaviour == "down":
            request.send_error(503)
            return
        body = json.dumps({"keys": [key.public() for key in self.keys]}).encode()
        try:
            request.send_response(200)
            request.send_header("Cache-Control", "max-age=3")
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            pass  # A server that has waited long enough.

    def token(self, caller="good@example.com", key=-1, since=10_800, hours=10):
        now = int(time.time())
        return self.keys[key].sign({"iss": self.url, "aud": AUDIENCE, "sub": caller,
                                    "iat": now - since, "exp": now + hours * 3600, "jti": secrets.token_hex(8)})

    def configuration(self):
        return (f'identity:\n  keys: {{ min-fresh: 1s, pause: 1s }}\n  issuers:\n    test: {{ issuer: "{self.url}", jwks: "{self.url}/keys", '
                f'audiences: [ "{AUDIENCE}" ], caller-claim: sub }}\n')

    def close(self):
        self.server.shutdown()


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def prime():
    """A number of 1024 bits that is prime with overwhelming probability."""
    small = [n for n in range(3, 2000, 2) if all(n % m for m in range(3, int(n**0.5) + 1, 2))]
    while True:
        wanted = secrets.randbits(1024) | 3 << 1022 | 1
        if all(wanted % n for n in small) and (wanted - 1) % E and all(pow(a, wanted - 1, wanted) == 1 for a in (2, 3, 5, 7)):
            return wanted
