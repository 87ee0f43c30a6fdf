"""Runs an image as a platform does: on its files alone and read-only, as its user, with its command and environment.

    run.py ROOT CONFIG [NAME=VALUE...] [-- COMMAND...]

ROOT is the folder with the image's files, CONFIG its configuration as JSON (OCI image specification). The process
becomes the image's: signals and exit code are its own.
"""
import ctypes
import json
import os
import subprocess
import sys

CLONE_NEWNS = 0x20000


def main():
    root, config = sys.argv[1], json.loads(sys.argv[2])
    given = sys.argv[3:]
    command = config["Cmd"]
    if "--" in given:
        given, command = given[:given.index("--")], given[given.index("--") + 1:]
    environment = dict(each.split("=", 1) for each in [*config.get("Env", []), *given])
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        sys.exit("no mount namespace: " + os.strerror(ctypes.get_errno()))
    for arguments in (["--make-rprivate", "/"], ["--bind", root, root], ["-o", "remount,bind,ro", root],
                      ["-t", "proc", "proc", root + "/proc"], ["--bind", "/dev", root + "/dev"]):
        subprocess.run(["mount", *arguments], check=True)
    os.chroot(root)
    os.chdir(config.get("WorkingDir", "/"))
    user, group = (int(part) for part in config["User"].split(":"))
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    try:
        open("written", "w")
        sys.exit("the file system can be written to")
    except OSError:
        pass
    entry = config["Entrypoint"] + command
    os.execve(entry[0], entry, environment)


if __name__ == "__main__":
    main()
