"""Calls OnePort with grpcio, without retries, and prints one line of JSON for each case."""

import json
import os
import sys

import grpc

AUTHORITY = os.environ.get("ONEPORT_AUTHORITY")
TOKENS = json.loads(os.environ["ONEPORT_TOKENS"])
MIB = 1 << 20


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def text(size):
    return b"\x0a" + varint(size) + b"x" * size


def metadata(token):
    return [("authorization", "Bearer " + TOKENS[token])] if token else []


def tell(case, action):
    detail = ""
    try:
        count = action()
        got = "OK" if count is None else f"OK, {count}"
    except grpc.RpcError as e:
        got, detail = e.code().name, str(e.details())
    print(json.dumps({"case": case, "got": got, "detail": detail}), flush=True)


def connect(target):
    options = [("grpc.enable_retries", 0)]
    if not AUTHORITY:
        return grpc.insecure_channel(target, options)
    with open(AUTHORITY, "rb") as file:
        return grpc.secure_channel(target, grpc.ssl_channel_credentials(file.read()), options)


def main():
    channel = connect(f"{'localhost' if AUTHORITY else '127.0.0.1'}:{sys.argv[1]}")

    def unary(method, token, message=text(2)):
        channel.unary_unary(method)(message, metadata=metadata(token), timeout=20)

    def watch(message, **options):
        return channel.unary_stream("/Echo/Watch")(message, metadata=metadata("good"), **options)

    def cancel():
        call = watch(b"\x18\x14", timeout=20)
        for number, _ in enumerate(call, 1):
            if number == 3:
                call.cancel()

    def echoed():
        call = channel.unary_unary("/grpc.testing.TestService/UnaryCall")
        _, done = call.with_call(b"", metadata=[("x-grpc-test-echo-initial", "first"),
                                                ("x-grpc-test-echo-trailing-bin", b"\0\xff")], timeout=20)
        assert dict(done.initial_metadata())["x-grpc-test-echo-initial"] == "first"
        assert dict(done.trailing_metadata())["x-grpc-test-echo-trailing-bin"] == b"\0\xff"

    def many():
        call = channel.unary_unary("/Echo/Ping")
        calls = [call.future(text(2), metadata=metadata("good"), timeout=60) for _ in range(500)]
        for one in calls:
            one.result()

    def several():
        address = f"127.0.0.1:{sys.argv[1]}"
        with connect(f"ipv4:{address},{address}") as both:
            both.unary_unary("/Echo/Ping")(text(2), metadata=metadata("good"), timeout=20)

    tell("unary", lambda: unary("/Echo/Ping", "good"))
    tell("no token", lambda: unary("/Echo/Ping", None))
    tell("expired token", lambda: unary("/Echo/Ping", "expired"))
    tell("wrong caller", lambda: unary("/Echo/Ping", "wrong"))
    tell("unknown method", lambda: unary("/Echo/Nothing", "good"))
    tell("server stream", lambda: len(list(watch(b"\x10\x05", timeout=20))))
    tell("client stream", lambda: channel.stream_unary("/Echo/Collect")(
        iter([text(2)] * 10), metadata=metadata("good"), timeout=20) and 1)
    tell("both ways", lambda: len(list(channel.stream_stream("/Echo/Chat")(
        iter([b"\x08\x01"] * 10), metadata=metadata("good"), timeout=20))))
    tell("deadline", lambda: list(watch(b"\x18\x14", timeout=0.5)) and None)
    tell("cancel", cancel)
    tell("metadata", echoed)
    tell("message near the limit", lambda: unary("/Echo/Ping", "good", text(4 * MIB - 64)))
    tell("message over the limit", lambda: unary("/Echo/Ping", "good", text(4 * MIB)))
    tell("500 at once", many)
    tell("several addresses", several)


if __name__ == "__main__":
    main()
