"""Reads what a server has used since its start: processor time and allocated memory."""

import collections
import pathlib
import socket
import subprocess

SOURCE = pathlib.Path(__file__).parent / "Probe.java"

Used = collections.namedtuple("Used", "nanos bytes")


def agent(java, scratch):
    """The agent's jar, built with the tools beside this `java`."""
    jar, manifest = scratch / "probe.jar", scratch / "manifest"
    manifest.write_text("Premain-Class: Probe\n")
    subprocess.run([java.parent / "javac", "-d", scratch, SOURCE], check=True)
    subprocess.run([java.parent / "jar", "--create", "--file", jar, "--manifest", manifest,
                    "-C", scratch, "Probe.class"], check=True)
    return jar


class Probe:
    """The agent in one server."""

    def __init__(self, file):
        self.connection = socket.create_connection(("localhost", int(file.read_text())))
        self.lines = self.connection.makefile("rw")

    def read(self):
        self.lines.write("\n")
        self.lines.flush()
        return Used(*map(int, self.lines.readline().split()))
