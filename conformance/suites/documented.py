"""The programs in docs/clients.md, each run unchanged."""

import json
import os
import re
import shlex

from . import clients, install
from .setting import CACHE, ROOT, Result, attempt, run

NUMBERS = [str(number) for number in range(1, 51)]
GO_MODULES = ("google.golang.org/grpc@v1.85.0", "github.com/coder/websocket@v1.8.14")
TOKEN_SECONDS = 2


def blocks():
    """The programs by language and kind: the first of each language is for gRPC, the second for WebSocket."""
    found = {}
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / "clients.md").read_text(), re.M | re.S):
        kind = "WebSocket" if (language, "gRPC") in found else "gRPC"
        found[language, kind] = text
    return found


def prepare():
    """The command that runs each program; the program is rewritten, and rebuilt if it changed."""
    python, node = clients.prepare_python(), clients.prepare_node()
    commands = {}
    for (language, kind), text in blocks().items():
        name = f"documented-{kind.lower()}"
        if language == "python":
            folder = CACHE / "documented"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.py").write_text(text)
            commands["Python", kind] = (python, folder / f"{name}.py")
        elif language == "js":
            (node / f"{name}.mjs").write_text(text)
            commands["Node.js", kind] = ("node", node / f"{name}.mjs")
        elif language == "go":
            commands["Go", kind] = (go(name, text),)
    return commands


def go(name, text):
    folder = CACHE / name
    folder.mkdir(parents=True, exist_ok=True)
    program, source = folder / "program", folder / "main.go"
    if not program.exists() or not source.exists() or source.read_text() != text:
        environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
        source.write_text(text)
        (folder / "go.mod").write_text("module oneport.dev/documented\n\ngo 1.25\n")
        for module in GO_MODULES:
            if module.partition("@")[0] in text:
                run("go", "get", module, cwd=folder, env=environment, seconds=900)
        run("go", "mod", "tidy", cwd=folder, env=environment, seconds=900)
        run("go", "build", "-p", "2", "-o", program, ".", cwd=folder, env=environment, seconds=900)
    return program


def check(commands, server, _quick):
    failures = {}
    for (language, kind), command in commands.items():
        case = f"{kind}, {language}"
        wanted = ["checked"] if kind == "gRPC" else NUMBERS
        counter = CACHE / "documented-tokens"
        counter.write_text("")
        environment = {**os.environ, "SERVER": f"127.0.0.1:{server.port}", "TOKEN_COMMAND": token_command(kind, server, counter)}
        done = attempt(*command, env=environment, seconds=90)
        lines = done.stdout.splitlines()
        tokens = len(counter.read_text())
        if done.returncode != 0 or lines != wanted:
            failures[case] = f"ended with {done.returncode}: {done.stdout[-1500:]}"
        elif kind == "gRPC" and tokens != 2:
            failures[case] = f"asked {tokens} times for a token, not twice: the first had expired"
        elif kind == "WebSocket" and tokens < 3:
            failures[case] = f"asked {tokens} times for a token: two connections, and none renewed"
    missing = {f"{kind}, {language}" for kind in ("gRPC", "WebSocket") for language in ("Go", "Node.js", "Python")} \
        - {f"{kind}, {language}" for language, kind in commands}
    failures.update((case, "docs/clients.md has no such program") for case in missing)
    return Result("documented clients", "docs/clients.md", 6, failures)


def token_command(kind, server, counter):
    """A command that prints a token and records that it ran: an expired token first for gRPC, short-lived ones for sockets."""
    mark = f"printf x >> {shlex.quote(str(counter))}"
    tokens = server.tokens()
    if kind == "gRPC":
        once = f"[ \"$(wc -c < {shlex.quote(str(counter))})\" -gt 1 ]"
        return f"{mark}; if {once}; then echo {tokens['good']}; else echo {tokens['expired']}; fi"
    wanted = json.dumps({"caller": "alice@example.com", "roles": [], "seconds": TOKEN_SECONDS})
    return (f"{mark}; curl -sS -X POST http://localhost:{server.port}/dev/token -H content-type:application/json"
            f" -d {shlex.quote(wanted)} | sed 's/.*\"token\" *: *\"\\([^\"]*\\)\".*/\\1/'")
