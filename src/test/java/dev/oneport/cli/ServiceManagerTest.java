package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oneport.testing.LogRecords;
import dev.oneport.testing.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What systemd is told, by a socket like its own. */
@Timeout(120)
final class ServiceManagerTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  /** Prints each datagram in one line. */
  private static final String LISTENER =
      """
      import socket, sys
      listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      listener.bind(sys.argv[1].replace("@", "\\0", 1))
      print("bound", flush=True)
      while True:
          print(listener.recv(4096).decode().replace("\\n", " "), flush=True)
      """;

  @TempDir private Path folder;

  /** A listener on a socket, for as long as the block lasts. */
  private static final class Listener implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    Listener(String socket) throws IOException {
      process = new ProcessBuilder(PYTHON.toString(), "-c", LISTENER, socket).start();
      lines = process.inputReader();
      assertEquals("bound", next());
    }

    String next() {
      try {
        return String.valueOf(lines.readLine());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void aServerSaysWhenItListensAndWhenItStops() throws Exception {
    assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
    var socket = folder.resolve("notify").toString();
    try (var systemd = new Listener(socket)) {
      var environment = new HashMap<>(Map.of("NOTIFY_SOCKET", socket, "PORT", "0"));
      try (var server = ServerProcess.start(environment, folder, "serve", "--dev")) {
        assertEquals("READY=1 STATUS=listening on port " + server.port(), systemd.next());
        server.signal("TERM");
        assertEquals("STOPPING=1 STATUS=stopping", systemd.next());
        assertEquals(0, server.exitCode());
      }
    }
  }

  @Test
  void anAbstractSocketIsNotified() throws Exception {
    assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
    var socket = "@oneport-" + folder.getFileName();
    try (var systemd = new Listener(socket)) {
      ServiceManager.of(Map.of("NOTIFY_SOCKET", socket)).ready(8080);
      assertEquals("READY=1 STATUS=listening on port 8080", systemd.next());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere/notify", "@", "vsock:2:1", "relative", "/too/long"})
  void aSocketThatCannotBeNotifiedIsOneWarning(String socket) {
    var name = socket.equals("/too/long") ? "/" + "x".repeat(200) : socket;
    try (var log = new LogRecords("dev.oneport")) {
      ServiceManager.of(Map.of("NOTIFY_SOCKET", name)).stopping();
      assertEquals(List.of("NOTIFY_SOCKET: " + name + " cannot be notified"), log.lines());
    }
  }

  @Test
  void withoutASocketNothingHappens() {
    try (var log = new LogRecords("dev.oneport")) {
      ServiceManager.of(Map.of()).ready(8080);
      assertTrue(log.lines().isEmpty());
    }
  }
}
