"""TLS as openssl and curl see it: versions, ciphers, names, renegotiation, early data, and plain HTTP on the port."""

import subprocess

from .setting import REPORTS, CannotRun, Result, attempt

SETTINGS = {"ONEPORT_SERVER_TLS_SELF_SIGNED": "true"}

REQUEST = "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

# For each case: what openssl s_client is given, what is typed into it, and what it must print.
OPENSSL = {
    "TLS 1.0": (["-tls1"], "", "alert protocol version"),
    "TLS 1.1": (["-tls1_1"], "", "alert protocol version"),
    "TLS 1.2": (["-tls1_2"], "", "New, TLSv1.2, Cipher is ECDHE-ECDSA-AES256-GCM-SHA384"),
    "TLS 1.3": (["-tls1_3"], "", "New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"),
    "AES-GCM with 128 bits": (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"], "", "New, TLSv1.2"),
    "ChaCha20": (["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"], "", "New, TLSv1.2"),
    "no forward secrecy, CBC": (["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"], "", "alert handshake failure"),
    "no forward secrecy": (["-tls1_2", "-cipher", "AES256-GCM-SHA384"], "", "alert handshake failure"),
    "CBC": (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], "", "alert handshake failure"),
    "a name that is not the server's": (["-servername", "other.example"], "", "New, TLSv1.3"),
    "ALPN h2": (["-alpn", "h2,http/1.1"], "", "ALPN protocol: h2"),
    "ALPN http/1.1": (["-alpn", "http/1.1"], "", "ALPN protocol: http/1.1"),
    "ALPN of another protocol": (["-alpn", "smtp"], "", "alert no application protocol"),
    "renegotiation": (["-tls1_2"], "R\n", "alert handshake failure"),
    "no early data": (["-tls1_3", "-ign_eof"], REQUEST, "Max Early Data: 0"),
}
RESUMED = ("-tls1_2", "-tls1_3")
CURL = {
    "HTTP/2": ("200 2", ["https://localhost:{port}/ping"]),
    "HTTP/1.1": ("200 1.1", ["--http1.1", "https://localhost:{port}/ping"]),
    "plain HTTP": ("400 1.1", ["http://localhost:{port}/ping"]),
}


def check(_, server, _quick):
    certificate, failures = server.authority(), {}
    for case, (options, typed, wanted) in OPENSSL.items():
        printed = openssl(["-connect", f"localhost:{server.port}", "-CAfile", certificate, *options], typed)
        if wanted not in printed:
            failures[case] = f"expected {wanted}, got {printed[-1000:]}"
    for version in RESUMED:
        printed = resumed(server.port, certificate, version)
        if "\nReused, " not in printed:
            failures[f"resumed, {version}"] = f"got {printed[-1000:]}"
    for case, (wanted, options) in CURL.items():
        done = attempt("curl", "-sS", "-m", "20", "--cacert", certificate, "-o", "/dev/null",
                       "-w", "%{http_code} %{http_version}", *(option.format(port=server.port) for option in options))
        if done.stdout != wanted:
            failures[f"curl, {case}"] = f"expected {wanted}, got {done.stdout}"
    version = attempt("openssl", "version").stdout.split()[1]
    return Result("openssl and curl", version, len(OPENSSL) + len(RESUMED) + len(CURL), failures)


def resumed(port, certificate, version):
    """A second connection with the session of a first one; TLS 1.3 has its tickets after the handshake."""
    file = REPORTS / f"session{version}.pem"
    for option in ("-sess_out", "-sess_in"):
        printed = openssl(["-connect", f"localhost:{port}", "-CAfile", certificate, version, "-ign_eof", option, file], REQUEST)
    return printed


def openssl(options, typed):
    """Everything that s_client prints, errors included; it ends with its input."""
    try:
        done = subprocess.run(["openssl", "s_client", *options], input=typed, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=20, check=False)
    except FileNotFoundError as e:
        raise CannotRun("openssl is not installed") from e
    except subprocess.TimeoutExpired as e:
        return f"nothing more for 20 s after {e.stdout}"
    return done.stdout
