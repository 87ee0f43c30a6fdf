"""Installs the suites' dependencies from their registries, below target/conformance."""

import os
import pathlib
import re
import shutil

from .setting import CACHE, CannotRun, progress, run


def go(module, version, package=""):
    """Installs a Go program; returns its path."""
    # The last part may be the major version, which a program's name does not have.
    name = [part for part in (package or module).split("/") if not re.fullmatch(r"v\d+", part)][-1]
    folder = CACHE / "go" / f"{module.replace('/', '-')}-{version}"
    program = folder / name
    if not program.exists():
        progress(f"installing {module} {version}")
        run("go", "install", "-p", "2", f"{module}{'/' + package if package else ''}@{version}",
            env={**os.environ, "GOBIN": str(folder), "CGO_ENABLED": "0"}, cwd=CACHE, seconds=900)
    return program


def go_source(module, version):
    """The folder of a Go module in the module cache."""
    return pathlib.Path(run("go", "env", "GOMODCACHE", cwd=CACHE).strip()) / f"{module}@{version}"


def python(*packages):
    """A Python with packages, in a separate virtual environment."""
    folder = CACHE / "python"
    program = folder / "bin" / "python"
    listed = folder / "packages.txt"
    wanted = "\n".join(packages)
    if not listed.exists() or listed.read_text() != wanted:
        progress("installing " + ", ".join(packages))
        run("python3", "-m", "venv", folder)
        run(program, "-m", "pip", "install", "-q", *packages)
        listed.write_text(wanted)
    return program


def python2(*packages):
    """A command that runs Python 2.7 with packages from a separate folder."""
    found = shutil.which("python2.7") or next(
        map(str, pathlib.Path.home().glob(".pyenv/versions/2.7.*/bin/python2.7")), None)
    if found is None or "shims" in found:
        found = next(map(str, pathlib.Path.home().glob(".pyenv/versions/2.7.*/bin/python2.7")), None)
    if found is None:
        raise CannotRun("needs Python 2.7, as python2.7 or from pyenv")
    folder = CACHE / "python2"
    listed = folder / "packages.txt"
    wanted = "\n".join(packages)
    if not listed.exists() or listed.read_text() != wanted:
        progress("installing " + ", ".join(packages) + " for Python 2.7")
        run(found, "-m", "pip", "install", "-q", "--target", folder, *packages)
        listed.write_text(wanted)
    return found, folder


def npm(folder):
    """Installs the packages of a folder's package.json, in a copy of the folder."""
    copy = CACHE / "npm" / folder.name
    wanted = (folder / "package.json").read_text()
    if not (copy / "package.json").exists() or not (copy / "node_modules").exists() \
            or (copy / "package.json").read_text() != wanted:
        progress(f"installing the npm packages of {folder.name}")
        copy.mkdir(parents=True, exist_ok=True)
        (copy / "package.json").write_text(wanted)
        run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", cwd=copy)
    for source in folder.glob("*.mjs"):
        shutil.copy(source, copy)
    return copy
