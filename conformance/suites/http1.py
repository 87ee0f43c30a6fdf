"""HTTP/1.1 byte by byte: the rows of http1_rows."""

import socket

from .http1_rows import ROWS
from .setting import Result

SECONDS = 10
LAST = b"GET /query?last HTTP/1.1\r\nHost: localhost\r\n\r\n"


def check(_, server, _quick):
    failures = {}
    for name, section, request, answer in ROWS:
        wrong = [problem(server.port, request, *wanted(one)) for one in alternatives(answer)]
        if all(wrong):
            source = section if section.startswith("RFC") else f"RFC 9112 {section}"
            failures[name] = f"expected {answer} ({source}), got {wrong[0]}\n{request[:200]!r}"
    return Result("HTTP/1.1 table", "RFC 9112", len(ROWS), failures)


def alternatives(answer):
    """Alternative answers are separated by a double bar."""
    return answer.split("||")


def wanted(answer):
    *statuses, end = answer.split(" ")
    if end in ("closed", "kept"):
        return statuses, end
    return [*statuses, end], None


def problem(port, request, statuses, end):
    """Says what is wrong with the answers to a request; None if nothing is wrong."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.settimeout(SECONDS)
        source = connection.makefile("rb")
        try:
            connection.sendall(request.encode("latin-1"))
        except OSError:
            pass  # The answer may be there all the same.
        try:
            for status in statuses:
                got, _ = answer_of(source, request.startswith("HEAD"))
                if str(got) not in status.split("|"):
                    return f"status {got}"
            if end == "closed" and (more := rest(source)):
                return f"more bytes: {more[:100]!r}"
            if end == "kept":
                connection.sendall(LAST)
                got, body = answer_of(source, False)
                if (got, body) != (200, b"last"):
                    return f"{got} to the next request on the connection, with {body[:100]!r}"
        except TimeoutError:
            return "no end of the connection" if end == "closed" else "no answer"
        except (OSError, EOFError) as e:
            return str(e)
    return None


def rest(source):
    """The bytes until the connection ends; a reset counts as an end if the server did not read the whole request."""
    try:
        return source.read()
    except ConnectionResetError:
        return b""


def answer_of(source, head):
    """The status and the body of the next answer."""
    line = source.readline()
    if not line:
        raise EOFError("the connection was closed")
    status = int(line.split(b" ")[1])
    fields = {}
    while (line := source.readline().strip()):
        name, _, value = line.partition(b":")
        fields[name.lower()] = value.strip()
    if head or status in (100, 101, 204, 304):
        return status, b""
    if fields.get(b"transfer-encoding") == b"chunked":
        body = b""
        while (size := int(source.readline().split(b";")[0], 16)):
            body += source.read(size)
            source.readline()
        source.readline()
        return status, body
    length = fields.get(b"content-length")
    return status, source.read() if length is None else source.read(int(length))
