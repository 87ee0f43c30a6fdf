"""Results as a table that reads well in a terminal and is Markdown."""

NAMES = {
    "http": "HTTP GET /ping (k6)",
    "grpc": "gRPC Ping (k6)",
    "stream": "gRPC Chat, each message (k6)",
    "ws": "WebSocket /ws, each message (k6)",
    "mixed": "all four at once (k6)",
    "json": "POST /Echo/Ping in JSON (k6)",
    "web": "gRPC-Web Ping (k6)",
    "connect-stream": "Connect Watch, 100 messages (k6)",
    "refused": "POST /Echo/Ping without a token (k6)",
    "churn": "HTTP GET /ping, new connections (k6)",
    "ping": "gRPC Ping (ghz)",
    "watch": "gRPC Watch, 100 messages (ghz)",
    "collect": "gRPC Collect, 100 messages (ghz)",
    "chat": "gRPC Chat, 100 messages (ghz)",
    "watch-1000": "gRPC Watch, 1,000 messages (ghz)",
    "ping-1k": "gRPC Ping of 1 KiB (ghz)",
    "ping-100k": "gRPC Ping of 100 KiB (ghz)",
    "ping-4m": "gRPC Ping of 4 MB (ghz)",
}
HEAD = ("", "rate/s", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "errors", "late", "CPU cores", "memory MiB", "")


def cells(name, result):
    return (
        name, f"{result.rate:,.0f}", f"{result.p50:.2f}", f"{result.p95:.2f}", f"{result.p99:.2f}", f"{result.p999:.2f}",
        f"{result.errors:,.0f}", f"{result.late:,.0f}", optional(result.cores, ".2f"), optional(result.mib, ".0f"),
        "over its threshold" if result.crossed else "")


def optional(value, form):
    return "-" if value is None else format(value, form)


def table(head, rows):
    """Lines of Markdown; the first column is left-aligned, numbers are right-aligned."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    left = {0, len(head) - 1}

    def line(row):
        return "| " + " | ".join(
            text.ljust(width) if i in left else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths))) + " |"

    rule = "|" + "|".join("-" * (w + 2) if i in left else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([line(head), rule, *map(line, rows)])
