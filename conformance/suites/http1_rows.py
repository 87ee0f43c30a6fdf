"""Requests in raw bytes, with the answer that a section of RFC 9112 or of another RFC requires.

An answer is one or more statuses, each with its alternatives, and whether the connection is then closed or kept;
where the RFC leaves a choice, nothing or alternatives. A double bar is between answers that differ in more.
"""

PING = "GET /ping HTTP/1.1\r\n"
HOST = "Host: localhost\r\n"
ECHO = "POST /echo HTTP/1.1\r\n" + HOST
CHUNKED = ECHO + "Transfer-Encoding: chunked\r\n\r\n"
END = "0\r\n\r\n"
UPGRADE = "GET /echo HTTP/1.1\r\n" + HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


def get(target, *lines):
    return f"GET {target} HTTP/1.1\r\n{HOST}{''.join(line + chr(13) + chr(10) for line in lines)}\r\n"


def echo(*lines, body=""):
    return ECHO + "".join(line + "\r\n" for line in lines) + "\r\n" + body


ROWS = [
    # name, section, request, answer
    ("one request", "2.1", get("/ping"), "200 kept"),
    ("two at once", "9.3.2", get("/ping") * 2, "200 200 kept"),
    ("unknown path", "RFC 9110 15.5.5", get("/nowhere"), "404 kept"),
    ("HEAD", "6.3", "HEAD /ping HTTP/1.1\r\n" + HOST + "\r\n", "200 kept"),
    ("Connection: close", "9.6", get("/ping", "Connection: close"), "200 closed"),
    ("Connection: CLOSE among others", "9.6", get("/ping", "Connection: x, CLOSE"), "200 closed"),
    ("empty line before the request", "2.2", "\r\n" + get("/ping"), "200 kept"),
    ("lines that end with LF alone", "2.2", get("/ping").replace("\r\n", "\n"), "200|400"),
    ("CR alone in the request line", "2.2", "GET /pi\rng HTTP/1.1\r\n" + HOST + "\r\n", "400 closed"),
    ("CR alone in a field", "2.2", get("/ping", "X: a\rb"), "400 closed"),
    ("space before the first field", "2.2", PING + " " + HOST + "\r\n", "400 closed"),
    # Versions.
    ("HTTP/1.0", "2.3", "GET /ping HTTP/1.0\r\n\r\n", "200 closed"),
    ("HTTP/1.0 with Host", "2.3", "GET /ping HTTP/1.0\r\n" + HOST + "\r\n", "200 closed"),
    ("HTTP/1.0 as nginx sends it", "9.3", "GET /ping HTTP/1.0\r\n" + HOST + "Connection: close\r\n\r\n", "200 closed"),
    ("HTTP/1.0 as ab -k sends it", "C.2.2", "GET /ping HTTP/1.0\r\nConnection: Keep-Alive\r\n" + HOST + "\r\n", "200"),
    ("HTTP/1.0 HEAD", "6.3", "HEAD /ping HTTP/1.0\r\n\r\n", "200 closed"),
    ("HTTP/1.0 with a body", "6.3", "POST /echo HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody", "200 closed"),
    ("HTTP/1.0 with a chunked body", "6.1", ECHO.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n" + END,
     "400|200 closed"),
    ("HTTP/1.2", "2.3", get("/ping").replace("1.1", "1.2"), "200|505"),
    ("HTTP/3.0", "2.3", get("/ping").replace("1.1", "3.0"), "505|400 closed"),
    ("HTTP/2.0 and no preface", "2.3", get("/ping").replace("1.1", "2.0"), "505|400 closed"),
    ("http/1.1 in lower case", "2.3", get("/ping").replace("HTTP", "http"), "400|505 closed"),
    ("HTTP/1.10", "2.3", get("/ping").replace("1.1", "1.10"), "400|505 closed"),
    ("no version", "3", "GET /ping\r\n\r\n", "400|505 closed"),
    # The request line.
    ("two spaces", "3", "GET  /ping HTTP/1.1\r\n" + HOST + "\r\n", "400 closed"),
    ("a tab for a space", "3", "GET\t/ping HTTP/1.1\r\n" + HOST + "\r\n", "400 closed"),
    ("space in the target", "3.2", get("/query?a b"), "400 closed"),
    ("a method that nobody knows", "3.1", get("/ping").replace("GET", "BREW"), "404|405|501"),
    ("a method in lower case", "3.1", get("/ping").replace("GET", "get"), "400|404|405|501"),
    ("a method that is not a token", "3.1", get("/ping").replace("GET", "G(T"), "400 closed"),
    ("TRACE", "RFC 9110 9.3.8", get("/ping").replace("GET", "TRACE"), "400|404|405|501"),
    ("a target of 10,000 bytes", "3", get("/query?" + "a" * 10_000), "414 closed"),
    # Request targets, and Host.
    ("absolute-form", "3.2.2", get("http://localhost/ping"), "200 kept"),
    ("absolute-form with another Host", "3.2.2", "GET http://localhost/ping HTTP/1.1\r\nHost: other.example\r\n\r\n", "200 kept"),
    ("absolute-form with a port and a query", "3.2.2", get("http://localhost:8080/query?a=1"), "200 kept"),
    ("absolute-form without Host", "3.2", "GET http://localhost/ping HTTP/1.1\r\n\r\n", "400 closed"),
    ("absolute-form with a user", "RFC 9110 4.2.4", get("http://me@localhost/ping"), "400"),
    ("absolute-form of nothing", "3.2.2", get("http:///ping"), "400"),
    ("authority-form", "3.2.3", get("h:80"), "400"),
    ("CONNECT", "3.2.3", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n", "400|404|405|501"),
    ("asterisk-form", "3.2.4", get("*").replace("GET", "OPTIONS"), "200|204|400|404|405"),
    ("asterisk-form with GET", "3.2.4", get("*"), "400|404"),
    ("a fragment", "3.2", get("/ping#x"), "400"),
    ("a target without a slash", "3.2", get("ping"), "400"),
    ("no Host", "3.2", PING + "\r\n", "400 closed"),
    ("two Hosts", "3.2", get("/ping", "Host: localhost"), "400 closed"),
    ("two Hosts that differ", "3.2", get("/ping", "Host: other"), "400 closed"),
    ("Host with a space", "3.2", PING + "Host: a b\r\n\r\n", "400"),
    ("Host with a path", "3.2", PING + "Host: localhost/x\r\n\r\n", "400"),
    ("Host with a user", "3.2", PING + "Host: me@localhost\r\n\r\n", "400"),
    ("Host with a port", "3.2", PING + "Host: localhost:8080\r\n\r\n", "200 kept"),
    ("Host with a port that is none", "3.2", PING + "Host: localhost:x\r\n\r\n", "400"),
    ("Host with an address of IPv6", "3.2", PING + "Host: [::1]:8080\r\n\r\n", "200 kept"),
    # Characters that browsers do not encode in a query (WHATWG URL, "query percent-encode set").
    *[(f"browser: {sign} in the query", "3.2", get(f"/query?a{sign}=1"), "200 kept") for sign in "[]{}|^`\\'"],
    ("browser: a bare % in the query", "3.2", get("/query?q=100%"), "200 kept"),
    ("browser: filter[a]=1|2", "3.2", get("/query?filter[a]=1|2"), "200 kept"),
    ("browser: | in the path", "3.2", get("/a|b"), "404 kept"),
    ("browser: [ and ] in the path", "3.2", get("/a[b]"), "404 kept"),
    ("bytes beyond ASCII in the target", "3.2", get("/query?\u00e4"), "400|200"),
    ("a control character in the target", "3.2", get("/query?\x01"), "400 closed"),
    ("NUL in the target", "3.2", get("/query?\0"), "400 closed"),
    ("% and no hex digits in the path", "RFC 3986 2.1", get("/%zz"), "400|404"),
    # Fields.
    ("a field without a colon", "5", get("/ping", "X"), "400 closed"),
    ("a field without a name", "5", get("/ping", ": x"), "400 closed"),
    ("a name that is not a token", "5", get("/ping", "a b: x"), "400 closed"),
    ("space before the colon", "5.1", get("/ping", "X : x"), "400 closed"),
    ("a field over two lines", "5.2", get("/ping", "X: a", " b"), "400 closed"),
    ("a tab in a value", "RFC 9110 5.5", get("/ping", "X: a\tb"), "200 kept"),
    ("NUL in a value", "RFC 9110 5.5", get("/ping", "X: a\0b"), "400 closed"),
    ("bytes beyond ASCII in a value", "RFC 9110 5.5", get("/ping", "X: \u00e4"), "200 kept"),
    ("an empty value", "5", get("/ping", "X:"), "200 kept"),
    ("a field of 40,000 bytes", "RFC 9110 5.4", get("/ping", "X: " + "a" * 40_000), "431 closed"),
    ("fields of 1,000 lines", "RFC 9110 5.4", get("/ping", *["X: a"] * 1_000), "431 closed"),
    # Length of bodies.
    ("Content-Length", "6.2", echo("Content-Length: 4", body="body"), "200 kept"),
    ("Content-Length: 0", "6.2", echo("Content-Length: 0"), "200 kept"),
    ("no length at all", "6.3", echo(), "200 kept"),
    ("leading zeros", "6.2", echo("Content-Length: 0004", body="body"), "200|400"),
    ("a body that nobody reads", "9.3", get("/ping", "Content-Length: 4") + "body", "200"),
    ("a body where nothing is mounted", "9.3", echo("Content-Length: 4", body="body").replace("/echo", "/nowhere"), "404"),
    *[(f"Content-Length: {value or 'empty'}", "6.3", echo(f"Content-Length: {value}", body="body"), "400 closed")
      for value in ("-4", "+4", "4.0", "0x4", "4 4", "four", "", "4;x", "4\x0b")],
    ("Content-Length beyond 64 bits", "6.3", echo("Content-Length: 99999999999999999999", body="body"), "400|413 closed"),
    ("Content-Length beyond the limit", "RFC 9110 15.5.14", echo("Content-Length: 99999999999", body="body"), "413 closed"),
    ("Content-Length: 4, 4", "6.3", echo("Content-Length: 4, 4", body="body"), "400|200"),
    ("twice the same length", "6.3", echo("Content-Length: 4", "Content-Length: 4", body="body"), "400|200"),
    ("two lengths", "6.3", echo("Content-Length: 4", "Content-Length: 5", body="body"), "400 closed"),
    ("Content-Length: 4, 5", "6.3", echo("Content-Length: 4, 5", body="body"), "400 closed"),
    # Transfer codings; the first eight are request-smuggling attacks.
    ("length and chunked", "6.3", echo("Content-Length: 4", "Transfer-Encoding: chunked", body=END), "400|200 closed"),
    ("chunked and length", "6.3", echo("Transfer-Encoding: chunked", "Content-Length: 4", body=END), "400|200 closed"),
    ("chunked and a request in the rest", "6.3",
     echo("Content-Length: 60", "Transfer-Encoding: chunked", body=END + get("/nowhere")), "400|200 closed"),
    ("space before the colon of the coding", "5.1", echo("Transfer-Encoding : chunked", body=END), "400 closed"),
    ("chunked not last", "6.3", echo("Transfer-Encoding: chunked, identity", body=END), "400 closed"),
    ("chunked twice", "6.1", echo("Transfer-Encoding: chunked, chunked", body=END), "400|501 closed"),
    ("chunked on two lines", "6.1", echo("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=END), "400|501 closed"),
    ("identity before it, on a line", "6.1", echo("Transfer-Encoding: identity", "Transfer-Encoding: chunked", body=END),
     "400|501 closed"),
    ("a coding that nobody knows", "6.1", echo("Transfer-Encoding: xchunked", body=END), "400|501 closed"),
    ("gzip, chunked", "6.1", echo("Transfer-Encoding: gzip, chunked", body=END), "400|501 closed"),
    ("a vertical tab before it", "6.1", echo("Transfer-Encoding: \x0bchunked", body=END), "400|501 closed"),
    ("an empty coding", "6.1", echo("Transfer-Encoding:", body=END), "400|501 closed"),
    ("chunked in capitals", "7", echo("Transfer-Encoding: CHUNKED", body=END), "200 kept"),
    ("chunks", "7.1", CHUNKED + "4\r\nbody\r\n" + END, "200 kept"),
    ("hex digits in capitals", "7.1", CHUNKED + "A\r\n0123456789\r\n" + END, "200 kept"),
    ("zeros before the size", "7.1", CHUNKED + "0004\r\nbody\r\n" + END, "200 kept"),
    ("an extension", "7.1.1", CHUNKED + "4;name=value\r\nbody\r\n" + END, "200 kept"),
    ("an extension in quotes", "7.1.1", CHUNKED + '4;name="a;b"\r\nbody\r\n' + END, "200 kept"),
    ("LF alone after an extension", "7.1.1", CHUNKED + "4;x\nbody\r\n" + END, "400 closed"),
    ("CR alone in an extension", "7.1.1", CHUNKED + "4;x\ry\r\nbody\r\n" + END, "400 closed"),
    ("trailers", "7.1.2", CHUNKED + "4\r\nbody\r\n0\r\nX: y\r\n\r\n", "200 kept"),
    ("a trailer that is not a field", "7.1.2", CHUNKED + "0\r\nX y\r\n\r\n", "400 closed"),
    *[(f"chunk size {size!r}", "7.1", CHUNKED + size + "\r\nbody\r\n" + END, "400 closed")
      for size in ("g", "-4", "+4", "0x4", " 4", "", "4 4", "4_")],
    ("chunk size beyond 64 bits", "7.1", CHUNKED + "fffffffffffffffff\r\nbody", "400|413 closed"),
    ("data longer than the chunk", "7.1", CHUNKED + "3\r\nbody\r\n" + END, "400 closed"),
    ("LF alone after the data", "7.1", CHUNKED + "4\r\nbody\n" + END, "400 closed"),
    # Expectations and upgrades.
    ("100-continue", "RFC 9110 10.1.1", echo("Expect: 100-continue", "Content-Length: 4", body="body"), "100 200 kept||200 kept"),
    ("an expectation that nobody knows", "RFC 9110 10.1.1", echo("Expect: more", "Content-Length: 4", body="body"), "417|200"),
    ("an upgrade that nobody knows", "RFC 9110 7.8", get("/ping", "Connection: Upgrade", "Upgrade: x"), "200 kept"),
    ("WebSocket", "RFC 6455 4.2", UPGRADE + KEY + "Sec-WebSocket-Version: 13\r\n\r\n", "101"),
    ("WebSocket without a key", "RFC 6455 4.2.1", UPGRADE + "Sec-WebSocket-Version: 13\r\n\r\n", "400"),
    ("WebSocket with a short key", "RFC 6455 4.2.1", UPGRADE + "Sec-WebSocket-Key: AAAA\r\nSec-WebSocket-Version: 13\r\n\r\n", "400"),
    ("WebSocket of another version", "RFC 6455 4.4", UPGRADE + KEY + "Sec-WebSocket-Version: 12\r\n\r\n", "426|400"),
    ("WebSocket and no upgrade", "RFC 6455 4.2.1", get("/echo"), "400|404|405|426"),
]
