package dev.oneport.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.oneport.transport.http2.Await;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Redis of its own for a test: a process on a free port of this machine that keeps no file. */
public final class RedisServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
  private static final int SECONDS = 20;
  private static final int PATIENCE = 10_000;

  private final Path folder;
  private final List<String> options;
  private final int port;
  private String password = "";
  private Process process;

  private RedisServer(Path folder, int port, List<String> options) throws IOException {
    this.folder = folder;
    this.port = port;
    this.options = options;
    this.process = launch();
  }

  /**
   * Starts one that answers, with these options more; skips the test where Redis is not installed,
   * except in the build of a change, where that is a failure.
   */
  public static RedisServer start(Path folder, String... options) throws IOException {
    if (!Files.isExecutable(PROGRAM)) {
      if (System.getenv("CI") != null) {
        throw new IllegalStateException("there is no " + PROGRAM + ": install redis-server");
      }
      abort("there is no " + PROGRAM + ": install the package redis-server to run this test");
    }
    for (int i = 0; ; i++) {
      var server = new RedisServer(folder, freePort(), List.of(options));
      if (server.answers()) {
        return server;
      }
      server.close();
      if (i == 5) {
        throw new IOException("Redis does not start: " + server.log());
      }
    }
  }

  /** A port that nothing listens on; another process may take it before the caller does. */
  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process launch() throws IOException {
    var command = new ArrayList<>(List.of(PROGRAM.toString()));
    command.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port), "--save", ""));
    command.addAll(List.of("--appendonly", "no", "--daemonize", "no", "--dir", folder.toString()));
    command.addAll(options);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("redis.log").toFile())
        .start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("redis.log"));
  }

  /** Waits until it answers; false if the process ended instead. */
  private boolean answers() {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      try {
        var answer = ask("PING");
        if (answer.equals("PONG") || answer.startsWith("NOAUTH")) {
          return true;
        }
      } catch (IOException _) {
        // Not yet.
      }
      Thread.onSpinWait();
    }
    return false;
  }

  public int port() {
    return port;
  }

  /** The URL for a configuration. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Opens a second port, for TLS; the options of the start must name certificate and key. */
  public int openTlsPort() throws IOException {
    for (int i = 0; ; i++) {
      int tls = freePort();
      var answer = ask("CONFIG", "SET", "tls-port", Integer.toString(tls));
      if (answer.equals("OK")) {
        return tls;
      }
      if (i == 5) {
        throw new IOException(answer);
      }
    }
  }

  /** Sets the password, for clients from now on and for this fixture. */
  public void password(String fresh) throws IOException {
    assertEquals("OK", ask("CONFIG", "SET", "requirepass", fresh));
    password = fresh;
  }

  /** Runs a command on a connection of its own, and returns the answer or the error as a text. */
  public String ask(String... command) throws IOException {
    return ask(List.of(command));
  }

  private String ask(List<String> command) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE);
      var in = new DataInputStream(socket.getInputStream());
      if (!password.isEmpty()) {
        socket.getOutputStream().write(encoded(List.of("AUTH", password)));
        assertEquals("OK", reply(in));
      }
      socket.getOutputStream().write(encoded(command));
      return String.valueOf(reply(in));
    }
  }

  private static byte[] encoded(List<String> command) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(("*" + command.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (var word : command) {
      var bytes = word.getBytes(StandardCharsets.UTF_8);
      out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  private static @Nullable Object reply(DataInputStream in) throws IOException {
    var line = line(in);
    var rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '$' -> bulk(in, Integer.parseInt(rest));
      case '*' -> {
        var items = new ArrayList<@Nullable Object>();
        for (int i = 0; i < Integer.parseInt(rest); i++) {
          items.add(reply(in));
        }
        yield items;
      }
      default -> rest;
    };
  }

  private static @Nullable String bulk(DataInputStream in, int length) throws IOException {
    if (length < 0) {
      return null;
    }
    var bytes = in.readNBytes(length);
    line(in);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String line(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Ends the process at once, and with it everything that it held. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again on the same port, empty. */
  public void restart() throws IOException {
    process = launch();
    Await.until("Redis answers again", this::answers);
  }

  /** Stops the process without ending it: connections stay, and nothing is answered. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Goes on after {@link #pause}. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertEquals(0, kill.waitFor());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
