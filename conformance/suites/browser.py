"""Chromium over TLS: a page, fetch, gRPC-Web and WebSockets, with valid and invalid tokens."""

import base64
import hashlib
import http.server
import json
import queue
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

from .setting import CannotRun, Result, run

PATIENCE = 60
NAMES = ("chromium", "chromium-browser", "google-chrome")
EXPECTED = {
    "page": "h2",
    "secure context": "true",
    "fetch": "200",
    "fetch, good token": "200",
    "fetch, no token": "401",
    "fetch, wrong caller": "403",
    "gRPC-Web, good token": "pong 0",
    "gRPC-Web, no token": "16",
    "gRPC-Web, wrong caller": "7",
    "wss": "h\u00e9llo",
    "wss, good token": "pong",
    "wss, wrong caller": "failed",
}


def prepare():
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise CannotRun("Chromium is not installed")
    return program


def check_tls(program, server, _quick):
    got = reported(program, server)
    failures = {case: f"expected {wanted}, got {got.get(case)}" for case, wanted in EXPECTED.items() if got.get(case) != wanted}
    version = re.search(r"\d+(?:\.\d+){3}", run(program, "--version")).group()
    return Result("Chromium over TLS", version, len(EXPECTED), failures)


def reported(program, server):
    """What the page has found out; it reports to a server of its own, which is no part of the test."""
    reports = queue.Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            reports.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver, tempfile.TemporaryDirectory() as profile:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        given = {"report": f"http://127.0.0.1:{receiver.server_port}/", "tokens": server.tokens()}
        page = f"{server.origin()}/browser#{urllib.parse.quote(json.dumps(given))}"
        browser = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}",
             f"--ignore-certificate-errors-spki-list={pin(server.authority())}", "--remote-debugging-port=0", page],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return json.loads(reports.get(timeout=PATIENCE))
        except queue.Empty:
            raise CannotRun(f"the page reported nothing within {PATIENCE} s") from None
        finally:
            browser.terminate()
            browser.wait()
            receiver.shutdown()


def pin(certificate):
    """The digest of the certificate's public key; Chromium accepts that certificate and no other."""
    public = run("openssl", "x509", "-in", certificate, "-noout", "-pubkey")
    der = base64.b64decode("".join(line for line in public.splitlines() if not line.startswith("-")))
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
