"""`oneport serve`, with the services for the suites."""

import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request

from .setting import CACHE, HOME, ROOT, REPORTS, CannotRun, progress, run

CALLER = "alice@example.com"
JAVA = 25
PROTOS = "connectrpc/conformance/v1"


def jdk():
    """The home of a JDK that is new enough to run the server."""
    places = [os.environ.get("JAVA_HOME", ""), *map(str, sorted(pathlib.Path("/usr/lib/jvm").glob("*")))]
    for place in filter(None, places):
        release = pathlib.Path(place, "release")
        found = release.exists() and re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
        if found and int(found.group(1)) >= JAVA and pathlib.Path(place, "bin", "javac").exists():
            return pathlib.Path(place)
    raise CannotRun(f"no JDK {JAVA} or later in JAVA_HOME and /usr/lib/jvm")


def build(protos):
    """Compiles the services for the suites; protos is the folder with connectconformance's .proto files."""
    run(ROOT / "oneport", "--version", cwd=ROOT)  # Builds the jar where it is missing or old.
    version = {name: re.search(f"<{name}.version>(.*)<", (ROOT / "pom.xml").read_text()).group(1)
               for name in ("protobuf", "grpc", "grpc-interop")}
    generated, classes, tools = CACHE / "generated", CACHE / "classes", CACHE / "tools"
    interop = tools / f"grpc-interop-testing-{version['grpc-interop']}.jar"
    if not interop.exists():
        progress("fetching protoc and the interop service")
        for artifact in (f"com.google.protobuf:protoc:{version['protobuf']}:exe:linux-x86_64",
                         f"io.grpc:protoc-gen-grpc-java:{version['grpc']}:exe:linux-x86_64",
                         f"com.google.protobuf:protobuf-java:{version['protobuf']}",
                         f"io.grpc:grpc-interop-testing:{version['grpc-interop']}"):
            run("mvn", "-q", "-B", "--no-transfer-progress", "dependency:copy", f"-Dartifact={artifact}",
                f"-DoutputDirectory={tools}", cwd=ROOT)
    compiler, plugin = next(tools.glob("protoc-[0-9]*.exe")), next(tools.glob("protoc-gen-*.exe"))
    for tool in (compiler, plugin):
        tool.chmod(0o755)
    for folder in (generated, classes / "META-INF" / "services"):
        folder.mkdir(parents=True, exist_ok=True)
    run("unzip", "-qo", next(tools.glob("protobuf-java-*.jar")), "google/protobuf/*.proto", "-d", tools)
    run(compiler, "-I", protos, "-I", tools, f"--plugin=protoc-gen-grpc-java={plugin}", f"--java_out={generated}",
        f"--grpc-java_out=@generated=omit:{generated}", f"{PROTOS}/service.proto", f"{PROTOS}/config.proto")
    run(jdk() / "bin" / "javac", "-nowarn", "-d", classes, "-cp", class_path(interop),
        *(HOME / "services").glob("*.java"), *generated.rglob("*.java"))
    shutil.copy(HOME / "services" / "browser.html", classes)
    (classes / "META-INF" / "services" / "dev.oneport.api.Service").write_text(
        "".join(f"dev.oneport.conformance.{name}\n" for name in ("SuiteServices", "DocumentedServices", "NeverReadyService")))
    return class_path(classes, interop)


def class_path(*more):
    return os.pathsep.join(map(str, (ROOT / "target" / "oneport.jar", ROOT / "target" / "libs" / "*", *more)))


class Server:
    """A server on a free port, for as long as the block lasts."""

    def __init__(self, classes, name="server", config=HOME / "serve.yaml", services=True, **settings):
        REPORTS.mkdir(parents=True, exist_ok=True)
        self._tokens = {}
        self.classes = classes
        self.tls = "ONEPORT_SERVER_TLS_SELF_SIGNED" in settings
        self.log = REPORTS / f"{name}.log"
        environment = {**os.environ, "LOG_FORMAT": "json", "ONEPORT_AUDIT_SAMPLE_ALLOWED": "1", **settings}
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(
                [jdk() / "bin" / "java", "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow", "-cp",
                 classes if services else class_path(),
                 "dev.oneport.Main", "serve", "--dev", "--port", "0", "--config", config],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            self.port = self._port()
        except BaseException:
            self.stop()
            raise

    def _port(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"listening on port (\d+)", self.log.read_text(errors="replace"))
            if found:
                return int(found.group(1))
            time.sleep(0.05)
        raise CannotRun(f"the server did not start: {self.log.read_text(errors='replace')[-2000:]}")

    def token(self, caller=CALLER, seconds=3600, roles=()):
        """A token from dev mode's own issuer."""
        wanted = json.dumps({"caller": caller, "roles": list(roles), "seconds": seconds}).encode()
        request = urllib.request.Request(f"{self.origin()}/dev/token", wanted, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10, context=self.context()) as answer:
            return json.load(answer)["token"]

    def origin(self):
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def context(self):
        return ssl.create_default_context(cafile=self.authority()) if self.tls else None

    def authority(self):
        """The file with the certificate, which dev mode names once it listens."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = re.search(r"--cacert (\S+)", self.log.read_text(errors="replace"))
            if found:
                return found.group(1)
            time.sleep(0.05)
        raise CannotRun("the server does not say how to trust its certificate")

    def status(self, path, token):
        request = urllib.request.Request(self.origin() + path, headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.context()) as answer:
                return answer.status
        except urllib.error.HTTPError as e:
            return e.code

    def tokens(self):
        """A valid token, one of another caller, and one that has expired, even with the issuer's clock skew."""
        if not self._tokens:
            expired = self.token(seconds=1)
            deadline = time.monotonic() + 60
            while self.status("/private", expired) != 401:
                if time.monotonic() > deadline:
                    raise CannotRun("a token of one second is still accepted after a minute")
                time.sleep(0.2)
            self._tokens = {"good": self.token(), "wrong": self.token("mallory@example.com"), "expired": expired}
        return self._tokens

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
